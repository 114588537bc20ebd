//! Colour for display: RGBA of full range from RGB and YBR samples (PS3.3 C.7.6.3.1.2).

use codec::StatedColor;

use super::{
    display::unsupported,
    layout::{Layout, Photometric},
};
use crate::{PixelFormat, Result, Warning, WarningKind};

/// What three samples mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Model {
    Rgb,
    /// ITU-R BT.601 over the full range; the irreversible transform of JPEG 2000 is the same.
    YbrFull,
    /// ITU-R BT.601, luminance from 16 to 235 of 255.
    YbrPartial,
}

/// What the samples of a frame mean, by the data set and by what its stream says; and a warning where they differ.
///
/// The transforms of JPEG 2000 are the codec's to undo (PS3.5 section 8.2.4): where its stream has none, the samples
/// are red, green and blue, whatever the data set says.
///
/// # Errors
/// [`crate::ErrorKind::UnsupportedPhotometric`].
pub(crate) fn model(
    layout: &Layout,
    is_coded: bool,
    stated: StatedColor,
) -> Result<(Model, Option<Warning>)> {
    use Photometric::{Rgb, YbrFull, YbrFull422, YbrIct, YbrPartial420, YbrPartial422, YbrRct};
    let announced = match layout.photometric {
        Rgb => Model::Rgb,
        YbrIct | YbrRct if is_coded => Model::Rgb,
        YbrFull | YbrFull422 | YbrIct => Model::YbrFull,
        YbrPartial422 => Model::YbrPartial,
        // uncompressed there is no layout for it, and in RLE none for the halved rows
        YbrPartial420 if is_coded => Model::YbrPartial,
        _ => return Err(unsupported(layout)),
    };
    let (model, text) = match (stated, announced) {
        (StatedColor::Rgb, Model::Rgb) => (Model::Rgb, None),
        (StatedColor::Rgb, _) => (
            Model::Rgb,
            Some("the stream says that it is RGB, the data set says YBR: the stream is believed"),
        ),
        (StatedColor::Ybr, Model::Rgb) => (
            Model::YbrFull,
            Some("the stream says that it is YBR, the data set says RGB: the stream is believed"),
        ),
        (StatedColor::Nothing, Model::Rgb) if matches!(layout.photometric, YbrIct | YbrRct) => (
            Model::Rgb,
            Some("the data set names a transform that the stream does not have: RGB is taken"),
        ),
        (StatedColor::Ybr | StatedColor::Nothing, announced) => (announced, None),
    };
    let warning = text.map(|text| Warning::new(WarningKind::StreamDiffers, text).with_tag(0x0028, 0x0004));
    Ok((model, warning))
}

/// RGBA of the frame's samples, colour by pixel, unused bits cut. 8 bits a sample become RGBA8, more RGBA16.
pub(crate) fn rgba(layout: &Layout, samples: &[u8], model: Model) -> (PixelFormat, Vec<u8>) {
    match (layout.sample_bytes(), layout.bits_stored, model) {
        (1, 8, Model::Rgb | Model::YbrFull) => {
            (PixelFormat::Rgba8Uint, rgba8(samples, model == Model::YbrFull))
        }
        (width, stored, model) => {
            let values = samples.chunks_exact(width).map(|sample| {
                sample
                    .iter()
                    .rev()
                    .fold(0_u32, |value, &byte| value << 8 | u32::from(byte))
            });
            let wide = rgba16(values, stored, model);
            if width == 1 {
                return (PixelFormat::Rgba8Uint, eight_bits(&wide));
            }
            (PixelFormat::Rgba16Uint, wide)
        }
    }
}

/// RGBA8 of RGBA16, rounded to the nearest.
pub(crate) fn eight_bits(wide: &[u8]) -> Vec<u8> {
    let levels = wide.as_chunks::<2>().0.iter().map(|level| {
        let level = u32::from(u16::from_le_bytes(*level));
        u8::try_from((level * 2 + 257) / 514).unwrap_or(u8::MAX)
    });
    levels.collect()
}

fn rgba8(samples: &[u8], is_ybr: bool) -> Vec<u8> {
    let pixels = samples.as_chunks::<3>().0;
    let mut out = vec![u8::MAX; pixels.len() * 4];
    for (to, &[a, b, c]) in out.as_chunks_mut::<4>().0.iter_mut().zip(pixels) {
        let [red, green, blue] = if is_ybr {
            rgb_from_ybr8([a, b, c])
        } else {
            [a, b, c]
        };
        *to = [red, green, blue, u8::MAX];
    }
    out
}

/// Rounded to the nearest, in 16-bit fixed point.
#[inline(always)]
fn rgb_from_ybr8([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let y = (i32::from(y) << 16) + (1 << 15);
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    [y + 91_881 * cr, y - 22_554 * cb - 46_802 * cr, y + 116_130 * cb].map(|value| {
        #[expect(clippy::cast_sign_loss, reason = "clamped to 0..=255")]
        {
            (value >> 16).clamp(0, 255) as u8
        }
    })
}

/// Samples of `stored` bits to 16 bits of full range.
fn rgba16(mut values: impl Iterator<Item = u32>, stored: u16, model: Model) -> Vec<u8> {
    let largest = f64::from(u32::MAX >> (32 - u32::from(stored.clamp(1, 32))));
    let middle = f64::from(1_u32 << (stored.clamp(1, 32) - 1));
    let mut out = Vec::with_capacity(values.size_hint().0 / 3 * 8);
    while let (Some(a), Some(b), Some(c)) = (values.next(), values.next(), values.next()) {
        let [a, b, c] = [a, b, c].map(f64::from);
        let (cb, cr) = (b - middle, c - middle);
        let rgb = match model {
            Model::Rgb => [a, b, c],
            Model::YbrFull => [
                a + 1.402 * cr,
                a - 0.344_136 * cb - 0.714_136 * cr,
                a + 1.772 * cb,
            ],
            // the inverse of the standard's equations
            Model::YbrPartial => {
                let y = 255.0 / 219.0 * (a - middle / 8.0);
                [
                    y + 1.596_027 * cr,
                    y - 0.391_762 * cb - 0.812_968 * cr,
                    y + 2.017_232 * cb,
                ]
            }
        };
        for value in rgb {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to 16 bits"
            )]
            let level = (value / largest * 65535.0 + 0.5).clamp(0.0, 65535.0) as u16;
            out.extend_from_slice(&level.to_le_bytes());
        }
        out.extend_from_slice(&u16::MAX.to_le_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_point_rounds_as_the_equations() {
        for y in (0..=255).step_by(5) {
            for cb in (0..=255).step_by(3) {
                for cr in (0..=255).step_by(3) {
                    let (yf, b, r) = (f64::from(y), f64::from(cb) - 128.0, f64::from(cr) - 128.0);
                    let exact = [
                        yf + 1.402 * r,
                        yf - 0.344_136_286 * b - 0.714_136_286 * r,
                        yf + 1.772 * b,
                    ];
                    let ours = rgb_from_ybr8([y, cb, cr]);
                    for (ours, exact) in ours.iter().zip(exact) {
                        assert!((f64::from(*ours) - exact.clamp(0.0, 255.0)).abs() < 0.505);
                    }
                }
            }
        }
    }

    #[test]
    fn full_range_stays_full() {
        assert_eq!(
            rgba16([0, 4095, 2048].into_iter(), 12, Model::Rgb),
            [0, 0, 0xFF, 0xFF, 0x08, 0x80, 0xFF, 0xFF]
        );
        assert_eq!(
            rgba16([u32::MAX, 0, 0].into_iter(), 32, Model::Rgb),
            [0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF]
        );
    }
}
