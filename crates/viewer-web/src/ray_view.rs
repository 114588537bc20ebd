//! How a volume in three dimensions is looked at, as JavaScript fills it in.

use glam::DVec3;
use viewer_core::{
    Result,
    raycast::{
        self, Camera, CutPlane, Lighting, Mode, Perspective, Preset, Quality, Side, TissuePreset,
        TransferFunction, TransferPoint,
    },
    volume,
};
use viewer_js::{misuse, to_js};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{backend::Backend, view::window};

type JsResult<T> = std::result::Result<T, JsValue>;

/// What the user chose; a new one shows the whole volume from the front, as bone.
///
/// A camera is ten numbers: its centre, what is right and what is down on the canvas, and how far the nearer edge is from the
/// middle at zoom 1, in patient coordinates and millimetres (LPS). A light is seven: ambient, diffuse and specular share, units
/// a millimetre that make a surface, and where it comes from: right, down, towards the viewer. A point of a transfer function is
/// five: value, red, green, blue (0 to 1), and opacity of a millimetre.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct RayView {
    camera: Option<Camera>,
    zoom: f64,
    pan_px: [f64; 2],
    perspective: Perspective,
    preset: Option<Preset>,
    crop: Option<[[f64; 2]; 3]>,
    cuts: Vec<CutPlane>,
    quality: Quality,
    has_jitter: bool,
    background: [u8; 3],
    is_arriving: bool,
    pub(crate) mask: Option<u32>,
}

impl Default for RayView {
    fn default() -> Self {
        Self::new()
    }
}

#[wasm_bindgen]
impl RayView {
    /// The whole volume from the front, as bone.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self {
            camera: None,
            zoom: 1.0,
            pan_px: [0.0, 0.0],
            perspective: Perspective::Orthographic,
            preset: None,
            crop: None,
            cuts: Vec::new(),
            quality: Backend::STILL,
            has_jitter: true,
            background: [0; 3],
            is_arriving: false,
            mask: None,
        }
    }

    /// A light and the points of a transfer function for CT: `"bone"`, `"skin"`, `"vessels"`, `"lung"`, `"soft-tissue"` or
    /// `"airways"`.
    ///
    /// # Errors
    /// For any other name.
    pub fn tissue(name: &str) -> JsResult<Vec<f64>> {
        let preset = TissuePreset::from_name(name).ok_or_else(|| misuse("unknown preset"))?;
        let Preset {
            transfer, lighting, ..
        } = Preset::tissue(preset).map_err(|error| to_js(&error))?;
        let mut numbers = Vec::new();
        if let Some(light) = lighting {
            numbers.extend([light.ambient, light.diffuse, light.specular, light.edge_per_mm]);
            numbers.extend(light.from);
        }
        for point in transfer.points() {
            numbers.push(point.value);
            numbers.extend(point.color);
            numbers.push(point.opacity);
        }
        Ok(numbers)
    }

    /// A camera after the patient was turned about its centre: the near side to the right and down, degrees.
    ///
    /// # Errors
    /// For another count of numbers than ten.
    pub fn turned(camera: &[f64], right_deg: f64, down_deg: f64) -> JsResult<Vec<f64>> {
        Ok(numbers_of(&camera_of(camera)?.turned(right_deg, down_deg)))
    }

    /// Sets the camera.
    ///
    /// # Errors
    /// For another count of numbers than ten.
    #[wasm_bindgen(js_name = setCamera)]
    pub fn set_camera(&mut self, camera: &[f64]) -> JsResult<()> {
        self.camera = Some(camera_of(camera)?);
        Ok(())
    }

    /// Sets the zoom (1 = the camera's radius fits the canvas) and the way of the centre from the canvas's, to the right and
    /// down in canvas pixels.
    #[wasm_bindgen(js_name = setZoom)]
    pub fn set_zoom(&mut self, zoom: f64, pan_x: f64, pan_y: f64) {
        self.zoom = zoom;
        self.pan_px = [pan_x, pan_y];
    }

    /// Sets the angle under which the height of the canvas is seen, degrees; 0 has parallel rays.
    #[wasm_bindgen(js_name = setField)]
    pub fn set_field(&mut self, degrees: f64) {
        self.perspective = if degrees == 0.0 {
            Perspective::Orthographic
        } else {
            Perspective::FieldDeg(degrees)
        };
    }

    /// Sets volume rendering by a transfer function, with a light or without (no numbers).
    ///
    /// # Errors
    /// For another count of numbers, points that are none and points whose values descend.
    #[wasm_bindgen(js_name = setTransfer)]
    pub fn set_transfer(&mut self, points: &[f64], light: &[f64]) -> JsResult<()> {
        let (points, []) = points.as_chunks::<5>() else {
            return Err(misuse("a point of a transfer function is five numbers"));
        };
        let points = points
            .iter()
            .map(|[value, red, green, blue, opacity]| TransferPoint {
                value: *value,
                color: [*red, *green, *blue],
                opacity: *opacity,
            });
        self.preset = Some(Preset {
            mode: Mode::Composite,
            transfer: TransferFunction::new(points.collect()).map_err(|error| to_js(&error))?,
            lighting: lighting(light)?,
        });
        Ok(())
    }

    /// Sets the projection of the largest (`"max"`) or the smallest value (`"min"`) through a window: centre, width, and
    /// LINEAR, `LINEAR_EXACT` or SIGMOID; `invert` exchanges black and white.
    ///
    /// # Errors
    /// For any other name, and a window that PS3.3 C.11.2 does not allow.
    #[wasm_bindgen(js_name = setProjection)]
    pub fn set_projection(
        &mut self,
        name: &str,
        center: f64,
        width: f64,
        function: &str,
        invert: bool,
    ) -> JsResult<()> {
        let mode = Mode::from_name(name).filter(|mode| *mode != Mode::Composite);
        let mode = mode.ok_or_else(|| misuse("unknown projection"))?;
        let voi = window(center, width, function)?;
        self.preset = Some(Preset::projection(mode, &voi, invert).map_err(|error| to_js(&error))?);
        Ok(())
    }

    /// Sets what is shown of the volume, in voxel coordinates: first and last slice, row and column; no numbers show all.
    ///
    /// # Errors
    /// For another count of numbers than six.
    #[wasm_bindgen(js_name = setCrop)]
    pub fn set_crop(&mut self, numbers: &[f64]) -> JsResult<()> {
        self.crop = match numbers.as_chunks::<2>() {
            ([], []) => None,
            (&[slices, rows, columns], []) => Some([slices, rows, columns]),
            _ => return Err(misuse("a crop box is six numbers")),
        };
        Ok(())
    }

    /// Sets planes that cut parts away, six numbers each: a point in millimetres, and the way to what is kept.
    ///
    /// # Errors
    /// For another count of numbers.
    #[wasm_bindgen(js_name = setCuts)]
    pub fn set_cuts(&mut self, numbers: &[f64]) -> JsResult<()> {
        let (cuts, []) = numbers.as_chunks::<6>() else {
            return Err(misuse("a cut plane is six numbers"));
        };
        let cuts = cuts.iter().map(|[x, y, z, right, back, up]| CutPlane {
            point_mm: DVec3::new(*x, *y, *z),
            normal: DVec3::new(*right, *back, *up),
        });
        self.cuts = cuts.collect();
        Ok(())
    }

    /// Sets the quality of a picture while something moves or when nothing does, and, unless it is 0, how many rays there are
    /// for a canvas pixel along each axis, up to 1.
    #[wasm_bindgen(js_name = setQuality)]
    pub fn set_quality(&mut self, is_moving: bool, resolution: f64) {
        self.quality = if is_moving {
            Backend::MOVING
        } else {
            Backend::STILL
        };
        if resolution != 0.0 {
            self.quality.resolution = resolution;
        }
    }

    /// Sets from sample to sample, in the smallest distance of neighbouring voxels; and whether samples are moved by up to a
    /// step, ray by ray.
    #[wasm_bindgen(js_name = setSteps)]
    pub fn set_steps(&mut self, step: f64, has_jitter: bool) {
        self.quality.step = step;
        self.has_jitter = has_jitter;
    }

    /// Sets red, green and blue behind everything.
    #[wasm_bindgen(js_name = setBackground)]
    pub fn set_background(&mut self, red: u8, green: u8, blue: u8) {
        self.background = [red, green, blue];
    }

    /// Sets that more slices are on their way: only those that lie together are shown, as fast as a whole volume.
    #[wasm_bindgen(js_name = setArriving)]
    pub fn set_arriving(&mut self, is_arriving: bool) {
        self.is_arriving = is_arriving;
    }

    /// Sets the number of the mask whose voxels are left out.
    #[wasm_bindgen(js_name = setMask)]
    pub fn set_mask(&mut self, mask: u32) {
        self.mask = Some(mask);
    }

    /// The view of a volume like `spec`.
    pub(crate) fn to_core(&self, spec: &volume::VolumeSpec) -> Result<raycast::RayView> {
        let camera = self
            .camera
            .unwrap_or_else(|| Camera::around(spec, Side::Anterior));
        let preset = match &self.preset {
            Some(preset) => preset.clone(),
            None => Preset::tissue(TissuePreset::Bone)?,
        };
        Ok(raycast::RayView {
            camera: Camera {
                zoom: self.zoom,
                pan_px: self.pan_px,
                perspective: self.perspective,
                ..camera
            },
            mode: preset.mode,
            transfer: preset.transfer,
            lighting: preset.lighting,
            crop: self.crop,
            cuts: self.cuts.clone(),
            quality: self.quality,
            has_jitter: self.has_jitter,
            background: self.background,
            is_arriving: self.is_arriving,
        })
    }
}

fn lighting(numbers: &[f64]) -> JsResult<Option<Lighting>> {
    match *numbers {
        [] => Ok(None),
        [ambient, diffuse, specular, edge_per_mm, right, down, towards] => Ok(Some(Lighting {
            ambient,
            diffuse,
            specular,
            edge_per_mm,
            from: [right, down, towards],
        })),
        _ => Err(misuse("a light is seven numbers")),
    }
}

fn camera_of(numbers: &[f64]) -> JsResult<Camera> {
    let ([center, right, down], &[radius_mm]) = numbers.as_chunks::<3>() else {
        return Err(misuse("a camera is ten numbers"));
    };
    let [center_mm, right, down] = [*center, *right, *down].map(DVec3::from_array);
    Ok(Camera {
        center_mm,
        right,
        down,
        radius_mm,
        zoom: 1.0,
        pan_px: [0.0, 0.0],
        perspective: Perspective::Orthographic,
    })
}

/// The ten numbers of a camera.
pub(crate) fn numbers_of(camera: &Camera) -> Vec<f64> {
    let vectors = [camera.center_mm, camera.right, camera.down].map(|vector| vector.to_array());
    let mut numbers = vectors.as_flattened().to_vec();
    numbers.push(camera.radius_mm);
    numbers
}
