//! What rays read beside the voxels, and what they are drawn into.

use js_sys::{Float32Array, Object, Uint8Array, Uint32Array};
use viewer_core::{
    Error, ErrorKind, Result,
    raycast::{Occupancy, RayPlan, TABLE_ENTRIES, VoxelMask},
};
use web_sys::{WebGl2RenderingContext as Gl, WebGlFramebuffer, WebGlTexture};

use super::texture::Texture;

/// What is made for a transfer function.
#[derive(Debug)]
pub(crate) struct Look {
    bricks: Texture,
    table: Texture,
    slices: Option<Texture>,
}

impl Look {
    /// # Errors
    /// [`ErrorKind::Limit`] when there is no memory, [`ErrorKind::DeviceLost`].
    pub(super) fn new(gl: &Gl, plan: &RayPlan, occupancy: &Occupancy) -> Result<Self> {
        let bytes = Uint8Array::from(occupancy.bytes());
        let size = occupancy.size().map(small);
        let slices = plan.slices.as_ref().map(|rows| {
            let texels = Float32Array::from(rows.as_flattened());
            floats(gl, [1, small(rows.len())], &texels)
        });
        let entries = Float32Array::from(plan.table.entries().as_flattened());
        Ok(Self {
            bricks: solid(gl, (Gl::R8UI, Gl::UNSIGNED_BYTE), size, &bytes)?,
            table: floats(gl, [small(TABLE_ENTRIES), 1], &entries)?,
            slices: slices.transpose()?,
        })
    }

    pub(super) const fn bricks(&self) -> &WebGlTexture {
        self.bricks.raw()
    }

    pub(super) const fn table(&self) -> &WebGlTexture {
        self.table.raw()
    }
}

/// Voxels that are left out, on the device.
#[derive(Debug)]
pub(crate) struct StoredMask {
    size: [u32; 3],
    bits: Texture,
}

impl StoredMask {
    /// # Errors
    /// As [`Look::new`].
    pub(super) fn new(gl: &Gl, mask: &VoxelMask) -> Result<Self> {
        let size = mask.size().map(small);
        let [slices, rows, _] = size;
        let words = Uint32Array::from(mask.words());
        let bits = solid(
            gl,
            (Gl::R32UI, Gl::UNSIGNED_INT),
            [slices, rows, small(mask.stride())],
            &words,
        )?;
        Ok(Self { size, bits })
    }

    /// `[slices, rows, columns]` of the volume.
    pub(super) const fn size(&self) -> [u32; 3] {
        self.size
    }
}

/// Bound in the place of what a picture does not have.
#[derive(Debug)]
pub(super) struct Nothing {
    slices: Texture,
    mask: Texture,
}

impl Nothing {
    /// # Errors
    /// As [`Look::new`].
    pub(super) fn new(gl: &Gl) -> Result<Self> {
        Ok(Self {
            slices: Texture::new(gl, Gl::RGBA32F, [1, 1])?,
            mask: Texture::solid(gl, Gl::R32UI, [1, 1, 1])?,
        })
    }

    pub(super) fn slices_or<'a>(&'a self, look: &'a Look) -> &'a WebGlTexture {
        look.slices.as_ref().unwrap_or(&self.slices).raw()
    }

    pub(super) fn mask_or<'a>(&'a self, mask: Option<&'a StoredMask>) -> &'a WebGlTexture {
        mask.map_or(&self.mask, |mask| &mask.bits).raw()
    }
}

/// The picture of the rays of a plan, of which pictures of canvases are made.
#[derive(Debug)]
pub(crate) struct StoredRays {
    gl: Gl,
    size: [u32; 2],
    texture: Texture,
    framebuffer: Option<WebGlFramebuffer>,
}

impl Drop for StoredRays {
    fn drop(&mut self) {
        self.gl.delete_framebuffer(self.framebuffer.as_ref());
    }
}

impl StoredRays {
    /// Of `[width, height]` rays.
    ///
    /// # Errors
    /// As [`Look::new`].
    pub(super) fn new(gl: &Gl, size: [u32; 2]) -> Result<Self> {
        let texture = Texture::new(gl, Gl::RGBA8, size)?;
        let framebuffer = gl.create_framebuffer();
        let rays = Self {
            gl: gl.clone(),
            size,
            texture,
            framebuffer,
        };
        rays.bind();
        gl.framebuffer_texture_2d(
            Gl::FRAMEBUFFER,
            Gl::COLOR_ATTACHMENT0,
            Gl::TEXTURE_2D,
            Some(rays.texture()),
            0,
        );
        // A texture of this format can always be drawn to: asking would wait for all that the device has been given before.
        if gl.is_context_lost() {
            return Err(Error::new(
                ErrorKind::DeviceLost,
                "this graphics device does not draw the picture",
            ));
        }
        Ok(rays)
    }

    /// `[width, height]` in rays.
    pub(super) const fn size(&self) -> [u32; 2] {
        self.size
    }

    pub(super) const fn texture(&self) -> &WebGlTexture {
        self.texture.raw()
    }

    /// Has it drawn to.
    pub(super) fn bind(&self) {
        self.gl
            .bind_framebuffer(Gl::FRAMEBUFFER, self.framebuffer.as_ref());
    }
}

/// A texture of `[columns, rows]` texels of four numbers.
fn floats(gl: &Gl, [columns, rows]: [u32; 2], texels: &Object) -> Result<Texture> {
    let texture = Texture::new(gl, Gl::RGBA32F, [columns, rows])?;
    gl.tex_sub_image_2d_with_i32_and_i32_and_u32_and_type_and_opt_array_buffer_view(
        Gl::TEXTURE_2D,
        0,
        0,
        0,
        signed(columns),
        signed(rows),
        Gl::RGBA,
        Gl::FLOAT,
        Some(texels),
    )
    .map_err(|_thrown| no_pixels())?;
    Ok(texture)
}

/// A 3-D texture of `[slices, rows, columns]` whole numbers.
fn solid(gl: &Gl, (internal_format, kind): (u32, u32), size: [u32; 3], texels: &Object) -> Result<Texture> {
    let texture = Texture::solid(gl, internal_format, size)?;
    let [slices, rows, columns] = size.map(signed);
    gl.tex_sub_image_3d_with_opt_array_buffer_view(
        Gl::TEXTURE_3D,
        0,
        0,
        0,
        0,
        columns,
        rows,
        slices,
        Gl::RED_INTEGER,
        kind,
        Some(texels),
    )
    .map_err(|_thrown| no_pixels())?;
    Ok(texture)
}

fn no_pixels() -> Error {
    Error::new(ErrorKind::DeviceLost, "the graphics context takes no pixels")
}

fn small(side: usize) -> u32 {
    u32::try_from(side).unwrap_or(u32::MAX)
}

fn signed(side: u32) -> i32 {
    i32::try_from(side).unwrap_or(i32::MAX)
}
