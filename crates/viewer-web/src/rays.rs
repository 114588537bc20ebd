//! Volumes of the renderer in three dimensions: pictures that are begun, drawn line by line, and shown.

use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use viewer_core::{
    Error, ErrorKind, Result,
    raycast::{Camera, RayPlan, Side},
};
use viewer_js::{misuse, to_js};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::future_to_promise;

use crate::{
    Renderer,
    backend::{StoredMask, StoredRays},
    ray_view::{RayView, numbers_of},
    volumes::HeldVolume,
};

type JsResult<T> = std::result::Result<T, JsValue>;

/// A picture that was begun: its rays, and what they go through.
#[derive(Debug)]
pub(crate) struct HeldRays {
    plan: RayPlan,
    volume: Rc<HeldVolume>,
    mask: Option<Rc<StoredMask>>,
    target: StoredRays,
}

#[wasm_bindgen]
impl Renderer {
    /// The camera that shows the whole of a volume from a side of the patient: `"anterior"`, `"posterior"`, `"left"`,
    /// `"right"`, `"superior"` or `"inferior"`.
    ///
    /// # Errors
    /// `malformed` for an unknown volume or side.
    #[wasm_bindgen(js_name = cameraFrom)]
    pub fn camera_from(&self, volume: u32, side: &str) -> JsResult<Vec<f64>> {
        let side = Side::from_name(side).ok_or_else(|| misuse("unknown side of the patient"))?;
        let volume = self.volume(volume).map_err(|error| to_js(&error))?;
        Ok(numbers_of(&Camera::around(volume.stored.spec(), side)))
    }

    /// Begins the picture of a volume on a canvas of some size, and gives the number by which it is drawn and shown. It is of
    /// the slices that have arrived.
    ///
    /// # Errors
    /// `malformed` for an unknown volume or impossible numbers in the view, `limit`, `device-lost`.
    #[wasm_bindgen(js_name = beginRays)]
    pub fn begin_rays(&self, volume: u32, view: &RayView, width: u32, height: u32) -> JsResult<u32> {
        let begin = || {
            let volume = self.volume(volume)?;
            let mask = view.mask.map(|id| self.mask(id)).transpose()?;
            let spec = volume.stored.spec();
            let view = view.to_core(spec)?;
            let plan = RayPlan::new(spec, &volume.stored.present(), &view, [width, height])?;
            Ok(HeldRays {
                target: self.backend.begin_rays(&plan)?,
                volume,
                mask,
                plan,
            })
        };
        let rays = begin().map_err(|error: Error| to_js(&error))?;
        let id = self.new_id();
        self.rays.borrow_mut().insert(id, Rc::new(rays));
        Ok(id)
    }

    /// Lines of a picture: as many as the canvas has, or less.
    ///
    /// # Errors
    /// `malformed` for an unknown picture.
    #[wasm_bindgen(js_name = rayLines)]
    pub fn ray_lines(&self, id: u32) -> JsResult<u32> {
        let rays = self.held_rays(id).map_err(|error| to_js(&error))?;
        Ok(rays.plan.grid[1])
    }

    /// Makes ready what draws a picture: the page can go on meanwhile, where the browser lets it.
    ///
    /// The promise is rejected with `malformed` for an unknown picture, and with `device-lost`.
    #[wasm_bindgen(js_name = prepareRays, unchecked_return_type = "Promise<void>")]
    pub fn prepare_rays(&self, id: u32) -> Promise {
        let held = self.held_rays(id);
        let backend = Rc::clone(&self.backend);
        future_to_promise(async move {
            let prepare = async {
                let rays = held?;
                let HeldRays {
                    plan,
                    volume,
                    mask,
                    target,
                } = &*rays;
                backend
                    .prepare_rays(plan, &volume.stored, mask.as_deref(), target)
                    .await
            };
            prepare.await.map_err(|error: Error| to_js(&error))?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Draws lines of a picture, from `first` on.
    ///
    /// # Errors
    /// `malformed` for an unknown picture, `limit`, `device-lost`.
    #[wasm_bindgen(js_name = drawRays)]
    pub fn draw_rays(&self, id: u32, first: u32, count: u32) -> JsResult<()> {
        let draw = || {
            let rays = self.held_rays(id)?;
            let height = rays.plan.grid[1];
            let lines = first.min(height)..first.saturating_add(count).min(height);
            if lines.is_empty() {
                return Ok(());
            }
            let mask = rays.mask.as_deref();
            self.backend
                .draw_rays(&rays.plan, &rays.volume.stored, mask, &rays.target, lines)
        };
        draw().map_err(|error: Error| to_js(&error))
    }

    /// Resolves when the device has done all that it was given so far.
    #[wasm_bindgen(js_name = finished, unchecked_return_type = "Promise<void>")]
    pub fn finished(&self) -> Promise {
        let backend = Rc::clone(&self.backend);
        future_to_promise(async move {
            backend.finished().await;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Shows what was drawn of a picture on a surface, whatever the size of that is.
    ///
    /// # Errors
    /// `malformed` for an unknown surface or picture, `limit`, `device-lost`.
    #[wasm_bindgen(js_name = showRays)]
    pub fn show_rays(&self, surface: u32, id: u32) -> JsResult<()> {
        self.on(surface, |surface| {
            self.backend.show_rays(surface, &self.held_rays(id)?.target)
        })
    }

    /// What was drawn of a picture, as on the canvas that it was begun for: RGBA, 8 bits, line after line, as a
    /// `Promise<Uint8Array>`.
    ///
    /// The promise is rejected as [`Renderer::show_rays`] throws.
    #[wasm_bindgen(js_name = rayPixels, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn ray_pixels(&self, id: u32) -> Promise {
        let held = self.held_rays(id);
        let backend = Rc::clone(&self.backend);
        future_to_promise(async move {
            let read = async {
                let rays = held?;
                backend.ray_pixels(&rays.target, rays.plan.canvas).await
            };
            let picture = read.await.map_err(|error: Error| to_js(&error))?;
            Ok(Uint8Array::from(picture.as_slice()).into())
        })
    }

    /// Forgets a picture and frees its memory; a number that is none is ignored.
    #[wasm_bindgen(js_name = dropRays)]
    pub fn drop_rays(&self, id: u32) {
        self.rays.borrow_mut().remove(&id);
    }

    fn held_rays(&self, id: u32) -> Result<Rc<HeldRays>> {
        let rays = self.rays.borrow().get(&id).map(Rc::clone);
        rays.ok_or_else(|| Error::new(ErrorKind::Malformed, "there is no picture of this number"))
    }
}
