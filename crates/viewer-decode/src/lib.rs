//! `noctis_decode`: the JavaScript door to [`viewer_core::decode`]. One instance a worker; no state of its own.
//!
//! What fails is thrown as an `Error` with `kind`, and where known `tag` and `frame`.

mod error;
mod text;

use viewer_core::{Field, FrameSpec, decode};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use error::to_js;

/// An opened object. Holds the object's bytes until it is freed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct DicomObject {
    object: decode::DicomObject,
}

#[wasm_bindgen]
impl DicomObject {
    /// Opens a Part 10 file or a bare data set. The bytes are copied once, into this module.
    ///
    /// # Errors
    /// As [`decode::DicomObject::open`].
    pub fn open(bytes: Vec<u8>) -> Result<Self, JsValue> {
        let object =
            decode::DicomObject::open_with(bytes, &decode::Limits::default(), text::decode_multi_byte)
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
        decode::DicomObject::open_head(head, total, &decode::Limits::default(), text::decode_multi_byte)
            .map(|object| Self { object })
    }

    /// `InstanceInfo` as JSON.
    ///
    /// # Errors
    /// None in practice: the description is plain data.
    pub fn describe(&self) -> Result<String, JsValue> {
        serde_json::to_string(self.object.info())
            .map_err(|error| JsValue::from(js_sys::Error::new(&error.to_string())))
    }

    /// Decodes frame `index`, counted from zero.
    ///
    /// # Errors
    /// As [`decode::DicomObject::frame`]; other frames may still decode.
    pub fn frame(&self, index: u32) -> Result<DecodedFrame, JsValue> {
        let frame = self.object.frame(index).map_err(|error| to_js(&error))?;
        Ok(DecodedFrame {
            spec: frame.spec().clone(),
            pixels: Pixels::Decoded(frame.into_pixels()),
        })
    }

    /// Frame `index`, whose pixels stay where they are in the object; none for a frame that has to be decoded.
    #[wasm_bindgen(js_name = placedFrame)]
    pub fn placed_frame(&self, index: u32) -> Option<DecodedFrame> {
        let decode::PlacedFrame { spec, start, field } = self.object.placed_frame(index)?;
        Some(DecodedFrame {
            spec,
            pixels: Pixels::Placed { start, field },
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

/// A frame for display.
#[wasm_bindgen]
#[derive(Debug)]
pub struct DecodedFrame {
    spec: FrameSpec,
    pixels: Pixels,
}

#[wasm_bindgen]
impl DecodedFrame {
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
