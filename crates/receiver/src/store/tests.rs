use std::fs;

use super::meta::Head;
use super::*;
use crate::config::Objects;
use crate::uid::Uid;

fn uid(text: &str) -> Uid {
    Uid::parse(text.as_bytes()).unwrap()
}

/// In its place, with another identity or other settings.
fn open(folder: &Path, identity: &str, objects: &Objects) -> io::Result<Store> {
    let config = Config {
        storage: folder.to_owned().into(),
        objects: objects.clone(),
        ..Config::default()
    };
    Store::open(&config, identity)
}

fn store(folder: &Path) -> Store {
    open(folder, "one", &Objects::default()).unwrap()
}

#[test]
fn a_part_appears_under_its_name_complete() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let mut part = store.create_part().unwrap();
    part.append(b"one ").unwrap();
    part.append(b"two").unwrap();
    store.sync(&part).unwrap();
    let path = ObjectPath {
        study: &uid("1.1"),
        series: &uid("1.2"),
        sop_instance: &uid("1.3"),
    }
    .relative();
    store.place(part.name(), &path, false).unwrap();
    part.release();
    assert_eq!(
        fs::read(folder.path().join("1.1/1.2/1.3.dcm")).unwrap(),
        b"one two"
    );
    assert_eq!(store.sweep().unwrap(), 0);
}

#[test]
fn a_dropped_part_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let mut part = store.create_part().unwrap();
    part.append(b"half").unwrap();
    let path = part.path().to_owned();
    drop(part);
    assert!(!path.exists());
}

#[test]
fn a_failed_placement_leaves_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    assert!(store.place("absent.part", "1.1/1.2/1.3.dcm", false).is_err());
    assert!(!folder.path().join("1.1").exists());
}

#[test]
fn the_sweep_removes_parts_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    for name in ["a.part", "b.part", "note.txt"] {
        fs::write(store.incoming.join(name), "x").unwrap();
    }
    assert_eq!(store.sweep().unwrap(), 2);
    assert!(!store.incoming.join("a.part").exists());
    assert!(store.incoming.join("note.txt").exists());
}

#[test]
fn receivers_of_one_tree_sweep_their_own_parts_only() {
    let folder = tempfile::tempdir().unwrap();
    let first = store(folder.path());
    let again = open(folder.path(), "one", &Objects::default());
    assert!(again.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock));
    let second = open(folder.path(), "two", &Objects::default()).unwrap();
    let mut part = second.create_part().unwrap();
    part.append(b"half").unwrap();
    assert_eq!(first.sweep().unwrap(), 0);
    assert!(second.part(part.name()).unwrap().is_some());
    part.release();
    assert_eq!(second.sweep().unwrap(), 1);
    drop(first);
    assert!(open(folder.path(), "one", &Objects::default()).is_ok());
}

#[test]
fn a_path_is_held_by_one_receiver_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = store(folder.path());
    let second = open(folder.path(), "two", &Objects::default()).unwrap();
    let held = first.hold("1.1/1.2/1.3.dcm").unwrap();
    let (sender, freed) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let held = second.hold("1.1/1.2/1.3.dcm").unwrap();
            sender.send(()).unwrap();
            drop(held);
        });
        assert!(
            freed.recv_timeout(std::time::Duration::from_millis(50)).is_err(),
            "it waits"
        );
        drop(held);
        freed.recv().unwrap();
    });
}

#[test]
fn generations_are_the_same_for_all_receivers() {
    let folder = tempfile::tempdir().unwrap();
    let first = store(folder.path());
    let second = open(folder.path(), "two", &Objects::default()).unwrap();
    let path = "1.1/1.2/1.3.dcm";
    assert_eq!(first.generation(path).unwrap(), None);
    for number in [1, 2] {
        let generation = Generation {
            number,
            sha256: "ab".repeat(32),
        };
        first.note_generation(path, &generation).unwrap();
        assert_eq!(second.generation(path).unwrap(), Some(generation));
    }
    assert_eq!(first.sweep().unwrap(), 0);
}

#[test]
fn heads_are_read_back() {
    let meta = encode_meta(
        &uid("1.2.840.10008.5.1.4.1.1.2"),
        &uid("1.3"),
        "1.2.840.10008.1.2.1",
        "CT01",
        "NOCTIS",
    );
    let file = [meta.as_slice(), b"dataset"].concat();
    let head = read_head(file.as_slice()).unwrap().unwrap();
    assert_eq!(
        head,
        Head {
            transfer_syntax: uid("1.2.840.10008.1.2.1"),
            sop_class: Some(uid("1.2.840.10008.5.1.4.1.1.2")),
            dataset_at: meta.len() as u64
        }
    );
    for cut in 0..meta.len() {
        assert_eq!(read_head(&meta[..cut]).unwrap(), None, "cut at {cut}");
    }
}

#[test]
fn a_replaced_object_goes_into_the_history() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    for contents in ["one", "two", "one", "two"] {
        let mut part = store.create_part().unwrap();
        part.append(contents.as_bytes()).unwrap();
        store.place(part.name(), "1.1/1.2/1.3.dcm", true).unwrap();
        part.release();
    }
    let history = fs::read_dir(folder.path().join(".superseded/1.1/1.2")).unwrap();
    let mut kept: Vec<_> = history
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    kept.sort();
    assert_eq!(kept, ["one", "two"]);
}

#[test]
fn the_quarantine_is_bounded_and_forgets_reasons_without_an_object() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects {
        quarantine_max_bytes: 10,
        ..Objects::default()
    };
    let store = open(folder.path(), "one", &objects).unwrap();
    let take = |size| {
        let mut part = store.create_part().unwrap();
        part.append(&vec![b'x'; size]).unwrap();
        store.quarantine(part, size as u64, "{}").unwrap()
    };
    let inside = || {
        let entries = fs::read_dir(folder.path().join(".quarantine")).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    assert!(take(6));
    assert!(!take(6));
    assert_eq!(inside().len(), 2);
    for path in inside() {
        fs::remove_file(path).unwrap();
    }
    assert!(take(6), "there is room again");
    assert_eq!(store.sweep().unwrap(), 0);
    drop(store);
    open(folder.path(), "two", &objects).unwrap();
    assert_eq!(inside().len(), 2, "those of another receiver are left alone");
    for path in inside().iter().filter(|path| path.extension().unwrap() == "dcm") {
        fs::remove_file(path).unwrap();
    }
    open(folder.path(), "one", &objects).unwrap();
    assert!(inside().is_empty());
}
