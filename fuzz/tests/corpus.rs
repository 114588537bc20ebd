//! Every input that is kept, given to its target by a plain build: whatever broke a promise once stays mended.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fuzz::TARGETS;

/// What the repository keeps for ever, in bytes.
const MOST_BYTES: u64 = 400 << 10;

fn inputs(kind: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(kind).join(target);
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("can be listed").path())
        .collect();
    paths.sort();
    paths
}

#[test]
fn every_input_that_is_kept_keeps_its_promise() {
    let mut bytes = 0;
    for (name, target) in TARGETS {
        let corpus = inputs("corpus", name);
        assert!(corpus.len() >= 5, "{name} has a corpus of {}", corpus.len());
        for path in corpus {
            let input = fs::read(path).expect("can be read");
            bytes += input.len() as u64;
            target(&input);
        }
    }
    assert!(bytes <= MOST_BYTES, "the corpus has {bytes} bytes");
}

#[test]
fn what_broke_a_promise_once_is_mended() {
    for (name, target) in TARGETS {
        for path in inputs("regressions", name) {
            target(&fs::read(path).expect("can be read"));
        }
    }
}

#[test]
fn every_folder_belongs_to_a_target() {
    for kind in ["corpus", "regressions"] {
        for folder in inputs(kind, "") {
            let name = folder.file_name().expect("has a name");
            assert!(
                TARGETS.iter().any(|(known, _)| name == *known),
                "{}",
                folder.display()
            );
        }
    }
}

/// Beginnings of what is kept: inputs that end anywhere.
#[test]
fn cut_inputs_keep_their_promise() {
    for (name, target) in TARGETS {
        for path in inputs("corpus", name) {
            let input = fs::read(path).expect("can be read");
            let step = (input.len() / 24).max(1);
            for end in (0..input.len()).step_by(step) {
                target(&input[..end]);
            }
        }
    }
}
