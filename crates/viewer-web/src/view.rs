//! How a frame is looked at, as JavaScript fills it in.

use std::sync::Arc;

use js_sys::Uint8Array;
use viewer_core::{
    lut::{GreyTable, Voi, VoiFunction},
    plan::{self, Interpolation},
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use viewer_js::{misuse, to_js};

type JsResult<T> = Result<T, JsValue>;

/// What the user chose; a new one shows the whole image through the frame's own window.
///
/// Filled in with each picture, so by few calls: one into a module costs more than what it says.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct View {
    zoom: f64,
    pan_px: [f64; 2],
    rotation_deg: f64,
    flip_horizontal: bool,
    flip_vertical: bool,
    invert: bool,
    interpolation: Interpolation,
    overlays: bool,
    voi: Option<Voi>,
    voi_lut: Option<u32>,
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
            pan_px: [0.0, 0.0],
            rotation_deg: 0.0,
            flip_horizontal: false,
            flip_vertical: false,
            invert: false,
            interpolation: Interpolation::default(),
            overlays: true,
            voi: None,
            voi_lut: None,
            levels: None,
        }
    }

    /// Sets the zoom (1 = the whole image just fits the canvas) and the way of the image's middle from the canvas's, to the
    /// right and down in canvas pixels.
    #[wasm_bindgen(js_name = setZoom)]
    pub fn set_zoom(&mut self, zoom: f64, pan_x: f64, pan_y: f64) {
        self.zoom = zoom;
        self.pan_px = [pan_x, pan_y];
    }

    /// Sets the turn, clockwise in degrees, and whether left and right, top and bottom are exchanged.
    #[wasm_bindgen(js_name = setTurn)]
    pub fn set_turn(&mut self, rotation_deg: f64, flip_horizontal: bool, flip_vertical: bool) {
        self.rotation_deg = rotation_deg;
        self.flip_horizontal = flip_horizontal;
        self.flip_vertical = flip_vertical;
    }

    /// Sets the interpolation, `"nearest"` or `"linear"`, whether the negative is shown, and whether the frame's overlays are.
    ///
    /// # Errors
    /// For any other name.
    #[wasm_bindgen(js_name = setLook)]
    pub fn set_look(&mut self, interpolation: &str, invert: bool, overlays: bool) -> JsResult<()> {
        self.interpolation =
            Interpolation::from_name(interpolation).ok_or_else(|| misuse("unknown interpolation"))?;
        self.invert = invert;
        self.overlays = overlays;
        Ok(())
    }

    /// Sets the window: centre, width, and LINEAR, `LINEAR_EXACT` or SIGMOID; and the number of the frame's VOI LUT that is
    /// applied instead, where it is one.
    ///
    /// # Errors
    /// For any other name.
    #[wasm_bindgen(js_name = setWindow)]
    pub fn set_window(
        &mut self,
        center: f64,
        width: f64,
        function: &str,
        voi_lut: Option<u32>,
    ) -> JsResult<()> {
        self.voi = Some(window(center, width, function)?);
        self.voi_lut = voi_lut;
        Ok(())
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

    /// The levels that were set.
    pub(crate) const fn levels(&self) -> Option<&Arc<GreyTable>> {
        self.levels.as_ref()
    }

    /// The view of a frame like `spec`.
    pub(crate) fn to_core(&self, spec: &viewer_core::FrameSpec) -> plan::View {
        let (voi, voi_lut) = self.voi.map_or((spec.voi, spec.voi_lut), |voi| {
            (voi, self.voi_lut.map(|number| number as usize))
        });
        plan::View {
            zoom: self.zoom,
            pan_px: self.pan_px,
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

/// A window of a function by its name.
pub(crate) fn window(center: f64, width: f64, function: &str) -> JsResult<Voi> {
    let function = VoiFunction::from_name(function).ok_or_else(|| misuse("unknown VOI function"))?;
    Ok(Voi {
        center,
        width,
        function,
    })
}
