//! What is answered to an association request. No I/O: request and policy in, answer out.
//!
//! AE titles follow pynetdicom's rules: spaces around a title do not count, case does, the called title is judged
//! before the calling one, a missing or unprintable title is no request at all.

use std::collections::BTreeMap;

use dicom_ul::pdu::{
    AssociationAC, AssociationRJ, AssociationRJResult, AssociationRJServiceProviderASCEReason,
    AssociationRJServiceProviderPresentationReason, AssociationRJServiceUserReason, AssociationRJSource,
    AssociationRQ, PresentationContextProposed, PresentationContextResult, PresentationContextResultReason,
    UserVariableItem,
};

use super::Fault;
use super::syntaxes::{EXPLICIT_FIRST, Service};
use crate::config::{Config, is_ae_title};
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

/// Both titles as the 16 bytes that were sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawTitles<'a> {
    pub(crate) called: &'a [u8],
    pub(crate) calling: &'a [u8],
}

/// Judges a request. `place` is asked for a place among the associations when everything below it is in order; whether
/// there is one is told before the titles are, as pynetdicom does.
pub(crate) fn answer(
    request: &AssociationRQ,
    titles: RawTitles<'_>,
    config: &Config,
    place: impl FnOnce() -> bool,
) -> Answer {
    let (Some(called), Some(calling)) = (title(titles.called), title(titles.calling)) else {
        return Answer::Abort(Fault::User);
    };
    if request.protocol_version & 1 == 0 {
        return reject(AssociationRJResult::Permanent, version_not_supported());
    }
    if request.application_context_name.trim_end_matches(['\0', ' ']) != APPLICATION_CONTEXT {
        return refuse(AssociationRJServiceUserReason::ApplicationContextNameNotSupported);
    }
    if !place() {
        return reject(AssociationRJResult::Transient, limit_exceeded());
    }
    if !is_listed(called, &config.called_ae_titles) {
        return refuse(AssociationRJServiceUserReason::CalledAETitleNotRecognized);
    }
    if !is_listed(calling, &config.calling_ae_titles) {
        return refuse(AssociationRJServiceUserReason::CallingAETitleNotRecognized);
    }
    let Some(judged) = judge_contexts(&request.presentation_contexts, config) else {
        return Answer::Abort(Fault::InvalidParameter);
    };
    let peer_max_pdu = request.user_variables.iter().find_map(|item| match item {
        UserVariableItem::MaxLength(length) => Some(*length).filter(|length| *length > 0),
        _ => None,
    });
    let (results, contexts) = judged;
    let accept = AssociationAC {
        protocol_version: 1,
        calling_ae_title: calling.to_owned(),
        called_ae_title: called.to_owned(),
        application_context_name: APPLICATION_CONTEXT.to_owned(),
        presentation_contexts: results,
        user_variables: vec![
            UserVariableItem::MaxLength(config.max_pdu),
            UserVariableItem::ImplementationClassUID(IMPLEMENTATION_CLASS_UID.to_owned()),
            UserVariableItem::ImplementationVersionName(IMPLEMENTATION_VERSION_NAME.to_owned()),
        ],
    };
    let association = Association {
        calling_aet: calling.to_owned(),
        called_aet: called.to_owned(),
        contexts,
        peer_max_pdu,
    };
    Answer::Accept(Box::new(accept), association)
}

/// The title without the spaces around it, if it is one.
fn title(raw: &[u8]) -> Option<&str> {
    let title = std::str::from_utf8(raw).ok()?.trim_matches(' ');
    is_ae_title(title).then_some(title)
}

fn is_listed(title: &str, list: &[String]) -> bool {
    list.is_empty() || list.iter().any(|listed| listed.trim_matches(' ') == title)
}

type Judged = (Vec<PresentationContextResult>, BTreeMap<u8, Context>);

/// `None` when an id is even or used twice (PS3.8 section 9.3.2.2).
fn judge_contexts(proposed: &[PresentationContextProposed], config: &Config) -> Option<Judged> {
    let mut results = Vec::with_capacity(proposed.len());
    let mut contexts = BTreeMap::new();
    let mut seen = [false; 256];
    for proposal in proposed {
        let seen = seen.get_mut(usize::from(proposal.id))?;
        if proposal.id % 2 == 0 || std::mem::replace(seen, true) {
            return None;
        }
        let judged = judge(proposal, config);
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
    config: &Config,
) -> Result<Context, PresentationContextResultReason> {
    let abstract_syntax = unpadded(&proposal.abstract_syntax);
    let service = Service::of(abstract_syntax, config.accept_unknown_sop_classes)
        .ok_or(PresentationContextResultReason::AbstractSyntaxNotSupported)?;
    let proposed = |syntax: &&&str| {
        proposal
            .transfer_syntaxes
            .iter()
            .any(|one| unpadded(one) == **syntax)
    };
    let chosen = EXPLICIT_FIRST
        .iter()
        .find(proposed)
        .and_then(|syntax| Uid::parse(syntax.as_bytes()));
    let transfer_syntax = chosen.ok_or(PresentationContextResultReason::TransferSyntaxesNotSupported)?;
    Ok(Context {
        abstract_syntax: abstract_syntax.to_owned(),
        service,
        transfer_syntax,
    })
}

/// UIDs in PDUs have no padding (PS3.8 annex F), but some senders pad.
fn unpadded(uid: &str) -> &str {
    uid.trim_end_matches(['\0', ' '])
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
