//! The ingest event, version 1 (`schemas/ingest-event.v1.json`).

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use time::macros::format_description;
use uuid::Uuid;

use super::Announcement;
use super::index::Index;
use crate::outbox::EventRecord;
use crate::uid::Uid;

pub(super) const SCHEMA: &str = "noctis.ingest/1";
const INSTANCE_STORED: &str = "instance.stored";
/// Namespace of event ids, made once for this schema.
const NAMESPACE: Uuid = Uuid::from_u128(0x6b0d_5a1e_9f27_4c53_8a64_2f1c_7be0_93d1);

/// An object that is complete in its part.
pub(super) struct StoredObject {
    pub(super) announcement: Announcement,
    pub(super) study: Uid,
    pub(super) series: Uid,
    /// Relative to the storage root.
    pub(super) path: String,
    /// Bytes of the whole file.
    pub(super) size: u64,
    /// Of the whole file, lower-case hexadecimal.
    pub(super) sha256: String,
    pub(super) index: Index,
    pub(super) time: OffsetDateTime,
}

#[derive(Serialize)]
struct Event<'a> {
    schema: &'static str,
    event_id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    time: &'a str,
    receiver: &'a str,
    calling_aet: &'a str,
    called_aet: &'a str,
    remote_address: String,
    canary: bool,
    study_instance_uid: &'a Uid,
    series_instance_uid: &'a Uid,
    sop_instance_uid: &'a Uid,
    sop_class_uid: &'a Uid,
    transfer_syntax_uid: &'a Uid,
    path: &'a str,
    size: u64,
    sha256: &'a str,
    index: &'a Index,
}

impl StoredObject {
    /// The event of this object; `generation` counts how often other bytes were under its path before.
    pub(super) fn event(&self, receiver: &str, generation: u32) -> EventRecord {
        let announcement = &self.announcement;
        let event_id = event_id(&announcement.sop_instance, &self.sha256, generation);
        let event = Event {
            schema: SCHEMA,
            event_id: &event_id,
            kind: INSTANCE_STORED,
            time: &timestamp(self.time),
            receiver,
            calling_aet: &announcement.calling_aet,
            called_aet: &announcement.called_aet,
            remote_address: announcement.remote_address.to_string(),
            canary: announcement.canary,
            study_instance_uid: &self.study,
            series_instance_uid: &self.series,
            sop_instance_uid: &announcement.sop_instance,
            sop_class_uid: &announcement.sop_class,
            transfer_syntax_uid: &announcement.transfer_syntax,
            path: &self.path,
            size: self.size,
            sha256: &self.sha256,
            index: &self.index,
        };
        // A struct of strings and finite numbers always serializes.
        let payload = serde_json::to_string(&event).unwrap_or_default();
        EventRecord { event_id, payload }
    }
}

/// `UUIDv5` over type, SOP Instance UID, SHA-256 and generation, so that two receivers name the same fact alike.
fn event_id(sop_instance: &Uid, sha256: &str, generation: u32) -> String {
    id_of(&format!(
        "{INSTANCE_STORED}\n{sop_instance}\n{sha256}\n{generation}"
    ))
}

/// The id of the fact that is named so.
pub(super) fn id_of(name: &str) -> String {
    Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string()
}

/// RFC 3339 in UTC with microseconds.
pub(super) fn timestamp(time: OffsetDateTime) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
    time.to_offset(time::UtcOffset::UTC)
        .format(&format)
        .unwrap_or_default()
}

/// The digest as lower-case hexadecimal.
pub(super) fn hex_digest(hasher: Sha256) -> String {
    hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_id_names_a_fact() {
        let uid = Uid::parse(b"1.2.3").unwrap();
        let first = event_id(&uid, "ab", 0);
        assert_eq!(first, event_id(&uid, "ab", 0));
        assert_ne!(first, event_id(&uid, "ab", 1));
        assert_ne!(first, event_id(&uid, "ac", 0));
        assert_eq!(Uuid::parse_str(&first).unwrap().get_version_num(), 5);
    }

    #[test]
    fn times_have_microseconds_and_are_utc() {
        let time = time::macros::datetime!(2026-11-24 12:00:00.5 +2);
        assert_eq!(timestamp(time), "2026-11-24T10:00:00.500000Z");
    }
}
