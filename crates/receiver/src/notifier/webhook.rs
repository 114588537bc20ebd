//! HTTP POST over a kept connection, by TCP (secured or not) or a Unix socket.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::answer::Reply;
use crate::config;
use crate::tls::client;

/// Longest answer that is read.
const LONGEST_ANSWER: usize = 1 << 20;

/// A failed exchange, in words for the log; never holds the body.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The listener of one sink.
pub(super) struct Webhook {
    /// In place of host and port.
    socket: Option<PathBuf>,
    host: String,
    port: u16,
    /// For `https://`.
    tls: Option<Arc<ClientConfig>>,
    path: String,
    host_header: HeaderValue,
    authorization: Option<HeaderValue>,
    answer_within: Duration,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Webhook {
    /// Takes the URL apart; nothing is connected yet.
    pub(super) fn new(settings: &config::Webhook) -> Result<Self, String> {
        let uri = config::http_uri(settings.url.as_deref().unwrap_or_default())?;
        let authority = uri.authority().ok_or("no host in the URL")?;
        let header =
            |text: &str| HeaderValue::from_str(text).map_err(|_bad| "unusable characters".to_owned());
        let authorization = match &settings.token {
            None => None,
            Some(token) => {
                let mut value = header(&format!("Bearer {token}"))?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        let tls = match uri.scheme_str() {
            Some("https") => Some(client::to_web(settings.ca.as_deref()).map_err(|error| error.to_string())?),
            _ => None,
        };
        let port = if tls.is_some() { 443 } else { 80 };
        Ok(Self {
            socket: settings.socket.clone(),
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(port),
            tls,
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            host_header: header(authority.as_str())?,
            authorization,
            answer_within: Duration::from_millis(settings.timeout_ms),
            connection: None,
        })
    }

    /// Sends one body. A kept connection that the listener has closed meanwhile is replaced once, unnoticed.
    pub(super) async fn post(&mut self, body: &str) -> Reply {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let was_kept = self.connection.is_some();
        let mut reply = timeout(self.answer_within, self.exchange(body.clone())).await;
        if was_kept && matches!(reply, Ok(Err(_))) {
            reply = timeout(self.answer_within, self.exchange(body)).await;
        }
        match reply {
            Ok(Ok((status, answer))) => Reply::Answered(status, answer),
            Ok(Err(failure)) => Reply::None(failure.to_string()),
            Err(_elapsed) => Reply::None("no answer in time".to_owned()),
        }
    }

    /// The connection is kept only when the exchange went well (and this future was not dropped).
    async fn exchange(&mut self, body: Bytes) -> Result<(u16, Vec<u8>), Failure> {
        let mut connection = match self.connection.take() {
            Some(kept) => kept,
            None => self.connect().await?,
        };
        connection.ready().await?;
        let mut request = Request::post(&self.path)
            .header(HOST, &self.host_header)
            .header(CONTENT_TYPE, "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let response = connection.send_request(request.body(Full::new(body))?).await?;
        let status = response.status().as_u16();
        let answer = Limited::new(response.into_body(), LONGEST_ANSWER)
            .collect()
            .await?
            .to_bytes()
            .to_vec();
        self.connection = Some(connection);
        Ok((status, answer))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        if let Some(socket) = &self.socket {
            return speak(UnixStream::connect(socket).await?).await;
        }
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            Some(tls) => speak(client::secure(Arc::clone(tls), &self.host, stream).await?).await,
            None => speak(stream).await,
        }
    }
}

async fn speak(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "webhook connection");
        }
    });
    Ok(sender)
}
