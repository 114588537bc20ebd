//! Pictures off screen.

use viewer_core::{Error, ErrorKind, Result};
use web_sys::{WebGl2RenderingContext as Gl, WebGlFramebuffer, WebGlRenderbuffer};

/// An off-screen target, bound for drawing. Dropping it frees it.
pub(super) struct Target<'a> {
    gl: &'a Gl,
    canvas: [u32; 2],
    framebuffer: Option<WebGlFramebuffer>,
    renderbuffer: Option<WebGlRenderbuffer>,
}

impl Drop for Target<'_> {
    fn drop(&mut self) {
        self.gl.delete_framebuffer(self.framebuffer.as_ref());
        self.gl.delete_renderbuffer(self.renderbuffer.as_ref());
    }
}

impl<'a> Target<'a> {
    /// # Errors
    /// [`ErrorKind::Limit`] when a canvas of `[width, height]` pixels is empty or larger than the device draws.
    pub(super) fn new(gl: &'a Gl, max_side: u32, canvas: [u32; 2]) -> Result<Self> {
        let limit = || {
            Error::new(
                ErrorKind::Limit,
                "the picture is empty or larger than this graphics device draws",
            )
        };
        if !canvas.iter().all(|side| (1..=max_side).contains(side)) {
            return Err(limit());
        }
        let target = Self {
            gl,
            canvas,
            framebuffer: gl.create_framebuffer(),
            renderbuffer: gl.create_renderbuffer(),
        };
        let [width, height] = target.sides();
        gl.bind_framebuffer(Gl::FRAMEBUFFER, target.framebuffer.as_ref());
        gl.bind_renderbuffer(Gl::RENDERBUFFER, target.renderbuffer.as_ref());
        gl.renderbuffer_storage(Gl::RENDERBUFFER, Gl::RGBA8, width, height);
        gl.framebuffer_renderbuffer(
            Gl::FRAMEBUFFER,
            Gl::COLOR_ATTACHMENT0,
            Gl::RENDERBUFFER,
            target.renderbuffer.as_ref(),
        );
        if gl.check_framebuffer_status(Gl::FRAMEBUFFER) != Gl::FRAMEBUFFER_COMPLETE {
            return Err(limit());
        }
        Ok(target)
    }

    /// What was drawn: RGBA, 8 bits, `[height, width, 4]`.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`].
    pub(super) fn read(&self) -> Result<Vec<u8>> {
        let [width, height] = self.sides();
        let mut picture = vec![0; self.canvas.iter().map(|side| *side as usize).product::<usize>() * 4];
        self.gl
            .read_pixels_with_opt_u8_array(
                0,
                0,
                width,
                height,
                Gl::RGBA,
                Gl::UNSIGNED_BYTE,
                Some(&mut picture),
            )
            .map_err(|_thrown| Error::new(ErrorKind::DeviceLost, "the picture cannot be read back"))?;
        if self.gl.is_context_lost() {
            return Err(Error::new(ErrorKind::DeviceLost, "the WebGL2 context is lost"));
        }
        Ok(picture)
    }

    fn sides(&self) -> [i32; 2] {
        self.canvas.map(|side| i32::try_from(side).unwrap_or(i32::MAX))
    }
}
