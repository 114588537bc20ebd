//! A lookup table as JavaScript sees it.

use std::sync::Arc;

use viewer_core::lut;
use wasm_bindgen::prelude::wasm_bindgen;

/// A lookup table; the render module takes it apart again.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Lut(Arc<lut::Lut>);

#[wasm_bindgen]
impl Lut {
    /// The value of the first entry.
    #[wasm_bindgen(getter)]
    pub fn first(&self) -> i32 {
        self.0.first()
    }

    /// Bits of an output.
    #[wasm_bindgen(getter)]
    pub fn bits(&self) -> u32 {
        self.0.bits()
    }

    /// A copy of the outputs.
    #[wasm_bindgen(getter)]
    pub fn entries(&self) -> js_sys::Uint16Array {
        js_sys::Uint16Array::from(self.0.entries())
    }
}

impl From<&Arc<lut::Lut>> for Lut {
    fn from(lut: &Arc<lut::Lut>) -> Self {
        Self(Arc::clone(lut))
    }
}
