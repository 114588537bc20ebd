//! Where events go: the tables `[webhook]`, `[redis]` and `[nats]`. A sink is in use when its URL is given.

use std::fmt;
use std::path::PathBuf;

use hyper::Uri;
use hyper::http::uri::Scheme;
use serde::Deserialize;

use super::urls::{http_uri, nats_url, redis_url, without_user};
use super::{Config, ConfigError};

/// Names of the sinks, as the outbox keeps them.
pub(crate) const WEBHOOK: &str = "webhook";
pub(crate) const REDIS: &str = "redis";
pub(crate) const NATS: &str = "nats";

/// The `[webhook]` table.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// An `http://` or `https://` URL; absent: no webhook.
    pub url: Option<String>,
    /// PEM file: authorities of an `https://` listener; absent: those of the system.
    pub ca: Option<PathBuf>,
    /// A Unix socket to connect to; the URL then only says host and path.
    pub socket: Option<PathBuf>,
    /// Bearer token.
    pub token: Option<String>,
    /// A file that holds the token, as a systemd credential does.
    pub token_file: Option<PathBuf>,
    /// Longest wait for an answer, in ms.
    pub timeout_ms: u64,
    /// First wait after a failure, in ms; it doubles from failure to failure.
    pub backoff_min_ms: u64,
    /// Longest wait after a failure, in ms.
    pub backoff_max_ms: u64,
    /// Events in one request, at most.
    pub batch: usize,
}

/// The `[redis]` table: a stream of a Redis or Valkey server.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Redis {
    /// `redis[s]://[user:password@]host[:port][/database]` or `redis+unix:///path`; absent: no Redis.
    pub url: Option<String>,
    /// PEM file: authorities of a `rediss://` server; absent: those of the system.
    pub ca: Option<PathBuf>,
    /// Key of the stream.
    pub stream: String,
    /// About how many entries the stream keeps; 0: all.
    pub max_len: u64,
    /// Longest wait for an answer, in ms.
    pub timeout_ms: u64,
    /// First wait after a failure, in ms; it doubles from failure to failure.
    pub backoff_min_ms: u64,
    /// Longest wait after a failure, in ms.
    pub backoff_max_ms: u64,
    /// Events in one transaction, at most.
    pub batch: usize,
}

/// The `[nats]` table: a stream of NATS JetStream.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Nats {
    /// `nats://[user:password@]host[:port]`, or `tls://` with the same; absent: no NATS.
    pub url: Option<String>,
    /// PEM file: authorities of a server with TLS, beside those of the system.
    pub ca: Option<PathBuf>,
    /// Token of the server, where it wants one.
    pub token: Option<String>,
    /// Name of the stream.
    pub stream: String,
    /// Subjects are this, a dot and the type of the event.
    pub subject: String,
    /// Make the stream (files, one replica) where there is none.
    pub create_stream: bool,
    /// Longest wait for an answer, in ms.
    pub timeout_ms: u64,
    /// First wait after a failure, in ms; it doubles from failure to failure.
    pub backoff_min_ms: u64,
    /// Longest wait after a failure, in ms.
    pub backoff_max_ms: u64,
    /// Events under way at one time, at most.
    pub batch: usize,
}

/// How a sink is served.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) backoff_min_ms: u64,
    pub(crate) backoff_max_ms: u64,
    pub(crate) batch: usize,
}

macro_rules! pace {
    ($($table:ty),*) => {$(
        impl $table {
            pub(crate) fn pace(&self) -> Pace {
                let Self { backoff_min_ms, backoff_max_ms, batch, .. } = *self;
                Pace { backoff_min_ms, backoff_max_ms, batch }
            }
        }
    )*};
}
pace!(Webhook, Redis, Nats);

impl Default for Webhook {
    fn default() -> Self {
        Self {
            url: None,
            ca: None,
            socket: None,
            token: None,
            token_file: None,
            timeout_ms: 30_000,
            backoff_min_ms: 500,
            backoff_max_ms: 60_000,
            batch: 100,
        }
    }
}

impl Default for Redis {
    fn default() -> Self {
        Self {
            url: None,
            ca: None,
            stream: "noctis:ingest".to_owned(),
            max_len: 0,
            timeout_ms: 10_000,
            backoff_min_ms: 500,
            backoff_max_ms: 60_000,
            batch: 100,
        }
    }
}

impl Default for Nats {
    fn default() -> Self {
        Self {
            url: None,
            ca: None,
            token: None,
            stream: "NOCTIS_INGEST".to_owned(),
            subject: "noctis.ingest".to_owned(),
            create_stream: true,
            timeout_ms: 10_000,
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
            .field("ca", &self.ca)
            .field("socket", &self.socket)
            .field("token", &hidden(self.token.as_ref()))
            .field("token_file", &self.token_file)
            .field("timeout_ms", &self.timeout_ms)
            .field("pace", &self.pace())
            .finish()
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis")
            .field("url", &self.url.as_deref().map(without_user))
            .field("ca", &self.ca)
            .field("stream", &self.stream)
            .field("max_len", &self.max_len)
            .field("timeout_ms", &self.timeout_ms)
            .field("pace", &self.pace())
            .finish()
    }
}

impl fmt::Debug for Nats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nats")
            .field("url", &self.url.as_deref().map(without_user))
            .field("ca", &self.ca)
            .field("token", &hidden(self.token.as_ref()))
            .field("stream", &self.stream)
            .field("subject", &self.subject)
            .field("create_stream", &self.create_stream)
            .field("timeout_ms", &self.timeout_ms)
            .field("pace", &self.pace())
            .finish()
    }
}

fn hidden(secret: Option<&String>) -> Option<&'static str> {
    secret.map(|_secret| "(set)")
}

impl Config {
    /// Names of the sinks that are in use.
    pub(crate) fn sinks(&self) -> Vec<String> {
        [
            (WEBHOOK, &self.webhook.url),
            (REDIS, &self.redis.url),
            (NATS, &self.nats.url),
        ]
        .into_iter()
        .filter(|(_, url)| url.is_some())
        .map(|(name, _)| name.to_owned())
        .collect()
    }

    pub(super) fn check_sinks(&self) -> Result<(), ConfigError> {
        let bad = |key, problem: String| Err(ConfigError::Value { key, problem });
        for (key, pace) in [
            (WEBHOOK, self.webhook.pace()),
            (REDIS, self.redis.pace()),
            (NATS, self.nats.pace()),
        ] {
            if pace.batch == 0 {
                return bad(key, "batch must be at least 1".to_owned());
            }
            if pace.backoff_min_ms == 0 || pace.backoff_min_ms > pace.backoff_max_ms {
                return bad(key, "backoff_min_ms must be from 1 to backoff_max_ms".to_owned());
            }
        }
        if let Some(url) = &self.webhook.url {
            let uri =
                http_uri(url).or_else(|problem| bad("webhook.url", problem).map(|()| Uri::default()))?;
            if uri.scheme() == Some(&Scheme::HTTPS) && self.webhook.socket.is_some() {
                return bad("webhook.url", "must be http:// beside webhook.socket".to_owned());
            }
        } else if self.webhook.socket.is_some() {
            return bad(
                "webhook.url",
                "is needed beside webhook.socket, as http://localhost/ingest".to_owned(),
            );
        }
        if let Some(url) = &self.redis.url {
            redis_url(url).or_else(|problem| bad("redis.url", problem))?;
        }
        if let Some(url) = &self.nats.url {
            nats_url(url).or_else(|problem| bad("nats.url", problem))?;
        }
        let usable = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_graphic() && !b"*>./\\".contains(&byte))
        };
        if !usable(&self.nats.stream) || !self.nats.subject.split('.').all(usable) {
            return bad(
                "nats.stream, nats.subject",
                "must be names without spaces and wildcards".to_owned(),
            );
        }
        if self.redis.stream.is_empty() {
            return bad("redis.stream", "must not be empty".to_owned());
        }
        Ok(())
    }
}
