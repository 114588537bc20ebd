//! The Image Pixel module (PS3.3 C.7.6.3), checked: shapes and sizes that every later step relies on.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{
    Limits,
    dataset::{DataSet, malformed},
};
use crate::{Error, ErrorKind, Field, Result};

/// What the samples mean (PS3.3 C.7.6.3.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Photometric {
    Monochrome1,
    Monochrome2,
    Palette,
    Rgb,
    YbrFull,
    YbrFull422,
    Other,
}

impl Photometric {
    fn from_term(term: &str) -> Self {
        match term {
            "MONOCHROME1" => Self::Monochrome1,
            "MONOCHROME2" => Self::Monochrome2,
            "PALETTE COLOR" => Self::Palette,
            "RGB" => Self::Rgb,
            "YBR_FULL" => Self::YbrFull,
            "YBR_FULL_422" => Self::YbrFull422,
            _ => Self::Other,
        }
    }
}

/// Shape and sample format of every frame of an object.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) rows: u16,
    pub(crate) columns: u16,
    /// 1 or 3.
    pub(crate) samples: u16,
    /// 1, 8, 16 or 32.
    pub(crate) bits_allocated: u16,
    /// 1 to `bits_allocated`.
    pub(crate) bits_stored: u16,
    /// `bits_stored - 1` to `bits_allocated - 1`.
    pub(crate) high_bit: u16,
    pub(crate) is_signed: bool,
    /// Colour by plane.
    pub(crate) is_planar: bool,
    pub(crate) photometric: Photometric,
    pub(crate) photometric_term: String,
    pub(crate) frames: u32,
}

impl Layout {
    /// Reads and checks the module.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] naming the attribute, [`ErrorKind::UnsupportedPhotometric`] for other than 1 or 3
    /// samples, [`ErrorKind::Limit`].
    pub(crate) fn read(dataset: &DataSet<'_>, limits: &Limits) -> Result<Self> {
        let samples = dataset.word(tags::SAMPLES_PER_PIXEL).unwrap_or(1);
        if !matches!(samples, 1 | 3) {
            return Err(Error::new(
                ErrorKind::UnsupportedPhotometric,
                format!("{samples} samples a pixel; 1 and 3 are displayed"),
            )
            .with_tag(0x0028, 0x0002));
        }
        let bits_allocated = needed(dataset, tags::BITS_ALLOCATED)?;
        if !matches!((bits_allocated, samples), (1, 1) | (8 | 16 | 32, _)) {
            return Err(malformed(
                format!("{bits_allocated} bits allocated; 1, 8, 16 and 32 are read"),
                tags::BITS_ALLOCATED,
            ));
        }
        let bits_stored = dataset.word(tags::BITS_STORED).unwrap_or(bits_allocated);
        if bits_stored == 0 || bits_stored > bits_allocated {
            return Err(malformed(
                format!("{bits_stored} bits stored of {bits_allocated}"),
                tags::BITS_STORED,
            ));
        }
        let lowest = bits_stored - 1;
        let high_bit = dataset
            .word(tags::HIGH_BIT)
            .filter(|bit| (lowest..bits_allocated).contains(bit))
            .unwrap_or(lowest);
        let photometric_term = dataset
            .first_code(tags::PHOTOMETRIC_INTERPRETATION)
            .unwrap_or_else(|| if samples == 1 { "MONOCHROME2" } else { "RGB" }.to_owned());
        let layout = Self {
            rows: needed(dataset, tags::ROWS)?,
            columns: needed(dataset, tags::COLUMNS)?,
            samples,
            bits_allocated,
            bits_stored,
            high_bit,
            is_signed: dataset.word(tags::PIXEL_REPRESENTATION) == Some(1),
            is_planar: dataset.word(tags::PLANAR_CONFIGURATION) == Some(1),
            photometric: Photometric::from_term(&photometric_term),
            photometric_term,
            frames: frames(dataset, limits)?,
        };
        let widest = (layout.pixels() as u64).saturating_mul(layout.widest_pixel());
        if widest > limits.max_frame_bytes {
            return Err(Error::new(
                ErrorKind::Limit,
                format!(
                    "a frame of {} x {} needs {widest} bytes; the limit is {}",
                    layout.rows, layout.columns, limits.max_frame_bytes
                ),
            ));
        }
        Ok(layout)
    }

    /// The unused bits of a sample.
    pub(crate) fn field(&self) -> Field {
        Field {
            above: u32::from(self.bits_allocated - 1 - self.high_bit),
            unused: u32::from(self.bits_allocated - self.bits_stored),
        }
    }

    /// Bytes of one sample in memory: 1, 2 or 4.
    pub(crate) const fn sample_bytes(&self) -> usize {
        (self.bits_allocated as usize).div_ceil(8)
    }

    /// Pixels of a frame. At most 65535 squared.
    pub(crate) const fn pixels(&self) -> usize {
        self.rows as usize * self.columns as usize
    }

    /// Bytes of a frame of stored values.
    pub(crate) const fn stored_bytes(&self) -> usize {
        self.pixels() * self.samples as usize * self.sample_bytes()
    }

    const fn widest_pixel(&self) -> u64 {
        let is_color = self.samples == 3 || matches!(self.photometric, Photometric::Palette);
        let stored = self.samples as u64 * self.sample_bytes() as u64;
        if is_color && stored < 8 { 8 } else { stored }
    }
}

/// A 16-bit attribute that must be there and at least 1.
fn needed(dataset: &DataSet<'_>, tag: Tag) -> Result<u16> {
    dataset
        .word(tag)
        .filter(|value| *value != 0)
        .ok_or_else(|| malformed("missing, empty or zero", tag))
}

fn frames(dataset: &DataSet<'_>, limits: &Limits) -> Result<u32> {
    let tag = tags::NUMBER_OF_FRAMES;
    let Some(text) = dataset.first_code(tag) else {
        return Ok(1);
    };
    let stated: i64 = text.parse().ok().ok_or_else(|| malformed("not a number", tag))?;
    match u32::try_from(stated) {
        Ok(0) => Ok(1),
        Ok(frames) if frames <= limits.max_frames => Ok(frames),
        Ok(frames) => Err(Error::new(
            ErrorKind::Limit,
            format!("{frames} frames; the limit is {}", limits.max_frames),
        )
        .with_tag(tag.0, tag.1)),
        Err(_negative) => Err(malformed("not a number of frames", tag)),
    }
}
