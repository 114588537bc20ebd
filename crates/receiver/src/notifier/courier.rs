//! Brings the events of the outbox to one sink.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::answer::Verdict;
use super::backoff::Backoff;
use super::off_thread;
use super::sink::Sink;
use crate::metrics::METRICS;
use crate::outbox::{Due, Outbox, OutboxError, Outcome, Settlement, now_ms};

/// Pause when the outbox itself cannot be read or written.
const OUTBOX_TROUBLE: Duration = Duration::from_secs(1);
/// An operator's retry comes from another process, which nobody is told of.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

pub(super) struct Courier {
    outbox: Arc<Outbox>,
    name: String,
    sink: Sink,
    backoff: Backoff,
    /// A batch was refused as a whole: events go one by one until the culprit is found.
    alone: bool,
}

/// When to look again.
enum Pause {
    Not,
    /// Whatever arrives meanwhile.
    For(Duration),
    /// Until something arrives, or this long.
    UntilArrival(Duration),
}

impl Courier {
    pub(super) fn new(outbox: Arc<Outbox>, name: String, sink: Sink) -> Self {
        let pace = sink.pace;
        Self {
            outbox,
            name,
            sink,
            backoff: Backoff::new(pace.backoff_min_ms, pace.backoff_max_ms),
            alone: false,
        }
    }

    /// Delivers until the flag is raised; what is under way is finished first.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut arrivals = self.outbox.arrivals();
        loop {
            arrivals.mark_unchanged();
            let pause = self.deliver().await;
            let pause = async {
                match pause {
                    Pause::Not => {}
                    Pause::For(time) => sleep(time).await,
                    // Nothing is lost when the time is up: it only is looked again.
                    Pause::UntilArrival(time) => drop(timeout(time, arrivals.changed()).await),
                }
            };
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                () = pause => {}
            }
        }
    }

    /// One batch, if there is anything to deliver.
    async fn deliver(&mut self) -> Pause {
        let limit = if self.alone { 1 } else { self.sink.pace.batch };
        let name = self.name.clone();
        let due = off_thread(&self.outbox, move |outbox| outbox.due(&name, now_ms(), limit)).await;
        let due = match due {
            Ok(due) => due,
            Err(error) => return self.outbox_trouble(&error),
        };
        if due.is_empty() {
            self.alone = false;
            let name = self.name.clone();
            return match off_thread(&self.outbox, move |outbox| outbox.next_due_ms(&name)).await {
                Ok(next) => Pause::UntilArrival(next.map_or(LOOK_AGAIN, |at| until(at).min(LOOK_AGAIN))),
                Err(error) => self.outbox_trouble(&error),
            };
        }
        let verdict = self.sink.deliver(&due, &self.backoff).await;
        self.conclude(&due, verdict).await
    }

    async fn conclude(&mut self, due: &[Due], verdict: Verdict) -> Pause {
        match verdict {
            Verdict::Settled(settlements) => {
                self.backoff.reset();
                self.count(&settlements);
                // After a refused batch stay with single events until one of them is refused alone.
                self.alone = self.alone && settlements.iter().all(|one| !one.outcome.is_dead());
                let name = self.name.clone();
                match off_thread(&self.outbox, move |outbox| outbox.settle(&name, settlements)).await {
                    Ok(()) => Pause::Not,
                    Err(error) => self.outbox_trouble(&error),
                }
            }
            Verdict::OneByOne => {
                self.alone = true;
                Pause::Not
            }
            Verdict::Later(reason) => {
                let pause = self.backoff.next();
                METRICS.delivered(&self.name, "retry", due.len());
                tracing::warn!(
                    sink = self.name,
                    reason,
                    pause_ms = pause.as_millis(),
                    events = due.len(),
                    "trying again"
                );
                Pause::For(pause)
            }
        }
    }

    fn count(&self, settlements: &[Settlement]) {
        let count = |result: &str, is: fn(&Outcome) -> bool| {
            let events = settlements.iter().filter(|one| is(&one.outcome)).count();
            METRICS.delivered(&self.name, result, events);
        };
        count("done", |outcome| matches!(outcome, Outcome::Done));
        count("dead", Outcome::is_dead);
        count("retry", |outcome| matches!(outcome, Outcome::Retry { .. }));
    }

    fn outbox_trouble(&self, error: &OutboxError) -> Pause {
        tracing::error!(sink = self.name, %error, "courier");
        Pause::For(OUTBOX_TROUBLE)
    }
}

/// From now to this time (ms since 1970), at least 1 ms.
fn until(at_ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(at_ms - now_ms()).unwrap_or(0).max(1))
}
