//! Delivers events to the webhook: in batches, in order within a study, as often as it takes.
//!
//! One request is under way at a time. A failure of the listener pauses everything; a failure of one event holds up its
//! study only.

mod answer;
mod backoff;
mod webhook;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::config::Config;
use crate::outbox::{Due, Outbox, OutboxError, now_ms};
use answer::{Reply, Verdict, judge};
use backoff::Backoff;
use webhook::Webhook;

/// Between two looks for delivered events that are old enough to be deleted.
const PURGE_EVERY: Duration = Duration::from_secs(3600);
const DAY_MS: i64 = 86_400_000;
/// Pause when the outbox itself cannot be read or written.
const OUTBOX_TROUBLE: Duration = Duration::from_secs(1);

/// Delivers until `stop` resolves; a request under way is finished first.
pub(crate) async fn run(outbox: Arc<Outbox>, config: Arc<Config>, stop: impl Future<Output = ()>) {
    tokio::pin!(stop);
    let Some(url) = &config.webhook.url else {
        tracing::warn!("no webhook.url: events wait in the outbox");
        return stop.await;
    };
    let webhook = match Webhook::new(url, &config.webhook) {
        Ok(webhook) => webhook,
        Err(problem) => {
            tracing::error!(problem, "webhook.url");
            return stop.await;
        }
    };
    let backoff = Backoff::new(config.webhook.backoff_min_ms, config.webhook.backoff_max_ms);
    let mut notifier = Notifier {
        outbox,
        webhook,
        backoff,
        batch: config.webhook.batch,
        alone: false,
    };
    let mut purge = tokio::time::interval(PURGE_EVERY);
    loop {
        let pause = notifier.deliver().await;
        let outbox = Arc::clone(&notifier.outbox);
        tokio::select! {
            biased;
            () = &mut stop => return,
            () = wait(&outbox, pause) => {}
            _ = purge.tick() => {
                let before = now_ms() - i64::from(config.keep_delivered_days) * DAY_MS;
                if let Err(error) = off_thread(&outbox, move |outbox| outbox.purge_done(before)).await {
                    tracing::error!(%error, "old events could not be deleted");
                }
            }
        }
    }
}

/// When to look again.
enum Pause {
    Not,
    /// Whatever arrives meanwhile.
    For(Duration),
    /// Until something arrives, or this long.
    UntilArrival(Option<Duration>),
}

async fn wait(outbox: &Outbox, pause: Pause) {
    match pause {
        Pause::Not => {}
        Pause::For(time) => sleep(time).await,
        Pause::UntilArrival(None) => outbox.arrived().await,
        Pause::UntilArrival(Some(time)) => tokio::select! {
            () = outbox.arrived() => {}
            () = sleep(time) => {}
        },
    }
}

struct Notifier {
    outbox: Arc<Outbox>,
    webhook: Webhook,
    backoff: Backoff,
    batch: usize,
    /// A batch was refused as a whole: events go one by one until the culprit is found.
    alone: bool,
}

impl Notifier {
    /// One request, if there is anything to deliver.
    async fn deliver(&mut self) -> Pause {
        let limit = if self.alone { 1 } else { self.batch };
        let due = match off_thread(&self.outbox, move |outbox| outbox.due(now_ms(), limit)).await {
            Ok(due) => due,
            Err(error) => return outbox_trouble(&error),
        };
        if due.is_empty() {
            self.alone = false;
            return match off_thread(&self.outbox, Outbox::next_due_ms).await {
                Ok(next) => Pause::UntilArrival(next.map(until)),
                Err(error) => outbox_trouble(&error),
            };
        }
        let reply = self.webhook.post(&body(&due)).await;
        self.conclude(&due, reply).await
    }

    async fn conclude(&mut self, due: &[Due], reply: Reply) -> Pause {
        match judge(due, &reply, now_ms(), &self.backoff) {
            Verdict::Settled(settlements) => {
                self.backoff.reset();
                // After a refused batch stay with single events until one of them is refused alone.
                self.alone = self.alone && settlements.iter().all(|one| !one.outcome.is_dead());
                match off_thread(&self.outbox, move |outbox| outbox.settle(settlements)).await {
                    Ok(()) => Pause::Not,
                    Err(error) => outbox_trouble(&error),
                }
            }
            Verdict::OneByOne => {
                self.alone = true;
                Pause::Not
            }
            Verdict::Later(reason) => {
                let pause = self.backoff.next();
                tracing::warn!(
                    reason,
                    pause_ms = pause.as_millis(),
                    events = due.len(),
                    "webhook: trying again"
                );
                Pause::For(pause)
            }
        }
    }
}

fn outbox_trouble(error: &OutboxError) -> Pause {
    tracing::error!(%error, "notifier");
    Pause::For(OUTBOX_TROUBLE)
}

/// From now to this time (ms since 1970), at least 1 ms.
fn until(at_ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(at_ms - now_ms()).unwrap_or(0).max(1))
}

/// The events as a JSON array.
fn body(due: &[Due]) -> String {
    let payloads: Vec<&str> = due.iter().map(|event| event.payload.as_str()).collect();
    format!("[{}]", payloads.join(","))
}

/// Runs a blocking call of the outbox off the async threads.
async fn off_thread<T: Send + 'static>(
    outbox: &Arc<Outbox>,
    call: impl FnOnce(&Outbox) -> Result<T, OutboxError> + Send + 'static,
) -> Result<T, OutboxError> {
    let outbox = Arc::clone(outbox);
    spawn_blocking(move || call(&outbox))
        .await
        .unwrap_or(Err(OutboxError::WriterGone))
}
