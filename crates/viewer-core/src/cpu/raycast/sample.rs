//! Samples between voxels, the twin of `viewer-shaders/src/shaders/ray_sample.wgsl`.

use glam::{Vec2, Vec3, Vec4};

use super::{super::texel::Texels, Scene};
use crate::raycast::{RayPlan, SliceRow, VoxelMask};

/// Where samples are taken from.
pub(super) struct Sampler<'a, T> {
    plan: &'a RayPlan,
    mask: Option<&'a VoxelMask>,
    slices: Option<&'a [SliceRow]>,
    texels: T,
    /// Last column, row, slice.
    last: [i32; 3],
    /// No voxel is empty.
    is_plain: bool,
}

/// The cell around a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// Its first column, row and slice; -1 before the first.
    first: [i32; 3],
    /// From there to the next.
    share: Vec3,
}

/// A sample, and what its gradient needs of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    /// Of the table; not clamped.
    pub index: f32,
    cell: Cell,
    /// Taps of the slice before and of the one behind: upper left, upper right, lower left, lower right.
    taps: [Vec4; 2],
    /// What stands in for padding.
    stand_in: f32,
}

impl<'a, T: Texels<Value = i64>> Sampler<'a, T> {
    pub(super) fn new(plan: &'a RayPlan, scene: Scene<'a>, texels: T) -> Self {
        Self {
            plan,
            mask: scene.mask,
            slices: plan.slices.as_ref().map(|rows| rows.as_slice()),
            texels,
            is_plain: scene.mask.is_none() && plan.slices.is_none() && plan.padding.is_none(),
            last: plan.size.map(|side| i32::try_from(side).unwrap_or(i32::MAX) - 1),
        }
    }

    /// The cell around voxel coordinates.
    #[inline]
    pub(super) fn cell(&self, place: Vec3) -> Cell {
        let parts = [place.x, place.y, place.z].map(floored);
        let mut first = parts.map(|(whole, _)| whole);
        let mut share = Vec3::from_array(parts.map(|(_, share)| share));
        if let Some(rows) = self.slices {
            (first[2], share.z) = slice_before(rows, place.z);
        }
        Cell { first, share }
    }

    /// The voxel nearest to the place of a cell.
    #[inline]
    fn nearest(&self, cell: &Cell) -> [i32; 3] {
        [0, 1, 2].map(|axis: usize| {
            (cell.first[axis] + i32::from(cell.share[axis] >= 0.5)).clamp(0, self.last[axis])
        })
    }

    /// The first column, row and slice of the brick that a cell is in.
    #[inline]
    pub(super) fn brick(&self, cell: &Cell) -> [i32; 3] {
        [0, 1, 2].map(|axis: usize| cell.first[axis].clamp(0, self.last[axis]) >> 3)
    }

    /// Third coordinate of a slice.
    #[inline]
    pub(super) fn place_of(&self, slice: i32) -> f32 {
        match self.slices {
            None => real(slice),
            Some(_) => self.row(slice)[0],
        }
    }

    /// The sample in a cell; nothing where it is empty.
    #[inline]
    pub(super) fn sample(&self, cell: Cell) -> Option<Sample> {
        let mut stand_in = 0.0;
        if !self.is_plain {
            let nearest = self.nearest(&cell);
            let [column, row, slice] = nearest;
            if self.is_left_out(self.line(row, slice), index(column)) {
                return None;
            }
            if self.slices.is_some() && self.row(slice)[3] == 0.0 {
                return None;
            }
            let stored = self.stored(nearest);
            if let Some([low, high]) = self.plan.padding
                && low <= stored
                && stored <= high
            {
                return None;
            }
            stand_in = real(stored - self.plan.reading.anchor);
        }
        let taps = [0, 1].map(|next| self.plane(&cell, next, stand_in));
        let share = cell.share.truncate();
        let [before, after] = [0, 1].map(|next: usize| {
            self.rescaled(self.slice(&cell, next_slice(next)), bilinear(taps[next], share))
        });
        let value = lerp(before, after, cell.share.z);
        Some(Sample {
            index: self.read(value),
            cell,
            taps,
            stand_in,
        })
    }

    /// Index units a voxel along columns, rows and slices, by central differences.
    pub(super) fn gradient(&self, sample: &Sample) -> Vec3 {
        let cell = &sample.cell;
        let share = cell.share.truncate();
        let mut slopes = [Vec2::ZERO; 2];
        let mut values = [0.0; 4];
        for (next, taps) in sample.taps.iter().enumerate() {
            let slice = self.slice(cell, next_slice(next));
            let tap = |column: i32, row: i32| self.tap(cell, [column, row], slice, sample.stand_in);
            let left = [tap(-1, 0), tap(-1, 1)];
            let right = [tap(2, 0), tap(2, 1)];
            let upper = [tap(0, -1), tap(1, -1)];
            let lower = [tap(0, 2), tap(1, 2)];
            let across = lerp(
                lerp(taps.y - left[0], right[0] - taps.x, share.x),
                lerp(taps.w - left[1], right[1] - taps.z, share.x),
                share.y,
            );
            let down = lerp(
                lerp(taps.z - upper[0], lower[0] - taps.x, share.y),
                lerp(taps.w - upper[1], lower[1] - taps.y, share.y),
                share.x,
            );
            slopes[next] = Vec2::new(across, down) * 0.5 * self.gain(slice);
            values[next + 1] = self.rescaled(slice, bilinear(*taps, share));
        }
        for (number, next) in [(0, -1), (3, 2)] {
            let slice = self.slice(cell, next);
            values[number] = self.rescaled(slice, bilinear(self.plane(cell, next, sample.stand_in), share));
        }
        let [before, first, second, after] = [-1, 0, 1, 2].map(|next| self.place_of(self.slice(cell, next)));
        let along = lerp(
            (values[2] - values[0]) / self.distance(before, second),
            (values[3] - values[1]) / self.distance(first, after),
            cell.share.z,
        ) * if self.slices.is_some() {
            1.0
        } else {
            self.plan.reading.gain
        };
        let slope = slopes[0] + (slopes[1] - slopes[0]) * cell.share.z;
        Vec3::new(slope.x, slope.y, along)
    }

    /// Between the slices around a central difference; at the ends of a volume without a table two steps, as in a slice.
    fn distance(&self, before: f32, after: f32) -> f32 {
        if self.slices.is_some() {
            (after - before).max(1e-3)
        } else {
            2.0
        }
    }

    /// Number of the slice `next` after a cell's first; one that is missing is stood in for.
    #[inline]
    fn slice(&self, cell: &Cell, next: i32) -> i32 {
        let slice = (cell.first[2] + next).clamp(0, self.last[2]);
        if self.slices.is_some() && self.row(slice)[3] == 0.0 {
            return self.nearest(cell)[2];
        }
        slice
    }

    /// Four taps of the slice `next` after a cell's first.
    #[inline]
    fn plane(&self, cell: &Cell, next: i32, stand_in: f32) -> Vec4 {
        let slice = self.slice(cell, next);
        let [left, upper, _] = cell.first;
        let columns = [left, left + 1].map(|column| index(column.clamp(0, self.last[0])));
        let lines = [upper, upper + 1].map(|row| self.line(row.clamp(0, self.last[1]), slice));
        let at = |line: usize, column: usize| self.value(lines[line], columns[column], stand_in);
        Vec4::new(at(0, 0), at(0, 1), at(1, 0), at(1, 1))
    }

    /// Number of a row among all of the volume.
    #[inline]
    fn line(&self, row: i32, slice: i32) -> usize {
        index(slice) * self.plan.size[1] as usize + index(row)
    }

    #[inline]
    fn is_left_out(&self, line: usize, column: usize) -> bool {
        self.mask.is_some_and(|mask| mask.has(0, line, column))
    }

    /// A stored value less the anchor.
    #[inline]
    fn tap(&self, cell: &Cell, [column, row]: [i32; 2], slice: i32, stand_in: f32) -> f32 {
        let column = (cell.first[0] + column).clamp(0, self.last[0]);
        let row = (cell.first[1] + row).clamp(0, self.last[1]);
        self.value(self.line(row, slice), index(column), stand_in)
    }

    /// A stored value less the anchor, by the number of its row.
    #[inline]
    fn value(&self, line: usize, column: usize, stand_in: f32) -> f32 {
        let stored = self.load(line, column);
        if self.is_plain {
            return real(stored - self.plan.reading.anchor);
        }
        if let Some([low, high]) = self.plan.padding
            && low <= stored
            && stored <= high
        {
            return stand_in;
        }
        if self.is_left_out(line, column) {
            return stand_in;
        }
        real(stored - self.plan.reading.anchor)
    }

    fn stored(&self, [column, row, slice]: [i32; 3]) -> i32 {
        self.load(self.line(row, slice), index(column))
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "volumes have at most 16 bits")]
    fn load(&self, line: usize, column: usize) -> i32 {
        self.texels.load(line * self.plan.size[0] as usize + column) as i32
    }

    #[inline]
    fn row(&self, slice: i32) -> SliceRow {
        let rows = self.slices.unwrap_or_default();
        rows.get(index(slice)).copied().unwrap_or_default()
    }

    /// With a table of slices an index, else a value that is read when all is interpolated.
    #[inline]
    fn rescaled(&self, slice: i32, value: f32) -> f32 {
        match self.slices {
            None => value,
            Some(_) => {
                let [_, gain, offset, _] = self.row(slice);
                value * gain + offset
            }
        }
    }

    #[inline]
    fn gain(&self, slice: i32) -> f32 {
        match self.slices {
            None => self.plan.reading.gain,
            Some(_) => self.row(slice)[1],
        }
    }

    #[inline]
    fn read(&self, value: f32) -> f32 {
        match self.slices {
            None => value * self.plan.reading.gain + self.plan.reading.offset,
            Some(_) => value,
        }
    }
}

/// The last slice whose place is not beyond `place`, and the share of the way to the next.
fn slice_before(rows: &[SliceRow], place: f32) -> (i32, f32) {
    let after = rows.partition_point(|row| row[0] <= place);
    let number = i32::try_from(after).unwrap_or(i32::MAX) - 1;
    let before = after.checked_sub(1).and_then(|before| rows.get(before));
    match (before, rows.get(after)) {
        (Some(one), Some(next)) => (number, (place - one[0]) / (next[0] - one[0])),
        // Beyond the last: half a step to both sides belongs to the ends.
        (Some(one), None) => (number, (place - one[0]).min(0.499)),
        (None, _) => (-1, (place + 1.0).max(0.5)),
    }
}

#[inline]
const fn next_slice(next: usize) -> i32 {
    if next == 0 { 0 } else { 1 }
}

#[inline]
fn lerp(from: f32, to: f32, share: f32) -> f32 {
    from + (to - from) * share
}

/// Upper left, upper right, lower left, lower right.
#[inline]
fn bilinear(taps: Vec4, share: Vec2) -> f32 {
    lerp(
        lerp(taps.x, taps.y, share.x),
        lerp(taps.z, taps.w, share.x),
        share.y,
    )
}

/// The whole number below, and the rest. A call of `floor` is slow where the machine has no instruction for it.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "voxel coordinates are small")]
fn floored(number: f32) -> (i32, f32) {
    let cut = number as i32;
    let whole = cut - i32::from(real(cut) > number);
    (whole, number - real(whole))
}

#[inline]
#[expect(
    clippy::cast_precision_loss,
    reason = "stored values less an anchor have 17 bits"
)]
const fn real(number: i32) -> f32 {
    number as f32
}

#[inline]
#[expect(clippy::cast_sign_loss, reason = "clamped to the volume")]
const fn index(number: i32) -> usize {
    number as usize
}
