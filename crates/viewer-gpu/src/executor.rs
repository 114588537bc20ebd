//! One device and what is drawn with it.

use std::cell::OnceCell;

use viewer_core::{
    Error, ErrorKind, Frame, FrameSpec, PixelFormat, Result,
    plan::{Shading, SlicePlan},
    reslice::ReslicePlan,
    volume::VolumeSpec,
};
use viewer_shaders::{Shader, Slice, Variant, warm_up_plan};

use crate::{
    caps::{self, Caps, Trouble},
    pipeline::Pipelines,
    plane::Planes,
    ray::Rays,
    readback,
    table::LastTable,
    texture::{FrameTexture, row_bytes, rows_per_band},
    volume::VolumeTexture,
};

/// Executes plans on one device.
#[derive(Debug)]
pub struct Executor {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    caps: Caps,
    pipelines: Pipelines,
    planes: OnceCell<Planes>,
    pub(crate) rays: OnceCell<Rays>,
    last_table: LastTable,
}

impl Drop for Executor {
    fn drop(&mut self) {
        // Without this a browser keeps the device until its garbage collector runs.
        self.device.destroy();
    }
}

impl Executor {
    /// Opens the adapter's device. `tell` hears of a lost device and of refused commands.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`] when the adapter gives no device.
    pub async fn new(
        adapter: &wgpu::Adapter,
        tell: impl Fn(Trouble) + Clone + Send + Sync + 'static,
    ) -> Result<Self> {
        let (device, queue, caps) = caps::open(adapter).await?;
        caps::watch(&device, tell);
        let pipelines = Pipelines::new(&device);
        Ok(Self {
            device,
            queue,
            caps,
            pipelines,
            planes: OnceCell::new(),
            rays: OnceCell::new(),
            last_table: LastTable::default(),
        })
    }

    /// Makes the pipeline for frames of `pixel_format` into targets of `format`, and draws one pixel with it, so that
    /// the first picture finds it ready: drivers put off much of their work to the first use.
    ///
    /// # Errors
    /// As [`Executor::draw`].
    pub fn warm_up(&self, pixel_format: PixelFormat, format: wgpu::TextureFormat) -> Result<()> {
        let (spec, plan) = warm_up_plan(pixel_format)?;
        let target = self.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("warm-up"),
            size: wgpu::Extent3d::default(),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            view_formats: &[],
        });
        let view = target.create_view(&wgpu::TextureViewDescriptor::default());
        self.draw(&plan, &self.allocate(spec)?, &view, format)?;
        target.destroy();
        Ok(())
    }

    /// What the device can do.
    pub const fn caps(&self) -> &Caps {
        &self.caps
    }

    /// Memory for a frame like `spec`; its pixels follow by [`Executor::write_rows`].
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when a side is longer than [`Caps::max_side`].
    pub fn allocate(&self, spec: FrameSpec) -> Result<FrameTexture> {
        FrameTexture::new(&self.device, self.caps.max_side, spec, |shader, view| {
            self.pipelines.bind(&self.device, shader, view, None)
        })
    }

    /// Uploads whole rows (little-endian, as in a [`Frame`]) from `first_row` on, at best [`rows_per_band`] at a time.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when `pixels` is not whole rows inside the frame.
    pub fn write_rows(&self, frame: &FrameTexture, first_row: u32, pixels: &[u8]) -> Result<()> {
        frame.write_rows(&self.queue, first_row, pixels)?;
        // Hands the staging memory over; otherwise it would pile up until the next picture.
        self.queue.submit([]);
        Ok(())
    }

    /// Uploads what lies over each pixel of a frame (see [`viewer_core::mask`]), row after row.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when it does not have the frame's size.
    pub fn write_mask(&self, frame: &mut FrameTexture, bits: &[u8]) -> Result<()> {
        frame.write_mask(&self.device, &self.queue, bits, |view| {
            self.pipelines.bind(&self.device, Shader::Mask, view, None)
        })?;
        self.queue.submit([]);
        Ok(())
    }

    /// Uploads a whole frame, band by band.
    ///
    /// # Errors
    /// As [`Executor::allocate`].
    pub fn upload(&self, frame: &Frame) -> Result<FrameTexture> {
        let spec = frame.spec();
        let mut texture = self.allocate(spec.clone())?;
        let rows = rows_per_band(spec);
        let bands = frame.pixels().chunks(row_bytes(spec) * rows as usize);
        for (first_row, band) in (0..).step_by(rows as usize).zip(bands) {
            self.write_rows(&texture, first_row, band)?;
        }
        if spec.mask.is_some() {
            self.write_mask(&mut texture, frame.mask())?;
        }
        Ok(texture)
    }

    /// Draws `frame` by `plan` into `target`, which has the plan's canvas size and the non-sRGB `format`.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the plan was made for a frame of another size or format.
    pub fn draw(
        &self,
        plan: &SlicePlan,
        frame: &FrameTexture,
        target: &wgpu::TextureView,
        format: wgpu::TextureFormat,
    ) -> Result<()> {
        let mut encoder = self
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.encode(plan, frame, target, format, &mut encoder)?;
        self.queue.submit([encoder.finish()]);
        Ok(())
    }

    /// The picture of `frame` by `plan`, drawn off screen and read back: RGBA, 8 bits, `[height, width, 4]`.
    ///
    /// # Errors
    /// As [`Executor::draw`]; [`ErrorKind::Limit`] when the canvas is larger than [`Caps::max_side`];
    /// [`ErrorKind::DeviceLost`] when the picture cannot be read back.
    pub async fn render_to_pixels(&self, plan: &SlicePlan, frame: &FrameTexture) -> Result<Vec<u8>> {
        self.check_canvas(plan.canvas)?;
        let target = readback::Target::new(&self.device, plan.canvas);
        let mut encoder = self
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.encode(plan, frame, &target.view(), readback::FORMAT, &mut encoder)?;
        target.copy(&mut encoder);
        self.queue.submit([encoder.finish()]);
        target.read(&self.device).await
    }

    /// Memory for a volume like `spec`; its slices follow by [`Executor::write_slice`].
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when a side is longer than [`Caps::max_volume_side`], or the rows of the slices of a layer are
    /// together more than [`Caps::max_side`]; [`ErrorKind::Malformed`] when the
    /// description contradicts itself.
    pub fn allocate_volume(&self, spec: VolumeSpec) -> Result<VolumeTexture> {
        VolumeTexture::new(&self.device, &self.caps, spec)
    }

    /// Uploads a slice: `[rows, columns]`, little-endian. A slice may be written again.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when there is no such slice or `pixels` is not a whole one.
    pub fn write_slice(&self, volume: &VolumeTexture, slice: u32, pixels: &[u8]) -> Result<()> {
        volume.write_slice(&self.queue, slice, pixels)?;
        self.queue.submit([]);
        Ok(())
    }

    /// Draws a plane or slab of `volume` by `plan` into `target`, as [`Executor::draw`] draws a frame.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the plan was made for another volume.
    pub fn draw_plane(
        &self,
        plan: &ReslicePlan,
        volume: &VolumeTexture,
        target: &wgpu::TextureView,
        format: wgpu::TextureFormat,
    ) -> Result<()> {
        let mut encoder = self
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.encode_plane(plan, volume, target, format, &mut encoder)?;
        self.queue.submit([encoder.finish()]);
        Ok(())
    }

    /// The picture of a plane or slab, drawn off screen and read back, as [`Executor::render_to_pixels`].
    ///
    /// # Errors
    /// As [`Executor::draw_plane`] and [`Executor::render_to_pixels`].
    pub async fn plane_to_pixels(&self, plan: &ReslicePlan, volume: &VolumeTexture) -> Result<Vec<u8>> {
        self.check_canvas(plan.canvas)?;
        let target = readback::Target::new(&self.device, plan.canvas);
        let mut encoder = self
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.encode_plane(plan, volume, &target.view(), readback::FORMAT, &mut encoder)?;
        target.copy(&mut encoder);
        self.queue.submit([encoder.finish()]);
        target.read(&self.device).await
    }

    fn encode_plane(
        &self,
        plan: &ReslicePlan,
        volume: &VolumeTexture,
        target: &wgpu::TextureView,
        format: wgpu::TextureFormat,
        encoder: &mut wgpu::CommandEncoder,
    ) -> Result<()> {
        let Self { device, queue, .. } = self;
        let planes = self.planes.get_or_init(|| Planes::new(device));
        let mut pass = begun(encoder, target);
        planes.draw(device, queue, plan, volume, &self.last_table, format, &mut pass)
    }

    /// # Errors
    /// [`ErrorKind::Limit`] when a canvas of `[width, height]` pixels is empty or larger than the device's textures.
    pub(crate) fn check_canvas(&self, canvas: [u32; 2]) -> Result<()> {
        let max_side = self.caps.max_side;
        if canvas.iter().all(|side| (1..=max_side).contains(side)) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Limit,
            format!(
                "a canvas of {} x {}: this graphics device draws 1 to {max_side} a side",
                canvas[0], canvas[1]
            ),
        ))
    }

    fn encode(
        &self,
        plan: &SlicePlan,
        frame: &FrameTexture,
        target: &wgpu::TextureView,
        format: wgpu::TextureFormat,
        encoder: &mut wgpu::CommandEncoder,
    ) -> Result<()> {
        let spec = frame.spec();
        if plan.size != [spec.columns, spec.rows] || plan.format != spec.format {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the plan was made for another frame",
            ));
        }
        self.queue
            .write_buffer(self.pipelines.uniform(), 0, bytemuck::bytes_of(&Slice::new(plan)));
        let mut pass = begun(encoder, target);
        let variant = Variant::of(plan);
        pass.set_pipeline(&self.pipelines.get(&self.device, variant, format));
        if let Shading::Table(table) = &plan.shading {
            let table = self.last_table.view(&self.device, &self.queue, table);
            let bound = self
                .pipelines
                .bind(&self.device, variant.shader, &frame.view(), Some(&table));
            pass.set_bind_group(0, &bound, &[]);
        } else {
            pass.set_bind_group(0, &frame.bind_group, &[]);
        }
        pass.draw(0..3, 0..1);
        if let Some(mask) = frame.mask.as_ref().filter(|_| plan.mask.is_some()) {
            pass.set_pipeline(&self.pipelines.get(&self.device, Variant::MASK, format));
            pass.set_bind_group(0, &mask.bind_group, &[]);
            pass.draw(0..3, 0..1);
        }
        Ok(())
    }
}

/// A pass over a black target.
pub(crate) fn begun<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    target: &wgpu::TextureView,
) -> wgpu::RenderPass<'a> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        // A label would be one string more for the browser with each picture.
        label: None,
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: target,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
        })],
        ..Default::default()
    })
}
