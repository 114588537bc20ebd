//! Datasets as they stream past.

use noctis_dicom_rx::fuzzing::{commitment_request, walk};

use crate::input::Input;

const SYNTAXES: [&str; 4] = [
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
];

/// The values that are kept, the state of an inflater, and texts made of them: not a byte that depends on how much comes.
const WALK: usize = 512 << 10;

/// Walks a dataset, whole and in pieces. The first byte says how it is written, the second how long the pieces are.
///
/// # Panics
/// When a promise is broken.
pub fn dataset_walk(bytes: &[u8]) {
    let mut input = Input(bytes);
    let syntax = input.one_of(&SYNTAXES);
    let piece = usize::from(input.byte() % 64) + 1;
    let bytes = input.0;
    let (whole, _) = peak::within(WALK, || walk(syntax, [bytes]));
    let (pieces, _) = peak::within(WALK, || walk(syntax, bytes.chunks(piece)));
    match (&whole, &pieces) {
        (Ok(_), _) => assert_eq!(whole, pieces, "pieces of {piece}"),
        // a damaged deflated stream may give a little before it is found out, and that may be damaged too
        (Err(error), Err(_)) => assert!(error.len() > 8 && error.chars().all(|letter| !letter.is_control())),
        (Err(error), Ok(_)) => panic!("pieces of {piece} have no {error}"),
    }
    if let Ok(walked) = &whole {
        let is_digit = |byte: u8| byte.is_ascii_digit();
        for uid in walked.uids.iter().flatten() {
            let is_uid = uid
                .split('.')
                .all(|part| !part.is_empty() && part.bytes().all(is_digit));
            assert!(is_uid && uid.len() <= 64, "a path is made of it");
        }
        assert!(walked.index.starts_with('{') && walked.index.len() < 256 << 10);
    }
    // references are two UIDs each, of one digit at least
    let (request, _) = peak::within(64 * bytes.len() + 1024, || commitment_request(syntax, bytes));
    if let Some((transaction, references)) = request {
        assert!(!transaction.is_empty() && references * 18 <= bytes.len());
    }
}
