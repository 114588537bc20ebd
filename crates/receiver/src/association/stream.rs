//! A connection, secured or not.

use std::io::{self, Cursor};
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::AsFd as _;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsStream;

/// The bytes of one association.
pub(crate) enum Stream {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
    /// Bytes that are there already, and what is answered to them: for [`crate::fuzzing`].
    Given {
        bytes: Cursor<Vec<u8>>,
        answers: Vec<u8>,
    },
}

impl Stream {
    /// The socket, where there is one.
    pub(super) fn tcp(&self) -> Option<&TcpStream> {
        match self {
            Self::Plain(stream) => Some(stream),
            Self::Secure(stream) => Some(stream.get_ref().0),
            Self::Given { .. } => None,
        }
    }

    /// Moves the socket to the runtime that this is called in.
    pub(super) fn move_here(&mut self) -> io::Result<()> {
        let socket = match self {
            Self::Plain(stream) => stream,
            Self::Secure(stream) => match &mut **stream {
                TlsStream::Client(stream) => stream.get_mut().0,
                TlsStream::Server(stream) => stream.get_mut().0,
            },
            Self::Given { .. } => return Ok(()),
        };
        *socket = TcpStream::from_std(socket.as_fd().try_clone_to_owned()?.into())?;
        Ok(())
    }

    /// The address of the peer; this machine where there is no socket.
    pub(super) fn peer(&self) -> io::Result<IpAddr> {
        let local = Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
        self.tcp().map_or(local, |socket| {
            socket.peer_addr().map(|peer| peer.ip().to_canonical())
        })
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Secure(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Given { bytes, .. } => Pin::new(bytes).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Secure(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Given { answers, .. } => Pin::new(answers).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Secure(stream) => Pin::new(stream).poll_flush(cx),
            Self::Given { answers, .. } => Pin::new(answers).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Secure(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Given { answers, .. } => Pin::new(answers).poll_shutdown(cx),
        }
    }
}
