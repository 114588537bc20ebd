//! What an answer of the listener means for the events that were sent.

use std::collections::HashMap;

use serde::Deserialize;

use super::backoff::Backoff;
use crate::outbox::{Due, Outcome, Settlement};

/// What came back.
#[derive(Debug)]
pub(super) enum Reply {
    /// A status and the body.
    Answered(u16, Vec<u8>),
    /// Nothing: no connection, a broken one, or no answer in time.
    None(String),
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Settled(Vec<Settlement>),
    /// The batch is refused as a whole; which event it is shows one by one.
    OneByOne,
    /// The listener is not able or not willing; all of it again after a pause.
    Later(String),
}

#[derive(Deserialize)]
struct Results {
    results: Vec<EventResult>,
}

#[derive(Deserialize)]
struct EventResult {
    event_id: String,
    status: String,
    #[serde(default)]
    reason: Option<String>,
}

/// Judges an answer. An event that the answer does not name is tried again, with a wait of its own.
pub(super) fn judge(due: &[Due], reply: &Reply, now_ms: i64, backoff: &Backoff) -> Verdict {
    match reply {
        Reply::None(reason) => Verdict::Later(reason.clone()),
        Reply::Answered(200..=299 | 409, body) => match serde_json::from_slice::<Results>(body) {
            Ok(Results { results }) => Verdict::Settled(settle(due, results, now_ms, backoff)),
            Err(_not_ours) => Verdict::Later("an answer without results".to_owned()),
        },
        Reply::Answered(status @ (401 | 403 | 408 | 425 | 429 | 500..), _)
        | Reply::Answered(status @ ..=399, _) => Verdict::Later(format!("status {status}")),
        Reply::Answered(status, _) => match due {
            [only] => {
                let reason = format!("status {status}");
                Verdict::Settled(vec![Settlement {
                    seq: only.seq,
                    outcome: Outcome::Dead { reason },
                }])
            }
            _ => Verdict::OneByOne,
        },
    }
}

/// Every event of the batch is taken.
#[cfg(feature = "redis")]
pub(super) fn all_done(due: &[Due]) -> Vec<Settlement> {
    let done = |event: &Due| Settlement {
        seq: event.seq,
        outcome: Outcome::Done,
    };
    due.iter().map(done).collect()
}

fn settle(due: &[Due], results: Vec<EventResult>, now_ms: i64, backoff: &Backoff) -> Vec<Settlement> {
    let mut by_id: HashMap<String, EventResult> = results
        .into_iter()
        .map(|result| (result.event_id.clone(), result))
        .collect();
    let again = |event: &Due, reason: &str| {
        let wait = backoff.after(event.attempts).as_millis();
        let at_ms = now_ms.saturating_add(i64::try_from(wait).unwrap_or(i64::MAX));
        Outcome::Retry {
            at_ms,
            reason: reason.to_owned(),
        }
    };
    let settlement = |event: &Due| {
        let outcome = match by_id.remove(&event.event_id) {
            None => again(event, "the answer does not name this event"),
            Some(result) => match result.status.as_str() {
                "accepted" | "duplicate" => Outcome::Done,
                "rejected" => Outcome::Dead {
                    reason: result.reason.unwrap_or_else(|| "rejected".to_owned()),
                },
                _ => again(event, "the answer has an unknown status"),
            },
        };
        if outcome != Outcome::Done {
            tracing::warn!(
                event_id = event.event_id,
                dead = outcome.is_dead(),
                "event not accepted"
            );
        }
        Settlement {
            seq: event.seq,
            outcome,
        }
    };
    due.iter().map(settlement).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(count: i64) -> Vec<Due> {
        let event = |seq| Due {
            seq,
            event_id: format!("e{seq}"),
            study: String::new(),
            kind: String::new(),
            attempts: 0,
            payload: "{}".to_owned(),
        };
        (0..count).map(event).collect()
    }

    fn judged(count: i64, status: u16, body: &str) -> Verdict {
        let reply = Reply::Answered(status, body.as_bytes().to_vec());
        judge(&due(count), &reply, 1000, &Backoff::new(100, 100))
    }

    #[test]
    fn named_events_are_settled_and_the_others_wait() {
        let body = r#"{"results":[{"event_id":"e0","status":"accepted"},{"event_id":"e1","status":"rejected",
            "reason":"no"},{"event_id":"e2","status":"duplicate"},{"event_id":"e4","status":"?"}]}"#;
        for status in [200, 409] {
            let Verdict::Settled(settlements) = judged(5, status, body) else {
                panic!("not settled")
            };
            let outcomes: Vec<&Outcome> = settlements.iter().map(|one| &one.outcome).collect();
            assert!(matches!(
                outcomes.as_slice(),
                [Outcome::Done, Outcome::Dead { .. }, Outcome::Done, Outcome::Retry { at_ms, .. }, Outcome::Retry { .. }]
                    if (1050..=1100).contains(at_ms)
            ));
        }
    }

    #[test]
    fn the_listener_is_tried_again() {
        for status in [302, 401, 403, 408, 425, 429, 500, 503] {
            assert!(matches!(judged(2, status, ""), Verdict::Later(_)), "{status}");
        }
        assert!(matches!(judged(1, 200, "fine"), Verdict::Later(_)));
        let none = judge(
            &due(1),
            &Reply::None("refused".to_owned()),
            0,
            &Backoff::new(1, 1),
        );
        assert_eq!(none, Verdict::Later("refused".to_owned()));
    }

    #[test]
    fn a_refused_batch_is_taken_apart_and_a_refused_event_is_dead() {
        for status in [400, 404, 413, 422] {
            assert_eq!(judged(2, status, ""), Verdict::OneByOne, "{status}");
            let Verdict::Settled(settlements) = judged(1, status, "") else {
                panic!("not settled")
            };
            assert!(settlements.iter().all(|one| one.outcome.is_dead()), "{status}");
        }
    }
}
