//! Offset tables and fragments.

use viewer_core::decode::{DicomObject, decode_text};

use super::{
    object::{Object, Shape},
    promises::{LIMITS, is_named, is_whole, to_open},
};
use crate::input::Input;

const SYNTAXES: [&str; 5] = [
    "1.2.840.10008.1.2.1.98",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.8.1",
    "1.2.840.10008.1.2.4.90",
];

/// Shares fragments out among frames. Three bytes say how they are coded, how many frames there are, and how many entries an
/// Extended Offset Table has, which comes next; the others are the value of Pixel Data.
///
/// # Panics
/// When a promise is broken.
pub fn encapsulation(bytes: &[u8]) {
    let mut input = Input(bytes);
    let syntax = input.one_of(&SYNTAXES);
    let shape = Shape {
        rows: 2,
        columns: 3,
        samples: 1,
        frames: u16::from(input.byte() % 70),
        photometric: "MONOCHROME2",
        bits_allocated: 8,
        bits_stored: 8,
        high_bit: 7,
        is_signed: false,
        is_planar: false,
    };
    let table = usize::from(input.byte() % 72) * 8;
    let table = input.take(table);
    let mut object = Object::new(syntax);
    shape.write(&mut object);
    if !table.is_empty() {
        object.long(0x7FE0, 0x01, b"OV", Some(table.len()));
        object.bytes.extend_from_slice(table);
    }
    object.long(0x7FE0, 0x10, b"OB", None);
    let start = object.bytes.len();
    object.bytes.extend_from_slice(input.0);
    let bytes = object.bytes;
    let (opened, _) = peak::within(to_open(bytes.len()), || DicomObject::open(bytes.clone(), &LIMITS));
    match opened {
        Ok(object) => {
            let lent: usize = (0..object.frame_count())
                .map(|frame| of_frame(&object, frame, bytes.len()))
                .sum();
            assert!(lent <= bytes.len() - start, "a byte belongs to one frame at most");
        }
        Err(error) => is_named(&error),
    }
    by_ranges(&bytes, start);
}

/// Reads a frame; gives the bytes of its stream.
fn of_frame(object: &DicomObject, frame: u32, most: usize) -> usize {
    match object.stored_frame(frame, codec::none) {
        Ok(stored) => is_whole(&stored),
        Err(error) => {
            is_named(&error);
            assert_eq!(error.frame, Some(frame));
        }
    }
    match object.coded_frame(frame) {
        Ok(coded) => {
            let length = coded.map_or(0, |coded| coded.stream.len());
            assert!(length <= most, "a stream is part of its object");
            length
        }
        Err(error) => {
            is_named(&error);
            0
        }
    }
}

/// The same object by its header, each frame by the bytes that it says it needs.
fn by_ranges(bytes: &[u8], start: usize) {
    let total = bytes.len() as u64;
    // up to the first fragment, where the table ends in the bytes
    let table = bytes
        .get(start + 4..start + 8)
        .and_then(|length| length.first_chunk());
    let end = table.map_or(0, |length| u32::from_le_bytes(*length) as usize);
    let head = bytes
        .get(..start.saturating_add(8).saturating_add(end))
        .unwrap_or(bytes);
    let Some(mut object) = DicomObject::open_remote(head.to_vec(), total, &LIMITS, decode_text) else {
        return;
    };
    for frame in 0..object.frame_count() {
        let Some(range) = object.frame_range(frame) else {
            continue;
        };
        assert!(
            range.start < range.end && range.end <= total,
            "{range:?} of {total}"
        );
        let [start, end] = [range.start, range.end].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
        let part = bytes.get(start..end).unwrap_or_default().to_vec();
        let taken = object.set_part(frame, part);
        assert_eq!(taken, Ok(()), "these are the bytes that were asked for");
        of_frame(&object, frame, bytes.len());
    }
}
