use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::sample::*;
use crate::ingest::dataset::DatasetReader;
use crate::ingest::index::{Facts, Index};
use crate::ingest::syntax::Encoding;
use crate::ingest::walk::{WalkError, Walker};

fn read(bytes: &[u8], encoding: Encoding, piece: usize) -> Result<Facts, WalkError> {
    let mut reader = DatasetReader::new(encoding);
    for piece in bytes.chunks(piece) {
        reader.feed(piece)?;
    }
    reader.finish()
}

#[test]
fn facts_do_not_depend_on_encoding_or_pieces() {
    let expected = Index {
        modality: Some("CT".to_owned()),
        instance_number: Some(12),
        rows: Some(2),
        columns: Some(3),
        image_position_patient: Some([-1.5, 2.0, 30.0]),
        study_date: Some("20261124".to_owned()),
        study_description: Some("Thorax".to_owned()),
        patient_id: Some("ID 7".to_owned()),
        patient_name: Some("Müller^J".to_owned()),
        ..Index::default()
    };
    for encoding in ENCODINGS {
        let bytes = dataset(encoding, 1);
        for piece in [1, 2, 3, 7, 8, 12, 13, 64, bytes.len()] {
            let facts = read(&bytes, encoding, piece).unwrap();
            assert_eq!(facts.study.unwrap().as_str(), "1.2.3", "{encoding:?} {piece}");
            assert_eq!(facts.series.unwrap().as_str(), "1.2.3.4");
            assert_eq!(facts.sop_instance.unwrap().as_str(), "1.2.3.4");
            assert_eq!(facts.sop_class.unwrap().as_str(), "1.2.840.10008.5.1.4.1.1.2");
            assert!(facts.index == expected, "{encoding:?} {piece}");
        }
    }
}

#[test]
fn a_cut_dataset_is_whole_only_between_top_level_elements() {
    for encoding in ENCODINGS {
        let bytes = dataset(encoding, 1);
        let whole = (0..bytes.len())
            .filter(|&cut| read(&bytes[..cut], encoding, 5).is_ok())
            .count();
        // 16 elements: 16 boundaries with the empty dataset, without the end. A deflated stream has none.
        let boundaries = if encoding.deflated { 0 } else { 17 };
        assert_eq!(whole, boundaries, "{encoding:?}");
        assert!(
            read(&bytes[..bytes.len() - 1], encoding, 64).is_err(),
            "cut pixel data, {encoding:?}"
        );
    }
}

#[test]
fn encapsulated_pixel_data_is_walked_fragment_by_fragment() {
    let explicit = ENCODINGS[1];
    let build = |fragment_end: Tag| {
        Builder::new(explicit)
            .header(tags::PIXEL_DATA, b"OB", UNDEFINED)
            .delimiter(ITEM, 0)
            .delimiter(ITEM, 6)
            .text("\u{7f}frag2")
            .delimiter(fragment_end, 0)
            .bytes
    };
    assert!(read(&build(SEQUENCE_END), explicit, 3).is_ok());
    assert!(read(&build(ITEM_END), explicit, 3).is_err());
    let open = build(SEQUENCE_END);
    let open = &open[..open.len() - 8];
    assert!(matches!(
        read(open, explicit, 3),
        Err(WalkError::Truncated { .. })
    ));
}

#[test]
fn unknown_sequences_are_implicit_inside() {
    let explicit = ENCODINGS[1];
    let mut bytes = Builder::new(explicit)
        .header(Tag(0x0009, 0x1001), b"UN", UNDEFINED)
        .bytes;
    let inside = Builder::new(Encoding::IMPLICIT)
        .delimiter(ITEM, UNDEFINED)
        .element(tags::MODALITY, b"CS", b"XX")
        .delimiter(ITEM_END, 0)
        .delimiter(SEQUENCE_END, 0);
    bytes.extend_from_slice(&inside.bytes);
    bytes.extend_from_slice(&Builder::new(explicit).element(tags::MODALITY, b"CS", b"CT").bytes);
    assert_eq!(
        read(&bytes, explicit, 4).unwrap().index.modality.as_deref(),
        Some("CT")
    );
}

#[test]
fn what_is_no_dataset_is_refused() {
    let explicit = ENCODINGS[1];
    let nested = |depth: usize| {
        (0..depth).fold(Builder::new(explicit), |builder, _| {
            builder
                .header(tags::REFERENCED_STUDY_SEQUENCE, b"SQ", UNDEFINED)
                .delimiter(ITEM, UNDEFINED)
        })
    };
    let hostile = [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        Builder::new(explicit).delimiter(ITEM, 0).bytes,
        Builder::new(explicit)
            .header(tags::MODALITY, b"c\0", 0)
            .text("more")
            .bytes,
        Builder::new(explicit)
            .header(tags::MODALITY, b"UT", UNDEFINED)
            .bytes,
        nested(33).bytes,
        vec![0xFF; 64],
    ];
    for bytes in hostile {
        let mut walker = Walker::new(explicit);
        assert!(
            matches!(walker.feed(&bytes), Err(WalkError::Malformed { .. })),
            "{bytes:02x?}"
        );
    }
    assert!(read(&deflate(b"no dataset, but deflated"), ENCODINGS[3], 8).is_err());
    assert!(read(b"not deflated at all", ENCODINGS[3], 8).is_err());
}

#[test]
fn a_repeated_element_is_held_once() {
    let explicit = ENCODINGS[1];
    let mut walker = Walker::new(explicit);
    let first = Builder::new(explicit).element(tags::PATIENT_NAME, b"PN", b"first ");
    walker.feed(&first.bytes).unwrap();
    let other = Builder::new(explicit).element(tags::PATIENT_NAME, b"PN", &[b'x'; 4096]);
    for _ in 0..1000 {
        walker.feed(&other.bytes).unwrap();
    }
    assert_eq!(
        walker.finish(),
        Ok(vec![(tags::PATIENT_NAME, b"first ".to_vec())])
    );
}

#[test]
fn debug_shows_no_patient() {
    let facts = read(&dataset(ENCODINGS[1], 1), ENCODINGS[1], 64).unwrap();
    let shown = format!("{facts:?}");
    assert!(
        shown.contains("1.2.3.4") && !shown.contains("ller") && !shown.contains("ID 7"),
        "{shown}"
    );
}
