//! Uncompressed pixel data (PS3.5 section 8.1): one frame at a time, colour by pixel, little-endian.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{dataset::truncated, layout::Layout};
use crate::{Result, Warning, WarningKind};

/// How the value of native pixel data is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) is_big_endian: bool,
    /// VR OW: 8-bit samples of a big-endian object are then swapped in pairs.
    pub(crate) is_words: bool,
}

impl Order {
    /// Little-endian bytes.
    pub(crate) const LITTLE: Self = Self {
        is_big_endian: false,
        is_words: false,
    };
}

/// What is to be said of a value of `length` bytes where frames as in `layout` are announced.
///
/// `YBR_FULL_422` of full length is not halved, whatever it is called.
pub(crate) fn check_length(layout: &mut Layout, tag: Tag, length: u64) -> Option<Warning> {
    let announced =
        |layout: &Layout| (layout.native_bits().saturating_mul(u64::from(layout.frames))).div_ceil(8);
    let is = |text: String| Some(Warning::new(WarningKind::PixelDataLength, text).with_tag(tag.0, tag.1));
    let whole = announced(&Layout {
        is_halved: false,
        ..layout.clone()
    });
    if layout.is_halved && length.div_ceil(2) == whole.div_ceil(2) {
        layout.is_halved = false;
        return is("chrominances are said to be halved, and are there for every pixel".to_owned());
    }
    let announced = announced(layout);
    if length < announced {
        let frames = length.saturating_mul(8) / layout.native_bits().max(1);
        return is(format!(
            "{length} bytes are there, {announced} are announced: {frames} of {} frames are whole",
            layout.frames
        ));
    }
    if length > announced + announced % 2 {
        return is(format!(
            "{length} bytes are there, {announced} are announced: the rest is left aside"
        ));
    }
    None
}

/// The stored values of frame `index` in their containers, from the bytes of the pixel data that are there.
///
/// # Errors
/// [`crate::ErrorKind::Truncated`] when they end before the frame does.
pub(crate) fn frame(layout: &Layout, data: &[u8], order: Order, index: u32) -> Result<Vec<u8>> {
    if layout.bits_allocated == 1 {
        return unpack_bits(layout, data, order, index);
    }
    let size = layout.native_bits() / 8;
    let start = usize::try_from(u64::from(index).saturating_mul(size)).ok();
    let start = start.zip(usize::try_from(size).ok());
    let range = start.and_then(|(start, size)| Some(start..start.checked_add(size)?));
    let range = range.ok_or_else(|| truncated(tags::PIXEL_DATA))?;

    let swaps_pairs = order.is_big_endian && order.is_words && layout.sample_bytes() == 1;
    let mut bytes = if swaps_pairs {
        swapped_pairs(data, range)
    } else {
        data.get(range).map(<[u8]>::to_vec)
    }
    .ok_or_else(|| truncated(tags::PIXEL_DATA))?;
    if order.is_big_endian {
        match layout.sample_bytes() {
            2 => bytes
                .as_chunks_mut::<2>()
                .0
                .iter_mut()
                .for_each(|value| value.reverse()),
            4 => bytes
                .as_chunks_mut::<4>()
                .0
                .iter_mut()
                .for_each(|value| value.reverse()),
            8 => bytes
                .as_chunks_mut::<8>()
                .0
                .iter_mut()
                .for_each(|value| value.reverse()),
            _ => {}
        }
    }
    Ok(if layout.is_halved {
        expand_422(&bytes, layout.sample_bytes())
    } else if layout.samples == 3 && layout.is_planar {
        by_pixel(&bytes, layout.sample_bytes())
    } else {
        bytes
    })
}

/// Bytes `range` of data whose every pair is swapped. The pair of the last byte must be there.
fn swapped_pairs(data: &[u8], range: std::ops::Range<usize>) -> Option<Vec<u8>> {
    if range.end > data.len() {
        return None; // before anything is allocated
    }
    range.map(|at| data.get(at ^ 1).copied()).collect()
}

/// From colour by plane to colour by pixel.
pub(crate) fn by_pixel(planes: &[u8], sample_bytes: usize) -> Vec<u8> {
    fn interleave<const N: usize>(planes: &[u8]) -> Vec<u8> {
        let third = planes.len() / 3;
        let plane = |which: usize| planes.get(which * third..).unwrap_or_default().as_chunks::<N>().0;
        let mut out = vec![0; planes.len()];
        for (((to, a), b), c) in out
            .chunks_exact_mut(3 * N)
            .zip(plane(0))
            .zip(plane(1))
            .zip(plane(2))
        {
            for (to, from) in to.chunks_exact_mut(N).zip([a, b, c]) {
                to.copy_from_slice(from);
            }
        }
        out
    }
    match sample_bytes {
        1 => interleave::<1>(planes),
        2 => interleave::<2>(planes),
        _ => interleave::<4>(planes),
    }
}

/// `YBR_FULL_422`: two luminances share their chrominances (PS3.3 C.7.6.3.1.2), Y1 Y2 Cb Cr.
fn expand_422(bytes: &[u8], sample_bytes: usize) -> Vec<u8> {
    let mut out = vec![0; bytes.len() / 2 * 3];
    for (to, from) in out
        .chunks_exact_mut(6 * sample_bytes)
        .zip(bytes.chunks_exact(4 * sample_bytes))
    {
        let samples = from.chunks_exact(sample_bytes);
        for (to, which) in to.chunks_exact_mut(sample_bytes).zip([0, 2, 3, 1, 2, 3]) {
            if let Some(sample) = samples.clone().nth(which) {
                to.copy_from_slice(sample);
            }
        }
    }
    out
}

/// One bit a pixel, the first in the lowest bit; frames follow without a gap (PS3.5 section 8.1.1). In words of a
/// big-endian object the first eight pixels are in the second byte.
fn unpack_bits(layout: &Layout, data: &[u8], order: Order, index: u32) -> Result<Vec<u8>> {
    let cut = || truncated(tags::PIXEL_DATA);
    let pixels = layout.pixels();
    let first_bit = u64::from(index) * pixels as u64;
    let first_byte = usize::try_from(first_bit / 8).ok().ok_or_else(cut)?;
    let skipped = (first_bit % 8) as usize;
    let range = first_byte..first_byte.saturating_add((skipped + pixels).div_ceil(8));
    let swapped;
    let bytes = if order.is_big_endian && order.is_words {
        swapped = swapped_pairs(data, range).ok_or_else(cut)?;
        &swapped
    } else {
        data.get(range).ok_or_else(cut)?
    };
    let bits = bytes
        .iter()
        .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1));
    Ok(bits.skip(skipped).take(pixels).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_become_pixels() {
        assert_eq!(by_pixel(&[1, 2, 3, 4, 5, 6], 1), [1, 3, 5, 2, 4, 6]);
        assert_eq!(
            by_pixel(&[1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0], 2),
            [1, 0, 3, 0, 5, 0, 2, 0, 4, 0, 6, 0]
        );
    }

    #[test]
    fn chrominance_is_shared_by_two() {
        assert_eq!(expand_422(&[1, 2, 3, 4], 1), [1, 3, 4, 2, 3, 4]);
        assert_eq!(
            expand_422(&[1, 0, 2, 0, 3, 0, 4, 0], 2),
            [1, 0, 3, 0, 4, 0, 2, 0, 3, 0, 4, 0]
        );
    }

    #[test]
    fn pairs_swap_across_odd_frames() {
        let data = [1, 0, 3, 2, 5, 4];
        assert_eq!(swapped_pairs(&data, 0..3), Some(vec![0, 1, 2]));
        assert_eq!(swapped_pairs(&data, 3..6), Some(vec![3, 4, 5]));
        assert_eq!(swapped_pairs(&data[..5], 3..6), None);
    }
}
