//! Samples of volumes whose slices are alike, nearest or linear: what most pictures need, made for each kind of voxel. The
//! integers are those of [`super::sample`].

use super::{
    NOTHING,
    sample::{Beside, between, bilinear, index},
    whole,
};
use crate::{
    cpu::{sample::nearest_index, texel::Texels},
    reslice::{ReslicePlan, VolumeInterpolation},
};

/// Where samples are taken from.
pub(super) struct Plain<T> {
    texels: T,
    /// Columns, rows, slices.
    counts: [i64; 3],
    /// Low above high where nothing is padding.
    padding: (i64, i64),
    has_padding: bool,
    is_linear: bool,
}

impl<T: Texels<Value = i64>> Plain<T> {
    pub(super) fn new(plan: &ReslicePlan, texels: T) -> Self {
        let [slices, rows, columns] = plan.size.map(i64::from);
        Self {
            texels,
            counts: [columns, rows, slices],
            padding: plan
                .padding
                .map_or((1, 0), |(low, high)| (low.into(), high.into())),
            has_padding: plan.padding.is_some(),
            is_linear: plan.interpolation == VolumeInterpolation::Linear,
        }
    }

    /// The stored value of a voxel inside the volume; `[column, row, slice]`.
    #[inline]
    pub(super) fn load(&self, at: [i64; 3]) -> i64 {
        self.texels.load(index(self.counts, at))
    }

    #[inline]
    const fn is_padding(&self, value: i64) -> bool {
        let (low, high) = self.padding;
        low <= value && value <= high
    }

    /// The sample at a position, or [`NOTHING`].
    #[inline]
    pub(super) fn sample(&self, at: [i64; 3]) -> i64 {
        let nearest = at.map(nearest_index);
        let [columns, rows, slices] = self.counts;
        let is_inside = (0..columns).contains(&nearest[0])
            && (0..rows).contains(&nearest[1])
            && (0..slices).contains(&nearest[2]);
        if !is_inside {
            return NOTHING;
        }
        if self.is_linear {
            let column = Beside::new(at[0], columns);
            let row = Beside::new(at[1], rows);
            let slice = Beside::new(at[2], slices);
            let layer = |slice| {
                [
                    self.load([column.below, row.below, slice]),
                    self.load([column.above, row.below, slice]),
                    self.load([column.below, row.above, slice]),
                    self.load([column.above, row.above, slice]),
                ]
            };
            let below = layer(slice.below);
            let above = if slice.weight == 0 {
                below
            } else {
                layer(slice.above)
            };
            let is_mixed = self.has_padding && below.iter().chain(&above).any(|tap| self.is_padding(*tap));
            if !is_mixed {
                let [below, above] = [below, above].map(|taps| bilinear(taps, column.weight, row.weight));
                return between(below, above, slice.weight);
            }
        }
        let value = self.load(nearest);
        if self.is_padding(value) {
            NOTHING
        } else {
            whole(value)
        }
    }
}
