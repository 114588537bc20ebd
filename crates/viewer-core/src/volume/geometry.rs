//! Where the voxels of a volume are.

use glam::{DAffine3, DMat3, DVec3};
use serde::{Serialize, Serializer};

use crate::{Error, ErrorKind, Result};

/// Where voxels are in the patient; any affine map, so that tilted gantries (sheared volumes) are as they were.
///
/// The third voxel coordinate runs in steps of the first vector between slices. Where slices are not evenly apart, slice
/// `n` is not at `n` but at [`super::SliceSpec::place`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geometry {
    patient_from_voxel: DAffine3,
    voxel_from_patient: DAffine3,
}

/// As `[first voxel's centre, column step, row step, slice step]`, mm.
impl Serialize for Geometry {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let steps = self.patient_from_voxel.matrix3;
        let first = self.patient_from_voxel.translation;
        [first, steps.x_axis, steps.y_axis, steps.z_axis]
            .map(|vector| vector.to_array())
            .serialize(serializer)
    }
}

impl Geometry {
    /// Of the centre of the first voxel, and the steps from column to column, row to row and slice to slice, all in
    /// patient millimetres.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedGeometry`] when a number is not finite or the steps do not span space.
    pub fn new(
        first_mm: DVec3,
        column_step_mm: DVec3,
        row_step_mm: DVec3,
        slice_step_mm: DVec3,
    ) -> Result<Self> {
        let steps = DMat3::from_cols(column_step_mm, row_step_mm, slice_step_mm);
        let lengths = column_step_mm.length() * row_step_mm.length() * slice_step_mm.length();
        let spans = steps.is_finite() && first_mm.is_finite() && steps.determinant().abs() > 1e-6 * lengths;
        if !spans {
            return Err(Error::new(
                ErrorKind::UnsupportedGeometry,
                "the directions of columns, rows and slices do not span a volume",
            ));
        }
        let patient_from_voxel = DAffine3::from_mat3_translation(steps, first_mm);
        Ok(Self {
            patient_from_voxel,
            voxel_from_patient: patient_from_voxel.inverse(),
        })
    }

    /// Patient millimetres of a voxel point.
    pub const fn patient_from_voxel(&self) -> DAffine3 {
        self.patient_from_voxel
    }

    /// The voxel point at patient millimetres.
    pub const fn voxel_from_patient(&self) -> DAffine3 {
        self.voxel_from_patient
    }

    /// Distances `[slice, row, column]` of neighbouring voxel centres, millimetres; of slices along the step between them,
    /// not along the normal.
    pub fn spacing_mm(&self) -> [f64; 3] {
        let steps = self.patient_from_voxel.matrix3;
        [
            steps.z_axis.length(),
            steps.y_axis.length(),
            steps.x_axis.length(),
        ]
    }

    /// The unit normal of the slices, on the side to which slices follow.
    pub fn normal(&self) -> DVec3 {
        let steps = self.patient_from_voxel.matrix3;
        let normal = steps.x_axis.cross(steps.y_axis).normalize();
        if normal.dot(steps.z_axis) < 0.0 {
            -normal
        } else {
            normal
        }
    }
}
