//! Colour for display: RGBA of full range from RGB and YBR samples (PS3.3 C.7.6.3.1.2).

use super::layout::Layout;
use crate::PixelFormat;

/// RGBA of the frame's samples, colour by pixel, unused bits cut. 8 bits a sample become RGBA8, more RGBA16.
pub(crate) fn rgba(layout: &Layout, samples: &[u8], is_ybr: bool) -> (PixelFormat, Vec<u8>) {
    match (layout.sample_bytes(), layout.bits_stored) {
        (1, 8) => (PixelFormat::Rgba8Uint, rgba8(samples, is_ybr)),
        (width, stored) => {
            let values = samples.chunks_exact(width).map(|sample| {
                sample
                    .iter()
                    .rev()
                    .fold(0_u32, |value, &byte| value << 8 | u32::from(byte))
            });
            (PixelFormat::Rgba16Uint, rgba16(values, stored, is_ybr))
        }
    }
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
fn rgba16(mut values: impl Iterator<Item = u32>, stored: u16, is_ybr: bool) -> Vec<u8> {
    let largest = f64::from(u32::MAX >> (32 - u32::from(stored.clamp(1, 32))));
    let middle = f64::from(1_u32 << (stored.clamp(1, 32) - 1));
    let mut out = Vec::with_capacity(values.size_hint().0 / 3 * 8);
    while let (Some(a), Some(b), Some(c)) = (values.next(), values.next(), values.next()) {
        let [a, b, c] = [a, b, c].map(f64::from);
        let rgb = if is_ybr {
            let (cb, cr) = (b - middle, c - middle);
            [
                a + 1.402 * cr,
                a - 0.344_136 * cb - 0.714_136 * cr,
                a + 1.772 * cb,
            ]
        } else {
            [a, b, c]
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
            rgba16([0, 4095, 2048].into_iter(), 12, false),
            [0, 0, 0xFF, 0xFF, 0x08, 0x80, 0xFF, 0xFF]
        );
        assert_eq!(
            rgba16([u32::MAX, 0, 0].into_iter(), 32, false),
            [0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF]
        );
    }
}
