//! `.locks`: one commits an object of a path at a time, whichever association or receiver. Paths share a few files, which
//! stay open once they are.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

/// Many more than associations commit at once, so that two seldom meet.
const FILES: usize = 256;

pub(super) struct Locks {
    folder: PathBuf,
    /// A lock belongs to an open file, so the associations of this receiver exclude each other first.
    files: Vec<Mutex<Option<File>>>,
}

impl Locks {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            files: std::iter::repeat_with(Mutex::default).take(FILES).collect(),
        }
    }

    /// Waits until nobody else holds the path.
    pub(super) fn hold(&self, relative: &str) -> io::Result<Held<'_>> {
        let digest = Sha256::digest(relative);
        let number = digest.first().copied().map_or(0, usize::from);
        let Some(file) = self.files.get(number) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match file.take() {
            Some(open) => open,
            None => File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(self.folder.join(format!("{number:02x}")))?,
        };
        open.lock()?;
        *file = Some(open);
        Ok(Held(file))
    }
}

/// A path that nobody else commits an object of, until this is dropped.
pub(crate) struct Held<'a>(MutexGuard<'a, Option<File>>);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.as_ref().map(File::unlock) {
            tracing::warn!(%error, "a lock is given back by closing its file");
            *self.0 = None;
        }
    }
}
