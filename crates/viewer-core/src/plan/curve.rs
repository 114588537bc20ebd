//! The grey curve over fixed-point values, for machines with f32 only.
//!
//! A GPU clamps the exact fixed-point value to `[low, high]` and takes it relative to `anchor`, both as integers, and
//! only then goes to f32. So the plateaus are decided exactly as in f64 (they are found by asking the f64 formula), a
//! window of width 1 is the same step everywhere, and between the plateaus f32 loses less than a thousandth of a
//! grey level, wherever the window lies.

use super::ValueRange;
use crate::{
    Error, ErrorKind, Result,
    lut::{Grey, Plateau, VoiFunction},
};

/// Steepest f32 slope; beyond it a sigmoid is a step within one fixed-point unit.
const MAX_GAIN: f64 = 1e30;

/// What `offset + gain * (value - anchor)` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveShape {
    /// It is y in 0..=255.
    Ramp,
    /// y = 255 / (1 + exp(it)).
    Sigmoid,
}

/// y in 0..=255 over fixed-point values (stored units times [`ValueRange::one`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixedCurve {
    /// What the linear form means.
    pub shape: CurveShape,
    /// Values below are taken as this one.
    pub low: i64,
    /// Values above are taken as this one.
    pub high: i64,
    /// The value that is subtracted, exactly, before f32.
    pub anchor: i64,
    /// The linear form at `anchor`.
    pub offset: f32,
    /// What the linear form gains per fixed-point unit.
    pub gain: f32,
}

impl FixedCurve {
    /// The curve of `grey` over a format's values.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for a rescale that is not finite or a window that [`crate::lut::Voi::check`] refuses.
    #[expect(clippy::cast_possible_truncation, reason = "f32 is what a GPU has")]
    pub fn new(grey: &Grey, range: ValueRange) -> Result<Self> {
        if !grey.slope.is_finite() || !grey.intercept.is_finite() {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the rescale slope and intercept must be finite",
            )
            .with_tag(0x0028, 0x1053));
        }
        grey.voi.check()?;
        let (low, high) = plateaus(grey, range);
        let line = match grey.voi.function {
            VoiFunction::Linear | VoiFunction::LinearExact => ramp(grey, range, low, high),
            VoiFunction::Sigmoid => sigmoid(grey, range, low, high),
        };
        Ok(Self {
            shape: line.shape,
            low,
            high,
            anchor: line.anchor,
            offset: line.offset as f32,
            gain: line.gain.clamp(-MAX_GAIN, MAX_GAIN) as f32,
        })
    }
}

struct Line {
    shape: CurveShape,
    anchor: i64,
    offset: f64,
    gain: f64,
}

fn ramp(grey: &Grey, range: ValueRange, low: i64, high: i64) -> Line {
    let y_low = grey.y(range.stored(low));
    let y_high = grey.y(range.stored(high));
    Line {
        shape: CurveShape::Ramp,
        anchor: low,
        offset: y_low,
        gain: (y_high - y_low) / real((high - low).max(1)),
    }
}

fn sigmoid(grey: &Grey, range: ValueRange, low: i64, high: i64) -> Line {
    let per_unit = if grey.inverted { 4.0 } else { -4.0 } / grey.voi.width;
    let center_stored = (grey.voi.center - grey.intercept) / grey.slope;
    let anchor = if center_stored.is_nan() {
        low
    } else {
        range.fixed(center_stored).clamp(low, high)
    };
    let offset = per_unit * (grey.modality(range.stored(anchor)) - grey.voi.center);
    Line {
        shape: CurveShape::Sigmoid,
        anchor,
        offset: offset.clamp(-40.0, 40.0),
        gain: per_unit * grey.slope / real(range.one()),
    }
}

/// The last value of the plateau that comes first and the first value of the one that comes last, both within the
/// format's range.
fn plateaus(grey: &Grey, range: ValueRange) -> (i64, i64) {
    let (first, last) = if grey.slope < 0.0 {
        (Plateau::Bright, Plateau::Dark)
    } else {
        (Plateau::Dark, Plateau::Bright)
    };
    let min = range.min * range.one();
    let max = range.max * range.one();
    let plateau = |value| grey.voi.plateau(grey.modality(range.stored(value)));
    let low = (first_where(min, max, |value| plateau(value) != first) - 1).clamp(min, max);
    let high = first_where(low, max, |value| plateau(value) == last).clamp(min, max);
    (low, high)
}

/// The first value in `min..=max` for which the monotone `holds` is true; `max + 1` if there is none.
fn first_where(min: i64, max: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (min, max + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits are the precision of the reference"
)]
const fn real(value: i64) -> f64 {
    value as f64
}
