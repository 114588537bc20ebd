//! From the bytes of a DICOM object to frames: Part 10 files and bare data sets, one frame at a time.
//!
//! [`DicomObject::open`] keeps the object's bytes once, reads the header and notes where each frame lies;
//! nothing is decoded or copied until a frame is asked for, and a broken frame spares the others.

mod color;
mod container;
mod dataset;
mod depth;
mod describe;
mod display;
mod fragments;
mod groups;
mod jpeg;
mod layout;
mod limits;
mod native;
mod palette;
mod place;
mod rle;
mod syntax;
mod text;
mod values;

use std::fmt;

use dicom_core::VR;
use dicom_dictionary_std::tags;

use crate::{Error, ErrorKind, Field, Frame, Result, metadata::InstanceInfo};
use container::Container;
use dataset::{DataSet, Element, Range};
use display::Presentation;
use fragments::Fragments;
use jpeg::StatedColor;
use layout::Layout;
use native::Order;
use syntax::{Codec, Encoding};
use text::CharacterSet;

pub use limits::Limits;
pub use place::PlacedFrame;
pub use text::{DecodeMultiByte, MultiByte, decode_multi_byte};

/// An opened object.
pub struct DicomObject {
    bytes: Vec<u8>,
    info: InstanceInfo,
    layout: Layout,
    codec: Codec,
    pixels: Pixels,
    presentation: Presentation,
    limits: Limits,
}

/// Where the pixel data is.
enum Pixels {
    Native { value: Range, order: Order },
    Encapsulated(Fragments),
}

/// One frame's stored values as [pydicom] gives them for `pixel_array(..., raw=True)`: in the container's
/// width, little-endian, colour by pixel, YBR kept, bits above `BitsStored` cut or sign-extended.
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
    /// Bytes a sample: 1 (also for one bit), 2 or 4.
    pub sample_bytes: u16,
    /// Two's complement.
    pub is_signed: bool,
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

impl fmt::Debug for DicomObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DicomObject")
            .field("info", &self.info)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl DicomObject {
    /// Opens an object: reads everything but the pixels.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for what is not DICOM or contradicts itself, [`ErrorKind::Truncated`] when the
    /// header ends early, [`ErrorKind::NoPixelData`], [`ErrorKind::UnsupportedTransferSyntax`] naming the syntax,
    /// [`ErrorKind::UnsupportedPhotometric`] for an unknown number of samples, [`ErrorKind::Limit`].
    pub fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Self> {
        Self::open_with(bytes, limits, decode_multi_byte)
    }

    /// [`DicomObject::open`] with other tables for Japanese, Korean and Chinese text: those of dicom-rs weigh more
    /// than all the rest of this module.
    ///
    /// # Errors
    /// As [`DicomObject::open`].
    pub fn open_with(bytes: Vec<u8>, limits: &Limits, multi_byte: DecodeMultiByte) -> Result<Self> {
        let container = container::open(bytes, limits)?;
        let total = container.bytes.len();
        Self::read(container, total, limits, multi_byte)
    }

    /// Reads the header of an object of `total` bytes, all or the first of which are in the container.
    fn read(
        container: Container,
        total: usize,
        limits: &Limits,
        multi_byte: DecodeMultiByte,
    ) -> Result<Self> {
        let Container {
            bytes,
            start,
            syntax,
            syntax_uid,
        } = container;
        let dataset = DataSet::parse(&bytes, start..bytes.len(), syntax.encoding, limits)?;
        let element = *pixel_data(&dataset)?;
        let layout = Layout::read(&dataset, limits)?;
        let pixels = match syntax.codec {
            Codec::Native => native_pixels(&dataset, &element, total)?,
            codec => Pixels::Encapsulated(Fragments::index(&dataset, &element, layout.frames, codec)?),
        };
        let charset =
            CharacterSet::from_terms(dataset.code(tags::SPECIFIC_CHARACTER_SET).as_deref(), multi_byte);
        let presentation = Presentation::read(&dataset, &layout, &charset, limits)?;
        let first = presentation.parameters(&bytes, 0, &charset, limits)?.into_owned();
        let info = describe::describe(&dataset, &charset, syntax_uid, &layout, first);
        Ok(Self {
            bytes,
            info,
            layout,
            codec: syntax.codec,
            pixels,
            presentation,
            limits: *limits,
        })
    }

    /// What the object says about itself.
    pub const fn info(&self) -> &InstanceInfo {
        &self.info
    }

    /// How many frames there are, at least 1.
    pub const fn frame_count(&self) -> u32 {
        self.layout.frames
    }

    /// The stored values of frame `index` (from 0).
    ///
    /// # Errors
    /// With the frame's number: [`ErrorKind::Truncated`], [`ErrorKind::Malformed`],
    /// [`ErrorKind::UnsupportedTransferSyntax`] for a JPEG process of another syntax.
    pub fn stored_frame(&self, index: u32) -> Result<StoredFrame> {
        let (mut pixels, _) = self.containers(index).map_err(|error| error.with_frame(index))?;
        let layout = &self.layout;
        // pydicom takes the lowest BitsStored bits, wherever HighBit is
        let unused = layout.field().unused;
        let lowest = Field {
            above: unused,
            unused,
        };
        lowest.cut(&mut pixels, layout.sample_bytes(), layout.is_signed);
        #[expect(clippy::cast_possible_truncation, reason = "1, 2 or 4")]
        let sample_bytes = layout.sample_bytes() as u16;
        Ok(StoredFrame {
            rows: layout.rows,
            columns: layout.columns,
            samples: layout.samples,
            sample_bytes,
            is_signed: layout.is_signed,
            pixels,
        })
    }

    /// Frame `index` (from 0) for display: grey as stored values from `BitsStored` at `HighBit`, sign-extended;
    /// colour as RGBA of full range.
    ///
    /// # Errors
    /// Those of [`DicomObject::stored_frame`], and [`ErrorKind::UnsupportedPhotometric`].
    pub fn frame(&self, index: u32) -> Result<Frame> {
        let frame = || {
            let (mut containers, color) = self.containers(index)?;
            let layout = &self.layout;
            if layout.bits_allocated > 1 {
                layout
                    .field()
                    .cut(&mut containers, layout.sample_bytes(), layout.is_signed);
            }
            let parameters =
                self.presentation
                    .parameters(&self.bytes, index, &CharacterSet::plain(), &self.limits)?;
            self.presentation.frame(layout, &parameters, containers, color)
        };
        frame().map_err(|error| error.with_frame(index))
    }

    /// The containers of frame `index`, colour by pixel, and what a JPEG stream says of its colours.
    fn containers(&self, index: u32) -> Result<(Vec<u8>, StatedColor)> {
        if index >= self.layout.frames {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!("there is no frame {index}: the object has {}", self.layout.frames),
            ));
        }
        let layout = &self.layout;
        match &self.pixels {
            Pixels::Native { value, order } => {
                let data = self.bytes.get(value.clone()).unwrap_or_default();
                Ok((native::frame(layout, data, *order, index)?, StatedColor::Nothing))
            }
            Pixels::Encapsulated(fragments) => {
                let data = fragments.frame(&self.bytes, index)?;
                if self.codec == Codec::Rle {
                    return Ok((rle::decode(layout, &data)?, StatedColor::Nothing));
                }
                let expected = jpeg::Expected {
                    rows: usize::from(layout.rows),
                    columns: usize::from(layout.columns),
                    components: usize::from(layout.samples),
                    sample_bytes: layout.sample_bytes(),
                };
                jpeg::decode(&data, &expected).map(|decoded| (decoded.samples, decoded.color))
            }
        }
    }
}

/// The pixel data element.
fn pixel_data<'d>(dataset: &'d DataSet<'_>) -> Result<&'d Element> {
    let none = |text: &str| Err(Error::new(ErrorKind::NoPixelData, text).with_tag(0x7FE0, 0x0010));
    if let Some(element) = dataset.element(tags::PIXEL_DATA) {
        return Ok(element);
    }
    if dataset
        .element(tags::FLOAT_PIXEL_DATA)
        .or(dataset.element(tags::DOUBLE_FLOAT_PIXEL_DATA))
        .is_some()
    {
        return none("the object holds floating point pixels, which this build does not display");
    }
    if dataset.len() == 0 {
        return Err(Error::new(ErrorKind::Truncated, "the object has no data set"));
    }
    none("the object is sound but holds no picture")
}

/// The value of native pixel data, as far as it is there, in an object of `total` bytes.
fn native_pixels(dataset: &DataSet<'_>, element: &Element, total: usize) -> Result<Pixels> {
    let Some(length) = element.length else {
        return Err(dataset::malformed(
            "uncompressed pixel data of undefined length",
            tags::PIXEL_DATA,
        ));
    };
    let end = usize::try_from(length).map_or(usize::MAX, |length| element.start.saturating_add(length));
    Ok(Pixels::Native {
        value: element.start..end.min(total),
        order: Order {
            is_big_endian: dataset.encoding == Encoding::ExplicitBig,
            is_words: element.vr == VR::OW,
        },
    })
}
