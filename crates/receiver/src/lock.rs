//! Lock files: one process for one storage tree and for one outbox.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// Opens (or makes) a lock file and holds it until the file is dropped or the process ends, however it ends.
///
/// # Errors
/// When the file cannot be opened or another process holds the lock.
pub(crate) fn exclusive(path: &Path) -> io::Result<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let text = format!("{} is held by another receiver", path.display());
            Err(io::Error::new(io::ErrorKind::WouldBlock, text))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}
