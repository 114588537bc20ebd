//! `noctis_decode`: the JavaScript door to [`viewer_core::decode`]. One instance a worker; no state of its own.
//!
//! What fails is thrown as an `Error` with `kind`, and where known `tag` and `frame`.

mod lut;
mod warnings;

use codec::{Expected, Kind, Picture, StatedColor};
use std::borrow::Cow;
use viewer_core::{Field, Frame, FrameSpec, Warning, decode};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

pub use lut::Lut;
use viewer_js::{decode_text, described, to_js};

/// An opened object. Holds the object's bytes until it is freed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct DicomObject {
    object: decode::DicomObject,
}

#[wasm_bindgen]
impl DicomObject {
    /// Opens a Part 10 file or a bare data set that is not deflated. The bytes are copied once, into this module.
    ///
    /// # Errors
    /// As [`decode::DicomObject::open`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, JsValue> {
        let object = decode::DicomObject::open_with(bytes, &decode::Limits::default(), decode_text)
            .map_err(|error| to_js(&error))?;
        Ok(Self { object })
    }

    /// Where the deflated data set begins, of an object whose first bytes are these; none for any other object.
    #[wasm_bindgen(js_name = deflatedFrom)]
    pub fn deflated_from(head: &[u8]) -> Option<usize> {
        decode::deflated_from(head)
    }

    /// Opens the data set of a deflated object, inflated by the codec of that name.
    ///
    /// # Errors
    /// As [`decode::DicomObject::open_inflated`].
    #[wasm_bindgen(js_name = openInflated)]
    pub fn open_inflated(bytes: Vec<u8>) -> Result<Self, JsValue> {
        let object = decode::DicomObject::open_inflated(bytes, &decode::Limits::default(), decode_text)
            .map_err(|error| to_js(&error))?;
        Ok(Self { object })
    }

    /// Opens an object of `total` bytes by its first bytes alone, if those hold the whole header and
    /// [`DicomObject::placed_frame`] can say where the first frame is.
    #[wasm_bindgen(js_name = openHead)]
    pub fn open_head(head: Vec<u8>, total: f64) -> Option<Self> {
        // The cast saturates; no object has a length that f64 does not hold.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the length of a buffer"
        )]
        let total = total as u64;
        decode::DicomObject::open_head(head, total, &decode::Limits::default(), decode_text)
            .map(|object| Self { object })
    }

    /// Opens an object of several frames and `total` bytes by its first bytes alone, to have its frames one by one.
    #[wasm_bindgen(js_name = openRemote)]
    pub fn open_remote(head: Vec<u8>, total: f64) -> Option<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the length of an object; the cast saturates"
        )]
        let total = total as u64;
        decode::DicomObject::open_remote(head, total, &decode::Limits::default(), decode_text)
            .map(|object| Self { object })
    }

    /// Opens an object by its header alone, whose frames come one by one and without an object around them.
    ///
    /// # Errors
    /// As [`decode::DicomObject::open_header`].
    #[wasm_bindgen(js_name = openHeader)]
    pub fn open_header(head: Vec<u8>) -> Result<Self, JsValue> {
        let object = decode::DicomObject::open_header(head, &decode::Limits::default(), decode_text)
            .map_err(|error| to_js(&error))?;
        Ok(Self { object })
    }

    /// First byte and end of each frame of an object by `openRemote`; both 0 where there is none.
    #[wasm_bindgen(js_name = frameBounds)]
    pub fn frame_bounds(&self) -> Vec<f64> {
        let ranges =
            (0..self.object.frame_count()).map(|frame| self.object.frame_range(frame).unwrap_or(0..0));
        #[expect(clippy::cast_precision_loss, reason = "offsets in an object of at most 1 GiB")]
        let bounds = ranges.flat_map(|range| [range.start as f64, range.end as f64]);
        bounds.collect()
    }

    /// Takes the bytes of one frame of an object by `openRemote` or `openHeader`.
    ///
    /// # Errors
    /// As [`decode::DicomObject::set_part`].
    #[wasm_bindgen(js_name = setPart)]
    pub fn set_part(&mut self, index: u32, bytes: Vec<u8>) -> Result<(), JsValue> {
        self.object.set_part(index, bytes).map_err(|error| to_js(&error))
    }

    /// `InstanceInfo` as JSON.
    ///
    /// # Errors
    /// None in practice: the description is plain data.
    pub fn describe(&self) -> Result<String, JsValue> {
        described(self.object.info())
    }

    /// What is not as it should be in the object as a whole: JSON, a list of `kind`, `message`, `tag`, `frame`.
    ///
    /// # Errors
    /// None in practice: warnings are plain data.
    pub fn warnings(&self) -> Result<String, JsValue> {
        warnings::json(self.object.warnings())
    }

    /// Frame `index`, counted from zero, as it is coded; none when this module decodes it.
    ///
    /// # Errors
    /// As [`decode::DicomObject::coded_frame`].
    #[wasm_bindgen(js_name = codedFrame)]
    pub fn coded_frame(&self, index: u32) -> Result<Option<CodedFrame>, JsValue> {
        let coded = self.object.coded_frame(index).map_err(|error| to_js(&error))?;
        Ok(coded.map(CodedFrame::new))
    }

    /// Decodes frame `index`, counted from zero, which needs no codec.
    ///
    /// # Errors
    /// As [`decode::DicomObject::frame`]; other frames may still decode.
    pub fn frame(&self, index: u32) -> Result<DecodedFrame, JsValue> {
        DecodedFrame::new(self.object.frame(index, codec::none))
    }

    /// Frame `index`, counted from zero, of what a codec made of it. `stated` is rows, columns, samples a pixel,
    /// precision, 1 for signed samples, and 1 for RGB, 2 for YBR.
    ///
    /// # Errors
    /// As [`decode::DicomObject::frame_from`].
    #[wasm_bindgen(js_name = frameFrom)]
    pub fn frame_from(&self, index: u32, stated: &[u32], samples: Vec<u8>) -> Result<DecodedFrame, JsValue> {
        let &[rows, columns, components, precision, sign, color] = stated else {
            return Err(js_sys::Error::new("a picture is stated by six numbers").into());
        };
        let byte = |value| u8::try_from(value).unwrap_or(u8::MAX);
        let picture = Picture {
            rows,
            columns,
            components: byte(components),
            precision: byte(precision),
            is_signed: sign == 1,
            color: match color {
                1 => StatedColor::Rgb,
                2 => StatedColor::Ybr,
                _ => StatedColor::Nothing,
            },
            samples,
        };
        DecodedFrame::new(self.object.frame_from(index, picture))
    }

    /// Frame `index`, whose pixels stay where they are in the object; none for a frame that has to be decoded.
    #[wasm_bindgen(js_name = placedFrame)]
    pub fn placed_frame(&self, index: u32) -> Option<DecodedFrame> {
        let decode::PlacedFrame {
            spec,
            start,
            mask,
            field,
        } = self.object.placed_frame(index)?;
        Some(DecodedFrame {
            spec,
            pixels: Pixels::Placed { start, field },
            warnings: Vec::new(),
            color_profile: None,
            mask: mask.map(|mask| mask.bits),
        })
    }
}

#[derive(Debug)]
enum Pixels {
    /// In this module.
    Decoded(Vec<u8>),
    /// In the object, from byte `start` on.
    Placed { start: u64, field: Field },
}

/// A frame that an image codec has to decode, in a module of its own.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CodedFrame {
    codec: Kind,
    expected: Expected,
    /// A stream that is no part of the object.
    joined: Option<Vec<u8>>,
    start: usize,
    length: usize,
}

impl CodedFrame {
    fn new(frame: decode::CodedFrame<'_>) -> Self {
        let length = frame.stream.len();
        let (start, joined) = match frame.stream {
            Cow::Borrowed(stream) => (stream.as_ptr() as usize, None),
            Cow::Owned(stream) => (stream.as_ptr() as usize, Some(stream)),
        };
        Self {
            codec: frame.codec,
            expected: frame.expected,
            joined,
            start,
            length,
        }
    }
}

#[wasm_bindgen]
impl CodedFrame {
    /// The codec, as in `"jpegls"`.
    #[wasm_bindgen(getter)]
    pub fn codec(&self) -> String {
        self.codec.as_str().to_owned()
    }

    /// Where the stream is in the memory of this module, so that it is copied once, into the codec's. It is there
    /// until the object or this frame is freed.
    #[wasm_bindgen(getter)]
    pub fn start(&self) -> usize {
        self.joined
            .as_ref()
            .map_or(self.start, |stream| stream.as_ptr() as usize)
    }

    /// Bytes of the stream.
    #[wasm_bindgen(getter)]
    pub fn length(&self) -> usize {
        self.length
    }

    /// What the picture must be: rows, columns, samples a pixel, bits allocated, and the most bytes that decoding
    /// may hold.
    #[wasm_bindgen(getter)]
    pub fn expected(&self) -> Vec<u32> {
        let Expected {
            rows,
            columns,
            components,
            bits_allocated,
            max_bytes,
        } = self.expected;
        let max_bytes = u32::try_from(max_bytes).unwrap_or(u32::MAX);
        vec![rows, columns, components.into(), bits_allocated.into(), max_bytes]
    }
}

/// A frame for display.
#[wasm_bindgen]
#[derive(Debug)]
pub struct DecodedFrame {
    spec: FrameSpec,
    pixels: Pixels,
    warnings: Vec<Warning>,
    color_profile: Option<Vec<u8>>,
    mask: Option<Vec<u8>>,
}

impl DecodedFrame {
    fn new(frame: viewer_core::Result<Frame>) -> Result<Self, JsValue> {
        let frame = frame.map_err(|error| to_js(&error))?;
        Ok(Self {
            mask: frame.spec().mask.map(|_| frame.mask().to_vec()),
            spec: frame.spec().clone(),
            warnings: frame.warnings().to_vec(),
            color_profile: frame.color_profile().map(<[u8]>::to_vec),
            pixels: Pixels::Decoded(frame.into_pixels()),
        })
    }
}

#[wasm_bindgen]
impl DecodedFrame {
    /// What is not as it should be in this frame: JSON, as of the object.
    ///
    /// # Errors
    /// None in practice: warnings are plain data.
    pub fn warnings(&self) -> Result<String, JsValue> {
        warnings::json(&self.warnings)
    }

    /// The ICC profile by which the colours are still to be converted, with the codec `icc`; none when they are sRGB.
    #[wasm_bindgen(js_name = colorProfile)]
    pub fn color_profile(&self) -> Option<Vec<u8>> {
        self.color_profile.clone()
    }

    /// Rows.
    #[wasm_bindgen(getter)]
    pub fn rows(&self) -> u32 {
        self.spec.rows
    }

    /// Columns.
    #[wasm_bindgen(getter)]
    pub fn columns(&self) -> u32 {
        self.spec.columns
    }

    /// How a pixel is held, as in `"r16sint"`.
    #[wasm_bindgen(getter)]
    pub fn format(&self) -> String {
        self.spec.format.as_str().to_owned()
    }

    /// `RescaleSlope`.
    #[wasm_bindgen(getter, js_name = rescaleSlope)]
    pub fn rescale_slope(&self) -> f64 {
        self.spec.rescale_slope
    }

    /// `RescaleIntercept`.
    #[wasm_bindgen(getter, js_name = rescaleIntercept)]
    pub fn rescale_intercept(&self) -> f64 {
        self.spec.rescale_intercept
    }

    /// Whether the lowest value is white.
    #[wasm_bindgen(getter)]
    pub fn inverted(&self) -> bool {
        self.spec.inverted
    }

    /// Centre of the window to begin with.
    #[wasm_bindgen(getter, js_name = windowCenter)]
    pub fn window_center(&self) -> f64 {
        self.spec.voi.center
    }

    /// Width of the window to begin with.
    #[wasm_bindgen(getter, js_name = windowWidth)]
    pub fn window_width(&self) -> f64 {
        self.spec.voi.width
    }

    /// Function of the window to begin with, as in `"LINEAR_EXACT"`.
    #[wasm_bindgen(getter, js_name = voiFunction)]
    pub fn voi_function(&self) -> String {
        self.spec.voi.function.as_str().to_owned()
    }

    /// Number of the VOI LUT to begin with, instead of the window.
    #[wasm_bindgen(getter, js_name = voiLut)]
    pub fn voi_lut(&self) -> Option<u32> {
        self.spec.voi_lut.and_then(|number| u32::try_from(number).ok())
    }

    /// The Modality LUT, applied instead of the rescale.
    #[wasm_bindgen(js_name = modalityLut)]
    pub fn modality_lut(&self) -> Option<Lut> {
        self.spec.luts.modality.as_ref().map(Lut::from)
    }

    /// The VOI LUTs, by number.
    #[wasm_bindgen(js_name = voiLuts)]
    pub fn voi_luts(&self) -> Vec<Lut> {
        self.spec.luts.voi.iter().map(Lut::from).collect()
    }

    /// The Presentation LUT.
    #[wasm_bindgen(js_name = presentationLut)]
    pub fn presentation_lut(&self) -> Option<Lut> {
        self.spec.luts.presentation.as_ref().map(Lut::from)
    }

    /// Lowest stored value that is padding.
    #[wasm_bindgen(getter, js_name = paddingLow)]
    pub fn padding_low(&self) -> Option<f64> {
        self.spec.padding.map(|(low, _)| number(low))
    }

    /// Highest stored value that is padding.
    #[wasm_bindgen(getter, js_name = paddingHigh)]
    pub fn padding_high(&self) -> Option<f64> {
        self.spec.padding.map(|(_, high)| number(high))
    }

    /// Height of a pixel over its width.
    #[wasm_bindgen(getter, js_name = pixelAspect)]
    pub fn pixel_aspect(&self) -> f64 {
        self.spec.pixel_aspect
    }

    /// What lies over each pixel (1 shuttered, 2 graphics, 4 region of interest), in a buffer of its own; none where
    /// nothing does.
    #[wasm_bindgen(getter)]
    pub fn mask(&self) -> Option<js_sys::Uint8Array> {
        self.mask.as_deref().map(js_sys::Uint8Array::from)
    }

    /// Level of shuttered pixels.
    #[wasm_bindgen(getter, js_name = shutterLevel)]
    pub fn shutter_level(&self) -> u8 {
        self.spec.mask.unwrap_or_default()
    }

    /// Of a placed frame: the first byte of its pixels in the object.
    #[wasm_bindgen(getter)]
    pub fn start(&self) -> Option<f64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "an offset in an object of at most 1 GiB"
        )]
        match self.pixels {
            Pixels::Decoded(_) => None,
            Pixels::Placed { start, .. } => Some(start as f64),
        }
    }

    /// Bits above the stored value that the renderer has to cut.
    #[wasm_bindgen(getter, js_name = unusedAbove)]
    pub fn unused_above(&self) -> u32 {
        self.field().above
    }

    /// Bits above and below the stored value that the renderer has to cut.
    #[wasm_bindgen(getter)]
    pub fn unused(&self) -> u32 {
        self.field().unused
    }

    /// The pixels, little-endian, in an `ArrayBuffer` of their own that can be transferred; of a placed frame none.
    #[wasm_bindgen(js_name = takePixels)]
    pub fn take_pixels(&self) -> js_sys::Uint8Array {
        match &self.pixels {
            Pixels::Decoded(pixels) => js_sys::Uint8Array::from(pixels.as_slice()),
            Pixels::Placed { .. } => js_sys::Uint8Array::new_with_length(0),
        }
    }

    const fn field(&self) -> Field {
        match self.pixels {
            Pixels::Decoded(_) => Field { above: 0, unused: 0 },
            Pixels::Placed { field, .. } => field,
        }
    }
}

/// Stored values have at most 32 bits.
#[expect(clippy::cast_precision_loss, reason = "at most 32 bits")]
const fn number(value: i64) -> f64 {
    value as f64
}
