//! What a volume is, apart from its voxels.

use glam::DVec3;

use serde::Serialize;

use super::Geometry;
use crate::{
    PixelFormat,
    lut::{Luts, Voi},
};

/// One slice of a volume.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SliceSpec {
    /// Its third voxel coordinate; ascending, 0 for the first. Evenly spaced slices are at whole numbers.
    pub place: f64,
    /// `RescaleSlope` of this slice; differs from slice to slice in PET.
    pub rescale_slope: f64,
    /// `RescaleIntercept` of this slice.
    pub rescale_intercept: f64,
}

/// All that a picture of a volume depends on, apart from the voxels and the view.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeSpec {
    /// `[slices, rows, columns]`, each at least 1.
    pub size: [u32; 3],
    /// How a voxel is held: a grey format of 8 or 16 bits.
    pub format: PixelFormat,
    /// Where the voxels are.
    pub geometry: Geometry,
    /// One for each slice.
    pub slices: Vec<SliceSpec>,
    /// Stored values in this closed range are padding: never mixed into a neighbour.
    pub padding: Option<(i64, i64)>,
    /// True for MONOCHROME1.
    pub inverted: bool,
    /// The window to begin with.
    pub voi: Voi,
    /// Lookup tables between stored values and grey.
    pub luts: Luts,
    /// How many voxels of the objects one voxel stands for, `[slices, rows, columns]`; all 1 unless the volume was reduced.
    pub reduction: [u32; 3],
}

impl VolumeSpec {
    /// The patient point in the middle of the volume, in millimetres.
    pub fn middle_mm(&self) -> DVec3 {
        let [first, .., last] = self.corners_mm();
        (first + last) / 2.0
    }

    /// The voxel point of the corner opposite to (-0.5, -0.5, -0.5): half a voxel beyond the last centres.
    pub fn far_corner(&self) -> DVec3 {
        let [_, rows, columns] = self.size;
        let last = self.slices.last().map_or(0.0, |slice| slice.place);
        DVec3::new(f64::from(columns), f64::from(rows), last + 1.0) - 0.5
    }

    /// The corners of the volume in patient millimetres: half a voxel beyond the centres of its outermost voxels.
    pub fn corners_mm(&self) -> [DVec3; 8] {
        let far = self.far_corner();
        [0, 1, 2, 3, 4, 5, 6, 7].map(|corner: u8| {
            let side = |bit: u8, far: f64| if corner & bit == 0 { -0.5 } else { far };
            self.geometry.patient_from_voxel().transform_point3(DVec3::new(
                side(1, far.x),
                side(2, far.y),
                side(4, far.z),
            ))
        })
    }

    /// Whether slice `n` is at `n` for every slice.
    #[expect(
        clippy::float_cmp,
        clippy::cast_precision_loss,
        reason = "whole numbers are meant to the bit"
    )]
    pub fn is_even(&self) -> bool {
        self.slices
            .iter()
            .enumerate()
            .all(|(number, slice)| slice.place == number as f64)
    }

    /// Whether all slices have one rescale.
    #[expect(clippy::float_cmp, reason = "the same number is meant to the bit")]
    pub fn has_one_rescale(&self) -> bool {
        self.slices.windows(2).all(|pair| {
            let [first, second] = pair else { return true };
            first.rescale_slope == second.rescale_slope && first.rescale_intercept == second.rescale_intercept
        })
    }
}
