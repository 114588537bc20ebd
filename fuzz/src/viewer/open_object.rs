//! Whole objects.

use viewer_core::{
    ErrorKind,
    decode::{self, Attribute, DicomObject, decode_text},
    volume::{Head, assemble},
};

use super::promises::{LIMITS, is_named, to_open};

/// Attributes that are read as text: of each kind one, and one that there is not.
const KEYWORDS: [&str; 6] = [
    "PatientName",
    "ExposureTimeInms",
    "AcquisitionDateTime",
    "AnatomicRegionSequence",
    "SmallestImagePixelValue",
    "NoSuchKeyword",
];

/// Opens an object, whole and by its head, and reads what it says of itself.
///
/// # Panics
/// When a promise is broken.
pub fn open_object(bytes: &[u8]) {
    let bound = to_open(bytes.len().min(1 << 18));
    let (opened, _) = peak::within(bound, || DicomObject::open(bytes.to_vec(), &LIMITS));
    let (record, _) = peak::within(bound, || decode::read_record(bytes.to_vec(), &LIMITS, 0));
    if let Err(error) = &record {
        is_named(error);
        assert_ne!(error.kind, ErrorKind::NoPixelData, "a record needs none");
    }
    let wanted = KEYWORDS.map(Attribute::named);
    let (texts, _) = peak::within(bound, || {
        decode::read_texts(bytes.to_vec(), &wanted, &LIMITS, decode_text)
    });
    match texts {
        Ok(texts) => assert!(
            texts
                .frames
                .iter()
                .chain([&texts.object])
                .all(|of| of.len() == wanted.len())
        ),
        Err(error) => is_named(&error),
    }
    match opened {
        Ok(object) => describes_itself(&object, bytes),
        Err(error) => {
            is_named(&error);
            assert_eq!(error.frame, None, "no frame was asked for");
        }
    }
}

fn describes_itself(object: &DicomObject, bytes: &[u8]) {
    let info = object.info();
    assert_eq!(info.frames, object.frame_count());
    assert!((1..=LIMITS.max_frames).contains(&info.frames) && info.rows > 0 && info.columns > 0);
    let text = serde_json::to_string(info).unwrap_or_default();
    assert!(text.starts_with('{') && !format!("{object:?}").is_empty());
    for warning in object.warnings() {
        assert!(warning.message.chars().all(|letter| !letter.is_control()));
    }
    let heads: Vec<Head> = Head::of(info, 0).collect();
    let assembly = assemble(&heads);
    let taken: usize = assembly.volumes.iter().map(|volume| volume.sources.len()).sum();
    let left: u32 = assembly.findings.iter().map(|finding| finding.left_out).sum();
    assert_eq!(
        taken + left as usize,
        heads.len(),
        "each frame is taken or left out"
    );

    let Some(placed) = object.placed_frame(0) else {
        return;
    };
    let pixels = u64::from(placed.spec.rows)
        * u64::from(placed.spec.columns)
        * placed.spec.format.bytes_per_pixel() as u64;
    assert!(
        placed.start + pixels <= bytes.len() as u64,
        "a place in the object"
    );
    let head = bytes.get(..usize::try_from(placed.start).unwrap_or_default());
    let head = head.unwrap_or_default().to_vec();
    if let Some(by_head) = DicomObject::open_head(head, bytes.len() as u64, &LIMITS, decode_text) {
        assert_eq!(by_head.info(), info, "the head says what the whole says");
    }
}
