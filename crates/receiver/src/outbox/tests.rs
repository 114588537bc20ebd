use super::read::Depth;
use super::*;

fn staging(path: &str, study: &str, sha256: &str) -> Staging {
    let name = format!("{path}#{sha256}");
    Staging {
        study: study.to_owned(),
        path: path.to_owned(),
        part: format!("{path}.part"),
        sha256: sha256.to_owned(),
        make_event: Box::new(move |generation| EventRecord {
            event_id: format!("{name}#{generation}"),
            payload: format!("{{\"generation\":{generation}}}"),
        }),
    }
}

fn outbox() -> (tempfile::TempDir, Outbox) {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(&folder.path().join("outbox.sqlite3"), true).unwrap();
    (folder, outbox)
}

/// Stages and releases.
fn store(outbox: &Outbox, path: &str, study: &str, sha256: &str) -> i64 {
    let seq = outbox.stage(staging(path, study, sha256)).unwrap();
    outbox.ready(seq).unwrap();
    seq
}

/// Ids due at this time, after everything queued is written.
fn due(outbox: &Outbox, now_ms: i64) -> Vec<String> {
    outbox.flush().unwrap();
    outbox
        .due(now_ms, 100)
        .unwrap()
        .into_iter()
        .map(|due| due.event_id)
        .collect()
}

#[test]
fn a_staged_event_is_not_delivered_and_a_ready_one_is() {
    let (_folder, outbox) = outbox();
    let seq = outbox.stage(staging("a", "s", "1")).unwrap();
    assert_eq!(due(&outbox, 1), Vec::<String>::new());
    assert!(!outbox.knows("a").unwrap());
    outbox.ready(seq).unwrap();
    assert_eq!(due(&outbox, 1), ["a#1#0"]);
    assert!(outbox.knows("a").unwrap());
}

#[test]
fn rows_outlive_the_process() {
    let (folder, first) = outbox();
    store(&first, "a", "s", "1");
    first.stage(staging("b", "s", "2")).unwrap();
    drop(first);
    let second = Outbox::open(&folder.path().join("outbox.sqlite3"), true).unwrap();
    let staged: Vec<String> = second.staged().unwrap().into_iter().map(|row| row.path).collect();
    assert_eq!(staged, ["b"]);
    assert_eq!(due(&second, 1), ["a#1#0"]);
}

#[test]
fn a_replacement_is_the_next_generation_and_a_withdrawn_row_counts_nothing() {
    let (_folder, outbox) = outbox();
    store(&outbox, "a", "s", "1");
    let withdrawn = outbox.stage(staging("a", "s", "2")).unwrap();
    outbox.unstage(withdrawn).unwrap();
    store(&outbox, "a", "s", "2");
    store(&outbox, "a", "s", "1");
    assert_eq!(due(&outbox, 1), ["a#1#0", "a#2#1", "a#1#2"]);
}

#[test]
fn settled_events_are_not_due_again() {
    let (_folder, outbox) = outbox();
    let done = store(&outbox, "a", "s", "1");
    let dead = store(&outbox, "b", "s", "1");
    let again = store(&outbox, "c", "s", "1");
    outbox
        .settle(vec![
            Settlement {
                seq: done,
                outcome: Outcome::Done,
            },
            Settlement {
                seq: dead,
                outcome: Outcome::Dead {
                    reason: "no".to_owned(),
                },
            },
            Settlement {
                seq: again,
                outcome: Outcome::Retry {
                    at_ms: 50,
                    reason: "busy".to_owned(),
                },
            },
        ])
        .unwrap();
    assert_eq!(due(&outbox, 49), Vec::<String>::new());
    assert_eq!(outbox.next_due_ms().unwrap(), Some(50));
    assert_eq!(due(&outbox, 50), ["c#1#0"]);
    assert_eq!(
        outbox.depth().unwrap(),
        Depth {
            staged: 0,
            ready: 1,
            done: 1,
            dead: 1
        }
    );
    outbox.purge_done(i64::MAX).unwrap();
    assert_eq!(
        outbox.depth().unwrap(),
        Depth {
            staged: 0,
            ready: 1,
            done: 0,
            dead: 1
        }
    );
}

#[test]
fn a_waiting_event_holds_up_its_study_only() {
    let (_folder, outbox) = outbox();
    let first = store(&outbox, "a", "s", "1");
    store(&outbox, "b", "s", "1");
    store(&outbox, "c", "other", "1");
    let wait = Outcome::Retry {
        at_ms: 50,
        reason: String::new(),
    };
    outbox
        .settle(vec![Settlement {
            seq: first,
            outcome: wait,
        }])
        .unwrap();
    assert_eq!(due(&outbox, 10), ["c#1#0"]);
    assert_eq!(due(&outbox, 60), ["a#1#0", "b#1#0", "c#1#0"]);
}

#[test]
fn an_event_that_cannot_be_staged_fails_alone() {
    let (_folder, outbox) = outbox();
    outbox.stage(staging("a", "s", "1")).unwrap();
    assert!(
        outbox.stage(staging("a", "s", "1")).is_err(),
        "the event id is taken"
    );
    assert!(outbox.stage(staging("b", "s", "1")).is_ok());
}

#[test]
fn one_outbox_has_one_receiver() {
    let (folder, _first) = outbox();
    assert!(Outbox::open(&folder.path().join("outbox.sqlite3"), true).is_err());
}
