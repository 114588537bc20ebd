//! Sample positions of a plane or slab, 32.32 fixed point in voxels.

use glam::DVec3;

use super::{PlanePlacement, PlaneView};
use crate::{
    Error, ErrorKind, Result,
    plan::{ONE, fixed},
    space::CanvasPoint,
    volume::VolumeSpec,
};

/// Most samples through a slab.
pub const MAX_SAMPLES: u32 = 16_384;
/// Farthest position from the first voxel, in voxels.
const MAX_OFFSET: f64 = 1_073_741_824.0;
/// Canvas pixels of a voxel, at most: beyond, 32 bits of a step are too coarse.
const MAX_SCALE: f64 = 1_048_576.0;
/// A plane that lies this near to the centres of voxels is meant to lie there.
const SNAP: i64 = ONE >> 16;

/// Positions along one voxel axis of the samples of a slab, in voxels of 32.32 fixed point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SamplePositions {
    /// Of the first sample of the first canvas pixel's centre.
    pub origin: i64,
    /// Added for each canvas pixel to the right.
    pub step_x: i64,
    /// Added for each canvas pixel down.
    pub step_y: i64,
    /// Added for each sample into the screen.
    pub step_sample: i64,
}

impl SamplePositions {
    /// The position of the first sample at canvas pixel (`x`, `y`).
    #[inline]
    pub const fn at(self, x: u32, y: u32) -> i64 {
        self.origin
            .wrapping_add(self.step_x.wrapping_mul(x as i64))
            .wrapping_add(self.step_y.wrapping_mul(y as i64))
    }

    /// Whether every sample lies at a whole position that is the same all over the canvas.
    pub const fn is_whole(self) -> bool {
        self.step_x == 0 && self.step_y == 0 && (self.origin | self.step_sample) & (ONE - 1) == 0
    }

    /// A plane that lies at voxel centres but for the last digits is moved there: it needs no voxels beside.
    fn snapped(mut self) -> Self {
        let nearest = |position: i64| (position + ONE / 2) & !(ONE - 1);
        if self.step_x == 0 && self.step_y == 0 {
            let origin = nearest(self.origin);
            let step = nearest(self.step_sample);
            if (origin - self.origin).abs() < SNAP && (step - self.step_sample).abs() < SNAP >> 12 {
                self.origin = origin;
                self.step_sample = step;
            }
        }
        self
    }
}

/// Positions along columns, rows and slices, and the number of samples.
pub(super) fn of(
    spec: &VolumeSpec,
    view: &PlaneView,
    placement: &PlanePlacement,
    canvas: [u32; 2],
) -> Result<([SamplePositions; 3], u32)> {
    let voxel_from_patient = spec.geometry.voxel_from_patient();
    let normal = view.plane.normal();
    let step_mm = view.plane.sample_step_mm(spec);
    let (first, last) = samples(spec, view, step_mm)?;
    let origin = placement.patient_from_canvas(CanvasPoint { x: 0.5, y: 0.5 }) + normal * (first * step_mm);
    let origin = voxel_from_patient.transform_point3(origin);
    let step = |direction: DVec3, mm: f64| voxel_from_patient.transform_vector3(direction * mm);
    let step_x = step(view.plane.right(), placement.mm_per_px());
    let step_y = step(view.plane.down(), placement.mm_per_px());
    let step_sample = step(normal, step_mm);

    let end = origin + step_sample * (last - first);
    let [width, height] = canvas.map(f64::from);
    for sample in [origin, end] {
        for corner in [
            DVec3::ZERO,
            step_x * width,
            step_y * height,
            step_x * width + step_y * height,
        ] {
            let near = (sample + corner).abs().max_element() <= MAX_OFFSET;
            if !near {
                return Err(Error::new(
                    ErrorKind::Limit,
                    "the plane is moved too far from the volume",
                ));
            }
        }
    }
    let reasonable = step_x.length().min(step_y.length()) >= 1.0 / MAX_SCALE;
    if !reasonable {
        return Err(Error::new(ErrorKind::Limit, "the zoom is too large"));
    }
    let axis = |number: usize| {
        SamplePositions {
            origin: fixed(origin[number]),
            step_x: fixed(step_x[number]),
            step_y: fixed(step_y[number]),
            step_sample: fixed(step_sample[number]),
        }
        .snapped()
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`samples` has bounded it"
    )]
    let count = (last - first) as u32 + 1;
    Ok(([axis(0), axis(1), axis(2)], count))
}

/// First and last sample, in steps from the plane: those of the slab that can lie in the volume, and one at least.
fn samples(spec: &VolumeSpec, view: &PlaneView, step_mm: f64) -> Result<(f64, f64)> {
    let is_sound = view.slab_mm.is_finite() && view.slab_mm >= 0.0;
    if !is_sound {
        return Err(Error::new(
            ErrorKind::Malformed,
            "the thickness of a slab must be finite and not negative",
        ));
    }
    // A whole number of steps may come out a little less.
    let reach = libm::floor(view.slab_mm / 2.0 / step_mm + 1e-6);
    let depths = spec
        .corners_mm()
        .map(|corner| view.plane.distance_mm(corner) / step_mm);
    let nearest = depths.iter().copied().fold(f64::INFINITY, f64::min);
    let farthest = depths.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let beyond = |message: &str| Err(Error::new(ErrorKind::Limit, message));
    if !(nearest.is_finite() && farthest.is_finite() && step_mm > 0.0) {
        return beyond("the plane is moved too far from the volume");
    }
    // `clamp` would bring the printing of numbers along.
    let first = libm::ceil(nearest - 1e-6).min(reach).max(-reach);
    let last = libm::floor(farthest + 1e-6).min(reach).max(first);
    let is_drawn = last - first < f64::from(MAX_SAMPLES);
    if !is_drawn {
        return beyond("a slab of more than 16384 samples is not drawn");
    }
    Ok((first, last))
}
