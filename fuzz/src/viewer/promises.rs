//! What every error, frame and picture of viewer-core must be like.

use codec::{Expected, Kind, Picture};
use viewer_core::{
    Error, ErrorKind, Frame, cpu,
    decode::{Limits, StoredFrame},
    plan::{SlicePlan, View},
};

/// Small, so that a bound on memory says something about small inputs.
pub(super) const LIMITS: Limits = Limits {
    max_object_bytes: 256 << 10,
    max_frame_bytes: 2 << 20,
    max_frames: 64,
    max_elements: 4096,
    max_depth: 16,
};

/// What an object of `length` bytes may hold when it is opened, which inflation may make larger.
pub(super) fn to_open(length: usize) -> usize {
    let bytes = LIMITS.to_open(length as u64);
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// What one frame of an object may hold.
pub(super) fn to_decode(length: usize) -> usize {
    let bytes = LIMITS.to_decode(length as u64);
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// An error is one of those that bytes can cause, and says something printable.
pub(super) fn is_named(error: &Error) {
    assert!(
        matches!(
            error.kind,
            ErrorKind::Malformed
                | ErrorKind::Truncated
                | ErrorKind::NoPixelData
                | ErrorKind::UnsupportedTransferSyntax
                | ErrorKind::UnsupportedPhotometric
                | ErrorKind::Limit
        ),
        "bytes do not cause this: {error}"
    );
    let is_printable = error.message.chars().all(|letter| !letter.is_control());
    let length = error.message.len();
    assert!(is_printable && (4..400).contains(&length), "{error}");
}

/// The codecs, held to what they are allowed and to what they announce. They are allowed what their pictures need, so that
/// whatever a stream says costs no more.
pub(super) fn decode(kind: Kind, stream: &[u8], expected: &Expected) -> codec::Result<Picture> {
    let samples = u64::from(expected.rows) * u64::from(expected.columns) * u64::from(expected.components);
    let fixed = if kind == Kind::JpegXl { 4 << 20 } else { 256 << 10 };
    let allowed = Expected {
        max_bytes: expected.max_bytes.min(64 * samples + fixed),
        ..*expected
    };
    // deflate is told how much to give, and holds that twice
    let times = if kind == Kind::Deflate { 2 } else { 1 };
    let bound = usize::try_from(times * allowed.max_bytes).unwrap_or(usize::MAX);
    let (outcome, _) = peak::within(bound.saturating_add(codecs::BESIDES), || {
        codecs::decode(kind, stream, &allowed)
    });
    let picture = outcome?;
    assert!((1..=32).contains(&picture.precision), "{picture:?}");
    if kind != Kind::Deflate {
        assert_eq!(
            (picture.rows, picture.columns, picture.components),
            (expected.rows, expected.columns, expected.components)
        );
        assert_eq!(
            picture.samples.len() as u64,
            samples * picture.sample_bytes() as u64,
            "{picture:?}"
        );
    }
    Ok(picture)
}

/// As many bytes as the shape says.
pub(super) fn is_whole(frame: &StoredFrame) {
    let sizes = [frame.rows, frame.columns, frame.samples, frame.sample_bytes];
    let bytes = sizes.into_iter().map(usize::from).product::<usize>();
    assert_eq!(frame.pixels.len(), bytes, "{frame:?}");
}

/// A frame can be drawn, or its window is refused by name; a picture is opaque.
pub(super) fn can_be_drawn(frame: &Frame, view: &View) -> Option<Vec<u8>> {
    let spec = frame.spec();
    let size = [spec.columns, spec.rows];
    let pixels = size[0] as usize * size[1] as usize;
    assert_eq!(
        frame.mask().len(),
        spec.mask.map_or(0, |_| pixels),
        "a mask is whole or not there"
    );
    let picture = SlicePlan::new(spec, view, size).and_then(|plan| cpu::render(&plan, frame));
    match picture {
        Err(error) => {
            is_named(&error);
            None
        }
        Ok(picture) => {
            assert_eq!(picture.len(), 4 * pixels);
            assert!(picture.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == u8::MAX));
            Some(picture)
        }
    }
}
