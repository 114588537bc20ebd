//! The configuration: one TOML file, every key overridable by an environment variable.
//!
//! The key `webhook.url` is `NOCTIS_RX_WEBHOOK_URL`; lists are separated by commas. `NOCTIS_FASTAPI_TOKEN` holds the
//! webhook's token, so that it need not be in a file.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

const PREFIX: &str = "NOCTIS_RX_";
/// Tells the tests where the binary is; it may reach the receiver through the environment.
const TEST_VARIABLE: &str = "BIN";
const TOKEN_VARIABLE: &str = "NOCTIS_FASTAPI_TOKEN";

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
    /// Root of the stored objects.
    pub storage: PathBuf,
    /// The SQLite file of the outbox; `<storage>/.outbox.sqlite3` by default.
    pub outbox: Option<PathBuf>,
    /// Called titles that are accepted; empty: any.
    pub called_ae_titles: Vec<String>,
    /// Calling titles that are accepted; empty: any.
    pub calling_ae_titles: Vec<String>,
    /// What is synced before success is answered.
    pub durability: Durability,
    /// Accept storage classes that this version does not know, private ones too.
    pub accept_unknown_sop_classes: bool,
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
    /// Where events go.
    pub webhook: Webhook,
}

/// The `[webhook]` table.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// An `http://` URL; absent: events wait in the outbox.
    pub url: Option<String>,
    /// Bearer token.
    pub token: Option<String>,
    /// Longest wait for an answer, in ms.
    pub timeout_ms: u64,
    /// First wait after a failure, in ms; it doubles from failure to failure.
    pub backoff_min_ms: u64,
    /// Longest wait after a failure, in ms.
    pub backoff_max_ms: u64,
    /// Events in one request, at most.
    pub batch: usize,
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

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([0, 0, 0, 0], 11112)),
            ae_title: "NOCTIS".to_owned(),
            name: None,
            storage: PathBuf::from("media/dicom/received"),
            outbox: None,
            called_ae_titles: Vec::new(),
            calling_ae_titles: Vec::new(),
            durability: Durability::Full,
            accept_unknown_sop_classes: true,
            max_associations: 64,
            max_half_open: 256,
            max_pdu: 131_072,
            max_object_bytes: 8 << 30,
            artim_s: 30,
            idle_s: 300,
            progress_s: 60,
            drain_s: 10,
            keep_delivered_days: 7,
            webhook: Webhook::default(),
        }
    }
}

impl Default for Webhook {
    fn default() -> Self {
        Self {
            url: None,
            token: None,
            timeout_ms: 30_000,
            backoff_min_ms: 500,
            backoff_max_ms: 60_000,
            batch: 100,
        }
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("url", &self.url)
            .field("token", &self.token.as_ref().map(|_secret| "(set)"))
            .field("timeout_ms", &self.timeout_ms)
            .field("backoff_min_ms", &self.backoff_min_ms)
            .field("backoff_max_ms", &self.backoff_max_ms)
            .field("batch", &self.batch)
            .finish()
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

/// How the text of a variable becomes a TOML value.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Switch,
    List,
}

/// Every key that a variable may override.
const KEYS: [(&str, Kind); 24] = [
    ("listen", Kind::Text),
    ("ae_title", Kind::Text),
    ("name", Kind::Text),
    ("storage", Kind::Text),
    ("outbox", Kind::Text),
    ("called_ae_titles", Kind::List),
    ("calling_ae_titles", Kind::List),
    ("durability", Kind::Text),
    ("accept_unknown_sop_classes", Kind::Switch),
    ("max_associations", Kind::Number),
    ("max_half_open", Kind::Number),
    ("max_pdu", Kind::Number),
    ("max_object_bytes", Kind::Number),
    ("artim_s", Kind::Number),
    ("idle_s", Kind::Number),
    ("progress_s", Kind::Number),
    ("drain_s", Kind::Number),
    ("keep_delivered_days", Kind::Number),
    ("webhook.url", Kind::Text),
    ("webhook.token", Kind::Text),
    ("webhook.timeout_ms", Kind::Number),
    ("webhook.backoff_min_ms", Kind::Number),
    ("webhook.backoff_max_ms", Kind::Number),
    ("webhook.batch", Kind::Number),
];

impl Config {
    /// Reads a file (or starts from the defaults) and applies the environment.
    ///
    /// # Errors
    /// When the file cannot be read, or a key or value is not usable.
    pub fn load(
        path: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let text = match path {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
                path: path.to_owned(),
                source,
            })?,
        };
        let mut table: toml::Table = text.parse()?;
        let mut variables: BTreeMap<String, String> = environment.into_iter().collect();
        if let Some(token) = variables.remove(TOKEN_VARIABLE) {
            put(&mut table, "webhook.token", toml::Value::String(token));
        }
        for (name, text) in variables {
            let Some(name) = name.strip_prefix(PREFIX) else {
                continue;
            };
            if name == TEST_VARIABLE {
                continue;
            }
            let found = KEYS
                .iter()
                .find(|(key, _)| key.replace('.', "_").eq_ignore_ascii_case(name));
            let (key, kind) = found.ok_or_else(|| ConfigError::UnknownVariable(name.to_owned()))?;
            put(&mut table, key, kind.value(key, &text)?);
        }
        let config: Self = table.try_into()?;
        config.check()?;
        Ok(config)
    }

    /// The outbox file.
    pub fn outbox_path(&self) -> PathBuf {
        self.outbox
            .clone()
            .unwrap_or_else(|| self.storage.join(".outbox.sqlite3"))
    }

    /// `receiver` in the events.
    pub fn receiver_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.ae_title)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let titles = [&self.ae_title]
            .into_iter()
            .chain(&self.called_ae_titles)
            .chain(&self.calling_ae_titles);
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
        if self.max_associations == 0 || self.max_half_open == 0 || self.webhook.batch == 0 {
            return bad(
                "max_associations, max_half_open, webhook.batch",
                "must be at least 1",
            );
        }
        if self.webhook.backoff_min_ms == 0 || self.webhook.backoff_min_ms > self.webhook.backoff_max_ms {
            return bad(
                "webhook.backoff_min_ms",
                "must be from 1 to webhook.backoff_max_ms",
            );
        }
        if let Some(url) = &self.webhook.url {
            crate::notifier::check_url(url).map_err(|problem| ConfigError::Value {
                key: "webhook.url",
                problem,
            })?;
        }
        Ok(())
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

impl Kind {
    fn value(self, key: &'static str, text: &str) -> Result<toml::Value, ConfigError> {
        let unusable = |wanted: &str| ConfigError::Value {
            key,
            problem: format!("{text:?} is not {wanted}"),
        };
        Ok(match self {
            Self::Text => toml::Value::String(text.to_owned()),
            Self::Number => toml::Value::Integer(text.trim().parse().map_err(|_bad| unusable("a number"))?),
            Self::Switch => {
                toml::Value::Boolean(text.trim().parse().map_err(|_bad| unusable("true or false"))?)
            }
            Self::List => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                toml::Value::Array(items.map(|item| toml::Value::String(item.to_owned())).collect())
            }
        })
    }
}

/// Sets `key` or `table.key`.
fn put(table: &mut toml::Table, key: &str, value: toml::Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((outer, inner)) => {
            let entry = table
                .entry(outer)
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            if let Some(nested) = entry.as_table_mut() {
                nested.insert(inner.to_owned(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("receiver.toml");
        std::fs::write(&path, text).unwrap();
        Config::load(
            Some(&path),
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn variables_win_over_the_file() {
        let text = "ae_title = \"FILE\"\n[webhook]\nurl = \"http://a/\"\ntoken = \"x\"\n";
        let variables = [
            ("NOCTIS_RX_AE_TITLE", "VARIABLE"),
            ("NOCTIS_RX_CALLING_AE_TITLES", "CT01, MR 01"),
            ("NOCTIS_RX_MAX_ASSOCIATIONS", "3"),
            ("NOCTIS_RX_ACCEPT_UNKNOWN_SOP_CLASSES", "false"),
            ("NOCTIS_RX_WEBHOOK_BATCH", "7"),
            ("NOCTIS_FASTAPI_TOKEN", "secret"),
            ("PATH", "/bin"),
        ];
        let config = load(text, &variables).unwrap();
        assert_eq!(config.ae_title, "VARIABLE");
        assert_eq!(config.calling_ae_titles, ["CT01", "MR 01"]);
        assert_eq!(config.max_associations, 3);
        assert!(!config.accept_unknown_sop_classes);
        assert_eq!(config.webhook.url.as_deref(), Some("http://a/"));
        assert_eq!(config.webhook.batch, 7);
        assert_eq!(config.webhook.token.as_deref(), Some("secret"));
        assert!(!format!("{config:?}").contains("secret"));
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        let cases: [(&str, &[(&str, &str)]); 9] = [
            ("unknown = 1", &[]),
            ("ae_title = \"\"", &[]),
            ("ae_title = \"SEVENTEEN CHARS!!\"", &[]),
            ("calling_ae_titles = [\"A\\\\B\"]", &[]),
            ("max_pdu = 100", &[]),
            ("durability = \"some\"", &[]),
            ("[webhook]\nurl = \"ftp://x\"", &[]),
            ("", &[("NOCTIS_RX_MAX_PDU", "many")]),
            ("", &[("NOCTIS_RX_CALLED_AE_TITLE", "X")]),
        ];
        for (text, variables) in cases {
            assert!(load(text, variables).is_err(), "{text} {variables:?}");
        }
    }
}
