//! Colour slices, the twin of `viewer-shaders/src/shaders/color.wgsl`: each channel by itself.

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
    let has_16_bits = plan.range.max == 0xFFFF;
    let level = |channel: f64| {
        let y = if has_16_bits { channel / 257.0 } else { channel };
        level_from_y(if inverted { 255.0 - y } else { y })
    };
    for_each_pixel(plan, picture, |column, row| {
        let Some(nearest) = sampler.nearest(column, row) else {
            return [0; 3];
        };
        if plan.interpolation == Interpolation::Nearest {
            return nearest.map(|channel| level(real(channel)));
        }
        let Taps {
            values,
            weight_x,
            weight_y,
        } = sampler.taps(column, row);
        let [a, b, c, d] = values;
        [0, 1, 2].map(|channel: usize| {
            let values = [a[channel], b[channel], c[channel], d[channel]];
            level(plan.range.stored(sampler.bilinear(values, weight_x, weight_y)))
        })
    });
}

#[expect(clippy::cast_precision_loss, reason = "channels have at most 16 bits")]
const fn real(value: i64) -> f64 {
    value as f64
}
