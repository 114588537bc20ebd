//! Where refused datasets lie: `<root>/.quarantine/<name>.dcm` as it was sent, beside `<name>.json`, which says why.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::Part;
use super::tree::sync_dir;

const OBJECT: &str = "dcm";
const REASON: &str = "json";

/// The folder, bounded in bytes.
pub(super) struct Quarantine {
    folder: PathBuf,
    limit: u64,
    /// Bytes in it, as far as we know: an operator may have emptied it since.
    used: Mutex<u64>,
}

impl Quarantine {
    /// Makes the folder, and removes reasons of this receiver whose object never came.
    pub(super) fn open(folder: PathBuf, limit: u64, receiver: &str) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy())
                .unwrap_or_default();
            let is_reason = name.starts_with(receiver) && name.ends_with(REASON);
            if is_reason && !path.with_extension(OBJECT).try_exists()? {
                fs::remove_file(path)?;
            }
        }
        let used = Mutex::new(bytes_in(&folder)?);
        Ok(Self { folder, limit, used })
    }

    /// Takes a part of this size in; false when there is no room for it, and then it is gone.
    pub(super) fn take(&self, part: Part, size: u64, reason: &str, durable: bool) -> io::Result<bool> {
        if !self.reserve(size)? {
            return Ok(false);
        }
        if durable {
            part.sync()?;
        }
        let object = self.folder.join(part.name()).with_extension(OBJECT);
        let mut note = File::options()
            .write(true)
            .create_new(true)
            .mode(0o640)
            .open(object.with_extension(REASON))?;
        note.write_all(reason.as_bytes())?;
        if durable {
            note.sync_all()?;
        }
        fs::rename(part.path(), &object)?;
        part.release();
        if durable {
            sync_dir(&self.folder)?;
        }
        Ok(true)
    }

    fn reserve(&self, size: u64) -> io::Result<bool> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.saturating_add(size) > self.limit {
            *used = bytes_in(&self.folder)?;
        }
        let fits = used.saturating_add(size) <= self.limit;
        if fits {
            *used += size;
        }
        Ok(fits)
    }
}

fn bytes_in(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        match entry?.metadata() {
            Ok(metadata) => bytes += metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(bytes)
}
