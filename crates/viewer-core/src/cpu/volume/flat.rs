//! Planes and slabs along the volume's own axes, as most are: the two lines of voxels beside a canvas line are interpolated
//! along it once and serve every canvas line between them. The integers are those of [`super::sample`].

use super::{NOTHING, Take, project::Projector, sample::Beside};
use crate::{
    cpu::{sample::lerp_fixed, sample::nearest_index},
    reslice::{ReslicePlan, SAMPLE_BITS, SamplePositions, VolumeInterpolation, WEIGHT_BITS},
};

/// Values that are kept of the lines beside a canvas line.
const MAX_KEPT: u64 = 1 << 22;
const SLICES: usize = 2;

/// A line of voxels at the columns of the canvas.
pub(super) struct Line<'a> {
    /// Voxel axes of the canvas to the right, of the canvas down, and of the slab.
    axes: [usize; 3],
    columns: &'a [Beside],
    /// Its place along the slab's axis.
    layer: i64,
    /// Its place along the axis down; none before it is filled.
    number: i64,
    values: Vec<i64>,
}

impl Line<'_> {
    /// Interpolates along the canvas between the voxels that `load` gives.
    #[inline]
    pub(super) fn fill(&mut self, load: impl Fn([i64; 3]) -> i64) {
        let [right, down, flat] = self.axes;
        let load = |along: i64| {
            let mut at = [0; 3];
            at[right] = along;
            at[down] = self.number;
            at[flat] = self.layer;
            load(at)
        };
        // Where canvas lines run from slice to slice, this is all that is interpolated within a slice.
        let bits = if down == SLICES {
            SAMPLE_BITS - WEIGHT_BITS
        } else {
            0
        };
        let values = self.columns.iter().map(|beside| {
            lerp_fixed(load(beside.below), load(beside.above), beside.weight, WEIGHT_BITS) << bits
        });
        self.values.clear();
        self.values.extend(values);
    }
}

fn positions(plan: &ReslicePlan) -> [SamplePositions; 3] {
    [plan.column, plan.row, plan.slice]
}

/// The voxel axes of right, down and into the screen, where each has its own.
fn axes(plan: &ReslicePlan) -> Option<[usize; 3]> {
    let flat = plan.flat_axis()?;
    let moves_with = |step: fn(&SamplePositions) -> i64, other: fn(&SamplePositions) -> i64| {
        let mut axes = (0..3).zip(positions(plan));
        let found = axes.find(|(axis, at)| *axis != flat && step(at) != 0 && other(at) == 0);
        found.map(|(axis, _)| axis)
    };
    let right = moves_with(|axis| axis.step_x, |axis| axis.step_y)?;
    let down = moves_with(|axis| axis.step_y, |axis| axis.step_x)?;
    // Slices are the last that is interpolated.
    (right != down && right != SLICES).then_some([right, down, flat])
}

/// Draws all lines, if the picture is of this kind. `fill` calls [`Line::fill`].
pub(super) fn draw(plan: &ReslicePlan, fill: &dyn Fn(&mut Line<'_>), take: &mut Take<'_>) -> bool {
    let kept = u64::from(plan.samples) * u64::from(plan.canvas[0]);
    let is_linear = plan.interpolation == VolumeInterpolation::Linear;
    let Some(axes) = axes(plan).filter(|_| is_linear && plan.padding.is_none() && kept <= MAX_KEPT) else {
        return false;
    };
    let [right, down, flat] = axes;
    let [slices, rows, columns] = plan.size.map(i64::from);
    let counts = [columns, rows, slices];

    let along = positions(plan)[right];
    let is_inside = |x: &u32| (0..counts[right]).contains(&nearest_index(along.at(*x, 0)));
    let first = (0..plan.canvas[0]).find(is_inside).unwrap_or(plan.canvas[0]);
    let columns: Vec<_> = (first..plan.canvas[0])
        .take_while(is_inside)
        .map(|x| Beside::new(along.at(x, 0), counts[right]))
        .collect();

    let into = positions(plan)[flat];
    let mut layers: Vec<[Line<'_>; 2]> = (0..i64::from(plan.samples))
        .map(|sample| into.origin.wrapping_add(into.step_sample.wrapping_mul(sample)) >> 32)
        .filter(|layer| (0..counts[flat]).contains(layer))
        .map(|layer| {
            [(); 2].map(|()| Line {
                axes,
                columns: &columns,
                layer,
                number: -1,
                values: Vec::new(),
            })
        })
        .collect();
    let mut values = vec![NOTHING; plan.canvas[0] as usize];
    let mut projectors = Vec::new();
    for y in 0..plan.canvas[1] {
        values.fill(NOTHING);
        let position = positions(plan)[down].at(0, y);
        if (0..counts[down]).contains(&nearest_index(position)) {
            let shown = values.get_mut(first as usize..).unwrap_or_default();
            let shown = shown.get_mut(..columns.len()).unwrap_or_default();
            let beside = Beside::new(position, counts[down]);
            let bits = if down == SLICES {
                WEIGHT_BITS
            } else {
                2 * WEIGHT_BITS - SAMPLE_BITS
            };
            projectors.clear();
            projectors.resize(shown.len(), Projector::new(plan));
            for layer in &mut layers {
                move_to(layer, beside, fill);
                let [upper, lower] = layer;
                let between = upper.values.iter().zip(&lower.values);
                let between = between
                    .map(|(upper, lower)| lerp_fixed(*upper, *lower, beside.weight, WEIGHT_BITS) >> bits);
                if plan.samples == 1 {
                    for (shown, value) in shown.iter_mut().zip(between) {
                        *shown = value;
                    }
                } else {
                    for (projector, value) in projectors.iter_mut().zip(between) {
                        projector.add(value);
                    }
                }
            }
            if plan.samples > 1 {
                for (shown, projector) in shown.iter_mut().zip(&projectors) {
                    *shown = projector.value();
                }
            }
        }
        take(y, &values);
    }
    true
}

/// Makes the two lines those beside a canvas line.
fn move_to(layer: &mut [Line<'_>; 2], beside: Beside, fill: &dyn Fn(&mut Line<'_>)) {
    let [upper, lower] = layer;
    if lower.number == beside.below {
        std::mem::swap(upper, lower);
    }
    for (line, number) in [(upper, beside.below), (lower, beside.above)] {
        if line.number != number {
            line.number = number;
            fill(line);
        }
    }
}
