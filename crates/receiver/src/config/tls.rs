//! DICOM over TLS: the `[tls]` table.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::ConfigError;
use super::load::Kind;

pub(super) const KEYS: [(&str, Kind); 9] = [
    ("tls.listen", Kind::Text),
    ("tls.only", Kind::Switch),
    ("tls.certificate", Kind::Text),
    ("tls.key", Kind::Text),
    ("tls.client_ca", Kind::Text),
    ("tls.client_crl", Kind::Text),
    ("tls.client_auth", Kind::Text),
    ("tls.profile", Kind::Text),
    ("tls.handshake_s", Kind::Number),
];

/// The listener for secure connections; there is one when `listen` is set.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// Address of the secure listener.
    pub listen: Option<SocketAddr>,
    /// No plain listener.
    pub only: bool,
    /// PEM file: our certificate, then the chain to its authority.
    pub certificate: PathBuf,
    /// PEM file: the private key of it.
    pub key: PathBuf,
    /// PEM file: authorities of senders.
    pub client_ca: Option<PathBuf>,
    /// PEM file: revocation lists of those authorities, one for each that is in use.
    pub client_crl: Option<PathBuf>,
    /// Whether senders must show a certificate of `client_ca`.
    pub client_auth: ClientAuth,
    /// Versions and cipher suites, by the names of PS3.15 annex B.
    pub profile: TlsProfile,
    /// Time for the handshake, in seconds.
    pub handshake_s: u64,
}

/// `tls.client_auth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientAuth {
    /// A sender without a valid certificate is refused.
    Require,
    /// A sender may have none; one that it shows must be valid.
    Optional,
    /// None is asked for.
    None,
}

/// Security profiles. All are TLS 1.2 and 1.3 with forward secrecy and authenticated encryption; older versions and
/// suites, which BCP 195 tolerates for a time, are in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum TlsProfile {
    /// BCP 195 (PS3.15 section B.9).
    #[serde(rename = "bcp195")]
    Bcp195,
    /// Non-downgrading BCP 195 (PS3.15 section B.10).
    #[serde(rename = "bcp195-nd")]
    Bcp195NonDowngrading,
    /// Extended BCP 195 (PS3.15 section B.11): in TLS 1.2 only AES with GCM.
    #[serde(rename = "bcp195-ex")]
    Bcp195Extended,
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            listen: None,
            only: false,
            certificate: PathBuf::new(),
            key: PathBuf::new(),
            client_ca: None,
            client_crl: None,
            client_auth: ClientAuth::Require,
            profile: TlsProfile::Bcp195NonDowngrading,
            handshake_s: 10,
        }
    }
}

impl Tls {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let bad = |key, problem: &str| {
            Err(ConfigError::Value {
                key,
                problem: problem.to_owned(),
            })
        };
        if self.listen.is_none() {
            return if self.only {
                bad("tls.only", "needs tls.listen")
            } else {
                Ok(())
            };
        }
        if self.certificate.as_os_str().is_empty() || self.key.as_os_str().is_empty() {
            return bad("tls.listen", "needs tls.certificate and tls.key");
        }
        if self.client_auth != ClientAuth::None && self.client_ca.is_none() {
            return bad("tls.client_auth", "needs tls.client_ca, or must be none");
        }
        if self.client_crl.is_some() && self.client_auth == ClientAuth::None {
            return bad(
                "tls.client_crl",
                "needs certificates of senders (tls.client_auth)",
            );
        }
        Ok(())
    }
}
