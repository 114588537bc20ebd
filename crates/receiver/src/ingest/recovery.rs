//! What a start does with what a crash left: every staged object is either finished or forgotten, and no temporary
//! file stays. None of the forgotten ones was acknowledged. Doing it twice does nothing more.

use std::fs::File;
use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::event::hex_digest;
use super::{Ingest, Refusal};
use crate::outbox::StagedRow;

/// What a recovery did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recovered {
    /// Objects that got their name now.
    pub(crate) placed: usize,
    /// Objects that had it, whose event was not released.
    pub(crate) released: usize,
    /// Staged rows without a file.
    pub(crate) forgotten: usize,
    /// Temporary files that were never staged.
    pub(crate) swept: usize,
}

/// Puts the tree and the outbox in order; call it before anything is accepted.
///
/// # Errors
/// When the tree or the outbox cannot be read or written.
pub(crate) fn recover(ingest: &Ingest) -> Result<Recovered, Refusal> {
    let mut done = Recovered::default();
    for row in ingest.outbox.staged()? {
        let StagedRow {
            seq,
            path,
            part,
            sha256,
        } = row;
        if is_object(&ingest.store.part_path(&part), &sha256)? {
            ingest.store.place(&part, &path)?;
            ingest.store.settle_name(&path)?;
            ingest.outbox.ready(seq)?;
            done.placed += 1;
        } else if is_object(&ingest.store.absolute(&path), &sha256)? {
            ingest.store.settle_name(&path)?;
            ingest.outbox.ready(seq)?;
            done.released += 1;
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

/// Whether the file exists and holds exactly these bytes. A part may be incomplete after a power loss, and a name may
/// still hold the bytes that were to be replaced.
fn is_object(path: &Path, sha256: &str) -> io::Result<bool> {
    match File::open(path) {
        Ok(file) => Ok(digest_of(file)? == sha256),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// SHA-256 of a file, lower-case hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn digest_of(mut file: File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut HashWriter(&mut hasher))?;
    Ok(hex_digest(hasher))
}

struct HashWriter<'a>(&'a mut Sha256);

impl io::Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
