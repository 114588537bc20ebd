//! WebGL2 without a graphics library: our few shaders were translated to GLSL ES 3.00 when this module was built, so that no
//! page carries a shader compiler.

mod context;
mod plane;
mod program;
mod ray;
mod ray_textures;
mod surface;
mod table;
mod target;
mod texture;
mod volume;
mod wait;

use std::{
    cell::{RefCell, RefMut},
    ops::Range,
};

use js_sys::Uint8Array;
use viewer_core::{
    Error, ErrorKind, Field, FrameSpec, PixelFormat, Result,
    plan::{Shading, SlicePlan},
    raycast::{Quality, RayPlan, VoxelMask},
    reslice::ReslicePlan,
    volume::VolumeSpec,
};
use viewer_shaders::{Plane, RayVariant, Shown, Slice, TABLE_BINDING, Variant, warm_up_plan};
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, WebGl2RenderingContext as Gl, WebGlTexture, WebglLoseContext};

use crate::listeners::Ticket;
use plane::Planes;
use program::Programs;
use ray::Rays;
use surface::sized;
use table::LastTable;
use target::Target;

pub(crate) use ray_textures::{StoredMask, StoredRays};
pub(crate) use surface::Surface;
pub(crate) use texture::StoredFrame;
pub(crate) use volume::StoredVolume;

/// A context and its canvas, which is that of the first surface.
#[derive(Debug)]
pub(crate) struct Backend {
    gl: Gl,
    canvas: HtmlCanvasElement,
    programs: RefCell<Programs>,
    planes: RefCell<Option<Planes>>,
    rays: RefCell<Option<Rays>>,
    last_table: RefCell<LastTable>,
    max_side: u32,
}

impl Backend {
    pub(crate) const NAME: &'static str = "webgl2";
    pub(crate) const STILL: Quality = Quality::STILL;
    pub(crate) const MOVING: Quality = Quality::MOVING;

    #[expect(clippy::unused_async, reason = "the other backends wait for a device")]
    pub(crate) async fn create(canvas: HtmlCanvasElement, _ticket: &Ticket) -> Result<(Self, Surface)> {
        let gl = context::open(&canvas)?;
        let backend = Self {
            programs: RefCell::new(Programs::new(&gl)?),
            planes: RefCell::default(),
            rays: RefCell::default(),
            last_table: RefCell::default(),
            max_side: context::max_side(&gl),
            gl,
            canvas: canvas.clone(),
        };
        Ok((backend, Surface::first(canvas)))
    }

    #[expect(clippy::unused_self, reason = "the other backends share their device")]
    pub(crate) fn add_surface(&self, canvas: HtmlCanvasElement) -> Result<Surface> {
        Surface::copied(canvas)
    }

    pub(crate) fn adapter(&self) -> String {
        context::adapter(&self.gl)
    }

    pub(crate) const fn max_side(&self) -> u32 {
        self.max_side
    }

    /// Compiles the program of the plainest picture and draws a pixel with it: drivers put off much to the first use.
    pub(crate) fn warm_up(&self, _surface: &Surface, format: PixelFormat) -> Result<()> {
        let (spec, plan) = warm_up_plan(format)?;
        let frame = self.allocate(spec)?;
        let _picture = self.pixels(&plan, &frame)?;
        Ok(())
    }

    /// Straight from the page's memory where the bytes are stored values already, else band by band through wasm's.
    pub(crate) fn upload(
        &self,
        spec: FrameSpec,
        field: Field,
        pixels: &Uint8Array,
        mask: Option<&Uint8Array>,
    ) -> Result<StoredFrame> {
        let mut frame = self.allocate(spec)?;
        frame.write(&self.gl, field, pixels)?;
        if let Some(mask) = mask {
            frame.write_mask(&self.gl, mask)?;
        }
        Ok(frame)
    }

    pub(crate) fn resize(&self, surface: &mut Surface, size: [u32; 2]) -> Result<()> {
        context::check(&self.gl)?;
        if !size.iter().all(|side| (1..=self.max_side).contains(side)) {
            let [width, height] = size;
            let most = self.max_side;
            let message =
                format!("a canvas of {width} x {height}: this graphics device draws 1 to {most} a side");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        surface.resize(size);
        Ok(())
    }

    pub(crate) fn render(&self, surface: &Surface, plan: &SlicePlan, frame: &StoredFrame) -> Result<()> {
        self.present(surface, || self.draw(plan, frame, &Slice::bottom_up(plan)))
    }

    /// Shows what `draw` draws into the lowest left corner: the lowest line of a canvas is WebGL's first.
    fn present(&self, surface: &Surface, draw: impl FnOnce() -> Result<()>) -> Result<()> {
        context::check(&self.gl)?;
        self.gl.bind_framebuffer(Gl::FRAMEBUFFER, None);
        let size = surface.size();
        if surface.is_copied() {
            // It only grows: a change of its size would make its memory anew.
            sized(
                &self.canvas,
                [
                    size[0].max(self.canvas.width()),
                    size[1].max(self.canvas.height()),
                ],
            );
        } else {
            sized(&self.canvas, size);
        }
        draw()?;
        surface.copy_from(&self.canvas)
    }

    #[expect(clippy::unused_async, reason = "the other backends wait for their device")]
    pub(crate) async fn render_pixels(&self, plan: &SlicePlan, frame: &StoredFrame) -> Result<Vec<u8>> {
        self.pixels(plan, frame)
    }

    pub(crate) fn max_volume_side(&self) -> u32 {
        context::max_volume_side(&self.gl)
    }

    pub(crate) fn create_volume(&self, spec: VolumeSpec) -> Result<StoredVolume> {
        context::check(&self.gl)?;
        StoredVolume::new(&self.gl, self.max_volume_side(), spec)
    }

    /// Straight from the page's memory, as [`Backend::upload`].
    pub(crate) fn write_slice(
        &self,
        volume: &StoredVolume,
        slice: u32,
        field: Field,
        pixels: &Uint8Array,
    ) -> Result<()> {
        context::check(&self.gl)?;
        volume.write(&self.gl, slice, field, pixels)
    }

    pub(crate) fn render_plane(
        &self,
        surface: &Surface,
        plan: &ReslicePlan,
        volume: &StoredVolume,
    ) -> Result<()> {
        self.present(surface, || self.draw_plane(plan, volume, &Plane::bottom_up(plan)))
    }

    #[expect(clippy::unused_async, reason = "the other backends wait for their device")]
    pub(crate) async fn plane_pixels(&self, plan: &ReslicePlan, volume: &StoredVolume) -> Result<Vec<u8>> {
        context::check(&self.gl)?;
        let target = Target::new(&self.gl, self.max_side, plan.canvas)?;
        self.draw_plane(plan, volume, &Plane::new(plan))?;
        target.read()
    }

    fn draw_plane(&self, plan: &ReslicePlan, volume: &StoredVolume, uniform: &Plane) -> Result<()> {
        let mut planes = self.planes.borrow_mut();
        let planes = match &mut *planes {
            Some(planes) => planes,
            none => none.insert(Planes::new(&self.gl)?),
        };
        let programs = self.programs.borrow();
        let mut levels = self.last_table.borrow_mut();
        planes.draw(&self.gl, programs.vertex(), plan, volume, uniform, &mut levels)
    }

    pub(crate) fn begin_rays(&self, plan: &RayPlan) -> Result<StoredRays> {
        context::check(&self.gl)?;
        StoredRays::new(&self.gl, plan.grid)
    }

    /// Makes the program and draws a line with it: drivers put off much of their work to the first use.
    pub(crate) async fn prepare_rays(
        &self,
        plan: &RayPlan,
        volume: &StoredVolume,
        mask: Option<&StoredMask>,
        target: &StoredRays,
    ) -> Result<()> {
        let variant = RayVariant::of(plan, mask.is_some());
        let begun = {
            let programs = self.programs.borrow();
            self.rays()?.begin(&self.gl, programs.vertex(), variant)?
        };
        if let Some(linking) = begun {
            wait::until_linked(&self.gl, &linking).await;
            context::check(&self.gl)?;
            self.rays()?.keep(&self.gl, variant, linking)?;
        }
        self.draw_rays(plan, volume, mask, target, 0..1)?;
        self.finished().await;
        Ok(())
    }

    pub(crate) fn draw_rays(
        &self,
        plan: &RayPlan,
        volume: &StoredVolume,
        mask: Option<&StoredMask>,
        target: &StoredRays,
        lines: Range<u32>,
    ) -> Result<()> {
        context::check(&self.gl)?;
        let vertex = self.programs.borrow();
        let vertex = vertex.vertex();
        self.rays()?
            .draw(&self.gl, vertex, plan, (volume, mask), target, lines)
    }

    pub(crate) async fn finished(&self) {
        wait::until_drawn(&self.gl).await;
    }

    pub(crate) fn show_rays(&self, surface: &Surface, target: &StoredRays) -> Result<()> {
        let canvas = surface.size();
        let shown = Shown::bottom_up(target.size(), canvas);
        self.present(surface, || self.draw_shown(target, &shown, canvas))
    }

    #[expect(clippy::unused_async, reason = "the other backends wait for their device")]
    pub(crate) async fn ray_pixels(&self, target: &StoredRays, canvas: [u32; 2]) -> Result<Vec<u8>> {
        context::check(&self.gl)?;
        let picture = Target::new(&self.gl, self.max_side, canvas)?;
        self.draw_shown(target, &Shown::new(target.size(), canvas), canvas)?;
        picture.read()
    }

    #[expect(clippy::needless_pass_by_value, reason = "the CPU keeps it")]
    pub(crate) fn upload_mask(&self, mask: VoxelMask) -> Result<StoredMask> {
        context::check(&self.gl)?;
        StoredMask::new(&self.gl, &mask)
    }

    fn draw_shown(&self, target: &StoredRays, shown: &Shown, canvas: [u32; 2]) -> Result<()> {
        let programs = self.programs.borrow();
        self.rays()?
            .show(&self.gl, programs.vertex(), target, shown, canvas)
    }

    /// What draws rays, made when it is first needed.
    fn rays(&self) -> Result<RefMut<'_, Rays>> {
        let mut rays = self.rays.borrow_mut();
        if rays.is_none() {
            *rays = Some(Rays::new(&self.gl)?);
        }
        RefMut::filter_map(rays, Option::as_mut)
            .map_err(|_none| Error::new(ErrorKind::DeviceLost, "the WebGL2 context is lost"))
    }

    fn allocate(&self, spec: FrameSpec) -> Result<StoredFrame> {
        context::check(&self.gl)?;
        StoredFrame::new(&self.gl, self.max_side, spec)
    }

    fn pixels(&self, plan: &SlicePlan, frame: &StoredFrame) -> Result<Vec<u8>> {
        context::check(&self.gl)?;
        let target = Target::new(&self.gl, self.max_side, plan.canvas)?;
        self.draw(plan, frame, &Slice::new(plan))?;
        target.read()
    }

    /// Draws to what is bound.
    fn draw(&self, plan: &SlicePlan, frame: &StoredFrame, uniform: &Slice) -> Result<()> {
        let spec = frame.spec();
        if plan.size != [spec.columns, spec.rows] || plan.format != spec.format {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the plan was made for another frame",
            ));
        }
        self.programs.borrow().write_uniform(&self.gl, uniform);
        let [width, height] = plan.canvas.map(|side| i32::try_from(side).unwrap_or(i32::MAX));
        self.gl.viewport(0, 0, width, height);
        self.draw_variant(Variant::of(plan), plan, frame.texture())?;
        if let Some(mask) = frame.mask().filter(|_| plan.mask.is_some()) {
            // Over the picture; the canvas stays opaque.
            self.gl.enable(Gl::BLEND);
            self.gl
                .blend_func_separate(Gl::SRC_ALPHA, Gl::ONE_MINUS_SRC_ALPHA, Gl::ZERO, Gl::ONE);
            let drawn = self.draw_variant(Variant::MASK, plan, mask);
            self.gl.disable(Gl::BLEND);
            drawn?;
        }
        Ok(())
    }

    fn draw_variant(&self, variant: Variant, plan: &SlicePlan, texture: &WebGlTexture) -> Result<()> {
        let gl = &self.gl;
        let mut programs = self.programs.borrow_mut();
        let program = programs.get(gl, variant)?;
        let mut last_table = self.last_table.borrow_mut();
        for (unit, binding) in (0..).zip(program.bindings()) {
            gl.active_texture(Gl::TEXTURE0 + unit);
            match (*binding, &plan.shading) {
                (TABLE_BINDING, Shading::Table(table)) => last_table.bind(gl, table)?,
                _ => gl.bind_texture(Gl::TEXTURE_2D, Some(texture)),
            }
        }
        gl.draw_arrays(Gl::TRIANGLES, 0, 3);
        Ok(())
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // Browsers allow few contexts at a time, and their garbage collector does not know it.
        let extension = self.gl.get_extension("WEBGL_lose_context").ok().flatten();
        if let Some(extension) = extension.and_then(|found| found.dyn_into::<WebglLoseContext>().ok()) {
            extension.lose_context();
        }
    }
}
