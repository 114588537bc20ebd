//! Grey slices, the twin of `viewer-gpu/src/shaders/grey.wgsl`.

use super::{
    for_each_pixel,
    lines::{self, Shown},
    sample::{Sampler, Taps},
    texel::Texels,
};
use crate::{
    lut::Grey,
    plan::{Interpolation, SlicePlan, ValueRange},
};

/// Outside the image.
const BLACK: u8 = 0;

/// Draws grey pixels.
pub(super) fn slice(plan: &SlicePlan, grey: &Grey, texels: impl Texels<Value = i64>, picture: &mut [u8]) {
    let sampler = Sampler::new(plan, texels);
    match plan.interpolation {
        Interpolation::Nearest => {
            let levels = Levels::new(plan, grey);
            for_each_pixel(plan, picture, |column, row| {
                let nearest = sampler.nearest(column, row);
                [nearest.map_or(BLACK, |value| levels.of_stored(value)); 3]
            });
        }
        Interpolation::Linear if lines::are_along_rows(plan) => {
            lines::draw(plan, &sampler, picture, |shown| match shown {
                Shown::Between(value) => grey.level(plan.range.stored(value)),
                Shown::Nearest(value) => grey.level(real(value)),
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
                    grey.level(real(nearest))
                } else {
                    grey.level(plan.range.stored(sampler.bilinear(values, weight_x, weight_y)))
                };
                [level; 3]
            });
        }
    }
}

/// Levels of whole stored values: a table where it pays, else the formula.
struct Levels<'a> {
    grey: &'a Grey,
    table: Vec<u8>,
    first: i64,
}

impl<'a> Levels<'a> {
    fn new(plan: &SlicePlan, grey: &'a Grey) -> Self {
        let ValueRange { min, max, .. } = plan.range;
        let pixels = plan.canvas.iter().map(|side| i64::from(*side)).product::<i64>();
        let table = if max - min < pixels.min(1 << 16) {
            (min..=max).map(|value| grey.level(real(value))).collect()
        } else {
            Vec::new()
        };
        Self {
            grey,
            table,
            first: min,
        }
    }

    #[inline]
    fn of_stored(&self, value: i64) -> u8 {
        let index = usize::try_from(value - self.first).unwrap_or(usize::MAX);
        match self.table.get(index) {
            Some(level) => *level,
            None => self.grey.level(real(value)),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "stored values have at most 32 bits")]
const fn real(value: i64) -> f64 {
    value as f64
}
