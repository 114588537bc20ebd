//! What the wasm modules of the page have in common: errors and descriptions as JavaScript sees them, text by
//! the browser's tables.
#![forbid(unsafe_code)]

mod error;
mod json;
mod text;

pub use error::{misuse, to_js};
pub use json::described;
pub use text::decode_text;
