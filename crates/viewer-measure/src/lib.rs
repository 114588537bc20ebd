//! `noctis_measure`: the JavaScript door to [`viewer_core::measure`]. Loaded when the first annotation is made.

mod frame;
mod plane;

pub use frame::MeasuredFrame;
pub use plane::MeasuredPlane;

use std::sync::Arc;

use viewer_core::{annotate::Tool, lut::Lut, measure::Facts};
use viewer_js::{misuse, to_js};
use wasm_bindgen::JsValue;

/// What an object says, which the page describes in JSON.
///
/// # Errors
/// When it is something else.
fn facts(json: &str) -> Result<Facts, JsValue> {
    serde_json::from_str(json).map_err(|error| misuse(&format!("what an object says: {error}")))
}

fn tool(name: &str) -> Result<Tool, JsValue> {
    Tool::from_name(name).ok_or_else(|| misuse("there is no such tool"))
}

/// Points, two numbers each.
fn points(numbers: &[f64]) -> Result<&[[f64; 2]], JsValue> {
    match numbers.as_chunks::<2>() {
        (points, []) => Ok(points),
        _ => Err(misuse("a point has two numbers")),
    }
}

/// Lowest and highest padding value, or nothing.
#[expect(
    clippy::cast_possible_truncation,
    reason = "stored values; the casts saturate"
)]
const fn padding(numbers: &[f64]) -> Option<(i64, i64)> {
    match *numbers {
        [low, high] => Some((low as i64, high as i64)),
        _ => None,
    }
}

/// A table by its first value and its outputs; nothing where there are none.
fn table(first: i32, bits: u32, entries: Vec<u16>) -> Result<Option<Arc<Lut>>, JsValue> {
    if entries.is_empty() {
        return Ok(None);
    }
    let table = Lut::new(first, bits, entries).map_err(|error| to_js(&error))?;
    Ok(Some(Arc::new(table)))
}
