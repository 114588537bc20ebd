//! The core's errors as a Python exception.

use pyo3::{exceptions::PyException, prelude::*};
use viewer_core::Error;

pyo3::create_exception!(
    noctis_dicom_core,
    DicomError,
    PyException,
    "What is wrong with an object or a call: `kind` from a stable list, `tag` as \"GGGG,EEEE\" and `frame` where known."
);

/// The exception for an error.
pub(crate) fn to_py(error: &Error) -> PyErr {
    Python::attach(|py| {
        let exception = DicomError::new_err(error.to_string());
        let value = exception.value(py);
        let tag = error
            .tag
            .map(|(group, element)| format!("{group:04X},{element:04X}"));
        let set = value
            .setattr("kind", error.kind.as_str())
            .and_then(|()| value.setattr("tag", tag))
            .and_then(|()| value.setattr("frame", error.frame));
        set.err().unwrap_or(exception)
    })
}
