//! Lengths, angles, areas, regions.

use pyo3::{exceptions::PyValueError, prelude::*};
use viewer_core::{
    assess::Sample as _,
    measure::{self, Region},
    space::ImagePoint,
};

use crate::{
    error::to_py,
    metadata::plain,
    samples::{Samples, detached},
};

/// (column, row).
type Point = (f64, f64);

const fn at((column, row): Point) -> ImagePoint {
    ImagePoint { column, row }
}

/// The distance of two points (column, row) in millimetres; `spacing_mm` is (between rows, between columns).
#[pyfunction]
pub(crate) fn distance_mm(first: Point, second: Point, spacing_mm: [f64; 2]) -> f64 {
    measure::distance(at(first), at(second), spacing_mm)
}

/// The angle at `corner`, in degrees from 0 to 180; None where there is none.
#[pyfunction]
#[pyo3(signature = (first, corner, second, spacing_mm=[1.0, 1.0]))]
pub(crate) fn angle_deg(first: Point, corner: Point, second: Point, spacing_mm: [f64; 2]) -> Option<f64> {
    measure::angle_deg(at(first), at(corner), at(second), spacing_mm)
}

/// The area inside a closed polygon of (column, row), in square millimetres.
#[pyfunction]
pub(crate) fn area_mm2(corners: Vec<Point>, spacing_mm: [f64; 2]) -> f64 {
    let corners: Vec<_> = corners.into_iter().map(at).collect();
    measure::area(&corners, spacing_mm)
}

fn region_of(shape: &str, points: &[Point]) -> PyResult<Region> {
    match (shape, points) {
        ("rectangle", &[from, to]) => Ok(Region::Rectangle {
            from: at(from),
            to: at(to),
        }),
        ("ellipse", &[from, to]) => Ok(Region::Ellipse {
            center: at((f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1))),
            column_radius: (to.0 - from.0).abs() / 2.0,
            row_radius: (to.1 - from.1).abs() / 2.0,
        }),
        ("polygon", [_, _, _, ..]) => Ok(Region::Polygon(points.iter().copied().map(at).collect())),
        _ => Err(PyValueError::new_err(
            "a region is a rectangle or an ellipse of two opposite corners of its box, or a polygon of three points and more",
        )),
    }
}

/// The area of a region in square millimetres: that of its shape.
#[pyfunction]
pub(crate) fn region_area_mm2(shape: &str, points: Vec<Point>, spacing_mm: [f64; 2]) -> PyResult<f64> {
    Ok(region_of(shape, &points)?.area(spacing_mm))
}

/// The statistics of the values, or None when there are none: count, mean, sd (n - 1), min, max, median, p5, p95.
#[pyfunction]
pub(crate) fn statistics<'py>(py: Python<'py>, values: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let samples = Samples::of(values)?;
    let found = detached!(py, &samples, |slice| measure::statistics(slice.iter().copied()));
    plain(py, &found.map_err(|error| to_py(&error))?)
}

/// The statistics of the values `[rows, columns]` whose pixels belong to a region: their centre is inside or on its edge.
#[pyfunction]
pub(crate) fn region_statistics<'py>(
    py: Python<'py>,
    values: &Bound<'py, PyAny>,
    shape: &str,
    points: Vec<Point>,
) -> PyResult<Bound<'py, PyAny>> {
    let region = region_of(shape, &points)?;
    let samples = Samples::of(values)?;
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let [rows, columns] = *samples.shape().as_slice() else {
        return Err(PyValueError::new_err(
            "the values must be an array of two dimensions",
        ));
    };
    let found = detached!(py, &samples, |slice| {
        let inside: Vec<f64> = region
            .pixels([side(rows), side(columns)])
            .filter_map(|number| slice.get(number))
            .map(|value| value.value())
            .collect();
        measure::statistics(inside.into_iter())
    });
    plain(py, &found.map_err(|error| to_py(&error))?)
}
