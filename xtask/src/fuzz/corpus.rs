//! The corpus of the repository: seeds of our own synthetic files, and what the fuzzer has learned from them.

use super::Target;
use crate::{root, run, term};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// A longer input is not worth its place.
const LONGEST: u64 = 6 << 10;

/// Makes the seeds, and keeps of them, of the corpus and of what was learned the fewest inputs that reach as much.
///
/// # Errors
/// When the seeds cannot be made, or an input breaks a promise.
pub(super) fn collect(targets: &[Target], programs: &Path) -> Result<()> {
    term::heading("The corpus");
    let seeds = root::target().join("fuzz/seeds");
    let mut command = Command::new(root::python());
    command.arg(root::path().join("fuzz/seeds.py")).arg(&seeds);
    run::quietly("seeds", command.current_dir(root::path()))?;
    for target in targets {
        let merged = root::target().join("fuzz/merged").join(target.name());
        if merged.exists() {
            std::fs::remove_dir_all(&merged)?;
        }
        std::fs::create_dir_all(&merged)?;
        std::fs::create_dir_all(target.learned())?;
        std::fs::create_dir_all(target.corpus())?;
        std::fs::create_dir_all(target.regressions())?;
        let mut command = Command::new(programs.join(target.name()));
        command
            .args(["-set_cover_merge=1".to_owned(), format!("-max_len={LONGEST}")])
            // a merge goes on without the inputs that break a promise
            .arg(format!("-artifact_prefix={}/", target.regressions().display()))
            .arg(&merged)
            .arg(seeds.join(target.name()))
            .arg(target.corpus())
            .arg(target.learned());
        run::silently(&target.name(), command.current_dir(root::path()))?;
        let (files, bytes) = replace(&target.corpus(), &merged)?;
        term::note(&format!(
            "{}: {files} inputs, {} kB",
            target.name(),
            bytes.div_ceil(1000)
        ));
    }
    Ok(())
}

/// Puts the files of `from` in place of those of `to`; gives how many there are, and their bytes.
fn replace(to: &Path, from: &Path) -> Result<(usize, u64)> {
    std::fs::remove_dir_all(to)?;
    std::fs::create_dir_all(to)?;
    let (mut files, mut bytes) = (0, 0);
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        bytes += std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        files += 1;
    }
    if files == 0 {
        bail!("nothing to keep in {}", from.display());
    }
    Ok((files, bytes))
}
