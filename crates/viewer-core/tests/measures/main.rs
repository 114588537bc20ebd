//! What tools measure, worked by hand: scales by the standard's rules, values of frames and of planes.

mod frames;
mod planes;
mod scales;

use viewer_core::{
    annotate::Tool,
    measure::{Facts, Measured, MeasuredFrame},
    space::ImagePoint,
};

const fn at(column: f64, row: f64) -> ImagePoint {
    ImagePoint { column, row }
}

/// What an object says, by the names of the page.
#[track_caller]
fn facts(json: serde_json::Value) -> Facts {
    serde_json::from_value(json).expect("facts")
}

/// What is measured on a frame without values.
#[track_caller]
fn geometry(json: serde_json::Value, tool: Tool, points: &[ImagePoint]) -> Measured {
    MeasuredFrame::new(&facts(json), None)
        .measure(tool, points)
        .expect("points of the tool")
}

/// Value and unit of a measurement.
#[track_caller]
fn found<'m>(measured: &'m Measured, name: &str) -> (f64, &'m str) {
    let named = measured.measurements.iter().find(|found| found.name == name);
    let found = named.expect(name);
    (found.value, &found.unit)
}

#[track_caller]
fn assert_found(measured: &Measured, name: &str, value: f64, unit: &str) {
    let (is, of) = found(measured, name);
    assert!(
        (is - value).abs() <= 1e-9 * value.abs().max(1.0) && of == unit,
        "{name} is {is} {of}, not {value} {unit}"
    );
}

fn names(measured: &Measured) -> Vec<&str> {
    measured
        .measurements
        .iter()
        .map(|found| found.name.as_str())
        .collect()
}
