//! From a fresh connection to an association, or to its refusal.

use dicom_ul::pdu::{AssociationRJSource, MAXIMUM_PDU_SIZE, Pdu, read_pdu};
use tokio::time::timeout;

use super::admission::Ticket;
use super::negotiation::{Answer, Association, Origin, answer};
use super::wire::Wire;
use super::{End, Fault, encode};
use crate::config::Config;
use crate::metrics::METRICS;

/// Types of PDUs (PS3.8 section 9.3.1).
pub(super) mod pdu_type {
    pub(in super::super) const ASSOCIATE_RQ: u8 = 1;
    pub(in super::super) const P_DATA: u8 = 4;
    pub(in super::super) const RELEASE_RQ: u8 = 5;
    pub(in super::super) const ABORT: u8 = 7;

    /// One of the seven types there are.
    pub(in super::super) fn is_known(kind: u8) -> bool {
        (1..=7).contains(&kind)
    }
}

/// 128 contexts with every standard transfer syntax need less than 500 KB.
const LARGEST_REQUEST: u32 = 512 << 10;
/// Bytes 11 to 74 of request and acceptance are the same (PS3.8 table 9-17); here without the PDU header's six.
const ECHOED: std::ops::Range<usize> = 4..68;
const HEADER: usize = 6;

/// Reads the request and answers it.
///
/// # Errors
/// How the connection ends when there is no association.
pub(super) async fn accept(
    wire: &mut Wire,
    config: &Config,
    ticket: &mut Ticket,
) -> Result<Association, End> {
    let request = timeout(config.artim(), read_request(wire))
        .await
        .map_err(|_elapsed| End::Silent)??;
    let Ok(Some(Pdu::AssociationRQ(decoded))) = read_pdu(request.as_slice(), MAXIMUM_PDU_SIZE, false) else {
        return Err(Fault::InvalidParameter.into());
    };
    let (Some(called), Some(calling), Some(echoed)) = (
        request.get(10..26),
        request.get(26..42),
        request.get(HEADER..).and_then(|body| body.get(ECHOED)),
    ) else {
        return Err(Fault::InvalidParameter.into());
    };
    let address = wire.peer().map_err(|_gone| End::Closed)?;
    let origin = Origin {
        address,
        called,
        calling,
    };
    match answer(&decoded, origin, config, || ticket.establish()) {
        Answer::Accept(acceptance, association) => {
            let mut pdu = encode(&(*acceptance).into());
            if let Some(field) = pdu.get_mut(HEADER..).and_then(|body| body.get_mut(ECHOED)) {
                field.copy_from_slice(echoed);
            }
            wire.send(&pdu).await?;
            tracing::info!(
                calling = association.calling_aet,
                called = association.called_aet,
                contexts = association.contexts.len(),
                "association accepted"
            );
            Ok(association)
        }
        Answer::Reject(rejection) => {
            tracing::warn!(
                calling = decoded.calling_ae_title,
                called = decoded.called_ae_title,
                result = ?rejection.result,
                source = ?rejection.source,
                "association rejected"
            );
            let (source, reason) = named(&rejection.source);
            METRICS.association_rejected(&source, &reason);
            wire.send(&encode(&rejection.into())).await?;
            Err(End::Rejected)
        }
        Answer::Abort(fault) => Err(fault.into()),
    }
}

/// Source and reason of a rejection, by the names of PS3.8 table 9-21.
fn named(source: &AssociationRJSource) -> (String, String) {
    let text = format!("{source:?}");
    let (source, reason) = text.split_once('(').unwrap_or((&text, ""));
    (source.to_owned(), reason.trim_end_matches(')').to_owned())
}

/// The whole request PDU. Anything else is answered as soon as its first byte shows it.
async fn read_request(wire: &mut Wire) -> Result<Vec<u8>, End> {
    match wire.wait(std::time::Duration::MAX).await? {
        pdu_type::ASSOCIATE_RQ => {}
        pdu_type::ABORT => return Err(End::Aborted),
        known if pdu_type::is_known(known) => return Err(Fault::UnexpectedPdu.into()),
        _ => return Err(Fault::UnrecognizedPdu.into()),
    }
    let header: [u8; HEADER] = wire.array().await?;
    let [_, _, length @ ..] = header;
    let length = u32::from_be_bytes(length);
    if length > LARGEST_REQUEST {
        return Err(Fault::InvalidParameter.into());
    }
    let mut request = header.to_vec();
    wire.append(&mut request, length as usize).await?;
    Ok(request)
}
