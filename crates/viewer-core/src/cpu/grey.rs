//! Grey slices, the twin of `viewer-shaders/src/shaders/grey.wgsl`.

use super::{
    for_each_pixel,
    lines::{self, Shown},
    sample::{Sampler, Taps, nearest_index},
    texel::Texels,
};
use crate::{
    lut::{Grey, GreyTable},
    plan::{Interpolation, ONE, SlicePlan, ValueRange},
};

/// Outside the image.
const BLACK: u8 = 0;

/// From values to levels: by the curve or by a table.
pub(super) trait Shade {
    /// The level of a stored value.
    fn stored(&self, value: i64) -> u8;
    /// The level of an interpolated value, in the fixed point of `range`.
    fn fixed(&self, range: ValueRange, value: i64) -> u8;
}

impl Shade for Grey {
    #[inline]
    fn stored(&self, value: i64) -> u8 {
        self.level(real(value))
    }

    #[inline]
    fn fixed(&self, range: ValueRange, value: i64) -> u8 {
        self.level(range.stored(value))
    }
}

impl Shade for GreyTable {
    #[inline]
    fn stored(&self, value: i64) -> u8 {
        self.level(value)
    }

    #[inline]
    fn fixed(&self, range: ValueRange, value: i64) -> u8 {
        self.level(range.nearest(value))
    }
}

/// Draws grey pixels.
pub(super) fn slice(
    plan: &SlicePlan,
    shade: &impl Shade,
    texels: impl Texels<Value = i64>,
    picture: &mut [u8],
) {
    let sampler = Sampler::new(plan, texels);
    match plan.interpolation {
        Interpolation::Nearest if is_one_to_one(plan) => {
            let levels = Levels::new(plan, shade);
            for (index, pixel) in picture.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                let level = levels.of_stored(sampler.at(index));
                *pixel = [level, level, level, u8::MAX];
            }
        }
        Interpolation::Nearest => {
            let levels = Levels::new(plan, shade);
            for_each_pixel(plan, picture, |column, row| {
                let nearest = sampler.nearest(column, row);
                [nearest.map_or(BLACK, |value| levels.of_stored(value)); 3]
            });
        }
        Interpolation::Linear if lines::are_along_rows(plan) => {
            lines::draw(plan, &sampler, picture, |shown| match shown {
                Shown::Between(value) => shade.fixed(plan.range, value),
                Shown::Nearest(value) => shade.stored(value),
            });
        }
        Interpolation::Linear => {
            let padding = plan.padding.map(|(low, high)| low..=high);
            for_each_pixel(plan, picture, |column, row| {
                let Some(nearest) = sampler.nearest(column, row) else {
                    return [BLACK; 3];
                };
                let Taps {
                    values,
                    weight_x,
                    weight_y,
                } = sampler.taps(column, row);
                let level = if padding
                    .as_ref()
                    .is_some_and(|padding| values.iter().any(|value| padding.contains(value)))
                {
                    shade.stored(nearest)
                } else {
                    shade.fixed(plan.range, sampler.bilinear(values, weight_x, weight_y))
                };
                [level; 3]
            });
        }
    }
}

/// Whether each pixel of the canvas shows the pixel of the frame at its own place.
pub(super) fn is_one_to_one(plan: &SlicePlan) -> bool {
    let SlicePlan { column, row, .. } = plan;
    let is_first = nearest_index(column.origin) == 0 && nearest_index(row.origin) == 0;
    let steps = [column.step_x, column.step_y, row.step_x, row.step_y];
    plan.canvas == plan.size && is_first && steps == [ONE, 0, 0, ONE]
}

/// Levels of whole stored values: a table where it pays, else the formula.
struct Levels<'a, S> {
    shade: &'a S,
    table: Vec<u8>,
    first: i64,
}

impl<'a, S: Shade> Levels<'a, S> {
    fn new(plan: &SlicePlan, shade: &'a S) -> Self {
        let ValueRange { min, max, .. } = plan.range;
        let pixels = plan.canvas.iter().map(|side| i64::from(*side)).product::<i64>();
        let table = if max - min < pixels.min(1 << 16) {
            (min..=max).map(|value| shade.stored(value)).collect()
        } else {
            Vec::new()
        };
        Self {
            shade,
            table,
            first: min,
        }
    }

    #[inline]
    fn of_stored(&self, value: i64) -> u8 {
        let index = usize::try_from(value - self.first).unwrap_or(usize::MAX);
        match self.table.get(index) {
            Some(level) => *level,
            None => self.shade.stored(value),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "stored values have at most 32 bits")]
const fn real(value: i64) -> f64 {
    value as f64
}
