use super::*;
use crate::decode::decode_text;

/// A little-endian element, with its VR or without.
fn element(group: u16, number: u16, vr: Option<&str>, value: &[u8]) -> Vec<u8> {
    let mut bytes = [group.to_le_bytes(), number.to_le_bytes()].concat();
    let length = u32::try_from(value.len()).expect("short");
    match vr {
        Some("SQ") => bytes.extend([b"SQ\0\0", length.to_le_bytes().as_slice()].concat()),
        Some(vr) => {
            bytes.extend(vr.as_bytes());
            bytes.extend(u16::try_from(value.len()).expect("short").to_le_bytes());
        }
        None => bytes.extend(length.to_le_bytes()),
    }
    bytes.extend(value);
    bytes
}

fn item(elements: &[Vec<u8>]) -> Vec<u8> {
    element(0xFFFE, 0xE000, None, &elements.concat())
}

fn sequence(group: u16, number: u16, items: &[Vec<u8>]) -> Vec<u8> {
    element(group, number, Some("SQ"), &items.concat())
}

fn texts(elements: &[Vec<u8>], keywords: &[&str]) -> Texts {
    let wanted: Vec<_> = keywords.iter().map(|keyword| Attribute::named(keyword)).collect();
    read_texts(elements.concat(), &wanted, &Limits::default(), decode_text).expect("sound")
}

fn said(elements: &[Vec<u8>], keyword: &str) -> Option<String> {
    texts(elements, &[keyword]).object.remove(0)
}

/// A keyword, the VR of its element, the bytes of the value, and how they are read.
type Case = (&'static str, &'static str, &'static [u8], Option<&'static str>);

const CASES: [Case; 16] = [
    ("AcquisitionDate", "DA", b"20261124", Some("2026-11-24")),
    ("AcquisitionDate", "DA", b"1997.03.01", Some("1997-03-01")),
    ("AcquisitionTime", "TM", b"101500.25 ", Some("10:15:00")),
    (
        "AcquisitionDateTime",
        "DT",
        b"20261124101500.5+0100 ",
        Some("2026-11-24 10:15:00 +0100"),
    ),
    ("AcquisitionDateTime", "DT", b"2026", Some("2026")),
    (
        "ImageType",
        "CS",
        b"ORIGINAL\\PRIMARY\\AXIAL ",
        Some("ORIGINAL, PRIMARY, AXIAL"),
    ),
    ("PatientName", "PN", b"Doe^Jane^Q^Dr", Some("Doe, Jane Q")),
    (
        "PatientName",
        "PN",
        b"=\xc3\x84rger^Jos\xc3\xa9 ",
        Some("\u{c4}rger, Jos\u{e9}"),
    ),
    ("PatientAge", "AS", b"045Y", Some("45Y")),
    ("KVP", "DS", b"120.000 ", Some("120")),
    ("XRayTubeCurrent", "IS", b" 250", Some("250")),
    ("DiffusionBValue", "FD", &1000.5_f64.to_le_bytes(), Some("1000.5")),
    ("ImageComments", "LT", b"two\r\nlines", Some("two  lines")),
    ("Rows", "US", &512_u16.to_le_bytes(), Some("512")),
    ("ProtocolName", "LO", b"   ", None),
    ("RedPaletteColorLookupTableData", "US", &[], None),
];

#[test]
fn values_are_as_people_read_them() {
    for (keyword, vr, value, text) in CASES {
        let Tag(group, number) = Attribute::named(keyword).expect("of the standard").tag;
        let charset = element(0x08, 0x05, Some("CS"), b"ISO_IR 192");
        let elements = [charset, element(group, number, Some(vr), value)];
        assert_eq!(said(&elements, keyword).as_deref(), text, "{keyword}");
    }
}

#[test]
fn without_a_stated_representation_it_is_that_of_the_dictionary() {
    let implicit = |is_signed: u16| {
        vec![
            element(0x08, 0x60, None, b"CT"),
            element(0x28, 0x10, None, &512_u16.to_le_bytes()),
            element(0x28, 0x103, None, &is_signed.to_le_bytes()),
            element(0x28, 0x106, None, &0xFFFF_u16.to_le_bytes()),
        ]
    };
    let keyword = "SmallestImagePixelValue";
    assert_eq!(said(&implicit(0), keyword).as_deref(), Some("65535"));
    assert_eq!(said(&implicit(1), keyword).as_deref(), Some("-1"));
    assert_eq!(said(&implicit(0), "Rows").as_deref(), Some("512"));
    assert_eq!(said(&implicit(0), "NoSuchKeyword"), None);
    assert_eq!(said(&implicit(0), "Columns"), None);
}

#[test]
fn what_is_nearest_to_the_frame_comes_first() {
    let exposure = |value: &[u8]| {
        let macro_item = item(&[element(0x18, 0x9328, Some("FD"), value)]);
        item(&[sequence(0x18, 0x9321, &[macro_item])])
    };
    let number = |value: f64| value.to_le_bytes();
    let elements = [
        element(0x18, 0x0060, Some("DS"), b"100 "),
        element(0x18, 0x9328, Some("FD"), &number(1.0)),
        element(0x28, 0x0008, Some("IS"), b"2 "),
        sequence(0x5200, 0x9229, &[exposure(&number(2.0))]),
        sequence(0x5200, 0x9230, &[exposure(&number(3.0)), item(&[])]),
    ];
    let found = texts(&elements, &["ExposureTimeInms", "KVP"]);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(found.object, [some("2"), some("100")]);
    assert_eq!(found.frames, [[some("3"), None], [None, None]]);
    assert!(!format!("{found:?}").contains("100"));
}

#[test]
fn a_sequence_of_codes_is_what_they_mean() {
    let code = |meaning: &[u8]| item(&[element(0x08, 0x0104, Some("LO"), meaning)]);
    let elements = [sequence(
        0x08,
        0x2218,
        &[code(b"Chest "), item(&[]), code(b"Neck")],
    )];
    let meaning = said(&elements, "AnatomicRegionSequence");
    assert_eq!(meaning.as_deref(), Some("Chest, Neck"));
}

#[test]
fn what_may_tell_who_the_patient_is() {
    let is_identifying = |keyword| {
        Attribute::named(keyword)
            .expect("of the standard")
            .is_identifying()
    };
    for keyword in [
        "PatientName",
        "PatientWeight",
        "AccessionNumber",
        "InstitutionName",
        "StationName",
        "DeviceSerialNumber",
        "OperatorsName",
        "StudyInstanceUID",
        "SOPInstanceUID",
        "SeriesDescription",
        "ProtocolName",
        "AcquisitionTime",
        "ImageComments",
        "ContrastBolusAgent",
        "RequestAttributesSequence",
        "ClinicalTrialSubjectID",
        "PersonName",
    ] {
        assert!(is_identifying(keyword), "{keyword}");
    }
    for keyword in [
        "Modality",
        "KVP",
        "Manufacturer",
        "SliceThickness",
        "ConvolutionKernel",
        "BodyPartExamined",
        "SeriesNumber",
        "SOPClassUID",
        "EchoTime",
        "AnatomicRegionSequence",
    ] {
        assert!(!is_identifying(keyword), "{keyword}");
    }
}
