//! DICOM associations as an acceptor (PS3.8), and the DIMSE messages in them (PS3.7).
//!
//! Layout, in reading order: [`admission`] bounds how many there are; [`stream`] and [`wire`] are the socket; [`acse`] answers the
//! request by the rules of [`negotiation`] and [`extended`]; [`pdv`] is the stream of P-DATA fragments; [`dimse`] are the command sets;
//! [`service`] does what they ask.

#![deny(clippy::indexing_slicing)]

pub(crate) mod acse;
pub(crate) mod admission;
mod commitment;
pub(crate) mod dimse;
mod extended;
pub(crate) mod fuzzing;
pub(crate) mod negotiation;
pub(crate) mod pdv;
mod record;
pub(crate) mod report;
pub(crate) mod service;
pub(crate) mod status;
mod stream;
pub(crate) mod syntaxes;
pub(crate) mod wire;

use std::future::Future;
use std::io;
use std::sync::Arc;

use dicom_ul::pdu::{AbortRQServiceProviderReason, AbortRQSource, Pdu, write_pdu};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::spawn_blocking;

use crate::commitment::Commitments;
use crate::config::Config;
use crate::ingest::Ingest;
use crate::tls::Handshake;
use admission::Ticket;
use record::Record;
use stream::Stream;
use wire::Wire;

/// Why an association is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// The peer released it.
    Released,
    /// It was rejected; the answer is sent.
    Rejected,
    /// The peer aborted it.
    Aborted,
    /// The connection was closed or broke.
    Closed,
    /// The peer was silent for too long.
    Silent,
    /// We abort it for this reason.
    Fault(Fault),
}

/// What an A-ABORT says (PS3.8 table 9-26).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Source service-user: what the peer says makes no sense above the protocol.
    User,
    UnrecognizedPdu,
    UnexpectedPdu,
    UnexpectedParameter,
    InvalidParameter,
    NotSpecified,
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Fault {
    fn pdu(self) -> Pdu {
        use AbortRQServiceProviderReason as Reason;
        let source = match self {
            Self::User => AbortRQSource::ServiceUser,
            Self::UnrecognizedPdu => AbortRQSource::ServiceProvider(Reason::UnrecognizedPdu),
            Self::UnexpectedPdu => AbortRQSource::ServiceProvider(Reason::UnexpectedPdu),
            Self::UnexpectedParameter => AbortRQSource::ServiceProvider(Reason::UnexpectedPduParameter),
            Self::InvalidParameter => AbortRQSource::ServiceProvider(Reason::InvalidPduParameter),
            Self::NotSpecified => AbortRQSource::ServiceProvider(Reason::ReasonNotSpecified),
        };
        Pdu::AbortRQ { source }
    }
}

/// Serves one connection until it ends, or `stop` resolves.
pub(crate) async fn serve(
    stream: TcpStream,
    handshake: Option<Handshake>,
    config: Arc<Config>,
    ingest: Arc<Ingest>,
    commitments: Arc<Commitments>,
    mut ticket: Ticket,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let mut stop = Box::pin(stop);
    let Ok(peer) = stream.peer_addr() else { return };
    // A connection without TLS goes on to its request, where an eviction is answered with an A-ABORT.
    let stream = match handshake {
        None => Stream::Plain(stream),
        Some(handshake) => tokio::select! {
            made = handshake.make(stream) => match made {
                Ok(stream) => Stream::Secure(Box::new(stream)),
                Err(error) => {
                    tracing::warn!(peer = %peer.ip(), %error, "no TLS");
                    return;
                }
            },
            () = ticket.evicted() => return,
            () = &mut stop => return,
        },
    };
    let mut wire = Wire::new(stream, config.progress());
    let evicted = ticket.evicted();
    let accepted = tokio::select! {
        accepted = acse::accept(&mut wire, &config, &mut ticket) => accepted,
        () = evicted => Err(End::Fault(Fault::NotSpecified)),
        () = &mut stop => Err(End::Fault(Fault::NotSpecified)),
    };
    let association = match accepted {
        Ok(association) => association,
        Err(end) => {
            tracing::info!(peer = %peer.ip(), ?end, "connection over");
            record::count(&end);
            return part(wire, end).await;
        }
    };
    let served = spawn_blocking(move || {
        // The place among the associations is held until the end.
        let _ticket = ticket;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            wire.move_here()?;
            let record = Record::begin(&association, peer.ip().to_canonical());
            let end = tokio::select! {
                end = service::run(&mut wire, &config, &ingest, &commitments, &association, &record) => end,
                () = stop => End::Fault(Fault::NotSpecified),
            };
            tracing::info!(peer = %peer.ip(), ?end, "connection over");
            ingest.association_closed(record.close(&end));
            part(wire, end).await;
            io::Result::Ok(())
        })
    });
    match served.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "an association got no thread of its own"),
        Err(error) => tracing::error!(%error, "an association's thread failed"),
    }
}

/// The last word on a connection, if there is one.
async fn part(mut wire: Wire, end: End) {
    let fault = match end {
        End::Aborted | End::Closed => return,
        End::Released | End::Rejected => None,
        End::Silent => Some(Fault::NotSpecified),
        End::Fault(fault) => Some(fault),
    };
    if let Some(fault) = fault
        && wire.send(&encode(&fault.pdu())).await.is_err()
    {
        return;
    }
    wire.close().await;
}

/// Encodes a PDU of ours; what we send always fits its fields.
fn encode(pdu: &Pdu) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    if let Err(error) = write_pdu(&mut bytes, pdu) {
        tracing::error!(%error, "a PDU could not be encoded");
        bytes.clear();
    }
    bytes
}
