//! Warnings as JavaScript sees them.

use serde::Serialize;
use viewer_core::Warning;
use viewer_js::described;
use wasm_bindgen::JsValue;

#[derive(Serialize)]
struct Said<'w> {
    kind: &'static str,
    message: &'w str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<u32>,
}

/// A JSON list.
pub(crate) fn json(warnings: &[Warning]) -> Result<String, JsValue> {
    let said: Vec<Said<'_>> = warnings
        .iter()
        .map(|warning| Said {
            kind: warning.kind.as_str(),
            message: &warning.message,
            tag: warning
                .tag
                .map(|(group, element)| format!("{group:04X},{element:04X}")),
            frame: warning.frame,
        })
        .collect();
    described(&said)
}
