//! Whether we hold what a request names: in the ledger, in the storage, of that class, with the bytes that were acknowledged.

use std::io;

use super::dataset::{Failure, Reference};
use crate::ingest::{Digesting, Ingest};
use crate::store::read_head;

/// Failure Reason (0008,1197), PS3.3 section C.14.1.1.
mod reason {
    pub(super) const PROCESSING_FAILURE: u16 = 0x0110;
    pub(super) const NO_SUCH_OBJECT_INSTANCE: u16 = 0x0112;
    pub(super) const CLASS_INSTANCE_CONFLICT: u16 = 0x0119;
}

/// What a result says.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) held: Vec<Reference>,
    pub(crate) failed: Vec<Failure>,
}

/// Looks at each object.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn judge(ingest: &Ingest, references: Vec<Reference>) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for reference in references {
        let known = ingest
            .known_instances(reference.sop_instance.as_str())
            .map_err(io::Error::other)?;
        let mut verdict = Some(reason::NO_SUCH_OBJECT_INSTANCE);
        for (path, sha256) in known {
            verdict = look(ingest, &path, &sha256, &reference).unwrap_or_else(|error| {
                tracing::error!(%error, "an object of a commitment request cannot be read");
                Some(reason::PROCESSING_FAILURE)
            });
            if verdict.is_none() {
                break;
            }
        }
        match verdict {
            None => outcome.held.push(reference),
            Some(reason) => outcome.failed.push(Failure { reference, reason }),
        }
    }
    Ok(outcome)
}

/// The reason why an object is not held, if it is not.
fn look(ingest: &Ingest, path: &str, sha256: &str, reference: &Reference) -> io::Result<Option<u16>> {
    let Some(stored) = ingest.object(path)? else {
        return Ok(Some(reason::NO_SUCH_OBJECT_INSTANCE));
    };
    let mut bytes = Digesting::new(stored.bytes);
    let class = read_head(&mut bytes)?.and_then(|head| head.sop_class);
    if class.as_ref() != Some(&reference.sop_class) {
        return Ok(Some(reason::CLASS_INSTANCE_CONFLICT));
    }
    io::copy(&mut bytes, &mut io::sink())?;
    let whole = bytes.finish() == sha256;
    Ok((!whole).then_some(reason::PROCESSING_FAILURE))
}
