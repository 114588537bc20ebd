//! The whole way from bytes to a stored, staged and released object, without a network.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_dictionary_std::tags;

use super::sample::{Builder, ENCODINGS, dataset};
use crate::config::{Config, Conflict, Objects};
use crate::ingest::object::ObjectWriter;
use crate::ingest::recovery::Recovered;
use crate::ingest::{Announcement, Ingest, ObjectSink, Refusal, Stored, recover};
use crate::outbox::{EventRecord, Outbox, Routes, Staging};
use crate::store::Store;
use crate::uid::Uid;

const PATH: &str = "1.2.3/1.2.3.4/1.2.3.4.dcm";

fn ingest(root: &Path) -> Arc<Ingest> {
    ingest_with(root, &Objects::default())
}

fn ingest_with(root: &Path, objects: &Objects) -> Arc<Ingest> {
    receiver(root, "outbox.sqlite3", objects)
}

/// One of the receivers that share the tree, by its outbox.
fn receiver(root: &Path, outbox: &str, objects: &Objects) -> Arc<Ingest> {
    let routes = Routes {
        sinks: vec!["webhook".to_owned()],
        quiet: false,
    };
    let outbox = Outbox::open(&root.join(outbox), true, routes).unwrap();
    let config = Config {
        storage: root.join("received").into(),
        objects: objects.clone(),
        ..Config::default()
    };
    let store = Store::open(&config, outbox.identity()).unwrap();
    let outbox = Arc::new(outbox);
    Arc::new(Ingest::new(
        store,
        outbox,
        "TEST".to_owned(),
        1 << 20,
        objects.conflict,
    ))
}

fn uid(text: &str) -> Uid {
    Uid::parse(text.as_bytes()).unwrap()
}

fn announcement(calling: &str) -> Announcement {
    Announcement {
        sop_class: uid("1.2.840.10008.5.1.4.1.1.2"),
        sop_instance: uid("1.2.3.4"),
        transfer_syntax: uid("1.2.840.10008.1.2.1"),
        calling_aet: calling.to_owned(),
        called_aet: "NOCTIS".to_owned(),
        remote_address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        canary: false,
    }
}

fn send(ingest: &Ingest, announcement: Announcement, bytes: &[u8]) -> Result<Stored, Refusal> {
    let mut head = Vec::new();
    let mut writer = ObjectWriter::create(ingest, announcement, &mut head)?;
    writer.append(&head)?;
    for piece in bytes.chunks(50) {
        writer.append(piece)?;
    }
    writer.commit()
}

/// Generations of the events that are due, oldest first.
fn due(ingest: &Ingest) -> Vec<serde_json::Value> {
    ingest.outbox.flush().unwrap();
    let due = ingest.outbox.due("webhook", i64::MAX, 100).unwrap();
    due.iter()
        .map(|event| serde_json::from_str(&event.payload).unwrap())
        .collect()
}

fn parts(root: &Path) -> usize {
    let receivers = fs::read_dir(root.join("received/.incoming")).unwrap();
    receivers
        .flat_map(|receiver| fs::read_dir(receiver.unwrap().path()).unwrap())
        .filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|end| end == "part")
        })
        .count()
}

#[test]
fn an_object_is_stored_and_announced() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    let bytes = dataset(ENCODINGS[1], 1);
    assert_eq!(send(&ingest, announcement("CT01"), &bytes).unwrap(), Stored::New);
    let file = fs::read(root.path().join("received").join(PATH)).unwrap();
    assert!(file.ends_with(&bytes) && file[128..].starts_with(b"DICM"));
    let events = due(&ingest);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["path"], PATH);
    assert_eq!(events[0]["size"], file.len());
    assert_eq!(events[0]["index"]["rows"], 2);
    assert_eq!(parts(root.path()), 0);
}

#[test]
fn the_same_object_is_announced_once_whoever_sends_it() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    let bytes = dataset(ENCODINGS[1], 1);
    send(&ingest, announcement("CT01"), &bytes).unwrap();
    assert_eq!(
        send(&ingest, announcement("CT01"), &bytes).unwrap(),
        Stored::Duplicate
    );
    assert_eq!(
        send(&ingest, announcement("ROUTER"), &bytes).unwrap(),
        Stored::Duplicate
    );
    assert_eq!(due(&ingest).len(), 1);
    assert_eq!(parts(root.path()), 0);
}

#[test]
fn other_bytes_replace_and_are_another_event_each_time() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    let mut ids = Vec::new();
    for mark in [1, 2, 1] {
        send(&ingest, announcement("CT01"), &dataset(ENCODINGS[1], mark)).unwrap();
        let file = fs::read(root.path().join("received").join(PATH)).unwrap();
        assert!(file.ends_with(&[mark; 12]));
    }
    ids.extend(due(&ingest).iter().map(|event| event["event_id"].to_string()));
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_refused_object_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    let bytes = dataset(ENCODINGS[1], 1);
    let other_instance = Announcement {
        sop_instance: uid("1.2.9"),
        ..announcement("CT01")
    };
    let other_class = Announcement {
        sop_class: uid("1.2.840.10008.5.1.4.1.1.4"),
        ..announcement("CT01")
    };
    let large = Builder::new(ENCODINGS[1])
        .element(tags::PIXEL_DATA, b"OW", &vec![0; 2 << 20])
        .bytes;
    let refused = [
        send(&ingest, other_instance, &bytes),
        send(&ingest, other_class, &bytes),
        send(&ingest, announcement("CT01"), &bytes[..bytes.len() - 3]),
        send(&ingest, announcement("CT01"), b"garbage garbage garbage"),
        send(&ingest, announcement("CT01"), b""),
        send(&ingest, announcement("CT01"), &large),
    ];
    for (case, outcome) in refused.iter().enumerate() {
        assert!(outcome.is_err(), "case {case}");
    }
    assert!(matches!(refused.last(), Some(Err(Refusal::TooLarge(_)))));
    assert_eq!(parts(root.path()), 0);
    assert_eq!(
        fs::read_dir(root.path().join("received")).unwrap().count(),
        3,
        "only .incoming, .locks and .quarantine"
    );
    assert!(due(&ingest).is_empty());
}

fn incoming(root: &Path, ingest: &Ingest) -> PathBuf {
    root.join("received/.incoming").join(ingest.outbox.identity())
}

/// A part on disk and a staged row for it, as a crash between staging and release leaves them.
fn crash_after_staging(root: &Path, ingest: &Ingest, contents: &[u8]) -> String {
    let name = "crashed.part";
    fs::write(incoming(root, ingest).join(name), contents).unwrap();
    let sha256 = crate::ingest::event::hex_digest(sha2::Digest::new_with_prefix(contents));
    let event = EventRecord {
        event_id: "x".to_owned(),
        payload: "{}".to_owned(),
    };
    let staging = Staging {
        study: "1.2.3".to_owned(),
        path: PATH.to_owned(),
        part: name.to_owned(),
        sha256,
        least_generation: 0,
        make_event: Box::new(move |_generation| event),
    };
    ingest.outbox.stage(staging).unwrap().wait().unwrap();
    name.to_owned()
}

#[test]
fn recovery_finishes_what_was_staged_and_sweeps_the_rest() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    crash_after_staging(root.path(), &ingest, b"contents");
    fs::write(incoming(root.path(), &ingest).join("never-staged.part"), "half").unwrap();
    let placed = Recovered {
        placed: 1,
        swept: 1,
        ..Recovered::default()
    };
    assert_eq!(recover(&ingest).unwrap(), placed);
    assert_eq!(
        fs::read(root.path().join("received").join(PATH)).unwrap(),
        b"contents"
    );
    assert_eq!(due(&ingest).len(), 1);
    assert_eq!(recover(&ingest).unwrap(), Recovered::default());
}

#[test]
fn recovery_removes_the_empty_folders_of_what_it_forgets() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    let part = crash_after_staging(root.path(), &ingest, b"contents");
    // As after a power loss that took the part and left the folders.
    fs::remove_file(incoming(root.path(), &ingest).join(&part)).unwrap();
    fs::create_dir_all(root.path().join("received/1.2.3/1.2.3.4")).unwrap();
    assert_eq!(recover(&ingest).unwrap().forgotten, 1);
    assert!(!root.path().join("received/1.2.3").exists());
    assert!(due(&ingest).is_empty());
}

#[test]
fn recovery_releases_what_was_renamed() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    let part = crash_after_staging(root.path(), &ingest, b"contents");
    ingest.store.place(&part, PATH, false).unwrap();
    assert_eq!(
        recover(&ingest).unwrap(),
        Recovered {
            released: 1,
            ..Recovered::default()
        }
    );
    assert_eq!(due(&ingest).len(), 1);
}

#[test]
fn recovery_forgets_a_replacement_whose_bytes_are_gone() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    send(&ingest, announcement("CT01"), &dataset(ENCODINGS[1], 1)).unwrap();
    let part = crash_after_staging(root.path(), &ingest, b"other contents");
    // As after a power loss that took the tail of the part.
    fs::write(incoming(root.path(), &ingest).join(&part), b"other").unwrap();
    let forgotten = Recovered {
        forgotten: 1,
        swept: 1,
        ..Recovered::default()
    };
    assert_eq!(recover(&ingest).unwrap(), forgotten);
    let file = fs::read(root.path().join("received").join(PATH)).unwrap();
    assert!(file.ends_with(&[1; 12]), "the old object stays");
    assert_eq!(due(&ingest).len(), 1);
}

#[test]
fn a_sink_that_is_dropped_leaves_nothing_and_one_that_is_finished_stores() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    let bytes = dataset(ENCODINGS[1], 1);
    let mut buffer = Vec::new();
    for finish in [false, true] {
        let mut sink = ObjectSink::begin(&ingest, announcement("CT01"), &mut buffer);
        let (chunk, room) = sink.room();
        assert!(room >= bytes.len());
        chunk.extend_from_slice(&bytes);
        if finish {
            assert_eq!(sink.finish().unwrap(), Stored::New);
        }
    }
    assert_eq!(parts(root.path()), 0);
    assert_eq!(due(&ingest).len(), 1);
}

/// Datasets in the quarantine and their notes, oldest first.
fn quarantined(root: &Path) -> Vec<(Vec<u8>, serde_json::Value)> {
    let entries = fs::read_dir(root.join("received/.quarantine")).unwrap();
    let mut notes: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let note: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            (fs::read(path.with_extension("dcm")).unwrap(), note)
        })
        .collect();
    notes.sort_by_key(|(_, note)| note["time"].to_string());
    notes
}

#[test]
fn what_is_refused_for_its_contents_is_kept_whole_with_the_reason() {
    let root = tempfile::tempdir().unwrap();
    let ingest = ingest(root.path());
    let bytes = dataset(ENCODINGS[1], 1);
    let broken = [
        b"garbage garbage garbage".repeat(20),
        bytes[..bytes.len() - 3].to_vec(),
    ];
    for bytes in &broken {
        assert!(send(&ingest, announcement("CT01"), bytes).is_err());
    }
    let mismatch = Announcement {
        sop_instance: uid("1.2.9"),
        ..announcement("CT01")
    };
    assert!(send(&ingest, mismatch, &bytes).is_err());
    let kept = quarantined(root.path());
    let expected = [broken[0].as_slice(), &broken[1], &bytes];
    assert_eq!(kept.len(), expected.len());
    for ((file, note), dataset) in kept.iter().zip(expected) {
        assert!(file.ends_with(dataset) && file[128..].starts_with(b"DICM"));
        assert_eq!(note["size"], file.len());
        assert_eq!(note["calling_aet"], "CT01");
    }
    assert_eq!(
        kept[2].1["reason"],
        "SOP Instance UID differs between command and dataset"
    );
    assert_eq!(kept[2].1["sop_instance_uid"], "1.2.9");
}

#[test]
fn a_conflict_is_settled_as_configured() {
    let (old, new) = (dataset(ENCODINGS[1], 1), dataset(ENCODINGS[1], 2));
    for conflict in [Conflict::Replace, Conflict::Keep, Conflict::Reject] {
        let root = tempfile::tempdir().unwrap();
        let objects = Objects {
            conflict,
            ..Objects::default()
        };
        let ingest = ingest_with(root.path(), &objects);
        send(&ingest, announcement("CT01"), &old).unwrap();
        let outcome = send(&ingest, announcement("CT01"), &new);
        assert!(send(&ingest, announcement("CT01"), &old).is_ok());
        let file = fs::read(root.path().join("received").join(PATH)).unwrap();
        assert!(file.ends_with(&old), "{conflict:?}");
        let kept = quarantined(root.path());
        let events = due(&ingest).len();
        match conflict {
            Conflict::Replace => {
                assert_eq!(outcome.unwrap(), Stored::Replaced);
                assert_eq!((kept.len(), events), (0, 3));
                let history = fs::read_dir(root.path().join("received/.superseded/1.2.3/1.2.3.4")).unwrap();
                assert_eq!(history.count(), 2);
            }
            Conflict::Keep => assert_eq!(outcome.unwrap(), Stored::Kept),
            Conflict::Reject => assert!(matches!(outcome, Err(Refusal::Conflict))),
        }
        if conflict != Conflict::Replace {
            assert!(kept[0].0.ends_with(&new) && kept.len() == 1);
            assert_eq!(events, 1);
        }
    }
}

/// Event ids, oldest first.
fn ids(ingest: &Ingest) -> Vec<String> {
    let id = |event: &serde_json::Value| event["event_id"].to_string();
    due(ingest).iter().map(id).collect()
}

#[test]
fn two_receivers_of_one_tree_name_the_same_fact_alike() {
    let root = tempfile::tempdir().unwrap();
    let receivers =
        ["one.sqlite3", "two.sqlite3"].map(|outbox| receiver(root.path(), outbox, &Objects::default()));
    let [first, second] = &receivers;
    let send = |ingest: &Ingest, calling: &str, mark: u8| {
        send(ingest, announcement(calling), &dataset(ENCODINGS[1], mark)).unwrap()
    };
    assert_eq!(send(first, "CT01", 1), Stored::New);
    // The other receiver announces it as well, under the same id, though its own file would have had another head.
    assert_eq!(send(second, "ROUTER", 1), Stored::New);
    assert_eq!(ids(first), ids(second));
    assert_eq!(send(second, "ROUTER", 1), Stored::Duplicate);
    // Whoever replaces, the number of the generation is the next one of the tree.
    assert_eq!(send(second, "CT01", 2), Stored::Replaced);
    assert_eq!(send(first, "CT01", 2), Stored::New);
    assert_eq!(ids(first), ids(second));
    assert_eq!(send(first, "CT01", 1), Stored::Replaced);
    assert_eq!(send(second, "CT01", 2), Stored::Replaced);
    let all: std::collections::BTreeSet<String> = [ids(first), ids(second)].concat().into_iter().collect();
    assert_eq!(all.len(), 4, "1, 2, 1 again, 2 again");
    assert_eq!(parts(root.path()), 0);
}

#[test]
fn a_receiver_that_comes_back_does_not_bring_back_what_was_replaced() {
    let root = tempfile::tempdir().unwrap();
    let first = receiver(root.path(), "one.sqlite3", &Objects::default());
    crash_after_staging(root.path(), &first, b"never acknowledged");
    let second = receiver(root.path(), "two.sqlite3", &Objects::default());
    send(&second, announcement("CT01"), &dataset(ENCODINGS[1], 1)).unwrap();
    let forgotten = Recovered {
        forgotten: 1,
        swept: 1,
        ..Recovered::default()
    };
    assert_eq!(recover(&first).unwrap(), forgotten);
    let file = fs::read(root.path().join("received").join(PATH)).unwrap();
    assert!(file.ends_with(&[1; 12]));
}
