//! Whether an object is there already, told by its bytes.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use crate::store::{Head, read_head};

/// True when both files hold the same dataset in the same transfer syntax. Their heads may differ: who sent an object
/// and to which title does not make it another one. `stored` need not exist.
///
/// # Errors
/// When a file that exists cannot be read.
pub(super) fn same_object(stored: &Path, part: &Path) -> io::Result<bool> {
    let stored_head = match read_head(stored) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        head => head?,
    };
    let (Some(one), Some(other)) = (stored_head, read_head(part)?) else {
        return Ok(false);
    };
    if one.transfer_syntax != other.transfer_syntax {
        return Ok(false);
    }
    let (one, one_length) = dataset(stored, &one)?;
    let (other, other_length) = dataset(part, &other)?;
    Ok(one_length == other_length && same_bytes(one, other)?)
}

/// The dataset of a file and its length.
fn dataset(path: &Path, head: &Head) -> io::Result<(BufReader<File>, u64)> {
    let file = File::open(path)?;
    let length = file.metadata()?.len().saturating_sub(head.dataset_at);
    let mut reader = BufReader::with_capacity(64 << 10, file);
    reader.seek(SeekFrom::Start(head.dataset_at))?;
    Ok((reader, length))
}

fn same_bytes(mut one: BufReader<File>, mut other: BufReader<File>) -> io::Result<bool> {
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
