//! Small pictures of large frames.

use super::render;
use crate::{
    Error, ErrorKind, Frame, Result,
    plan::{Interpolation, SlicePlan, View},
};

/// The longest side that a thumbnail may have.
pub const MAX_THUMBNAIL_SIDE: u32 = 2048;
/// Samples along each side of a pixel of the thumbnail, at most; more are not to be seen.
const MOST_SAMPLES: u32 = 8;
/// Longest side of the picture that is averaged.
const MOST_DRAWN: u32 = 4096;

/// A picture of a frame, whatever its size, whose longer side has `longest` pixels: as [`render`] draws it, each pixel the
/// mean of what it covers, so that thin structures fade and do not flicker. RGBA, `[height, width, 4]`, and `[width, height]`.
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
    let picture = render(&SlicePlan::new(spec, &view, drawn)?, frame)?;
    let small = if spec.format.is_color() {
        means(&picture, size, samples)
    } else {
        grey_means(&picture, size, samples)
    };
    Ok((small, size))
}

/// As [`means`], of pictures whose channels are alike.
fn grey_means(picture: &[u8], [width, height]: [u32; 2], samples: u32) -> Vec<u8> {
    let count = samples * samples;
    let [width, samples] = [width, samples].map(|side| side as usize);
    let mut lines = picture.as_chunks::<4>().0.chunks_exact(width * samples);
    let mut small = Vec::with_capacity(width * height as usize * 4);
    let mut sums = vec![0_u32; width];
    for _ in 0..height {
        sums.fill(count / 2);
        for line in lines.by_ref().take(samples) {
            for (sum, covered) in sums.iter_mut().zip(line.chunks_exact(samples)) {
                *sum += covered.iter().map(|pixel| u32::from(pixel[0])).sum::<u32>();
            }
        }
        small.extend(sums.iter().flat_map(|sum| {
            let grey = u8::try_from(sum / count).unwrap_or(u8::MAX);
            [grey, grey, grey, u8::MAX]
        }));
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
        assert_eq!((size, picture.len()), ([16, 8], 16 * 8 * 4));
        for pixel in picture.as_chunks::<4>().0 {
            assert!(pixel[0].abs_diff(128) <= 1 && pixel[3] == 255, "{pixel:?}");
        }
    }

    #[test]
    fn grey_is_averaged_as_colour_is() {
        let picture: Vec<u8> = (0..12 * 9_u32)
            .flat_map(|number| {
                let grey = u8::try_from(number * 7 % 256).expect("a level");
                [grey, grey, grey, 255]
            })
            .collect();
        assert_eq!(grey_means(&picture, [4, 3], 3), means(&picture, [4, 3], 3));
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
