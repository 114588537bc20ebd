//! Annotations from elsewhere.

use viewer_core::{
    ErrorKind,
    annotate::{Annotations, to_csv},
};

use super::structured_report::reports;

/// Reads annotations from JSON; what is read and sound goes to a table, to JSON and back, and to a report.
///
/// # Panics
/// When a promise is broken.
pub fn annotations(bytes: &[u8]) {
    // texts with their escapes, and numbers of 24 bytes from two characters
    let bound = 64 * bytes.len() + (64 << 10);
    let (read, _) = peak::within(bound, || serde_json::from_slice::<Annotations>(bytes));
    let Ok(set) = read else { return };
    if let Err(error) = set.check() {
        assert!(
            matches!(error.kind, ErrorKind::Malformed | ErrorKind::Limit),
            "{error}"
        );
        return;
    }
    let lines = to_csv(&set).matches("\r\n").count();
    assert!(lines > set.annotations.len(), "a line each, and the head");
    let text = serde_json::to_string(&set).unwrap_or_default();
    let again = serde_json::from_str::<Annotations>(&text).ok();
    assert!(again.as_ref() == Some(&set), "there and back");
    assert!(!format!("{set:?}").is_empty());
    reports(&set);
}
