//! Storage commitment, push model (PS3.4 annex J): a sender asks whether we hold its objects for good.
//!
//! A request whose result goes to an address is written to a folder of this receiver, below `.commitments`, before it is answered,
//! so that its result is sent even if the receiver ends in between. [`dataset`] is how requests and results are encoded; [`results`] looks at the objects.
//! Where a sender has no address of its own, its result goes out on the association of its request, and nothing is kept.

mod dataset;
mod results;

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::task::spawn_blocking;

pub(crate) use dataset::{Action, LONGEST, Reference, encode_result};
pub(crate) use results::Outcome;

use crate::association::report;
use crate::config::Config;
use crate::ingest::Ingest;
use crate::uid::Uid;

/// The well-known instance that requests name (PS3.4 section J.3.5).
pub(crate) const PUSH_MODEL_INSTANCE: &str = "1.2.840.10008.1.20.1.1";

/// A request whose result is still to be delivered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) calling_aet: String,
    pub(crate) called_aet: String,
    pub(crate) transaction: Uid,
    pub(crate) references: Vec<Reference>,
}

/// The requests of one receiver.
pub(crate) struct Commitments {
    folder: PathBuf,
    config: Arc<Config>,
    ingest: Arc<Ingest>,
    arrived: Notify,
}

impl Commitments {
    /// Makes the folder of requests.
    ///
    /// # Errors
    /// When it cannot be made or read.
    pub(crate) fn open(config: Arc<Config>, ingest: Arc<Ingest>) -> io::Result<Self> {
        let folder = ingest.own_folder(".commitments");
        fs::create_dir_all(&folder)?;
        for path in paths(&folder)? {
            if path.extension().is_some_and(|extension| extension == "new") {
                fs::remove_file(path)?;
            }
        }
        let arrived = Notify::new();
        arrived.notify_one();
        Ok(Self {
            folder,
            config,
            ingest,
            arrived,
        })
    }

    /// Where results for this title go, if not on the association of its request.
    pub(crate) fn address_of(&self, title: &str) -> Option<&str> {
        self.config.commitment.peers.get(title).map(String::as_str)
    }

    /// Writes a request down; false when too many wait.
    ///
    /// # Errors
    /// When it could not be made durable.
    pub(crate) async fn keep(self: &Arc<Self>, job: Job) -> io::Result<bool> {
        let this = Arc::clone(self);
        spawn_blocking(move || this.keep_now(&job)).await?
    }

    fn keep_now(&self, job: &Job) -> io::Result<bool> {
        if paths(&self.folder)?.len() >= self.config.commitment.most_waiting {
            return Ok(false);
        }
        let path = self.path(job);
        let fresh = path.with_extension("new");
        let mut file = File::create(&fresh)?;
        serde_json::to_writer(&mut file, job)?;
        file.sync_all()?;
        fs::rename(fresh, path)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(true)
    }

    /// What becomes of the references of a request.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) async fn outcome(self: &Arc<Self>, job: &Job) -> io::Result<Outcome> {
        let (ingest, references) = (Arc::clone(&self.ingest), job.references.clone());
        spawn_blocking(move || results::judge(&ingest, references)).await?
    }

    /// A request is settled: its result is delivered, or given up.
    pub(crate) async fn forget(self: &Arc<Self>, job: &Job) {
        let path = self.path(job);
        let removed = spawn_blocking(move || fs::remove_file(path)).await;
        if let Ok(Err(error)) = removed {
            tracing::warn!(%error, "a settled commitment request stays");
        }
    }

    /// There is a request whose result goes out on an association of ours.
    pub(crate) fn notify(&self) {
        self.arrived.notify_one();
    }

    fn path(&self, job: &Job) -> PathBuf {
        self.folder.join(format!("{}.json", job.transaction))
    }

    /// Delivers what is to go out on associations of our own until `stop` resolves.
    pub(crate) async fn run(self: Arc<Self>, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut attempts = std::collections::BTreeMap::new();
        loop {
            let more = tokio::select! {
                more = self.deliver(&mut attempts) => more,
                () = &mut stop => return,
            };
            let pause = if more {
                Duration::from_secs(self.config.commitment.retry_s)
            } else {
                Duration::MAX
            };
            tokio::select! {
                () = self.arrived.notified() => {}
                () = tokio::time::sleep(pause) => {}
                () = &mut stop => return,
            }
        }
    }

    /// One attempt for every request; true when one has to be tried again.
    async fn deliver(self: &Arc<Self>, attempts: &mut std::collections::BTreeMap<PathBuf, u32>) -> bool {
        let this = Arc::clone(self);
        let jobs = match spawn_blocking(move || this.waiting()).await {
            Ok(Ok(jobs)) => jobs,
            other => {
                tracing::error!(?other, "commitment requests cannot be read");
                return true;
            }
        };
        let mut again = false;
        for job in jobs {
            let Some(address) = self.address_of(&job.calling_aet) else {
                continue;
            };
            let sent = match self.outcome(&job).await {
                Ok(outcome) => report::send(address, &job, &outcome, &self.config).await,
                Err(error) => Err(error.to_string()),
            };
            let tried = attempts.entry(self.path(&job)).or_insert(0);
            *tried += 1;
            match sent {
                Ok(()) => tracing::info!(transaction = %job.transaction, "commitment result delivered"),
                Err(problem) if *tried < self.config.commitment.attempts => {
                    tracing::warn!(transaction = %job.transaction, problem, "commitment result waits");
                    again = true;
                    continue;
                }
                Err(problem) => {
                    tracing::error!(transaction = %job.transaction, problem, "commitment result given up");
                }
            }
            attempts.remove(&self.path(&job));
            self.forget(&job).await;
        }
        again
    }

    fn waiting(&self) -> io::Result<Vec<Job>> {
        let mut jobs = Vec::new();
        for path in paths(&self.folder)? {
            match fs::read(&path).map(|bytes| serde_json::from_slice(&bytes)) {
                Ok(Ok(job)) => jobs.push(job),
                Ok(Err(error)) => tracing::error!(%error, "a commitment request cannot be read"),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(jobs)
    }
}

fn paths(folder: &std::path::Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}
