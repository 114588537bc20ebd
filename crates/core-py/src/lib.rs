//! `noctis_dicom_core`: viewer-core for Python. No algorithm lives here, only the way in and out.
//!
//! Arrays are NumPy's, slowest axis first; those that come in are read where they are, and Python goes on meanwhile.

#![expect(
    clippy::needless_pass_by_value,
    reason = "what comes from Python is converted on the way in, and then ours"
)]

mod annotate;
mod assess;
mod error;
mod measure;
mod metadata;
mod object;
mod picture;
mod samples;
mod surface;
mod tools;
mod volume;

use pyo3::prelude::*;

#[pymodule]
mod noctis_dicom_core {
    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_export]
    use crate::{
        annotate::{annotations_csv, annotations_from_report, annotations_merged, annotations_report},
        assess::{
            auto_window, check_calibration, default_window, enhanced_window_level, plain_window_level,
            preset_for_range, sharpened, window_level, window_presets,
        },
        error::DicomError,
        measure::{angle_deg, area_mm2, distance_mm, region_area_mm2, region_statistics, statistics},
        metadata::{dicom_json, read_metadata, validated},
        object::DicomObject,
        surface::Surface,
        tools::{calibration, measure, measure_plane},
        volume::{PyVolume, assemble},
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
