//! The memory that object bytes pass through: chunks of one size, used again and again.

use std::sync::{Mutex, PoisonError};

/// Size of a chunk; also the largest P-DATA that is advertised by default.
pub(crate) const CHUNK: usize = 128 << 10;
/// Chunks kept for later; more are freed.
const MOST_KEPT: usize = 32;

/// Chunks that wait for use. No I/O happens while the list is locked.
#[derive(Default)]
pub(super) struct Buffers(Mutex<Vec<Vec<u8>>>);

impl Buffers {
    /// An empty chunk with room for [`CHUNK`] bytes.
    pub(super) fn take(&self) -> Vec<u8> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| Vec::with_capacity(CHUNK))
    }

    pub(super) fn give_back(&self, mut chunk: Vec<u8>) {
        chunk.clear();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST_KEPT {
            kept.push(chunk);
        }
    }
}
