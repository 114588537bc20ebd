//! Pictures off screen.

use futures_channel::oneshot;
use viewer_core::{Error, ErrorKind, Result};

/// The format of off-screen pictures.
pub(crate) const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// An off-screen target and the buffer that it is read through. Dropping it frees both.
#[derive(Debug)]
pub(crate) struct Target {
    canvas: [u32; 2],
    texture: wgpu::Texture,
    buffer: wgpu::Buffer,
    /// Bytes from line to line in the buffer, as wgpu wants them.
    stride: u32,
}

impl Drop for Target {
    fn drop(&mut self) {
        self.texture.destroy();
        self.buffer.destroy();
    }
}

impl Target {
    pub(crate) fn new(device: &wgpu::Device, canvas: [u32; 2]) -> Self {
        let [width, height] = canvas;
        let stride = (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        Self {
            canvas,
            texture: device.create_texture(&wgpu::TextureDescriptor {
                label: Some("picture"),
                size: extent(canvas),
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: FORMAT,
                usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
                view_formats: &[],
            }),
            buffer: device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("picture"),
                size: u64::from(stride) * u64::from(height),
                usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
                mapped_at_creation: false,
            }),
            stride,
        }
    }

    pub(crate) fn view(&self) -> wgpu::TextureView {
        self.texture.create_view(&wgpu::TextureViewDescriptor::default())
    }

    pub(crate) fn copy(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.copy_texture_to_buffer(
            self.texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &self.buffer,
                layout: wgpu::TexelCopyBufferLayout {
                    offset: 0,
                    bytes_per_row: Some(self.stride),
                    rows_per_image: None,
                },
            },
            extent(self.canvas),
        );
    }

    /// The picture, once the submitted copy has been done.
    pub(crate) async fn read(&self, device: &wgpu::Device) -> Result<Vec<u8>> {
        let (tell, told) = oneshot::channel();
        self.buffer
            .slice(..)
            .map_async(wgpu::MapMode::Read, move |outcome| {
                // Nobody listens any more when the caller dropped the future.
                drop(tell.send(outcome));
            });
        // WebGPU maps by itself; elsewhere this waits for the device (at most for one picture).
        drop(device.poll(wgpu::PollType::wait_indefinitely()));
        let lost = || {
            Error::new(
                ErrorKind::DeviceLost,
                "the picture could not be read back from the graphics device",
            )
        };
        told.await
            .ok()
            .and_then(|outcome| outcome.ok())
            .ok_or_else(lost)?;
        let mapped = self
            .buffer
            .slice(..)
            .get_mapped_range()
            .map_err(|_refusal| lost())?;
        let line = self.canvas[0] as usize * 4;
        let mut picture = Vec::with_capacity(line * self.canvas[1] as usize);
        for padded in mapped.chunks(self.stride as usize) {
            picture.extend_from_slice(&padded[..line]);
        }
        Ok(picture)
    }
}

const fn extent(canvas: [u32; 2]) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width: canvas[0],
        height: canvas[1],
        depth_or_array_layers: 1,
    }
}
