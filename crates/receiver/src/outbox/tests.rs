use super::*;

fn staging(path: &str, study: &str, sha256: &str) -> Staging {
    let name = format!("{path}#{sha256}");
    Staging {
        study: study.to_owned(),
        path: path.to_owned(),
        part: format!("{path}.part"),
        sha256: sha256.to_owned(),
        least_generation: 0,
        make_event: Box::new(move |generation| EventRecord {
            event_id: format!("{name}#{generation}"),
            payload: format!("{{\"generation\":{generation}}}"),
        }),
    }
}

fn to_webhook() -> Routes {
    routes(&["webhook"])
}

fn routes(sinks: &[&str]) -> Routes {
    let sinks = sinks.iter().map(|sink| (*sink).to_owned()).collect();
    Routes { sinks, quiet: true }
}

fn outbox() -> (tempfile::TempDir, Outbox) {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(&folder.path().join("outbox.sqlite3"), true, to_webhook()).unwrap();
    (folder, outbox)
}

fn stage(outbox: &Outbox, staging: Staging) -> Result<(i64, u32), OutboxError> {
    outbox.stage(staging)?.wait()
}

/// Stages and releases.
fn store(outbox: &Outbox, path: &str, study: &str, sha256: &str) -> i64 {
    let (seq, _) = stage(outbox, staging(path, study, sha256)).unwrap();
    outbox.ready(seq).unwrap();
    seq
}

/// Ids due at this time, after everything queued is written.
fn due(outbox: &Outbox, now_ms: i64) -> Vec<String> {
    outbox.flush().unwrap();
    outbox
        .due("webhook", now_ms, 100)
        .unwrap()
        .into_iter()
        .map(|due| due.event_id)
        .collect()
}

#[test]
fn a_staged_event_is_not_delivered_and_a_ready_one_is() {
    let (_folder, outbox) = outbox();
    let (seq, _) = stage(&outbox, staging("a", "s", "1")).unwrap();
    assert_eq!(due(&outbox, 1), Vec::<String>::new());
    assert!(!outbox.knows("a", "1").unwrap());
    outbox.ready(seq).unwrap();
    assert_eq!(due(&outbox, 1), ["a#1#0"]);
    assert!(outbox.knows("a", "1").unwrap());
}

#[test]
fn rows_outlive_the_process() {
    let (folder, first) = outbox();
    store(&first, "a", "s", "1");
    stage(&first, staging("b", "s", "2")).unwrap();
    drop(first);
    let second = Outbox::open(&folder.path().join("outbox.sqlite3"), true, to_webhook()).unwrap();
    let staged: Vec<String> = second.staged().unwrap().into_iter().map(|row| row.path).collect();
    assert_eq!(staged, ["b"]);
    assert_eq!(due(&second, 1), ["a#1#0"]);
}

#[test]
fn a_replacement_is_the_next_generation_and_a_withdrawn_row_counts_nothing() {
    let (_folder, outbox) = outbox();
    store(&outbox, "a", "s", "1");
    let (withdrawn, _) = stage(&outbox, staging("a", "s", "2")).unwrap();
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
        .settle(
            "webhook",
            vec![
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
            ],
        )
        .unwrap();
    assert_eq!(due(&outbox, 49), Vec::<String>::new());
    assert_eq!(outbox.next_due_ms("webhook").unwrap(), Some(50));
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
        .settle(
            "webhook",
            vec![Settlement {
                seq: first,
                outcome: wait,
            }],
        )
        .unwrap();
    assert_eq!(due(&outbox, 10), ["c#1#0"]);
    assert_eq!(due(&outbox, 60), ["a#1#0", "b#1#0", "c#1#0"]);
}

#[test]
fn an_event_that_cannot_be_staged_fails_alone() {
    let (_folder, outbox) = outbox();
    stage(&outbox, staging("a", "s", "1")).unwrap();
    assert!(
        stage(&outbox, staging("a", "s", "1")).is_err(),
        "the event id is taken"
    );
    assert!(stage(&outbox, staging("b", "s", "1")).is_ok());
}

#[test]
fn one_outbox_has_one_receiver() {
    let (folder, _first) = outbox();
    assert!(Outbox::open(&folder.path().join("outbox.sqlite3"), true, to_webhook()).is_err());
}

/// The state of each delivery by sink, oldest first.
fn deliveries(folder: &tempfile::TempDir, pick: &Pick) -> Vec<(String, String)> {
    let desk = Desk::open(&folder.path().join("outbox.sqlite3"), false).unwrap();
    let mut found = Vec::new();
    let listed = desk.list(pick, 100, |row| {
        found.push((row.sink.unwrap_or_default(), row.state));
        Ok(())
    });
    listed.unwrap();
    found
}

fn pairs(found: &[(String, String)]) -> Vec<(&str, &str)> {
    found
        .iter()
        .map(|(sink, state)| (sink.as_str(), state.as_str()))
        .collect()
}

fn settled(seq: i64, outcome: Outcome) -> Vec<Settlement> {
    vec![Settlement { seq, outcome }]
}

fn dead() -> Outcome {
    Outcome::Dead {
        reason: "no".to_owned(),
    }
}

#[test]
fn each_sink_has_its_own_progress_and_an_event_is_done_when_all_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.sqlite3");
    let outbox = Outbox::open(&path, true, routes(&["webhook", "redis"])).unwrap();
    let seq = store(&outbox, "a", "s", "1");
    outbox.flush().unwrap();
    outbox.settle("webhook", settled(seq, Outcome::Done)).unwrap();
    assert_eq!(due(&outbox, 1), Vec::<String>::new());
    assert_eq!(outbox.due("redis", 1, 10).unwrap().len(), 1);
    assert_eq!(outbox.depth().unwrap().ready, 1);
    outbox.settle("redis", settled(seq, dead())).unwrap();
    assert_eq!(outbox.depth().unwrap().dead, 1);
    assert_eq!(
        pairs(&deliveries(&folder, &Pick::default())),
        [("redis", "dead"), ("webhook", "done")]
    );
}

#[test]
fn events_that_wait_go_to_a_sink_that_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.sqlite3");
    let outbox = Outbox::open(&path, true, routes(&[])).unwrap();
    store(&outbox, "a", "s", "1");
    drop(outbox);
    let outbox = Outbox::open(&path, true, routes(&["webhook"])).unwrap();
    assert_eq!(due(&outbox, 1), ["a#1#0"]);
    outbox.settle("webhook", settled(1, Outcome::Done)).unwrap();
    drop(outbox);
    let outbox = Outbox::open(&path, true, routes(&["webhook", "nats"])).unwrap();
    assert!(
        outbox.due("nats", 1, 10).unwrap().is_empty(),
        "a done event is history"
    );
}

#[test]
fn the_operator_retries_and_drops_beside_the_receiver() {
    let (folder, outbox) = outbox();
    let first = store(&outbox, "a", "s", "1");
    let second = store(&outbox, "b", "s", "1");
    outbox.flush().unwrap();
    outbox.settle("webhook", settled(first, dead())).unwrap();
    let mut desk = Desk::open(&folder.path().join("outbox.sqlite3"), true).unwrap();
    let everything = Pick::default();
    assert_eq!(desk.retry(&everything).unwrap(), 1);
    assert_eq!(due(&outbox, 1), ["a#1#0", "b#1#0"]);
    let only_second = Pick {
        event_ids: vec!["b#1#0".to_owned()],
        ..Pick::default()
    };
    assert_eq!(desk.drop_deliveries(&only_second).unwrap(), 1);
    assert_eq!(due(&outbox, 1), ["a#1#0"]);
    // A delivery that ends after it was dropped changes nothing.
    outbox.settle("webhook", settled(second, dead())).unwrap();
    assert_eq!(
        pairs(&deliveries(&folder, &only_second)),
        [("webhook", "dropped")]
    );
    let mut exported = Vec::new();
    let export = desk.export(&everything, |payload| {
        exported.push(payload.to_owned());
        Ok(())
    });
    export.unwrap();
    assert_eq!(exported, ["{\"generation\":0}", "{\"generation\":0}"]);
}

#[test]
fn a_wait_that_a_clock_set_back_made_endless_ends() {
    let (_folder, outbox) = outbox();
    let seq = store(&outbox, "a", "s", "1");
    outbox.flush().unwrap();
    let wait = Outcome::Retry {
        at_ms: 86_400_000,
        reason: String::new(),
    };
    outbox.settle("webhook", settled(seq, wait)).unwrap();
    assert_eq!(due(&outbox, 1), ["a#1#0"]);
}

#[test]
fn a_quiet_series_is_announced_once_until_something_comes() {
    let (_folder, outbox) = outbox();
    let quiet = |silence_ms| {
        let make: MakeQuiet = Box::new(|series| EventRecord {
            event_id: format!("quiet {} {} {}", series.series, series.instances, now_ms()),
            payload: "{}".to_owned(),
        });
        outbox.announce_quiet(silence_ms, make).unwrap()
    };
    store(&outbox, "1.2/1.3/1.4.dcm", "1.2", "1");
    store(&outbox, "1.2/1.3/1.5.dcm", "1.2", "1");
    outbox.flush().unwrap();
    assert_eq!(quiet(60_000), 0, "too early");
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert_eq!(quiet(1), 1);
    assert_eq!(quiet(1), 0, "announced already");
    let last = outbox.due("webhook", now_ms(), 100).unwrap().pop().unwrap();
    assert!(last.event_id.starts_with("quiet 1.3 2 "), "{}", last.event_id);
    assert_eq!((last.kind.as_str(), last.study.as_str()), ("series.quiet", "1.2"));
}
