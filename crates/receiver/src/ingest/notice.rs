//! Events beside `instance.stored`: facts that no file stands for.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use time::OffsetDateTime;

use super::event::{SCHEMA, id_of, timestamp};
use super::{Announcement, Ingest};
use crate::outbox::{EventRecord, MakeQuiet, QuietSeries};
use crate::uid::Uid;

pub(crate) const SERIES_QUIET: &str = "series.quiet";
const DUPLICATE: &str = "instance.duplicate";
const REJECTED: &str = "instance.rejected";
const CLOSED: &str = "association.closed";
/// Longest `reason` of an event.
const LONGEST_REASON: usize = 1024;
/// Tells facts of the same moment apart.
static FACTS: AtomicU64 = AtomicU64::new(0);

/// Who sent.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Party {
    pub(crate) calling_aet: String,
    pub(crate) called_aet: String,
    pub(crate) remote_address: IpAddr,
    pub(crate) canary: bool,
}

/// A C-STORE that is answered with a failure.
pub(crate) struct InstanceRejected {
    pub(crate) party: Party,
    pub(crate) sop_class: Option<Uid>,
    pub(crate) sop_instance: Option<Uid>,
    pub(crate) status: u16,
    pub(crate) reason: String,
}

/// An association that is over.
pub(crate) struct AssociationClosed {
    pub(crate) party: Party,
    pub(crate) started: OffsetDateTime,
    pub(crate) end: &'static str,
    pub(crate) stored: u64,
    pub(crate) duplicates: u64,
    pub(crate) rejected: u64,
    pub(crate) echoes: u64,
}

/// What every event begins with.
#[derive(Serialize)]
struct Head<'a> {
    schema: &'static str,
    event_id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    time: String,
    receiver: &'a str,
}

impl<'a> Head<'a> {
    /// `fact` names what happened, and nothing else, within its type and this receiver.
    fn now(kind: &'static str, receiver: &'a str, fact: &str) -> Self {
        Self {
            schema: SCHEMA,
            event_id: id_of(&format!("{kind}\n{receiver}\n{fact}")),
            kind,
            time: timestamp(OffsetDateTime::now_utc()),
            receiver,
        }
    }

    fn record(self, rest: impl Serialize) -> EventRecord {
        #[derive(Serialize)]
        struct Whole<'a, T> {
            #[serde(flatten)]
            head: Head<'a>,
            #[serde(flatten)]
            rest: T,
        }
        let event_id = self.event_id.clone();
        // Structs of strings and numbers always serialize.
        let payload = serde_json::to_string(&Whole { head: self, rest }).unwrap_or_default();
        EventRecord { event_id, payload }
    }
}

#[derive(Serialize)]
struct Duplicate<'a> {
    #[serde(flatten)]
    party: Party,
    study_instance_uid: &'a Uid,
    series_instance_uid: &'a Uid,
    sop_instance_uid: &'a Uid,
    sop_class_uid: &'a Uid,
    transfer_syntax_uid: &'a Uid,
    path: &'a str,
}

#[derive(Serialize)]
struct Rejected<'a> {
    #[serde(flatten)]
    party: Party,
    #[serde(skip_serializing_if = "Option::is_none")]
    sop_class_uid: Option<&'a Uid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sop_instance_uid: Option<&'a Uid>,
    status: String,
    reason: String,
}

#[derive(Serialize)]
struct Closed {
    #[serde(flatten)]
    party: Party,
    started: String,
    end: &'static str,
    stored: u64,
    duplicates: u64,
    rejected: u64,
    echoes: u64,
}

#[derive(Serialize)]
struct Quiet<'a> {
    study_instance_uid: &'a str,
    series_instance_uid: &'a str,
    /// Stored since the series was last announced as quiet.
    instances: i64,
    first_stored: String,
    last_stored: String,
}

impl Ingest {
    /// An instance came that is there already. Blocks, as all of these do.
    pub(super) fn duplicate(&self, announcement: &Announcement, study: &Uid, series: &Uid, path: &str) {
        let rest = Duplicate {
            party: Party {
                calling_aet: announcement.calling_aet.clone(),
                called_aet: announcement.called_aet.clone(),
                remote_address: announcement.remote_address,
                canary: announcement.canary,
            },
            study_instance_uid: study,
            series_instance_uid: series,
            sop_instance_uid: &announcement.sop_instance,
            sop_class_uid: &announcement.sop_class,
            transfer_syntax_uid: &announcement.transfer_syntax,
            path,
        };
        self.put(DUPLICATE, study.to_string(), rest);
    }

    pub(crate) fn rejected(&self, rejected: InstanceRejected) {
        let InstanceRejected {
            party,
            sop_class,
            sop_instance,
            status,
            reason,
        } = rejected;
        let order = format!("{REJECTED} {}", party.calling_aet);
        let rest = Rejected {
            party,
            sop_class_uid: sop_class.as_ref(),
            sop_instance_uid: sop_instance.as_ref(),
            status: format!("{status:04X}"),
            reason: reason.chars().take(LONGEST_REASON).collect(),
        };
        self.put(REJECTED, order, rest);
    }

    pub(crate) fn association_closed(&self, closed: AssociationClosed) {
        let AssociationClosed {
            party,
            started,
            end,
            stored,
            duplicates,
            rejected,
            echoes,
        } = closed;
        let order = format!("{CLOSED} {}", party.calling_aet);
        let rest = Closed {
            party,
            started: timestamp(started),
            end,
            stored,
            duplicates,
            rejected,
            echoes,
        };
        self.put(CLOSED, order, rest);
    }

    /// Makes an event and gives it to the outbox. It failing fails nothing else: no file depends on it.
    fn put(&self, kind: &'static str, order: String, rest: impl Serialize) {
        if !self.events.iter().any(|wanted| wanted == kind) {
            return;
        }
        let now = OffsetDateTime::now_utc().unix_timestamp_nanos();
        let fact = format!(
            "{now}\n{}\n{}",
            std::process::id(),
            FACTS.fetch_add(1, Ordering::Relaxed)
        );
        let record = Head::now(kind, &self.receiver_name, &fact).record(rest);
        if let Err(error) = self.outbox.announce(order, kind, record) {
            tracing::error!(%error, kind, "an event was not announced");
        }
    }

    /// Makes the events of quiet series.
    pub(crate) fn quiet_events(&self) -> MakeQuiet {
        let receiver = self.receiver_name.clone();
        Box::new(move |series| quiet_event(&receiver, series))
    }
}

fn quiet_event(receiver: &str, series: &QuietSeries) -> EventRecord {
    let QuietSeries {
        study,
        series,
        instances,
        first_ms,
        last_ms,
    } = series;
    let fact = format!("{study}\n{series}\n{first_ms}\n{last_ms}");
    Head::now(SERIES_QUIET, receiver, &fact).record(Quiet {
        study_instance_uid: study,
        series_instance_uid: series,
        instances: *instances,
        first_stored: time_of(*first_ms),
        last_stored: time_of(*last_ms),
    })
}

/// Of ms since 1970.
fn time_of(ms: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    timestamp(time.unwrap_or(OffsetDateTime::UNIX_EPOCH))
}
