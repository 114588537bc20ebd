//! How a frame is looked at, as JavaScript fills it in.

use std::sync::Arc;

use js_sys::Uint8Array;
use viewer_core::{
    lut::{GreyTable, Voi, VoiFunction},
    plan::{self, Interpolation},
};
use wasm_bindgen::prelude::wasm_bindgen;

use viewer_js::{misuse, to_js};

type JsResult<T> = Result<T, wasm_bindgen::JsValue>;

/// What the user chose; a new one shows the whole image through the frame's own window.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct View {
    /// 1 = the whole image just fits the canvas.
    pub zoom: f64,
    /// To the right, in canvas pixels.
    #[wasm_bindgen(js_name = panX)]
    pub pan_x: f64,
    /// Down, in canvas pixels.
    #[wasm_bindgen(js_name = panY)]
    pub pan_y: f64,
    /// Clockwise, in degrees.
    #[wasm_bindgen(js_name = rotationDeg)]
    pub rotation_deg: f64,
    /// Left and right exchanged.
    #[wasm_bindgen(js_name = flipHorizontal)]
    pub flip_horizontal: bool,
    /// Top and bottom exchanged.
    #[wasm_bindgen(js_name = flipVertical)]
    pub flip_vertical: bool,
    /// Shown as a negative.
    pub invert: bool,
    interpolation: Interpolation,
    /// Centre of the window; without it or the width, the frame's own window.
    #[wasm_bindgen(js_name = windowCenter)]
    pub window_center: Option<f64>,
    /// Width of the window.
    #[wasm_bindgen(js_name = windowWidth)]
    pub window_width: Option<f64>,
    voi_function: VoiFunction,
    /// Whether the frame's overlays are drawn.
    pub overlays: bool,
    /// Number of the frame's VOI LUT that is applied instead of the window; used where the window is set.
    #[wasm_bindgen(js_name = voiLut)]
    pub voi_lut: Option<u32>,
    levels: Option<Arc<GreyTable>>,
}

impl Default for View {
    fn default() -> Self {
        Self::new()
    }
}

#[wasm_bindgen]
impl View {
    /// The whole image.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self {
            zoom: 1.0,
            pan_x: 0.0,
            pan_y: 0.0,
            rotation_deg: 0.0,
            flip_horizontal: false,
            flip_vertical: false,
            invert: false,
            interpolation: Interpolation::default(),
            window_center: None,
            window_width: None,
            voi_function: VoiFunction::default(),
            overlays: true,
            voi_lut: None,
            levels: None,
        }
    }

    /// Sets levels that are shown instead of rescale, window and lookup tables: those of `first` and the stored values
    /// after it; without them, takes them back.
    ///
    /// # Errors
    /// For no level, or more than 2,097,152.
    #[wasm_bindgen(js_name = setLevels)]
    pub fn set_levels(&mut self, first: i32, levels: Option<Uint8Array>) -> JsResult<()> {
        let table = levels.map(|levels| GreyTable::of_levels(i64::from(first), levels.to_vec()));
        self.levels = table.transpose().map_err(|error| to_js(&error))?.map(Arc::new);
        Ok(())
    }

    /// `"nearest"` or `"linear"`.
    #[wasm_bindgen(getter)]
    pub fn interpolation(&self) -> String {
        self.interpolation.as_str().to_owned()
    }

    /// Sets the interpolation.
    ///
    /// # Errors
    /// For any other name.
    #[wasm_bindgen(setter)]
    pub fn set_interpolation(&mut self, name: &str) -> JsResult<()> {
        self.interpolation = Interpolation::from_name(name).ok_or_else(|| misuse("unknown interpolation"))?;
        Ok(())
    }

    /// The function of the window: LINEAR, `LINEAR_EXACT` or SIGMOID.
    #[wasm_bindgen(getter, js_name = voiFunction)]
    pub fn voi_function(&self) -> String {
        self.voi_function.as_str().to_owned()
    }

    /// Sets the function of the window.
    ///
    /// # Errors
    /// For any other name.
    #[wasm_bindgen(setter, js_name = voiFunction)]
    pub fn set_voi_function(&mut self, name: &str) -> JsResult<()> {
        self.voi_function = VoiFunction::from_name(name).ok_or_else(|| misuse("unknown VOI function"))?;
        Ok(())
    }

    /// The levels that were set.
    pub(crate) const fn levels(&self) -> Option<&Arc<GreyTable>> {
        self.levels.as_ref()
    }

    /// The view of a frame like `spec`.
    pub(crate) fn to_core(&self, spec: &viewer_core::FrameSpec) -> plan::View {
        let (voi, voi_lut) = match (self.window_center, self.window_width) {
            (Some(center), Some(width)) => (
                Voi {
                    center,
                    width,
                    function: self.voi_function,
                },
                self.voi_lut.map(|number| number as usize),
            ),
            _ => (spec.voi, spec.voi_lut),
        };
        plan::View {
            zoom: self.zoom,
            pan_px: [self.pan_x, self.pan_y],
            rotation_deg: self.rotation_deg,
            flip_horizontal: self.flip_horizontal,
            flip_vertical: self.flip_vertical,
            invert: self.invert,
            interpolation: self.interpolation,
            overlays: self.overlays,
            voi,
            voi_lut,
        }
    }
}
