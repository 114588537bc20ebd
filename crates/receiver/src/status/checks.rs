//! What the status page looks up.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::metrics::{Levels, METRICS};
use crate::outbox::{Depth, Outbox, now_ms};

/// An outbox that takes longer than this is not ready.
const OUTBOX_WITHIN: Duration = Duration::from_secs(3);

/// What is asked for.
pub(crate) struct Checks {
    outbox: Arc<Outbox>,
    storage: PathBuf,
    /// Below this much free space the receiver is not ready.
    min_free_bytes: u64,
    started: Instant,
    draining: AtomicBool,
}

/// Whether new associations are welcome, and if not, why.
#[derive(Debug, Serialize)]
pub(crate) struct Ready {
    pub(crate) ready: bool,
    /// The receiver is stopping.
    draining: bool,
    /// The outbox takes events.
    outbox: bool,
    /// There is room for objects.
    storage: bool,
}

/// What happens here, for people.
#[derive(Debug, Serialize)]
pub(crate) struct Stats {
    version: &'static str,
    uptime_seconds: u64,
    associations: i64,
    half_open: i64,
    echoes: u64,
    dataset_bytes: u64,
    disk_free_bytes: u64,
    outbox: Depth,
    /// Events that wait, by sink.
    waiting: std::collections::BTreeMap<String, i64>,
    oldest_waiting_seconds: f64,
}

impl Checks {
    pub(crate) fn new(outbox: Arc<Outbox>, storage: PathBuf, min_free_bytes: u64) -> Self {
        Self {
            outbox,
            storage,
            min_free_bytes,
            started: Instant::now(),
            draining: AtomicBool::new(false),
        }
    }

    /// The receiver takes nothing new any more.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) async fn ready(&self) -> Ready {
        let outbox = Arc::clone(&self.outbox);
        let flushed = timeout(OUTBOX_WITHIN, spawn_blocking(move || outbox.flush())).await;
        let outbox = matches!(flushed, Ok(Ok(Ok(()))));
        let draining = self.draining.load(Ordering::Relaxed);
        let storage = self.free().is_some_and(|free| free > self.min_free_bytes);
        Ready {
            ready: outbox && storage && !draining,
            draining,
            outbox,
            storage,
        }
    }

    pub(crate) async fn stats(&self) -> Stats {
        let (depth, waiting, oldest) = self.outbox_levels().await;
        Stats {
            version: env!("CARGO_PKG_VERSION"),
            uptime_seconds: self.started.elapsed().as_secs(),
            associations: METRICS.associations_active.get(),
            half_open: METRICS.half_open.get(),
            echoes: METRICS.cecho.get(),
            dataset_bytes: METRICS.cstore_bytes.get(),
            disk_free_bytes: self.free().unwrap_or(0),
            outbox: depth,
            waiting: waiting.into_iter().collect(),
            oldest_waiting_seconds: oldest,
        }
    }

    pub(crate) async fn levels(&self) -> Levels {
        let (depth, waiting, oldest) = self.outbox_levels().await;
        let Depth {
            staged,
            ready,
            done,
            dead,
        } = depth;
        Levels {
            outbox_depth: vec![
                ("staged", staged),
                ("ready", ready),
                ("done", done),
                ("dead", dead),
            ],
            outbox_waiting: waiting,
            outbox_oldest_seconds: oldest,
            disk_free_bytes: self.free().unwrap_or(0),
        }
    }

    /// Depth, events that wait by sink, and the age of the oldest in seconds.
    async fn outbox_levels(&self) -> (Depth, Vec<(String, i64)>, f64) {
        let outbox = Arc::clone(&self.outbox);
        let read =
            spawn_blocking(move || Ok((outbox.depth()?, outbox.waiting_by_sink()?, outbox.oldest_ms()?)));
        let (depth, waiting, oldest) = match read.await {
            Ok(Ok(levels)) => levels,
            Ok(Err(error)) => {
                let error: crate::outbox::OutboxError = error;
                tracing::error!(%error, "status");
                Default::default()
            }
            Err(error) => {
                tracing::error!(%error, "status");
                Default::default()
            }
        };
        let age_ms = oldest.map_or(0, |oldest| now_ms().saturating_sub(oldest).max(0));
        let age = Duration::from_millis(u64::try_from(age_ms).unwrap_or(0));
        (depth, waiting, age.as_secs_f64())
    }

    /// Free bytes of the storage, for this user.
    fn free(&self) -> Option<u64> {
        let found = rustix::fs::statvfs(&self.storage).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }
}
