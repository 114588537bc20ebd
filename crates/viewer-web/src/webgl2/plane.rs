//! Planes and slabs through volumes: programs, their uniform, slice tables. Nothing here is made before the first plane.

use std::sync::Arc;

use js_sys::Uint32Array;
use viewer_core::{
    Error, ErrorKind, Result,
    plan::Shading,
    reslice::{ReslicePlan, SliceTable},
};
use viewer_shaders::{
    Plane, PlaneVariant, SLICES_BINDING, TABLE_BINDING, Taps, VOXELS_BINDING, glsl, slice_texels,
};
use web_sys::{WebGl2RenderingContext as Gl, WebGlBuffer, WebGlShader};

use super::{
    program::{Program, uniform_buffer},
    table::LastTable,
    texture::Texture,
    volume::StoredVolume,
};

/// Number of the uniform buffer; that of slices is 0.
const UNIFORM: u32 = 1;

/// Everything for planes that does not depend on volumes.
#[derive(Debug)]
pub(super) struct Planes {
    uniform: WebGlBuffer,
    made: Vec<(PlaneVariant, Program)>,
    last_slices: Option<(Arc<SliceTable>, Texture)>,
    /// Bound in the place of a table that a plan does not have.
    no_table: Texture,
}

impl Planes {
    /// # Errors
    /// [`ErrorKind::DeviceLost`], [`ErrorKind::Limit`].
    pub(super) fn new(gl: &Gl) -> Result<Self> {
        Ok(Self {
            uniform: uniform_buffer(gl, UNIFORM, size_of::<Plane>())?,
            made: Vec::new(),
            last_slices: None,
            no_table: Texture::new(gl, Gl::RGBA32UI, [2, 1])?,
        })
    }

    /// Draws `volume` by `plan` to what is bound.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the plan was made for another volume; [`ErrorKind::DeviceLost`].
    pub(super) fn draw(
        &mut self,
        gl: &Gl,
        vertex: &WebGlShader,
        plan: &ReslicePlan,
        volume: &StoredVolume,
        uniform: &Plane,
        levels: &mut LastTable,
    ) -> Result<()> {
        let spec = volume.spec();
        if plan.size != spec.size || plan.format != spec.format {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the plan was made for another volume",
            ));
        }
        gl.bind_buffer(Gl::UNIFORM_BUFFER, Some(&self.uniform));
        gl.buffer_sub_data_with_i32_and_u8_array(Gl::UNIFORM_BUFFER, 0, bytemuck::bytes_of(uniform));
        let [width, height] = plan.canvas.map(|side| i32::try_from(side).unwrap_or(i32::MAX));
        gl.viewport(0, 0, width, height);
        let program = self.program(gl, vertex, PlaneVariant::of(plan, Taps::Load))?;
        let bindings: Vec<u32> = program.bindings().copied().collect();
        program.put_to_use(gl);
        for (unit, binding) in (0..).zip(bindings) {
            gl.active_texture(Gl::TEXTURE0 + unit);
            match (binding, &plan.shading, &plan.table) {
                (VOXELS_BINDING, ..) => gl.bind_texture(Gl::TEXTURE_3D, Some(volume.texture())),
                (TABLE_BINDING, Shading::Table(table), _) => levels.bind(gl, table)?,
                (SLICES_BINDING, _, Some(table)) => self.bind_slices(gl, table)?,
                _ => gl.bind_texture(Gl::TEXTURE_2D, Some(self.no_table.raw())),
            }
        }
        gl.draw_arrays(Gl::TRIANGLES, 0, 3);
        Ok(())
    }

    fn program(&mut self, gl: &Gl, vertex: &WebGlShader, variant: PlaneVariant) -> Result<&Program> {
        let lost = || Error::new(ErrorKind::DeviceLost, "there is no such program");
        let index = match self.made.iter().position(|(made, _)| *made == variant) {
            Some(index) => index,
            None => {
                let (text, source) = glsl::plane_source(variant).ok_or_else(lost)?;
                self.made
                    .push((variant, Program::new(gl, vertex, &text, source, UNIFORM)?));
                self.made.len() - 1
            }
        };
        self.made.get(index).map(|(_, program)| program).ok_or_else(lost)
    }

    /// Binds the texture of a slice table: it changes when a slice arrives, not with the view.
    fn bind_slices(&mut self, gl: &Gl, table: &Arc<SliceTable>) -> Result<()> {
        if let Some((held, texture)) = &self.last_slices
            && held == table
        {
            gl.bind_texture(Gl::TEXTURE_2D, Some(texture.raw()));
            return Ok(());
        }
        let rows = u32::try_from(table.entries.len()).unwrap_or(u32::MAX);
        let texture = Texture::new(gl, Gl::RGBA32UI, [2, rows])?;
        let texels = Uint32Array::from(slice_texels(table).as_slice());
        gl.tex_sub_image_2d_with_i32_and_i32_and_u32_and_type_and_opt_array_buffer_view(
            Gl::TEXTURE_2D,
            0,
            0,
            0,
            2,
            i32::try_from(rows).unwrap_or(i32::MAX),
            Gl::RGBA_INTEGER,
            Gl::UNSIGNED_INT,
            Some(&texels),
        )
        .map_err(|_thrown| Error::new(ErrorKind::DeviceLost, "the graphics context takes no pixels"))?;
        self.last_slices = Some((Arc::clone(table), texture));
        Ok(())
    }
}
