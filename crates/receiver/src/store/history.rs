//! Where replaced objects lie: `<root>/.superseded/<study>/<series>/<sop>.<digest>.dcm`, by the digest of the file.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::tree::sync_dir;

pub(super) const FOLDER: &str = ".superseded";
/// Digits of the digest in a name.
const DIGITS: usize = 16;

/// Gives an object that is about to be replaced a second name in the history. Doing it again does nothing more.
pub(super) fn keep(root: &Path, relative: &str, durable: bool) -> io::Result<()> {
    let target = root.join(relative);
    let digest = match File::open(&target) {
        Ok(file) => digest(file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let kept = root
        .join(FOLDER)
        .join(relative)
        .with_extension(format!("{digest}.dcm"));
    let Some(series) = kept.parent() else {
        return Ok(());
    };
    fs::create_dir_all(series)?;
    match fs::hard_link(&target, &kept) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if durable {
        // Series, study, the history itself, and the root that holds it.
        for folder in series.ancestors().take(4) {
            sync_dir(folder)?;
        }
    }
    Ok(())
}

fn digest(mut file: File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = io::Read::read(&mut file, &mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
    let digest = hasher.finalize();
    let hex = digest
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    Ok(hex.chars().take(DIGITS).collect())
}
