//! RLE Lossless (PS3.5 annex G): byte planes, most significant first, packed.

use super::layout::Layout;
use crate::{Error, ErrorKind, Result};

/// Decodes one frame to little-endian values, colour by pixel.
///
/// # Errors
/// [`ErrorKind::Truncated`] when a segment ends early, [`ErrorKind::Malformed`] for a wrong header.
pub(crate) fn decode(layout: &Layout, data: &[u8]) -> Result<Vec<u8>> {
    let malformed = |what: &str| Error::new(ErrorKind::Malformed, format!("RLE: {what}"));
    if layout.bits_allocated == 1 {
        return Err(malformed("one bit a pixel cannot be run-length encoded"));
    }
    let (header, _) = data.split_first_chunk::<64>().ok_or_else(truncated)?;
    let (count, offsets) = header.split_first_chunk::<4>().ok_or_else(truncated)?;
    let count = u32::from_le_bytes(*count) as usize;
    let planes = usize::from(layout.samples) * layout.sample_bytes();
    if planes > 15 {
        return Err(malformed("a pixel of more than 15 bytes"));
    }
    if count != planes {
        return Err(malformed(&format!("{count} segments where {planes} are needed")));
    }
    let offsets: Vec<usize> = offsets
        .as_chunks::<4>()
        .0
        .iter()
        .take(count)
        .filter_map(|offset| usize::try_from(u32::from_le_bytes(*offset)).ok())
        .collect();

    // two bytes unpack to 128 at most: no memory for a frame that cannot be there
    if layout.stored_bytes() / 64 > data.len() {
        return Err(truncated());
    }
    let mut out = vec![0; layout.stored_bytes()];
    let mut plane = vec![0; layout.pixels()];
    for (segment, &start) in offsets.iter().enumerate() {
        let end = offsets.get(segment + 1).copied().unwrap_or(data.len());
        if start < 64 || end < start {
            return Err(malformed("segments out of order"));
        }
        let packed = data.get(start..end.min(data.len())).ok_or_else(truncated)?;
        if planes == 1 {
            unpack(packed, &mut out)?;
            break;
        }
        unpack(packed, &mut plane)?;
        // segment 0 is the most significant byte of sample 0, and so on; values come out little-endian
        let (sample, byte) = (segment / layout.sample_bytes(), segment % layout.sample_bytes());
        let at = sample * layout.sample_bytes() + (layout.sample_bytes() - 1 - byte);
        scatter(&plane, &mut out, planes, at);
    }
    Ok(out)
}

fn truncated() -> Error {
    Error::new(ErrorKind::Truncated, "RLE: the data ends before the frame does")
}

/// `to[i * stride + at] = plane[i]`, with the strides that occur known to the compiler.
fn scatter(plane: &[u8], to: &mut [u8], stride: usize, at: usize) {
    fn fixed<const STRIDE: usize>(plane: &[u8], to: &mut [u8], at: usize) {
        for (pixel, &value) in to.as_chunks_mut::<STRIDE>().0.iter_mut().zip(plane) {
            if let Some(to) = pixel.get_mut(at) {
                *to = value;
            }
        }
    }
    match stride {
        2 => fixed::<2>(plane, to, at),
        3 => fixed::<3>(plane, to, at),
        4 => fixed::<4>(plane, to, at),
        6 => fixed::<6>(plane, to, at),
        8 => fixed::<8>(plane, to, at),
        _ => fixed::<12>(plane, to, at),
    }
}

/// Unpacks one segment (G.3.2) until `to` is full; what follows is padding.
fn unpack(mut packed: &[u8], mut to: &mut [u8]) -> Result<()> {
    while !to.is_empty() {
        let (&control, rest) = packed.split_first().ok_or_else(truncated)?;
        match control {
            0..=127 => {
                let size = (usize::from(control) + 1).min(to.len());
                let (literal, rest) = rest.split_at_checked(size).ok_or_else(truncated)?;
                let (head, tail) = to.split_at_mut(size);
                head.copy_from_slice(literal);
                (packed, to) = (rest, tail);
            }
            128 => packed = rest,
            129..=255 => {
                let size = (257 - usize::from(control)).min(to.len());
                let (&value, rest) = rest.split_first().ok_or_else(truncated)?;
                let (head, tail) = to.split_at_mut(size);
                head.fill(value);
                (packed, to) = (rest, tail);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(packed: &[u8], size: usize) -> Result<Vec<u8>> {
        let mut to = vec![0; size];
        unpack(packed, &mut to).map(|()| to)
    }

    #[test]
    fn literals_runs_and_padding() {
        // the example of annex G.3: a run, a literal, the no-operation, a run that is cut by the frame's end
        assert_eq!(
            unpacked(&[0xFE, 7, 1, 8, 9, 0x80, 0xFD, 5, 0], 7),
            Ok(vec![7, 7, 7, 8, 9, 5, 5])
        );
        assert_eq!(unpacked(&[0x81, 3], 128), Ok(vec![3; 128]));
        assert_eq!(
            unpacked(&[0x7F], 1).map_err(|error| error.kind),
            Err(ErrorKind::Truncated)
        );
        assert_eq!(
            unpacked(&[0x80, 0x80], 1).map_err(|error| error.kind),
            Err(ErrorKind::Truncated)
        );
    }
}
