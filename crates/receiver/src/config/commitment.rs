//! Storage commitment: the `[commitment]` table.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::load::Kind;
use super::{ConfigError, Tls};

pub(super) const KEYS: [(&str, Kind); 5] = [
    ("commitment.enabled", Kind::Switch),
    ("commitment.peers", Kind::Texts),
    ("commitment.retry_s", Kind::Number),
    ("commitment.attempts", Kind::Number),
    ("commitment.most_waiting", Kind::Number),
];

/// The Storage Commitment Push Model (PS3.4 annex J).
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Commitment {
    /// Whether it is offered.
    pub enabled: bool,
    /// Where the results for a title go, as `host:port` or `tls://host:port`: on an association of our own. A title that
    /// is not named gets them on the association of its request, if that is still there.
    pub peers: BTreeMap<String, String>,
    /// Pause between two attempts to reach a peer, in seconds.
    pub retry_s: u64,
    /// Attempts before a result is given up.
    pub attempts: u32,
    /// Requests whose results are still to be delivered, at most; one more is refused.
    pub most_waiting: usize,
}

impl Default for Commitment {
    fn default() -> Self {
        Self {
            enabled: true,
            peers: BTreeMap::new(),
            retry_s: 60,
            attempts: 60,
            most_waiting: 1000,
        }
    }
}

/// What stands before an address that is reached by TLS.
const SECURE: &str = "tls://";

/// An address of `commitment.peers`, and whether it is reached by TLS.
pub(crate) fn peer_address(text: &str) -> (&str, bool) {
    match text.strip_prefix(SECURE) {
        Some(address) => (address, true),
        None => (text, false),
    }
}

impl Commitment {
    pub(super) fn check(&self, tls: &Tls) -> Result<(), ConfigError> {
        let bad = |problem| {
            Err(ConfigError::Value {
                key: "commitment.peers",
                problem,
            })
        };
        for peer in self.peers.values() {
            let (address, secure) = peer_address(peer);
            let is_address = address
                .rsplit_once(':')
                .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
            if !is_address {
                return bad(format!("{peer:?} is not host:port or {SECURE}host:port"));
            }
            if secure && (tls.listen.is_none() || tls.client_ca.is_none()) {
                return bad(format!(
                    "{peer:?} needs tls.listen with its certificate, and tls.client_ca for that of the peer"
                ));
            }
        }
        Ok(())
    }
}
