//! The inside of the receiver for the fuzz targets, over bytes that are there already. No part of the interface.

pub use crate::association::fuzzing::{
    Conversation, Message, command, conversation, messages, pdus, response,
};
pub use crate::ingest::fuzzing::{Walked, walk};

use crate::commitment::Action;
use crate::ingest::Encoding;

/// The transaction of a storage commitment request, and how many objects it names.
pub fn commitment_request(transfer_syntax: &str, bytes: &[u8]) -> Option<(String, usize)> {
    let action = Action::parse(bytes, Encoding::of(transfer_syntax))?;
    Some((action.transaction.to_string(), action.references.len()))
}
