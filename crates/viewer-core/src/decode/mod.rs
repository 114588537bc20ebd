//! From the bytes of a DICOM object to frames: Part 10 files and bare data sets, one frame at a time.
//!
//! [`DicomObject::open`] keeps the object's bytes once, reads the header and notes where each frame lies;
//! nothing is decoded or copied until a frame is asked for, and a broken frame spares the others.

mod attributes;
mod coded;
mod color;
pub(crate) mod container;
pub(crate) mod dataset;
mod decimal;
mod depth;
mod describe;
mod display;
pub(crate) mod fragments;
mod groups;
pub(crate) mod header;
mod layout;
mod limits;
mod luts;
mod moment;
mod native;
mod order;
mod overlays;
mod palette;
mod place;
mod planes;
mod profile;
mod record;
mod reduce;
mod remote;
mod rle;
mod scale;
mod segments;
mod settle;
mod shutter;
mod stored;
mod suv;
pub(crate) mod syntax;
pub(crate) mod text;
mod values;

use std::fmt;

use dicom_dictionary_std::tags;

use crate::{Error, ErrorKind, Result, Warning, metadata::InstanceInfo};
use container::Container;
use dataset::{DataSet, Element, Range};
use display::Presentation;
use fragments::Fragments;
use header::Vr;
use layout::Layout;
use native::Order;
use remote::Remote;
use syntax::{Codec, Encoding};
use text::CharacterSet;

pub use attributes::{Attribute, Texts, read_texts};
pub use coded::CodedFrame;
pub use container::deflated_from;
pub(crate) use decimal::parse as parse_decimal;
pub use limits::Limits;
pub use place::PlacedFrame;
pub use record::{Record, RecordValue, read_record};
pub use stored::StoredFrame;
pub use text::{DecodeText, Table, decode_text};

/// An opened object.
pub struct DicomObject {
    bytes: Vec<u8>,
    info: InstanceInfo,
    layout: Layout,
    codec: Codec,
    pixels: Pixels,
    presentation: Presentation,
    limits: Limits,
    warnings: Vec<Warning>,
}

/// Where the pixel data is.
enum Pixels {
    Native {
        value: Range,
        order: Order,
    },
    Encapsulated(Fragments),
    /// Not here: only the header is, and at most one frame.
    Remote(Remote),
}

/// How much of an object is there.
#[derive(Clone, Copy)]
enum Extent {
    /// All or the first of so many bytes.
    Bytes(usize),
    /// The header; the bytes of each frame come on their own.
    Header,
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
        let container = container::open(bytes, limits, container::inflate)?;
        Self::read_whole(container, limits, decode_text)
    }

    /// [`DicomObject::open`] with other tables for text, and for objects that are not [deflated](deflated_from): for a
    /// module that is to be small.
    ///
    /// # Errors
    /// As [`DicomObject::open`].
    pub fn open_with(bytes: Vec<u8>, limits: &Limits, tables: DecodeText) -> Result<Self> {
        let container = container::open(bytes, limits, container::refuse)?;
        Self::read_whole(container, limits, tables)
    }

    /// Opens the data set of a [deflated](deflated_from) object, inflated.
    ///
    /// # Errors
    /// As [`DicomObject::open`].
    pub fn open_inflated(bytes: Vec<u8>, limits: &Limits, tables: DecodeText) -> Result<Self> {
        Self::read_whole(container::inflated(bytes, limits)?, limits, tables)
    }

    fn read_whole(container: Container, limits: &Limits, tables: DecodeText) -> Result<Self> {
        let total = container.bytes.len();
        Self::read(container, Extent::Bytes(total), limits, tables)
    }

    /// Reads the header of an object of which so much is in the container.
    fn read(container: Container, extent: Extent, limits: &Limits, tables: DecodeText) -> Result<Self> {
        let Container {
            bytes,
            start,
            syntax,
            syntax_uid,
        } = container;
        let dataset = DataSet::parse(&bytes, start..bytes.len(), syntax.encoding, limits)?;
        let element = *pixel_data(&dataset)?;
        let mut warnings = Vec::new();
        let mut layout = Layout::read(&dataset, &element, limits, &mut warnings)?;
        if syntax.codec != Codec::Native && layout.is_reduced() {
            return Err(dataset::malformed(
                "floating point and 64-bit pixels have no compressed form",
                element.tag,
            ));
        }
        let pixels = match (syntax.codec, extent) {
            (_, Extent::Header) => Pixels::Remote(Remote::apart(&layout, limits)?),
            (Codec::Native, Extent::Bytes(total)) => {
                native_pixels(&dataset, &element, total, &mut layout, &mut warnings)?
            }
            (_, Extent::Bytes(total)) if total > bytes.len() => {
                let remote = Remote::encapsulated(&dataset, &element, layout.frames, total as u64);
                Pixels::Remote(remote.ok_or_else(|| dataset::truncated(element.tag))?)
            }
            (codec, Extent::Bytes(_)) => {
                Pixels::Encapsulated(Fragments::index(&dataset, &element, layout.frames, codec)?)
            }
        };
        let charset = CharacterSet::from_terms(dataset.code(tags::SPECIFIC_CHARACTER_SET).as_deref(), tables);
        warnings.extend(charset.warning());
        let presentation = Presentation::read(&dataset, &layout, &charset, limits)?;
        let first = presentation.parameters(&bytes, 0, &charset, limits)?.into_owned();
        let mut info = describe::describe(&dataset, &charset, syntax_uid, &layout, first, &presentation);
        info.pixel_scale = scale::read(&dataset, limits);
        planes::read(&mut info, &dataset, &presentation, limits);
        Ok(Self {
            bytes,
            info,
            layout,
            codec: syntax.codec,
            pixels,
            presentation,
            limits: *limits,
            warnings,
        })
    }

    /// What the object says about itself.
    pub const fn info(&self) -> &InstanceInfo {
        &self.info
    }

    /// What is not as it should be in the object as a whole; frames have warnings of their own.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// How many frames there are, at least 1.
    pub const fn frame_count(&self) -> u32 {
        self.layout.frames
    }
}

/// The pixel data element.
fn pixel_data<'d>(dataset: &'d DataSet<'_>) -> Result<&'d Element> {
    let all = [
        tags::PIXEL_DATA,
        tags::FLOAT_PIXEL_DATA,
        tags::DOUBLE_FLOAT_PIXEL_DATA,
    ];
    if let Some(element) = all.iter().find_map(|tag| dataset.element(*tag)) {
        return Ok(element);
    }
    if dataset.len() == 0 {
        return Err(Error::new(ErrorKind::Truncated, "the object has no data set"));
    }
    Err(
        Error::new(ErrorKind::NoPixelData, "the object is sound but holds no picture")
            .with_tag(0x7FE0, 0x0010),
    )
}

/// The value of native pixel data, as far as it is there, in an object of `total` bytes.
fn native_pixels(
    dataset: &DataSet<'_>,
    element: &Element,
    total: usize,
    layout: &mut Layout,
    warnings: &mut Vec<Warning>,
) -> Result<Pixels> {
    let Some(length) = element.length else {
        return Err(dataset::malformed(
            "uncompressed pixel data of undefined length",
            element.tag,
        ));
    };
    let end = usize::try_from(length).map_or(usize::MAX, |length| element.start.saturating_add(length));
    let value = element.start..end.min(total);
    warnings.extend(native::check_length(layout, element.tag, value.len() as u64));
    Ok(Pixels::Native {
        value,
        order: Order {
            is_big_endian: dataset.encoding == Encoding::ExplicitBig,
            is_words: element.vr == Vr::OW,
        },
    })
}
