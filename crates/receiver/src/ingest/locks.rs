//! One object per path at a time, whichever associations send it.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, PoisonError};

/// Paths that are being committed. No I/O happens while the set is locked.
#[derive(Default)]
pub(super) struct PathLocks {
    held: Mutex<HashSet<String>>,
    freed: Condvar,
}

/// Holds one path until it is dropped.
pub(super) struct PathGuard<'a> {
    locks: &'a PathLocks,
    path: &'a str,
}

impl PathLocks {
    /// Waits until nobody else holds the path.
    pub(super) fn hold<'a>(&'a self, path: &'a str) -> PathGuard<'a> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while held.contains(path) {
            held = self.freed.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        held.insert(path.to_owned());
        PathGuard { locks: self, path }
    }
}

impl Drop for PathGuard<'_> {
    fn drop(&mut self) {
        self.locks
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(self.path);
        self.locks.freed.notify_all();
    }
}
