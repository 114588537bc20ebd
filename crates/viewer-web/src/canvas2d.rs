//! The context of a canvas that takes finished pictures.

use js_sys::{Object, Reflect};
use viewer_core::{Error, ErrorKind, Result};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Opens it without alpha: the compositor has less to do for a canvas that hides what is behind it.
///
/// # Errors
/// [`ErrorKind::DeviceLost`] when the canvas is in use already.
pub(crate) fn open(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d> {
    let options = Object::new();
    // Setting a property of a fresh object cannot fail.
    Reflect::set(&options, &"alpha".into(), &JsValue::FALSE).unwrap_or_default();
    canvas
        .get_context_with_context_options("2d", &options)
        .ok()
        .flatten()
        .and_then(|context| context.dyn_into().ok())
        .ok_or_else(|| {
            Error::new(
                ErrorKind::DeviceLost,
                "the canvas gives no 2d context; it may be in use already",
            )
        })
}
