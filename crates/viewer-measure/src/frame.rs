//! The door to [`viewer_core::measure::MeasuredFrame`].

use viewer_core::{
    Field, PixelFormat,
    annotate::Tool,
    measure::{self, StoredValues},
    space::ImagePoint,
};
use viewer_js::{described, misuse, to_js};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{facts, padding, points, table, tool};

/// A frame to measure on. Its values are copied once, into this module, until it is freed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct MeasuredFrame(measure::MeasuredFrame);

#[wasm_bindgen]
impl MeasuredFrame {
    /// A frame without values; `facts` is JSON.
    ///
    /// # Errors
    /// When `facts` are no facts.
    #[wasm_bindgen(js_name = withoutValues)]
    pub fn without_values(facts_json: &str) -> Result<Self, JsValue> {
        Ok(Self(measure::MeasuredFrame::new(&facts(facts_json)?, None)))
    }

    /// A frame of `[rows, columns]` pixels. `rescale` is slope and intercept; `unused` the bits above, and above and below,
    /// the stored value; `padding_range` is empty or two numbers; the table is the Modality LUT, empty where there is none.
    ///
    /// # Errors
    /// When the description contradicts itself.
    #[wasm_bindgen(constructor)]
    pub fn new(
        facts_json: &str,
        size: &[u32],
        format: &str,
        rescale: &[f64],
        unused: &[u32],
        padding_range: &[f64],
        table_first: i32,
        table_bits: u32,
        table_entries: Vec<u16>,
        mut pixels: Vec<u8>,
    ) -> Result<Self, JsValue> {
        let facts = facts(facts_json)?;
        let format = PixelFormat::from_name(format);
        let (Ok(size), Some(format), &[slope, intercept], &[above, unused]) =
            (size.try_into(), format, rescale, unused)
        else {
            return Err(misuse("this describes no frame"));
        };
        if format.is_color() {
            return Ok(Self(measure::MeasuredFrame::of_color(&facts)));
        }
        Field { above, unused }.cut(&mut pixels, format.bytes_per_pixel(), format.is_signed());
        let values = StoredValues::new(size, format, pixels)
            .map_err(|error| to_js(&error))?
            .with_rescale(slope, intercept)
            .with_padding(padding(padding_range))
            .with_table(table(table_first, table_bits, table_entries)?);
        Ok(Self(measure::MeasuredFrame::new(&facts, Some(values))))
    }

    /// JSON: what holds of steps from pixel to pixel.
    ///
    /// # Errors
    /// None in practice: it is plain data.
    pub fn calibration(&self) -> Result<String, JsValue> {
        described(self.0.calibration())
    }

    /// Takes a length that a person knows: two points and millimetres. Without numbers the object's own calibration holds.
    ///
    /// # Errors
    /// As [`measure::MeasuredFrame::calibrate`].
    pub fn calibrate(&mut self, known: &[f64]) -> Result<(), JsValue> {
        let known = match *known {
            [] => None,
            [a, b, c, d, mm] => Some((image_points(&[[a, b], [c, d]]), mm)),
            _ => return Err(misuse("a known length is two points and millimetres")),
        };
        let known = known.and_then(|(points, mm)| Some((points.try_into().ok()?, mm)));
        self.0.calibrate(known).map_err(|error| to_js(&error))
    }

    /// JSON: the measurements of a tool, and notes.
    ///
    /// # Errors
    /// As [`measure::MeasuredFrame::measure`].
    pub fn measure(&self, tool_name: &str, numbers: &[f64]) -> Result<String, JsValue> {
        let (tool, points) = asked(tool_name, numbers)?;
        let measured = self.0.measure(tool, &points).map_err(|error| to_js(&error))?;
        described(&measured)
    }

    /// JSON: a histogram of the values in the region of a tool, or `null`.
    ///
    /// # Errors
    /// As [`measure::MeasuredFrame::histogram`].
    pub fn histogram(&self, tool_name: &str, numbers: &[f64], bins: u32) -> Result<String, JsValue> {
        let (tool, points) = asked(tool_name, numbers)?;
        let found = self
            .0
            .histogram(tool, &points, bins)
            .map_err(|error| to_js(&error))?;
        described(&found)
    }

    /// Center and width of a window for the values in the region of a tool; nothing where there are none.
    ///
    /// # Errors
    /// As [`measure::MeasuredFrame::window`].
    pub fn window(&self, tool_name: &str, numbers: &[f64]) -> Result<Option<Vec<f64>>, JsValue> {
        let (tool, points) = asked(tool_name, numbers)?;
        let found = self.0.window(tool, &points).map_err(|error| to_js(&error))?;
        Ok(found.map(|window| vec![window.center, window.width]))
    }
}

fn asked(tool_name: &str, numbers: &[f64]) -> Result<(Tool, Vec<ImagePoint>), JsValue> {
    Ok((tool(tool_name)?, image_points(points(numbers)?)))
}

fn image_points(points: &[[f64; 2]]) -> Vec<ImagePoint> {
    let point = |&[column, row]: &[f64; 2]| ImagePoint { column, row };
    points.iter().map(point).collect()
}
