//! Connections of our own: to a peer of storage commitment, to a webhook.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, TlsStream};

use super::{TlsError, authorities, identity, provider};
use crate::config::{Tls as Settings, TlsProfile};

/// To other application entities: as we show ourselves to senders, and with the authorities of theirs.
///
/// # Errors
/// When certificates or key cannot be used.
pub(crate) fn to_peers(settings: &Settings) -> Result<Arc<ClientConfig>, TlsError> {
    let roots = match &settings.client_ca {
        Some(path) => authorities(path)?,
        None => RootCertStore::empty(),
    };
    let (chain, key) = identity(settings)?;
    let builder = ClientConfig::builder_with_provider(Arc::new(provider(settings.profile)))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_root_certificates(roots);
    Ok(Arc::new(builder.with_client_auth_cert(chain, key)?))
}

/// To a web server, with the authorities of this file or those of the system.
///
/// # Errors
/// When the authorities cannot be used.
pub(crate) fn to_web(ca: Option<&Path>) -> Result<Arc<ClientConfig>, TlsError> {
    let roots = match ca {
        Some(path) => authorities(path)?,
        None => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            roots
        }
    };
    let builder = ClientConfig::builder_with_provider(Arc::new(provider(TlsProfile::Bcp195NonDowngrading)))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_root_certificates(roots);
    Ok(Arc::new(builder.with_no_client_auth()))
}

/// The handshake on a fresh connection to `host`, which the certificate there must name.
///
/// # Errors
/// When the host is no name, or there is no agreement.
pub(crate) async fn secure(
    config: Arc<ClientConfig>,
    host: &str,
    stream: TcpStream,
) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let stream = TlsConnector::from(config).connect(name, stream).await?;
    Ok(stream.into())
}
