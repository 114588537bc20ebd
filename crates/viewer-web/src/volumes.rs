//! Volumes of the renderer: they are uploaded slice by slice, once, and any plane of them is drawn from that.

use std::rc::Rc;

use glam::DVec3;
use js_sys::{Promise, Uint8Array};
use viewer_core::{
    Error, ErrorKind, Result,
    reslice::{PlanePlacement, ReslicePlan},
    space::CanvasPoint,
};
use viewer_js::{misuse, to_js};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::future_to_promise;

use crate::{Renderer, backend::StoredVolume, plane_view::PlaneView, volume_spec::VolumeSpec};

type JsResult<T> = std::result::Result<T, JsValue>;

/// A volume on the device, and what is cut from its pixels.
#[derive(Debug)]
pub(crate) struct HeldVolume {
    pub(crate) stored: StoredVolume,
    pub(crate) field: viewer_core::Field,
}

#[wasm_bindgen]
impl Renderer {
    /// The most slices, rows or columns of a volume.
    #[wasm_bindgen(getter, js_name = maxVolumeSize)]
    pub fn max_volume_size(&self) -> u32 {
        self.backend.max_volume_side()
    }

    /// Makes a volume without slices and gives the number it is drawn by.
    ///
    /// # Errors
    /// `limit` for a volume that is too large, `unsupported-geometry`, `malformed`, `device-lost`.
    #[wasm_bindgen(js_name = createVolume)]
    pub fn create_volume(&self, spec: &VolumeSpec) -> JsResult<u32> {
        let create = || self.backend.create_volume(spec.to_core()?);
        let volume = HeldVolume {
            stored: create().map_err(|error: Error| to_js(&error))?,
            field: spec.field(),
        };
        let id = self.new_id();
        self.volumes.borrow_mut().insert(id, Rc::new(volume));
        Ok(id)
    }

    /// Takes a copy of a slice's pixels (row after row, little-endian). Slices come in any order and may come again;
    /// those that have not come are black.
    ///
    /// # Errors
    /// `malformed` for an unknown volume or slice and for pixels of the wrong length, `device-lost`.
    #[wasm_bindgen(js_name = writeSlice)]
    pub fn write_slice(&self, id: u32, slice: u32, pixels: &Uint8Array) -> JsResult<()> {
        let write = || {
            let volume = self.volume(id)?;
            self.backend
                .write_slice(&volume.stored, slice, volume.field, pixels)
        };
        write().map_err(|error: Error| to_js(&error))
    }

    /// Forgets a volume and frees its memory; a number that is none is ignored.
    #[wasm_bindgen(js_name = dropVolume)]
    pub fn drop_volume(&self, id: u32) {
        self.volumes.borrow_mut().remove(&id);
    }

    /// Draws a plane or slab of a volume to a surface.
    ///
    /// # Errors
    /// `malformed` for an unknown surface or volume or impossible numbers in the view, `limit`, `device-lost`.
    #[wasm_bindgen(js_name = renderPlane)]
    pub fn render_plane(&self, surface: u32, id: u32, view: &PlaneView) -> JsResult<()> {
        self.on(surface, |surface| {
            let volume = self.volume(id)?;
            let plan = plan(&volume, view, surface.size())?;
            self.backend.render_plane(surface, &plan, &volume.stored)
        })
    }

    /// Draws a plane or slab off screen and gives RGBA, 8 bits, line after line, as a `Promise<Uint8Array>`.
    ///
    /// The promise is rejected as [`Renderer::render_plane`] throws.
    #[wasm_bindgen(js_name = renderPlanePixels, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn render_plane_pixels(&self, id: u32, view: &PlaneView, width: u32, height: u32) -> Promise {
        let planned = self
            .volume(id)
            .and_then(|volume| Ok((plan(&volume, view, [width, height])?, volume)));
        let backend = Rc::clone(&self.backend);
        future_to_promise(async move {
            let draw = async {
                let (plan, volume) = planned?;
                backend.plane_pixels(&plan, &volume.stored).await
            };
            let picture = draw.await.map_err(|error: Error| to_js(&error))?;
            Ok(Uint8Array::from(picture.as_slice()).into())
        })
    }

    /// `[x, y, z]` in patient millimetres (LPS) under a point of a surface that shows this plane.
    ///
    /// # Errors
    /// As [`Renderer::render_plane`].
    #[wasm_bindgen(js_name = patientFromCanvas)]
    pub fn patient_from_canvas(
        &self,
        surface: u32,
        id: u32,
        view: &PlaneView,
        x: f64,
        y: f64,
    ) -> JsResult<Vec<f64>> {
        let placement = self.plane_placement(surface, id, view)?;
        let patient = placement.patient_from_canvas(CanvasPoint { x, y });
        Ok(patient.to_array().to_vec())
    }

    /// `[x, y]` of the point of a surface that shows this plane over a patient point, or over its foot on the plane.
    ///
    /// # Errors
    /// As [`Renderer::render_plane`], and for another count of numbers than three.
    #[wasm_bindgen(js_name = canvasFromPatient)]
    pub fn canvas_from_patient(
        &self,
        surface: u32,
        id: u32,
        view: &PlaneView,
        point_mm: &[f64],
    ) -> JsResult<Vec<f64>> {
        let placement = self.plane_placement(surface, id, view)?;
        let point =
            <[f64; 3]>::try_from(point_mm).map_err(|_length| misuse("a patient point is three numbers"))?;
        let canvas = placement.canvas_from_patient(DVec3::from_array(point));
        Ok(vec![canvas.x, canvas.y])
    }

    pub(crate) fn volume(&self, id: u32) -> Result<Rc<HeldVolume>> {
        let volume = self.volumes.borrow().get(&id).map(Rc::clone);
        volume.ok_or_else(|| Error::new(ErrorKind::Malformed, "there is no volume of this number"))
    }

    fn plane_placement(&self, surface: u32, id: u32, view: &PlaneView) -> JsResult<PlanePlacement> {
        self.on(surface, |surface| {
            let volume = self.volume(id)?;
            let spec = volume.stored.spec();
            PlanePlacement::new(spec, &view.to_core(spec), surface.size())
        })
    }
}

fn plan(volume: &HeldVolume, view: &PlaneView, canvas: [u32; 2]) -> Result<ReslicePlan> {
    let spec = volume.stored.spec();
    ReslicePlan::new(spec, &volume.stored.present(), &view.to_core(spec), canvas)
}
