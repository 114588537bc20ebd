//! JSON whose numbers are written by the browser: the tables of `serde_json`'s own way weigh 10 kB.

use std::io;

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};
use wasm_bindgen::JsValue;

struct ByTheBrowser;

impl Formatter for ByTheBrowser {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let text = js_sys::Number::from(value)
            .to_string_with_radix(10)
            .map(String::from);
        writer.write_all(text.as_deref().unwrap_or("null").as_bytes())
    }
}

/// The value as JSON.
///
/// # Errors
/// None for plain data.
fn text(value: &impl Serialize) -> serde_json::Result<String> {
    let mut json = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut json, ByTheBrowser))?;
    String::from_utf8(json).map_err(serde::ser::Error::custom)
}

/// The value as JSON, for a method of a module.
///
/// # Errors
/// None in practice: what is described is plain data.
pub fn described(value: &impl Serialize) -> Result<String, JsValue> {
    text(value).map_err(|error| JsValue::from(js_sys::Error::new(&error.to_string())))
}
