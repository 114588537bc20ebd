//! The door to [`viewer_core::volume::assemble`]: what frames say of themselves in, volumes out.

use glam::DVec3;
use viewer_core::{
    PixelFormat,
    metadata::{MarkKey, Marks},
    volume::{Head, assemble},
};
use viewer_js::{described, misuse};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

/// The frames of a series, of which more may come.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Assembler {
    heads: Vec<Head>,
}

#[wasm_bindgen]
impl Assembler {
    /// Without frames.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a frame. `numbers` are object, frame, rows, columns, and, NaN where unknown: instance number, lowest and
    /// highest padding value, 3 of the position, 6 of the orientation, 2 of the spacing, slice thickness, rescale slope and
    /// intercept. `texts` are SOP Instance UID, Frame of Reference UID, format, Photometric Interpretation, and then names and
    /// values of marks by turns, each but the last followed by a line feed.
    ///
    /// # Errors
    /// When there are fewer numbers.
    pub fn add(&mut self, numbers: &[f64], texts: &str) -> Result<(), JsValue> {
        let head = head(numbers, texts).ok_or_else(|| misuse("a frame is said by 21 numbers"))?;
        self.heads.push(head);
        Ok(())
    }

    /// JSON: volumes and findings.
    ///
    /// # Errors
    /// None in practice: they are plain data.
    pub fn assemble(&self) -> Result<String, JsValue> {
        described(&assemble(&self.heads))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the caller's own numbers; the casts saturate"
)]
fn head(numbers: &[f64], texts: &str) -> Option<Head> {
    let known = |number: f64| (!number.is_nan()).then_some(number);
    let [object, frame, rows, columns, instance, low, high, rest @ ..] = numbers else {
        return None;
    };
    let (place, [r0, r1, r2, c0, c1, c2, rest @ ..]) = rest.split_first_chunk::<3>()? else {
        return None;
    };
    let [row_mm, column_mm, thickness, slope, intercept] = *rest else {
        return None;
    };
    let mut lines = texts.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let [sop, frame_of_reference, format, photometric] = [line(), line(), line(), line()];
    let mut marks = Marks::default();
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        if let Some(key) = MarkKey::from_name(name) {
            marks.set(key, value.to_owned());
        }
    }
    let integer = |number: f64| known(number).map(|number| number as i64);
    Some(Head {
        object: *object as u32,
        frame: *frame as u32,
        sop_instance_uid: sop.to_owned(),
        instance_number: integer(*instance),
        frame_of_reference_uid: (!frame_of_reference.is_empty()).then(|| frame_of_reference.to_owned()),
        size: [*rows as u32, *columns as u32],
        format: PixelFormat::from_name(format),
        photometric: photometric.to_owned(),
        padding: integer(*low).zip(integer(*high)),
        position: known(place[0]).map(|_| DVec3::from_array(*place)),
        orientation: known(*r0).map(|_| [DVec3::new(*r0, *r1, *r2), DVec3::new(*c0, *c1, *c2)]),
        spacing_mm: known(row_mm).map(|_| [row_mm, column_mm]),
        thickness_mm: known(thickness),
        rescale_slope: slope,
        rescale_intercept: intercept,
        marks,
    })
}
