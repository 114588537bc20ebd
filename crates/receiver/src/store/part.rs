//! A file that is still being written.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

pub(super) const EXTENSION: &str = "part";

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// A temporary file on the file system of the store. Dropping it removes it, unless it was [released](Part::release).
pub(crate) struct Part {
    file: File,
    path: PathBuf,
    name: String,
    released: bool,
}

impl Part {
    /// In the folder of this receiver.
    pub(super) fn create(folder: &Path, receiver: &str) -> io::Result<Self> {
        // Names never repeat within a process, those of different receivers differ, and O_EXCL settles the rest.
        let nanos = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos());
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("{receiver}-{nanos:x}-{number:x}.{EXTENSION}");
        let path = folder.join(&name);
        let file = File::options()
            .write(true)
            .create_new(true)
            .mode(0o640)
            .open(&path)?;
        Ok(Self {
            file,
            path,
            name,
            released: false,
        })
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Call it when the file has its final name, so that nothing is removed.
    pub(crate) fn release(mut self) {
        self.released = true;
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.released
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, part = self.name, "a temporary file could not be removed; the next start will");
        }
    }
}
