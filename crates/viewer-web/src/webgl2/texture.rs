//! Frames on the GPU: one integer texture each, uploaded once.

use js_sys::{Int8Array, Int16Array, Int32Array, Object, Uint8Array, Uint16Array, Uint32Array};
use viewer_core::{Error, ErrorKind, Field, FrameSpec, PixelFormat, Result};
use web_sys::{WebGl2RenderingContext as Gl, WebGlTexture};

/// Bytes of one upload at most (but at least one row), so that wasm memory does not grow with the frame.
const BAND_BYTES: u32 = 4 << 20;

/// From this many texels on the device is asked whether it had room for a texture. The answer waits for all that it has been given
/// before, and with it the page.
const MANY_TEXELS: u64 = 32 << 20;

/// A texture that is freed when it is dropped: a browser would keep it until its garbage collector runs.
#[derive(Debug)]
pub(super) struct Texture {
    gl: Gl,
    texture: WebGlTexture,
}

impl Drop for Texture {
    fn drop(&mut self) {
        self.gl.delete_texture(Some(&self.texture));
    }
}

impl Texture {
    /// A texture of `[columns, rows]`, bound.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when there is no memory for it.
    pub(super) fn new(gl: &Gl, internal_format: u32, [columns, rows]: [u32; 2]) -> Result<Self> {
        Self::made(gl, Gl::TEXTURE_2D, [columns, rows, 1], || {
            gl.tex_storage_2d(Gl::TEXTURE_2D, 1, internal_format, signed(columns), signed(rows));
        })
    }

    /// A 3-D texture of `[slices, rows, columns]` grey voxels, bound.
    ///
    /// # Errors
    /// As [`Texture::new`].
    pub(super) fn of_volume(gl: &Gl, format: PixelFormat, size: [u32; 3]) -> Result<Self> {
        Self::solid(gl, layout(format).internal_format, size)
    }

    /// A 3-D texture of `[slices, rows, columns]`, bound.
    ///
    /// # Errors
    /// As [`Texture::new`].
    pub(super) fn solid(gl: &Gl, internal_format: u32, size: [u32; 3]) -> Result<Self> {
        Self::made(gl, Gl::TEXTURE_3D, size, || {
            let [slices, rows, columns] = size.map(signed);
            gl.tex_storage_3d(Gl::TEXTURE_3D, 1, internal_format, columns, rows, slices);
        })
    }

    fn made(gl: &Gl, target: u32, size: [u32; 3], store: impl FnOnce()) -> Result<Self> {
        let no_memory = || Error::new(ErrorKind::Limit, "no graphics memory for the texture");
        let texture = Self {
            texture: gl.create_texture().ok_or_else(no_memory)?,
            gl: gl.clone(),
        };
        gl.bind_texture(target, Some(&texture.texture));
        // Textures of integers and of 32-bit floats have no filter: with another setting they read as zero.
        for name in [Gl::TEXTURE_MIN_FILTER, Gl::TEXTURE_MAG_FILTER] {
            gl.tex_parameteri(target, name, Gl::NEAREST.cast_signed());
        }
        store();
        // Rows of 8-bit pixels may end anywhere.
        gl.pixel_storei(Gl::UNPACK_ALIGNMENT, 1);
        let texels = size.into_iter().map(u64::from).fold(1, u64::saturating_mul);
        if texels >= MANY_TEXELS && gl.get_error() == Gl::OUT_OF_MEMORY {
            return Err(no_memory());
        }
        Ok(texture)
    }

    pub(super) const fn raw(&self) -> &WebGlTexture {
        &self.texture
    }
}

/// A frame's texture.
#[derive(Debug)]
pub(crate) struct StoredFrame {
    spec: FrameSpec,
    texture: Texture,
    mask: Option<Texture>,
}

impl StoredFrame {
    /// The description that it was made for.
    pub(crate) const fn spec(&self) -> &FrameSpec {
        &self.spec
    }

    pub(super) const fn texture(&self) -> &WebGlTexture {
        self.texture.raw()
    }

    pub(super) fn new(gl: &Gl, max_side: u32, spec: FrameSpec) -> Result<Self> {
        let size = [spec.columns, spec.rows];
        if !size.iter().all(|side| (1..=max_side).contains(side)) {
            let [columns, rows] = size;
            let message = format!(
                "a frame of {columns} columns and {rows} rows: this graphics device holds 1 to {max_side} a side"
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        let texture = Texture::new(gl, layout(spec.format).internal_format, size)?;
        Ok(Self {
            spec,
            texture,
            mask: None,
        })
    }

    /// What lies over the frame.
    pub(super) fn mask(&self) -> Option<&WebGlTexture> {
        self.mask.as_ref().map(Texture::raw)
    }

    /// Writes what lies over each pixel (see [`viewer_core::mask`]), row after row.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when it does not have the frame's size; as [`Texture::new`].
    pub(super) fn write_mask(&mut self, gl: &Gl, bits: &Uint8Array) -> Result<()> {
        let size = [self.spec.columns, self.spec.rows];
        if size[0].checked_mul(size[1]) != Some(bits.length()) {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the mask does not have the frame's size",
            ));
        }
        let mask = Texture::new(gl, Gl::R8UI, size)?;
        write_rows(gl, PixelFormat::R8Uint, size, 0, bits)?;
        self.mask = Some(mask);
        Ok(())
    }

    /// Writes the whole frame, little-endian, unused bits cut by `field` on the way.
    pub(super) fn write(&self, gl: &Gl, field: Field, pixels: &Uint8Array) -> Result<()> {
        let FrameSpec {
            rows,
            columns,
            format,
            ..
        } = self.spec;
        let bytes_per_pixel = u32::try_from(format.bytes_per_pixel()).unwrap_or(u32::MAX);
        let row_bytes = columns.checked_mul(bytes_per_pixel);
        let row_bytes = row_bytes.filter(|bytes| bytes.checked_mul(rows) == Some(pixels.length()));
        let Some(row_bytes) = row_bytes else {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the pixels do not have the frame's size",
            ));
        };
        let sample_bytes = layout(format).sample_bytes;
        let in_place = field == Field::default() && pixels.byte_offset().is_multiple_of(sample_bytes);
        let band_rows = if in_place {
            rows
        } else {
            (BAND_BYTES / row_bytes).clamp(1, rows)
        };
        gl.bind_texture(Gl::TEXTURE_2D, Some(self.texture.raw()));
        let mut staging = Vec::new();
        for first_row in (0..rows).step_by(band_rows as usize) {
            let last_row = first_row.saturating_add(band_rows).min(rows);
            let mut band = pixels.subarray(first_row * row_bytes, last_row * row_bytes);
            if !in_place {
                staging.resize(band.length() as usize, 0);
                band.copy_to(&mut staging);
                field.cut(&mut staging, format.bytes_per_pixel(), format.is_signed());
                band = Uint8Array::from(staging.as_slice());
            }
            write_rows(gl, format, [columns, last_row - first_row], first_row, &band)?;
        }
        Ok(())
    }
}

/// Writes rows to the texture that is bound.
pub(super) fn write_rows(
    gl: &Gl,
    format: PixelFormat,
    [columns, rows]: [u32; 2],
    first_row: u32,
    bytes: &Uint8Array,
) -> Result<()> {
    let Layout { format, kind, .. } = layout(format);
    gl.tex_sub_image_2d_with_i32_and_i32_and_u32_and_type_and_opt_array_buffer_view(
        Gl::TEXTURE_2D,
        0,
        0,
        signed(first_row),
        signed(columns),
        signed(rows),
        format,
        kind,
        Some(&view(kind, bytes)),
    )
    .map_err(|_thrown| Error::new(ErrorKind::DeviceLost, "the graphics context takes no pixels"))
}

/// Writes slice `number` of the 3-D texture that is bound, of `[rows, columns]` voxels. `pixels` begin at a whole voxel of their
/// buffer.
pub(super) fn write_slice(
    gl: &Gl,
    format: PixelFormat,
    number: u32,
    [rows, columns]: [u32; 2],
    pixels: &Uint8Array,
) -> Result<()> {
    let Layout {
        format: channels,
        kind,
        ..
    } = layout(format);
    gl.tex_sub_image_3d_with_opt_array_buffer_view(
        Gl::TEXTURE_3D,
        0,
        0,
        0,
        signed(number),
        signed(columns),
        signed(rows),
        1,
        channels,
        kind,
        Some(&view(kind, pixels)),
    )
    .map_err(|_thrown| Error::new(ErrorKind::DeviceLost, "the graphics context takes no pixels"))
}

/// The same bytes as the kind of array that WebGL wants for `kind`.
fn view(kind: u32, bytes: &Uint8Array) -> Object {
    let (buffer, offset, length) = (bytes.buffer(), bytes.byte_offset(), bytes.length());
    match kind {
        Gl::BYTE => Int8Array::new_with_byte_offset_and_length(&buffer, offset, length).into(),
        Gl::UNSIGNED_SHORT => {
            Uint16Array::new_with_byte_offset_and_length(&buffer, offset, length / 2).into()
        }
        Gl::SHORT => Int16Array::new_with_byte_offset_and_length(&buffer, offset, length / 2).into(),
        Gl::UNSIGNED_INT => Uint32Array::new_with_byte_offset_and_length(&buffer, offset, length / 4).into(),
        Gl::INT => Int32Array::new_with_byte_offset_and_length(&buffer, offset, length / 4).into(),
        _ => bytes.clone().into(),
    }
}

/// How WebGL names a pixel format.
struct Layout {
    internal_format: u32,
    format: u32,
    kind: u32,
    sample_bytes: u32,
}

const fn layout(format: PixelFormat) -> Layout {
    let (internal_format, format, kind, sample_bytes) = match format {
        PixelFormat::R8Uint => (Gl::R8UI, Gl::RED_INTEGER, Gl::UNSIGNED_BYTE, 1),
        PixelFormat::R8Sint => (Gl::R8I, Gl::RED_INTEGER, Gl::BYTE, 1),
        PixelFormat::R16Uint => (Gl::R16UI, Gl::RED_INTEGER, Gl::UNSIGNED_SHORT, 2),
        PixelFormat::R16Sint => (Gl::R16I, Gl::RED_INTEGER, Gl::SHORT, 2),
        PixelFormat::R32Uint => (Gl::R32UI, Gl::RED_INTEGER, Gl::UNSIGNED_INT, 4),
        PixelFormat::R32Sint => (Gl::R32I, Gl::RED_INTEGER, Gl::INT, 4),
        PixelFormat::Rgba8Uint => (Gl::RGBA8UI, Gl::RGBA_INTEGER, Gl::UNSIGNED_BYTE, 1),
        PixelFormat::Rgba16Uint => (Gl::RGBA16UI, Gl::RGBA_INTEGER, Gl::UNSIGNED_SHORT, 2),
    };
    Layout {
        internal_format,
        format,
        kind,
        sample_bytes,
    }
}

fn signed(side: u32) -> i32 {
    i32::try_from(side).unwrap_or(i32::MAX)
}
