//! The door to [`viewer_core::volume::Reducer`].

use glam::DVec3;
use serde::Serialize;
use viewer_core::{
    FrameSpec, PixelFormat,
    volume::{self, Budget, Finding, Geometry, ReducedSlice, SliceSpec, VolumeSpec},
};
use viewer_js::{described, misuse, to_js};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

/// Makes the slices of a volume that fits out of those of a series, as they come.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Reducer {
    reducer: volume::Reducer,
}

#[wasm_bindgen]
impl Reducer {
    /// For a volume of `size` `[slices, rows, columns]` and `format`; `geometry` is 12 numbers, millimetres: the first
    /// voxel's centre, the steps of columns, rows and slices; `slices` is 3 numbers a slice: place, rescale slope and
    /// intercept; `padding` is empty or two numbers. At most `max_side` voxels a side and `max_bytes` in all.
    ///
    /// # Errors
    /// When the description contradicts itself, or the volume cannot be made to fit.
    #[wasm_bindgen(constructor)]
    pub fn new(
        size: &[u32],
        format: &str,
        geometry: &[f64],
        slices: &[f64],
        padding: &[f64],
        max_side: u32,
        max_bytes: f64,
    ) -> Result<Self, JsValue> {
        let spec = spec(size, format, geometry, slices, padding)
            .ok_or_else(|| misuse("this describes no volume"))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of bytes; the cast saturates"
        )]
        let max_bytes = max_bytes as u64;
        let budget = Budget { max_side, max_bytes };
        let reducer = budget
            .factors(&spec)
            .and_then(|factors| volume::Reducer::new(&spec, factors))
            .map_err(|error| to_js(&error))?;
        Ok(Self { reducer })
    }

    /// JSON of the volume that fits: `size`, `reduction`, `geometry`, `slices`, and the `finding` that says so.
    ///
    /// # Errors
    /// None in practice: it is plain data.
    pub fn spec(&self) -> Result<String, JsValue> {
        let VolumeSpec {
            size,
            reduction,
            geometry,
            slices,
            ..
        } = self.reducer.spec();
        described(&Fitting {
            size: *size,
            reduction: *reduction,
            geometry: *geometry,
            slices,
            finding: self.reducer.finding(),
        })
    }

    /// Takes a slice of the series; the reduced slice that it was the last of, if it was.
    ///
    /// # Errors
    /// As [`volume::Reducer::write_slice`].
    #[wasm_bindgen(js_name = writeSlice)]
    pub fn write_slice(&mut self, slice: u32, pixels: &[u8]) -> Result<Option<Reduced>, JsValue> {
        let reduced = self.reducer.write_slice(slice, pixels);
        reduced
            .map(|reduced| reduced.map(Reduced))
            .map_err(|error| to_js(&error))
    }

    /// The next reduced slice that is not whole, made of what there is.
    pub fn flush(&mut self) -> Option<Reduced> {
        self.reducer.flush().map(Reduced)
    }
}

/// A slice of the reduced volume.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Reduced(ReducedSlice);

#[wasm_bindgen]
impl Reduced {
    /// Its number.
    #[wasm_bindgen(getter)]
    pub fn number(&self) -> u32 {
        self.0.number
    }

    /// A copy of its stored values, `[rows, columns]`, little-endian.
    #[wasm_bindgen(getter)]
    pub fn pixels(&self) -> Vec<u8> {
        self.0.pixels.clone()
    }
}

#[derive(Serialize)]
struct Fitting<'s> {
    size: [u32; 3],
    reduction: [u32; 3],
    geometry: Geometry,
    slices: &'s [SliceSpec],
    #[serde(skip_serializing_if = "Option::is_none")]
    finding: Option<Finding>,
}

fn spec(size: &[u32], format: &str, geometry: &[f64], slices: &[f64], padding: &[f64]) -> Option<VolumeSpec> {
    let format = PixelFormat::from_name(format)?;
    let (vectors, []) = geometry.as_chunks::<3>() else {
        return None;
    };
    let &[first, column_step, row_step, slice_step] = vectors else {
        return None;
    };
    let [first, column_step, row_step, slice_step] =
        [first, column_step, row_step, slice_step].map(DVec3::from_array);
    let (slices, []) = slices.as_chunks::<3>() else {
        return None;
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "stored values; the casts saturate"
    )]
    let padding = match *padding {
        [low, high] => Some((low as i64, high as i64)),
        _ => None,
    };
    // how voxels are shown does not matter here
    let shown = FrameSpec::of_size(1, 1, format);
    Some(VolumeSpec {
        size: size.try_into().ok()?,
        format,
        geometry: Geometry::new(first, column_step, row_step, slice_step).ok()?,
        slices: slices
            .iter()
            .map(|[place, slope, intercept]| SliceSpec {
                place: *place,
                rescale_slope: *slope,
                rescale_intercept: *intercept,
            })
            .collect(),
        padding,
        inverted: false,
        voi: shown.voi,
        luts: shown.luts,
        reduction: [1; 3],
    })
}
