//! An association of our own, on which the result of a commitment request goes out (PS3.4 section J.3.3). We are provider
//! of the class there, which the role selection says (PS3.7 section D.3.3.4).

use std::io;
use std::time::Duration;

use dicom_dictionary_std::uids;
use dicom_ul::pdu::{
    AssociationRQ, MAXIMUM_PDU_SIZE, Pdu, PresentationContextProposed, PresentationContextResultReason,
    RequestorRoles, UserVariableItem, read_pdu,
};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::commitment::report_pdus;
use super::dimse::Command;
use super::encode;
use super::negotiation::Context;
use super::pdv::Fragments;
use super::service::read_command;
use super::stream::Stream;
use super::syntaxes::Service;
use super::wire::Wire;
use crate::commitment::{Job, Outcome};
use crate::config::{Config, peer_address};
use crate::tls::client;
use crate::uid::Uid;
use crate::{IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME};

const CONTEXT: u8 = 1;
const LONGEST_ANSWER: u32 = 64 << 10;
const CONNECT: Duration = Duration::from_secs(10);

/// Tells a sender its result.
///
/// # Errors
/// Says why it could not be told, or that the peer did not take it.
pub(crate) async fn send(address: &str, job: &Job, outcome: &Outcome, config: &Config) -> Result<(), String> {
    let stream = timeout(CONNECT, connect(address, config))
        .await
        .map_err(|_elapsed| "no connection in time".to_owned())?
        .map_err(|error| error.to_string())?;
    let mut wire = Wire::new(stream, config.progress());
    let told = tell(&mut wire, job, outcome, config).await;
    wire.close().await;
    told
}

/// Certificates are read for each connection: there are few, and they may have been renewed.
async fn connect(address: &str, config: &Config) -> io::Result<Stream> {
    let (address, secure) = peer_address(address);
    let stream = TcpStream::connect(address).await?;
    if !secure {
        return Ok(Stream::Plain(stream));
    }
    let settings = config.tls.clone();
    let client = spawn_blocking(move || client::to_peers(&settings)).await?;
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let stream = client::secure(client.map_err(io::Error::other)?, host, stream).await?;
    Ok(Stream::Secure(Box::new(stream)))
}

async fn tell(wire: &mut Wire, job: &Job, outcome: &Outcome, config: &Config) -> Result<(), String> {
    let broken = |end| format!("{end:?}");
    wire.send(&encode(&request(job, config).into()))
        .await
        .map_err(broken)?;
    let (context, peer_max_pdu) = accepted(wire).await?;
    let report = report_pdus(CONTEXT, &context, job, outcome, peer_max_pdu);
    wire.send(&report).await.map_err(broken)?;
    let mut fragments = Fragments::new(wire, config.max_pdu);
    let (_, Command { status, .. }) = read_command(&mut fragments, config.progress())
        .await
        .map_err(broken)?;
    wire.send(&encode(&Pdu::ReleaseRQ)).await.map_err(broken)?;
    // Whether the release is answered changes nothing any more.
    drop(wire.wait(CONNECT).await);
    match status {
        Some(0) => Ok(()),
        other => Err(format!("the peer answers {other:04X?}")),
    }
}

fn request(job: &Job, config: &Config) -> AssociationRQ {
    let class = uids::STORAGE_COMMITMENT_PUSH_MODEL.to_owned();
    let provider = RequestorRoles {
        scu: false,
        scp: true,
    };
    AssociationRQ {
        protocol_version: 1,
        calling_ae_title: job.called_aet.clone(),
        called_ae_title: job.calling_aet.clone(),
        application_context_name: "1.2.840.10008.3.1.1.1".to_owned(),
        presentation_contexts: vec![PresentationContextProposed {
            id: CONTEXT,
            abstract_syntax: class.clone(),
            transfer_syntaxes: vec![
                uids::EXPLICIT_VR_LITTLE_ENDIAN.to_owned(),
                uids::IMPLICIT_VR_LITTLE_ENDIAN.to_owned(),
            ],
        }],
        user_variables: vec![
            UserVariableItem::MaxLength(config.max_pdu),
            UserVariableItem::ImplementationClassUID(IMPLEMENTATION_CLASS_UID.to_owned()),
            UserVariableItem::ImplementationVersionName(IMPLEMENTATION_VERSION_NAME.to_owned()),
            UserVariableItem::ScuScpRoleSelectionSubItem(class, provider),
        ],
    }
}

/// What the peer agreed to, and the largest PDU that it takes.
async fn accepted(wire: &mut Wire) -> Result<(Context, Option<u32>), String> {
    let broken = |end| format!("{end:?}");
    let header: [u8; 6] = wire.array().await.map_err(broken)?;
    let [_, _, length @ ..] = header;
    let length = u32::from_be_bytes(length);
    if length > LONGEST_ANSWER {
        return Err("an answer of that length is none".to_owned());
    }
    let mut answer = header.to_vec();
    wire.append(&mut answer, length as usize).await.map_err(broken)?;
    let answer = match read_pdu(answer.as_slice(), MAXIMUM_PDU_SIZE, false) {
        Ok(Some(Pdu::AssociationAC(answer))) => answer,
        Ok(Some(Pdu::AssociationRJ(rejection))) => return Err(format!("rejected: {rejection:?}")),
        _ => return Err("no acceptance".to_owned()),
    };
    let agreed = answer
        .presentation_contexts
        .iter()
        .find(|one| one.id == CONTEXT && one.reason == PresentationContextResultReason::Acceptance);
    let syntax = agreed.and_then(|one| Uid::parse(one.transfer_syntax.as_bytes()));
    let transfer_syntax = syntax.ok_or("the peer does not take storage commitment results")?;
    let peer_max_pdu = answer.user_variables.iter().find_map(|item| match item {
        UserVariableItem::MaxLength(length) => Some(*length).filter(|length| *length > 0),
        _ => None,
    });
    let context = Context {
        abstract_syntax: uids::STORAGE_COMMITMENT_PUSH_MODEL.to_owned(),
        service: Service::Commitment,
        transfer_syntax,
    };
    Ok((context, peer_max_pdu))
}
