//! One sample of any volume in any way, the twin of `viewer-shaders/src/shaders/volume_sample.wgsl`: same names, same integers.

use super::{NOTHING, cubic, whole};
use crate::{
    cpu::{sample::lerp_fixed, sample::nearest_index, texel::Texels},
    plan::ONE,
    reslice::{
        MULTIPLIER_BITS, ReslicePlan, SAMPLE_BITS, SliceEntry, SliceTable, VolumeInterpolation, WEIGHT_BITS,
    },
};

/// Bits that a value interpolated within a slice has too many.
const CUT_BITS: u32 = 2 * WEIGHT_BITS - SAMPLE_BITS;

/// The voxels to both sides of a position along an axis, clamped to the volume, and the weight of the later one.
#[derive(Clone, Copy)]
pub(super) struct Beside {
    pub below: i64,
    pub above: i64,
    pub weight: i64,
}

impl Beside {
    /// Along an axis of `count` voxels. A voxel of weight 0 is not looked at: it is the other one.
    #[inline]
    pub(super) fn new(position: i64, count: i64) -> Self {
        let weight = (((position & (ONE - 1)) >> (31 - WEIGHT_BITS)) + 1) >> 1;
        let below = position >> 32;
        let above = if weight == 0 { below } else { below + 1 };
        Self {
            below: below.clamp(0, count - 1),
            above: above.clamp(0, count - 1),
            weight,
        }
    }
}

/// Place of a voxel inside the volume among all of them; `[column, row, slice]`.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "inside the volume, whose voxels are in memory"
)]
pub(super) const fn index([columns, rows, _]: [i64; 3], [column, row, slice]: [i64; 3]) -> usize {
    ((slice * rows + row) * columns + column) as usize
}

/// Within a slice: upper left, upper right, lower left, lower right.
#[inline]
pub(super) const fn bilinear(taps: [i64; 4], weight_x: i64, weight_y: i64) -> i64 {
    let upper = lerp_fixed(taps[0], taps[1], weight_x, WEIGHT_BITS);
    let lower = lerp_fixed(taps[2], taps[3], weight_x, WEIGHT_BITS);
    lerp_fixed(upper, lower, weight_y, WEIGHT_BITS) >> CUT_BITS
}

/// Between slices.
#[inline]
pub(super) const fn between(below: i64, above: i64, weight: i64) -> i64 {
    lerp_fixed(below, above, weight, WEIGHT_BITS) >> WEIGHT_BITS
}

/// Where samples are taken from: what [`super::plain::Plain`] does, and slices that differ, and cubic interpolation. There is one
/// of it for all kinds of voxels.
pub(super) struct Sampler<'a> {
    texels: &'a dyn Texels<Value = i64>,
    /// Columns, rows, slices.
    counts: [i64; 3],
    padding: Option<(i64, i64)>,
    table: Option<&'a SliceTable>,
    interpolation: VolumeInterpolation,
}

impl<'a> Sampler<'a> {
    pub(super) fn new(plan: &'a ReslicePlan, texels: &'a dyn Texels<Value = i64>) -> Self {
        let [slices, rows, columns] = plan.size.map(i64::from);
        Self {
            texels,
            counts: [columns, rows, slices],
            padding: plan.padding.map(|(low, high)| (low.into(), high.into())),
            table: plan.table.as_deref(),
            interpolation: plan.interpolation,
        }
    }

    /// The stored value of a voxel inside the volume.
    fn load(&self, column: i64, row: i64, slice: i64) -> i64 {
        self.texels.load(index(self.counts, [column, row, slice]))
    }

    /// The sample at a position, or [`NOTHING`].
    pub(super) fn sample(&self, at: [i64; 3]) -> i64 {
        let nearest = [0, 1, 2].map(|axis: usize| match self.table {
            Some(table) if axis == 2 => nearest_slice(table, at[2]),
            _ => nearest_index(at[axis]),
        });
        let is_inside = nearest
            .iter()
            .zip(self.counts)
            .all(|(index, count)| (0..count).contains(index));
        if !is_inside {
            return NOTHING;
        }
        let found = match self.interpolation {
            VolumeInterpolation::Nearest => None,
            VolumeInterpolation::Linear => self.linear(at),
            VolumeInterpolation::Cubic => self.cubic(at).or_else(|| self.linear(at)),
        };
        found.unwrap_or_else(|| self.voxel(nearest))
    }

    /// The sample at the centre of a voxel, or [`NOTHING`].
    fn voxel(&self, [column, row, slice]: [i64; 3]) -> i64 {
        let value = self.load(column, row, slice);
        if self.is_padding(value) || !self.is_present(slice) {
            return NOTHING;
        }
        self.rescaled(slice, whole(value))
    }

    fn linear(&self, [column, row, slice]: [i64; 3]) -> Option<i64> {
        let column = Beside::new(column, self.counts[0]);
        let row = Beside::new(row, self.counts[1]);
        let slice = self.beside_slice(slice);
        let below = self.bilinear(column, row, slice.below)?;
        if slice.weight == 0 {
            return Some(below);
        }
        let above = self.bilinear(column, row, slice.above)?;
        Some(between(below, above, slice.weight))
    }

    /// Within a slice, after its rescale; none when it has not arrived or a voxel is padding.
    fn bilinear(&self, column: Beside, row: Beside, slice: i64) -> Option<i64> {
        let taps = [
            self.load(column.below, row.below, slice),
            self.load(column.above, row.below, slice),
            self.load(column.below, row.above, slice),
            self.load(column.above, row.above, slice),
        ];
        if !self.is_present(slice) || taps.iter().any(|tap| self.is_padding(*tap)) {
            return None;
        }
        Some(self.rescaled(slice, bilinear(taps, column.weight, row.weight)))
    }

    fn cubic(&self, [column, row, slice]: [i64; 3]) -> Option<i64> {
        let column = cubic::Around::new(column, self.counts[0]);
        let row = cubic::Around::new(row, self.counts[1]);
        let beside = self.beside_slice(slice);
        let slice = if self.table.is_some_and(|table| !table.is_even) {
            cubic::Around::linear(beside)
        } else {
            cubic::Around::new(slice, self.counts[2])
        };
        let mut sum = 0;
        for (slice, weight) in slice.taps() {
            sum += self.bicubic(&column, &row, slice)? * weight;
        }
        Some(sum >> WEIGHT_BITS)
    }

    fn bicubic(&self, column: &cubic::Around, row: &cubic::Around, slice: i64) -> Option<i64> {
        if !self.is_present(slice) {
            return None;
        }
        let mut sum = 0;
        for (row, weight_y) in row.taps() {
            let mut line = 0;
            for (column, weight_x) in column.taps() {
                let tap = self.load(column, row, slice);
                if self.is_padding(tap) {
                    return None;
                }
                line += tap * weight_x;
            }
            sum += line * weight_y;
        }
        Some(self.rescaled(slice, sum >> CUT_BITS))
    }

    fn is_padding(&self, value: i64) -> bool {
        self.padding
            .is_some_and(|(low, high)| low <= value && value <= high)
    }

    fn entry(&self, slice: i64) -> Option<&SliceEntry> {
        self.table?.entries.get(usize::try_from(slice).ok()?)
    }

    fn is_present(&self, slice: i64) -> bool {
        self.table.is_none() || self.entry(slice).is_some_and(|entry| entry.is_present)
    }

    fn rescaled(&self, slice: i64, value: i64) -> i64 {
        match self.entry(slice) {
            Some(entry) => ((value * i64::from(entry.multiplier)) >> MULTIPLIER_BITS) + entry.addend,
            None => value,
        }
    }

    fn beside_slice(&self, position: i64) -> Beside {
        match self.table {
            Some(table) if !table.is_even => beside_uneven(table, position),
            _ => Beside::new(position, self.counts[2]),
        }
    }
}

/// Number of the last slice that is not behind `position`; the first where all are.
fn slice_before(table: &SliceTable, position: i64) -> usize {
    table
        .entries
        .partition_point(|entry| entry.place <= position)
        .saturating_sub(1)
}

fn beside_uneven(table: &SliceTable, position: i64) -> Beside {
    let number = slice_before(table, position);
    let last = table.entries.len().saturating_sub(1);
    let weight = table.entries.get(number).map_or(0, |entry| {
        let distance = position - entry.place;
        if distance <= 0 || number == last {
            return 0;
        }
        // 16 bits times 16 bits.
        (((distance >> entry.shift) * i64::from(entry.reciprocal)) >> 16).min(1 << WEIGHT_BITS)
    });
    let below = i64::try_from(number).unwrap_or_default();
    Beside {
        below,
        above: if weight == 0 { below } else { below + 1 },
        weight,
    }
}

/// The slice nearest to a position; outside the volume, which ends half a step beyond its outer slices, none of them.
fn nearest_slice(table: &SliceTable, position: i64) -> i64 {
    if table.is_even {
        return nearest_index(position);
    }
    let number = slice_before(table, position);
    let place = |number: usize| table.entries.get(number).map(|entry| entry.place);
    let below = i64::try_from(number).unwrap_or_default();
    let Some(before) = place(number) else { return -1 };
    let distance = position - before;
    match place(number + 1) {
        _ if distance < -ONE / 2 => -1,
        None if distance >= ONE / 2 => below + 1,
        Some(after) if 2 * distance >= after - before => below + 1,
        _ => below,
    }
}
