//! Points of a plane at which a volume is looked at.

use std::ops::Range;

use glam::DVec3;

use super::{PlaneVolume, scan::whole, values::near};
use crate::{Error, ErrorKind, Result, reslice::Plane, space::ImagePoint};

/// More points are refused: 128 MiB of values.
const MOST_POINTS: u64 = 1 << 24;
/// Directions whose cosine is above this are the same.
const PARALLEL: f64 = 1.0 - 1e-9;

/// A grid on a plane, over all of a volume. Along directions in which voxels follow each other its points are at their
/// centres; else they are as close as the closest voxels.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    /// `[down, right]`.
    pub(super) size: [u32; 2],
    /// Millimetres from point to point, `[down, right]`.
    pub(super) steps_mm: [f64; 2],
    /// The first point, `[down, right]` of the plane's centre.
    first_mm: [f64; 2],
    /// The voxel point of the first one, and the steps to the right and down.
    voxel: DVec3,
    right: DVec3,
    down: DVec3,
}

/// The points of one row that are in a slice.
type Columns = Range<u32>;

impl Grid {
    /// # Errors
    /// [`ErrorKind::Limit`] for a volume that is too large for its voxels.
    pub(super) fn new(volume: &PlaneVolume, plane: &Plane) -> Result<Self> {
        let right = Line::new(volume, plane, plane.right());
        let down = Line::new(volume, plane, plane.down());
        if u64::from(right.count) * u64::from(down.count) > MOST_POINTS {
            return Err(Error::new(
                ErrorKind::Limit,
                "the plane has too many voxels for statistics of its values",
            ));
        }
        let voxel_from_patient = volume.geometry.voxel_from_patient();
        let first = plane.center_mm() + plane.right() * right.first_mm + plane.down() * down.first_mm;
        let step =
            |direction: DVec3, line: &Line| voxel_from_patient.transform_vector3(direction * line.step_mm);
        Ok(Self {
            size: [down.count, right.count],
            steps_mm: [down.step_mm, right.step_mm],
            first_mm: [down.first_mm, right.first_mm],
            voxel: voxel_from_patient.transform_point3(first),
            right: step(plane.right(), &right),
            down: step(plane.down(), &down),
        })
    }

    /// A point `[right, down]` of the plane's centre, millimetres, among the grid's.
    pub(super) fn point(&self, [right_mm, down_mm]: [f64; 2]) -> ImagePoint {
        let [down_step, right_step] = self.steps_mm;
        let [down_first, right_first] = self.first_mm;
        ImagePoint {
            column: (right_mm - right_first) / right_step,
            row: (down_mm - down_first) / down_step,
        }
    }

    /// The voxel `[slice, row, column]` in which a point of the grid lies, or one between.
    pub(super) fn voxel(&self, volume: &PlaneVolume, point: ImagePoint) -> Option<[u32; 3]> {
        let at = self.voxel + self.right * point.column + self.down * point.row;
        let [_, rows, columns] = volume.size;
        Some([volume.slice_at(at.z)?, near(at.y, rows)?, near(at.x, columns)?])
    }

    /// The third voxel coordinate of a point.
    fn place(&self, row: u32, column: u32) -> f64 {
        self.voxel.z + self.right.z * f64::from(column) + self.down.z * f64::from(row)
    }

    /// Between which third voxel coordinates points of a row lie.
    pub(super) fn places(&self, row: u32, columns: &Columns) -> [f64; 2] {
        let ends = [columns.start, columns.end.saturating_sub(1)].map(|column| self.place(row, column));
        [ends[0].min(ends[1]), ends[0].max(ends[1])]
    }

    /// The points of a row that may lie between two places: all that do, and few others.
    pub(super) fn between(&self, row: u32, [low, high]: [f64; 2]) -> Columns {
        let [_, count] = self.size;
        let start = self.place(row, 0);
        if self.right.z.abs() < 1e-12 {
            return if (low - 1e-6..=high + 1e-6).contains(&start) {
                0..count
            } else {
                0..0
            };
        }
        let ends = [low, high].map(|place| (place - start) / self.right.z);
        whole(ends[0].min(ends[1]) - 1.0, ends[0].max(ends[1]) + 1.0, count)
    }
}

/// Points along a direction.
struct Line {
    first_mm: f64,
    step_mm: f64,
    count: u32,
}

impl Line {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of points; the cast saturates, and what is too many is refused"
    )]
    fn new(volume: &PlaneVolume, plane: &Plane, direction: DVec3) -> Self {
        let steps = volume.geometry.patient_from_voxel().matrix3;
        let axes = [steps.x_axis, steps.y_axis, steps.z_axis];
        let along = axes
            .into_iter()
            .find(|axis| axis.normalize().dot(direction).abs() >= PARALLEL);
        let shortest = axes.map(DVec3::length).into_iter().fold(f64::INFINITY, f64::min);
        let step_mm = along.map_or(shortest, DVec3::length);
        let mm = |point: DVec3| (point - plane.center_mm()).dot(direction);
        // A point at the centre of the first voxel, or at that of the plane.
        let fixed = along.map_or(0.0, |_| mm(volume.geometry.patient_from_voxel().translation));
        let corners = volume.corners_mm().map(mm);
        let low = corners.into_iter().fold(f64::INFINITY, f64::min);
        let high = corners.into_iter().fold(f64::NEG_INFINITY, f64::max);
        let first = ((low - fixed) / step_mm).ceil();
        let last = ((high - fixed) / step_mm).floor();
        Self {
            first_mm: fixed + first * step_mm,
            step_mm,
            count: (last - first + 1.0).max(0.0) as u32,
        }
    }
}
