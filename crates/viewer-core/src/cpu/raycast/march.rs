//! From the first sample of a ray to its colour, the twin of `viewer-shaders/src/shaders/ray_march.wgsl`.

use glam::{Vec3, Vec4, Vec4Swizzles as _};

use super::{
    super::texel::Texels,
    Scene,
    ray::{Ray, ray_at},
    sample::{Cell, Sample, Sampler},
};
use crate::raycast::{BOUND_STEPS, Light, Occupancy, RayPlan, TABLE_ENTRIES};

/// From here on nothing behind is seen: what is left is half a level.
const OPAQUE: f32 = 1.0 - 1.0 / 512.0;
/// Last index of the table.
const LAST: f32 = 1023.0;
const _: () = assert!(TABLE_ENTRIES == 1024, "LAST is one less");
/// Steps that nothing has.
const NEVER: f32 = 1e9;
/// Share of a step by which leaps fall short, so that rounding never makes them too far.
const SHORT: f32 = 1.0 / 64.0;

/// Colours of rays.
pub(super) struct Marcher<'a, T> {
    plan: &'a RayPlan,
    occupancy: &'a Occupancy,
    sampler: Sampler<'a, T>,
}

/// Light that has been gathered.
struct Gathered {
    color: Vec3,
    opacity: f32,
    /// Largest index; negative when there was no sample.
    best: f32,
}

impl<'a, T: Texels<Value = i64>> Marcher<'a, T> {
    pub(super) fn new(plan: &'a RayPlan, scene: Scene<'a>, texels: T) -> Self {
        Self {
            plan,
            occupancy: scene.occupancy,
            sampler: Sampler::new(plan, scene, texels),
        }
    }

    /// Red, green, blue of a pixel; 0 to 1, or a little more.
    pub(super) fn color_at(&self, x: u32, y: u32) -> Vec3 {
        let ray = ray_at(self.plan, x, y);
        let gathered = self.march(&ray);
        if self.plan.is_projection {
            if gathered.best < 0.0 {
                return self.plan.background;
            }
            return self.entry(gathered.best).xyz();
        }
        gathered.color + self.plan.background * (1.0 - gathered.opacity)
    }

    fn march(&self, ray: &Ray) -> Gathered {
        let mut gathered = Gathered {
            color: Vec3::ZERO,
            opacity: 0.0,
            best: -1.0,
        };
        let mut step = 0;
        while step < ray.count {
            let place = at(ray, step);
            let brick = self.sampler.brick(&self.sampler.cell(place));
            let byte = self.byte(brick);
            let is_empty = self.is_skipped(byte, gathered.best);
            let reach = if is_empty && !self.plan.is_projection {
                i32::from(byte)
            } else {
                1
            };
            let beyond = ray.count.min(step + self.steps_within(ray, place, brick, reach));
            if is_empty {
                step = beyond;
                continue;
            }
            while step < beyond {
                let cell = self.sampler.cell(at(ray, step));
                step += 1;
                if self.gather(ray, cell, &mut gathered) {
                    return gathered;
                }
            }
        }
        gathered
    }

    /// Adds a sample; whether nothing can be added any more.
    #[inline]
    fn gather(&self, ray: &Ray, cell: Cell, gathered: &mut Gathered) -> bool {
        let Some(sample) = self.sampler.sample(cell) else {
            return false;
        };
        let index = sample.index.clamp(0.0, LAST);
        if self.plan.is_projection {
            gathered.best = gathered.best.max(index);
            return index >= LAST;
        }
        let entry = self.entry(index);
        if entry.w <= 0.0 {
            return false;
        }
        let color = match &self.plan.light {
            None => entry.xyz(),
            Some(light) => self.lit(ray, light, &sample, entry),
        };
        let left = 1.0 - gathered.opacity;
        gathered.color += color * left;
        gathered.opacity += entry.w * left;
        gathered.opacity > OPAQUE
    }

    /// Colour, times opacity, of a sample in the light.
    fn lit(&self, ray: &Ray, light: &Light, sample: &Sample, entry: Vec4) -> Vec3 {
        // A gradient is a covector: it goes to patient space by the transpose of the way there.
        let gradient = self.plan.voxel_from_mm.transpose() * self.sampler.gradient(sample);
        let length = gradient.dot(gradient).sqrt();
        let mut normal = gradient * (1.0 / length.max(1e-12));
        if normal.dot(ray.direction) > 0.0 {
            normal = -normal;
        }
        let surface = (length * light.edge_gain).min(1.0);
        let half = light.towards - ray.direction;
        let facing = normal.dot(light.towards).max(0.0);
        let diffuse = FLAT + (facing - FLAT) * surface;
        let mut mirrored = normal
            .dot(half * (1.0 / half.dot(half).sqrt().max(1e-12)))
            .max(0.0);
        for _ in 0..5 {
            mirrored *= mirrored;
        }
        let shade = light.ambient + light.diffuse * diffuse;
        entry.xyz() * shade + Vec3::splat(entry.w * light.specular * mirrored * surface)
    }

    /// The table between two entries.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the table"
    )]
    fn entry(&self, index: f32) -> Vec4 {
        let entries = self.plan.table.entries();
        let before = index as usize;
        let share = index - before as f32;
        let load = |index: usize| Vec4::from_array(entries.get(index).copied().unwrap_or_default());
        let first = load(before);
        first + (load((before + 1).min(TABLE_ENTRIES - 1)) - first) * share
    }

    #[inline]
    #[expect(clippy::cast_sign_loss, reason = "clamped to the volume")]
    fn byte(&self, brick: [i32; 3]) -> u8 {
        let [_, rows, columns] = self.occupancy.size();
        let [column, row, slice] = brick.map(|index| index as usize);
        let index = (slice * rows + row) * columns + column;
        self.occupancy.bytes().get(index).copied().unwrap_or_default()
    }

    /// Whether nothing of a brick can be seen.
    #[inline]
    fn is_skipped(&self, byte: u8, best: f32) -> bool {
        if self.plan.is_projection {
            return byte == 0 || best >= (f32::from(byte) - 1.0) * (LAST / BOUND_STEPS);
        }
        byte > 0
    }

    /// Steps for which a ray stays in the bricks up to `reach - 1` bricks around one, at least 1.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "voxel coordinates are small, and the steps are clamped"
    )]
    fn steps_within(&self, ray: &Ray, place: Vec3, brick: [i32; 3], reach: i32) -> u32 {
        let mut steps = NEVER;
        for axis in 0..3 {
            let size = self.plan.size[axis].cast_signed();
            let forward = ray.inverse[axis] > 0.0;
            let bound = if forward {
                (brick[axis] + reach) * 8
            } else {
                (brick[axis] - reach + 1) * 8
            };
            // The first and the last brick reach beyond the volume.
            if (forward && bound < size) || (!forward && bound > 0) {
                let edge = if axis == 2 {
                    self.sampler.place_of(bound)
                } else {
                    bound as f32
                };
                steps = steps.min((edge - place[axis]) * ray.inverse[axis]);
            }
        }
        ((steps - SHORT).clamp(0.0, 1e6).floor() + 1.0) as u32
    }
}

/// Where there is no surface, light falls as if it were inclined by some 50 degrees.
const FLAT: f32 = 0.65;

#[inline]
#[expect(clippy::cast_precision_loss, reason = "rays have at most some thousand steps")]
fn at(ray: &Ray, step: u32) -> Vec3 {
    ray.start + ray.step * step as f32
}
