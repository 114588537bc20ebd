//! From dataset bytes to a stored, announced object (and nothing in between that can be seen from outside).
//!
//! The order of commitment, the heart of this program: the part is written; it is synced while its event is staged in the
//! outbox and committed; when both are durable, the part is renamed to its name and the folders are synced; the event is
//! released; only then does the sender hear success. [`recovery`] finishes or undoes whatever a crash interrupts.

mod dataset;
mod duplicate;
mod event;
pub(crate) mod fuzzing;
mod index;
mod notice;
mod object;
mod quarantine;
mod recovery;
mod sink;
mod syntax;
mod walk;

use std::net::IpAddr;

pub(crate) use notice::{AssociationClosed, InstanceRejected, Party};
pub(crate) use recovery::{Digesting, recover};
pub(crate) use sink::ObjectSink;
pub(crate) use syntax::Encoding;

use crate::config::Conflict;
use crate::outbox::{Outbox, OutboxError};
use crate::store::Store;
use crate::uid::Uid;

/// Everything that objects of all associations share.
pub(crate) struct Ingest {
    store: Store,
    outbox: std::sync::Arc<Outbox>,
    receiver_name: String,
    largest_object: u64,
    conflict: Conflict,
    /// Types of events that are announced beside `instance.stored`.
    events: Vec<String>,
}

/// What the C-STORE command and the association say about an object.
#[derive(Debug, Clone)]
pub(crate) struct Announcement {
    pub(crate) sop_class: Uid,
    pub(crate) sop_instance: Uid,
    /// The one negotiated for the presentation context.
    pub(crate) transfer_syntax: Uid,
    pub(crate) calling_aet: String,
    pub(crate) called_aet: String,
    pub(crate) remote_address: IpAddr,
    /// A test object, not to be shown as clinical.
    pub(crate) canary: bool,
}

/// An object that is durably in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    /// Nothing was under this name, or the same bytes, which this receiver had not announced.
    New,
    /// Other bytes were under this name before.
    Replaced,
    /// The same bytes were there and announced already; nothing was done.
    Duplicate,
    /// Other bytes are under this name and stay; these are in the quarantine.
    Kept,
}

/// Why an object is not stored. Nothing of it is left when this is returned, but perhaps in the quarantine.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("{0}")]
    Dataset(#[from] walk::WalkError),
    #[error("no valid {0}")]
    Identifier(&'static str),
    #[error("{0} differs between command and dataset")]
    Mismatch(&'static str),
    #[error("another object has this SOP Instance UID")]
    Conflict,
    #[error("larger than the limit of {0} bytes")]
    TooLarge(u64),
    #[error("storage: {0}")]
    Storage(#[from] std::io::Error),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

impl Ingest {
    pub(crate) fn new(
        store: Store,
        outbox: std::sync::Arc<Outbox>,
        receiver_name: String,
        largest_object: u64,
        conflict: Conflict,
    ) -> Self {
        Self {
            store,
            outbox,
            receiver_name,
            largest_object,
            conflict,
            events: Vec::new(),
        }
    }

    /// Announces events of these types too.
    pub(crate) fn announcing(self, events: Vec<String>) -> Self {
        Self { events, ..self }
    }
}

impl Ingest {
    /// Paths and digests of everything acknowledged under this SOP Instance UID.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn known_instances(&self, sop_instance: &str) -> Result<Vec<(String, String)>, OutboxError> {
        self.outbox.flush()?;
        self.outbox.instances_named(&format!("{sop_instance}.dcm"))
    }

    /// The object of this path, if there is one.
    ///
    /// # Errors
    /// When that cannot be found out.
    pub(crate) fn object(&self, relative: &str) -> std::io::Result<Option<crate::store::Stored>> {
        self.store.object(relative)
    }

    /// Waits for an object store that is away no longer: the receiver is stopping.
    pub(crate) fn give_up(&self) {
        self.store.give_up();
    }

    /// A local folder of this receiver alone, below one with this name.
    pub(crate) fn own_folder(&self, name: &str) -> std::path::PathBuf {
        self.store.own_folder(name)
    }
}

#[cfg(test)]
mod tests;
