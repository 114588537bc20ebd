//! Where the stream of a frame and the data set differ.
//!
//! The data set says what a picture must be; what it says of shape and container binds. The stream alone knows how
//! wide the coded values are: PS3.5 sections 8.2.1 to 8.2.4 ask for agreement, and in practice streams are narrower
//! than `BitsStored`, and unsigned where `PixelRepresentation` is 1.

use codec::Picture;

use super::{layout::Layout, stored::Containers};
use crate::{Error, ErrorKind, Field, Result, Warning, WarningKind};

/// The samples of a decoded stream in the containers of the data set, their values by its `PixelRepresentation`.
///
/// # Errors
/// [`ErrorKind::Malformed`] when the picture is not the one that the data set announces.
pub(crate) fn containers(layout: &Layout, picture: Picture) -> Result<Containers> {
    let stated = (picture.rows, picture.columns, u16::from(picture.components));
    let announced = (u32::from(layout.rows), u32::from(layout.columns), layout.samples);
    let (from, to) = (picture.sample_bytes(), layout.sample_bytes());
    if stated != announced || picture.samples.len() != layout.pixels() * usize::from(layout.samples) * from {
        return Err(Error::new(
            ErrorKind::Malformed,
            format!(
                "the stream is a picture of {stated:?} rows, columns and samples, the data set says {announced:?}"
            ),
        ));
    }
    if u16::from(picture.precision) > layout.bits_allocated.max(8) {
        return Err(Error::new(
            ErrorKind::Malformed,
            format!(
                "samples of {} bits do not fit into the {} that are allocated",
                picture.precision, layout.bits_allocated
            ),
        ));
    }
    let warnings = differences(layout, &picture);
    let mut bytes = widened(picture.samples, from, to);
    // the coded bits are the value whatever the stream says of its sign: what is above them follows the data set
    let is_extended = picture.is_signed && layout.is_signed && from == to;
    if (picture.is_signed || layout.is_signed) && !is_extended {
        let unused =
            (8 * u32::from(layout.bits_allocated.div_ceil(8))).saturating_sub(u32::from(picture.precision));
        Field {
            above: unused,
            unused,
        }
        .cut(&mut bytes, to, layout.is_signed);
    }
    Ok(Containers {
        bytes,
        color: picture.color,
        warnings,
    })
}

/// What the stream and the data set say differently of a sample (PS3.5 sections 8.2.1 to 8.2.4). A stream wider than
/// `BitsStored` is no difference as long as it fills the container: lossless JPEG is often written so.
fn differences(layout: &Layout, picture: &Picture) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let precision = u16::from(picture.precision);
    if precision != layout.bits_stored && precision != layout.bits_allocated {
        let text = format!(
            "the stream has {precision} bits a sample, the data set says {}: the stream's are taken",
            layout.bits_stored
        );
        warnings.push(Warning::new(WarningKind::StreamDiffers, text).with_tag(0x0028, 0x0101));
    }
    // a JPEG stream has no way of saying that it is signed
    if picture.is_signed && !layout.is_signed {
        let text = "the stream says that samples have a sign, the data set that they have none: it is taken";
        warnings.push(Warning::new(WarningKind::StreamDiffers, text).with_tag(0x0028, 0x0103));
    }
    warnings
}

/// Little-endian values of `from` bytes in containers of `to`, zeros above them.
fn widened(samples: Vec<u8>, from: usize, to: usize) -> Vec<u8> {
    if from == to {
        return samples;
    }
    let mut out = vec![0; samples.len() / from * to];
    for (to, from) in out.chunks_exact_mut(to).zip(samples.chunks_exact(from)) {
        to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    }
    out
}

/// The error of a codec in this crate's words.
pub(crate) fn error(error: codec::Error) -> Error {
    let kind = match error.kind {
        codec::ErrorKind::Malformed => ErrorKind::Malformed,
        codec::ErrorKind::Truncated => ErrorKind::Truncated,
        codec::ErrorKind::Unsupported => ErrorKind::UnsupportedTransferSyntax,
        codec::ErrorKind::Limit => ErrorKind::Limit,
    };
    Error::new(kind, error.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::layout::{Numbers, Photometric};
    use codec::StatedColor;

    fn values(stored: (u16, bool), stream: (u8, bool), samples: &[u8]) -> Vec<i16> {
        let layout = Layout {
            rows: 1,
            columns: 2,
            samples: 1,
            numbers: Numbers::Integer,
            bits_allocated: 16,
            bits_stored: stored.0,
            high_bit: stored.0 - 1,
            is_signed: stored.1,
            is_planar: false,
            is_halved: false,
            photometric: Photometric::Monochrome2,
            photometric_term: String::new(),
            frames: 1,
        };
        let picture = Picture {
            rows: 1,
            columns: 2,
            components: 1,
            precision: stream.0,
            is_signed: stream.1,
            color: StatedColor::Nothing,
            samples: samples.to_vec(),
        };
        let mut bytes = containers(&layout, picture).expect("settles").bytes;
        layout.field().cut(&mut bytes, 2, layout.is_signed);
        bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|value| i16::from_le_bytes(*value))
            .collect()
    }

    /// -2000 is 0x1830 in 13 bits.
    #[test]
    fn the_data_set_says_whether_there_is_a_sign() {
        let unsigned = [0x30, 0x18, 0x05, 0x00];
        let signed = [0x30, 0xF8, 0x05, 0x00];
        assert_eq!(values((13, true), (13, false), &unsigned), [-2000, 5]);
        assert_eq!(values((13, true), (13, true), &signed), [-2000, 5]);
        assert_eq!(values((13, false), (13, true), &signed), [6192, 5]);
        assert_eq!(values((16, false), (13, true), &signed), [6192, 5]);
        assert_eq!(values((16, true), (13, false), &unsigned), [-2000, 5]);
        assert_eq!(values((16, true), (13, true), &signed), [-2000, 5]);
    }

    #[test]
    fn narrow_samples_are_widened() {
        assert_eq!(values((16, false), (8, false), &[0x80, 1]), [0x80, 1]);
        assert_eq!(values((16, true), (8, false), &[0x80, 1]), [-128, 1]);
        assert_eq!(values((16, true), (8, true), &[0x80, 1]), [-128, 1]);
        assert_eq!(values((12, false), (7, true), &[0xC0, 1]), [0x40, 1]);
    }
}
