//! What a start does with what a crash left: every staged object is either finished or forgotten, and no temporary
//! file stays. None of the forgotten ones was acknowledged. Doing it twice does nothing more.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use super::event::hex_digest;
use super::{Ingest, Refusal};
use crate::outbox::StagedRow;
use crate::store::{Generation, Stored};

/// What a recovery did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recovered {
    /// Objects that got their name now.
    pub(crate) placed: usize,
    /// Objects that had it, whose event was not released.
    pub(crate) released: usize,
    /// Staged rows without a file, or whose path another receiver has given to other bytes since.
    pub(crate) forgotten: usize,
    /// Temporary files, and uploads that were not finished.
    pub(crate) swept: usize,
}

/// Puts the storage and the outbox in order; call it before anything is accepted.
///
/// # Errors
/// When the storage or the outbox cannot be read or written.
pub(crate) fn recover(ingest: &Ingest) -> Result<Recovered, Refusal> {
    let mut done = Recovered::default();
    for row in ingest.outbox.staged()? {
        let StagedRow {
            seq,
            path,
            part,
            generation,
        } = row;
        let _held = ingest.store.hold(&path)?;
        let stored = ingest.store.object(&path)?;
        let occupied = stored.is_some();
        if holds(stored, &generation.sha256)? {
            ingest.store.settle_name(&path)?;
            ingest.outbox.ready(seq)?;
            done.released += 1;
        } else if holds(ingest.store.part(&part)?, &generation.sha256)?
            && is_next(&generation, occupied, ingest.store.generation(&path)?.as_ref())
        {
            if generation.number > 0 {
                ingest.store.note_generation(&path, &generation)?;
            }
            ingest.store.place(&part, &path, occupied)?;
            ingest.store.settle_name(&path)?;
            ingest.outbox.ready(seq)?;
            done.placed += 1;
        } else {
            ingest.outbox.unstage(seq)?;
            ingest.store.prune(&path);
            done.forgotten += 1;
        }
    }
    ingest.outbox.flush()?;
    done.swept = ingest.store.sweep()?;
    Ok(done)
}

/// Whether these are exactly the bytes that are wanted. A part may be incomplete after a power loss, and a name may still
/// hold the bytes that were to be replaced.
fn holds(stored: Option<Stored>, sha256: &str) -> io::Result<bool> {
    match stored {
        Some(stored) => Ok(digest_of(stored)? == sha256),
        None => Ok(false),
    }
}

/// Whether nothing has come to the path since these bytes were staged for it.
fn is_next(staged: &Generation, occupied: bool, noted: Option<&Generation>) -> bool {
    match noted {
        Some(noted) => noted.number < staged.number || noted == staged,
        None => staged.number > 0 || !occupied,
    }
}

/// SHA-256 of a stored file, lower-case hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn digest_of(stored: Stored) -> io::Result<String> {
    let mut bytes = Digesting::new(stored.bytes);
    io::copy(&mut bytes, &mut io::sink())?;
    Ok(bytes.finish())
}

/// Digests what is read through it.
pub(crate) struct Digesting<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Digesting<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            hasher: Sha256::new(),
        }
    }

    /// Of everything so far.
    pub(crate) fn finish(self) -> String {
        hex_digest(self.hasher)
    }
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_receiver_has_replaced_is_not_brought_back() {
        let bytes = |number, sha256: &str| Generation {
            number,
            sha256: sha256.to_owned(),
        };
        for (staged, occupied, noted, expected) in [
            (bytes(0, "a"), false, None, true),
            (bytes(0, "a"), true, None, false),
            (bytes(0, "a"), true, Some(bytes(1, "b")), false),
            (bytes(1, "a"), true, None, true),
            (bytes(1, "a"), true, Some(bytes(1, "a")), true),
            (bytes(1, "a"), true, Some(bytes(1, "b")), false),
            (bytes(2, "a"), true, Some(bytes(1, "b")), true),
            (bytes(2, "a"), true, Some(bytes(3, "b")), false),
        ] {
            assert_eq!(
                is_next(&staged, occupied, noted.as_ref()),
                expected,
                "{staged:?} {noted:?}"
            );
        }
    }
}
