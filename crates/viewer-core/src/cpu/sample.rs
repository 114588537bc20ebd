//! Sampling, the twin of `viewer-shaders/src/shaders/sample.wgsl`: same names, same integers.

use super::texel::Texels;
use crate::plan::{ONE, SlicePlan};

/// Index of the pixel nearest to a position; the pixel covers half a pixel to both sides of its centre.
#[inline]
pub(super) const fn nearest_index(position: i64) -> i64 {
    (position + ONE / 2) >> 32
}

/// `a` at weight 0, `b` at weight one; the result has `bits` more fractional bits.
#[inline]
pub(super) const fn lerp_fixed(a: i64, b: i64, weight: i64, bits: u32) -> i64 {
    (a << bits) + (b - a) * weight
}

/// Where samples are taken from.
pub(super) struct Sampler<T> {
    texels: T,
    columns: i64,
    rows: i64,
    weight_bits: u32,
}

/// The four pixels around a position (clamped to the image) and the weights of the later ones.
pub(super) struct Taps<V> {
    /// Upper left, upper right, lower left, lower right.
    pub values: [V; 4],
    /// Weight of the right ones.
    pub weight_x: i64,
    /// Weight of the lower ones.
    pub weight_y: i64,
}

impl<T: Texels> Sampler<T> {
    /// Over the pixels of the plan's frame.
    pub(super) fn new(plan: &SlicePlan, texels: T) -> Self {
        Self {
            texels,
            columns: i64::from(plan.size[0]),
            rows: i64::from(plan.size[1]),
            weight_bits: plan.range.weight_bits,
        }
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "column and row are inside the image, whose pixels are in memory"
    )]
    pub(super) fn load(&self, column: i64, row: i64) -> T::Value {
        self.texels.load((row * self.columns + column) as usize)
    }

    /// The pixel of that number, counted along the rows.
    #[inline]
    pub(super) fn at(&self, index: usize) -> T::Value {
        self.texels.load(index)
    }

    /// The pixel nearest to a position, or nothing outside the image.
    #[inline]
    pub(super) fn nearest(&self, column: i64, row: i64) -> Option<T::Value> {
        let (column, row) = (nearest_index(column), nearest_index(row));
        let inside = (0..self.columns).contains(&column) && (0..self.rows).contains(&row);
        inside.then(|| self.load(column, row))
    }

    /// The four pixels around a position that [`Sampler::nearest`] found inside.
    #[inline]
    pub(super) fn taps(&self, column: i64, row: i64) -> Taps<T::Value> {
        let [left, right] = self.beside_column(column);
        let [upper, lower] = self.beside_row(row);
        Taps {
            values: [
                self.load(left, upper),
                self.load(right, upper),
                self.load(left, lower),
                self.load(right, lower),
            ],
            weight_x: self.weight(column),
            weight_y: self.weight(row),
        }
    }

    /// The columns to both sides of a position, clamped to the image.
    #[inline]
    pub(super) fn beside_column(&self, column: i64) -> [i64; 2] {
        [(column >> 32).max(0), ((column >> 32) + 1).min(self.columns - 1)]
    }

    /// The rows to both sides of a position, clamped to the image.
    #[inline]
    pub(super) fn beside_row(&self, row: i64) -> [i64; 2] {
        [(row >> 32).max(0), ((row >> 32) + 1).min(self.rows - 1)]
    }

    /// The first `weight_bits` bits of a position's fraction.
    #[inline]
    pub(super) const fn weight(&self, position: i64) -> i64 {
        (position & (ONE - 1)) >> (32 - self.weight_bits)
    }

    /// Between four values, with twice `weight_bits` fractional bits; exact.
    #[inline]
    pub(super) const fn bilinear(&self, values: [i64; 4], weight_x: i64, weight_y: i64) -> i64 {
        let bits = self.weight_bits;
        let upper = lerp_fixed(values[0], values[1], weight_x, bits);
        let lower = lerp_fixed(values[2], values[3], weight_x, bits);
        lerp_fixed(upper, lower, weight_y, bits)
    }
}
