//! Volumes on the GPU: one 3-D integer texture each, whose slices are uploaded as they arrive.

use std::cell::RefCell;

use js_sys::Uint8Array;
use viewer_core::{
    Error, ErrorKind, Field, Result,
    raycast::{Bricks, Looks},
    volume::VolumeSpec,
};
use web_sys::{WebGl2RenderingContext as Gl, WebGlTexture};

use super::{
    ray_textures::Look,
    texture::{Texture, write_slice},
};

/// A volume's texture, and what rays read of it beside.
#[derive(Debug)]
pub(crate) struct StoredVolume {
    spec: VolumeSpec,
    present: RefCell<Vec<bool>>,
    texture: Texture,
    pub(super) bricks: RefCell<Bricks>,
    pub(super) looks: RefCell<Looks<Look>>,
}

impl StoredVolume {
    /// The description that it was made for.
    pub(crate) const fn spec(&self) -> &VolumeSpec {
        &self.spec
    }

    /// Which slices have arrived.
    pub(crate) fn present(&self) -> Vec<bool> {
        self.present.borrow().clone()
    }

    pub(super) const fn texture(&self) -> &WebGlTexture {
        self.texture.raw()
    }

    /// # Errors
    /// [`ErrorKind::Limit`] when a side is longer than `max_side` or there is no memory.
    pub(super) fn new(gl: &Gl, max_side: u32, spec: VolumeSpec) -> Result<Self> {
        if !spec.size.iter().all(|side| (1..=max_side).contains(side)) {
            let [slices, rows, columns] = spec.size;
            let message = format!(
                "a volume of {columns} columns, {rows} rows and {slices} slices: this graphics device holds 1 to {max_side} a side"
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(Self {
            texture: Texture::of_volume(gl, spec.format, spec.size)?,
            present: RefCell::new(spec.slices.iter().map(|_| false).collect()),
            bricks: RefCell::new(Bricks::new(&spec)?),
            looks: RefCell::default(),
            spec,
        })
    }

    /// Writes a slice, little-endian, unused bits cut by `field` on the way.
    pub(super) fn write(&self, gl: &Gl, slice: u32, field: Field, pixels: &Uint8Array) -> Result<()> {
        let [_, rows, columns] = self.spec.size;
        let format = self.spec.format;
        let mut present = self.present.borrow_mut();
        let Some(present) = present.get_mut(slice as usize) else {
            return Err(Error::new(ErrorKind::Malformed, "the volume has no such slice"));
        };
        let bytes = u64::from(rows) * u64::from(columns) * format.bytes_per_pixel() as u64;
        if u64::from(pixels.length()) != bytes {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the pixels do not have the size of a slice of the volume",
            ));
        }
        let mut cut = pixels.to_vec();
        let voxel_bytes = format.bytes_per_pixel();
        field.cut(&mut cut, voxel_bytes, format.is_signed());
        // Straight from the page's memory where the bytes are stored values already.
        let in_place =
            field == Field::default() && (pixels.byte_offset() as usize).is_multiple_of(voxel_bytes);
        let written = if in_place {
            pixels.clone()
        } else {
            Uint8Array::from(cut.as_slice())
        };
        gl.bind_texture(Gl::TEXTURE_3D, Some(self.texture.raw()));
        write_slice(gl, format, slice, [rows, columns], &written)?;
        *present = true;
        self.bricks.borrow_mut().write_slice(slice, &cut)
    }
}
