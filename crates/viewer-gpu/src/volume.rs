//! Volumes on the GPU: one integer texture each, whose slices are uploaded as they arrive. They lie in layers, not in a 3-D
//! texture: of layers alone, four voxels can be had in one gather.

use std::cell::RefCell;

use viewer_core::{
    Error, ErrorKind, PixelFormat, Result,
    raycast::{Bricks, Looks},
    volume::VolumeSpec,
};

use viewer_shaders::layer_bits;

use crate::{caps::Caps, ray::Look, texture::texture_format};

/// A volume's texture. Dropping it frees the memory.
#[derive(Debug)]
pub struct VolumeTexture {
    spec: VolumeSpec,
    present: RefCell<Vec<bool>>,
    texture: wgpu::Texture,
    /// For rays.
    pub(crate) bricks: RefCell<Bricks>,
    pub(crate) looks: RefCell<Looks<Look>>,
}

impl Drop for VolumeTexture {
    fn drop(&mut self) {
        // Without this a browser keeps the memory until its garbage collector runs.
        self.texture.destroy();
    }
}

impl VolumeTexture {
    /// The description that it was made for.
    pub const fn spec(&self) -> &VolumeSpec {
        &self.spec
    }

    /// Which slices have arrived.
    pub fn present(&self) -> Vec<bool> {
        self.present.borrow().clone()
    }

    /// The voxels, to be bound.
    pub(crate) fn view(&self) -> wgpu::TextureView {
        self.texture.create_view(&wgpu::TextureViewDescriptor {
            // That of one layer would be none of layers.
            dimension: Some(wgpu::TextureViewDimension::D2Array),
            ..Default::default()
        })
    }

    pub(crate) fn new(device: &wgpu::Device, caps: &Caps, spec: VolumeSpec) -> Result<Self> {
        check(&spec, caps)?;
        let [slices, rows, columns] = spec.size;
        let bits = layer_bits(slices);
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("volume"),
            size: extent([slices.div_ceil(1 << bits), rows << bits, columns]),
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: texture_format(spec.format),
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        Ok(Self {
            present: RefCell::new(spec.slices.iter().map(|_| false).collect()),
            bricks: RefCell::new(Bricks::new(&spec)?),
            looks: RefCell::default(),
            spec,
            texture,
        })
    }

    pub(crate) fn write_slice(&self, queue: &wgpu::Queue, slice: u32, pixels: &[u8]) -> Result<()> {
        let [_, rows, columns] = self.spec.size;
        let row_bytes = u64::from(columns) * self.spec.format.bytes_per_pixel() as u64;
        let mut present = self.present.borrow_mut();
        let Some(present) = present.get_mut(slice as usize) else {
            return Err(Error::new(ErrorKind::Malformed, "the volume has no such slice"));
        };
        if pixels.len() as u64 != row_bytes * u64::from(rows) {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the pixels do not have the size of a slice of the volume",
            ));
        }
        let bits = layer_bits(self.spec.size[0]);
        queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                origin: wgpu::Origin3d {
                    x: 0,
                    y: (slice & ((1 << bits) - 1)) * rows,
                    z: slice >> bits,
                },
                ..self.texture.as_image_copy()
            },
            pixels,
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: u32::try_from(row_bytes).ok(),
                rows_per_image: Some(rows),
            },
            extent([1, rows, columns]),
        );
        *present = true;
        self.bricks.borrow_mut().write_slice(slice, pixels)
    }
}

fn check(spec: &VolumeSpec, caps: &Caps) -> Result<()> {
    let is_grey = !spec.format.is_color() && spec.format.bytes_per_pixel() <= 2;
    if !is_grey || spec.slices.len() != spec.size[0] as usize {
        return Err(Error::new(
            ErrorKind::Malformed,
            "the description of the volume contradicts itself",
        ));
    }
    let [slices, rows, columns] = spec.size;
    let max_side = caps.max_volume_side;
    // The rows of all slices of a layer.
    let max_rows = max_side.min(caps.max_side >> layer_bits(slices));
    let fits = spec.size.iter().all(|side| (1..=max_side).contains(side)) && rows <= max_rows;
    if !fits {
        return Err(Error::new(
            ErrorKind::Limit,
            format!(
                "a volume of {columns} columns, {rows} rows and {slices} slices: this graphics device holds 1 to {max_side} a side, and {max_rows} rows of so many slices"
            ),
        ));
    }
    Ok(())
}

const fn extent([slices, rows, columns]: [u32; 3]) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width: columns,
        height: rows,
        depth_or_array_layers: slices,
    }
}

/// Whether the voxels of `format` are signed, as a texture's sample type.
pub(crate) const fn sample_type(format: PixelFormat) -> wgpu::TextureSampleType {
    if format.is_signed() {
        wgpu::TextureSampleType::Sint
    } else {
        wgpu::TextureSampleType::Uint
    }
}
