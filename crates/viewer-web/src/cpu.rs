//! The backend of every browser with wasm SIMD: `viewer_core::cpu` and a 2-D canvas.

use std::{cell::RefCell, ops::Range};

use js_sys::Uint8Array;
use viewer_core::{
    Error, ErrorKind, Field, Frame, FrameSpec, PixelFormat, Result,
    cpu::{self, raycast::Scene},
    mask::Mask,
    plan::SlicePlan,
    raycast::{Bricks, Looks, Occupancy, Quality, RayPlan, VoxelMask},
    reslice::ReslicePlan,
    space::{MAX_CANVAS_AREA, MAX_CANVAS_SIDE, MAX_IMAGE_SIDE},
    volume::{Volume, VolumeSpec},
};
use wasm_bindgen::Clamped;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use crate::{canvas2d, listeners::Ticket};

/// A frame in wasm memory.
pub(crate) type StoredFrame = Frame;

/// A volume in wasm memory, and what rays skip.
#[derive(Debug)]
pub(crate) struct StoredVolume {
    spec: VolumeSpec,
    volume: RefCell<Volume>,
    bricks: RefCell<Bricks>,
    looks: RefCell<Looks<Occupancy>>,
}

/// Voxels that are left out, in wasm memory.
pub(crate) type StoredMask = VoxelMask;

impl StoredVolume {
    /// The description that it was made for.
    pub(crate) const fn spec(&self) -> &VolumeSpec {
        &self.spec
    }

    /// Which slices have arrived.
    pub(crate) fn present(&self) -> Vec<bool> {
        self.volume.borrow().present().to_vec()
    }
}

/// The picture of rays in wasm memory: `[width, height]` in rays, and RGBA.
#[derive(Debug)]
pub(crate) struct StoredRays {
    grid: [u32; 2],
    pixels: RefCell<Vec<u8>>,
}

/// A canvas that is drawn to.
#[derive(Debug)]
pub(crate) struct Surface {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Surface {
    fn new(canvas: HtmlCanvasElement) -> Result<Self> {
        let context = canvas2d::open(&canvas)?;
        Ok(Self { canvas, context })
    }

    pub(crate) fn size(&self) -> [u32; 2] {
        [self.canvas.width(), self.canvas.height()]
    }
}

/// The picture on its way to a canvas.
#[derive(Debug, Default)]
pub(crate) struct Backend {
    picture: RefCell<Vec<u8>>,
}

impl Backend {
    pub(crate) const NAME: &'static str = "cpu";
    pub(crate) const STILL: Quality = Quality::STILL_ON_CPU;
    pub(crate) const MOVING: Quality = Quality::MOVING_ON_CPU;

    #[expect(clippy::unused_async, reason = "the other backends wait for a device")]
    pub(crate) async fn create(canvas: HtmlCanvasElement, _ticket: &Ticket) -> Result<(Self, Surface)> {
        Ok((Self::default(), Surface::new(canvas)?))
    }

    #[expect(clippy::unused_self, reason = "the other backends share their device")]
    pub(crate) fn add_surface(&self, canvas: HtmlCanvasElement) -> Result<Surface> {
        Surface::new(canvas)
    }

    #[expect(clippy::unused_self, reason = "the other backends ask their device")]
    pub(crate) fn adapter(&self) -> String {
        String::new()
    }

    #[expect(clippy::unused_self, reason = "the other backends ask their device")]
    pub(crate) const fn max_side(&self) -> u32 {
        MAX_IMAGE_SIDE
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the other backends have pipelines"
    )]
    pub(crate) const fn warm_up(&self, _surface: &Surface, _format: PixelFormat) -> Result<()> {
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "the other backends upload to their device")]
    pub(crate) fn upload(
        &self,
        spec: FrameSpec,
        field: Field,
        pixels: &Uint8Array,
        mask: Option<&Uint8Array>,
    ) -> Result<StoredFrame> {
        let bytes = pixels.length() as usize;
        let mut copy = Vec::new();
        copy.try_reserve_exact(bytes)
            .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory for the frame"))?;
        copy.resize(bytes, 0);
        pixels.copy_to(&mut copy);
        field.cut(&mut copy, spec.format.bytes_per_pixel(), spec.format.is_signed());
        let mask = spec.mask.zip(mask).map(|(shutter_level, bits)| Mask {
            shutter_level,
            bits: bits.to_vec(),
        });
        Frame::new(spec, copy)?.with_mask(mask)
    }

    #[expect(
        clippy::unused_self,
        clippy::needless_pass_by_ref_mut,
        reason = "as the other backends"
    )]
    pub(crate) fn resize(&self, surface: &mut Surface, size: [u32; 2]) -> Result<()> {
        let [width, height] = size;
        let area = u64::from(width) * u64::from(height);
        if area == 0 || area > MAX_CANVAS_AREA || width.max(height) > MAX_CANVAS_SIDE {
            return Err(Error::new(ErrorKind::Limit, "the canvas is empty or too large"));
        }
        if size != surface.size() {
            surface.canvas.set_width(width);
            surface.canvas.set_height(height);
        }
        Ok(())
    }

    pub(crate) fn render(&self, surface: &Surface, plan: &SlicePlan, frame: &StoredFrame) -> Result<()> {
        let mut picture = self.picture.borrow_mut();
        cpu::render_into(plan, frame, &mut picture)?;
        put(surface, &picture, plan.canvas)
    }

    #[expect(clippy::unused_async, reason = "the other backends wait for their device")]
    pub(crate) async fn render_pixels(&self, plan: &SlicePlan, frame: &StoredFrame) -> Result<Vec<u8>> {
        cpu::render(plan, frame)
    }
    #[expect(clippy::unused_self, reason = "the other backends ask their device")]
    pub(crate) const fn max_volume_side(&self) -> u32 {
        MAX_IMAGE_SIDE
    }

    #[expect(clippy::unused_self, reason = "the other backends upload to their device")]
    pub(crate) fn create_volume(&self, spec: VolumeSpec) -> Result<StoredVolume> {
        Ok(StoredVolume {
            spec: spec.clone(),
            bricks: RefCell::new(Bricks::new(&spec)?),
            looks: RefCell::default(),
            volume: RefCell::new(Volume::new(spec)?),
        })
    }

    #[expect(clippy::unused_self, reason = "the other backends upload to their device")]
    pub(crate) fn write_slice(
        &self,
        stored: &StoredVolume,
        slice: u32,
        field: Field,
        pixels: &Uint8Array,
    ) -> Result<()> {
        let format = stored.spec.format;
        let mut copy = pixels.to_vec();
        field.cut(&mut copy, format.bytes_per_pixel(), format.is_signed());
        stored.bricks.borrow_mut().write_slice(slice, &copy)?;
        stored.volume.borrow_mut().write_slice(slice, &copy)
    }

    pub(crate) fn render_plane(
        &self,
        surface: &Surface,
        plan: &ReslicePlan,
        volume: &StoredVolume,
    ) -> Result<()> {
        let mut picture = self.picture.borrow_mut();
        cpu::render_plane_into(plan, &volume.volume.borrow(), &mut picture)?;
        put(surface, &picture, plan.canvas)
    }

    #[expect(clippy::unused_async, reason = "the other backends wait for their device")]
    pub(crate) async fn plane_pixels(&self, plan: &ReslicePlan, volume: &StoredVolume) -> Result<Vec<u8>> {
        cpu::render_plane(plan, &volume.volume.borrow())
    }

    #[expect(clippy::unused_self, reason = "the other backends ask their device")]
    pub(crate) fn begin_rays(&self, plan: &RayPlan) -> Result<StoredRays> {
        let bytes = plan.grid.iter().map(|side| *side as usize).product::<usize>() * 4;
        let mut pixels = Vec::new();
        pixels
            .try_reserve_exact(bytes)
            .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory for the picture"))?;
        pixels.resize(bytes, 0);
        Ok(StoredRays {
            grid: plan.grid,
            pixels: RefCell::new(pixels),
        })
    }

    #[expect(clippy::unused_async, reason = "the other backends have pipelines")]
    pub(crate) async fn prepare_rays(
        &self,
        _plan: &RayPlan,
        _volume: &StoredVolume,
        _mask: Option<&StoredMask>,
        _target: &StoredRays,
    ) -> Result<()> {
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "the other backends have pipelines")]
    pub(crate) fn draw_rays(
        &self,
        plan: &RayPlan,
        volume: &StoredVolume,
        mask: Option<&StoredMask>,
        target: &StoredRays,
        lines: Range<u32>,
    ) -> Result<()> {
        let bricks = volume.bricks.borrow();
        let mut looks = volume.looks.borrow_mut();
        let occupancy = looks.get(plan, &bricks, |made| Ok(made.clone()))?;
        let scene = Scene {
            volume: &volume.volume.borrow(),
            occupancy,
            mask,
        };
        let line = target.grid[0] as usize * 4;
        let place = lines.start as usize * line..lines.end as usize * line;
        let mut pixels = target.pixels.borrow_mut();
        let lines_drawn = pixels.get_mut(place).unwrap_or_default();
        cpu::raycast::render_lines(plan, scene, lines.start, lines_drawn)
    }

    #[expect(clippy::unused_async, reason = "the other backends wait for their device")]
    pub(crate) async fn finished(&self) {}

    pub(crate) fn show_rays(&self, surface: &Surface, target: &StoredRays) -> Result<()> {
        let mut picture = self.picture.borrow_mut();
        let canvas = surface.size();
        cpu::raycast::show_into(target.grid, &target.pixels.borrow(), canvas, &mut picture)?;
        put(surface, &picture, canvas)
    }

    #[expect(clippy::unused_async, reason = "the other backends wait for their device")]
    pub(crate) async fn ray_pixels(&self, target: &StoredRays, canvas: [u32; 2]) -> Result<Vec<u8>> {
        let mut picture = Vec::new();
        cpu::raycast::show_into(target.grid, &target.pixels.borrow(), canvas, &mut picture)?;
        Ok(picture)
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the other backends upload to their device"
    )]
    pub(crate) const fn upload_mask(&self, mask: VoxelMask) -> Result<StoredMask> {
        Ok(mask)
    }
}

fn put(surface: &Surface, picture: &[u8], [width, height]: [u32; 2]) -> Result<()> {
    ImageData::new_with_u8_clamped_array_and_sh(Clamped(picture), width, height)
        .and_then(|image| surface.context.put_image_data(&image, 0.0, 0.0))
        .map_err(|_thrown| Error::new(ErrorKind::Limit, "the browser refused the picture"))
}
