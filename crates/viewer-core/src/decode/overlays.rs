//! Overlay planes (PS3.3 C.9.2, C.9.3), in data of their own or in unused bits of the pixels (PS3.3-2004).

use dicom_core::Tag;

use super::{
    dataset::{DataSet, Range},
    header::Vr,
    layout::Layout,
    syntax::Encoding,
};
use crate::mask::{GRAPHICS, REGION};

/// Repeating groups 6000 to 601E, even numbers (PS3.5 section 7.6).
const GROUPS: std::ops::RangeInclusive<u16> = 0x6000..=0x601E;

/// The overlay planes of an object.
#[derive(Debug, Default)]
pub(crate) struct Overlays(Vec<Plane>);

#[derive(Debug)]
struct Plane {
    rows: i64,
    columns: i64,
    /// Row and column of the first overlay point in the image, from 0.
    origin: [i64; 2],
    mark: u8,
    /// First image frame, from 0, and number of frames; without it every frame has the same.
    frames: Option<[u64; 2]>,
    bits: Bits,
}

/// Where a plane's bits are.
#[derive(Debug)]
enum Bits {
    /// One bit after the other, in an element of the object; bytes of big-endian words are swapped.
    Packed { value: Range, is_swapped: bool },
    /// One bit of every pixel's container.
    Embedded { bit: u32 },
}

impl Overlays {
    /// Notes where the planes are. One that says nothing sensible is left out.
    pub(crate) fn read(dataset: &DataSet<'_>, layout: &Layout) -> Self {
        let planes = GROUPS
            .step_by(2)
            .filter_map(|group| plane(dataset, layout, group));
        Self(planes.collect())
    }

    /// Whether a plane is part of the pixels.
    pub(crate) fn are_embedded(&self) -> bool {
        self.0
            .iter()
            .any(|plane| matches!(plane.bits, Bits::Embedded { .. }))
    }

    /// Whether there is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Marks the pixels of frame `index` that are set; `containers` are those of the frame, unused bits included.
    pub(crate) fn mark(&self, layout: &Layout, bytes: &[u8], index: u32, containers: &[u8], mask: &mut [u8]) {
        for plane in &self.0 {
            let Some(overlay_frame) = plane.frame(index) else {
                continue;
            };
            match &plane.bits {
                Bits::Packed { value, is_swapped } => {
                    let data = bytes.get(value.clone()).unwrap_or_default();
                    plane.mark_packed(layout, data, *is_swapped, overlay_frame, mask);
                }
                Bits::Embedded { bit } => {
                    let width = layout.sample_bytes();
                    let (byte, bit) = ((bit / 8) as usize, bit % 8);
                    for (pixel, container) in mask.iter_mut().zip(containers.chunks_exact(width)) {
                        if container.get(byte).is_some_and(|byte| byte >> bit & 1 == 1) {
                            *pixel |= plane.mark;
                        }
                    }
                }
            }
        }
    }
}

impl Plane {
    /// Its own frame for an image frame.
    fn frame(&self, index: u32) -> Option<u64> {
        match self.frames {
            None => Some(0),
            Some([first, count]) => u64::from(index).checked_sub(first).filter(|frame| *frame < count),
        }
    }

    fn mark_packed(&self, layout: &Layout, data: &[u8], is_swapped: bool, frame: u64, mask: &mut [u8]) {
        let first_bit = u128::from(frame) * (self.rows * self.columns).unsigned_abs() as u128;
        let Ok(first_bit) = u64::try_from(first_bit) else {
            return;
        };
        let is_set = |bit: u64| {
            let byte = usize::try_from(bit / 8).unwrap_or(usize::MAX);
            let byte = if is_swapped { byte ^ 1 } else { byte };
            data.get(byte).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
        };
        for (row, line) in (0_i64..).zip(mask.chunks_exact_mut(usize::from(layout.columns))) {
            let overlay_row = row - self.origin[0];
            if !(0..self.rows).contains(&overlay_row) {
                continue;
            }
            for (column, pixel) in (0_i64..).zip(line) {
                let overlay_column = column - self.origin[1];
                if (0..self.columns).contains(&overlay_column) {
                    let bit = first_bit + (overlay_row * self.columns + overlay_column).unsigned_abs();
                    if is_set(bit) {
                        *pixel |= self.mark;
                    }
                }
            }
        }
    }
}

fn plane(dataset: &DataSet<'_>, layout: &Layout, group: u16) -> Option<Plane> {
    let tag = |element| Tag(group, element);
    let kind = dataset.first_code(tag(0x0040));
    let position = dataset.word(tag(0x0102)).unwrap_or_default();
    let (rows, columns, bits);
    if let Some(element) = dataset
        .element(tag(0x3000))
        .filter(|element| element.length.is_some())
    {
        rows = i64::from(dataset.word(tag(0x0010))?);
        columns = i64::from(dataset.word(tag(0x0011))?);
        let length = usize::try_from(element.length?).ok()?;
        bits = Bits::Packed {
            value: element.start..element.start.checked_add(length)?,
            is_swapped: dataset.encoding == Encoding::ExplicitBig && element.vr == Vr::OW,
        };
    } else {
        let lowest = layout.high_bit + 1 - layout.bits_stored.min(layout.high_bit + 1);
        let is_unused = position < lowest || position > layout.high_bit;
        if kind.is_none() || layout.samples != 1 || !is_unused || position >= layout.bits_allocated {
            return None;
        }
        (rows, columns) = (i64::from(layout.rows), i64::from(layout.columns));
        bits = Bits::Embedded {
            bit: u32::from(position),
        };
    }
    let origin = dataset.words(tag(0x0050)).unwrap_or_default();
    let origin = [0, 1].map(|axis: usize| {
        origin
            .get(axis)
            .map_or(0, |word| i64::from(word.cast_signed()) - 1)
    });
    let count = dataset
        .integer(tag(0x0015))
        .and_then(|count| u64::try_from(count).ok());
    let is_embedded = matches!(bits, Bits::Embedded { .. });
    let first = u64::from(dataset.word(tag(0x0051)).unwrap_or(1).max(1)) - 1;
    Some(Plane {
        rows,
        columns,
        origin: if is_embedded { [0, 0] } else { origin },
        mark: if kind.as_deref() == Some("R") {
            REGION
        } else {
            GRAPHICS
        },
        // an overlay of one frame that names none lies over all of them
        frames: count
            .filter(|_| layout.frames > 1 && !is_embedded)
            .map(|count| [first, count]),
        bits,
    })
}
