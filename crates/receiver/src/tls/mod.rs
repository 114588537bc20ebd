//! The secure side of the listener: certificates and keys from files, read again on demand. [`client`] is that of our own
//! connections.

pub(crate) mod client;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{CipherSuite, RootCertStore, ServerConfig};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::{TlsAcceptor, TlsStream};

use crate::config::{ClientAuth, Tls as Settings, TlsProfile};

/// Why certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("{path}: {problem}")]
    File { path: PathBuf, problem: String },
    #[error("certificate and key: {0}")]
    Pair(#[from] rustls::Error),
    #[error("authorities of senders: {0}")]
    Authorities(#[from] rustls::server::VerifierBuilderError),
}

/// What secure connections are accepted with; may be replaced while it is used.
pub(crate) struct Tls {
    settings: Settings,
    current: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads the files; `None` when no secure listener is configured.
    ///
    /// # Errors
    /// When they cannot be used.
    pub(crate) fn open(settings: &Settings) -> Result<Option<Self>, TlsError> {
        if settings.listen.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            current: RwLock::new(Arc::new(build(settings)?)),
            settings: settings.clone(),
        }))
    }

    /// Reads the files again; connections that are there keep what they have.
    ///
    /// # Errors
    /// When they cannot be used; then what was read before stays in use.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        let fresh = Arc::new(build(&self.settings)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// For the next connection.
    pub(crate) fn handshake(&self) -> Handshake {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Handshake {
            acceptor: TlsAcceptor::from(Arc::clone(&current)),
            limit: Duration::from_secs(self.settings.handshake_s),
        }
    }
}

/// A handshake that is still to be made.
pub(crate) struct Handshake {
    acceptor: TlsAcceptor,
    limit: Duration,
}

impl Handshake {
    pub(crate) async fn make(self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        Ok(timeout(self.limit, self.acceptor.accept(stream)).await??.into())
    }
}

fn build(settings: &Settings) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(provider(settings.profile));
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?;
    let builder = match (&settings.client_ca, settings.client_auth) {
        (Some(path), auth) if auth != ClientAuth::None => {
            let roots = Arc::new(authorities(path)?);
            // A list that is past its next update stays in use: a late one must not keep every sender out.
            let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider)
                .with_crls(revocations(settings.client_crl.as_deref())?);
            let verifier = if auth == ClientAuth::Optional {
                verifier.allow_unauthenticated()
            } else {
                verifier
            };
            builder.with_client_cert_verifier(verifier.build()?)
        }
        _ => builder.with_no_client_auth(),
    };
    let (chain, key) = identity(settings)?;
    Ok(builder.with_single_cert(chain, key)?)
}

/// Who we are.
fn identity(settings: &Settings) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), TlsError> {
    let key =
        PrivateKeyDer::from_pem_file(&settings.key).map_err(|problem| unusable(&settings.key, &problem))?;
    Ok((certificates(&settings.certificate)?, key))
}

fn provider(profile: TlsProfile) -> CryptoProvider {
    let mut provider = ring::default_provider();
    if profile == TlsProfile::Bcp195Extended {
        provider.cipher_suites.retain(|suite| {
            !matches!(
                suite.suite(),
                CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
                    | CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
            )
        });
    }
    provider
}

fn authorities(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for authority in certificates(path)? {
        roots.add(authority)?;
    }
    Ok(roots)
}

fn revocations(path: Option<&Path>) -> Result<Vec<CertificateRevocationListDer<'static>>, TlsError> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let found =
        CertificateRevocationListDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match found {
        Ok(found) if found.is_empty() => Err(unusable(path, &"holds no revocation list")),
        Ok(found) => Ok(found),
        Err(problem) => Err(unusable(path, &problem)),
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match found {
        Ok(found) if found.is_empty() => Err(unusable(path, &"holds no certificate")),
        Ok(found) => Ok(found),
        Err(problem) => Err(unusable(path, &problem)),
    }
}

fn unusable(path: &Path, problem: &dyn std::fmt::Display) -> TlsError {
    TlsError::File {
        path: path.to_owned(),
        problem: problem.to_string(),
    }
}
