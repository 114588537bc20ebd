//! The backend of WebGPU.

use std::ops::Range;

use js_sys::Uint8Array;
use viewer_core::{
    Error, ErrorKind, Field, FrameSpec, PixelFormat, Result,
    plan::SlicePlan,
    raycast::{Quality, RayPlan, VoxelMask},
    reslice::ReslicePlan,
    volume::VolumeSpec,
};
use viewer_gpu::{
    CanvasSurface, Executor, FrameTexture, MaskTexture, RayTarget, Trouble, VolumeTexture, rows_per_band,
    wgpu,
};
use web_sys::HtmlCanvasElement;

use crate::listeners::{self, Ticket};

/// A frame on the device.
pub(crate) type StoredFrame = FrameTexture;

/// A volume on the device.
pub(crate) type StoredVolume = VolumeTexture;

/// Voxels that are left out, on the device.
pub(crate) type StoredMask = MaskTexture;

/// The picture of rays on the device.
pub(crate) type StoredRays = RayTarget;

/// A canvas that is drawn to.
pub(crate) type Surface = CanvasSurface;

/// A device, and what further canvases need of where it comes from.
#[derive(Debug)]
pub(crate) struct Backend {
    executor: Executor,
    adapter: wgpu::Adapter,
    instance: wgpu::Instance,
}

impl Backend {
    pub(crate) const NAME: &'static str = "webgpu";
    pub(crate) const STILL: Quality = Quality::STILL;
    pub(crate) const MOVING: Quality = Quality::MOVING;

    /// The adapter comes first: where there is none, the canvas stays free for another backend.
    pub(crate) async fn create(canvas: HtmlCanvasElement, ticket: &Ticket) -> Result<(Self, Surface)> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
            backends: wgpu::Backends::BROWSER_WEBGPU,
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        });
        let adapter = instance
            .request_adapter(&wgpu::RequestAdapterOptions::default())
            .await
            .map_err(|_none| Error::new(ErrorKind::DeviceLost, "this browser has no WebGPU adapter"))?;
        let backend = Self {
            executor: Executor::new(&adapter, listener(ticket)).await?,
            adapter,
            instance,
        };
        let surface = backend.add_surface(canvas)?;
        Ok((backend, surface))
    }

    pub(crate) fn add_surface(&self, canvas: HtmlCanvasElement) -> Result<Surface> {
        let size = size_of(&canvas);
        let surface = surface_of(&self.instance, canvas)?;
        CanvasSurface::new(surface, &self.adapter, &self.executor, size)
    }

    pub(crate) fn adapter(&self) -> String {
        self.executor.caps().adapter.clone()
    }

    pub(crate) const fn max_side(&self) -> u32 {
        self.executor.caps().max_side
    }

    pub(crate) fn warm_up(&self, surface: &Surface, format: PixelFormat) -> Result<()> {
        surface.warm_up(&self.executor, format)
    }

    /// Band by band through one staging buffer, so that wasm memory does not grow with the frame.
    pub(crate) fn upload(
        &self,
        spec: FrameSpec,
        field: Field,
        pixels: &Uint8Array,
        mask: Option<&Uint8Array>,
    ) -> Result<StoredFrame> {
        let row_bytes = u32::try_from(u64::from(spec.columns) * spec.format.bytes_per_pixel() as u64).ok();
        let fitting = row_bytes.filter(|bytes| bytes.checked_mul(spec.rows) == Some(pixels.length()));
        let Some(row_bytes) = fitting else {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the pixels do not have the frame's size",
            ));
        };
        let format = spec.format;
        let band_rows = rows_per_band(&spec);
        let mut frame = self.executor.allocate(spec)?;
        if let Some(mask) = mask {
            self.executor.write_mask(&mut frame, &mask.to_vec())?;
        }
        let mut staging = vec![0; row_bytes as usize * band_rows as usize];
        let rows = frame.spec().rows;
        for first_row in (0..rows).step_by(band_rows as usize) {
            let last_row = first_row.saturating_add(band_rows).min(rows);
            let band = pixels.subarray(first_row * row_bytes, last_row * row_bytes);
            let staged = &mut staging[..band.length() as usize];
            band.copy_to(staged);
            field.cut(staged, format.bytes_per_pixel(), format.is_signed());
            self.executor.write_rows(&frame, first_row, staged)?;
        }
        Ok(frame)
    }

    pub(crate) fn resize(&self, surface: &mut Surface, size: [u32; 2]) -> Result<()> {
        surface.resize(&self.executor, size)
    }

    pub(crate) fn render(&self, surface: &Surface, plan: &SlicePlan, frame: &StoredFrame) -> Result<()> {
        surface.present(&self.executor, |target, format| {
            self.executor.draw(plan, frame, target, format)
        })
    }

    pub(crate) async fn render_pixels(&self, plan: &SlicePlan, frame: &StoredFrame) -> Result<Vec<u8>> {
        self.executor.render_to_pixels(plan, frame).await
    }

    pub(crate) const fn max_volume_side(&self) -> u32 {
        self.executor.caps().max_volume_side
    }

    pub(crate) fn create_volume(&self, spec: VolumeSpec) -> Result<StoredVolume> {
        self.executor.allocate_volume(spec)
    }

    pub(crate) fn write_slice(
        &self,
        volume: &StoredVolume,
        slice: u32,
        field: Field,
        pixels: &Uint8Array,
    ) -> Result<()> {
        let format = volume.spec().format;
        let mut staged = pixels.to_vec();
        field.cut(&mut staged, format.bytes_per_pixel(), format.is_signed());
        self.executor.write_slice(volume, slice, &staged)
    }

    pub(crate) fn render_plane(
        &self,
        surface: &Surface,
        plan: &ReslicePlan,
        volume: &StoredVolume,
    ) -> Result<()> {
        surface.present(&self.executor, |target, format| {
            self.executor.draw_plane(plan, volume, target, format)
        })
    }

    pub(crate) async fn plane_pixels(&self, plan: &ReslicePlan, volume: &StoredVolume) -> Result<Vec<u8>> {
        self.executor.plane_to_pixels(plan, volume).await
    }

    pub(crate) fn begin_rays(&self, plan: &RayPlan) -> Result<StoredRays> {
        self.executor.ray_target(plan)
    }

    pub(crate) async fn prepare_rays(
        &self,
        plan: &RayPlan,
        volume: &StoredVolume,
        mask: Option<&StoredMask>,
        target: &StoredRays,
    ) -> Result<()> {
        self.executor.prepare_rays(plan, volume, mask, target).await
    }

    pub(crate) fn draw_rays(
        &self,
        plan: &RayPlan,
        volume: &StoredVolume,
        mask: Option<&StoredMask>,
        target: &StoredRays,
        lines: Range<u32>,
    ) -> Result<()> {
        self.executor.draw_rays(plan, volume, mask, target, lines)
    }

    pub(crate) async fn finished(&self) {
        self.executor.finished().await;
    }

    pub(crate) fn show_rays(&self, surface: &Surface, target: &StoredRays) -> Result<()> {
        surface.present(&self.executor, |view, format| {
            self.executor.show_rays(target, surface.size(), view, format);
            Ok(())
        })
    }

    pub(crate) async fn ray_pixels(&self, target: &StoredRays, canvas: [u32; 2]) -> Result<Vec<u8>> {
        self.executor.show_rays_to_pixels(target, canvas).await
    }

    #[expect(
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        reason = "the CPU keeps it, and WebGL2 may have no memory for it"
    )]
    pub(crate) fn upload_mask(&self, mask: VoxelMask) -> Result<StoredMask> {
        Ok(self.executor.upload_mask(&mask))
    }
}

fn size_of(canvas: &HtmlCanvasElement) -> [u32; 2] {
    [canvas.width().max(1), canvas.height().max(1)]
}

fn surface_of(instance: &wgpu::Instance, canvas: HtmlCanvasElement) -> Result<wgpu::Surface<'static>> {
    instance
        .create_surface(wgpu::SurfaceTarget::Canvas(canvas))
        .map_err(|_refusal| Error::new(ErrorKind::DeviceLost, "the canvas gives no graphics context"))
}

/// Passes a device's trouble on to the page.
fn listener(ticket: &Ticket) -> impl Fn(Trouble) + Clone + Send + Sync + 'static {
    let number = ticket.number();
    move |trouble| match trouble {
        Trouble::Lost(reason) => listeners::tell(number, &reason),
        Trouble::OutOfMemory => listeners::tell(number, "the graphics device is out of memory"),
        Trouble::Refused(description) => web_sys::console::error_1(&description.into()),
    }
}
