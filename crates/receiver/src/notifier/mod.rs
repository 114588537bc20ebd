//! Delivers events: to each sink in batches, in order within a study, as often as it takes.
//!
//! Each sink has a courier of its own, so that one that is down holds no other up. A failure of a sink pauses its
//! courier; a failure of one event holds up its study only.

mod answer;
mod backoff;
mod courier;
#[cfg(feature = "nats")]
mod nats;
#[cfg(feature = "redis")]
mod redis;
mod sink;
mod webhook;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};

use crate::config::Config;
use crate::outbox::{MakeQuiet, Outbox, OutboxError, now_ms};
use courier::Courier;
use sink::Sink;

/// Between two looks for delivered events that are old enough to be deleted.
const PURGE_EVERY: Duration = Duration::from_secs(3600);
/// Between two looks for series that are quiet.
const QUIET_EVERY: Duration = Duration::from_secs(1);
const DAY_MS: i64 = 86_400_000;

/// Delivers until `stop` resolves; what is under way is finished first.
pub(crate) async fn run(
    outbox: Arc<Outbox>,
    config: Arc<Config>,
    make_quiet: impl Fn() -> MakeQuiet,
    stop: impl Future<Output = ()>,
) {
    let (stopping, stopped) = watch::channel(false);
    let mut couriers = JoinSet::new();
    for name in config.sinks() {
        match Sink::new(&name, &config) {
            Ok(sink) => {
                let courier = Courier::new(Arc::clone(&outbox), name, sink);
                couriers.spawn(courier.run(stopped.clone()));
            }
            Err(problem) => tracing::error!(sink = name, problem, "this sink cannot be used"),
        }
    }
    if couriers.is_empty() {
        tracing::warn!("no sink is configured: events wait in the outbox");
    }
    tokio::select! {
        () = stop => {}
        () = housekeeping(&outbox, &config, make_quiet) => {}
    }
    stopping.send_replace(true);
    while let Some(ended) = couriers.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a courier failed");
        }
    }
}

/// Deletes what was delivered long ago, and announces series that are quiet.
async fn housekeeping(outbox: &Arc<Outbox>, config: &Config, make_quiet: impl Fn() -> MakeQuiet) {
    let silence_ms = i64::try_from(config.series_quiet_s.saturating_mul(1000)).unwrap_or(i64::MAX);
    let announces_quiet = config.announces("series.quiet");
    let mut purge = tokio::time::interval(PURGE_EVERY);
    let mut quiet = tokio::time::interval(QUIET_EVERY);
    loop {
        let done = tokio::select! {
            _ = purge.tick() => {
                let before = now_ms() - i64::from(config.keep_delivered_days) * DAY_MS;
                off_thread(outbox, move |outbox| outbox.purge_done(before)).await
            }
            _ = quiet.tick(), if announces_quiet => {
                let make_event = make_quiet();
                off_thread(outbox, move |outbox| outbox.announce_quiet(silence_ms, make_event).map(drop)).await
            }
        };
        if let Err(error) = done {
            tracing::error!(%error, "outbox housekeeping");
        }
    }
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
