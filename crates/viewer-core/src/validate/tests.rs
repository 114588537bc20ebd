use super::*;

type Written = (Tag, &'static [u8; 2], Vec<u8>);

fn text(tag: Tag, vr: &'static [u8; 2], value: &str) -> Written {
    let mut bytes = value.as_bytes().to_vec();
    if bytes.len() % 2 == 1 {
        bytes.push(if vr == b"UI" { 0 } else { b' ' });
    }
    (tag, vr, bytes)
}

fn word(tag: Tag, value: u16) -> Written {
    (tag, b"US", value.to_le_bytes().to_vec())
}

/// A CT image of 4 x 4 pixels with everything that it needs.
fn sound() -> Vec<Written> {
    vec![
        text(tags::IMAGE_TYPE, b"CS", "ORIGINAL\\PRIMARY\\AXIAL"),
        text(tags::SOP_CLASS_UID, b"UI", "1.2.840.10008.5.1.4.1.1.2"),
        text(tags::SOP_INSTANCE_UID, b"UI", "1.2.3.4"),
        text(tags::STUDY_DATE, b"DA", "20241231"),
        text(tags::STUDY_TIME, b"TM", "101500"),
        text(tags::ACCESSION_NUMBER, b"SH", ""),
        text(tags::MODALITY, b"CS", "CT"),
        text(tags::MANUFACTURER, b"LO", "Noctis"),
        text(tags::REFERRING_PHYSICIAN_NAME, b"PN", ""),
        text(tags::PATIENT_NAME, b"PN", "Doe^Jane"),
        text(tags::PATIENT_ID, b"LO", "7"),
        text(tags::PATIENT_BIRTH_DATE, b"DA", ""),
        text(tags::PATIENT_SEX, b"CS", "F"),
        text(tags::SLICE_THICKNESS, b"DS", "2.5"),
        text(tags::KVP, b"DS", "120"),
        text(tags::STUDY_INSTANCE_UID, b"UI", "1.2.3.1"),
        text(tags::SERIES_INSTANCE_UID, b"UI", "1.2.3.2"),
        text(tags::STUDY_ID, b"SH", ""),
        text(tags::SERIES_NUMBER, b"IS", "1"),
        text(tags::ACQUISITION_NUMBER, b"IS", ""),
        text(tags::INSTANCE_NUMBER, b"IS", "1"),
        text(tags::IMAGE_POSITION_PATIENT, b"DS", "-10\\-20\\5.5"),
        text(tags::IMAGE_ORIENTATION_PATIENT, b"DS", "1\\0\\0\\0\\1\\0"),
        text(tags::FRAME_OF_REFERENCE_UID, b"UI", "1.2.3.3"),
        text(tags::POSITION_REFERENCE_INDICATOR, b"LO", ""),
        word(tags::SAMPLES_PER_PIXEL, 1),
        text(tags::PHOTOMETRIC_INTERPRETATION, b"CS", "MONOCHROME2"),
        word(tags::ROWS, 4),
        word(tags::COLUMNS, 4),
        text(tags::PIXEL_SPACING, b"DS", "0.5\\0.5"),
        word(tags::BITS_ALLOCATED, 16),
        word(tags::BITS_STORED, 12),
        word(tags::HIGH_BIT, 11),
        word(tags::PIXEL_REPRESENTATION, 0),
        text(tags::WINDOW_CENTER, b"DS", "40"),
        text(tags::WINDOW_WIDTH, b"DS", "400"),
        text(tags::RESCALE_INTERCEPT, b"DS", "-1024"),
        text(tags::RESCALE_SLOPE, b"DS", "1"),
        (tags::PIXEL_DATA, b"OW", vec![0; 32]),
    ]
}

fn encoded(elements: &[Written]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (tag, vr, value) in elements {
        bytes.extend(tag.0.to_le_bytes());
        bytes.extend(tag.1.to_le_bytes());
        bytes.extend_from_slice(*vr);
        if matches!(*vr, b"OB" | b"OW" | b"SQ" | b"UN") {
            bytes.extend([0; 2]);
            bytes.extend(u32::try_from(value.len()).expect("short").to_le_bytes());
        } else {
            bytes.extend(u16::try_from(value.len()).expect("short").to_le_bytes());
        }
        bytes.extend_from_slice(value);
    }
    bytes
}

fn file(elements: &[Written]) -> Vec<u8> {
    let meta = encoded(&[
        (tags::FILE_META_INFORMATION_VERSION, b"OB", vec![0, 1]),
        text(
            tags::MEDIA_STORAGE_SOP_CLASS_UID,
            b"UI",
            "1.2.840.10008.5.1.4.1.1.2",
        ),
        text(tags::MEDIA_STORAGE_SOP_INSTANCE_UID, b"UI", "1.2.3.4"),
        text(tags::TRANSFER_SYNTAX_UID, b"UI", "1.2.840.10008.1.2.1"),
        text(tags::IMPLEMENTATION_CLASS_UID, b"UI", "1.2.3.5"),
    ]);
    let length = u32::try_from(meta.len()).expect("short").to_le_bytes();
    let group = encoded(&[(tags::FILE_META_INFORMATION_GROUP_LENGTH, b"UL", length.to_vec())]);
    [&[0; 128], b"DICM".as_slice(), &group, &meta, &encoded(elements)].concat()
}

fn found(bytes: Vec<u8>) -> Vec<(Option<(u16, u16)>, &'static str)> {
    let findings = validate(bytes, &Limits::default()).expect("readable");
    findings
        .iter()
        .map(|finding| (finding.tag, finding.part))
        .collect()
}

#[test]
fn a_sound_object_has_no_findings() {
    assert_eq!(validate(file(&sound()), &Limits::default()), Ok(Vec::new()));
}

#[test]
fn each_fault_is_found_once_with_its_place() {
    let cases: Vec<(Written, &str)> = vec![
        (text(tags::STUDY_DATE, b"DA", "2024.12.31"), "PS3.5 6.2"),
        (text(tags::STUDY_TIME, b"TM", "10:15:00"), "PS3.5 6.2"),
        (
            text(tags::ACCESSION_NUMBER, b"SH", "seventeen letters"),
            "PS3.5 6.2",
        ),
        (text(tags::STUDY_INSTANCE_UID, b"UI", "1.02"), "PS3.5 9.1"),
        (text(tags::KVP, b"DS", "120 kV"), "PS3.5 6.2"),
        (text(tags::PATIENT_SEX, b"CS", "X"), "PS3.3 C.7.1.1"),
        (text(tags::PATIENT_NAME, b"PN", "a^b^c^d^e^f"), "PS3.5 6.2"),
        (text(tags::MODALITY, b"CS", ""), "PS3.3 C.7.3.1"),
        (
            text(tags::IMAGE_ORIENTATION_PATIENT, b"DS", "1\\0\\0\\0\\2\\0"),
            "PS3.3 C.7.6.2.1.1",
        ),
        (
            text(tags::IMAGE_POSITION_PATIENT, b"DS", "1\\2"),
            "PS3.3 C.7.6.2.1.1",
        ),
        (text(tags::PIXEL_SPACING, b"DS", "0\\1"), "PS3.3 10.7.1.3"),
        (text(tags::WINDOW_WIDTH, b"DS", "0.5"), "PS3.3 C.11.2.1.2"),
        (
            text(tags::PHOTOMETRIC_INTERPRETATION, b"CS", "GREY"),
            "PS3.3 C.7.6.3.1.2",
        ),
        (word(tags::SAMPLES_PER_PIXEL, 3), "PS3.3 C.7.6.3.1.1"),
        (word(tags::HIGH_BIT, 15), "PS3.5 8.1.1"),
        (word(tags::PIXEL_REPRESENTATION, 2), "PS3.3 C.7.6.3"),
        (text(tags::ROWS, b"IS", "4"), "PS3.6 6"),
        (text(tags::SOP_INSTANCE_UID, b"UI", "1.2.3.9"), "PS3.10 7.1"),
        ((tags::PIXEL_DATA, b"OW", vec![0; 34]), "PS3.5 8.1.1"),
        ((tags::PIXEL_DATA, b"OB", vec![0; 32]), "PS3.5 8.2"),
    ];
    for (wrong, part) in cases {
        let tag = wrong.0;
        let mut elements = sound();
        for element in elements.iter_mut().filter(|element| element.0 == tag) {
            *element = wrong.clone();
        }
        let all = found(file(&elements));
        let expected = (Some((tag.0, tag.1)), part);
        assert!(all.contains(&expected), "{tag}: {all:?}");
        // What follows from a fault may be found as well, at other attributes.
        assert_eq!(
            all.iter().filter(|one| one.0 == expected.0).count(),
            1,
            "{tag}: {all:?}"
        );
    }
}

#[test]
fn what_is_needed_is_missed() {
    for (tag, part) in [
        (tags::PATIENT_ID, "PS3.3 C.7.1.1"),
        (tags::STUDY_INSTANCE_UID, "PS3.3 C.7.2.1"),
        (tags::SERIES_NUMBER, "PS3.3 C.7.3.1"),
        (tags::MANUFACTURER, "PS3.3 C.7.5.1"),
        (tags::FRAME_OF_REFERENCE_UID, "PS3.3 C.7.4.1"),
        (tags::IMAGE_POSITION_PATIENT, "PS3.3 C.7.6.2"),
        (tags::INSTANCE_NUMBER, "PS3.3 C.7.6.1"),
        (tags::RESCALE_SLOPE, "PS3.3 C.8.2.1"),
        (tags::BITS_STORED, "PS3.3 C.7.6.3"),
    ] {
        let mut elements = sound();
        elements.retain(|element| element.0 != tag);
        assert_eq!(found(file(&elements)), [(Some((tag.0, tag.1)), part)], "{tag}");
    }
}

#[test]
fn order_and_form_of_elements() {
    let mut swapped = sound();
    swapped.swap(3, 4);
    assert_eq!(found(file(&swapped)), [(Some((8, 0x20)), "PS3.5 7.1")]);
    let mut twice = sound();
    twice.insert(3, twice[3].clone());
    assert_eq!(found(file(&twice)), [(Some((8, 0x20)), "PS3.5 7.1")]);
    let mut private = sound();
    let at = private.len() - 1;
    private.insert(at, (Tag(0x29, 0x1001), b"LO", b"x ".to_vec()));
    assert_eq!(found(file(&private)), [(Some((0x29, 0x1001)), "PS3.5 7.8.1")]);
    private.insert(at, (Tag(0x29, 0x10), b"LO", b"NOCTIS".to_vec()));
    assert_eq!(found(file(&private)), []);
    // In an item of a sequence.
    let item = encoded(&[text(tags::REFERENCED_SOP_CLASS_UID, b"UI", "1..2")]);
    let mut value = vec![0xFE, 0xFF, 0x00, 0xE0];
    value.extend(u32::try_from(item.len()).expect("short").to_le_bytes());
    value.extend(item);
    let mut nested = sound();
    nested.insert(9, (tags::REFERENCED_IMAGE_SEQUENCE, b"SQ", value));
    assert_eq!(found(file(&nested)), [(Some((8, 0x1150)), "PS3.5 9.1")]);
}

#[test]
fn heads_and_ends_of_files() {
    let whole = file(&sound());
    assert_eq!(found(encoded(&sound())), [(Some((2, 0)), "PS3.10 7.1")]);
    let mut longer = whole.clone();
    longer[140] += 2;
    assert_eq!(found(longer), [(Some((2, 0)), "PS3.10 7.1")]);
    let cut = found(whole[..whole.len() / 2].to_vec());
    assert_eq!(cut.last().map(|last| last.1), Some("PS3.5 7.1"));
    assert_eq!(found(b"Dear colleague, enclosed please find".to_vec()).len(), 2);
}

#[test]
fn findings_hold_no_values() {
    let mut elements = sound();
    elements[9] = text(tags::PATIENT_NAME, b"PN", "Secret^a^b^c^d^e^f");
    let findings = validate(file(&elements), &Limits::default()).expect("readable");
    assert_eq!(findings.len(), 1);
    assert!(!format!("{findings:?}").contains("Secret"));
}
