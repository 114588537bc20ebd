//! The table of a grey pipeline with lookup tables, as a texture.

use std::sync::Arc;

use js_sys::Uint8Array;
use viewer_core::{PixelFormat, Result, lut::GreyTable};
use viewer_shaders::TABLE_COLUMNS;
use web_sys::WebGl2RenderingContext as Gl;

use super::texture::{Texture, write_rows};

/// The table that was drawn with last: it changes with the window, not with the view.
#[derive(Debug, Default)]
pub(super) struct LastTable(Option<Held>);

#[derive(Debug)]
struct Held {
    table: Arc<GreyTable>,
    rows: u32,
    texture: Texture,
}

impl LastTable {
    /// Binds the texture of `table` to the active unit.
    ///
    /// # Errors
    /// As [`Texture::new`] and [`write_rows`].
    pub(super) fn bind(&mut self, gl: &Gl, table: &Arc<GreyTable>) -> Result<()> {
        let levels = table.levels();
        let rows = u32::try_from(levels.len().div_ceil(TABLE_COLUMNS as usize)).unwrap_or(u32::MAX);
        let texture = match self.0.take() {
            Some(held) if held.rows == rows => {
                gl.bind_texture(Gl::TEXTURE_2D, Some(held.texture.raw()));
                if held.table == *table {
                    self.0 = Some(held);
                    return Ok(());
                }
                held.texture
            }
            _ => Texture::new(gl, Gl::R8UI, [TABLE_COLUMNS, rows])?,
        };
        let padded = Uint8Array::new_with_length(TABLE_COLUMNS * rows);
        let filled = u32::try_from(levels.len()).unwrap_or(u32::MAX);
        padded.subarray(0, filled).copy_from(levels);
        write_rows(gl, PixelFormat::R8Uint, [TABLE_COLUMNS, rows], 0, &padded)?;
        self.0 = Some(Held {
            table: Arc::clone(table),
            rows,
            texture,
        });
        Ok(())
    }
}
