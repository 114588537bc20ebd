//! Datasets that are walked, and nothing else.

use super::dataset::DatasetReader;
use super::syntax::Encoding;

/// What a whole dataset says of itself.
#[derive(Debug, PartialEq, Eq)]
pub struct Walked {
    /// Study, Series, SOP Instance and SOP Class UID, where they are UIDs.
    pub uids: [Option<String>; 4],
    /// The index of its event, as JSON.
    pub index: String,
}

/// Walks a dataset that comes in pieces.
///
/// # Errors
/// Why it is none, in words.
pub fn walk<'b>(transfer_syntax: &str, pieces: impl IntoIterator<Item = &'b [u8]>) -> Result<Walked, String> {
    let mut reader = DatasetReader::new(Encoding::of(transfer_syntax));
    for piece in pieces {
        reader.feed(piece).map_err(|error| error.to_string())?;
    }
    let facts = reader.finish().map_err(|error| error.to_string())?;
    let uids = [facts.study, facts.series, facts.sop_instance, facts.sop_class];
    Ok(Walked {
        uids: uids.map(|uid| uid.map(|uid| uid.to_string())),
        index: serde_json::to_string(&facts.index).map_err(|error| error.to_string())?,
    })
}
