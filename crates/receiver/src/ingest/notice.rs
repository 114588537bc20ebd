//! Events beside `instance.stored`: facts that no file stands for.

use serde::Serialize;
use time::OffsetDateTime;

use super::Ingest;
use super::event::{SCHEMA, id_of, timestamp};
use crate::outbox::{EventRecord, MakeQuiet, QuietSeries};

pub(crate) const SERIES_QUIET: &str = "series.quiet";

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
struct Quiet<'a> {
    study_instance_uid: &'a str,
    series_instance_uid: &'a str,
    /// Stored since the series was last announced as quiet.
    instances: i64,
    first_stored: String,
    last_stored: String,
}

impl Ingest {
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
