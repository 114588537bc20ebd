//! The Image Pixel module (PS3.3 C.7.6.3), checked: shapes and sizes that every later step relies on.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{
    Limits,
    dataset::{DataSet, Element, malformed},
};
use crate::{Error, ErrorKind, Field, Result, Warning, WarningKind};

/// What the samples mean (PS3.3 C.7.6.3.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Photometric {
    Monochrome1,
    Monochrome2,
    Palette,
    Rgb,
    YbrFull,
    YbrFull422,
    YbrPartial420,
    YbrPartial422,
    YbrIct,
    YbrRct,
    Other,
}

/// What a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbers {
    /// An integer in Pixel Data.
    Integer,
    /// An IEEE 754 number in Float Pixel Data or Double Float Pixel Data.
    Float,
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
            "YBR_PARTIAL_420" => Self::YbrPartial420,
            "YBR_PARTIAL_422" => Self::YbrPartial422,
            "YBR_ICT" => Self::YbrIct,
            "YBR_RCT" => Self::YbrRct,
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
    pub(crate) numbers: Numbers,
    /// 1, 8, 16 or 32; 64 for one sample a pixel.
    pub(crate) bits_allocated: u16,
    /// 1 to `bits_allocated`.
    pub(crate) bits_stored: u16,
    /// `bits_stored - 1` to `bits_allocated - 1`.
    pub(crate) high_bit: u16,
    pub(crate) is_signed: bool,
    /// Colour by plane.
    pub(crate) is_planar: bool,
    /// Uncompressed, two pixels share their chrominances (PS3.3 C.7.6.3.1.2).
    pub(crate) is_halved: bool,
    pub(crate) photometric: Photometric,
    pub(crate) photometric_term: String,
    pub(crate) frames: u32,
}

impl Layout {
    /// Reads and checks the module; `element` is the pixel data.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] naming the attribute, [`ErrorKind::UnsupportedPhotometric`] for other than 1 or 3
    /// samples, [`ErrorKind::Limit`].
    pub(crate) fn read(
        dataset: &DataSet<'_>,
        element: &Element,
        limits: &Limits,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self> {
        let samples = dataset.word(tags::SAMPLES_PER_PIXEL).unwrap_or(1);
        if !matches!(samples, 1 | 3) {
            return Err(Error::new(
                ErrorKind::UnsupportedPhotometric,
                format!("{samples} samples a pixel; 1 and 3 are displayed"),
            )
            .with_tag(0x0028, 0x0002));
        }
        let Bits {
            numbers,
            allocated: bits_allocated,
            stored: bits_stored,
            high: high_bit,
        } = Bits::read(dataset, element, samples, warnings)?;
        let photometric_term = dataset
            .first_code(tags::PHOTOMETRIC_INTERPRETATION)
            .unwrap_or_else(|| {
                let (taken, text) = if samples == 1 {
                    ("MONOCHROME2", "missing: MONOCHROME2 is taken")
                } else {
                    ("RGB", "missing: RGB is taken")
                };
                warnings.push(attribute(text, tags::PHOTOMETRIC_INTERPRETATION));
                taken.to_owned()
            });
        let photometric = Photometric::from_term(&photometric_term);
        let layout = Self {
            rows: needed(dataset, tags::ROWS)?,
            columns: needed(dataset, tags::COLUMNS)?,
            samples,
            numbers,
            bits_allocated,
            bits_stored,
            high_bit,
            is_signed: numbers == Numbers::Integer && dataset.word(tags::PIXEL_REPRESENTATION) == Some(1),
            is_halved: samples == 3
                && matches!(photometric, Photometric::YbrFull422 | Photometric::YbrPartial422),
            is_planar: dataset.word(tags::PLANAR_CONFIGURATION) == Some(1),
            photometric,
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

    /// Whether a frame is shown by [`super::reduce`]: no backend holds its numbers.
    pub(crate) const fn is_reduced(&self) -> bool {
        matches!(self.numbers, Numbers::Float) || self.bits_allocated == 64
    }

    /// Bits of a frame as it lies in native pixel data.
    pub(crate) const fn native_bits(&self) -> u64 {
        let bits = self.pixels() as u64 * self.samples as u64 * self.bits_allocated as u64;
        if self.is_halved { bits / 3 * 2 } else { bits }
    }

    /// Bytes of one sample in memory: 1, 2, 4 or 8.
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

/// How wide samples are.
struct Bits {
    numbers: Numbers,
    allocated: u16,
    stored: u16,
    high: u16,
}

impl Bits {
    fn read(
        dataset: &DataSet<'_>,
        element: &Element,
        samples: u16,
        warnings: &mut Vec<Warning>,
    ) -> Result<Self> {
        // Floating Point and Double Floating Point Image Pixel modules (C.7.6.24, C.7.6.25)
        let float = match element.tag {
            tags::FLOAT_PIXEL_DATA => Some(32),
            tags::DOUBLE_FLOAT_PIXEL_DATA => Some(64),
            _ => None,
        };
        if let Some(bits) = float {
            if samples != 1 {
                return Err(malformed(
                    "floating point pixels have one sample",
                    tags::SAMPLES_PER_PIXEL,
                ));
            }
            if dataset
                .word(tags::BITS_ALLOCATED)
                .is_some_and(|stated| stated != bits)
            {
                warnings.push(attribute(
                    "other than the width of the floating point pixels, which is taken",
                    tags::BITS_ALLOCATED,
                ));
            }
            return Ok(Self {
                numbers: Numbers::Float,
                allocated: bits,
                stored: bits,
                high: bits - 1,
            });
        }
        let allocated = needed(dataset, tags::BITS_ALLOCATED)?;
        if !matches!((allocated, samples), (1 | 64, 1) | (8 | 16 | 32, _)) {
            return Err(malformed(
                format!("{allocated} bits allocated; 1, 8, 16, 32, and 64 for one sample, are read"),
                tags::BITS_ALLOCATED,
            ));
        }
        let stored = dataset.word(tags::BITS_STORED).unwrap_or_else(|| {
            warnings.push(attribute(
                "missing: all up to the high bit are taken",
                tags::BITS_STORED,
            ));
            let high = dataset.word(tags::HIGH_BIT).filter(|high| *high < allocated);
            high.map_or(allocated, |high| high + 1)
        });
        if stored == 0 || stored > allocated {
            return Err(malformed(
                format!("{stored} bits stored of {allocated}"),
                tags::BITS_STORED,
            ));
        }
        let lowest = stored - 1;
        let high = dataset.word(tags::HIGH_BIT).unwrap_or(lowest);
        let is_possible = (lowest..allocated).contains(&high);
        if !is_possible {
            warnings.push(attribute(
                format!("{high} is impossible for {stored} of {allocated} bits: {lowest} is taken"),
                tags::HIGH_BIT,
            ));
        }
        Ok(Self {
            numbers: Numbers::Integer,
            allocated,
            stored,
            high: if is_possible { high } else { lowest },
        })
    }
}

/// What was wrong with an attribute, and what is taken.
fn attribute(text: impl Into<std::borrow::Cow<'static, str>>, tag: Tag) -> Warning {
    Warning::new(WarningKind::Attribute, text).with_tag(tag.0, tag.1)
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
