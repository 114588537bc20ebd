//! Small pictures of large frames.

use super::{
    grey::{Shade, is_one_to_one},
    render,
    texel::Channel,
};
use crate::{
    Error, ErrorKind, Frame, PixelFormat, Result,
    plan::{Interpolation, Shading, SlicePlan, View},
};

/// The longest side that a thumbnail may have.
pub const MAX_THUMBNAIL_SIDE: u32 = 2048;
/// Samples along each side of a pixel of the thumbnail, at most; more are not to be seen.
const MOST_SAMPLES: u32 = 8;
/// Longest side of the picture that is averaged.
const MOST_DRAWN: u32 = 4096;

/// A picture of a frame, whatever its size, whose longer side has `longest` pixels: as [`render`] draws it, each pixel the
/// mean of what it covers, so that thin structures fade and do not flicker. Grey as `[height, width]`, colour as RGBA,
/// `[height, width, 4]`, and `[width, height]`.
///
/// Zoom and pan of the view are not used.
///
/// # Errors
/// [`ErrorKind::Limit`] for a side that is 0 or above [`MAX_THUMBNAIL_SIDE`]; as [`SlicePlan::new`] and [`render`].
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 1 and the longest side"
)]
pub fn thumbnail(frame: &Frame, view: &View, longest: u32) -> Result<(Vec<u8>, [u32; 2])> {
    if !(1..=MAX_THUMBNAIL_SIDE).contains(&longest) {
        return Err(Error::new(
            ErrorKind::Limit,
            format!("a thumbnail has 1 to {MAX_THUMBNAIL_SIDE} pixels along its longer side, not {longest}"),
        ));
    }
    let spec = frame.spec();
    let shown = [f64::from(spec.columns), f64::from(spec.rows) * spec.pixel_aspect];
    let scale = f64::from(longest) / shown[0].max(shown[1]);
    let size = shown.map(|side| (side * scale).round().clamp(1.0, f64::from(longest)) as u32);
    let samples = (1.0 / scale)
        .ceil()
        .clamp(1.0, f64::from(MOST_SAMPLES.min(MOST_DRAWN / longest))) as u32;
    // Rounding the sides would leave a sliver of black at one of them.
    let scales = [0, 1].map(|axis| f64::from(size[axis]) / shown[axis]);
    let view = View {
        zoom: scales[0].max(scales[1]) / scales[0].min(scales[1]),
        pan_px: [0.0, 0.0],
        ..*view
    };
    let drawn = size.map(|side| side * samples);
    let mut view = view;
    if drawn == [spec.columns, spec.rows] && view.rotation_deg.abs() < f64::EPSILON {
        // Samples are at the centres of pixels, where there is nothing to interpolate.
        view.interpolation = Interpolation::Nearest;
    }
    let plan = SlicePlan::new(spec, &view, drawn)?;
    if let Some(small) = means_of_pixels(&plan, frame, size, samples) {
        return Ok((small, size));
    }
    let picture = render(&plan, frame)?;
    let small = if spec.format.is_color() {
        means(&picture, size, samples)
    } else {
        let levels = picture.as_chunks::<4>().0;
        grey_means(levels, |[level, ..]| *level, size, samples)
    };
    Ok((small, size))
}

/// The small picture of a frame each pixel of which is a sample, without the large one; none where that is not so.
fn means_of_pixels(plan: &SlicePlan, frame: &Frame, size: [u32; 2], samples: u32) -> Option<Vec<u8>> {
    if plan.mask.is_some() || plan.interpolation != Interpolation::Nearest || !is_one_to_one(plan) {
        return None;
    }
    let pixels = frame.pixels();
    match plan.format {
        PixelFormat::R16Uint => means_of::<u16>(plan, pixels, u16::from_le_bytes, size, samples),
        PixelFormat::R16Sint => {
            let index = |bytes| i16::from_le_bytes(bytes).cast_unsigned();
            means_of::<i16>(plan, pixels, index, size, samples)
        }
        PixelFormat::R8Uint => means_of::<u8>(plan, pixels, |[byte]| u16::from(byte), size, samples),
        _ => None,
    }
}

/// As [`means_of_pixels`], of stored values by their numbers of 16 bits.
fn means_of<C: Channel>(
    plan: &SlicePlan,
    pixels: &[u8],
    number: impl Fn(C::Bytes) -> u16,
    size: [u32; 2],
    samples: u32,
) -> Option<Vec<u8>> {
    let pixels = C::cut(pixels);
    let [low, high] = C::span(pixels)?;
    // For every number there is: so it needs no look at its bounds.
    let mut levels = [0_u8; 1 << 16];
    let mut fill = |shade: &dyn Fn(i64) -> u8| {
        for value in low..=high {
            let [first, second, ..] = value.to_le_bytes();
            levels[usize::from(u16::from_le_bytes([first, second]))] = shade(value);
        }
    };
    match &plan.shading {
        Shading::Grey { exact, .. } => fill(&|value| exact.stored(value)),
        Shading::Table(table) => fill(&|value| table.stored(value)),
        Shading::Color { .. } => return None,
    }
    Some(grey_means(
        pixels,
        |bytes| levels[usize::from(number(*bytes))],
        size,
        samples,
    ))
}

/// As [`means`], of one channel: the levels of `pixels`.
fn grey_means<T>(pixels: &[T], level: impl Fn(&T) -> u8, size: [u32; 2], samples: u32) -> Vec<u8> {
    // Squares of a known size are added up, and divided by, in a fraction of the time.
    match samples {
        1 => means_by::<T, 1>(pixels, level, size),
        2 => means_by::<T, 2>(pixels, level, size),
        3 => means_by::<T, 3>(pixels, level, size),
        4 => means_by::<T, 4>(pixels, level, size),
        5 => means_by::<T, 5>(pixels, level, size),
        6 => means_by::<T, 6>(pixels, level, size),
        7 => means_by::<T, 7>(pixels, level, size),
        _ => means_by::<T, { MOST_SAMPLES as usize }>(pixels, level, size),
    }
}

fn means_by<T, const N: usize>(pixels: &[T], level: impl Fn(&T) -> u8, [width, height]: [u32; 2]) -> Vec<u8> {
    // Without a captured count: it is known where this is compiled, and no division is left.
    let half = u32::try_from(N * N / 2).unwrap_or_default();
    let mean = |sum: &u32| u8::try_from(sum / u32::try_from(N * N).unwrap_or(u32::MAX)).unwrap_or(u8::MAX);
    let [width, height] = [width, height].map(|side| side as usize);
    let mut small = Vec::with_capacity(width * height);
    let mut sums = vec![0_u32; width];
    for square in pixels.chunks_exact(width * N * N) {
        sums.fill(half);
        for line in square.chunks_exact(width * N) {
            for (sum, covered) in sums.iter_mut().zip(line.as_chunks::<N>().0) {
                *sum += covered.iter().map(|pixel| u32::from(level(pixel))).sum::<u32>();
            }
        }
        small.extend(sums.iter().map(mean));
    }
    small
}

/// The means of squares of `samples` a side, rounded.
fn means(picture: &[u8], [width, height]: [u32; 2], samples: u32) -> Vec<u8> {
    let count = samples * samples;
    let drawn_width = (width * samples) as usize;
    let lines = picture.as_chunks::<4>().0;
    let mean = |x: u32, y: u32| {
        let mut sums = [count / 2; 4];
        for line in 0..samples {
            let first = (y * samples + line) as usize * drawn_width + (x * samples) as usize;
            for pixel in lines.get(first..first + samples as usize).unwrap_or_default() {
                for (sum, channel) in sums.iter_mut().zip(pixel) {
                    *sum += u32::from(*channel);
                }
            }
        }
        sums.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX))
    };
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| mean(x, y)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FrameSpec, PixelFormat};

    /// Stripes a pixel wide, black and white.
    fn stripes(rows: u32, columns: u32, pixel_aspect: f64) -> Frame {
        let spec = FrameSpec {
            pixel_aspect,
            ..FrameSpec::of_size(rows, columns, PixelFormat::R8Uint)
        };
        let pixels = (0..rows * columns).map(|number| {
            if (number % columns).is_multiple_of(2) {
                0
            } else {
                255
            }
        });
        Frame::new(spec, pixels.collect()).expect("a whole frame")
    }

    #[test]
    fn thin_stripes_become_grey_and_edges_stay() {
        let frame = stripes(64, 128, 1.0);
        let (picture, size) = thumbnail(&frame, &View::of(frame.spec()), 16).expect("a picture");
        assert_eq!((size, picture.len()), ([16, 8], 16 * 8));
        assert!(
            picture.iter().all(|level| level.abs_diff(128) <= 1),
            "{picture:?}"
        );
    }

    #[test]
    fn grey_is_averaged_as_colour_is() {
        let picture: Vec<u8> = (0..12 * 9_u32)
            .flat_map(|number| {
                let grey = u8::try_from(number * 7 % 256).expect("a level");
                [grey, grey, grey, 255]
            })
            .collect();
        let greys = grey_means(picture.as_chunks::<4>().0, |[grey, ..]| *grey, [4, 3], 3);
        let colors = means(&picture, [4, 3], 3);
        assert!(colors.as_chunks::<4>().0.iter().map(|[red, ..]| red).eq(&greys));
    }

    #[test]
    fn the_short_way_is_the_long_one() {
        for (format, bytes) in [
            (PixelFormat::R8Uint, 1),
            (PixelFormat::R16Uint, 2),
            (PixelFormat::R16Sint, 2),
        ] {
            let spec = FrameSpec {
                rescale_slope: 0.7,
                rescale_intercept: -100.0,
                inverted: true,
                ..FrameSpec::of_size(24, 36, format)
            };
            let pixels = (0..24 * 36 * bytes).map(|at: u32| at.wrapping_mul(0x9E37_79B1).to_le_bytes()[3]);
            let frame = Frame::new(spec, pixels.collect()).expect("a whole frame");
            let view = View {
                interpolation: Interpolation::Nearest,
                ..View::of(frame.spec())
            };
            let plan = SlicePlan::new(frame.spec(), &view, [36, 24]).expect("a plan");
            let picture = render(&plan, &frame).expect("a picture");
            let long = grey_means(picture.as_chunks::<4>().0, |[grey, ..]| *grey, [12, 8], 3);
            assert_eq!(
                means_of_pixels(&plan, &frame, [12, 8], 3),
                Some(long),
                "{format:?}"
            );
            assert_eq!(
                thumbnail(&frame, &view, 12).map(|(small, _)| Some(small)),
                Ok(means_of_pixels(&plan, &frame, [12, 8], 3))
            );
        }
    }

    #[test]
    fn pixels_keep_their_shape() {
        // 100 columns of 50 rows that are twice as high: square
        let frame = stripes(50, 100, 2.0);
        let view = View::of(frame.spec());
        assert_eq!(thumbnail(&frame, &view, 30).expect("a picture").1, [30, 30]);
        // larger than the frame
        assert_eq!(thumbnail(&frame, &view, 200).expect("a picture").1, [200, 200]);
        for longest in [0, 4000] {
            assert_eq!(
                thumbnail(&frame, &view, longest).expect_err("no size").kind,
                ErrorKind::Limit
            );
        }
    }

    #[test]
    fn no_side_is_black_for_want_of_a_fraction() {
        let spec = FrameSpec::of_size(701, 997, PixelFormat::R8Uint);
        let frame = Frame::new(spec, vec![255; 701 * 997]).expect("a whole frame");
        let (picture, _) = thumbnail(&frame, &View::of(frame.spec()), 100).expect("a picture");
        assert!(picture.iter().all(|channel| *channel == 255));
    }
}
