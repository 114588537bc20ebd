//! The one handle of the page.
//!
//! Methods borrow it shared and never across an `await`, so that the page may draw or free while a picture is read.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    sync::Arc,
};

use js_sys::{Function, Promise, Uint8Array};
use viewer_core::{
    Error, ErrorKind, PixelFormat, Result,
    plan::SlicePlan,
    space::{CanvasPoint, ImagePoint, Placement},
};
use viewer_js::{misuse, to_js};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::future_to_promise;
use web_sys::HtmlCanvasElement;

use crate::{
    FrameSpec, View,
    backend::{Backend, StoredFrame, Surface},
    listeners::Ticket,
};

type JsResult<T> = std::result::Result<T, JsValue>;

/// The surface of the canvas with which a renderer was made.
const FIRST_SURFACE: u32 = 0;

/// Draws frames on any number of canvases with one device: a frame is uploaded once, wherever it is shown.
///
/// Each canvas is a *surface*, told by its number; that with which the renderer was made is [`FIRST_SURFACE`].
#[wasm_bindgen]
#[derive(Debug)]
pub struct Renderer {
    // Surfaces, frames, pictures, masks and volumes go before their device.
    surfaces: RefCell<BTreeMap<u32, Surface>>,
    frames: RefCell<BTreeMap<u32, Rc<StoredFrame>>>,
    #[cfg(feature = "volumes")]
    pub(crate) rays: RefCell<BTreeMap<u32, Rc<crate::rays::HeldRays>>>,
    #[cfg(feature = "volumes")]
    pub(crate) masks: RefCell<BTreeMap<u32, crate::masks::HeldMask>>,
    #[cfg(feature = "volumes")]
    pub(crate) volumes: RefCell<BTreeMap<u32, Rc<crate::volumes::HeldVolume>>>,
    next_id: Cell<u32>,
    pub(crate) backend: Rc<Backend>,
    ticket: Ticket,
}

#[wasm_bindgen]
impl Renderer {
    /// Opens the backend on `canvas`, at the canvas's present size.
    ///
    /// # Errors
    /// Of kind `device-lost` when this browser, here and now, cannot: the WebGPU module then leaves the canvas
    /// untouched; after a failure of the others take a new canvas.
    pub async fn create(canvas: HtmlCanvasElement) -> JsResult<Self> {
        let ticket = Ticket::new();
        let (backend, surface) = Backend::create(canvas, &ticket)
            .await
            .map_err(|error| to_js(&error))?;
        Ok(Self {
            surfaces: RefCell::new(BTreeMap::from([(FIRST_SURFACE, surface)])),
            frames: RefCell::default(),
            #[cfg(feature = "volumes")]
            rays: RefCell::default(),
            #[cfg(feature = "volumes")]
            masks: RefCell::default(),
            #[cfg(feature = "volumes")]
            volumes: RefCell::default(),
            next_id: Cell::new(1),
            backend: Rc::new(backend),
            ticket,
        })
    }

    /// `"webgpu"`, `"webgl2"` or `"cpu"`.
    #[wasm_bindgen(getter)]
    pub fn backend(&self) -> String {
        Backend::NAME.to_owned()
    }

    /// The adapter's name; empty where the browser does not tell.
    #[wasm_bindgen(getter)]
    pub fn adapter(&self) -> String {
        self.backend.adapter()
    }

    /// The largest rows or columns of a frame.
    #[wasm_bindgen(getter, js_name = maxFrameSize)]
    pub fn max_frame_size(&self) -> u32 {
        self.backend.max_side()
    }

    /// Makes ready what the first picture of a frame of `format` needs. To be called when there is nothing better to
    /// do: it may block for a while.
    ///
    /// # Errors
    /// `malformed` for an unknown format, `device-lost`.
    #[wasm_bindgen(js_name = warmUp)]
    pub fn warm_up(&self, format: &str) -> JsResult<()> {
        let format = PixelFormat::from_name(format).ok_or_else(|| misuse("unknown pixel format"))?;
        let surfaces = self.surfaces.borrow();
        let Some((_, surface)) = surfaces.first_key_value() else {
            return Ok(());
        };
        self.backend
            .warm_up(surface, format)
            .map_err(|error| to_js(&error))
    }

    /// Takes a copy of a frame's pixels (row after row, little-endian) and gives the number it is drawn by.
    ///
    /// # Errors
    /// `malformed` for pixels of the wrong length, `limit` for a frame that is too large, `device-lost`.
    pub fn upload(&self, spec: &FrameSpec, pixels: &Uint8Array) -> JsResult<u32> {
        let frame = self
            .backend
            .upload(spec.to_core(), spec.field(), pixels, spec.mask.as_ref())
            .map_err(|error| to_js(&error))?;
        let id = self.new_id();
        self.frames.borrow_mut().insert(id, Rc::new(frame));
        Ok(id)
    }

    /// Forgets a frame and frees its memory; a number that is none is ignored.
    #[wasm_bindgen(js_name = drop)]
    pub fn drop_frame(&self, id: u32) {
        self.frames.borrow_mut().remove(&id);
    }

    /// Takes one canvas more to draw on, at its present size, and gives the number of the surface.
    ///
    /// WebGL2 draws all of them on the canvas of the first surface and copies: what that one shows is then gone.
    ///
    /// # Errors
    /// `device-lost` when the canvas gives no context, `limit` for a size beyond the device.
    #[wasm_bindgen(js_name = addSurface)]
    pub fn add_surface(&self, canvas: HtmlCanvasElement) -> JsResult<u32> {
        let surface = self.backend.add_surface(canvas).map_err(|error| to_js(&error))?;
        let id = self.new_id();
        self.surfaces.borrow_mut().insert(id, surface);
        Ok(id)
    }

    /// Lets go of a surface; a number that is none is ignored.
    #[wasm_bindgen(js_name = removeSurface)]
    pub fn remove_surface(&self, surface: u32) {
        self.surfaces.borrow_mut().remove(&surface);
    }

    /// Sets the size of a surface's canvas in backing pixels. It is blank until the next picture.
    ///
    /// # Errors
    /// `limit` for a size beyond the device, `malformed` for an unknown surface, `device-lost`.
    #[wasm_bindgen(js_name = resizeSurface)]
    pub fn resize_surface(&self, surface: u32, width: u32, height: u32) -> JsResult<()> {
        let mut surfaces = self.surfaces.borrow_mut();
        let found = surfaces.get_mut(&surface).ok_or_else(no_surface);
        found
            .and_then(|surface| self.backend.resize(surface, [width, height]))
            .map_err(|error| to_js(&error))
    }

    /// Draws a frame to a surface.
    ///
    /// # Errors
    /// `malformed` for an unknown surface or frame or impossible numbers in the view, `limit`, `device-lost`.
    pub fn render(&self, surface: u32, id: u32, view: &View) -> JsResult<()> {
        self.on(surface, |surface| {
            let frame = self.frame(id)?;
            let plan = plan(&frame, view, surface.size())?;
            self.backend.render(surface, &plan, &frame)
        })
    }

    /// Draws a frame off screen and gives RGBA, 8 bits, line after line, as a `Promise<Uint8Array>`.
    ///
    /// The promise is rejected as [`Renderer::render`] throws.
    #[wasm_bindgen(js_name = renderPixels, unchecked_return_type = "Promise<Uint8Array>")]
    pub fn render_pixels(&self, id: u32, view: &View, width: u32, height: u32) -> Promise {
        let planned = self
            .frame(id)
            .and_then(|frame| Ok((plan(&frame, view, [width, height])?, frame)));
        let backend = Rc::clone(&self.backend);
        future_to_promise(async move {
            let draw = async {
                let (plan, frame) = planned?;
                backend.render_pixels(&plan, &frame).await
            };
            let picture = draw.await.map_err(|error: Error| to_js(&error))?;
            Ok(Uint8Array::from(picture.as_slice()).into())
        })
    }

    /// `[column, row]` of the image point under a point of a surface (the centre of the first pixel is 0, 0).
    ///
    /// # Errors
    /// As [`Renderer::render`].
    #[wasm_bindgen(js_name = imageFromCanvas)]
    pub fn image_from_canvas(
        &self,
        surface: u32,
        id: u32,
        view: &View,
        x: f64,
        y: f64,
    ) -> JsResult<Vec<f64>> {
        let image = self
            .placement(surface, id, view)?
            .image_from_canvas(CanvasPoint { x, y });
        Ok(vec![image.column, image.row])
    }

    /// `[x, y]` of the point of a surface over an image point.
    ///
    /// # Errors
    /// As [`Renderer::render`].
    #[wasm_bindgen(js_name = canvasFromImage)]
    pub fn canvas_from_image(
        &self,
        surface: u32,
        id: u32,
        view: &View,
        column: f64,
        row: f64,
    ) -> JsResult<Vec<f64>> {
        let canvas = self
            .placement(surface, id, view)?
            .canvas_from_image(ImagePoint { column, row });
        Ok(vec![canvas.x, canvas.y])
    }

    /// Calls `callback(reason)` when the device is lost or out of memory; everything must then be made anew.
    #[wasm_bindgen(js_name = onLost)]
    pub fn on_lost(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(reason: string) => void")] callback: &Function,
    ) {
        self.ticket.listen(callback);
    }

    pub(crate) fn new_id(&self) -> u32 {
        self.next_id.replace(self.next_id.get().wrapping_add(1))
    }

    /// Calls `draw` with a surface.
    pub(crate) fn on<T>(&self, surface: u32, draw: impl FnOnce(&Surface) -> Result<T>) -> JsResult<T> {
        let surfaces = self.surfaces.borrow();
        let found = surfaces.get(&surface).ok_or_else(no_surface);
        found.and_then(draw).map_err(|error| to_js(&error))
    }

    fn frame(&self, id: u32) -> Result<Rc<StoredFrame>> {
        let frame = self.frames.borrow().get(&id).map(Rc::clone);
        frame.ok_or_else(|| Error::new(ErrorKind::Malformed, "there is no frame of this number"))
    }

    fn placement(&self, surface: u32, id: u32, view: &View) -> JsResult<Placement> {
        self.on(surface, |surface| {
            let frame = self.frame(id)?;
            Placement::new(frame.spec(), &view.to_core(frame.spec()), surface.size())
        })
    }
}

fn no_surface() -> Error {
    Error::new(ErrorKind::Malformed, "there is no surface of this number")
}

fn plan(frame: &StoredFrame, view: &View, canvas: [u32; 2]) -> Result<SlicePlan> {
    let plan = SlicePlan::new(frame.spec(), &view.to_core(frame.spec()), canvas)?;
    Ok(match view.levels() {
        Some(levels) => plan.with_levels(Arc::clone(levels)),
        None => plan,
    })
}
