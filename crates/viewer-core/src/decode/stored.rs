//! Frames: from the containers of one to stored values, and to what is displayed.

use std::fmt;

use codec::{Decode, Picture, StatedColor};

use super::{
    DicomObject, Pixels,
    display::Coded,
    layout::Numbers,
    native::{self, Order},
    profile, rle, settle,
    syntax::Codec,
    text::CharacterSet,
};
use crate::{Error, ErrorKind, Frame, Result, Warning};

/// One frame's stored values: `BitsStored` bits at `HighBit` (PS3.5 section 8.1.1), sign-extended, in the container's width,
/// little-endian, colour by pixel, YBR kept.
///
/// They are those of [pydicom]'s `pixel_array(..., raw=True)` where `HighBit` is `BitsStored` - 1; elsewhere pydicom takes
/// the lowest bits.
///
/// [pydicom]: https://pydicom.github.io
#[derive(Clone, PartialEq, Eq)]
pub struct StoredFrame {
    /// Rows.
    pub rows: u16,
    /// Columns.
    pub columns: u16,
    /// Samples a pixel: 1 or 3.
    pub samples: u16,
    /// Bytes a sample: 1 (also for one bit), 2, 4 or 8.
    pub sample_bytes: u16,
    /// Two's complement.
    pub is_signed: bool,
    /// IEEE 754 numbers.
    pub is_float: bool,
    /// What was not as it should be in this frame, beside the object's own warnings.
    pub warnings: Vec<Warning>,
    /// `[rows, columns, samples]`, little-endian.
    pub pixels: Vec<u8>,
}

impl fmt::Debug for StoredFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredFrame")
            .field("rows", &self.rows)
            .field("columns", &self.columns)
            .field("samples", &self.samples)
            .field("sample_bytes", &self.sample_bytes)
            .field("is_signed", &self.is_signed)
            .finish_non_exhaustive()
    }
}

/// The samples of one frame.
pub(crate) struct Containers {
    /// In the width that the data set allocates, little-endian, colour by pixel; unused bits are still there.
    pub(crate) bytes: Vec<u8>,
    /// What the stream says of its colours.
    pub(crate) color: StatedColor,
    /// Where the stream differs from the data set.
    pub(crate) warnings: Vec<Warning>,
}

impl Containers {
    /// Values that need no settling.
    const fn of(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            color: StatedColor::Nothing,
            warnings: Vec::new(),
        }
    }
}

impl DicomObject {
    /// The stored values of frame `index` (from 0); `decode` is asked where an image codec is needed.
    ///
    /// # Errors
    /// With the frame's number: [`ErrorKind::Truncated`], [`ErrorKind::Malformed`], [`ErrorKind::Limit`],
    /// [`ErrorKind::UnsupportedTransferSyntax`] for what the codec does not decode.
    pub fn stored_frame(&self, index: u32, decode: Decode) -> Result<StoredFrame> {
        self.containers(index, decode)
            .map(|containers| self.stored(index, containers))
            .map_err(|error| error.with_frame(index))
    }

    /// Frame `index` (from 0) for display: grey as stored values from `BitsStored` at `HighBit`, sign-extended;
    /// colour as RGBA of full range, in sRGB where there is an ICC profile. `decode` is asked where an image codec is
    /// needed, and for profiles.
    ///
    /// # Errors
    /// Those of [`DicomObject::stored_frame`], and [`ErrorKind::UnsupportedPhotometric`].
    pub fn frame(&self, index: u32, decode: Decode) -> Result<Frame> {
        self.containers(index, decode)
            .and_then(|containers| self.displayed(index, containers))
            .and_then(|frame| profile::to_srgb(frame, decode, self.limits.max_codec_bytes()))
            .map(|frame| {
                let warnings = of_frame(frame.warnings().to_vec(), index);
                frame.with_warnings(warnings)
            })
            .map_err(|error| error.with_frame(index))
    }

    /// [`DicomObject::stored_frame`] of what a codec made of [`DicomObject::coded_frame`].
    ///
    /// # Errors
    /// As [`DicomObject::stored_frame`].
    pub fn stored_frame_from(&self, index: u32, picture: Picture) -> Result<StoredFrame> {
        self.settled(picture)
            .map(|containers| self.stored(index, containers))
            .map_err(|error| error.with_frame(index))
    }

    /// [`DicomObject::frame`] of what a codec made of [`DicomObject::coded_frame`]; what is still to be done with
    /// colours, [`Frame::color_profile`] says.
    ///
    /// # Errors
    /// As [`DicomObject::frame`].
    pub fn frame_from(&self, index: u32, picture: Picture) -> Result<Frame> {
        self.settled(picture)
            .and_then(|containers| self.displayed(index, containers))
            .map_err(|error| error.with_frame(index))
    }

    fn stored(&self, index: u32, containers: Containers) -> StoredFrame {
        let layout = &self.layout;
        let mut pixels = containers.bytes;
        layout
            .field()
            .cut(&mut pixels, layout.sample_bytes(), layout.is_signed);
        #[expect(clippy::cast_possible_truncation, reason = "1, 2, 4 or 8")]
        let sample_bytes = layout.sample_bytes() as u16;
        StoredFrame {
            rows: layout.rows,
            columns: layout.columns,
            samples: layout.samples,
            sample_bytes,
            is_signed: layout.is_signed,
            is_float: layout.numbers == Numbers::Float,
            warnings: of_frame(containers.warnings, index),
            pixels,
        }
    }

    fn displayed(&self, index: u32, containers: Containers) -> Result<Frame> {
        let Containers {
            mut bytes,
            color,
            warnings,
        } = containers;
        let layout = &self.layout;
        let parameters =
            self.presentation
                .parameters(&self.bytes, index, &CharacterSet::plain(), &self.limits)?;
        let mask = self
            .presentation
            .mask(layout, &parameters, &self.bytes, index, &bytes);
        if layout.bits_allocated > 1 {
            // colour has no sign, whatever PixelRepresentation says
            let is_signed = layout.is_signed && layout.samples == 1;
            layout.field().cut(&mut bytes, layout.sample_bytes(), is_signed);
        }
        let coded = Coded {
            is_coded: matches!(self.codec, Codec::Image(_)),
            color,
            warnings,
        };
        let frame = self.presentation.frame(layout, &parameters, bytes, coded)?;
        let warnings = of_frame(frame.warnings().to_vec(), index);
        let frame = frame.with_warnings(warnings);
        let frame = match self
            .presentation
            .color_profile(&self.bytes, index, &self.limits)?
        {
            Some(profile) => profile::with_profile(frame, profile)?,
            None => frame,
        };
        frame.with_mask(mask)
    }

    fn containers(&self, index: u32, decode: Decode) -> Result<Containers> {
        if let Some(coded) = self.coded(index)? {
            let picture = decode(coded.codec, &coded.stream, &coded.expected).map_err(settle::error)?;
            return self.settled(picture);
        }
        let layout = &self.layout;
        let bytes = match &self.pixels {
            Pixels::Native { value, order } => {
                let data = self.bytes.get(value.clone()).unwrap_or_default();
                native::frame(layout, data, *order, index)?
            }
            Pixels::Encapsulated(fragments) => self.unpacked(&fragments.frame(&self.bytes, index)?)?,
            Pixels::Remote(remote) if self.codec == Codec::Native => remote.values(layout, index)?,
            Pixels::Remote(remote) => self.unpacked(&remote.stream(index)?)?,
        };
        Ok(Containers::of(bytes))
    }

    /// What a codec made of a frame, in the containers of the data set.
    fn settled(&self, picture: Picture) -> Result<Containers> {
        if self.codec == Codec::DeflatedFrames {
            return native::frame(&self.layout, &picture.samples, Order::LITTLE, 0).map(Containers::of);
        }
        settle::containers(&self.layout, picture)
    }

    /// The values of an encapsulated frame that needs no image codec.
    fn unpacked(&self, data: &[u8]) -> Result<Vec<u8>> {
        let layout = &self.layout;
        match self.codec {
            Codec::Rle => rle::decode(layout, data),
            _ => native::frame(layout, data, Order::LITTLE, 0),
        }
    }

    /// # Errors
    /// [`ErrorKind::Malformed`] when there is no such frame.
    pub(crate) fn check_index(&self, index: u32) -> Result<()> {
        if index < self.layout.frames {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Malformed,
            format!("there is no frame {index}: the object has {}", self.layout.frames),
        ))
    }
}

/// The same warnings, naming their frame.
fn of_frame(warnings: Vec<Warning>, index: u32) -> Vec<Warning> {
    warnings
        .into_iter()
        .map(|warning| warning.with_frame(index))
        .collect()
}
