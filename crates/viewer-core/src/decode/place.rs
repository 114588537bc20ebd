//! Frames that need no decoding: where they lie in the object, so that nobody has to copy them.

use super::{
    DicomObject, Extent, Limits, Pixels, container,
    layout::Photometric,
    syntax::Codec,
    text::{CharacterSet, DecodeText},
};
use crate::{Field, FrameSpec, mask::Mask};

/// A frame whose pixels are part of the object as they are, but for unused bits.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedFrame {
    /// How the frame is shown.
    pub spec: FrameSpec,
    /// First byte of the pixels in the object; they are `rows * columns * bytes_per_pixel` long.
    pub start: u64,
    /// What lies over the frame.
    pub mask: Option<Mask>,
    /// What is to be cut from them.
    pub field: Field,
}

impl DicomObject {
    /// Opens an object of `total` bytes of which only the first are there: enough for [`DicomObject::info`] and
    /// [`DicomObject::placed_frame`]. None when they do not suffice, or when the object is one that has to be
    /// opened whole; what is wrong with it is then found by [`DicomObject::open`].
    pub fn open_head(head: Vec<u8>, total: u64, limits: &Limits, tables: DecodeText) -> Option<Self> {
        if total > limits.max_object_bytes || head.len() as u64 > total {
            return None;
        }
        let container = container::open(head, limits, container::refuse).ok()?;
        if container.syntax.codec != Codec::Native {
            return None;
        }
        let object = Self::read(
            container,
            Extent::Bytes(usize::try_from(total).ok()?),
            limits,
            tables,
        )
        .ok()?;
        object.placed_frame(0).is_some().then_some(object)
    }

    /// Frame `index` (from 0), if it is grey, uncompressed, little-endian, whole, and has a window or VOI LUT of its own.
    pub fn placed_frame(&self, index: u32) -> Option<PlacedFrame> {
        let Self { layout, pixels, .. } = self;
        let Pixels::Native { value, order } = pixels else {
            return None;
        };
        let is_grey = matches!(
            (layout.photometric, layout.samples),
            (Photometric::Monochrome1 | Photometric::Monochrome2, 1)
        );
        if !is_grey
            || order.is_big_endian
            || layout.bits_allocated < 8
            || layout.is_reduced()
            || self.presentation.has_palette()
            || self.presentation.overlays.are_embedded()
            || index >= layout.frames
        {
            return None;
        }
        let bytes = layout.stored_bytes() as u64;
        let start = (value.start as u64).checked_add(u64::from(index).checked_mul(bytes)?)?;
        if start.checked_add(bytes)? > value.end as u64 {
            return None;
        }
        let parameters = self
            .presentation
            .parameters(&self.bytes, index, &CharacterSet::plain(), &self.limits)
            .ok()?;
        let mut spec = self.presentation.grey_spec(layout, &parameters).ok()?;
        if parameters.windows.is_empty() && spec.voi_lut.is_none() {
            return None;
        }
        let mask = self
            .presentation
            .mask(layout, &parameters, &self.bytes, index, &[]);
        spec.mask = mask.as_ref().map(|mask| mask.shutter_level);
        Some(PlacedFrame {
            spec,
            start,
            mask,
            field: layout.field(),
        })
    }
}
