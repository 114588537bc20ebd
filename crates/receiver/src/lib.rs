#![doc = include_str!("../README.md")]
//!
//! # Layout
//!
//! `association` → `ingest` → { `store`, `outbox` }; `notifier` → `outbox`. This file wires them.

#![forbid(unsafe_code)]

mod association;
mod commitment;
mod config;
mod conformance;
mod desk;
#[doc(hidden)]
pub mod fuzzing;
mod ingest;
mod listener;
mod lock;
mod metrics;
mod notifier;
mod outbox;
mod status;
mod store;
mod tls;
mod uid;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;

use association::admission::Admission;
use commitment::Commitments;
pub use config::{
    ClientAuth, Commitment, Config, ConfigError, Conflict, Durability, Nats, Networks, Objects, Peers, Redis,
    Storage, TitleCase, Tls as TlsConfig, TlsProfile, TransferSyntaxes, Webhook,
};
pub use conformance::conformance;
pub use desk::{Chosen, OutboxCommand, Which};
use ingest::Ingest;
pub use listener::{Address, Listeners};
use outbox::{Outbox, Routes};
use status::Checks;
use store::Store;
use tls::Tls;

/// Identifies this implementation to peers and in files (PS3.7 annex D.3.3.2); a UUID under 2.25.
const IMPLEMENTATION_CLASS_UID: &str = "2.25.142310918305738614520186497203581762491";
const IMPLEMENTATION_VERSION_NAME: &str = concat!("NOCTIS_RX_", env!("CARGO_PKG_VERSION"));

/// How long a request to the webhook may still run when the receiver stops.
const LAST_DELIVERY: Duration = Duration::from_secs(5);
/// Why a receiver could not start.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(String);

/// A receiver whose storage and outbox are in order and which has not accepted anything yet.
pub struct Receiver {
    config: Arc<Config>,
    ingest: Arc<Ingest>,
    commitments: Arc<Commitments>,
    outbox: Arc<Outbox>,
    tls: Option<Arc<Tls>>,
    /// What new associations go by.
    live: watch::Sender<Arc<Config>>,
    status: Option<TcpListener>,
}

/// Reads again what may change while a receiver runs.
#[derive(Clone)]
pub struct Reloader {
    tls: Option<Arc<Tls>>,
    live: watch::Sender<Arc<Config>>,
}

impl std::fmt::Debug for Reloader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reloader").finish_non_exhaustive()
    }
}

impl Reloader {
    /// Takes what may change from a new configuration, and reads certificates and keys again, for the connections to
    /// come. What cannot be used changes nothing.
    pub fn reload(&self, new: &Config) {
        let (merged, more) = self.live.borrow().reloaded(new);
        self.live.send_replace(Arc::new(merged));
        tracing::info!("titles, networks, transfer syntaxes and timeouts reloaded");
        if more {
            tracing::warn!("the configuration differs in more, which needs a restart");
        }
        match self.tls.as_ref().map(|tls| tls.reload()) {
            None => {}
            Some(Ok(())) => tracing::info!("certificates reloaded"),
            Some(Err(error)) => tracing::error!(%error, "certificates stay as they were"),
        }
    }
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl Receiver {
    /// Opens storage and outbox, and finishes or undoes what a crash interrupted.
    ///
    /// # Errors
    /// When they cannot be opened, or another receiver uses them.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let opened = spawn_blocking(|| Self::open_now(config)).await;
        opened.map_err(|error| StartError(format!("start: {error}")))?
    }

    fn open_now(config: Config) -> Result<Self, StartError> {
        let failed = |what: &str, error: &dyn std::error::Error| StartError(format!("{what}: {error}"));
        let tls = Tls::open(&config.tls).map_err(|error| failed("TLS", &error))?;
        let outbox_path = config.outbox_path();
        let routes = Routes {
            sinks: config.sinks(),
            quiet: config.announces("series.quiet"),
        };
        let outbox = Outbox::open(&outbox_path, config.durability != Durability::None, routes)
            .map_err(|error| failed(&outbox_path.display().to_string(), &error))?;
        let outbox = Arc::new(outbox);
        let store = Store::open(&config, outbox.identity())
            .map_err(|error| failed(&config.storage.to_string(), &error))?;
        let name = config.receiver_name().to_owned();
        let ingest = Ingest::new(
            store,
            Arc::clone(&outbox),
            name,
            config.max_object_bytes,
            config.objects.conflict,
        );
        let ingest = Arc::new(ingest.announcing(config.events.clone()));
        let recovered = ingest::recover(&ingest).map_err(|error| failed("recovery", &error))?;
        let depth = outbox.depth().map_err(|error| failed("outbox", &error))?;
        tracing::info!(?recovered, ?depth, "storage and outbox are in order");
        let waiting = outbox
            .waiting_by_sink()
            .map_err(|error| failed("outbox", &error))?;
        for (sink, events) in waiting {
            if !config.sinks().contains(&sink) {
                tracing::warn!(sink, events, "events wait for a sink that is not configured");
            }
        }
        let config = Arc::new(config);
        let commitments = Commitments::open(Arc::clone(&config), Arc::clone(&ingest))
            .map_err(|error| failed("commitment requests", &error))?;
        Ok(Self {
            live: watch::channel(Arc::clone(&config)).0,
            config,
            ingest,
            commitments: Arc::new(commitments),
            outbox,
            tls: tls.map(Arc::new),
            status: None,
        })
    }

    /// Answers `/health`, `/ready`, `/stats` and `/metrics` on this listener while it serves.
    #[must_use]
    pub fn with_status(self, listener: TcpListener) -> Self {
        Self {
            status: Some(listener),
            ..self
        }
    }

    /// For the one who hears that configuration or certificates have changed.
    pub fn reloader(&self) -> Reloader {
        Reloader {
            tls: self.tls.clone(),
            live: self.live.clone(),
        }
    }

    /// Accepts associations and delivers events until `shutdown` resolves; then lets running associations end for
    /// `drain_s` seconds, aborts the rest, and returns when everything is written.
    pub async fn serve(self, listeners: impl Into<Listeners>, shutdown: impl Future<Output = ()>) {
        let Self {
            config,
            ingest,
            commitments,
            outbox,
            tls,
            live,
            status,
        } = self;
        let listeners = listeners.into();
        let checks = Arc::new(Checks::new(
            Arc::clone(&outbox),
            config.local_folder(),
            config.objects.min_free_bytes,
        ));
        let page = status.map(|listener| tokio::spawn(status::serve(listener, Arc::clone(&checks))));
        let (stop_associations, _) = watch::channel(false);
        let (stop_notifier, _) = watch::channel(false);
        let mut notifier = tokio::spawn(notifier::run(
            Arc::clone(&outbox),
            Arc::clone(&config),
            {
                let ingest = Arc::clone(&ingest);
                move || ingest.quiet_events()
            },
            stopped(stop_notifier.subscribe()),
        ));
        let reports = tokio::spawn(Arc::clone(&commitments).run(stopped(stop_notifier.subscribe())));
        let mut associations = JoinSet::new();
        let admission = Admission::new(config.max_associations, config.max_half_open);
        tokio::pin!(shutdown);
        loop {
            let (stream, secure) = tokio::select! {
                accepted = listeners.accept() => accepted,
                Some(ended) = associations.join_next() => {
                    report(ended);
                    continue;
                }
                () = &mut shutdown => break,
            };
            associations.spawn(association::serve(
                stream,
                tls.as_ref().filter(|_| secure).map(|tls| tls.handshake()),
                Arc::clone(&live.borrow()),
                Arc::clone(&ingest),
                Arc::clone(&commitments),
                admission.enter(),
                stopped(stop_associations.subscribe()),
            ));
        }
        drop(listeners);
        checks.drain();
        tracing::info!(associations = associations.len(), "stopping");
        let drain = async {
            while let Some(ended) = associations.join_next().await {
                report(ended);
            }
        };
        if timeout(Duration::from_secs(config.drain_s), drain).await.is_err() {
            ingest.give_up();
            stop_associations.send_replace(true);
            while let Some(ended) = associations.join_next().await {
                report(ended);
            }
        }
        stop_notifier.send_replace(true);
        if let Err(error) = reports.await {
            tracing::error!(%error, "the task of commitment results failed");
        }
        if timeout(LAST_DELIVERY, &mut notifier).await.is_err() {
            notifier.abort();
        }
        if let Some(page) = page {
            page.abort();
        }
    }
}

/// Opens a receiver and serves it: the whole program but for the command line.
///
/// # Errors
/// When the receiver cannot start.
pub async fn run(
    listeners: impl Into<Listeners>,
    config: Config,
    shutdown: impl Future<Output = ()>,
) -> Result<(), StartError> {
    Receiver::open(config).await?.serve(listeners, shutdown).await;
    Ok(())
}

/// Resolves when the flag is raised (or nobody can raise it any more).
async fn stopped(mut flag: watch::Receiver<bool>) {
    if flag.wait_for(|stop| *stop).await.is_err() {
        tracing::debug!("the receiver is gone");
    }
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "an association's task failed");
    }
}
