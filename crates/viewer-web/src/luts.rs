//! The lookup tables of a frame, as JavaScript fills them in.

use std::sync::Arc;

use js_sys::Uint16Array;
use viewer_core::lut::Lut;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use viewer_js::to_js;

use crate::FrameSpec;

type JsResult<T> = Result<T, JsValue>;

#[wasm_bindgen]
impl FrameSpec {
    /// Sets the Modality LUT, which is applied instead of the rescale: its first value, bits and outputs.
    ///
    /// # Errors
    /// For no outputs or more than 65,536.
    #[wasm_bindgen(js_name = setModalityLut)]
    pub fn set_modality_lut(&mut self, first: i32, bits: u32, entries: &Uint16Array) -> JsResult<()> {
        self.luts.modality = Some(lut(first, bits, entries)?);
        Ok(())
    }

    /// Adds a VOI LUT, as [`FrameSpec::set_modality_lut`] does. They are numbered from zero.
    ///
    /// # Errors
    /// As [`FrameSpec::set_modality_lut`].
    #[wasm_bindgen(js_name = addVoiLut)]
    pub fn add_voi_lut(&mut self, first: i32, bits: u32, entries: &Uint16Array) -> JsResult<()> {
        self.luts.voi.push(lut(first, bits, entries)?);
        Ok(())
    }

    /// Sets the Presentation LUT, as [`FrameSpec::set_modality_lut`] does.
    ///
    /// # Errors
    /// As [`FrameSpec::set_modality_lut`].
    #[wasm_bindgen(js_name = setPresentationLut)]
    pub fn set_presentation_lut(&mut self, first: i32, bits: u32, entries: &Uint16Array) -> JsResult<()> {
        self.luts.presentation = Some(lut(first, bits, entries)?);
        Ok(())
    }
}

/// # Errors
/// For no outputs or more than 65,536.
pub(crate) fn lut(first: i32, bits: u32, entries: &Uint16Array) -> JsResult<Arc<Lut>> {
    // one more than allowed is refused as well as any more, and takes no memory
    let entries = entries.subarray(0, entries.length().min((1 << 16) + 1));
    Lut::new(first, bits, entries.to_vec())
        .map(Arc::new)
        .map_err(|error| to_js(&error))
}
