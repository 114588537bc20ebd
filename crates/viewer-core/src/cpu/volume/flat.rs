//! Planes and slabs along the volume's own axes, as most are: the two lines of voxels beside a canvas line are interpolated
//! along it once and serve every canvas line between them. The integers are those of [`Sampler::sample`].

use super::{
    NOTHING,
    project::Projector,
    sample::{Beside, Sampler},
};
use crate::{
    cpu::{sample::lerp_fixed, sample::nearest_index, texel::Texels},
    reslice::{ReslicePlan, SAMPLE_BITS, SamplePositions, VolumeInterpolation, WEIGHT_BITS},
};

/// Values that are kept of the lines beside a canvas line.
const MAX_KEPT: u64 = 1 << 22;
const SLICES: usize = 2;

/// A line of voxels at the columns of the canvas.
#[derive(Clone)]
struct Line {
    number: i64,
    values: Vec<i64>,
}

/// Draws lines of the canvas, from the first to the last.
pub(super) struct Flat<'a, 'b, T> {
    plan: &'a ReslicePlan,
    sampler: &'a Sampler<'b, T>,
    /// Voxel axes of the canvas to the right, of the canvas down, and of the slab.
    axes: [usize; 3],
    /// The first canvas column inside the volume, and what is beside it and those after it.
    first: usize,
    columns: Vec<Beside>,
    /// Of each sample inside the volume: its voxel along the slab's axis, and the lines beside the canvas line.
    layers: Vec<(i64, [Line; 2])>,
    projectors: Vec<Projector>,
}

fn positions(plan: &ReslicePlan) -> [SamplePositions; 3] {
    [plan.column, plan.row, plan.slice]
}

/// The voxel axes of right, down and into the screen, where each has its own.
fn axes(plan: &ReslicePlan) -> Option<[usize; 3]> {
    let flat = plan.flat_axis()?;
    let positions = positions(plan);
    let moves_with = |step: fn(&SamplePositions) -> i64, other: fn(&SamplePositions) -> i64| {
        (0..3).find(|axis| {
            *axis != flat
                && positions
                    .get(*axis)
                    .is_some_and(|axis| step(axis) != 0 && other(axis) == 0)
        })
    };
    let right = moves_with(|axis| axis.step_x, |axis| axis.step_y)?;
    let down = moves_with(|axis| axis.step_y, |axis| axis.step_x)?;
    // Slices are the last that is interpolated.
    (right != down && right != SLICES).then_some([right, down, flat])
}

impl<'a, 'b, T: Texels<Value = i64>> Flat<'a, 'b, T> {
    /// None where the picture is not of this kind.
    pub(super) fn new(plan: &'a ReslicePlan, sampler: &'a Sampler<'b, T>) -> Option<Self> {
        let kept = u64::from(plan.samples) * u64::from(plan.canvas[0]);
        if !sampler.is_plain() || plan.interpolation != VolumeInterpolation::Linear || kept > MAX_KEPT {
            return None;
        }
        let axes = axes(plan)?;
        let [right, _, flat] = axes;
        let counts = sampler.counts;
        let position = positions(plan)[right];
        let is_inside = |x: &u32| (0..counts[right]).contains(&nearest_index(position.at(*x, 0)));
        let first = (0..plan.canvas[0]).find(is_inside).unwrap_or(plan.canvas[0]);
        let columns: Vec<_> = (first..plan.canvas[0])
            .take_while(is_inside)
            .map(|x| Beside::new(position.at(x, 0), counts[right]))
            .collect();
        let into = positions(plan)[flat];
        let empty = Line {
            number: -1,
            values: Vec::new(),
        };
        let layers = (0..i64::from(plan.samples))
            .map(|sample| into.origin.wrapping_add(into.step_sample.wrapping_mul(sample)) >> 32)
            .filter(|voxel| (0..counts[flat]).contains(voxel))
            .map(|voxel| (voxel, [empty.clone(), empty.clone()]))
            .collect();
        Some(Self {
            plan,
            sampler,
            axes,
            first: first as usize,
            columns,
            layers,
            projectors: Vec::new(),
        })
    }

    /// What is shown on a line of the canvas.
    pub(super) fn line(&mut self, y: u32, shown: &mut [i64]) {
        shown.fill(NOTHING);
        let [_, down, _] = self.axes;
        let position = positions(self.plan)[down].at(0, y);
        let count = self.sampler.counts[down];
        if !(0..count).contains(&nearest_index(position)) {
            return;
        }
        let beside = Beside::new(position, count);
        let between = |above: i64, below: i64| {
            let bits = if down == SLICES {
                WEIGHT_BITS
            } else {
                2 * WEIGHT_BITS - SAMPLE_BITS
            };
            lerp_fixed(above, below, beside.weight, WEIGHT_BITS) >> bits
        };
        let is_slab = self.plan.samples > 1;
        self.projectors.clear();
        self.projectors.resize(
            if is_slab { self.columns.len() } else { 0 },
            Projector::new(self.plan),
        );
        let shown = shown.get_mut(self.first..).unwrap_or_default();
        for (voxel, [upper, lower]) in &mut self.layers {
            if lower.number == beside.below {
                std::mem::swap(upper, lower);
            }
            for (line, number) in [(&mut *upper, beside.below), (&mut *lower, beside.above)] {
                if line.number != number {
                    line.number = number;
                    fill(line, self.sampler, self.axes, &self.columns, *voxel);
                }
            }
            let values = upper.values.iter().zip(&lower.values);
            let values = values.map(|(upper, lower)| between(*upper, *lower));
            if is_slab {
                for (projector, value) in self.projectors.iter_mut().zip(values) {
                    projector.add(value);
                }
            } else {
                for (shown, value) in shown.iter_mut().zip(values) {
                    *shown = value;
                }
            }
        }
        for (shown, projector) in shown.iter_mut().zip(&self.projectors) {
            *shown = projector.value();
        }
    }
}

/// Interpolates a line of voxels along the canvas.
fn fill<T: Texels<Value = i64>>(
    line: &mut Line,
    sampler: &Sampler<'_, T>,
    [right, down, flat]: [usize; 3],
    columns: &[Beside],
    voxel: i64,
) {
    let load = |along: i64| {
        let mut at = [0; 3];
        at[right] = along;
        at[down] = line.number;
        at[flat] = voxel;
        sampler.load(at[0], at[1], at[2])
    };
    // Where canvas lines run from slice to slice, this is all that is interpolated within a slice.
    let bits = if down == SLICES {
        WEIGHT_BITS.abs_diff(SAMPLE_BITS)
    } else {
        0
    };
    line.values.clear();
    line.values.extend(columns.iter().map(|beside| {
        lerp_fixed(load(beside.below), load(beside.above), beside.weight, WEIGHT_BITS) << bits
    }));
}
