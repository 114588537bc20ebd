//! Volumes and planes through them.

use glam::DVec3;
use numpy::{IntoPyArray as _, PyArrayDyn, PyArrayMethods as _};
use pyo3::prelude::*;
use serde::Serialize;
use viewer_core::{
    Error, ErrorKind, cpu, mesh,
    reslice::{Plane, PlaneView, Projection, ReslicePlan, VolumeInterpolation},
    volume::{self, Head, Layout, Volume},
};

use crate::{
    error::to_py,
    metadata::plain,
    object::{DicomObject, window_of},
    picture::Pixels,
    surface::Surface,
};

fn malformed(message: &str) -> PyErr {
    to_py(&Error::new(ErrorKind::Malformed, message))
}

#[derive(Serialize)]
struct Found {
    kind: &'static str,
    message: String,
    volume: Option<u32>,
}

/// The volumes that frames of these objects make, by position and in any order, and what was found on the way:
/// `(volumes, findings)`.
#[pyfunction]
pub(crate) fn assemble<'py>(
    py: Python<'py>,
    objects: Vec<PyRef<'py, DicomObject>>,
) -> PyResult<(Vec<PyVolume>, Bound<'py, PyAny>)> {
    let heads: Vec<Head> = (0..)
        .zip(&objects)
        .flat_map(|(number, object)| Head::of(object.core().info(), number))
        .collect();
    let assembly = py.detach(|| volume::assemble(&heads));
    let volumes = assembly.volumes.iter().map(|layout| filled(py, layout, &objects));
    let findings: Vec<Found> = assembly
        .findings
        .iter()
        .map(|finding| Found {
            kind: finding.kind.as_str(),
            message: finding.message.clone(),
            volume: finding.volume,
        })
        .collect();
    Ok((volumes.collect::<PyResult<_>>()?, plain(py, &findings)?))
}

fn filled(py: Python<'_>, layout: &Layout, objects: &[PyRef<'_, DicomObject>]) -> PyResult<PyVolume> {
    let mut volume: Option<Volume> = None;
    for (slice, source) in (0..).zip(&layout.sources) {
        let object = objects
            .get(source.object as usize)
            .ok_or_else(|| malformed("a slice of no object"))?;
        let frame = object.frame(py, source.frame)?;
        let target = match &mut volume {
            Some(volume) => volume,
            None => volume.insert(Volume::new(layout.spec(frame.spec())).map_err(|error| to_py(&error))?),
        };
        target
            .write_slice(slice, frame.pixels())
            .map_err(|error| to_py(&error))?;
    }
    volume
        .map(|volume| PyVolume {
            volume,
            label: layout.label.clone(),
        })
        .ok_or_else(|| malformed("a volume without slices"))
}

/// Voxels and where they are.
#[pyclass(frozen, name = "Volume", module = "noctis_dicom_core")]
pub(crate) struct PyVolume {
    volume: Volume,
    /// What tells it from other volumes at the same place; empty where it is alone.
    #[pyo3(get)]
    label: String,
}

/// By what a plane is known.
#[derive(FromPyObject)]
enum PlaneName {
    /// `axial`, `coronal` or `sagittal`.
    Name(String),
    /// Unit directions to the right and down.
    Directions([f64; 3], [f64; 3]),
}

impl PyVolume {
    pub(crate) const fn core(&self) -> &Volume {
        &self.volume
    }
}

#[pymethods]
impl PyVolume {
    /// `[slices, rows, columns]`.
    #[getter]
    fn shape(&self) -> (u32, u32, u32) {
        self.volume.spec().size.into()
    }

    /// Distances of neighbouring voxel centres `[slices, rows, columns]`, millimetres.
    #[getter]
    fn spacing_mm(&self) -> [f64; 3] {
        self.volume.spec().geometry.spacing_mm()
    }

    /// Patient millimetres (LPS) of a voxel (column, row, slice): 4 x 4, row after row.
    #[getter]
    fn patient_from_voxel(&self) -> [[f64; 4]; 4] {
        let map = self.volume.spec().geometry.patient_from_voxel();
        let rows = map.matrix3.transpose();
        let row = |part: DVec3, offset: f64| [part.x, part.y, part.z, offset];
        [
            row(rows.x_axis, map.translation.x),
            row(rows.y_axis, map.translation.y),
            row(rows.z_axis, map.translation.z),
            [0.0, 0.0, 0.0, 1.0],
        ]
    }

    /// The middle of the volume, patient millimetres.
    #[getter]
    fn center_mm(&self) -> [f64; 3] {
        let corners = self.volume.spec().corners_mm();
        (corners.iter().sum::<DVec3>() / 8.0).to_array()
    }

    /// Values after rescale in a plane or slab: float64 `[height, width]`, NaN where there are none. They are interpolated.
    ///
    /// `plane` is `"axial"`, `"coronal"`, `"sagittal"`, or unit directions (right, down) in the patient; `center_mm` is shown in the
    /// middle, the volume's own centre unless given; `size` is (width, height). Pixels are square in millimetres.
    #[pyo3(signature = (plane, *, center_mm=None, size=[512, 512], slab_mm=0.0, projection="max", interpolation="linear", zoom=1.0))]
    #[expect(clippy::too_many_arguments, reason = "named ones, in Python")]
    fn plane_values<'py>(
        &self,
        py: Python<'py>,
        plane: PlaneName,
        center_mm: Option<[f64; 3]>,
        size: [u32; 2],
        slab_mm: f64,
        projection: &str,
        interpolation: &str,
        zoom: f64,
    ) -> PyResult<Bound<'py, PyArrayDyn<f64>>> {
        let plane = self.plane(plane, center_mm)?;
        let view = self.view(plane, slab_mm, projection, interpolation, zoom)?;
        let values = self.planned(py, &view, size, cpu::plane_values)?;
        shaped(values.into_pyarray(py), size)
    }

    /// The picture of a plane or slab, as the page draws it: uint8 `[height, width]`, black where there is nothing.
    ///
    /// Where it lies is said as for `plane_values`; `window` is (center, width), the volume's own unless given.
    #[pyo3(signature = (plane, *, center_mm=None, size=[512, 512], slab_mm=0.0, projection="max", interpolation="linear", zoom=1.0,
        window=None, function="LINEAR", inverted=false))]
    #[expect(clippy::too_many_arguments, reason = "named ones, in Python")]
    fn render<'py>(
        &self,
        py: Python<'py>,
        plane: PlaneName,
        center_mm: Option<[f64; 3]>,
        size: [u32; 2],
        slab_mm: f64,
        projection: &str,
        interpolation: &str,
        zoom: f64,
        window: Option<(f64, f64)>,
        function: &str,
        inverted: bool,
    ) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
        let plane = self.plane(plane, center_mm)?;
        let mut view = self.view(plane, slab_mm, projection, interpolation, zoom)?;
        view.invert = inverted;
        if let Some(window) = window {
            view.voi = window_of(window, function)?;
        }
        let rgba = self.planned(py, &view, size, cpu::render_plane)?;
        shaped(Pixels::of_rgba(&rgba, size, false).bytes.into_pyarray(py), size)
    }

    /// The surface where values after rescale cross `threshold` (HU for CT), such as that of bone at 300.
    ///
    /// `longest` is the most voxels a side, beyond which means of blocks are taken; `smoothing` the rounds of Taubin's; pieces
    /// and hollows of less than `smallest_mm3` are left out, and without `hollows` all of these.
    #[pyo3(signature = (threshold, *, longest=None, smoothing=0, smallest_mm3=0.0, hollows=true))]
    fn surface(
        &self,
        py: Python<'_>,
        threshold: f64,
        longest: Option<u32>,
        smoothing: u32,
        smallest_mm3: f64,
        hollows: bool,
    ) -> PyResult<Surface> {
        let spec = mesh::SurfaceSpec {
            threshold,
            longest,
            smoothing,
            smallest_mm3,
            hollows,
        };
        let surface = py
            .detach(|| mesh::Surface::new(&self.volume, &spec))
            .map_err(|error| to_py(&error))?;
        Surface::of(py, surface)
    }
}

impl PyVolume {
    fn plane(&self, plane: PlaneName, center_mm: Option<[f64; 3]>) -> PyResult<Plane> {
        let center = DVec3::from_array(center_mm.unwrap_or_else(|| self.center_mm()));
        Ok(match plane {
            PlaneName::Name(name) => match name.as_str() {
                "axial" => Plane::axial(center),
                "coronal" => Plane::coronal(center),
                "sagittal" => Plane::sagittal(center),
                _ => return Err(malformed("the plane is none of axial, coronal, sagittal")),
            },
            PlaneName::Directions(right, down) => {
                Plane::new(center, DVec3::from_array(right), DVec3::from_array(down))
                    .map_err(|error| to_py(&error))?
            }
        })
    }

    fn view(
        &self,
        plane: Plane,
        slab_mm: f64,
        projection: &str,
        interpolation: &str,
        zoom: f64,
    ) -> PyResult<PlaneView> {
        Ok(PlaneView {
            zoom,
            slab_mm,
            projection: Projection::from_name(projection)
                .ok_or_else(|| malformed("the projection is none of max, min, mean, sum"))?,
            interpolation: VolumeInterpolation::from_name(interpolation)
                .ok_or_else(|| malformed("the interpolation is none of nearest, linear, cubic"))?,
            ..PlaneView::new(plane, self.volume.spec())
        })
    }

    /// What `execute` makes of the plan of a view.
    fn planned<T: Send>(
        &self,
        py: Python<'_>,
        view: &PlaneView,
        size: [u32; 2],
        execute: impl Fn(&ReslicePlan, &Volume) -> viewer_core::Result<T> + Sync,
    ) -> PyResult<T> {
        py.detach(|| {
            let plan = ReslicePlan::new(self.volume.spec(), self.volume.present(), view, size)?;
            execute(&plan, &self.volume)
        })
        .map_err(|error| to_py(&error))
    }
}

/// An array of lines one after the other as `[height, width]`.
fn shaped<'py, T: numpy::Element>(
    flat: Bound<'py, numpy::PyArray1<T>>,
    [width, height]: [u32; 2],
) -> PyResult<Bound<'py, PyArrayDyn<T>>> {
    flat.reshape_with_order(
        vec![height as usize, width as usize],
        numpy::npyffi::NPY_ORDER::NPY_CORDER,
    )
}
