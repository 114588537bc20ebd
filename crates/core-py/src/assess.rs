//! Windows, levels, Hounsfield units.

use numpy::{IntoPyArray as _, PyArrayDyn, PyArrayMethods as _};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyDict, PyString},
};
use viewer_core::{
    assess::{self, CalibrationInput, Sample as _, WINDOW_PRESETS, calibrate},
    enhance::{enhance, sharpen},
    lut::{Grey, Voi, plain_level},
};

use crate::{
    error::to_py,
    metadata::plain,
    object::{DicomObject, window_of},
    samples::{Samples, detached},
};

/// The array of levels with the shape of what it was made from.
fn levels<'py>(py: Python<'py>, levels: Vec<u8>, shape: Vec<usize>) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
    levels
        .into_pyarray(py)
        .reshape_with_order(shape, numpy::npyffi::NPY_ORDER::NPY_CORDER)
}

/// The level of each value, in the shape of the values.
fn each<'py>(
    py: Python<'py>,
    values: &Bound<'py, PyAny>,
    level: impl Fn(f64) -> u8 + Sync,
) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
    let samples = Samples::of(values)?;
    let found = detached!(py, &samples, |slice| slice
        .iter()
        .map(|value| level(value.value()))
        .collect());
    levels(py, found, samples.shape())
}

/// Grey levels (uint8) of values through a window, by PS3.3 C.11.2.1.2 and C.11.2.1.3, rounded.
#[pyfunction]
#[pyo3(signature = (values, center, width, *, function="LINEAR", inverted=false))]
pub(crate) fn window_level<'py>(
    py: Python<'py>,
    values: &Bound<'py, PyAny>,
    center: f64,
    width: f64,
    function: &str,
    inverted: bool,
) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
    let grey = Grey {
        slope: 1.0,
        intercept: 0.0,
        voi: window_of((center, width), function)?,
        inverted,
    };
    each(py, values, |x| grey.level(x))
}

/// Grey levels (uint8) as NoctisPro's page and server make them: from `center - width / 2` to `center + width / 2`, cut off.
#[pyfunction]
#[pyo3(signature = (values, center, width, *, inverted=false))]
pub(crate) fn plain_window_level<'py>(
    py: Python<'py>,
    values: &Bound<'py, PyAny>,
    center: f64,
    width: f64,
    inverted: bool,
) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
    each(py, values, |x| plain_level(x, center, width, inverted))
}

/// The length of the rows of an array `[rows, columns]`.
fn columns_of(samples: &Samples<'_>) -> PyResult<usize> {
    match *samples.shape().as_slice() {
        [_, columns] => Ok(columns),
        _ => Err(PyValueError::new_err(
            "the values must be an array of two dimensions",
        )),
    }
}

/// Grey levels (uint8) of values `[rows, columns]` through a window, with details brought out, as for NoctisPro's exports.
#[pyfunction]
#[pyo3(signature = (values, center, width, *, inverted=false))]
pub(crate) fn enhanced_window_level<'py>(
    py: Python<'py>,
    values: &Bound<'py, PyAny>,
    center: f64,
    width: f64,
    inverted: bool,
) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
    let samples = Samples::of(values)?;
    let columns = columns_of(&samples)?;
    let voi = Voi::linear(center, width);
    let found = detached!(py, &samples, |slice| enhance(slice, columns, voi, inverted));
    levels(py, found.map_err(|error| to_py(&error))?, samples.shape())
}

/// Levels (uint8) `[rows, columns]` with their edges raised by an unsharp mask: `radius` is a standard deviation in pixels.
#[pyfunction]
#[pyo3(signature = (picture, *, radius=1.2, percent=140.0, threshold=3))]
pub(crate) fn sharpened<'py>(
    py: Python<'py>,
    picture: &Bound<'py, PyAny>,
    radius: f64,
    percent: f64,
    threshold: u8,
) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
    let samples = Samples::of(picture)?;
    let columns = columns_of(&samples)?;
    let Samples::U8(array) = &samples else {
        return Err(PyTypeError::new_err("levels of 8 bits are sharpened"));
    };
    let slice = array.as_slice()?;
    let found = py.detach(|| sharpen(slice, columns, radius, percent / 100.0, threshold));
    levels(py, found.map_err(|error| to_py(&error))?, samples.shape())
}

/// (center, width) of the window to begin with: the object's first, else one that suits the values.
#[pyfunction]
#[pyo3(signature = (object, frame=0))]
pub(crate) fn default_window(py: Python<'_>, object: &DicomObject, frame: u32) -> PyResult<(f64, f64)> {
    let info = object.core().info();
    let values = object.values(py, frame)?;
    let samples = Samples::of(&values)?;
    let found = detached!(py, &samples, |slice| assess::default_window(
        info,
        slice.iter().copied()
    ));
    let voi = found.map_err(|error| to_py(&error))?;
    Ok((voi.center, voi.width))
}

/// (center, width) of a window that suits the values; `others` are the shares left out for modalities without a rule.
#[pyfunction]
#[pyo3(signature = (values, modality="", *, others=(0.02, 0.98)))]
pub(crate) fn auto_window(
    py: Python<'_>,
    values: &Bound<'_, PyAny>,
    modality: &str,
    others: (f64, f64),
) -> PyResult<(f64, f64)> {
    let samples = Samples::of(values)?;
    let found = detached!(py, &samples, |slice| assess::auto_window(
        slice.iter().copied(),
        modality,
        others
    ));
    let voi = found.map_err(|error| to_py(&error))?;
    Ok((voi.center, voi.width))
}

/// The windows that NoctisPro offers: name to (center, width).
#[pyfunction]
pub(crate) fn window_presets(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let presets = PyDict::new(py);
    for preset in &WINDOW_PRESETS {
        presets.set_item(preset.name, (preset.center, preset.width))?;
    }
    Ok(presets)
}

/// The name of the preset that suits values from `low` to `high`.
#[pyfunction]
pub(crate) fn preset_for_range<'py>(
    py: Python<'py>,
    low: f64,
    high: f64,
    modality: &str,
) -> Bound<'py, PyString> {
    PyString::new(py, assess::preset_for_range(low, high, modality))
}

/// Whether the Hounsfield units of a CT are where they should be; the keys are those of NoctisPro's report.
#[pyfunction]
#[pyo3(signature = (object, frame=0))]
pub(crate) fn check_calibration<'py>(
    py: Python<'py>,
    object: &DicomObject,
    frame: u32,
) -> PyResult<Bound<'py, PyAny>> {
    let info = object.core().info();
    let values = object.values(py, frame)?;
    let samples = Samples::of(&values)?;
    let columns = usize::from(info.columns);
    let found = detached!(py, &samples, |values| calibrate(&CalibrationInput {
        info,
        has_rescale: object.core().info().has_rescale,
        values,
        columns,
    }));
    plain(py, &found.map_err(|error| to_py(&error))?)
}
