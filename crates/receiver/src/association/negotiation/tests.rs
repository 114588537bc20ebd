use dicom_dictionary_std::uids;

use super::*;

fn request() -> AssociationRQ {
    AssociationRQ {
        protocol_version: 1,
        calling_ae_title: String::new(),
        called_ae_title: String::new(),
        application_context_name: APPLICATION_CONTEXT.to_owned(),
        presentation_contexts: vec![proposal(
            1,
            uids::CT_IMAGE_STORAGE,
            &[uids::IMPLICIT_VR_LITTLE_ENDIAN],
        )],
        user_variables: vec![UserVariableItem::MaxLength(16384)],
    }
}

fn proposal(id: u8, abstract_syntax: &str, transfer_syntaxes: &[&str]) -> PresentationContextProposed {
    PresentationContextProposed {
        id,
        abstract_syntax: abstract_syntax.to_owned(),
        transfer_syntaxes: transfer_syntaxes.iter().map(|&one| one.to_owned()).collect(),
    }
}

/// "accept", "abort ..." or "reject result, source".
fn judged(request: &AssociationRQ, called: &str, calling: &str, config: &Config, place: bool) -> String {
    let padded = |title: &str| format!("{title:16}").into_bytes();
    let (called, calling) = (padded(called), padded(calling));
    match answer(
        request,
        Origin {
            address: "10.1.2.3".parse().unwrap(),
            called: &called,
            calling: &calling,
        },
        config,
        || place,
    ) {
        Answer::Accept(..) => "accept".to_owned(),
        Answer::Abort(fault) => format!("abort {fault:?}"),
        Answer::Reject(AssociationRJ { result, source }) => format!("reject {result:?} {source:?}"),
    }
}

#[test]
fn titles_are_judged_as_pynetdicom_does() {
    let config = Config {
        called_ae_titles: vec!["NOCTIS".to_owned()],
        calling_ae_titles: vec!["CT01".to_owned(), "MR 01".to_owned()],
        ..Config::default()
    };
    let unknown_called = "reject Permanent ServiceUser(CalledAETitleNotRecognized)";
    let unknown_calling = "reject Permanent ServiceUser(CallingAETitleNotRecognized)";
    let cases = [
        ("NOCTIS", "CT01", "accept"),
        ("  NOCTIS", "CT01  ", "accept"),
        ("NOCTIS", "MR 01", "accept"),
        ("NOCTIS", "MR01", unknown_calling),
        ("NOCTIS", "ct01", unknown_calling),
        ("noctis", "CT01", unknown_called),
        ("OTHER", "OTHER", unknown_called),
        ("", "CT01", "abort User"),
        ("NOCTIS", "", "abort User"),
        ("NOCTIS\0\0", "CT01", "abort User"),
        ("NOC\\TIS", "CT01", "abort User"),
        ("NOCTIS", "CT\x0701", "abort User"),
    ];
    for (called, calling, expected) in cases {
        assert_eq!(
            judged(&request(), called, calling, &config, true),
            expected,
            "{called:?} {calling:?}"
        );
    }
}

#[test]
fn a_full_house_is_told_before_the_titles_and_after_the_protocol() {
    let config = Config {
        called_ae_titles: vec!["NOCTIS".to_owned()],
        ..Config::default()
    };
    let full = "reject Transient ServiceProviderPresentation(LocalLimitExceeded)";
    assert_eq!(judged(&request(), "OTHER", "CT01", &config, false), full);
    let mut other = request();
    other.application_context_name = "1.2.3".to_owned();
    let context = "reject Permanent ServiceUser(ApplicationContextNameNotSupported)";
    assert_eq!(judged(&other, "OTHER", "CT01", &config, false), context);
    let mut later = request();
    later.protocol_version = 2;
    let version = "reject Permanent ServiceProviderASCE(ProtocolVersionNotSupported)";
    assert_eq!(judged(&later, "NOCTIS", "CT01", &config, true), version);
    later.protocol_version = 3;
    assert_eq!(judged(&later, "NOCTIS", "CT01", &config, true), "accept");
}

#[test]
fn context_ids_are_odd_and_used_once() {
    for ids in [[1, 1], [2, 3], [0, 1]] {
        let mut request = request();
        let contexts = ids.map(|id| proposal(id, uids::VERIFICATION, &[uids::IMPLICIT_VR_LITTLE_ENDIAN]));
        request.presentation_contexts = contexts.to_vec();
        assert_eq!(
            judged(&request, "A", "B", &Config::default(), true),
            "abort InvalidParameter",
            "{ids:?}"
        );
    }
}

#[test]
fn the_acceptor_chooses_the_syntax() {
    let (implicit, explicit) = (uids::IMPLICIT_VR_LITTLE_ENDIAN, uids::EXPLICIT_VR_LITTLE_ENDIAN);
    let cases: [(&str, &[&str], Result<&str, PresentationContextResultReason>); 8] = [
        (uids::CT_IMAGE_STORAGE, &[implicit, explicit], Ok(explicit)),
        (uids::CT_IMAGE_STORAGE, &[implicit], Ok(implicit)),
        (
            uids::CT_IMAGE_STORAGE,
            &[uids::JPEG2000_LOSSLESS, implicit],
            Ok(implicit),
        ),
        (
            uids::CT_IMAGE_STORAGE,
            &[uids::JPEG2000_LOSSLESS],
            Ok(uids::JPEG2000_LOSSLESS),
        ),
        (uids::CT_IMAGE_STORAGE, &["1.2.840.10008.1.2.1\0"], Ok(explicit)),
        (
            uids::CT_IMAGE_STORAGE,
            &["1.3.6.1.4.1.5962.300.1"],
            Err(PresentationContextResultReason::TransferSyntaxesNotSupported),
        ),
        (
            uids::CT_IMAGE_STORAGE,
            &[],
            Err(PresentationContextResultReason::TransferSyntaxesNotSupported),
        ),
        (
            uids::MODALITY_WORKLIST_INFORMATION_MODEL_FIND,
            &[implicit],
            Err(PresentationContextResultReason::AbstractSyntaxNotSupported),
        ),
    ];
    for (abstract_syntax, proposed, expected) in cases {
        let judged = judge(
            &proposal(1, abstract_syntax, proposed),
            &[],
            &[],
            &Config::default(),
        );
        let chosen = judged.map(|context| context.transfer_syntax.to_string());
        assert_eq!(
            chosen,
            expected.map(str::to_owned),
            "{abstract_syntax} {proposed:?}"
        );
    }
}

#[test]
fn optional_items_are_answered_as_annex_d_says() {
    use dicom_ul::pdu::RequestorRoles;
    let mut request = request();
    let both = RequestorRoles { scu: true, scp: true };
    let provider = RequestorRoles {
        scu: false,
        scp: true,
    };
    let (ct, mr) = (uids::CT_IMAGE_STORAGE, uids::MR_IMAGE_STORAGE);
    let implicit = [uids::IMPLICIT_VR_LITTLE_ENDIAN];
    request.presentation_contexts.push(proposal(3, mr, &implicit));
    let role = |uid: &str, roles| UserVariableItem::ScuScpRoleSelectionSubItem(uid.to_owned(), roles);
    let extended = |uid: &str, bytes: &[u8]| {
        UserVariableItem::SopClassExtendedNegotiationSubItem(uid.to_owned(), bytes.to_vec())
    };
    request.user_variables = vec![
        role(ct, both),
        role(ct, provider),
        role(mr, provider),
        role("1.2.3", both),
        extended(ct, &[0]),
        extended(mr, &[0]),
        UserVariableItem::Unknown(0x53, vec![0, 7, 0, 0]),
    ];
    let title = b"A               ";
    let origin = Origin {
        address: "10.1.2.3".parse().unwrap(),
        called: title,
        calling: title,
    };
    let Answer::Accept(accept, association) = answer(&request, origin, &Config::default(), || true) else {
        panic!("not accepted")
    };
    assert_eq!(association.contexts.keys().collect::<Vec<_>>(), [&1]);
    let results: Vec<_> = accept
        .presentation_contexts
        .iter()
        .map(|one| &one.reason)
        .collect();
    use PresentationContextResultReason as Reason;
    assert_eq!(results, [&Reason::Acceptance, &Reason::UserRejection]);
    let user = RequestorRoles {
        scu: true,
        scp: false,
    };
    assert_eq!(
        accept.user_variables.get(3..).unwrap(),
        [
            role(ct, user),
            extended(ct, &[2, 0, 3, 0, 0, 0]),
            UserVariableItem::Unknown(0x53, vec![0, 7, 0, 1]),
        ]
    );
}

#[test]
fn peers_decide_about_case_addresses_and_canaries() {
    let mut config = Config {
        called_ae_titles: vec!["NOCTIS".to_owned()],
        calling_ae_titles: vec!["CT01".to_owned()],
        ..Config::default()
    };
    config.peers.canary_titles = vec!["CANARY".to_owned()];
    let unknown_calling = "reject Permanent ServiceUser(CallingAETitleNotRecognized)";
    assert_eq!(judged(&request(), "NOCTIS", "CANARY", &config, true), "accept");
    assert_eq!(
        judged(&request(), "NOCTIS", "ct01", &config, true),
        unknown_calling
    );
    config.peers.title_case = crate::config::TitleCase::Insensitive;
    assert_eq!(judged(&request(), "noctis", "ct01", &config, true), "accept");
    let elsewhere = crate::config::Networks(vec!["192.0.2.0/24".parse().unwrap()]);
    config.peers.addresses.insert("CT01".to_owned(), elsewhere);
    assert_eq!(
        judged(&request(), "NOCTIS", "CT01", &config, true),
        unknown_calling
    );
}
