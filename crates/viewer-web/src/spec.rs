//! What a frame is, as JavaScript fills it in.

use viewer_core::{
    Field, PixelFormat,
    lut::{Luts, Voi, VoiFunction},
};
use wasm_bindgen::prelude::wasm_bindgen;

use viewer_js::misuse;

type JsResult<T> = Result<T, wasm_bindgen::JsValue>;

/// The description of a frame; the decode module's `DecodedFrame` has the same fields.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct FrameSpec {
    /// Height in pixels.
    pub rows: u32,
    /// Width in pixels.
    pub columns: u32,
    format: PixelFormat,
    /// Output units a stored unit.
    #[wasm_bindgen(js_name = rescaleSlope)]
    pub rescale_slope: f64,
    /// Output units.
    #[wasm_bindgen(js_name = rescaleIntercept)]
    pub rescale_intercept: f64,
    /// Whether the lowest value is shown white (MONOCHROME1).
    pub inverted: bool,
    /// Centre of the frame's own window.
    #[wasm_bindgen(js_name = windowCenter)]
    pub window_center: f64,
    /// Width of the frame's own window.
    #[wasm_bindgen(js_name = windowWidth)]
    pub window_width: f64,
    voi_function: VoiFunction,
    /// Number of the VOI LUT that the frame begins with, instead of its window.
    #[wasm_bindgen(js_name = voiLut)]
    pub voi_lut: Option<u32>,
    pub(crate) luts: Luts,
    pub(crate) mask: Option<js_sys::Uint8Array>,
    shutter_level: u8,
    /// Lowest stored value that is padding.
    #[wasm_bindgen(js_name = paddingLow)]
    pub padding_low: Option<f64>,
    /// Highest stored value that is padding.
    #[wasm_bindgen(js_name = paddingHigh)]
    pub padding_high: Option<f64>,
    /// Height of a pixel over its width.
    #[wasm_bindgen(js_name = pixelAspect)]
    pub pixel_aspect: f64,
    /// Bits above the stored value in each container, to be cut.
    #[wasm_bindgen(js_name = unusedAbove)]
    pub unused_above: u32,
    /// Bits above and below the stored value, to be cut.
    pub unused: u32,
}

#[wasm_bindgen]
impl FrameSpec {
    /// A frame of unrescaled values with the window 128, 256.
    ///
    /// # Errors
    /// For a format that is none of `r8uint`, `r8sint`, `r16uint`, `r16sint`, `r32uint`, `r32sint`, `rgba8uint`,
    /// `rgba16uint`.
    #[wasm_bindgen(constructor)]
    pub fn new(rows: u32, columns: u32, format: &str) -> JsResult<Self> {
        Ok(Self {
            rows,
            columns,
            format: PixelFormat::from_name(format).ok_or_else(|| misuse("unknown pixel format"))?,
            rescale_slope: 1.0,
            rescale_intercept: 0.0,
            inverted: false,
            window_center: 128.0,
            window_width: 256.0,
            voi_function: VoiFunction::Linear,
            voi_lut: None,
            luts: Luts::default(),
            mask: None,
            shutter_level: 0,
            padding_low: None,
            padding_high: None,
            pixel_aspect: 1.0,
            unused_above: 0,
            unused: 0,
        })
    }

    /// How a pixel is held, as in `"r16sint"`.
    #[wasm_bindgen(getter)]
    pub fn format(&self) -> String {
        self.format.as_str().to_owned()
    }

    /// The function of the frame's own window: LINEAR, `LINEAR_EXACT` or SIGMOID.
    #[wasm_bindgen(getter, js_name = voiFunction)]
    pub fn voi_function(&self) -> String {
        self.voi_function.as_str().to_owned()
    }

    /// Sets the function of the frame's own window.
    ///
    /// # Errors
    /// For any other name.
    #[wasm_bindgen(setter, js_name = voiFunction)]
    pub fn set_voi_function(&mut self, name: &str) -> JsResult<()> {
        self.voi_function = VoiFunction::from_name(name).ok_or_else(|| misuse("unknown VOI function"))?;
        Ok(())
    }

    /// Sets what lies over each pixel: 1 shuttered, 2 graphics, 4 region of interest; and the level of shuttered pixels.
    #[wasm_bindgen(js_name = setMask)]
    pub fn set_mask(&mut self, bits: js_sys::Uint8Array, shutter_level: u8) {
        self.mask = Some(bits);
        self.shutter_level = shutter_level;
    }

    /// What is to be cut from the pixels.
    pub(crate) const fn field(&self) -> Field {
        Field {
            above: self.unused_above,
            unused: self.unused,
        }
    }

    /// The description as `viewer-core` holds it.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates; the plan clamps to the format"
    )]
    pub(crate) fn to_core(&self) -> viewer_core::FrameSpec {
        viewer_core::FrameSpec {
            rows: self.rows,
            columns: self.columns,
            format: self.format,
            rescale_slope: self.rescale_slope,
            rescale_intercept: self.rescale_intercept,
            inverted: self.inverted,
            voi: Voi {
                center: self.window_center,
                width: self.window_width,
                function: self.voi_function,
            },
            voi_lut: self.voi_lut.map(|number| number as usize),
            luts: self.luts.clone(),
            mask: self.mask.as_ref().map(|_| self.shutter_level),
            padding: self
                .padding_low
                .zip(self.padding_high)
                .map(|(low, high)| (low as i64, high as i64)),
            pixel_aspect: self.pixel_aspect,
        }
    }
}
