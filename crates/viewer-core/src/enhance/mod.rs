//! Pictures whose details are easier to see, for exports: NoctisPro's "enhanced" windowing and its sharpening, in order and
//! numbers. A level is 0 to 1 here, until the end.
//!
//! What it got wrong is right here: the window comes first and holds, so that a value has the same grey in every picture of a
//! series, whatever else is in it; tiles blend into each other; what varies little is not stretched into noise.

mod blur;
mod local;

use crate::{
    Error, ErrorKind, Result,
    assess::Sample,
    lut::{Grey, Voi},
};
use blur::Plane;

/// Standard deviation of the smoothing away from edges, pixels.
const SMOOTHING: f64 = 0.8;
/// How much of the stretched level is mixed in.
const LOCAL_SHARE: f64 = 0.6;
/// Standard deviation of the unsharp mask, pixels; its weight; and the least difference that it raises.
const UNSHARP: (f64, f64, f64) = (1.0, 0.5, 0.02);

/// Grey levels of values `[rows, columns]` through a window, with details brought out; not a number is black.
///
/// # Errors
/// [`ErrorKind::Malformed`] for rows of no columns or a window that there is not; [`ErrorKind::Limit`] when there is no memory.
pub fn enhance<S: Sample>(values: &[S], columns: usize, voi: Voi, inverted: bool) -> Result<Vec<u8>> {
    voi.check()?;
    let grey = Grey {
        slope: 1.0,
        intercept: 0.0,
        voi,
        inverted: false,
    };
    let shares = values.iter().map(|value| grey.y(value.value()) / 255.0);
    let mut plane = Plane::new(shares, columns)?;
    smooth_but_edges(&mut plane)?;
    local::stretch(&mut plane, LOCAL_SHARE);
    let steepness = steepness(voi.width);
    plane.each(|level| sigmoid(level, steepness));
    let (deviation, amount, threshold) = UNSHARP;
    unsharp(&mut plane, deviation, amount, threshold)?;
    let gamma = gamma(voi.center);
    plane.each(|level| libm::pow(level.clamp(0.0, 1.0), gamma));
    Ok(plane.levels(inverted))
}

/// Levels `[rows, columns]` with their edges raised: where the difference from the mean about a pixel, of standard deviation
/// `deviation`, is `threshold` or more, `amount` of it is added.
///
/// # Errors
/// [`ErrorKind::Malformed`] for rows of no columns or a deviation that is not above 0; [`ErrorKind::Limit`] when there is no memory.
pub fn sharpen(levels: &[u8], columns: usize, deviation: f64, amount: f64, threshold: u8) -> Result<Vec<u8>> {
    let is_sound = deviation > 0.0 && deviation <= blur::MOST && amount.is_finite();
    if !is_sound {
        return Err(Error::new(
            ErrorKind::Malformed,
            format!("a sharpening reaches above 0 and at most {} pixels", blur::MOST),
        ));
    }
    let shares = levels.iter().map(|level| f64::from(*level) / 255.0);
    let mut plane = Plane::new(shares, columns)?;
    unsharp(&mut plane, deviation, amount, f64::from(threshold) / 255.0)?;
    Ok(plane.levels(false))
}

/// Each level with the mean about it, the less the steeper it is there: a step of the whole window stays as it is.
fn smooth_but_edges(plane: &mut Plane) -> Result<()> {
    let smooth = plane.blurred(SMOOTHING)?;
    let edges = plane.slopes()?;
    plane.mix(&smooth, |number, level, smooth| {
        let edge = edges.get(number).map_or(0.0, |slope| (2.0 * slope).min(1.0));
        smooth + (level - smooth) * edge
    });
    Ok(())
}

fn unsharp(plane: &mut Plane, deviation: f64, amount: f64, threshold: f64) -> Result<()> {
    let smooth = plane.blurred(deviation)?;
    plane.mix(&smooth, |_, level, smooth| {
        let difference = level - smooth;
        if difference.abs() < threshold {
            level
        } else {
            level + amount * difference
        }
    });
    Ok(())
}

/// Of the curve: narrow windows are steep already by themselves, and are meant to be.
const fn steepness(width: f64) -> f64 {
    4.0 * if width > 1000.0 {
        1.2
    } else if width < 200.0 {
        1.8
    } else {
        1.5
    }
}

/// Air is lightened, bone is darkened.
const fn gamma(center: f64) -> f64 {
    if center < -200.0 {
        0.8
    } else if center > 200.0 {
        1.2
    } else {
        1.0
    }
}

/// From 0 to 1 as the level goes from 0 to 1, steepest in the middle.
fn sigmoid(level: f64, steepness: f64) -> f64 {
    let at = |level: f64| 1.0 / (1.0 + libm::exp(-steepness * (level - 0.5)));
    (at(level) - at(0.0)) / (at(1.0) - at(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enhanced(values: &[f64], columns: usize, voi: Voi) -> Vec<u8> {
        enhance(values, columns, voi, false).expect("a picture")
    }

    #[test]
    fn a_flat_picture_is_worked_by_hand() {
        // The centre of LINEAR_EXACT is 0.5. A range of nothing is taken for a quarter: (0.5 - 0.375) / 0.25 = 0.5;
        // 0.5^0.8 = 0.574349; 0.6 * 0.574349 + 0.4 * 0.5 = 0.544610. Steepness 6: 1 / (1 + e^-0.267657) = 0.566518;
        // (0.566518 - 0.047426) / 0.905148 = 0.573488; * 255 = 146.24.
        let voi = Voi {
            function: crate::lut::VoiFunction::LinearExact,
            ..Voi::linear(40.0, 400.0)
        };
        assert_eq!(enhanced(&[40.0; 900], 30, voi), [146; 900]);
        let inverted = enhance(&[40.0; 900], 30, voi, true).expect("a picture");
        assert_eq!(inverted, [109; 900]);
    }

    #[test]
    fn black_and_white_stay() {
        let step: Vec<f64> = (0..64 * 64)
            .map(|number| if number % 64 < 32 { -1000.0 } else { 3000.0 })
            .collect();
        let picture = enhanced(&step, 64, Voi::linear(40.0, 400.0));
        for line in picture.chunks(64) {
            assert!(line[..32].iter().all(|level| *level == 0), "{line:?}");
            assert!(line[32..].iter().all(|level| *level == 255), "{line:?}");
        }
    }

    #[test]
    fn what_is_far_away_does_not_count() {
        let mut values: Vec<f64> = (0..200 * 200)
            .map(|number| f64::from(number % 7) * 10.0)
            .collect();
        let voi = Voi::linear(40.0, 400.0);
        let before = enhanced(&values, 200, voi);
        // A piece of metal in a corner.
        values[..5].fill(30_000.0);
        let after = enhanced(&values, 200, voi);
        assert_eq!(before[200 * 150..], after[200 * 150..]);
    }

    #[test]
    fn a_slope_has_no_seams() {
        let values: Vec<f64> = (0..256 * 256).map(|number| f64::from(number % 256)).collect();
        let picture = enhanced(&values, 256, Voi::linear(128.0, 256.0));
        let line = &picture[256 * 100..256 * 101];
        for pair in line.windows(2) {
            assert!(pair[0] <= pair[1] && pair[1] - pair[0] <= 8, "{line:?}");
        }
    }

    #[test]
    fn edges_are_raised_and_small_differences_are_not() {
        let step: Vec<u8> = (0..100)
            .map(|number| if number % 10 < 5 { 100 } else { 150 })
            .collect();
        let sharp = sharpen(&step, 10, 1.2, 1.4, 3).expect("a picture");
        assert!(sharp[4] < 90 && sharp[5] > 160, "{sharp:?}");
        assert_eq!((sharp[0], sharp[9]), (100, 150));
        let grain: Vec<u8> = (0..100).map(|number| 100 + number % 2).collect();
        assert_eq!(sharpen(&grain, 10, 1.2, 1.4, 3).expect("a picture"), grain);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let voi = Voi::linear(40.0, 400.0);
        for (count, columns) in [(10, 0), (10, 3)] {
            let refused = enhance(&vec![0.0; count], columns, voi, false).expect_err("no rows");
            assert_eq!(refused.kind, ErrorKind::Malformed);
        }
        assert!(sharpen(&[0; 4], 2, 0.0, 1.0, 0).is_err());
        assert_eq!(enhanced(&[], 7, voi), [0_u8; 0]);
        assert_eq!(enhanced(&[f64::NAN], 1, voi), [0]);
    }
}
