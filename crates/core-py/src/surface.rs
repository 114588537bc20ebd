//! Surfaces of volumes.

use numpy::{IntoPyArray as _, PyArrayDyn, PyArrayMethods as _};
use pyo3::prelude::*;
use viewer_core::mesh;

/// A closed surface: triangles that share their vertices, counter-clockwise as seen from outside.
#[pyclass(frozen, module = "noctis_dicom_core")]
pub(crate) struct Surface {
    /// Patient millimetres: float32 `[vertices, 3]`.
    #[pyo3(get)]
    vertices_mm: Py<PyArrayDyn<f32>>,
    /// Numbers of vertices: uint32 `[triangles, 3]`.
    #[pyo3(get)]
    triangles: Py<PyArrayDyn<u32>>,
    /// How many voxels `[slices, rows, columns]` each value stands for.
    #[pyo3(get)]
    reduction: (u32, u32, u32),
    #[pyo3(get)]
    area_mm2: f64,
    /// The volume inside.
    #[pyo3(get)]
    volume_mm3: f64,
}

impl Surface {
    /// In arrays, which take the lists over.
    pub(crate) fn of(py: Python<'_>, surface: mesh::Surface) -> PyResult<Self> {
        let (area_mm2, volume_mm3) = py.detach(|| (surface.area_mm2(), surface.volume_mm3()));
        Ok(Self {
            vertices_mm: threes(py, surface.vertices_mm)?,
            triangles: threes(py, surface.triangles)?,
            reduction: surface.reduction.into(),
            area_mm2,
            volume_mm3,
        })
    }
}

fn threes<T: numpy::Element>(py: Python<'_>, list: Vec<[T; 3]>) -> PyResult<Py<PyArrayDyn<T>>> {
    let count = list.len();
    let array = list.into_flattened().into_pyarray(py);
    let array = array.reshape_with_order(vec![count, 3], numpy::npyffi::NPY_ORDER::NPY_CORDER)?;
    Ok(array.unbind())
}
