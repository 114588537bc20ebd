//! Structured reports from elsewhere.

use viewer_core::{
    annotate::{
        Annotations,
        sr::{ReportInput, ReportSubject, read_report, report},
    },
    decode::decode_text,
};

use super::promises::{LIMITS, is_named, to_open};

/// Reads annotations from a report; what is read can be reported, and that is read again.
///
/// # Panics
/// When a promise is broken.
pub fn structured_report(bytes: &[u8]) {
    // of each item what it says, its code and its points
    let bound = to_open(bytes.len()) + 32 * bytes.len();
    let (read, _) = peak::within(bound, || read_report(bytes.to_vec(), &LIMITS, decode_text));
    match read {
        Ok(read) => {
            read.set.check().expect("what is read is sound");
            for warning in &read.warnings {
                assert!(warning.chars().all(|letter| !letter.is_control()), "{warning}");
            }
            reports(&read.set);
        }
        Err(error) => is_named(&error),
    }
}

/// A sound set can be reported, and read again: as many annotations, with their points.
///
/// # Panics
/// When it cannot.
pub(super) fn reports(set: &Annotations) {
    let Some(first) = set.annotations.first() else {
        return;
    };
    let subject = ReportSubject {
        study_instance_uid: first.anchor.study_instance_uid.clone(),
        ..ReportSubject::default()
    };
    let input = ReportInput {
        subject: &subject,
        sop_instance_uid: "2.25.1",
        series_instance_uid: "2.25.2",
        device_uid: "2.25.3",
        observer: None,
        date: "20261124",
        time: "120000",
    };
    // of several studies, or with lines that are too long for a report
    let Ok(written) = report(set, &input) else { return };
    let again = read_report(written, &LIMITS, decode_text).expect("what is written can be read");
    assert_eq!(
        again.set.annotations.len(),
        set.annotations.len(),
        "{:?}",
        again.warnings
    );
}
