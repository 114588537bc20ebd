//! Where connections come in: a plain listener, a secure one, or both.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::config::Config;

/// Longest pause after `accept` failed, as when no file descriptor is left.
const ACCEPT_PAUSE_MAX: Duration = Duration::from_secs(1);

/// The listeners of a receiver.
#[derive(Debug)]
pub struct Listeners {
    plain: Option<TcpListener>,
    secure: Option<TcpListener>,
}

/// A plain listener alone.
impl From<TcpListener> for Listeners {
    fn from(plain: TcpListener) -> Self {
        Self {
            plain: Some(plain),
            secure: None,
        }
    }
}

/// A listener's address, with "(TLS)" behind a secure one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    socket: SocketAddr,
    secure: bool,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.socket, if self.secure { " (TLS)" } else { "" })
    }
}

impl Listeners {
    /// Binds what the configuration asks for.
    ///
    /// # Errors
    /// Says which address cannot be listened on, and why.
    pub async fn bind(config: &Config) -> Result<Self, String> {
        let plain = (!config.tls.only).then_some(config.listen);
        Ok(Self {
            plain: listen(plain).await?,
            secure: listen(config.tls.listen).await?,
        })
    }

    /// Where they listen, the plain one first.
    pub fn addresses(&self) -> Vec<Address> {
        let address = |listener: &Option<TcpListener>, secure| {
            let socket = listener.as_ref()?.local_addr().ok()?;
            Some(Address { socket, secure })
        };
        let both = [address(&self.plain, false), address(&self.secure, true)];
        both.into_iter().flatten().collect()
    }

    /// The next connection, and whether it is to be secured.
    pub(crate) async fn accept(&self) -> (TcpStream, bool) {
        tokio::select! {
            stream = accept(self.plain.as_ref()) => (stream, false),
            stream = accept(self.secure.as_ref()) => (stream, true),
        }
    }
}

async fn listen(address: Option<SocketAddr>) -> Result<Option<TcpListener>, String> {
    let Some(address) = address else { return Ok(None) };
    let listener = TcpListener::bind(address).await;
    listener
        .map(Some)
        .map_err(|error| format!("listen on {address}: {error}"))
}

/// The next connection; a failing `accept` is tried again after a pause that doubles.
async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    let Some(listener) = listener else {
        return std::future::pending().await;
    };
    let mut pause = Duration::from_millis(5);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => tracing::warn!(%error, "accept"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(ACCEPT_PAUSE_MAX);
    }
}
