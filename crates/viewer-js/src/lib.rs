//! What the wasm modules of the page have in common: errors and descriptions as JavaScript sees them.
#![forbid(unsafe_code)]

mod error;
mod json;

pub use error::{misuse, to_js};
pub use json::described;
