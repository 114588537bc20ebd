//! Grey pictures whose lines lie along the image's rows, as nearly all do: the two image rows beside a canvas line are
//! interpolated along x once and serve every canvas line between them. The integers are those of [`Sampler::bilinear`].

use super::sample::{Sampler, lerp_fixed, nearest_index};
use super::texel::Texels;
use crate::plan::SlicePlan;

/// Whether canvas lines lie along image rows.
pub(super) const fn are_along_rows(plan: &SlicePlan) -> bool {
    plan.column.step_y == 0 && plan.row.step_x == 0
}

/// What a pixel of the canvas shows.
pub(super) enum Shown {
    /// The interpolated fixed-point value.
    Between(i64),
    /// The stored value of the nearest pixel: one of the four around is padding.
    Nearest(i64),
}

/// Where the pixels of a canvas column lie.
struct Column {
    left: i64,
    right: i64,
    nearest: i64,
    weight: i64,
}

/// An image row at the columns of the canvas.
struct Line {
    row: i64,
    values: Vec<i64>,
    /// Whether one of the two pixels is padding; empty where there is none.
    is_padded: Vec<bool>,
}

/// Draws linear grey: calls `level` for every canvas pixel inside the image.
pub(super) fn draw<T: Texels<Value = i64>>(
    plan: &SlicePlan,
    sampler: &Sampler<T>,
    picture: &mut [u8],
    level: impl Fn(Shown) -> u8,
) {
    let (first, columns) = columns(plan, sampler);
    let bits = plan.range.weight_bits;
    let [mut upper, mut lower] = [(); 2].map(|()| Line {
        row: -1,
        values: Vec::new(),
        is_padded: Vec::new(),
    });
    let width = plan.canvas[0] as usize * 4;
    for (y, pixels) in (0..plan.canvas[1]).zip(picture.chunks_exact_mut(width)) {
        let pixels = pixels.as_chunks_mut::<4>().0;
        pixels.fill([0, 0, 0, u8::MAX]);
        let row = plan.row.at(0, y);
        let nearest_row = nearest_index(row);
        if !(0..i64::from(plan.size[1])).contains(&nearest_row) {
            continue;
        }
        let [above, below] = sampler.beside_row(row);
        if lower.row == above {
            std::mem::swap(&mut upper, &mut lower);
        }
        upper.set(above, plan, sampler, &columns);
        lower.set(below, plan, sampler, &columns);
        let weight = sampler.weight(row);
        let pixels = pixels.get_mut(first..).unwrap_or_default();
        let between = upper.values.iter().zip(&lower.values);
        let values = between.map(|(above, below)| lerp_fixed(*above, *below, weight, bits));
        if plan.padding.is_none() {
            for (pixel, value) in pixels.iter_mut().zip(values) {
                let grey = level(Shown::Between(value));
                *pixel = [grey, grey, grey, u8::MAX];
            }
        } else {
            let is_padded = upper
                .is_padded
                .iter()
                .zip(&lower.is_padded)
                .map(|(a, b)| *a || *b);
            for (((pixel, value), is_padded), column) in
                pixels.iter_mut().zip(values).zip(is_padded).zip(&columns)
            {
                let grey = level(if is_padded {
                    Shown::Nearest(sampler.load(column.nearest, nearest_row))
                } else {
                    Shown::Between(value)
                });
                *pixel = [grey, grey, grey, u8::MAX];
            }
        }
    }
}

/// The first canvas column inside the image, and it and all after it that are.
fn columns<T: Texels<Value = i64>>(plan: &SlicePlan, sampler: &Sampler<T>) -> (usize, Vec<Column>) {
    let at = |x: u32| plan.column.at(x, 0);
    let is_inside = |x: &u32| (0..i64::from(plan.size[0])).contains(&nearest_index(at(*x)));
    let first = (0..plan.canvas[0])
        .position(|x| is_inside(&x))
        .unwrap_or(plan.canvas[0] as usize);
    let inside = (0..plan.canvas[0]).skip(first).take_while(is_inside).map(|x| {
        let [left, right] = sampler.beside_column(at(x));
        Column {
            left,
            right,
            nearest: nearest_index(at(x)),
            weight: sampler.weight(at(x)),
        }
    });
    (first, inside.collect())
}

impl Line {
    /// Makes this the line of another image row.
    fn set<T: Texels<Value = i64>>(
        &mut self,
        row: i64,
        plan: &SlicePlan,
        sampler: &Sampler<T>,
        columns: &[Column],
    ) {
        if self.row == row {
            return;
        }
        self.row = row;
        let pairs = || {
            columns
                .iter()
                .map(|at| (sampler.load(at.left, row), sampler.load(at.right, row), at.weight))
        };
        self.values.clear();
        let bits = plan.range.weight_bits;
        self.values
            .extend(pairs().map(|(left, right, weight)| lerp_fixed(left, right, weight, bits)));
        if let Some((low, high)) = plan.padding {
            let is_padding = |value: i64| low <= value && value <= high;
            self.is_padded.clear();
            self.is_padded
                .extend(pairs().map(|(left, right, _)| is_padding(left) || is_padding(right)));
        }
    }
}
