//! What tools measure, on frames and on planes through volumes.

use codecs::decode;
use glam::DVec3;
use pyo3::prelude::*;
use viewer_core::{
    Error, ErrorKind, Frame,
    annotate::Tool,
    decode::DicomObject as Object,
    measure::{Facts, MeasuredFrame, MeasuredPlane, PlaneVolume, StoredValues},
    reslice::Plane,
    space::ImagePoint,
};

use crate::{error::to_py, metadata::plain, object::DicomObject, volume::PyVolume};

/// (column, row), or (right, down) in millimetres.
type Point = [f64; 2];

fn malformed(message: &str) -> PyErr {
    to_py(&Error::new(ErrorKind::Malformed, message))
}

fn tool_of(name: &str) -> PyResult<Tool> {
    Tool::from_name(name).ok_or_else(|| malformed("there is no such tool"))
}

const fn at([column, row]: Point) -> ImagePoint {
    ImagePoint { column, row }
}

/// A frame to measure on.
fn measured_frame(object: &Object, number: u32) -> viewer_core::Result<MeasuredFrame> {
    let facts = Facts::of(object.info(), number);
    let frame = object.frame(number, decode)?;
    let spec = frame.spec().clone();
    if spec.format.is_color() {
        return Ok(MeasuredFrame::of_color(&facts));
    }
    let values = StoredValues::new([spec.rows, spec.columns], spec.format, Frame::into_pixels(frame))?
        .with_rescale(spec.rescale_slope, spec.rescale_intercept)
        .with_padding(spec.padding)
        .with_table(spec.luts.modality);
    Ok(MeasuredFrame::new(&facts, Some(values)))
}

/// What the points (column, row) of a tool measure on a frame: `measurements` and `notes`. `known` is a length that a person
/// knows: two points and millimetres. With `bins`, `histogram` as well.
#[pyfunction]
#[pyo3(signature = (object, tool, points, *, frame=0, known=None, bins=None))]
pub(crate) fn measure<'py>(
    py: Python<'py>,
    object: &DicomObject,
    tool: &str,
    points: Vec<Point>,
    frame: u32,
    known: Option<(Point, Point, f64)>,
    bins: Option<u32>,
) -> PyResult<Bound<'py, PyAny>> {
    let tool = tool_of(tool)?;
    let points: Vec<_> = points.into_iter().map(at).collect();
    let (measured, histogram) = py
        .detach(|| {
            let mut made = measured_frame(object.core(), frame)?;
            if let Some((from, to, mm)) = known {
                made.calibrate(Some(([at(from), at(to)], mm)))?;
            }
            let histogram = bins.map(|bins| made.histogram(tool, &points, bins)).transpose()?;
            Ok((made.measure(tool, &points)?, histogram.flatten()))
        })
        .map_err(|error| to_py(&error))?;
    let dict = plain(py, &measured)?;
    dict.set_item("histogram", plain(py, &histogram)?)?;
    Ok(dict)
}

/// What holds of the steps from pixel to pixel of a frame: `scale`, and `regions` of ultrasound.
#[pyfunction]
#[pyo3(signature = (object, frame=0))]
pub(crate) fn calibration<'py>(
    py: Python<'py>,
    object: &DicomObject,
    frame: u32,
) -> PyResult<Bound<'py, PyAny>> {
    let made = MeasuredFrame::new(&Facts::of(object.core().info(), frame), None);
    plain(py, made.calibration())
}

/// What the points of a tool measure on a plane through a volume: (right, down) of `center_mm`, millimetres. `object` says what the
/// values are.
#[pyfunction]
pub(crate) fn measure_plane<'py>(
    py: Python<'py>,
    volume: &PyVolume,
    object: &DicomObject,
    center_mm: [f64; 3],
    right: [f64; 3],
    down: [f64; 3],
    tool: &str,
    points: Vec<Point>,
) -> PyResult<Bound<'py, PyAny>> {
    let tool = tool_of(tool)?;
    let facts = Facts::of(object.core().info(), 0);
    let core = volume.core();
    let measured = py
        .detach(|| {
            let [center, right, down] = [center_mm, right, down].map(DVec3::from_array);
            let spec = core.spec();
            let described = PlaneVolume {
                size: spec.size,
                format: spec.format,
                geometry: spec.geometry,
                slices: spec.slices.clone(),
                padding: spec.padding,
                table: spec.luts.modality.clone(),
            };
            let mut made = MeasuredPlane::new(&facts, described, &Plane::new(center, right, down)?)?;
            let [_, rows, columns] = spec.size.map(|side| side as usize);
            let bytes = rows * columns * spec.format.bytes_per_pixel();
            for slice in made.wanted(tool, &points)? {
                let from = slice as usize * bytes;
                made.write_slice(slice, core.voxels().get(from..from + bytes).unwrap_or_default())?;
            }
            made.measure(tool, &points)
        })
        .map_err(|error| to_py(&error))?;
    plain(py, &measured)
}
