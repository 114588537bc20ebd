//! What lies under the path of an object that has come: nothing, the same object, told by its bytes, or another one.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::recovery::Digesting;
use crate::store::{Generation, Store, Stored, read_head};

/// What lies under a path.
pub(super) struct Found {
    pub(super) occupied: bool,
    /// It is the object that has come.
    pub(super) twin: Option<Twin>,
    /// What the storage knows of its generation.
    pub(super) noted: Option<Generation>,
}

impl Found {
    /// Call it while the path is held.
    ///
    /// # Errors
    /// When that cannot be found out.
    pub(super) fn look(store: &Store, path: &str, part: &Path) -> io::Result<Self> {
        let stored = store.object(path)?;
        Ok(Self {
            occupied: stored.is_some(),
            twin: stored.map_or(Ok(None), |stored| twin(stored, part))?,
            noted: store.generation(path)?,
        })
    }

    pub(super) fn is_another(&self) -> bool {
        self.occupied && self.twin.is_none()
    }

    /// The number of what lies there from now on.
    pub(super) fn next_generation(&self) -> u32 {
        match (&self.noted, &self.twin) {
            (Some(noted), Some(twin)) if noted.sha256 == twin.sha256 => noted.number,
            (Some(noted), _) => noted.number.saturating_add(1),
            (None, _) => u32::from(self.is_another()),
        }
    }
}

/// A stored file that holds the object which has come.
pub(super) struct Twin {
    pub(super) size: u64,
    /// Of the whole file, lower-case hexadecimal.
    pub(super) sha256: String,
}

/// The stored file, when it holds the same dataset in the same transfer syntax as the part. Their heads may differ: who
/// sent an object and to which title does not make it another one.
///
/// # Errors
/// When one of them cannot be read.
fn twin(stored: Stored, part: &Path) -> io::Result<Option<Twin>> {
    let Stored { bytes, size } = stored;
    let part = File::open(part)?;
    let part_size = part.metadata()?.len();
    let mut stored = BufReader::with_capacity(64 << 10, Digesting::new(bytes));
    let mut part = BufReader::with_capacity(64 << 10, part);
    let (Some(one), Some(other)) = (read_head(&mut stored)?, read_head(&mut part)?) else {
        return Ok(None);
    };
    let same = one.transfer_syntax == other.transfer_syntax
        && size.checked_sub(one.dataset_at) == part_size.checked_sub(other.dataset_at)
        && same_bytes(&mut stored, &mut part)?;
    Ok(same.then(|| Twin {
        size,
        sha256: stored.into_inner().finish(),
    }))
}

/// Reads both, to their ends if they are the same.
fn same_bytes(one: &mut impl BufRead, other: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let count = left.len().min(right.len());
        if count == 0 {
            return Ok(left.is_empty() && right.is_empty());
        }
        if left.get(..count) != right.get(..count) {
            return Ok(false);
        }
        one.consume(count);
        other.consume(count);
    }
}
