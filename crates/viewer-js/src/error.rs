//! Errors as JavaScript sees them: an `Error` with `kind` and, where known, `tag` and `frame`.

use js_sys::Reflect;
use viewer_core::{Error, ErrorKind};
use wasm_bindgen::JsValue;

/// A JavaScript `Error` of the same text.
pub fn to_js(error: &Error) -> JsValue {
    let js = JsValue::from(js_sys::Error::new(&error.message));
    set(&js, "kind", &error.kind.as_str().into());
    if let Some((group, element)) = error.tag {
        set(&js, "tag", &format!("{group:04X},{element:04X}").into());
    }
    if let Some(frame) = error.frame {
        set(&js, "frame", &frame.into());
    }
    js
}

/// An error about what the page passed in.
pub fn misuse(message: &str) -> JsValue {
    to_js(&Error::new(ErrorKind::Malformed, message))
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // A new Error object takes every property.
    drop(Reflect::set(target, &name.into(), value));
}
