//! One frame of every transfer syntax.

use viewer_core::{decode::DicomObject, plan::View};

use super::{
    object::{Object, Shape},
    promises::{LIMITS, can_be_drawn, decode, is_named, is_whole, to_decode, to_open},
};
use crate::input::Input;

/// The first byte of an input chooses one.
const SYNTAXES: [&str; 22] = [
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.98",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.8.1",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.92",
    "1.2.840.10008.1.2.4.93",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.202",
    "1.2.840.10008.1.2.4.203",
    "1.2.840.10008.1.2.4.110",
    "1.2.840.10008.1.2.4.111",
    "1.2.840.10008.1.2.4.112",
];
/// So many of them hold pixels as they are, the others in fragments.
const NATIVE: usize = 3;

const PHOTOMETRICS: [(&str, u16); 10] = [
    ("MONOCHROME2", 1),
    ("MONOCHROME1", 1),
    ("RGB", 3),
    ("YBR_FULL", 3),
    ("YBR_FULL_422", 3),
    ("YBR_PARTIAL_420", 3),
    ("YBR_PARTIAL_422", 3),
    ("YBR_ICT", 3),
    ("YBR_RCT", 3),
    ("XYZ", 1),
];
const ALLOCATED: [u16; 4] = [1, 8, 16, 32];

/// Decodes a frame that six bytes announce; the others are its stream, or its pixels.
///
/// # Panics
/// When a promise is broken.
pub fn decode_frame(bytes: &[u8]) {
    let mut input = Input(bytes);
    let syntax = usize::from(input.byte()) % SYNTAXES.len();
    let shape = shape(&mut input);
    let mut object = Object::new(SYNTAXES[syntax]);
    shape.write(&mut object);
    if syntax < NATIVE {
        object.long(0x7FE0, 0x10, b"OW", Some(input.0.len()));
        object.bytes.extend_from_slice(input.0);
    } else {
        object.encapsulate(input.0);
    }
    let length = object.bytes.len();
    let (opened, _) = peak::within(to_open(length), || DicomObject::open(object.bytes, &LIMITS));
    let object = match opened {
        Ok(object) => object,
        Err(error) => return is_named(&error),
    };
    let bound = to_decode(length);
    let (stored, _) = peak::within(bound, || object.stored_frame(0, decode));
    let (frame, _) = peak::within(bound, || object.frame(0, decode));
    match &stored {
        Ok(stored) => {
            is_whole(stored);
            let samples = stored.pixels.len() / usize::from(stored.sample_bytes);
            assert_eq!(samples, shape.samples_of_frame());
        }
        Err(error) => {
            is_named(error);
            assert_eq!(error.frame, Some(0));
        }
    }
    match frame {
        Ok(frame) => {
            assert!(stored.is_ok(), "what is displayed has stored values");
            can_be_drawn(&frame, &View::of(frame.spec()));
        }
        Err(error) => is_named(&error),
    }
}

/// Rows, columns, colours and flags, bits, place of the bits: a byte each. `seeds.py` writes them.
fn shape(input: &mut Input<'_>) -> Shape {
    let rows = u16::from(input.byte() % 96) + 1;
    let columns = u16::from(input.byte() % 96) + 1;
    let flags = input.byte();
    let (photometric, samples) = PHOTOMETRICS[usize::from(flags & 15) % PHOTOMETRICS.len()];
    let depth = input.byte();
    let bits_allocated = ALLOCATED[usize::from(depth >> 6)];
    let bits_stored = (u16::from(depth & 63) + 1).min(bits_allocated);
    let above = u16::from(input.byte());
    Shape {
        rows,
        columns,
        samples,
        frames: 1,
        photometric,
        bits_allocated,
        bits_stored,
        high_bit: (bits_stored - 1 + above).min(bits_allocated - 1),
        is_signed: flags & 16 != 0,
        is_planar: flags & 32 != 0,
    }
}
