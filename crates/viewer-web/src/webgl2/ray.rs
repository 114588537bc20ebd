//! Volumes in three dimensions: programs, their uniforms, and the pictures of rays from which those of canvases are made.
//! Nothing here is made before the first picture.

use std::ops::Range;

use viewer_core::{Error, ErrorKind, Result, raycast::RayPlan};
use viewer_shaders::{
    RAY_BRICKS_BINDING, RAY_MASK_BINDING, RAY_TABLE_BINDING, RayPicture, RayVariant, SLICES_BINDING, Shown,
    VOXELS_BINDING, glsl,
};
use web_sys::{WebGl2RenderingContext as Gl, WebGlBuffer, WebGlShader};

use super::{
    program::{Linking, Program, uniform_buffer},
    ray_textures::{Look, Nothing, StoredMask, StoredRays},
    volume::StoredVolume,
};

/// Numbers of the uniform buffers; those of slices and planes are 0 and 1.
const UNIFORM: u32 = 2;
const SHOWN: u32 = 3;

/// Everything for rays that does not depend on volumes.
#[derive(Debug)]
pub(super) struct Rays {
    uniform: WebGlBuffer,
    shown: WebGlBuffer,
    made: Vec<(RayVariant, Program)>,
    show: Option<Program>,
    nothing: Nothing,
}

impl Rays {
    /// # Errors
    /// [`ErrorKind::DeviceLost`], [`ErrorKind::Limit`].
    pub(super) fn new(gl: &Gl) -> Result<Self> {
        Ok(Self {
            uniform: uniform_buffer(gl, UNIFORM, size_of::<RayPicture>())?,
            shown: uniform_buffer(gl, SHOWN, size_of::<Shown>())?,
            made: Vec::new(),
            show: None,
            nothing: Nothing::new(gl)?,
        })
    }

    /// Begins to make the program of `variant`, unless there is one.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`].
    pub(super) fn begin(
        &self,
        gl: &Gl,
        vertex: &WebGlShader,
        variant: RayVariant,
    ) -> Result<Option<Linking>> {
        if self.made.iter().any(|(made, _)| *made == variant) {
            return Ok(None);
        }
        let source = glsl::ray_source(variant).ok_or_else(lost)?;
        Linking::begin(gl, vertex, &variant.glsl(source.fragment), source).map(Some)
    }

    /// Keeps a program that was begun.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`] when the driver does not take it.
    pub(super) fn keep(&mut self, gl: &Gl, variant: RayVariant, linking: Linking) -> Result<()> {
        self.made.push((variant, linking.finish(gl, UNIFORM)?));
        Ok(())
    }

    /// Draws lines of the picture of `volume`, without what is in the mask, by `plan`.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when plan, volume, mask and picture do not belong together; [`ErrorKind::DeviceLost`];
    /// [`ErrorKind::Limit`].
    pub(super) fn draw(
        &mut self,
        gl: &Gl,
        vertex: &WebGlShader,
        plan: &RayPlan,
        (volume, mask): (&StoredVolume, Option<&StoredMask>),
        target: &StoredRays,
        lines: Range<u32>,
    ) -> Result<()> {
        let [slices, rows, columns] = volume.spec().size;
        let is_of_volume = plan.size == [columns, rows, slices] && plan.format == volume.spec().format;
        let is_masked_right = mask.is_none_or(|mask| mask.size() == volume.spec().size);
        if !is_of_volume || !is_masked_right || target.size() != plan.grid {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the plan was made for another volume, mask or picture",
            ));
        }
        write_uniform(gl, &self.uniform, bytemuck::bytes_of(&RayPicture::new(plan)));
        let bricks = volume.bricks.borrow();
        let mut looks = volume.looks.borrow_mut();
        let look = looks.get(plan, &bricks, |occupancy| Look::new(gl, plan, occupancy))?;
        let variant = RayVariant::of(plan, mask.is_some());
        if let Some(linking) = self.begin(gl, vertex, variant)? {
            self.keep(gl, variant, linking)?;
        }
        let found = self.made.iter().find(|(made, _)| *made == variant);
        let (_, program) = found.ok_or_else(lost)?;
        program.put_to_use(gl);
        for (unit, binding) in (0..).zip(program.bindings()) {
            gl.active_texture(Gl::TEXTURE0 + unit);
            let (kind, texture) = match *binding {
                VOXELS_BINDING => (Gl::TEXTURE_3D, volume.texture()),
                RAY_BRICKS_BINDING => (Gl::TEXTURE_3D, look.bricks()),
                RAY_TABLE_BINDING => (Gl::TEXTURE_2D, look.table()),
                RAY_MASK_BINDING => (Gl::TEXTURE_3D, self.nothing.mask_or(mask)),
                SLICES_BINDING => (Gl::TEXTURE_2D, self.nothing.slices_or(look)),
                _ => return Err(lost()),
            };
            gl.bind_texture(kind, Some(texture));
        }
        target.bind();
        let [width, height] = plan.grid.map(signed);
        gl.viewport(0, 0, width, height);
        gl.enable(Gl::SCISSOR_TEST);
        let count = lines.end.saturating_sub(lines.start);
        gl.scissor(0, signed(lines.start), width, signed(count));
        gl.draw_arrays(Gl::TRIANGLES, 0, 3);
        gl.disable(Gl::SCISSOR_TEST);
        Ok(())
    }

    /// Draws the picture of rays to what is bound, by what `shown` says.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`].
    pub(super) fn show(
        &mut self,
        gl: &Gl,
        vertex: &WebGlShader,
        target: &StoredRays,
        shown: &Shown,
        canvas: [u32; 2],
    ) -> Result<()> {
        write_uniform(gl, &self.shown, bytemuck::bytes_of(shown));
        let program = match &mut self.show {
            Some(program) => program,
            none => {
                let source = glsl::ray_show_source().ok_or_else(lost)?;
                none.insert(Program::new(gl, vertex, source.fragment, source, SHOWN)?)
            }
        };
        program.put_to_use(gl);
        gl.active_texture(Gl::TEXTURE0);
        gl.bind_texture(Gl::TEXTURE_2D, Some(target.texture()));
        let [width, height] = canvas.map(signed);
        gl.viewport(0, 0, width, height);
        gl.draw_arrays(Gl::TRIANGLES, 0, 3);
        Ok(())
    }
}

fn write_uniform(gl: &Gl, buffer: &WebGlBuffer, bytes: &[u8]) {
    gl.bind_buffer(Gl::UNIFORM_BUFFER, Some(buffer));
    gl.buffer_sub_data_with_i32_and_u8_array(Gl::UNIFORM_BUFFER, 0, bytes);
}

fn signed(side: u32) -> i32 {
    i32::try_from(side).unwrap_or(i32::MAX)
}

fn lost() -> Error {
    Error::new(ErrorKind::DeviceLost, "there is no such program")
}
