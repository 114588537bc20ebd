//! What is answered to an association request. No I/O: request and policy in, answer out.
//!
//! AE titles follow pynetdicom's rules unless the configuration says otherwise: spaces around a title do not count, case
//! does, the called title is judged before the calling one, a missing or unprintable title is no request at all.

use std::collections::BTreeMap;
use std::net::IpAddr;

use dicom_ul::pdu::{
    AssociationAC, AssociationRJ, AssociationRJResult, AssociationRJServiceProviderASCEReason,
    AssociationRJServiceProviderPresentationReason, AssociationRJServiceUserReason, AssociationRJSource,
    AssociationRQ, PresentationContextProposed, PresentationContextResult, PresentationContextResultReason,
    UserVariableItem,
};

use super::Fault;
use super::extended::{self, CommonNegotiation};
use super::syntaxes::{Service, unpadded};
use crate::config::Config;
use crate::ingest::Encoding;
use crate::uid::Uid;
use crate::{IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME};

const APPLICATION_CONTEXT: &str = "1.2.840.10008.3.1.1.1";

/// A presentation context that both sides agreed on.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) abstract_syntax: String,
    pub(crate) service: Service,
    pub(crate) transfer_syntax: Uid,
}

/// An accepted association.
#[derive(Debug, Clone)]
pub(crate) struct Association {
    pub(crate) calling_aet: String,
    pub(crate) called_aet: String,
    /// One of the titles belongs to a test.
    pub(crate) canary: bool,
    pub(crate) contexts: BTreeMap<u8, Context>,
    /// Largest PDU that the peer takes, without its header; `None` without a limit.
    pub(crate) peer_max_pdu: Option<u32>,
}

/// The answer to a request.
#[derive(Debug)]
pub(crate) enum Answer {
    Accept(Box<AssociationAC>, Association),
    Reject(AssociationRJ),
    Abort(Fault),
}

/// Where a request comes from, and both titles as the 16 bytes that were sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub(crate) address: IpAddr,
    pub(crate) called: &'a [u8],
    pub(crate) calling: &'a [u8],
}

/// Judges a request. `place` is asked for a place among the associations when everything below it is in order; whether
/// there is one is told before the titles are, as pynetdicom does.
pub(crate) fn answer(
    request: &AssociationRQ,
    origin: Origin<'_>,
    config: &Config,
    place: impl FnOnce() -> bool,
) -> Answer {
    let peers = &config.peers;
    let (Some(called), Some(calling)) = (peers.title(origin.called), peers.title(origin.calling)) else {
        return Answer::Abort(Fault::User);
    };
    if request.protocol_version & 1 == 0 {
        return reject(AssociationRJResult::Permanent, version_not_supported());
    }
    if unpadded(&request.application_context_name) != APPLICATION_CONTEXT {
        return refuse(AssociationRJServiceUserReason::ApplicationContextNameNotSupported);
    }
    if !place() {
        return reject(AssociationRJResult::Transient, limit_exceeded());
    }
    if !peers.is_listed(&called, &config.called_ae_titles) {
        return refuse(AssociationRJServiceUserReason::CalledAETitleNotRecognized);
    }
    if !peers.is_listed(&calling, &config.calling_ae_titles) || !peers.may_come_from(&calling, origin.address)
    {
        return refuse(AssociationRJServiceUserReason::CallingAETitleNotRecognized);
    }
    let Some(judged) = judge_contexts(request, config) else {
        return Answer::Abort(Fault::InvalidParameter);
    };
    let peer_max_pdu = request.user_variables.iter().find_map(|item| match item {
        UserVariableItem::MaxLength(length) => Some(*length).filter(|length| *length > 0),
        _ => None,
    });
    let (results, contexts) = judged;
    let mut user_variables = vec![
        UserVariableItem::MaxLength(config.max_pdu),
        UserVariableItem::ImplementationClassUID(IMPLEMENTATION_CLASS_UID.to_owned()),
        UserVariableItem::ImplementationVersionName(IMPLEMENTATION_VERSION_NAME.to_owned()),
    ];
    user_variables.extend(extended::answers(&request.user_variables, &contexts));
    let accept = AssociationAC {
        protocol_version: 1,
        calling_ae_title: calling.to_string(),
        called_ae_title: called.to_string(),
        application_context_name: APPLICATION_CONTEXT.to_owned(),
        presentation_contexts: results,
        user_variables,
    };
    let association = Association {
        canary: peers.is_canary(&called) || peers.is_canary(&calling),
        calling_aet: calling.into_owned(),
        called_aet: called.into_owned(),
        contexts,
        peer_max_pdu,
    };
    Answer::Accept(Box::new(accept), association)
}

type Judged = (Vec<PresentationContextResult>, BTreeMap<u8, Context>);

/// `None` when an id is even or used twice (PS3.8 section 9.3.2.2).
fn judge_contexts(request: &AssociationRQ, config: &Config) -> Option<Judged> {
    let proposed = &request.presentation_contexts;
    let common = CommonNegotiation::all(&request.user_variables);
    let mut results = Vec::with_capacity(proposed.len());
    let mut contexts = BTreeMap::new();
    let mut seen = [false; 256];
    for proposal in proposed {
        let seen = seen.get_mut(usize::from(proposal.id))?;
        if proposal.id % 2 == 0 || std::mem::replace(seen, true) {
            return None;
        }
        let judged = judge(proposal, &request.user_variables, &common, config);
        let (reason, transfer_syntax) = match &judged {
            Ok(context) => (
                PresentationContextResultReason::Acceptance,
                context.transfer_syntax.to_string(),
            ),
            // Not significant, but some peers want to see a syntax here; the first proposed one as pynetdicom does.
            Err(reason) => (
                reason.clone(),
                proposal.transfer_syntaxes.first().cloned().unwrap_or_default(),
            ),
        };
        results.push(PresentationContextResult {
            id: proposal.id,
            reason,
            transfer_syntax,
        });
        if let Ok(context) = judged {
            contexts.insert(proposal.id, context);
        }
    }
    Some((results, contexts))
}

fn judge(
    proposal: &PresentationContextProposed,
    items: &[UserVariableItem],
    common: &[CommonNegotiation],
    config: &Config,
) -> Result<Context, PresentationContextResultReason> {
    use PresentationContextResultReason as Reason;
    let abstract_syntax = unpadded(&proposal.abstract_syntax);
    let service = Service::of(abstract_syntax, config.accept_unknown_sop_classes, common)
        .filter(|service| *service != Service::Commitment || config.commitment.enabled)
        .ok_or(Reason::AbstractSyntaxNotSupported)?;
    let transfer_syntax = config
        .transfer_syntaxes
        .choose(
            &proposal.transfer_syntaxes,
            config.accept_unknown_transfer_syntaxes,
        )
        .filter(|chosen| service != Service::Commitment || !Encoding::of(chosen.as_str()).deflated)
        .ok_or(Reason::TransferSyntaxesNotSupported)?;
    // Who does not want to be the user of a class has no use for us.
    if extended::proposed_roles(items, abstract_syntax).is_some_and(|roles| !roles.scu) {
        return Err(Reason::UserRejection);
    }
    Ok(Context {
        abstract_syntax: abstract_syntax.to_owned(),
        service,
        transfer_syntax,
    })
}

fn refuse(reason: AssociationRJServiceUserReason) -> Answer {
    reject(
        AssociationRJResult::Permanent,
        AssociationRJSource::ServiceUser(reason),
    )
}

fn reject(result: AssociationRJResult, source: AssociationRJSource) -> Answer {
    Answer::Reject(AssociationRJ { result, source })
}

fn version_not_supported() -> AssociationRJSource {
    AssociationRJSource::ServiceProviderASCE(
        AssociationRJServiceProviderASCEReason::ProtocolVersionNotSupported,
    )
}

fn limit_exceeded() -> AssociationRJSource {
    AssociationRJSource::ServiceProviderPresentation(
        AssociationRJServiceProviderPresentationReason::LocalLimitExceeded,
    )
}

#[cfg(test)]
mod tests;
