//! The grey curve over fixed-point values, for machines with f32 only.
//!
//! A GPU clamps the exact fixed-point value to `[low, high]` and takes it relative to `anchor`, both as integers, and
//! only then goes to f32. So the plateaus are decided exactly as in f64 (they are found by asking the f64 formula), a
//! window of width 1 is the same step everywhere, and between the plateaus f32 loses less than a thousandth of a
//! grey level, wherever the window lies.

use super::ValueRange;
use crate::{
    Result,
    lut::{Grey, Plateau, VoiFunction},
};

/// Levels a stored unit up to which [`GentleCurve`] is exact enough.
const GENTLE: f64 = 16.0;

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

/// A curve that climbs so gently that f32 does for the interpolation as well: y over stored values.
///
/// A GPU takes each tap relative to `anchor` as an integer, interpolates and applies the curve in f32. Taps and weights
/// are exact, each of the three interpolations is off by less than 2^-7 of a stored unit, so y by less than
/// half a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GentleCurve {
    /// The stored value that is subtracted from each tap.
    pub anchor: i32,
    /// The linear form of [`CurveShape`] at `anchor`.
    pub offset: f32,
    /// What the linear form gains per stored unit.
    pub gain: f32,
}

impl FixedCurve {
    /// The same curve as a [`GentleCurve`], unless it is too steep or the format's values too wide for f32.
    pub fn gentle(&self, range: ValueRange) -> Option<GentleCurve> {
        self.gentle_up_to(range, GENTLE, 0xFFFF)
    }

    /// As [`FixedCurve::gentle`], for up to so many levels a stored unit and values so far apart.
    #[expect(clippy::cast_possible_truncation, reason = "f32 is what a GPU has")]
    pub(crate) fn gentle_up_to(&self, range: ValueRange, most: f64, widest: i64) -> Option<GentleCurve> {
        let gain = f64::from(self.gain) * real(range.one());
        let steepest = match self.shape {
            CurveShape::Ramp => gain,
            CurveShape::Sigmoid => gain * 255.0 / 4.0,
        };
        if range.max - range.min > widest || steepest.abs() > most {
            return None;
        }
        let anchor = self.anchor / range.one();
        let moved = real(anchor * range.one() - self.anchor) / real(range.one());
        Some(GentleCurve {
            anchor: i32::try_from(anchor).ok()?,
            offset: (f64::from(self.offset) + gain * moved) as f32,
            gain: gain as f32,
        })
    }

    /// The curve of `grey` over a format's values.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Malformed`] for a rescale that is not finite or a window that [`crate::lut::Voi::check`] refuses.
    #[expect(clippy::cast_possible_truncation, reason = "f32 is what a GPU has")]
    pub fn new(grey: &Grey, range: ValueRange) -> Result<Self> {
        grey.check()?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, PixelFormat, lut::Voi, lut::level_from_y};

    /// What `viewer-shaders/src/shaders/grey.wgsl` computes.
    #[expect(clippy::cast_precision_loss, reason = "as the shader does")]
    fn y_in_f32(curve: &FixedCurve, value: i64) -> f32 {
        let relative = (value.clamp(curve.low, curve.high) - curve.anchor) as f32;
        let line = curve.offset + relative * curve.gain;
        match curve.shape {
            CurveShape::Ramp => line,
            CurveShape::Sigmoid => 255.0 / (1.0 + line.clamp(-40.0, 40.0).exp()),
        }
    }

    fn curves() -> Vec<Grey> {
        let mut curves = Vec::new();
        for function in [
            VoiFunction::Linear,
            VoiFunction::LinearExact,
            VoiFunction::Sigmoid,
        ] {
            for (slope, intercept) in [
                (1.0, -1024.0),
                (-1.0, 0.0),
                (0.1, 7.3),
                (-2.5, 1e5),
                (0.0, 40.0),
                (1e-6, 0.0),
            ] {
                for center in [-600.0, 0.0, 40.5, 19_999.5, 20_000.0, 65_535.0, 1e7] {
                    for width in [1.0, 2.0, 3.5, 257.0, 1500.0, 65_536.0, 1e9] {
                        let voi = Voi {
                            center,
                            width,
                            function,
                        };
                        curves.extend([false, true].map(|inverted| Grey {
                            slope,
                            intercept,
                            voi,
                            inverted,
                        }));
                    }
                }
            }
        }
        curves
    }

    #[track_caller]
    fn assert_within_one_level(grey: &Grey, curve: &FixedCurve, range: ValueRange, value: i64) {
        let exact = grey.level(range.stored(value));
        let level = level_from_y(f64::from(y_in_f32(curve, value)));
        assert!(
            exact.abs_diff(level) <= 1,
            "{grey:?} at {value}: {exact} and {level}"
        );
    }

    #[test]
    fn f32_is_within_one_level_at_every_stored_value() {
        for range in [PixelFormat::R16Uint, PixelFormat::R16Sint].map(ValueRange::of) {
            for grey in curves() {
                let curve = FixedCurve::new(&grey, range).unwrap();
                for value in (range.min..=range.max).step_by(37) {
                    assert_within_one_level(&grey, &curve, range, value * range.one());
                }
            }
        }
    }

    #[test]
    fn f32_is_within_one_level_at_every_step_of_the_fixed_point() {
        // Around the ends of the window, unit by unit of the fixed point: there a step must fall.
        for format in PixelFormat::ALL.into_iter().filter(|format| !format.is_color()) {
            let range = ValueRange::of(format);
            for grey in curves() {
                let curve = FixedCurve::new(&grey, range).unwrap();
                for end in [curve.low, curve.high, curve.anchor] {
                    for value in end - 5..=end + 5 {
                        assert_within_one_level(&grey, &curve, range, value);
                    }
                }
            }
        }
    }

    /// What the gentle variants of `viewer-shaders/src/shaders/grey.wgsl` compute between two neighbours.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "as the shader does"
    )]
    fn gentle_y(curve: &FixedCurve, gentle: &GentleCurve, [first, last]: [i64; 2], weight: i64) -> f32 {
        let [first, last] = [first, last].map(|value| (value as i32 - gentle.anchor) as f32);
        let weight = weight as f32 / (1 << 23) as f32;
        let line = gentle.offset + (first + (last - first) * weight) * gentle.gain;
        match curve.shape {
            CurveShape::Ramp => line,
            CurveShape::Sigmoid => 255.0 / (1.0 + line.clamp(-40.0, 40.0).exp()),
        }
    }

    #[test]
    fn a_gentle_curve_is_within_one_level_between_any_neighbours() {
        let mut gentle_curves = 0;
        for range in [PixelFormat::R8Uint, PixelFormat::R16Uint, PixelFormat::R16Sint].map(ValueRange::of) {
            for grey in curves() {
                let curve = FixedCurve::new(&grey, range).unwrap();
                let Some(gentle) = curve.gentle(range) else {
                    continue;
                };
                gentle_curves += 1;
                let middle = curve.anchor / range.one();
                for first in [range.min, middle - 300, middle - 1, middle, middle + 7, range.max] {
                    for last in [range.min, middle + 1, middle + 40, range.max - 1] {
                        let taps = [first, last].map(|value| value.clamp(range.min, range.max));
                        for weight in [0, 1, 0x2A_AAAB, 0x40_0000, 0x7F_FFFF] {
                            let fixed = ((taps[0] << 23) + (taps[1] - taps[0]) * weight) << 23;
                            let exact = grey.level(range.stored(fixed));
                            let level = level_from_y(f64::from(gentle_y(&curve, &gentle, taps, weight)));
                            assert!(
                                exact.abs_diff(level) <= 1,
                                "{grey:?} between {taps:?} at {weight}: {exact} and {level}"
                            );
                        }
                    }
                }
            }
        }
        assert!(gentle_curves > 500, "only {gentle_curves}");
    }

    #[test]
    fn steep_curves_and_wide_formats_are_not_gentle() {
        let curve = |width, function, format| {
            let grey = Grey {
                slope: 1.0,
                intercept: 0.0,
                voi: Voi {
                    center: 40.0,
                    width,
                    function,
                },
                inverted: false,
            };
            let range = ValueRange::of(format);
            FixedCurve::new(&grey, range).unwrap().gentle(range)
        };
        for function in [VoiFunction::LinearExact, VoiFunction::Sigmoid] {
            assert!(
                curve(20.0, function, PixelFormat::R16Sint).is_some(),
                "{function:?}"
            );
            assert!(
                curve(10.0, function, PixelFormat::R16Sint).is_none(),
                "{function:?}"
            );
            assert!(
                curve(1000.0, function, PixelFormat::R32Sint).is_none(),
                "{function:?}"
            );
        }
    }

    #[test]
    fn numbers_that_are_not_finite_are_refused() {
        let good = Grey {
            slope: 1.0,
            intercept: 0.0,
            voi: Voi::linear(0.0, 1.0),
            inverted: false,
        };
        let range = ValueRange::of(PixelFormat::R16Sint);
        for bad in [
            Grey {
                slope: f64::NAN,
                ..good
            },
            Grey {
                intercept: f64::INFINITY,
                ..good
            },
            Grey {
                voi: Voi::linear(f64::NAN, 1.0),
                ..good
            },
            Grey {
                voi: Voi::linear(0.0, 0.5),
                ..good
            },
            Grey {
                voi: Voi {
                    width: 0.0,
                    function: VoiFunction::Sigmoid,
                    ..good.voi
                },
                ..good
            },
        ] {
            let error = FixedCurve::new(&bad, range).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Malformed, "{bad:?}");
        }
    }
}
