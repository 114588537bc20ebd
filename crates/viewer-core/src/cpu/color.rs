//! Colour slices, the twin of `viewer-gpu/src/shaders/color.wgsl`: each channel by itself.

use super::{
    for_each_pixel,
    sample::{Sampler, Taps},
    texel::Texels,
};
use crate::{
    lut::level_from_y,
    plan::{Interpolation, SlicePlan},
};

/// Draws colour pixels; 16-bit channels are scaled to 0..=255 by 255/65535 = 1/257.
pub(super) fn slice(
    plan: &SlicePlan,
    inverted: bool,
    texels: impl Texels<Value = [i64; 3]>,
    picture: &mut [u8],
) {
    let sampler = Sampler::new(plan, texels);
    let units_per_level = real(plan.range.max / 255);
    let fixed_per_level = units_per_level * real(plan.range.one());
    let level = |y: f64| level_from_y(if inverted { 255.0 - y } else { y });
    for_each_pixel(plan, picture, |column, row| {
        let Some(nearest) = sampler.nearest(column, row) else {
            return [0; 3];
        };
        if plan.interpolation == Interpolation::Nearest {
            return nearest.map(|channel| level(real(channel) / units_per_level));
        }
        let Taps {
            values,
            weight_x,
            weight_y,
        } = sampler.taps(column, row);
        [0, 1, 2].map(|channel: usize| {
            let value = sampler.bilinear(values.map(|rgb| rgb[channel]), weight_x, weight_y);
            level(real(value) / fixed_per_level)
        })
    });
}

#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits are the precision of the reference"
)]
const fn real(value: i64) -> f64 {
    value as f64
}
