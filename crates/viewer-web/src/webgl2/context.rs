//! The context of a canvas, and what it says of itself.

use js_sys::{Object, Reflect};
use viewer_core::{Error, ErrorKind, Result};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlCanvasElement, WebGl2RenderingContext as Gl};

/// `UNMASKED_RENDERER_WEBGL` of `WEBGL_debug_renderer_info`.
const UNMASKED_RENDERER: u32 = 0x9246;

/// Opens the context: one opaque colour buffer and nothing else.
///
/// # Errors
/// [`ErrorKind::DeviceLost`] when this browser, here and now, gives none.
pub(super) fn open(canvas: &HtmlCanvasElement) -> Result<Gl> {
    let options = Object::new();
    for name in ["alpha", "antialias", "depth", "stencil"] {
        // Setting a property of a fresh object cannot fail.
        Reflect::set(&options, &name.into(), &JsValue::FALSE).unwrap_or_default();
    }
    canvas
        .get_context_with_context_options("webgl2", &options)
        .ok()
        .flatten()
        .and_then(|context| context.dyn_into().ok())
        .ok_or_else(|| Error::new(ErrorKind::DeviceLost, "this browser has no WebGL2"))
}

/// The longest side of a texture and of a canvas.
pub(super) fn max_side(gl: &Gl) -> u32 {
    let textures = number(gl, Gl::MAX_TEXTURE_SIZE);
    let targets = number(gl, Gl::MAX_RENDERBUFFER_SIZE);
    textures.min(targets)
}

/// The longest side of a 3-D texture.
pub(super) fn max_volume_side(gl: &Gl) -> u32 {
    number(gl, Gl::MAX_3D_TEXTURE_SIZE)
}

/// What draws, as the driver names it; empty where the browser does not tell.
pub(super) fn adapter(gl: &Gl) -> String {
    let told = gl.get_extension("WEBGL_debug_renderer_info").ok().flatten();
    let name = told.and_then(|_| gl.get_parameter(UNMASKED_RENDERER).ok());
    name.and_then(|name| name.as_string()).unwrap_or_default()
}

/// # Errors
/// [`ErrorKind::DeviceLost`]: a lost context answers every call with nothing.
pub(super) fn check(gl: &Gl) -> Result<()> {
    if gl.is_context_lost() {
        return Err(Error::new(ErrorKind::DeviceLost, "the WebGL2 context is lost"));
    }
    Ok(())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a size; the cast saturates"
)]
fn number(gl: &Gl, name: u32) -> u32 {
    let value = gl.get_parameter(name).ok().and_then(|value| value.as_f64());
    value.unwrap_or(0.0) as u32
}
