//! Whole objects, built here byte by byte: what they say of themselves, and what is left of them when cut.

use serde_json::json;
use viewer_core::{
    ErrorKind, FrameSpec, PixelFormat,
    decode::{DicomObject, Limits, PlacedFrame, decode_text},
};

/// Explicit little-endian elements.
#[derive(Default, Clone)]
struct Elements(Vec<u8>);

impl Elements {
    fn put(mut self, group: u16, element: u16, vr: &[u8; 2], value: &[u8]) -> Self {
        self.0.extend_from_slice(&group.to_le_bytes());
        self.0.extend_from_slice(&element.to_le_bytes());
        self.0.extend_from_slice(vr);
        let mut value = value.to_vec();
        if value.len() % 2 == 1 {
            value.push(if vr == b"UI" || vr == b"OB" { 0 } else { b' ' });
        }
        if [b"OB", b"OW", b"SQ", b"UN"].contains(&vr) {
            self.0.extend_from_slice(&[0, 0]);
            self.0
                .extend_from_slice(&u32::try_from(value.len()).expect("short").to_le_bytes());
        } else {
            self.0
                .extend_from_slice(&u16::try_from(value.len()).expect("short").to_le_bytes());
        }
        self.0.extend_from_slice(&value);
        self
    }

    fn word(self, group: u16, element: u16, value: u16) -> Self {
        self.put(group, element, b"US", &value.to_le_bytes())
    }

    fn item(self) -> Vec<u8> {
        let mut bytes = vec![0xFE, 0xFF, 0x00, 0xE0];
        bytes.extend_from_slice(&u32::try_from(self.0.len()).expect("short").to_le_bytes());
        bytes.extend_from_slice(&self.0);
        bytes
    }

    /// A Part 10 file of these elements.
    fn file(self, syntax: &str) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes.extend_from_slice(b"DICM");
        bytes.extend_from_slice(&Self::default().put(2, 0x10, b"UI", syntax.as_bytes()).0);
        bytes.extend_from_slice(&self.0);
        bytes
    }
}

const EXPLICIT: &str = "1.2.840.10008.1.2.1";

/// The header of a CT of 2 rows and 3 columns, and its pixels.
fn ct() -> Elements {
    let pixels: Vec<u8> = [-1000_i16, 0, 40, 400, 1000, -2000]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    Elements::default()
        .put(8, 0x05, b"CS", b"ISO_IR 192")
        .put(8, 0x16, b"UI", b"1.2.840.10008.5.1.4.1.1.2")
        .put(8, 0x18, b"UI", b"1.2.3")
        .put(8, 0x20, b"DA", b"20261124")
        .put(8, 0x50, b"SH", b"A1")
        .put(8, 0x60, b"CS", b"CT")
        .put(8, 0x80, b"LO", "Hôpital".as_bytes())
        .put(0x10, 0x10, b"PN", "Wang^XiaoDong=王^小東".as_bytes())
        .put(0x10, 0x20, b"LO", b"4711")
        .put(0x10, 0x40, b"CS", b"F")
        .put(0x18, 0x50, b"DS", b"1.25")
        .put(0x20, 0x0D, b"UI", b"1.2.3.4")
        .put(0x20, 0x0E, b"UI", b"1.2.3.5")
        .put(0x20, 0x11, b"IS", b"3")
        .put(0x20, 0x13, b"IS", b" 12")
        .put(0x20, 0x32, b"DS", b"-10\\20.5\\30")
        .put(0x20, 0x37, b"DS", b"1\\0\\0\\0\\1\\0")
        .put(0x20, 0x52, b"UI", b"1.2.3.6")
        .word(0x28, 0x02, 1)
        .put(0x28, 0x04, b"CS", b"MONOCHROME2")
        .word(0x28, 0x10, 2)
        .word(0x28, 0x11, 3)
        .put(0x28, 0x30, b"DS", b"0.5\\0.25")
        .word(0x28, 0x100, 16)
        .word(0x28, 0x101, 16)
        .word(0x28, 0x102, 15)
        .word(0x28, 0x103, 1)
        .put(0x28, 0x120, b"SS", &(-2000_i16).to_le_bytes())
        .put(0x28, 0x1050, b"DS", b"40\\-600\\")
        .put(0x28, 0x1051, b"DS", b"400\\1500")
        .put(0x28, 0x1052, b"DS", b"-1024")
        .put(0x28, 0x1053, b"DS", b"1")
        .put(0x28, 0x1054, b"LO", b"HU")
        .put(0x28, 0x1055, b"LO", b"SOFT\\LUNG")
        .put(0x7FE0, 0x10, b"OW", &pixels)
}

fn open(bytes: &[u8]) -> viewer_core::Result<DicomObject> {
    DicomObject::open(bytes.to_vec(), &Limits::default())
}

#[test]
fn an_object_is_described() {
    let object = open(&ct().file(EXPLICIT)).expect("sound");
    let described = serde_json::to_value(object.info()).expect("plain data");
    let expected = json!({
        "sopInstanceUid": "1.2.3",
        "sopClassUid": "1.2.840.10008.5.1.4.1.1.2",
        "studyInstanceUid": "1.2.3.4",
        "seriesInstanceUid": "1.2.3.5",
        "frameOfReferenceUid": "1.2.3.6",
        "modality": "CT",
        "transferSyntaxUid": EXPLICIT,
        "photometricInterpretation": "MONOCHROME2",
        "samplesPerPixel": 1,
        "rows": 2,
        "columns": 3,
        "frames": 1,
        "bitsAllocated": 16,
        "bitsStored": 16,
        "highBit": 15,
        "pixelRepresentation": 1,
        "pixelFormat": "r16sint",
        "pixelPadding": [-2000, -2000],
        "instanceNumber": 12,
        "imagePositionPatient": [-10.0, 20.5, 30.0],
        "imageOrientationPatient": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        "spacingMm": [0.5, 0.25],
        "spacingSource": "PixelSpacing",
        "sliceThicknessMm": 1.25,
        "windows": [
            {"center": 40.0, "width": 400.0, "function": "LINEAR", "explanation": "SOFT"},
            {"center": -600.0, "width": 1500.0, "function": "LINEAR", "explanation": "LUNG"},
        ],
        "voiLuts": [],
        "rescaleSlope": 1.0,
        "rescaleIntercept": -1024.0,
        "rescaleType": "HU",
        "hasRescale": true,
        "patient": {"name": "Wang^XiaoDong=王^小東", "id": "4711", "sex": "F"},
        "study": {"date": "20261124", "accessionNumber": "A1"},
        "series": {"number": 3},
        "institution": "Hôpital",
    });
    assert_eq!(described, expected);
    assert!(!format!("{object:?}").contains("Wang"));
}

#[test]
fn a_frame_says_how_it_is_shown() {
    let object = open(&ct().file(EXPLICIT)).expect("sound");
    let frame = object.frame(0, codecs::decode).expect("whole");
    let spec = frame.spec();
    assert_eq!(
        (spec.rows, spec.columns, spec.format),
        (2, 3, PixelFormat::R16Sint)
    );
    assert_eq!(
        (spec.rescale_slope.to_bits(), spec.rescale_intercept.to_bits()),
        (1_f64.to_bits(), (-1024_f64).to_bits())
    );
    assert_eq!(spec.padding, Some((-2000, -2000)));
    assert_eq!(spec.pixel_aspect.to_bits(), 2_f64.to_bits());
    assert_eq!(spec.voi, viewer_core::lut::Voi::linear(40.0, 400.0));
    assert_eq!(
        frame.pixels(),
        object.stored_frame(0, codecs::decode).expect("whole").pixels
    );
    assert_eq!(
        object.frame(1, codecs::decode).expect_err("one frame").frame,
        Some(1)
    );
}

#[test]
fn every_cut_is_an_error_and_no_panic() {
    let bytes = ct().file(EXPLICIT);
    for cut in 0..bytes.len() {
        let outcome = open(&bytes[..cut]).and_then(|object| object.frame(0, codecs::decode));
        let kind = outcome.expect_err("something is missing").kind;
        let allowed: &[ErrorKind] = match cut {
            // without the mark there is nothing to know it by
            ..132 => &[ErrorKind::Malformed],
            // between two elements an object without pixels is whole
            _ => &[ErrorKind::Truncated, ErrorKind::NoPixelData],
        };
        assert!(allowed.contains(&kind), "{cut}: {kind}");
    }
}

fn open_head(bytes: &[u8], length: usize) -> Option<DicomObject> {
    let total = bytes.len() as u64;
    let head = bytes.get(..length)?.to_vec();
    DicomObject::open_head(head, total, &Limits::default(), decode_text)
}

/// The pixels of frame 0 as its place says.
fn placed(bytes: &[u8], object: &DicomObject) -> (FrameSpec, Vec<u8>) {
    let PlacedFrame {
        spec,
        start,
        mask,
        field,
    } = object.placed_frame(0).expect("placed");
    assert_eq!(mask, None, "nothing lies over it");
    let length = spec.rows as usize * spec.columns as usize * spec.format.bytes_per_pixel();
    let start = usize::try_from(start).expect("small");
    let mut pixels = bytes[start..start + length].to_vec();
    field.cut(
        &mut pixels,
        spec.format.bytes_per_pixel(),
        spec.format.is_signed(),
    );
    (spec, pixels)
}

#[test]
fn a_head_says_as_much_as_the_whole_and_where_the_pixels_are() {
    let odd_field = Elements::default()
        .word(0x28, 0x02, 1)
        .put(0x28, 0x04, b"CS", b"MONOCHROME1")
        .word(0x28, 0x10, 1)
        .word(0x28, 0x11, 3)
        .word(0x28, 0x100, 16)
        .word(0x28, 0x101, 10)
        .word(0x28, 0x102, 11)
        .word(0x28, 0x103, 1)
        .put(0x28, 0x1050, b"DS", b"40")
        .put(0x28, 0x1051, b"DS", b"400")
        .put(0x7FE0, 0x10, b"OW", &[0xFF, 0xF7, 0x03, 0x08, 0xFE, 0x1F]);
    for (bytes, pixel_bytes) in [(ct().file(EXPLICIT), 12), (odd_field.file(EXPLICIT), 6)] {
        let whole = open(&bytes).expect("sound");
        let frame = whole.frame(0, codecs::decode).expect("whole");
        let mut heads = 0;
        for length in 0..=bytes.len() {
            let Some(head) = open_head(&bytes, length) else {
                assert!(
                    length < bytes.len() - pixel_bytes,
                    "{length}: the header is there"
                );
                continue;
            };
            heads += 1;
            assert_eq!(head.info(), whole.info(), "{length}");
            assert_eq!(
                placed(&bytes, &head),
                (frame.spec().clone(), frame.pixels().to_vec())
            );
            let outcome = head.frame(0, codecs::decode);
            assert_eq!(outcome.is_ok(), length == bytes.len(), "{length}: {outcome:?}");
        }
        assert_eq!(heads, pixel_bytes + 1);
    }
}

fn grey_of_8_bits(photometric: &[u8]) -> Elements {
    Elements::default()
        .word(0x28, 0x02, 1)
        .put(0x28, 0x04, b"CS", photometric)
        .word(0x28, 0x10, 1)
        .word(0x28, 0x11, 2)
        .word(0x28, 0x100, 8)
        .put(0x7FE0, 0x10, b"OW", &[1, 2])
}

#[test]
fn how_long_a_frame_is_to_be_seen() {
    let time = |own: Elements| {
        let all = [own.0, grey_of_8_bits(b"MONOCHROME2").0].concat();
        let object = open(&Elements(all).file(EXPLICIT)).expect("sound");
        object.info().frame_time_ms
    };
    let vector = |own: Elements| own.put(0x18, 0x1065, b"DS", b"0\\40\\50");
    let none = Elements::default;
    assert_eq!(time(vector(none())), Some(40.0));
    assert_eq!(time(vector(none().put(8, 0x2144, b"IS", b"50"))), Some(20.0));
    assert_eq!(
        time(vector(none().put(0x18, 0x40, b"IS", b"10")).put(0x18, 0x1063, b"DS", b"12.5")),
        Some(12.5)
    );
    for senseless in ["0", "0\\0", "0\\-40"] {
        assert_eq!(time(none().put(0x18, 0x1065, b"DS", senseless.as_bytes())), None);
    }
    assert_eq!(time(none().put(0x18, 0x40, b"IS", b"10")), Some(100.0));
}

#[test]
fn what_a_head_cannot_tell_is_left_to_the_whole() {
    let bytes = ct().file(EXPLICIT);
    let all = bytes.len();
    assert!(open_head(&bytes, all).is_some());
    assert!(
        open_head(&bytes[..all - 1], all - 1).is_none(),
        "an object cut in its pixels"
    );
    let longer = DicomObject::open_head(bytes.clone(), all as u64 - 1, &Limits::default(), decode_text);
    assert!(longer.is_none(), "a head longer than the object");
    let limits = Limits {
        max_object_bytes: all as u64 - 1,
        ..Limits::default()
    };
    let too_long = DicomObject::open_head(bytes[..all - 12].to_vec(), all as u64, &limits, decode_text);
    assert!(too_long.is_none(), "an object beyond the limit");
    for (what, changed) in [
        ("RLE", ct().file("1.2.840.10008.1.2.5")),
        ("no window", grey_of_8_bits(b"MONOCHROME2").file(EXPLICIT)),
        ("palette", grey_of_8_bits(b"PALETTE COLOR").file(EXPLICIT)),
        ("text", b"text".repeat(100)),
    ] {
        assert!(open_head(&changed, changed.len()).is_none(), "{what}");
    }
}

#[test]
fn sequences_are_bounded_in_depth() {
    // undefined lengths all the way down: SQ, item, SQ, item ...
    let mut deep = Elements::default();
    for _ in 0..5000 {
        deep.0
            .extend_from_slice(&[0x08, 0x00, 0x40, 0x11, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        deep.0
            .extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
    }
    assert_eq!(
        open(&deep.file(EXPLICIT)).expect_err("too deep").kind,
        ErrorKind::Limit
    );
}

#[test]
fn a_private_sequence_of_unknown_vr_is_implicit_inside() {
    let mut unknown = Elements::default().put(8, 0x60, b"CS", b"CT");
    unknown
        .0
        .extend_from_slice(&[0x09, 0x00, 0x01, 0x10, b'U', b'N', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
    unknown
        .0
        .extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
    unknown
        .0
        .extend_from_slice(&[0x09, 0x00, 0x02, 0x10, 4, 0, 0, 0, 1, 2, 3, 4]);
    unknown.0.extend_from_slice(&[0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0]);
    unknown.0.extend_from_slice(&[0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    unknown.0.extend_from_slice(&ct().0);
    assert!(
        open(&unknown.file(EXPLICIT))
            .and_then(|object| object.frame(0, codecs::decode))
            .is_ok()
    );
}

#[test]
fn a_broken_functional_group_fails_its_own_frame() {
    let good = Elements::default().put(
        0x28,
        0x9132,
        b"SQ",
        &Elements::default().put(0x28, 0x1050, b"DS", b"1").item(),
    );
    let broken = Elements::default().put(0x28, 0x9132, b"SQ", b"\x08\x00\x60\x00CS\x00\x00");
    let items = [good.item(), broken.item()].concat();
    let pixels = [7_u8; 4];
    let bytes = Elements::default()
        .word(0x28, 0x02, 1)
        .put(0x28, 0x04, b"CS", b"MONOCHROME2")
        .put(0x28, 0x08, b"IS", b"2")
        .word(0x28, 0x10, 1)
        .word(0x28, 0x11, 2)
        .word(0x28, 0x100, 8)
        .put(0x5200, 0x9230, b"SQ", &items)
        .put(0x7FE0, 0x10, b"OB", &pixels)
        .file(EXPLICIT);
    let object = open(&bytes).expect("sound header");
    assert!(object.frame(0, codecs::decode).is_ok());
    let error = object
        .frame(1, codecs::decode)
        .expect_err("no item in the sequence");
    assert_eq!((error.kind, error.frame), (ErrorKind::Malformed, Some(1)));
    assert!(
        object.stored_frame(1, codecs::decode).is_ok(),
        "the values themselves are sound"
    );
}
