//! Connections from the first byte on.

use dicom_ul::pdu::{
    AssociationAC, AssociationRQ, MAXIMUM_PDU_SIZE, Pdu, PresentationContextResultReason as Reason, read_pdu,
};
use noctis_dicom_rx::fuzzing::{Conversation, conversation};

/// What a connection holds besides what it sent: room to read ahead, the policy, the answer.
const BESIDES: usize = 256 << 10;

/// A connection on which these bytes come.
///
/// # Panics
/// When a promise is broken.
pub fn pdu_stream(bytes: &[u8]) {
    // the request as bytes, as items and as what is answered to them
    let bound = 64 * bytes.len() + BESIDES;
    let (conversation, _) = peak::within(bound, || conversation(bytes));
    let Conversation {
        answers,
        is_accepted,
        messages,
        end,
    } = &conversation;
    let is_in_order = matches!(end.as_str(), "Released" | "Rejected" | "Aborted" | "Closed");
    assert!(is_in_order || end.starts_with("Fault("), "{end}");
    let mut sent = pdus(answers).into_iter();
    match (is_accepted, end.as_str()) {
        (true, _) => {
            let Some(Pdu::AssociationRQ(request)) = pdus(bytes).into_iter().next() else {
                panic!("accepted without a request");
            };
            let Some(Pdu::AssociationAC(answer)) = sent.next() else {
                panic!("an association without an answer");
            };
            answers_the_request(&answer, &request);
        }
        (false, "Rejected") => assert!(matches!(sent.next(), Some(Pdu::AssociationRJ(_)))),
        (false, _) => assert!(messages.is_empty()),
    }
    if end == "Released" {
        assert!(matches!(sent.next(), Some(Pdu::ReleaseRP)));
    }
    assert!(sent.next().is_none(), "nothing else is said");
}

/// Each context once, with a syntax that was proposed.
fn answers_the_request(answer: &AssociationAC, request: &AssociationRQ) {
    let proposed = &request.presentation_contexts;
    assert_eq!(answer.presentation_contexts.len(), proposed.len());
    for (result, proposal) in answer.presentation_contexts.iter().zip(proposed) {
        assert_eq!(result.id, proposal.id);
        let unpadded = |uid: &str| uid.trim_end_matches(['\0', ' ']).to_owned();
        let is_proposed = proposal
            .transfer_syntaxes
            .iter()
            .any(|syntax| unpadded(syntax) == unpadded(&result.transfer_syntax));
        assert!(result.reason != Reason::Acceptance || is_proposed, "{result:?}");
    }
}

/// The PDUs that are whole.
fn pdus(mut bytes: &[u8]) -> Vec<Pdu> {
    let mut found = Vec::new();
    while let Ok(Some(pdu)) = read_pdu(&mut bytes, MAXIMUM_PDU_SIZE, false) {
        found.push(pdu);
    }
    found
}
