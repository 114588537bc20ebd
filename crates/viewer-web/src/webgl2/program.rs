//! Programs, each compiled when a picture first needs it, and the uniform buffer that all of them read.

use viewer_core::{Error, ErrorKind, Result};
use viewer_shaders::{
    Slice, Variant,
    glsl::{self, Source},
};
use wasm_bindgen::JsValue;
use web_sys::{WebGl2RenderingContext as Gl, WebGlBuffer, WebGlProgram, WebGlShader};

/// A program and what its texture units hold.
#[derive(Debug)]
pub(super) struct Program {
    program: WebGlProgram,
    source: &'static Source,
}

impl Program {
    /// The binding in the shaders of each texture unit, in turn.
    pub(super) fn bindings(&self) -> impl Iterator<Item = &'static u32> {
        self.source.textures.iter().map(|(binding, _)| binding)
    }
}

/// All programs made so far.
#[derive(Debug)]
pub(super) struct Programs {
    vertex: WebGlShader,
    uniform: WebGlBuffer,
    made: Vec<(Variant, Program)>,
}

impl Programs {
    /// # Errors
    /// [`ErrorKind::DeviceLost`].
    pub(super) fn new(gl: &Gl) -> Result<Self> {
        Ok(Self {
            vertex: shader(gl, Gl::VERTEX_SHADER, glsl::VERTEX)?,
            uniform: uniform_buffer(gl, 0, size_of::<Slice>())?,
            made: Vec::new(),
        })
    }

    /// The program that draws `variant`, in use.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`] when the driver does not take it.
    pub(super) fn get(&mut self, gl: &Gl, variant: Variant) -> Result<&Program> {
        let index = match self.made.iter().position(|(made, _)| *made == variant) {
            Some(index) => index,
            None => {
                let source = glsl::source(variant).ok_or_else(|| refused("there is no such program"))?;
                let program = Program::new(gl, &self.vertex, source.fragment, source, 0)?;
                self.made.push((variant, program));
                self.made.len() - 1
            }
        };
        let (_, program) = self.made.get(index).ok_or_else(lost)?;
        program.put_to_use(gl);
        Ok(program)
    }

    /// The full-screen triangle.
    pub(super) const fn vertex(&self) -> &WebGlShader {
        &self.vertex
    }

    /// Writes what the program in use reads.
    pub(super) fn write_uniform(&self, gl: &Gl, slice: &Slice) {
        gl.bind_buffer(Gl::UNIFORM_BUFFER, Some(&self.uniform));
        gl.buffer_sub_data_with_i32_and_u8_array(Gl::UNIFORM_BUFFER, 0, bytemuck::bytes_of(slice));
    }
}

impl Program {
    /// Compiles and links a fragment shader whose uniform is buffer `point`.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`] when the driver does not take it.
    pub(super) fn new(
        gl: &Gl,
        vertex: &WebGlShader,
        fragment: &str,
        source: &'static Source,
        point: u32,
    ) -> Result<Self> {
        Linking::begin(gl, vertex, fragment, source)?.finish(gl, point)
    }

    /// Draws with it from now on.
    pub(super) fn put_to_use(&self, gl: &Gl) {
        gl.use_program(Some(&self.program));
    }
}

/// A program that a driver is making.
#[derive(Debug)]
pub(super) struct Linking(Program);

impl Linking {
    /// Begins to compile and link a fragment shader.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`].
    pub(super) fn begin(
        gl: &Gl,
        vertex: &WebGlShader,
        fragment: &str,
        source: &'static Source,
    ) -> Result<Self> {
        let fragment = shader(gl, Gl::FRAGMENT_SHADER, fragment)?;
        let program = gl.create_program().ok_or_else(lost)?;
        gl.attach_shader(&program, vertex);
        gl.attach_shader(&program, &fragment);
        gl.link_program(&program);
        // The program keeps what it needs of it.
        gl.delete_shader(Some(&fragment));
        Ok(Self(Program { program, source }))
    }

    /// What the driver says of it.
    pub(super) fn parameter(&self, gl: &Gl, name: u32) -> JsValue {
        gl.get_program_parameter(&self.0.program, name)
    }

    /// Waits for the driver; the uniform is buffer `point`.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`] when the driver does not take it.
    pub(super) fn finish(self, gl: &Gl, point: u32) -> Result<Program> {
        if self.parameter(gl, Gl::LINK_STATUS).is_falsy() {
            let log = gl.get_program_info_log(&self.0.program);
            return Err(refused(&log.unwrap_or_default()));
        }
        let Program { program, source } = self.0;
        gl.use_program(Some(&program));
        for (unit, (_, name)) in (0..).zip(source.textures) {
            gl.uniform1i(gl.get_uniform_location(&program, name).as_ref(), unit);
        }
        let block = gl.get_uniform_block_index(&program, source.uniform_block);
        gl.uniform_block_binding(&program, block, point);
        Ok(Program { program, source })
    }
}

/// A buffer of `bytes` bytes that programs read as the uniform of `point`.
///
/// # Errors
/// [`ErrorKind::DeviceLost`].
pub(super) fn uniform_buffer(gl: &Gl, point: u32, bytes: usize) -> Result<WebGlBuffer> {
    let uniform = gl.create_buffer().ok_or_else(lost)?;
    gl.bind_buffer_base(Gl::UNIFORM_BUFFER, point, Some(&uniform));
    let bytes = i32::try_from(bytes).unwrap_or(i32::MAX);
    gl.buffer_data_with_i32(Gl::UNIFORM_BUFFER, bytes, Gl::DYNAMIC_DRAW);
    Ok(uniform)
}

fn shader(gl: &Gl, kind: u32, text: &str) -> Result<WebGlShader> {
    let shader = gl.create_shader(kind).ok_or_else(lost)?;
    gl.shader_source(&shader, text);
    gl.compile_shader(&shader);
    Ok(shader)
}

fn lost() -> Error {
    Error::new(ErrorKind::DeviceLost, "the WebGL2 context is lost")
}

fn refused(log: &str) -> Error {
    let line = log.lines().next().unwrap_or_default();
    Error::new(
        ErrorKind::DeviceLost,
        format!("the graphics driver refused a program: {line}"),
    )
}
