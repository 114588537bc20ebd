//! Annotations to tables and reports.

use pyo3::{prelude::*, types::PyBytes};
use viewer_core::{
    Error, ErrorKind,
    annotate::{
        Annotations, merged,
        sr::{ReportInput, ReportSubject, read_report, report},
        to_csv,
    },
    decode::{Limits, decode_text},
};

use crate::{error::to_py, metadata::Source, object::DicomObject};

/// The annotations of a JSON text.
fn parsed(json: &str) -> PyResult<Annotations> {
    let set: Annotations = serde_json::from_str(json).map_err(|error| {
        to_py(&Error::new(
            ErrorKind::Malformed,
            format!("the annotations: {error}"),
        ))
    })?;
    set.check().map_err(|error| to_py(&error))?;
    Ok(set)
}

/// The measurements of annotations (`schemas/annotations.v1.json`) as a table: one line a measurement, by RFC 4180.
#[pyfunction]
pub(crate) fn annotations_csv(json: &str) -> PyResult<String> {
    Ok(to_csv(&parsed(json)?))
}

/// The annotations as a DICOM file: a Measurement Report (TID 1500). `object` is an image of the study.
#[pyfunction]
#[pyo3(signature = (json, object, *, device_uid, observer=None))]
pub(crate) fn annotations_report<'py>(
    py: Python<'py>,
    json: &str,
    object: &DicomObject,
    device_uid: &str,
    observer: Option<&str>,
) -> PyResult<Bound<'py, PyBytes>> {
    let set = parsed(json)?;
    let now = py.import("datetime")?.getattr("datetime")?.call_method0("now")?;
    let moment = |format: &str| -> PyResult<String> { now.call_method1("strftime", (format,))?.extract() };
    let file = report(
        &set,
        &ReportInput {
            subject: &ReportSubject::from(object.core().info()),
            sop_instance_uid: &new_uid(py)?,
            series_instance_uid: &new_uid(py)?,
            device_uid,
            observer,
            date: &moment("%Y%m%d")?,
            time: &moment("%H%M%S")?,
        },
    )
    .map_err(|error| to_py(&error))?;
    Ok(PyBytes::new(py, &file))
}

/// The annotations of a report, as JSON, and what was left out, in words. `source` is a path or bytes.
#[pyfunction]
pub(crate) fn annotations_from_report(py: Python<'_>, source: Source<'_>) -> PyResult<(String, Vec<String>)> {
    let read = source
        .read(py)
        .and_then(|bytes| py.detach(|| read_report(bytes, &Limits::default(), decode_text)))
        .map_err(|error| to_py(&error))?;
    Ok((written(&read.set)?, read.warnings))
}

/// Both sets, JSON: of two annotations with the same UID the higher revision, of equal ones that of the first set.
#[pyfunction]
pub(crate) fn annotations_merged(into: &str, from: &str) -> PyResult<String> {
    written(&merged(parsed(into)?, parsed(from)?))
}

fn written(set: &Annotations) -> PyResult<String> {
    serde_json::to_string(set).map_err(|error| to_py(&Error::new(ErrorKind::Malformed, error.to_string())))
}

/// A UUID as a UID (PS3.5 annex B.2).
fn new_uid(py: Python<'_>) -> PyResult<String> {
    let uuid = py.import("uuid")?.call_method0("uuid4")?;
    Ok(format!("2.25.{}", uuid.getattr("int")?))
}
