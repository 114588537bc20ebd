//! From stored values to what is seen: rescale, windows, lookup tables, palettes, overlays, shutters.

use viewer_core::{
    Frame, PixelFormat,
    decode::DicomObject,
    lut::{Voi, VoiFunction},
    plan::View,
};

use super::{
    object::{Object, Shape},
    promises::{LIMITS, can_be_drawn, decode, is_named, to_decode, to_open},
};
use crate::input::Input;

const SYNTAXES: [&str; 3] = ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"];
const PHOTOMETRICS: [(&str, u16); 4] = [
    ("MONOCHROME2", 1),
    ("MONOCHROME1", 1),
    ("PALETTE COLOR", 1),
    ("RGB", 3),
];
const BITS: [[u16; 3]; 6] = [
    [8, 8, 7],
    [16, 16, 15],
    [16, 12, 11],
    [16, 10, 13],
    [32, 32, 31],
    [8, 6, 5],
];
const SIDE: u16 = 8;

/// Shows a small frame. Three bytes say how it is written, what its pixels are and whether they have a sign; the others are
/// data elements before the pixels.
///
/// # Panics
/// When a promise is broken.
pub fn voi_lut(bytes: &[u8]) {
    let mut input = Input(bytes);
    let syntax = input.one_of(&SYNTAXES);
    let (photometric, samples) = input.one_of(&PHOTOMETRICS);
    let flags = input.byte();
    let [bits_allocated, bits_stored, high_bit] = BITS[usize::from(flags >> 1) % BITS.len()];
    let shape = Shape {
        rows: SIDE,
        columns: SIDE,
        samples,
        frames: 1,
        photometric,
        bits_allocated,
        bits_stored,
        high_bit,
        is_signed: flags & 1 == 1,
        is_planar: false,
    };
    let mut object = Object::new(syntax);
    shape.write(&mut object);
    object.bytes.extend_from_slice(input.0);
    let pixels = pixels(shape.samples_of_frame() * usize::from(bits_allocated / 8));
    object.long(0x7FE0, 0x10, b"OW", Some(pixels.len()));
    object.bytes.extend_from_slice(&pixels);
    let length = object.bytes.len();
    let (opened, _) = peak::within(to_open(length), || DicomObject::open(object.bytes, &LIMITS));
    let object = match opened {
        Ok(object) => object,
        Err(error) => return is_named(&error),
    };
    let (frame, _) = peak::within(to_decode(length), || object.frame(0, decode));
    match frame {
        Ok(frame) => in_every_way(&object, &frame),
        Err(error) => is_named(&error),
    }
}

/// Values all over the range.
fn pixels(bytes: usize) -> Vec<u8> {
    (0..bytes)
        .map(|at| ((at * 37 % 251) ^ (at / 7)).to_le_bytes()[0])
        .collect()
}

/// By the first window or table, by each window and by each table that the object offers, inverted.
fn in_every_way(object: &DicomObject, frame: &Frame) {
    let first = View::of(frame.spec());
    let windows = object.info().windows.iter().take(8).map(|window| View {
        voi: window.voi(),
        voi_lut: None,
        ..first
    });
    let tables = (0..frame.spec().luts.voi.len().min(4)).map(|number| View {
        voi_lut: Some(number),
        ..first
    });
    let inverted = View {
        invert: true,
        ..first
    };
    for view in [first, inverted].into_iter().chain(windows).chain(tables) {
        if let Some(picture) = can_be_drawn(frame, &view) {
            is_as_the_standard_says(frame, &view, &picture);
        }
    }
}

/// Holds a picture by a window against PS3.3 C.11, written out once more.
fn is_as_the_standard_says(frame: &Frame, view: &View, picture: &[u8]) {
    let spec = frame.spec();
    let luts = &spec.luts;
    let has_table = luts.modality.is_some() || luts.presentation.is_some() || view.voi_lut.is_some();
    let is_square = (spec.pixel_aspect - 1.0).abs() < f64::EPSILON;
    if spec.format.is_color() || has_table || spec.mask.is_some() || !is_square {
        return;
    }
    let stored = values(spec.format, frame.pixels());
    for (value, pixel) in stored.zip(picture.as_chunks::<4>().0) {
        let y = shown(spec.rescale_slope * value + spec.rescale_intercept, &view.voi);
        let y = if spec.inverted == view.invert {
            y
        } else {
            255.0 - y
        };
        let level = (y + 0.5).floor();
        assert!(
            pixel[..3]
                .iter()
                .all(|channel| (f64::from(*channel) - level).abs() < f64::EPSILON),
            "{value} is shown as {pixel:?} instead of {level}, by {:?} and {} * x + {}",
            view.voi,
            spec.rescale_slope,
            spec.rescale_intercept,
        );
    }
}

fn values(format: PixelFormat, pixels: &[u8]) -> impl Iterator<Item = f64> + '_ {
    pixels.chunks_exact(format.bytes_per_pixel()).map(move |bytes| {
        let value = bytes
            .iter()
            .rev()
            .fold(0_i64, |value, byte| value << 8 | i64::from(*byte));
        let unused = 64 - 8 * bytes.len();
        let signed = value << unused >> unused;
        #[expect(clippy::cast_precision_loss, reason = "32 bits at most")]
        if format.is_signed() {
            signed as f64
        } else {
            value as f64
        }
    })
}

/// C.11.2.1.2.1, C.11.2.1.3.2 and C.11.2.1.3.1, for levels from 0 to 255.
fn shown(x: f64, voi: &Voi) -> f64 {
    let (c, w) = (voi.center, voi.width);
    match voi.function {
        VoiFunction::Linear if x <= c - 0.5 - (w - 1.0) / 2.0 => 0.0,
        VoiFunction::Linear if x > c - 0.5 + (w - 1.0) / 2.0 => 255.0,
        VoiFunction::Linear => ((x - (c - 0.5)) / (w - 1.0) + 0.5) * 255.0,
        VoiFunction::LinearExact if x <= c - w / 2.0 => 0.0,
        VoiFunction::LinearExact if x > c + w / 2.0 => 255.0,
        VoiFunction::LinearExact => ((x - c) / w + 0.5) * 255.0,
        VoiFunction::Sigmoid => 255.0 / (1.0 + (-4.0 * (x - c) / w).exp()),
    }
}
