//! What rays read beside the voxels.

use viewer_core::raycast::{Occupancy, RayPlan, TABLE_ENTRIES, VoxelMask};
use wgpu::{TextureDimension, TextureFormat, TextureUsages};

use crate::readback;

/// A texture that is freed when it is dropped: a browser would keep it until its garbage collector runs.
#[derive(Debug)]
struct Held(wgpu::Texture);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.destroy();
    }
}

impl Held {
    fn new(
        device: &wgpu::Device,
        size: [u32; 3],
        dimension: TextureDimension,
        format: TextureFormat,
        usage: TextureUsages,
    ) -> Self {
        let [width, height, depth_or_array_layers] = size;
        Self(device.create_texture(&wgpu::TextureDescriptor {
            label: Some("rays"),
            size: wgpu::Extent3d {
                width,
                height,
                depth_or_array_layers,
            },
            mip_level_count: 1,
            sample_count: 1,
            dimension,
            format,
            usage,
            view_formats: &[],
        }))
    }

    /// Of `[width, height, depth]` texels, written.
    fn filled(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        size: [u32; 3],
        dimension: TextureDimension,
        format: TextureFormat,
        bytes: &[u8],
    ) -> Self {
        let usage = TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_DST;
        let held = Self::new(device, size, dimension, format, usage);
        queue.write_texture(
            held.0.as_image_copy(),
            bytes,
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: format.block_copy_size(None).map(|bytes| bytes * size[0]),
                rows_per_image: Some(size[1]),
            },
            held.0.size(),
        );
        held
    }

    fn view(&self) -> wgpu::TextureView {
        self.0.create_view(&wgpu::TextureViewDescriptor::default())
    }
}

/// What is made for a transfer function.
#[derive(Debug)]
pub(crate) struct Look {
    bricks: Held,
    table: Held,
    slices: Option<Held>,
}

impl Look {
    pub(super) fn new(
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        plan: &RayPlan,
        occupancy: &Occupancy,
    ) -> Self {
        let [slices, rows, columns] = occupancy.size().map(small);
        let table_of = |size, bytes: &[u8]| {
            let format = TextureFormat::Rgba32Float;
            Held::filled(device, queue, size, TextureDimension::D2, format, bytes)
        };
        let bricks = Held::filled(
            device,
            queue,
            [columns, rows, slices],
            TextureDimension::D3,
            TextureFormat::R8Uint,
            occupancy.bytes(),
        );
        let entries = bytemuck::cast_slice(plan.table.entries());
        let rows = plan
            .slices
            .as_ref()
            .map(|rows| table_of([1, small(rows.len()), 1], bytemuck::cast_slice(rows)));
        Self {
            bricks,
            table: table_of([small(TABLE_ENTRIES), 1, 1], entries),
            slices: rows,
        }
    }

    /// Bricks, table.
    pub(super) fn views(&self) -> ([wgpu::TextureView; 2], Option<wgpu::TextureView>) {
        let slices = self.slices.as_ref().map(Held::view);
        ([self.bricks.view(), self.table.view()], slices)
    }
}

/// Voxels that are left out, on the device.
#[derive(Debug)]
pub struct MaskTexture {
    size: [u32; 3],
    bits: Held,
}

impl MaskTexture {
    pub(super) fn new(device: &wgpu::Device, queue: &wgpu::Queue, mask: &VoxelMask) -> Self {
        let size = mask.size().map(small);
        let [slices, rows, _] = size;
        let bits = Held::filled(
            device,
            queue,
            [small(mask.stride()), rows, slices],
            TextureDimension::D3,
            TextureFormat::R32Uint,
            bytemuck::cast_slice(mask.words()),
        );
        Self { size, bits }
    }

    /// `[slices, rows, columns]` of the volume.
    pub const fn size(&self) -> [u32; 3] {
        self.size
    }

    pub(super) fn view(&self) -> wgpu::TextureView {
        self.bits.view()
    }
}

/// Bound in the place of what a picture does not have.
#[derive(Debug)]
pub(super) struct Nothing {
    slices: Held,
    mask: Held,
}

impl Nothing {
    pub(super) fn new(device: &wgpu::Device) -> Self {
        let made = |dimension, format| {
            Held::new(
                device,
                [1, 1, 1],
                dimension,
                format,
                TextureUsages::TEXTURE_BINDING,
            )
        };
        Self {
            slices: made(TextureDimension::D2, TextureFormat::Rgba32Float),
            mask: made(TextureDimension::D3, TextureFormat::R32Uint),
        }
    }

    pub(super) fn views(&self) -> [wgpu::TextureView; 2] {
        [self.slices.view(), self.mask.view()]
    }
}

/// The picture of the rays of a plan, of which pictures of canvases are made.
#[derive(Debug)]
pub struct RayTarget {
    size: [u32; 2],
    held: Held,
}

impl RayTarget {
    pub(super) fn new(device: &wgpu::Device, size: [u32; 2]) -> Self {
        let usage = TextureUsages::TEXTURE_BINDING | TextureUsages::RENDER_ATTACHMENT;
        let [width, height] = size;
        let dimension = TextureDimension::D2;
        let held = Held::new(device, [width, height, 1], dimension, readback::FORMAT, usage);
        Self { size, held }
    }

    /// `[width, height]` in rays.
    pub const fn size(&self) -> [u32; 2] {
        self.size
    }

    pub(super) fn view(&self) -> wgpu::TextureView {
        self.held.view()
    }
}

fn small(side: usize) -> u32 {
    u32::try_from(side).unwrap_or(u32::MAX)
}
