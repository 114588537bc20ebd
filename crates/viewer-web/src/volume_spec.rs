//! What a volume is, as JavaScript fills it in.

use glam::DVec3;
use js_sys::Uint16Array;
use viewer_core::{
    Field, PixelFormat, Result,
    lut::{Luts, Voi},
    volume::{self, Geometry, SliceSpec},
};
use viewer_js::misuse;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{luts::lut, view::window};

type JsResult<T> = std::result::Result<T, JsValue>;

/// The description of a volume: how many slices of one size it has, and where they are in the patient.
#[wasm_bindgen]
#[derive(Debug, Clone)]
pub struct VolumeSpec {
    size: [u32; 3],
    format: PixelFormat,
    steps: [DVec3; 4],
    slices: Vec<SliceSpec>,
    luts: Luts,
    inverted: bool,
    voi: Voi,
    padding: Option<(i64, i64)>,
    field: Field,
}

#[wasm_bindgen]
impl VolumeSpec {
    /// Slices a millimetre apart, of pixels of a millimetre, from the origin along the patient's axes; unrescaled values with
    /// the window 128, 256.
    ///
    /// # Errors
    /// For a format that is none of `r8uint`, `r8sint`, `r16uint`, `r16sint`; without slices or of more than 65,535.
    #[wasm_bindgen(constructor)]
    pub fn new(slices: u32, rows: u32, columns: u32, format: &str) -> JsResult<Self> {
        let format = PixelFormat::from_name(format)
            .filter(|format| !format.is_color() && format.bytes_per_pixel() <= 2)
            .ok_or_else(|| misuse("volumes hold r8uint, r8sint, r16uint or r16sint"))?;
        if !(1..=0xFFFF).contains(&slices) {
            return Err(misuse("a volume has 1 to 65535 slices"));
        }
        Ok(Self {
            size: [slices, rows, columns],
            format,
            steps: [DVec3::ZERO, DVec3::X, DVec3::Y, DVec3::Z],
            slices: (0..slices)
                .map(|number| SliceSpec {
                    place: f64::from(number),
                    rescale_slope: 1.0,
                    rescale_intercept: 0.0,
                })
                .collect(),
            luts: Luts::default(),
            inverted: false,
            voi: Voi::linear(128.0, 256.0),
            padding: None,
            field: Field::default(),
        })
    }

    /// Sets where voxels are, in patient millimetres (LPS): the centre of the first, and the steps from column to column, row to
    /// row and slice to slice, three numbers each.
    ///
    /// # Errors
    /// For another count of numbers.
    #[wasm_bindgen(js_name = setGeometry)]
    pub fn set_geometry(&mut self, numbers: &[f64]) -> JsResult<()> {
        let (points, rest) = numbers.as_chunks::<3>();
        match points {
            [first, column, row, slice] if rest.is_empty() => {
                self.steps = [*first, *column, *row, *slice].map(DVec3::from_array);
                Ok(())
            }
            _ => Err(misuse("the geometry of a volume is twelve numbers")),
        }
    }

    /// Sets a slice's place (in steps from slice to slice; 0 for the first) and rescale.
    ///
    /// # Errors
    /// When there is no such slice.
    #[wasm_bindgen(js_name = setSlice)]
    pub fn set_slice(&mut self, slice: u32, place: f64, slope: f64, intercept: f64) -> JsResult<()> {
        let spec = self.slices.get_mut(slice as usize).ok_or_else(no_slice)?;
        *spec = SliceSpec {
            place,
            rescale_slope: slope,
            rescale_intercept: intercept,
        };
        Ok(())
    }

    /// Sets the volume's own window: centre, width, and LINEAR, `LINEAR_EXACT` or SIGMOID.
    ///
    /// # Errors
    /// For any other name.
    #[wasm_bindgen(js_name = setWindow)]
    pub fn set_window(&mut self, center: f64, width: f64, function: &str) -> JsResult<()> {
        self.voi = window(center, width, function)?;
        Ok(())
    }

    /// Sets whether the lowest value is shown white (MONOCHROME1).
    #[wasm_bindgen(js_name = setInverted)]
    pub fn set_inverted(&mut self, inverted: bool) {
        self.inverted = inverted;
    }

    /// Sets the lowest and highest stored value that is padding.
    #[wasm_bindgen(js_name = setPadding)]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates; the plan clamps to the format"
    )]
    pub fn set_padding(&mut self, low: f64, high: f64) {
        self.padding = Some((low as i64, high as i64));
    }

    /// Sets what is cut from the pixels: the bits above the stored value in each container, and those above and below it.
    #[wasm_bindgen(js_name = setUnused)]
    pub fn set_unused(&mut self, above: u32, unused: u32) {
        self.field = Field { above, unused };
    }

    /// Sets the Modality LUT, which is applied instead of the rescale: its first value, bits and outputs.
    ///
    /// # Errors
    /// For no outputs or more than 65,536.
    #[wasm_bindgen(js_name = setModalityLut)]
    pub fn set_modality_lut(&mut self, first: i32, bits: u32, entries: &Uint16Array) -> JsResult<()> {
        self.luts.modality = Some(lut(first, bits, entries)?);
        Ok(())
    }

    /// Adds a VOI LUT, as [`VolumeSpec::set_modality_lut`] does. They are numbered from zero.
    ///
    /// # Errors
    /// As [`VolumeSpec::set_modality_lut`].
    #[wasm_bindgen(js_name = addVoiLut)]
    pub fn add_voi_lut(&mut self, first: i32, bits: u32, entries: &Uint16Array) -> JsResult<()> {
        self.luts.voi.push(lut(first, bits, entries)?);
        Ok(())
    }

    /// Sets the Presentation LUT, as [`VolumeSpec::set_modality_lut`] does.
    ///
    /// # Errors
    /// As [`VolumeSpec::set_modality_lut`].
    #[wasm_bindgen(js_name = setPresentationLut)]
    pub fn set_presentation_lut(&mut self, first: i32, bits: u32, entries: &Uint16Array) -> JsResult<()> {
        self.luts.presentation = Some(lut(first, bits, entries)?);
        Ok(())
    }

    /// What is to be cut from the pixels.
    pub(crate) const fn field(&self) -> Field {
        self.field
    }

    /// The description as `viewer-core` holds it.
    pub(crate) fn to_core(&self) -> Result<volume::VolumeSpec> {
        let [first, column, row, slice] = self.steps;
        Ok(volume::VolumeSpec {
            size: self.size,
            format: self.format,
            geometry: Geometry::new(first, column, row, slice)?,
            slices: self.slices.clone(),
            padding: self.padding,
            inverted: self.inverted,
            voi: self.voi,
            luts: self.luts.clone(),
            reduction: [1; 3],
        })
    }
}

/// There is no slice of a number.
fn no_slice() -> JsValue {
    misuse("the volume has no such slice")
}
