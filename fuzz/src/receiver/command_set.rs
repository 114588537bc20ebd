//! Command sets.

use noctis_dicom_rx::fuzzing::{command, response};

/// Reads a command set and answers it.
///
/// # Panics
/// When a promise is broken.
pub fn command_set(bytes: &[u8]) {
    // two UIDs
    let (read, _) = peak::within(1024, || command(bytes));
    let Some(request) = read else {
        assert_eq!(response(bytes, 0, ""), None);
        return;
    };
    let is_uid =
        |uid: &String| uid.len() <= 64 && uid.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    assert!(request.sop_instance.as_ref().is_none_or(is_uid));
    for (status, comment) in [
        (0, ""),
        (0xA900, "SOP Class is not that of the presentation context"),
    ] {
        let answer = response(bytes, status, comment).unwrap_or_default();
        assert!(answer.len() < 512, "{} bytes", answer.len());
        let read = command(&answer);
        assert!(
            read.as_ref()
                .is_some_and(|read| read.field == request.field | 0x8000
                    && read.message_id == 0
                    && read.dataset.is_none()
                    && read.sop_instance == request.sop_instance),
            "{read:?} answers {request:?}"
        );
        // (0000,0120) Message ID Being Responded To
        let id = [
            &[0, 0, 0x20, 1, 2, 0, 0, 0][..],
            &request.message_id.to_le_bytes(),
        ]
        .concat();
        assert!(answer.windows(id.len()).any(|window| window == id));
    }
}
