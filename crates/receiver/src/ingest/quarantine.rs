//! Objects that are refused for what they hold are kept aside, with a note without patient data.

use serde::Serialize;
use sha2::Sha256;
use time::OffsetDateTime;

use super::event::{hex_digest, timestamp};
use super::{Announcement, Ingest, Refusal};
use crate::metrics::METRICS;
use crate::store::Part;
use crate::uid::Uid;

/// The reason file.
#[derive(Serialize)]
struct Note<'a> {
    time: String,
    reason: String,
    receiver: &'a str,
    calling_aet: &'a str,
    called_aet: &'a str,
    remote_address: String,
    canary: bool,
    /// As the C-STORE command has them.
    sop_class_uid: &'a Uid,
    sop_instance_uid: &'a Uid,
    transfer_syntax_uid: &'a Uid,
    size: u64,
    sha256: String,
}

/// Puts a refused object aside; true when it is safe there.
pub(super) fn put_aside(
    ingest: &Ingest,
    part: Part,
    announcement: &Announcement,
    (hasher, size): (Sha256, u64),
    refusal: &Refusal,
) -> bool {
    if !ingest.store.has_quarantine() {
        return false;
    }
    let note = Note {
        time: timestamp(OffsetDateTime::now_utc()),
        reason: refusal.to_string(),
        receiver: &ingest.receiver_name,
        calling_aet: &announcement.calling_aet,
        called_aet: &announcement.called_aet,
        remote_address: announcement.remote_address.to_string(),
        canary: announcement.canary,
        sop_class_uid: &announcement.sop_class,
        sop_instance_uid: &announcement.sop_instance,
        transfer_syntax_uid: &announcement.transfer_syntax,
        size,
        sha256: hex_digest(hasher),
    };
    // A struct of strings and finite numbers always serializes.
    let note = serde_json::to_string_pretty(&note).unwrap_or_default();
    match ingest.store.quarantine(part, size, &note) {
        Ok(true) => {
            METRICS.quarantined(kind(refusal));
            true
        }
        Ok(false) => {
            tracing::warn!("the quarantine is full; a refused object is dropped");
            false
        }
        Err(error) => {
            tracing::error!(%error, "a refused object could not be kept");
            false
        }
    }
}

/// The label of the metric.
fn kind(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Dataset(_) => "dataset",
        Refusal::Identifier(_) => "identifier",
        Refusal::Mismatch(_) => "mismatch",
        Refusal::Conflict => "conflict",
        _ => "other",
    }
}
