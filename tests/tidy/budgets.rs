//! How long files may be. Tests are not counted.

use crate::{assert_none, files_of, text};

const RUST_MEDIAN: usize = 180;

/// Lines of a Rust file before its test module; of any other file, all.
fn lines(file: &str) -> usize {
    let text = text(file).unwrap_or_default();
    let code = if file.ends_with(".rs") {
        text.split("\n#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default()
    } else {
        &text
    };
    code.lines().count()
}

fn is_test(file: &str) -> bool {
    file.contains("/tests/")
        || file.ends_with("/tests.rs")
        || file.starts_with("tests/")
        || file.contains("/test/")
}

/// The files below `folders` with this ending that are longer than `cap`, and how many files there were.
fn over(folders: &[&str], ending: &str, cap: usize) -> (Vec<String>, usize) {
    let files: Vec<String> = folders
        .iter()
        .flat_map(|folder| files_of(folder, ending))
        .filter(|file| !is_test(file) && !file.ends_with(".d.ts"))
        .collect();
    let findings = files
        .iter()
        .filter_map(|file| {
            let count = lines(file);
            (count > cap)
                .then(|| format!("{file}: {count} lines, at most {cap}: split it where it holds two ideas"))
        })
        .collect();
    (findings, files.len())
}

#[test]
fn files_are_short() {
    for (folders, ending, cap) in [
        (&["crates/", "xtask/"][..], ".rs", 500),
        (&["crates/"][..], ".wgsl", 150),
        (&["js-glue/", "examples/"][..], ".ts", 300),
        (&["js-glue/", "examples/", "bench/", "xtask/"][..], "js", 300),
        (&["services/"][..], ".py", 400),
    ] {
        let (findings, count) = over(folders, ending, cap);
        assert!(
            count > 0,
            "no {ending} file below {folders:?}: the rule looks in the wrong place"
        );
        assert_none("files over their budget", &findings);
    }
}

#[test]
fn half_of_the_rust_files_are_very_short() {
    let mut counts: Vec<usize> = files_of("crates/", ".rs")
        .iter()
        .filter(|file| !is_test(file))
        .map(|file| lines(file))
        .collect();
    counts.sort_unstable();
    let median = counts.get(counts.len() / 2).copied().unwrap_or_default();
    assert!(
        counts.len() > 20 && median <= RUST_MEDIAN,
        "median {median} lines of {} files",
        counts.len()
    );
}
