//! Frames on the GPU: one integer texture each, uploaded once.

use viewer_core::{Error, ErrorKind, FrameSpec, PixelFormat, Result};

use viewer_shaders::Shader;

/// Bytes of one upload at most (but at least one row), so that neither wasm memory nor a staging buffer grows with
/// the frame.
pub const BAND_BYTES: usize = 4 << 20;

/// Rows of one upload of a frame like `spec`.
pub fn rows_per_band(spec: &FrameSpec) -> u32 {
    let rows = BAND_BYTES / row_bytes(spec).max(1);
    u32::try_from(rows).unwrap_or(u32::MAX).clamp(1, spec.rows.max(1))
}

/// Bytes of one row.
pub(crate) fn row_bytes(spec: &FrameSpec) -> usize {
    spec.columns as usize * spec.format.bytes_per_pixel()
}

/// A frame's texture, bound for the shader that draws it. Dropping it frees the memory.
#[derive(Debug)]
pub struct FrameTexture {
    spec: FrameSpec,
    texture: wgpu::Texture,
    pub(crate) bind_group: wgpu::BindGroup,
    pub(crate) mask: Option<MaskTexture>,
}

/// What lies over a frame.
#[derive(Debug)]
pub(crate) struct MaskTexture {
    texture: wgpu::Texture,
    pub(crate) bind_group: wgpu::BindGroup,
}

impl Drop for MaskTexture {
    fn drop(&mut self) {
        self.texture.destroy();
    }
}

impl Drop for FrameTexture {
    fn drop(&mut self) {
        // Without this a browser keeps the memory until its garbage collector runs.
        self.texture.destroy();
    }
}

impl FrameTexture {
    /// The description that it was made for.
    pub const fn spec(&self) -> &FrameSpec {
        &self.spec
    }

    /// The pixels, to be bound.
    pub(crate) fn view(&self) -> wgpu::TextureView {
        self.texture.create_view(&wgpu::TextureViewDescriptor::default())
    }

    pub(crate) fn new(
        device: &wgpu::Device,
        max_side: u32,
        spec: FrameSpec,
        bind: impl FnOnce(Shader, &wgpu::TextureView) -> wgpu::BindGroup,
    ) -> Result<Self> {
        if !(1..=max_side).contains(&spec.rows) || !(1..=max_side).contains(&spec.columns) {
            return Err(Error::new(
                ErrorKind::Limit,
                format!(
                    "a frame of {} columns and {} rows: this graphics device holds 1 to {max_side} a side",
                    spec.columns, spec.rows
                ),
            ));
        }
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("frame"),
            size: extent(&spec, spec.rows),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: texture_format(spec.format),
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let bind_group = bind(
            Shader::of(spec.format),
            &texture.create_view(&wgpu::TextureViewDescriptor::default()),
        );
        Ok(Self {
            spec,
            texture,
            bind_group,
            mask: None,
        })
    }

    pub(crate) fn write_mask(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        bits: &[u8],
        bind: impl FnOnce(&wgpu::TextureView) -> wgpu::BindGroup,
    ) -> Result<()> {
        let FrameSpec { rows, columns, .. } = self.spec;
        if bits.len() as u64 != u64::from(rows) * u64::from(columns) {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the mask does not have the frame's size",
            ));
        }
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("mask"),
            size: extent(&self.spec, rows),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::R8Uint,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        queue.write_texture(
            texture.as_image_copy(),
            bits,
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(columns),
                rows_per_image: None,
            },
            extent(&self.spec, rows),
        );
        let bind_group = bind(&texture.create_view(&wgpu::TextureViewDescriptor::default()));
        self.mask = Some(MaskTexture { texture, bind_group });
        Ok(())
    }

    pub(crate) fn write_rows(&self, queue: &wgpu::Queue, first_row: u32, pixels: &[u8]) -> Result<()> {
        let row_bytes = row_bytes(&self.spec);
        let rows = u32::try_from(pixels.len() / row_bytes).unwrap_or(u32::MAX);
        let last = first_row.checked_add(rows);
        if !pixels.len().is_multiple_of(row_bytes) || last.is_none_or(|last| last > self.spec.rows) {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the band is not whole rows inside the frame",
            ));
        }
        queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                origin: wgpu::Origin3d {
                    x: 0,
                    y: first_row,
                    z: 0,
                },
                ..self.texture.as_image_copy()
            },
            pixels,
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: u32::try_from(row_bytes).ok(),
                rows_per_image: None,
            },
            extent(&self.spec, rows),
        );
        Ok(())
    }
}

const fn extent(spec: &FrameSpec, rows: u32) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width: spec.columns,
        height: rows,
        depth_or_array_layers: 1,
    }
}

pub(crate) const fn texture_format(format: PixelFormat) -> wgpu::TextureFormat {
    match format {
        PixelFormat::R8Uint => wgpu::TextureFormat::R8Uint,
        PixelFormat::R8Sint => wgpu::TextureFormat::R8Sint,
        PixelFormat::R16Uint => wgpu::TextureFormat::R16Uint,
        PixelFormat::R16Sint => wgpu::TextureFormat::R16Sint,
        PixelFormat::R32Uint => wgpu::TextureFormat::R32Uint,
        PixelFormat::R32Sint => wgpu::TextureFormat::R32Sint,
        PixelFormat::Rgba8Uint => wgpu::TextureFormat::Rgba8Uint,
        PixelFormat::Rgba16Uint => wgpu::TextureFormat::Rgba16Uint,
    }
}
