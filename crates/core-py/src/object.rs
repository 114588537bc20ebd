//! An opened object and its frames.

use codecs::decode;
use numpy::{IntoPyArray as _, PyArray1, PyArrayDyn, PyArrayMethods as _};
use pyo3::{prelude::*, types::PyBytes};
use viewer_core::{
    Error, ErrorKind, Frame, cpu,
    decode::{DicomObject as Object, Limits, StoredFrame},
    lut::{Voi, VoiFunction},
    plan::{Interpolation, SlicePlan, View},
};

use crate::{
    error::to_py,
    metadata::{Source, plain},
    picture::Pixels,
};

/// A DICOM object with pixels. `source` is a path or bytes; nothing is decoded until a frame is asked for.
#[pyclass(frozen, module = "noctis_dicom_core")]
pub(crate) struct DicomObject {
    object: Object,
}

impl DicomObject {
    pub(crate) const fn core(&self) -> &Object {
        &self.object
    }

    /// The frame as it is displayed.
    pub(crate) fn frame(&self, py: Python<'_>, frame: u32) -> PyResult<Frame> {
        py.detach(|| self.object.frame(frame, decode))
            .map_err(|error| to_py(&error))
    }
}

#[pymethods]
impl DicomObject {
    #[new]
    fn new(py: Python<'_>, source: Source<'_>) -> PyResult<Self> {
        let opened = source
            .read(py)
            .and_then(|bytes| py.detach(|| Object::open(bytes, &Limits::default())));
        Ok(Self {
            object: opened.map_err(|error| to_py(&error))?,
        })
    }

    /// What the object says about itself: the keys of the TypeScript package's `InstanceInfo`.
    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, self.object.info())
    }

    /// How many frames there are.
    #[getter]
    const fn frame_count(&self) -> u32 {
        self.object.frame_count()
    }

    /// What is not as it should be in the object as a whole, in words.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.object
            .warnings()
            .iter()
            .map(|warning| warning.message.clone().into_owned())
            .collect()
    }

    /// Stored values: `[rows, columns]`, or `[rows, columns, samples]` of colour, in the width that is stored.
    #[pyo3(signature = (frame=0))]
    fn stored<'py>(&self, py: Python<'py>, frame: u32) -> PyResult<Bound<'py, PyAny>> {
        let stored = py
            .detach(|| self.object.stored_frame(frame, decode))
            .map_err(|error| to_py(&error))?;
        array_of(py, stored)
    }

    /// The frame as it is coded, one stream; of uncompressed and run-length coded pixels, the stored values.
    #[pyo3(signature = (frame=0))]
    fn encoded<'py>(&self, py: Python<'py>, frame: u32) -> PyResult<Bound<'py, PyBytes>> {
        let coded = self.object.coded_frame(frame).map_err(|error| to_py(&error))?;
        if let Some(coded) = coded {
            return Ok(PyBytes::new(py, &coded.stream));
        }
        let stored = py
            .detach(|| self.object.stored_frame(frame, decode))
            .map_err(|error| to_py(&error))?;
        Ok(PyBytes::new(py, &stored.pixels))
    }

    /// Values after rescale (HU for CT): float64 `[rows, columns]`.
    #[pyo3(signature = (frame=0))]
    pub(crate) fn values<'py>(&self, py: Python<'py>, frame: u32) -> PyResult<Bound<'py, PyAny>> {
        let shown = self.frame(py, frame)?;
        let spec = shown.spec();
        if spec.format.is_color() {
            let color = Error::new(
                ErrorKind::UnsupportedPhotometric,
                "a frame of colour has no values after rescale",
            );
            return Err(to_py(&color));
        }
        let stored = self.stored(py, frame)?.call_method1("astype", ("float64",))?;
        stored.call_method1("__imul__", (spec.rescale_slope,))?;
        stored.call_method1("__iadd__", (spec.rescale_intercept,))?;
        Ok(stored)
    }

    /// The picture: uint8 `[height, width]`, or `[height, width, 3]` of colour.
    ///
    /// `window` is (center, width); the object's own unless given. `size` is (width, height), into which the picture is fitted
    /// with its true shape; one pixel for each pixel of the frame unless given.
    #[pyo3(signature = (frame=0, *, window=None, function="LINEAR", size=None, inverted=false, interpolation="linear", overlays=true))]
    #[expect(clippy::too_many_arguments, reason = "named ones, in Python")]
    fn render<'py>(
        &self,
        py: Python<'py>,
        frame: u32,
        window: Option<(f64, f64)>,
        function: &str,
        size: Option<[u32; 2]>,
        inverted: bool,
        interpolation: &str,
        overlays: bool,
    ) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        let shown = self.frame(py, frame)?;
        let mut view = view_of(&shown, window, function)?;
        view.invert = inverted;
        view.overlays = overlays;
        view.interpolation = Interpolation::from_name(interpolation)
            .ok_or_else(|| malformed("the interpolation is none of nearest, linear"))?;
        let pixels = py
            .detach(|| drawn(&shown, &view, size))
            .map_err(|error| to_py(&error))?;
        let (height, width) = (pixels.height as usize, pixels.width as usize);
        let array = pixels.bytes.into_pyarray(py);
        if pixels.is_color {
            array.reshape_with_order(vec![height, width, 3], numpy::npyffi::NPY_ORDER::NPY_CORDER)
        } else {
            array.reshape_with_order(vec![height, width], numpy::npyffi::NPY_ORDER::NPY_CORDER)
        }
    }

    /// A small picture as a file: `png`, `jpeg` or `webp`, its longer side `size` pixels. The middle frame unless one is given.
    #[pyo3(signature = (size=256, *, frame=None, format="png", quality=85, window=None))]
    fn thumbnail<'py>(
        &self,
        py: Python<'py>,
        size: u32,
        frame: Option<u32>,
        format: &str,
        quality: u8,
        window: Option<(f64, f64)>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let shown = self.frame(py, frame.unwrap_or(self.object.frame_count() / 2))?;
        let view = view_of(&shown, window, VoiFunction::Linear.as_str())?;
        let file = py
            .detach(|| {
                let (small, size) = cpu::thumbnail(&shown, &view, size)?;
                if shown.spec().format.is_color() {
                    Pixels::of_rgba(&small, size, true).encode(format, quality)
                } else {
                    Pixels::of_grey(small, size).encode(format, quality)
                }
            })
            .map_err(|error| to_py(&error))?;
        Ok(PyBytes::new(py, &file))
    }
}

fn malformed(message: &str) -> PyErr {
    to_py(&Error::new(ErrorKind::Malformed, message))
}

/// A window by its numbers and function.
pub(crate) fn window_of((center, width): (f64, f64), function: &str) -> PyResult<Voi> {
    let function = VoiFunction::from_name(function)
        .ok_or_else(|| malformed("the function is none of LINEAR, LINEAR_EXACT, SIGMOID"))?;
    let voi = Voi {
        center,
        width,
        function,
    };
    voi.check().map_err(|error| to_py(&error))?;
    Ok(voi)
}

fn view_of(frame: &Frame, window: Option<(f64, f64)>, function: &str) -> PyResult<View> {
    let mut view = View::of(frame.spec());
    if let Some(window) = window {
        view.voi = window_of(window, function)?;
        view.voi_lut = None;
    }
    Ok(view)
}

fn drawn(frame: &Frame, view: &View, size: Option<[u32; 2]>) -> viewer_core::Result<Pixels> {
    let mut spec = frame.spec().clone();
    let mut view = *view;
    let canvas = size.unwrap_or([spec.columns, spec.rows]);
    if size.is_none() {
        // One pixel for each, whatever its shape.
        spec.pixel_aspect = 1.0;
        view.interpolation = Interpolation::Nearest;
    }
    let plan = SlicePlan::new(&spec, &view, canvas)?;
    Ok(Pixels::of_rgba(
        &cpu::render(&plan, frame)?,
        canvas,
        spec.format.is_color(),
    ))
}

/// Stored values as an array of their type.
fn array_of(py: Python<'_>, stored: StoredFrame) -> PyResult<Bound<'_, PyAny>> {
    let StoredFrame {
        rows,
        columns,
        samples,
        sample_bytes,
        is_signed,
        is_float,
        pixels,
        ..
    } = stored;
    let kind = match (is_float, is_signed) {
        (true, _) => 'f',
        (false, true) => 'i',
        (false, false) => 'u',
    };
    let mut shape = vec![usize::from(rows), usize::from(columns)];
    if samples > 1 {
        shape.push(usize::from(samples));
    }
    let bytes: Bound<'_, PyArray1<u8>> = pixels.into_pyarray(py);
    bytes
        .call_method1("view", (format!("<{kind}{sample_bytes}"),))?
        .call_method1("reshape", (shape,))
}
