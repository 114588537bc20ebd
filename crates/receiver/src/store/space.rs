//! Whether there is room for another object.

use std::io;
use std::path::Path;

use crate::config::Objects;

/// The free space that must be left.
#[derive(Debug, Clone, Copy)]
pub(super) struct LowMark {
    bytes: u64,
    percent: u64,
}

impl LowMark {
    pub(super) fn new(objects: &Objects) -> Self {
        Self {
            bytes: objects.min_free_bytes,
            percent: u64::from(objects.min_free_percent),
        }
    }

    /// # Errors
    /// `StorageFull` below the mark.
    pub(super) fn check(self, root: &Path) -> io::Result<()> {
        let system = rustix::fs::statvfs(root)?;
        if self.is_reached(system.f_bavail, system.f_blocks, system.f_frsize) {
            return Err(io::Error::new(
                io::ErrorKind::StorageFull,
                "free space is below the low mark",
            ));
        }
        Ok(())
    }

    fn is_reached(self, available: u64, blocks: u64, block: u64) -> bool {
        let free = available.saturating_mul(block);
        free < self.bytes || u128::from(available) * 100 < u128::from(blocks) * u128::from(self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::LowMark;

    #[test]
    fn the_larger_mark_counts() {
        let mark = |bytes, percent| LowMark { bytes, percent };
        for (mark, reached) in [
            (mark(0, 0), false),
            (mark(10 * 4096, 10), false),
            (mark(10 * 4096 + 1, 0), true),
            (mark(0, 11), true),
        ] {
            assert_eq!(mark.is_reached(10, 100, 4096), reached, "{mark:?}");
        }
    }
}
