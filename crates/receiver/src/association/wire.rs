//! The socket of one association: bounded reads with deadlines, one write per PDU, and the acknowledgement fix.
//!
//! A sender that leaves Nagle's algorithm on waits for our TCP acknowledgement before it sends the tail of a PDU, and
//! the kernel delays that acknowledgement by 40 ms. Asking for a quick one before every wait ends theirs from our side.

use std::future::poll_fn;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::time::Duration;

use bytes::BufMut;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::End;
use super::stream::Stream;

/// Bytes read ahead. Small, so that the bulk of a large PDU goes straight to where it is wanted.
const AHEAD: usize = 16 << 10;
/// How long and how much is still read after the last word, so that a reset does not overtake it.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 1 << 20;

/// A connection and its read-ahead buffer.
pub(super) struct Wire {
    stream: Stream,
    ahead: Vec<u8>,
    taken: usize,
    /// Longest silence while more bytes must come.
    patience: Duration,
}

impl Wire {
    pub(super) fn new(stream: Stream, patience: Duration) -> Self {
        if let Some(socket) = stream.tcp() {
            let options = rustix::net::sockopt::set_tcp_nodelay(socket, true)
                .and_then(|()| rustix::net::sockopt::set_socket_keepalive(socket, true));
            if let Err(error) = options {
                tracing::debug!(%error, "socket options");
            }
        }
        Self {
            stream,
            ahead: Vec::new(),
            taken: 0,
            patience,
        }
    }

    /// The connection, without what was read ahead.
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    /// Goes on in the runtime that this is called in.
    pub(super) fn move_here(&mut self) -> io::Result<()> {
        self.stream.move_here()
    }

    pub(super) fn peer(&self) -> io::Result<IpAddr> {
        self.stream.peer()
    }

    fn waiting(&self) -> &[u8] {
        self.ahead.get(self.taken..).unwrap_or_default()
    }

    /// Waits at most `patience` until at least one byte is there.
    pub(super) async fn wait(&mut self, patience: Duration) -> Result<u8, End> {
        if self.waiting().is_empty() {
            self.ahead.clear();
            self.taken = 0;
            self.ahead.reserve_exact(AHEAD);
            let mut space = (&mut self.ahead).limit(AHEAD);
            read(&mut self.stream, &mut space, patience).await?;
        }
        self.waiting().first().copied().ok_or(End::Closed)
    }

    /// Reads exactly `N` bytes.
    pub(super) async fn array<const N: usize>(&mut self) -> Result<[u8; N], End> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.wait(self.patience).await?;
            self.taken += 1;
        }
        Ok(bytes)
    }

    /// Appends exactly `count` bytes to `to`, which grows no faster than they arrive.
    pub(super) async fn append(&mut self, to: &mut Vec<u8>, mut count: usize) -> Result<(), End> {
        let ready = self.waiting();
        let ready = ready.get(..count.min(ready.len())).unwrap_or_default();
        to.extend_from_slice(ready);
        let ready = ready.len();
        self.taken += ready;
        count -= ready;
        while count > 0 {
            let mut space = to.limit(count);
            count -= read(&mut self.stream, &mut space, self.patience).await?;
        }
        Ok(())
    }

    /// Reads exactly `count` bytes and throws them away.
    pub(super) async fn skip(&mut self, mut count: usize) -> Result<(), End> {
        while count > 0 {
            self.wait(self.patience).await?;
            let step = count.min(self.waiting().len());
            self.taken += step;
            count -= step;
        }
        Ok(())
    }

    /// Sends a whole PDU in one write.
    pub(super) async fn send(&mut self, pdu: &[u8]) -> Result<(), End> {
        let sent = async {
            self.stream.write_all(pdu).await?;
            self.stream.flush().await
        };
        match timeout(self.patience, sent).await {
            Err(_elapsed) => Err(End::Silent),
            Ok(Err(_broken)) => Err(End::Closed),
            Ok(Ok(())) => Ok(()),
        }
    }

    /// After the last PDU: tells the peer that nothing more comes and waits a little for it to close.
    pub(super) async fn close(mut self) {
        if self.stream.shutdown().await.is_err() {
            return;
        }
        let rest = async {
            let mut left = LINGER_BYTES;
            while left > 0 {
                self.ahead.clear();
                let mut space = (&mut self.ahead).limit(AHEAD);
                match self.stream.read_buf(&mut space).await {
                    Ok(0) | Err(_) => return,
                    Ok(count) => left = left.saturating_sub(count),
                }
            }
        };
        if timeout(LINGER, rest).await.is_err() {
            tracing::trace!("the peer did not close");
        }
    }
}

/// Reads what is there. Where nothing is, what came is acknowledged, and more awaited.
async fn read(stream: &mut Stream, space: &mut impl BufMut, patience: Duration) -> Result<usize, End> {
    let mut acknowledged = false;
    let read = poll_fn(|context| {
        let polled = pin!(stream.read_buf(space)).poll(context);
        if polled.is_pending() && !acknowledged {
            acknowledged = true;
            acknowledge(stream);
        }
        polled
    });
    match timeout(patience, read).await {
        Err(_elapsed) => Err(End::Silent),
        Ok(Ok(0) | Err(_)) => Err(End::Closed),
        Ok(Ok(count)) => Ok(count),
    }
}

fn acknowledge(stream: &Stream) {
    #[cfg(target_os = "linux")]
    if let Some(socket) = stream.tcp()
        && let Err(error) = rustix::net::sockopt::set_tcp_quickack(socket, true)
    {
        tracing::trace!(%error, "TCP_QUICKACK");
    }
}
