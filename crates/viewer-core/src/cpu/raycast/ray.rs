//! Where a pixel's ray runs, the twin of `viewer-shaders/src/shaders/ray.wgsl`.

use glam::Vec3;

use crate::raycast::RayPlan;

/// Steps that nothing has.
const NEVER: f32 = 1e9;
/// A direction that is none.
const FLAT: f32 = 1e-9;

/// A pixel's ray within what is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ray {
    /// Voxel coordinates of the first sample.
    pub start: Vec3,
    /// Voxels from sample to sample.
    pub step: Vec3,
    /// 1 / `step`.
    pub inverse: Vec3,
    /// Patient space, unit length.
    pub direction: Vec3,
    /// Number of samples.
    pub count: u32,
}

/// The ray of a pixel.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "as on a GPU: canvas sides have 15 bits, and the number of samples is bounded by the plan"
)]
pub(super) fn ray_at(plan: &RayPlan, x: u32, y: u32) -> Ray {
    let (across, down) = (x as f32 + 0.5, y as f32 + 0.5);
    let rays = &plan.rays;
    let origin = rays.origin + rays.origin_x * across + rays.origin_y * down;
    let direction = (rays.direction + rays.direction_x * across + rays.direction_y * down).normalize();
    let along = plan.voxel_from_mm * direction;
    let [near, far] = shown(plan, origin, along);
    let offset = if plan.has_jitter { jitter(x, y) } else { 0.5 };
    let steps = (far - near) / plan.step_mm - offset;
    let step = along * plan.step_mm;
    let sure = |part: f32| 1.0 / if part.abs() < FLAT { FLAT } else { part };
    Ray {
        start: origin + along * (near + offset * plan.step_mm),
        step,
        inverse: Vec3::new(sure(step.x), sure(step.y), sure(step.z)),
        direction,
        count: if steps > 0.0 { steps.ceil() as u32 } else { 0 },
    }
}

/// Millimetres along the ray at which what is shown begins and ends; the end is not behind the beginning where it is missed.
fn shown(plan: &RayPlan, origin: Vec3, along: Vec3) -> [f32; 2] {
    let mut near = 0.0_f32;
    let mut far = NEVER;
    for axis in 0..3 {
        let (from, speed) = (origin[axis], along[axis]);
        let (low, high) = (plan.low[axis], plan.high[axis]);
        if speed.abs() < FLAT {
            if from < low || from > high {
                far = -1.0;
            }
        } else {
            let (one, other) = ((low - from) / speed, (high - from) / speed);
            near = near.max(one.min(other));
            far = far.min(one.max(other));
        }
    }
    for cut in &plan.cuts {
        let height = cut.truncate().dot(origin) + cut.w;
        let speed = cut.truncate().dot(along);
        if speed.abs() < FLAT {
            if height < 0.0 {
                far = -1.0;
            }
        } else if speed > 0.0 {
            near = near.max(-height / speed);
        } else {
            far = far.min(-height / speed);
        }
    }
    [near, far]
}

/// 0 to 1, by a pixel: the same everywhere, without a pattern.
#[expect(clippy::cast_precision_loss, reason = "24 bits")]
fn jitter(x: u32, y: u32) -> f32 {
    let mut hash = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77);
    hash ^= hash >> 16;
    hash = hash.wrapping_mul(0x7FEB_352D);
    hash ^= hash >> 15;
    hash = hash.wrapping_mul(0x846C_A68B);
    hash ^= hash >> 16;
    (hash >> 8) as f32 * (1.0 / 16_777_216.0)
}
