//! The rules of the house that no compiler checks: sizes of files, who may import whom, what texts may name.
//!
//! Each rule looks at the files that git tracks or would track, and fails with the file and what to do.

mod budgets;
mod imports;
mod texts;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files that are tracked, or new and not ignored, relative to the root, `/` as separator.
fn files() -> Vec<String> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(
        output.status.success(),
        "git ls-files: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("file names are UTF-8");
    let files: Vec<String> = text
        .lines()
        .filter(|file| root().join(file).is_file())
        .map(str::to_owned)
        .collect();
    assert!(
        files.len() > 50,
        "only {} files: is this the repository?",
        files.len()
    );
    files
}

/// The files with this ending below this folder.
fn files_of(folder: &str, ending: &str) -> Vec<String> {
    files()
        .into_iter()
        .filter(|file| file.starts_with(folder) && file.ends_with(ending))
        .collect()
}

/// The text of a file; `None` for one that is not text.
fn text(file: &str) -> Option<String> {
    String::from_utf8(std::fs::read(root().join(file)).ok()?).ok()
}

/// Fails with all findings at once.
fn assert_none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}
