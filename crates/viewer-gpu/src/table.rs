//! The table of a grey pipeline with lookup tables, as a texture.

use std::{cell::RefCell, sync::Arc};

use viewer_core::lut::GreyTable;
use viewer_shaders::TABLE_COLUMNS;

/// The table that was drawn with last: it changes with the window, not with the view.
#[derive(Debug, Default)]
pub(crate) struct LastTable(RefCell<Option<(Arc<GreyTable>, wgpu::Texture)>>);

impl Drop for LastTable {
    fn drop(&mut self) {
        if let Some((_, texture)) = self.0.get_mut() {
            texture.destroy();
        }
    }
}

impl LastTable {
    /// The texture of `table`.
    pub(crate) fn view(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        table: &Arc<GreyTable>,
    ) -> wgpu::TextureView {
        let mut last = self.0.borrow_mut();
        let levels = table.levels();
        let rows = u32::try_from(levels.len().div_ceil(TABLE_COLUMNS as usize)).unwrap_or(u32::MAX);
        let texture = match last.take() {
            Some((held, texture)) if held == *table => texture,
            Some((_, texture)) if texture.height() == rows => written(queue, texture, levels),
            other => {
                if let Some((_, texture)) = other {
                    texture.destroy();
                }
                written(queue, made(device, rows), levels)
            }
        };
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        *last = Some((Arc::clone(table), texture));
        view
    }
}

fn made(device: &wgpu::Device, rows: u32) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some("grey table"),
        size: extent(rows),
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::R8Uint,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    })
}

fn written(queue: &wgpu::Queue, texture: wgpu::Texture, levels: &[u8]) -> wgpu::Texture {
    let rows = texture.height();
    let mut padded = levels.to_vec();
    padded.resize(rows as usize * TABLE_COLUMNS as usize, 0);
    queue.write_texture(
        texture.as_image_copy(),
        &padded,
        wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(TABLE_COLUMNS),
            rows_per_image: None,
        },
        extent(rows),
    );
    texture
}

const fn extent(rows: u32) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width: TABLE_COLUMNS,
        height: rows,
        depth_or_array_layers: 1,
    }
}
