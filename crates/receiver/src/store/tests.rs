use std::fs;

use super::*;
use crate::uid::Uid;

fn uid(text: &str) -> Uid {
    Uid::parse(text.as_bytes()).unwrap()
}

fn store(folder: &Path) -> Store {
    Store::open(folder, Durability::Full, &Objects::default()).unwrap()
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
    store.place(part.name(), &path).unwrap();
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
    assert!(store.place("absent.part", "1.1/1.2/1.3.dcm").is_err());
    assert!(!folder.path().join("1.1").exists());
}

#[test]
fn the_sweep_removes_parts_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    for name in ["a.part", "b.part", "note.txt"] {
        fs::write(store.part_path(name), "x").unwrap();
    }
    assert_eq!(store.sweep().unwrap(), 2);
    assert!(!store.part_path("a.part").exists());
    assert!(store.part_path("note.txt").exists());
}

#[test]
fn one_tree_has_one_receiver() {
    let folder = tempfile::tempdir().unwrap();
    let first = store(folder.path());
    let second = Store::open(folder.path(), Durability::Full, &Objects::default());
    assert!(second.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock));
    drop(first);
    assert!(Store::open(folder.path(), Durability::Full, &Objects::default()).is_ok());
}

#[test]
fn heads_are_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.dcm");
    let meta = encode_meta(
        &uid("1.2.840.10008.5.1.4.1.1.2"),
        &uid("1.3"),
        "1.2.840.10008.1.2.1",
        "CT01",
        "NOCTIS",
    );
    fs::write(&file, [meta.as_slice(), b"dataset"].concat()).unwrap();
    let head = read_head(&file).unwrap().unwrap();
    assert_eq!(
        head,
        Head {
            transfer_syntax: uid("1.2.840.10008.1.2.1"),
            sop_class: Some(uid("1.2.840.10008.5.1.4.1.1.2")),
            dataset_at: meta.len() as u64
        }
    );
    for cut in 0..meta.len() {
        fs::write(&file, &meta[..cut]).unwrap();
        assert_eq!(read_head(&file).unwrap(), None, "cut at {cut}");
    }
}

#[test]
fn a_replaced_object_goes_into_the_history() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    for contents in ["one", "two", "one", "two"] {
        let mut part = store.create_part().unwrap();
        part.append(contents.as_bytes()).unwrap();
        store.place(part.name(), "1.1/1.2/1.3.dcm").unwrap();
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
    let store = Store::open(folder.path(), Durability::Full, &objects).unwrap();
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
    for path in inside().iter().filter(|path| path.extension().unwrap() == "dcm") {
        fs::remove_file(path).unwrap();
    }
    Store::open(folder.path(), Durability::Full, &objects).unwrap();
    assert!(inside().is_empty());
}
