//! How a plane through a volume is looked at, as JavaScript fills it in.

use glam::DVec3;
use viewer_core::{
    lut::Voi,
    reslice::{self, Plane, Projection, VolumeInterpolation},
    volume::VolumeSpec,
};
use viewer_js::{misuse, to_js};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::view::window;

type JsResult<T> = Result<T, JsValue>;

/// What the user chose; a new one shows the axial plane through the middle of the volume, linear, through the volume's own window.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct PlaneView {
    plane: Option<Plane>,
    zoom: f64,
    pan_px: [f64; 2],
    slab_mm: f64,
    projection: Projection,
    interpolation: VolumeInterpolation,
    invert: bool,
    voi: Option<Voi>,
    voi_lut: Option<u32>,
}

impl Default for PlaneView {
    fn default() -> Self {
        Self::new()
    }
}

#[wasm_bindgen]
impl PlaneView {
    /// The axial plane through the middle of the volume.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self {
            plane: None,
            zoom: 1.0,
            pan_px: [0.0, 0.0],
            slab_mm: 0.0,
            projection: Projection::default(),
            interpolation: VolumeInterpolation::default(),
            invert: false,
            voi: None,
            voi_lut: None,
        }
    }

    /// Sets the plane, in patient coordinates (LPS): the point in the middle of the canvas in millimetres, and the unit directions
    /// to the right and down, three numbers each.
    ///
    /// # Errors
    /// For another count of numbers, and directions that are not of unit length and at a right angle.
    #[wasm_bindgen(js_name = setPlane)]
    pub fn set_plane(&mut self, numbers: &[f64]) -> JsResult<()> {
        let ([center, right, down], []) = numbers.as_chunks::<3>() else {
            return Err(misuse("a plane is nine numbers"));
        };
        let [center, right, down] = [*center, *right, *down].map(DVec3::from_array);
        self.plane = Some(Plane::new(center, right, down).map_err(|error| to_js(&error))?);
        Ok(())
    }

    /// Sets the zoom (1 = the volume's outline on the plane just fits the canvas) and the way of the plane's centre from the
    /// canvas's, to the right and down in canvas pixels.
    #[wasm_bindgen(js_name = setZoom)]
    pub fn set_zoom(&mut self, zoom: f64, pan_x: f64, pan_y: f64) {
        self.zoom = zoom;
        self.pan_px = [pan_x, pan_y];
    }

    /// Sets the thickness of the slab in millimetres, half of it to each side of the plane (0 is the plane alone), and what is
    /// shown of it: `"max"`, `"min"`, `"mean"` or `"sum"`.
    ///
    /// # Errors
    /// For any other name.
    #[wasm_bindgen(js_name = setSlab)]
    pub fn set_slab(&mut self, mm: f64, projection: &str) -> JsResult<()> {
        self.projection = Projection::from_name(projection).ok_or_else(|| misuse("unknown projection"))?;
        self.slab_mm = mm;
        Ok(())
    }

    /// Sets the interpolation: `"nearest"`, `"linear"` or `"cubic"`.
    ///
    /// # Errors
    /// For any other name.
    #[wasm_bindgen(js_name = setInterpolation)]
    pub fn set_interpolation(&mut self, name: &str) -> JsResult<()> {
        self.interpolation =
            VolumeInterpolation::from_name(name).ok_or_else(|| misuse("unknown interpolation"))?;
        Ok(())
    }

    /// Sets whether the negative is shown.
    #[wasm_bindgen(js_name = setInvert)]
    pub fn set_invert(&mut self, invert: bool) {
        self.invert = invert;
    }

    /// Sets the window: centre, width, and LINEAR, `LINEAR_EXACT` or SIGMOID.
    ///
    /// # Errors
    /// For any other name.
    #[wasm_bindgen(js_name = setWindow)]
    pub fn set_window(&mut self, center: f64, width: f64, function: &str) -> JsResult<()> {
        self.voi = Some(window(center, width, function)?);
        self.voi_lut = None;
        Ok(())
    }

    /// Sets the number of the volume's VOI LUT that is applied instead of the window.
    #[wasm_bindgen(js_name = setVoiLut)]
    pub fn set_voi_lut(&mut self, number: u32) {
        self.voi_lut = Some(number);
    }

    /// The view of a volume like `spec`.
    pub(crate) fn to_core(&self, spec: &VolumeSpec) -> reslice::PlaneView {
        reslice::PlaneView {
            plane: self.plane.unwrap_or_else(|| Plane::axial(spec.middle_mm())),
            zoom: self.zoom,
            pan_px: self.pan_px,
            slab_mm: self.slab_mm,
            projection: self.projection,
            interpolation: self.interpolation,
            invert: self.invert,
            voi: self.voi.unwrap_or(spec.voi),
            voi_lut: self.voi_lut.map(|number| number as usize),
        }
    }
}
