//! The configuration: one TOML file, every key overridable by an environment variable.
//!
//! The key `webhook.url` is `NOCTIS_RX_WEBHOOK_URL`; lists are separated by commas. `NOCTIS_FASTAPI_TOKEN` holds the
//! webhook's token, so that it need not be in a file.

mod commitment;
mod load;
mod objects;
mod peers;
mod reload;
mod sinks;
mod storage;
mod tls;
mod urls;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

pub use commitment::Commitment;
pub(crate) use commitment::peer_address;
pub use objects::{Conflict, Objects};
pub use peers::{Networks, Peers, TitleCase};
#[cfg(feature = "nats")]
pub(crate) use sinks::NATS;
#[cfg(feature = "redis")]
pub(crate) use sinks::REDIS;
pub use sinks::{Nats, Redis, Webhook};
pub(crate) use sinks::{Pace, WEBHOOK};
pub use storage::Storage;
pub use tls::{ClientAuth, Tls, TlsProfile};
pub(crate) use urls::http_uri;

const PREFIX: &str = "NOCTIS_RX_";

/// Types of events that need not be announced.
const EVENT_TYPES: [&str; 4] = [
    "instance.duplicate",
    "instance.rejected",
    "association.closed",
    "series.quiet",
];

/// Everything that can be configured; see `README.md` of this crate for the meaning of the keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address of the DICOM listener.
    pub listen: SocketAddr,
    /// The title of this receiver; also its name in events unless `name` says otherwise.
    pub ae_title: String,
    /// `receiver` in the events.
    pub name: Option<String>,
    /// Where objects lie.
    pub storage: Storage,
    /// The SQLite file of the outbox; `<storage>/.outbox.sqlite3` by default, and needed where the storage is no folder.
    pub outbox: Option<PathBuf>,
    /// Local folder of objects on their way to an object store; by default beside the outbox.
    pub spool: Option<PathBuf>,
    /// Called titles that are accepted; empty: any.
    pub called_ae_titles: Vec<String>,
    /// Calling titles that are accepted; empty: any.
    pub calling_ae_titles: Vec<String>,
    /// What is synced before success is answered.
    pub durability: Durability,
    /// Accept storage classes that this version does not know, private ones too.
    pub accept_unknown_sop_classes: bool,
    /// Transfer syntaxes that are accepted, and which of several proposed ones is chosen.
    pub transfer_syntaxes: TransferSyntaxes,
    /// Accept transfer syntaxes that this version does not know, private ones too, when no other is proposed.
    pub accept_unknown_transfer_syntaxes: bool,
    /// Associations at one time; one more is rejected with "local limit exceeded".
    pub max_associations: usize,
    /// Connections that have not sent their whole request yet; one more drops the oldest.
    pub max_half_open: usize,
    /// Largest P-DATA PDU accepted, in bytes without its header.
    pub max_pdu: u32,
    /// Largest object, in bytes.
    pub max_object_bytes: u64,
    /// Time for the association request to arrive whole (ARTIM), in seconds.
    pub artim_s: u64,
    /// Longest silence between two messages of an association, in seconds.
    pub idle_s: u64,
    /// Longest silence within a message, in seconds.
    pub progress_s: u64,
    /// How long a stopping receiver waits for its associations, in seconds.
    pub drain_s: u64,
    /// Delivered events are kept this many days.
    pub keep_delivered_days: u32,
    /// Conflicts, quarantine and free space.
    pub objects: Objects,
    /// Who may send.
    pub peers: Peers,
    /// Storage commitment.
    pub commitment: Commitment,
    /// DICOM over TLS.
    pub tls: Tls,
    /// Address of the status page; absent: none.
    pub status_listen: Option<SocketAddr>,
    /// Types of events that are announced; `instance.stored` always is.
    pub events: Vec<String>,
    /// A series is quiet when nothing new came to it for so long, in seconds; 0: never.
    pub series_quiet_s: u64,
    /// Events by HTTP.
    pub webhook: Webhook,
    /// Events into a Redis stream.
    pub redis: Redis,
    /// Events into NATS JetStream.
    pub nats: Nats,
}

/// What is made durable before success is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// File, folder names and event: survives a power loss.
    Full,
    /// File and event, not the folder names.
    File,
    /// Nothing is synced: survives the end of the process, not of the machine.
    None,
}

/// Transfer syntax profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransferSyntaxes {
    /// All; of several, explicit before implicit, uncompressed before compressed.
    ExplicitFirst,
    /// What pynetdicom knows, in its order: implicit first.
    PynetdicomAll,
    /// What pynetdicom accepts by default: the uncompressed ones and deflated, implicit first.
    PynetdicomDefault,
    /// All; of several, the one that the sender named first.
    AsProposed,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 11112)),
            ae_title: "NOCTIS".to_owned(),
            name: None,
            storage: Storage::Tree("media/dicom/received".into()),
            outbox: None,
            spool: None,
            called_ae_titles: Vec::new(),
            calling_ae_titles: Vec::new(),
            durability: Durability::Full,
            accept_unknown_sop_classes: true,
            transfer_syntaxes: TransferSyntaxes::ExplicitFirst,
            accept_unknown_transfer_syntaxes: false,
            max_associations: 64,
            max_half_open: 256,
            max_pdu: 131_072,
            max_object_bytes: 8 << 30,
            artim_s: 30,
            idle_s: 300,
            progress_s: 60,
            drain_s: 10,
            keep_delivered_days: 7,
            objects: Objects::default(),
            peers: Peers::default(),
            status_listen: None,
            events: EVENT_TYPES.map(str::to_owned).to_vec(),
            series_quiet_s: 30,
            commitment: Commitment::default(),
            tls: Tls::default(),
            webhook: Webhook::default(),
            redis: Redis::default(),
            nats: Nats::default(),
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The configuration file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file or a variable does not have the form that its key needs.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// A variable has the prefix and names no key.
    #[error("{PREFIX}{0} names no configuration key")]
    UnknownVariable(String),
    /// A value is out of its range.
    #[error("{key}: {problem}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
}

impl Config {
    /// `receiver` in the events.
    pub fn receiver_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.ae_title)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let titles = [&self.ae_title]
            .into_iter()
            .chain(&self.called_ae_titles)
            .chain(&self.calling_ae_titles)
            .chain(self.peers.titles());
        for title in titles {
            if !is_ae_title(title) {
                let problem =
                    format!("{title:?} is no AE title: 1 to 16 printable ASCII characters, no backslash");
                return Err(ConfigError::Value {
                    key: "ae_title(s)",
                    problem,
                });
            }
        }
        let bad = |key, problem: &str| {
            Err(ConfigError::Value {
                key,
                problem: problem.to_owned(),
            })
        };
        if self.receiver_name().is_empty() {
            return bad("name", "must not be empty");
        }
        if !(4096..=1 << 20).contains(&self.max_pdu) {
            return bad("max_pdu", "must be from 4096 to 1048576");
        }
        if self.max_associations == 0 || self.max_half_open == 0 {
            return bad("max_associations, max_half_open", "must be at least 1");
        }
        let known =
            |name: &&String| name.as_str() == "instance.stored" || EVENT_TYPES.contains(&name.as_str());
        if !self.events.iter().all(|name| known(&name)) {
            return bad(
                "events",
                "must be of instance.stored, instance.duplicate, instance.rejected, association.closed, series.quiet",
            );
        }
        self.check_storage()?;
        self.commitment.check(&self.tls)?;
        self.tls.check()?;
        if self.objects.min_free_percent > 99 {
            return bad("objects.min_free_percent", "must be from 0 to 99");
        }
        if self.objects.conflict == Conflict::Keep && !self.objects.quarantine {
            return bad(
                "objects.conflict",
                "keep answers success, so it needs objects.quarantine",
            );
        }
        self.check_sinks()
    }

    /// Whether events of this type are announced.
    pub(crate) fn announces(&self, kind: &str) -> bool {
        self.events.iter().any(|name| name == kind) && (kind != "series.quiet" || self.series_quiet_s > 0)
    }

    pub(crate) fn artim(&self) -> Duration {
        Duration::from_secs(self.artim_s)
    }

    pub(crate) fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_s)
    }

    pub(crate) fn progress(&self) -> Duration {
        Duration::from_secs(self.progress_s)
    }
}

/// PS3.5 VR AE, without the padding.
pub(crate) fn is_ae_title(title: &str) -> bool {
    let printable = |byte: u8| (0x20..0x7F).contains(&byte) && byte != b'\\';
    !title.trim().is_empty() && title.len() <= 16 && title.bytes().all(printable)
}

#[cfg(test)]
mod tests;
