//! What objects say, without their pixels.

use std::{
    fs::File,
    io::Read as _,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use dicom_object::OpenFileOptions;
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};
use viewer_core::{
    Error, ErrorKind, Result,
    decode::{Limits, Record, RecordValue, read_record},
    validate,
};

use crate::error::to_py;

/// Most headers fit into this; of others, more is read.
const HEAD_BYTES: u64 = 1 << 16;

/// An object by its path or its bytes.
#[derive(FromPyObject)]
pub(crate) enum Source<'py> {
    /// The bytes of a file.
    Bytes(Bound<'py, PyBytes>),
    /// A path.
    Path(PathBuf),
}

impl Source<'_> {
    /// All bytes.
    pub(crate) fn read(&self, py: Python<'_>) -> Result<Vec<u8>> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.as_bytes().to_vec()),
            Self::Path(path) => py.detach(|| std::fs::read(path)).map_err(|error| io(&error)),
        }
    }
}

fn io(error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, error.to_string())
}

/// What NoctisPro's index keeps of an object, by its keys. `source` is a path or bytes; the object need not be an image.
/// `unix_time` makes the accession number of an object that has none; the present time unless given.
#[pyfunction]
#[pyo3(signature = (source, *, unix_time=None))]
pub(crate) fn read_metadata<'py>(
    py: Python<'py>,
    source: Source<'_>,
    unix_time: Option<i64>,
) -> PyResult<Bound<'py, PyDict>> {
    let now = unix_time.unwrap_or_else(present);
    let record = match &source {
        Source::Bytes(bytes) => read_record(bytes.as_bytes().to_vec(), &Limits::default(), now),
        Source::Path(path) => py.detach(|| {
            let file = File::open(path).map_err(|error| io(&error))?;
            record_of_file(file, now)
        }),
    };
    to_dict(py, &record.map_err(|error| to_py(&error))?)
}

fn present() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Reads no more of a file than its header needs.
fn record_of_file(mut file: File, now: i64) -> Result<Record> {
    let limits = Limits::default();
    let size = file.metadata().map_err(|error| io(&error))?.len();
    let mut bytes = Vec::new();
    let mut wanted = HEAD_BYTES;
    loop {
        let more = wanted.saturating_sub(bytes.len() as u64);
        let read = (&mut file)
            .take(more)
            .read_to_end(&mut bytes)
            .map_err(|error| io(&error))?;
        let is_whole = bytes.len() as u64 >= size || read == 0;
        match read_record(bytes.clone(), &limits, now) {
            Err(error) if error.kind == ErrorKind::Truncated && !is_whole => {
                wanted = wanted.saturating_mul(8);
            }
            done => return done,
        }
    }
}

fn to_dict<'py>(py: Python<'py>, record: &Record) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (key, value) in record.entries() {
        match value {
            RecordValue::None => dict.set_item(key, py.None())?,
            RecordValue::Text(text) => dict.set_item(key, text)?,
            RecordValue::Integer(number) => dict.set_item(key, number)?,
            RecordValue::Number(number) => dict.set_item(key, number)?,
        }
    }
    Ok(dict)
}

/// A serialisable value as Python's own.
pub(crate) fn plain<'py>(py: Python<'py>, value: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(value)
        .map_err(|error| to_py(&Error::new(ErrorKind::Malformed, error.to_string())))?;
    py.import("json")?.call_method1("loads", (text,))
}

/// The data set in the DICOM JSON model (PS3.18 annex F), as text, up to the pixels. `source` is a path or bytes.
#[pyfunction]
pub(crate) fn dicom_json(py: Python<'_>, source: Source<'_>) -> PyResult<String> {
    let bytes = source.read(py).map_err(|error| to_py(&error))?;
    py.detach(|| {
        let malformed = |error: &dyn std::fmt::Display| Error::new(ErrorKind::Malformed, error.to_string());
        let object = OpenFileOptions::new()
            .read_until(dicom_core::Tag(0x7FE0, 0x0000))
            .from_reader(bytes.as_slice())
            .map_err(|error| malformed(&error))?;
        ::dicom_json::to_string(&*object).map_err(|error| malformed(&error))
    })
    .map_err(|error| to_py(&error))
}

/// What of an object is not as the standard says: `severity` (`error`, `warning`), `message`, `tag` (`GGGG,EEEE` or None) and the
/// `part` of the standard of each finding. `source` is a path or bytes.
#[pyfunction(name = "validate")]
pub(crate) fn validated<'py>(py: Python<'py>, source: Source<'_>) -> PyResult<Bound<'py, PyAny>> {
    let found = source
        .read(py)
        .and_then(|bytes| py.detach(|| validate::validate(bytes, &Limits::default())))
        .map_err(|error| to_py(&error))?;
    plain(py, &found)
}
