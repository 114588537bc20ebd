//! The door to [`viewer_core::measure::MeasuredPlane`].

use glam::DVec3;
use viewer_core::{
    Field, PixelFormat,
    measure::{self, PlaneVolume},
    reslice::Plane,
    volume::{Geometry, SliceSpec},
};
use viewer_js::{described, misuse, to_js};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{facts, padding, points, table, tool};

/// A plane through a volume to measure on. Points are millimetres to the right and down of its center.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MeasuredPlane {
    plane: measure::MeasuredPlane,
    format: PixelFormat,
}

#[wasm_bindgen]
impl MeasuredPlane {
    /// Of a volume of `size` `[slices, rows, columns]`; `geometry` is 12 numbers, millimetres: the first voxel's centre, the
    /// steps of columns, rows and slices; `slices` is 3 numbers a slice: place, rescale slope and intercept; `plane` is 9
    /// numbers: center, right and down. The others are as those of a frame.
    ///
    /// # Errors
    /// When the description contradicts itself, or the plane has too many voxels.
    #[wasm_bindgen(constructor)]
    pub fn new(
        facts_json: &str,
        size: &[u32],
        format: &str,
        geometry: &[f64],
        slices: &[f64],
        padding_range: &[f64],
        table_first: i32,
        table_bits: u32,
        table_entries: Vec<u16>,
        plane: &[f64],
    ) -> Result<Self, JsValue> {
        let facts = facts(facts_json)?;
        let (Ok(size), Some(format), Some(&[first, column, row, slice]), Some(&[center, right, down])) = (
            size.try_into(),
            PixelFormat::from_name(format),
            vectors(geometry).as_deref(),
            vectors(plane).as_deref(),
        ) else {
            return Err(misuse("this describes no plane of a volume"));
        };
        let slices = slices
            .as_chunks::<3>()
            .0
            .iter()
            .map(|[place, slope, intercept]| SliceSpec {
                place: *place,
                rescale_slope: *slope,
                rescale_intercept: *intercept,
            });
        let volume = PlaneVolume {
            size,
            format,
            geometry: Geometry::new(first, column, row, slice).map_err(|error| to_js(&error))?,
            slices: slices.collect(),
            padding: padding(padding_range),
            table: table(table_first, table_bits, table_entries)?,
        };
        let made = Plane::new(center, right, down)
            .and_then(|plane| measure::MeasuredPlane::new(&facts, volume, &plane))
            .map_err(|error| to_js(&error))?;
        Ok(Self { plane: made, format })
    }

    /// The slices that have to be written before the values of a tool are whole.
    ///
    /// # Errors
    /// As [`measure::MeasuredPlane::wanted`].
    pub fn wanted(&mut self, tool_name: &str, numbers: &[f64]) -> Result<Vec<u32>, JsValue> {
        let wanted = self.plane.wanted(tool(tool_name)?, points(numbers)?);
        wanted.map_err(|error| to_js(&error))
    }

    /// Takes what the plane crosses of a slice; `unused` as of a frame.
    ///
    /// # Errors
    /// As [`measure::MeasuredPlane::write_slice`].
    #[wasm_bindgen(js_name = writeSlice)]
    pub fn write_slice(&mut self, number: u32, unused: &[u32], mut pixels: Vec<u8>) -> Result<(), JsValue> {
        let &[above, unused] = unused else {
            return Err(misuse("unused bits are two numbers"));
        };
        Field { above, unused }.cut(
            &mut pixels,
            self.format.bytes_per_pixel(),
            self.format.is_signed(),
        );
        let written = self.plane.write_slice(number, &pixels);
        written.map_err(|error| to_js(&error))
    }

    /// JSON: the measurements of a tool, and notes.
    ///
    /// # Errors
    /// As [`measure::MeasuredPlane::measure`].
    pub fn measure(&self, tool_name: &str, numbers: &[f64]) -> Result<String, JsValue> {
        let measured = self.plane.measure(tool(tool_name)?, points(numbers)?);
        described(&measured.map_err(|error| to_js(&error))?)
    }

    /// JSON: a histogram of the values in the region of a tool, or `null`.
    ///
    /// # Errors
    /// As [`measure::MeasuredPlane::histogram`].
    pub fn histogram(&self, tool_name: &str, numbers: &[f64], bins: u32) -> Result<String, JsValue> {
        let found = self.plane.histogram(tool(tool_name)?, points(numbers)?, bins);
        described(&found.map_err(|error| to_js(&error))?)
    }

    /// Center and width of a window for the values in the region of a tool; nothing where there are none.
    ///
    /// # Errors
    /// As [`measure::MeasuredPlane::window`].
    pub fn window(&self, tool_name: &str, numbers: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        let found = self.plane.window(tool(tool_name)?, points(numbers)?);
        let window = found.map_err(|error| to_js(&error))?;
        Ok(window.map(|window| vec![window.center, window.width]))
    }
}

/// Numbers by three.
fn vectors(numbers: &[f64]) -> Option<Vec<DVec3>> {
    match numbers.as_chunks::<3>() {
        (vectors, []) => Some(vectors.iter().copied().map(DVec3::from_array).collect()),
        _ => None,
    }
}
