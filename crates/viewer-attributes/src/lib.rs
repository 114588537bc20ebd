//! `noctis_attributes`: the JavaScript door to [`viewer_core::decode::read_texts`]. Loaded when corner text names an attribute
//! that objects are not described by; it carries the dictionary of the standard.

use viewer_core::decode::{Attribute, Limits, read_texts};
use viewer_js::{decode_text, described, to_js};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

/// JSON: the texts of these attributes, `Texts` of viewer-core; `head` as there.
///
/// # Errors
/// As [`read_texts`].
#[wasm_bindgen]
#[expect(
    clippy::needless_pass_by_value,
    reason = "lists come from JavaScript by value"
)]
pub fn texts(head: Vec<u8>, keywords: Vec<String>) -> Result<String, JsValue> {
    let wanted: Vec<_> = keywords.iter().map(|keyword| Attribute::named(keyword)).collect();
    let found = read_texts(head, &wanted, &Limits::default(), decode_text).map_err(|error| to_js(&error))?;
    described(&found)
}

/// As [`Attribute::is_identifying`]; no for a keyword that is none.
#[wasm_bindgen(js_name = isIdentifying)]
pub fn is_identifying(keyword: &str) -> bool {
    Attribute::named(keyword).is_some_and(Attribute::is_identifying)
}
