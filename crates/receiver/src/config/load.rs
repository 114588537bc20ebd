//! Where a configuration comes from: a file, then the environment.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Config, ConfigError, PREFIX, commitment, objects, peers, tls};

/// Tells the tests where the binary is; it may reach the receiver through the environment.
const TEST_VARIABLE: &str = "BIN";
const TOKEN_VARIABLE: &str = "NOCTIS_FASTAPI_TOKEN";

/// How the text of a variable becomes a TOML value.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Number,
    Switch,
    List,
    /// Named lists: `NAME=item item, NAME=item`.
    Lists,
    /// Named texts: `NAME=text, NAME=text`.
    Texts,
}

/// Every key that a variable may override.
const KEYS: &[(&str, Kind)] = &[
    ("listen", Kind::Text),
    ("ae_title", Kind::Text),
    ("name", Kind::Text),
    ("storage", Kind::Text),
    ("outbox", Kind::Text),
    ("spool", Kind::Text),
    ("called_ae_titles", Kind::List),
    ("calling_ae_titles", Kind::List),
    ("durability", Kind::Text),
    ("accept_unknown_sop_classes", Kind::Switch),
    ("transfer_syntaxes", Kind::Text),
    ("accept_unknown_transfer_syntaxes", Kind::Switch),
    ("max_associations", Kind::Number),
    ("max_half_open", Kind::Number),
    ("max_pdu", Kind::Number),
    ("max_object_bytes", Kind::Number),
    ("artim_s", Kind::Number),
    ("idle_s", Kind::Number),
    ("progress_s", Kind::Number),
    ("drain_s", Kind::Number),
    ("keep_delivered_days", Kind::Number),
    ("status_listen", Kind::Text),
    ("events", Kind::List),
    ("series_quiet_s", Kind::Number),
    ("webhook.url", Kind::Text),
    ("webhook.ca", Kind::Text),
    ("webhook.socket", Kind::Text),
    ("webhook.token", Kind::Text),
    ("webhook.token_file", Kind::Text),
    ("webhook.timeout_ms", Kind::Number),
    ("webhook.backoff_min_ms", Kind::Number),
    ("webhook.backoff_max_ms", Kind::Number),
    ("webhook.batch", Kind::Number),
    ("redis.url", Kind::Text),
    ("redis.ca", Kind::Text),
    ("redis.stream", Kind::Text),
    ("redis.max_len", Kind::Number),
    ("redis.timeout_ms", Kind::Number),
    ("redis.backoff_min_ms", Kind::Number),
    ("redis.backoff_max_ms", Kind::Number),
    ("redis.batch", Kind::Number),
    ("nats.url", Kind::Text),
    ("nats.ca", Kind::Text),
    ("nats.token", Kind::Text),
    ("nats.stream", Kind::Text),
    ("nats.subject", Kind::Text),
    ("nats.create_stream", Kind::Switch),
    ("nats.timeout_ms", Kind::Number),
    ("nats.backoff_min_ms", Kind::Number),
    ("nats.backoff_max_ms", Kind::Number),
    ("nats.batch", Kind::Number),
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
                .chain(&commitment::KEYS)
                .chain(&objects::KEYS)
                .chain(&peers::KEYS)
                .chain(&tls::KEYS)
                .find(|(key, _)| key.replace('.', "_").eq_ignore_ascii_case(name));
            let (key, kind) = found.ok_or_else(|| ConfigError::UnknownVariable(name.to_owned()))?;
            put(&mut table, key, kind.value(key, &text)?);
        }
        let mut config: Self = table.try_into()?;
        if let Some(path) = &config.webhook.token_file {
            let token = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
                path: path.clone(),
                source,
            })?;
            config.webhook.token = Some(token.trim().to_owned());
        }
        config.check()?;
        Ok(config)
    }
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
            Self::Texts => {
                let mut texts = toml::Table::new();
                for one in text.split(',').filter(|one| !one.trim().is_empty()) {
                    let (name, value) = one.split_once('=').ok_or_else(|| unusable("NAME=text"))?;
                    texts.insert(
                        name.trim().to_owned(),
                        toml::Value::String(value.trim().to_owned()),
                    );
                }
                toml::Value::Table(texts)
            }
            Self::Lists => {
                let mut lists = toml::Table::new();
                for one in text.split(',').filter(|one| !one.trim().is_empty()) {
                    let (name, items) = one.split_once('=').ok_or_else(|| unusable("NAME=item item"))?;
                    let items = items.split_whitespace();
                    let items = items.map(|item| toml::Value::String(item.to_owned())).collect();
                    lists.insert(name.trim().to_owned(), toml::Value::Array(items));
                }
                toml::Value::Table(lists)
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
