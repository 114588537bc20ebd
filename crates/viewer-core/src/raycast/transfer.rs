//! From values to colour and opacity.

use crate::{
    Error, ErrorKind, Result,
    lut::{Voi, VoiFunction},
};

/// Entries of a [`RayTable`].
pub const TABLE_ENTRIES: usize = 1024;
/// Most points of a transfer function.
const MAX_POINTS: usize = 256;
/// Narrowest span of a table, in modality units.
const MIN_SPAN: f64 = 1e-6;

/// A point of a transfer function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransferPoint {
    /// After the rescale, in HU for CT.
    pub value: f64,
    /// Display red, green, blue, each 0 to 1.
    pub color: [f64; 3],
    /// Of one millimetre of this value, 0 to 1.
    pub opacity: f64,
}

/// Colour and opacity by value: straight lines between points, constant beyond the first and the last. Two points of one
/// value are a step.
#[derive(Debug, Clone, PartialEq)]
pub struct TransferFunction {
    points: Vec<TransferPoint>,
}

impl TransferFunction {
    /// Of points by ascending value.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] without points, when values descend, or when a number is not finite or outside 0 to 1;
    /// [`ErrorKind::Limit`] for more than 256 points.
    pub fn new(points: Vec<TransferPoint>) -> Result<Self> {
        if points.len() > MAX_POINTS {
            return Err(Error::new(
                ErrorKind::Limit,
                "a transfer function has at most 256 points",
            ));
        }
        let share = |number: &f64| (0.0..=1.0).contains(number);
        let sound = points.iter().all(|point| {
            point.value.is_finite()
                && point.value.abs() < 1e30
                && point.color.iter().all(share)
                && share(&point.opacity)
        });
        let ascending = points.is_sorted_by(|one, next| one.value <= next.value);
        if points.is_empty() || !sound || !ascending {
            return Err(Error::new(
                ErrorKind::Malformed,
                "a transfer function has points of ascending finite value, and colours and opacities of 0 to 1",
            ));
        }
        Ok(Self { points })
    }

    /// The greys of a window, opaque: for the projections of the largest and of the smallest value.
    ///
    /// # Errors
    /// As [`Voi::check`].
    pub fn of_window(voi: &Voi, inverted: bool) -> Result<Self> {
        voi.check()?;
        let [low, high] = match voi.function {
            VoiFunction::Linear => {
                let half = (voi.width - 1.0) / 2.0;
                [voi.center - 0.5 - half, voi.center - 0.5 + half]
            }
            VoiFunction::LinearExact => [voi.center - voi.width / 2.0, voi.center + voi.width / 2.0],
            // Beyond, it is less than half a level from black or white.
            VoiFunction::Sigmoid => [voi.center - 1.6 * voi.width, voi.center + 1.6 * voi.width],
        };
        let pieces = if voi.function == VoiFunction::Sigmoid {
            128
        } else {
            1
        };
        let points = (0..=pieces).map(|number| {
            let share = f64::from(number) / f64::from(pieces);
            let value = low + (high - low) * share;
            let y = match voi.function {
                VoiFunction::Sigmoid => voi.apply(value) / 255.0,
                VoiFunction::Linear | VoiFunction::LinearExact => share,
            };
            TransferPoint {
                value,
                color: [if inverted { 1.0 - y } else { y }; 3],
                opacity: 1.0,
            }
        });
        Self::new(points.collect())
    }

    /// Its points.
    pub fn points(&self) -> &[TransferPoint] {
        &self.points
    }

    /// Colour and opacity of a value.
    pub fn at(&self, value: f64) -> ([f64; 3], f64) {
        let after = self.points.partition_point(|point| point.value <= value);
        let before = after.checked_sub(1).and_then(|index| self.points.get(index));
        match (before, self.points.get(after)) {
            (Some(one), Some(next)) => {
                let share = (value - one.value) / (next.value - one.value);
                let mixed = |from: f64, to: f64| from + (to - from) * share;
                let [r, g, b] = one.color;
                let [to_r, to_g, to_b] = next.color;
                (
                    [mixed(r, to_r), mixed(g, to_g), mixed(b, to_b)],
                    mixed(one.opacity, next.opacity),
                )
            }
            (Some(end), None) | (None, Some(end)) => (end.color, end.opacity),
            (None, None) => ([0.0; 3], 0.0),
        }
    }
}

/// A transfer function as backends read it: by index, straight lines between entries.
#[derive(Debug, Clone, PartialEq)]
pub struct RayTable {
    /// Red, green, blue, each times opacity, and opacity, of one step of the ray.
    entries: Vec<[f32; 4]>,
    low: f64,
    per_unit: f64,
}

impl RayTable {
    /// For samples `step_mm` apart: of `n` steps as of one `n` times as long, the same share of light is held back. Without
    /// steps, every entry is opaque.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "f32 is what backends have"
    )]
    pub fn new(transfer: &TransferFunction, step_mm: Option<f64>) -> Self {
        let ends = [transfer.points.first(), transfer.points.last()];
        let [mut low, mut high] = ends.map(|point| point.map_or(0.0, |point| point.value));
        let least = MIN_SPAN.max(low.abs().max(high.abs()) * 1e-9);
        if high - low < least {
            (low, high) = (low - least, high + least);
        }
        let last = (TABLE_ENTRIES - 1) as f64;
        let entries = (0..TABLE_ENTRIES).map(|index| {
            let value = low + (high - low) * (index as f64 / last);
            let (color, opacity) = transfer.at(value);
            let opacity = step_mm.map_or(1.0, |step_mm| 1.0 - libm::pow(1.0 - opacity, step_mm));
            let [r, g, b] = color.map(|channel| (channel * opacity) as f32);
            [r, g, b, opacity as f32]
        });
        Self {
            entries: entries.collect(),
            low,
            per_unit: last / (high - low),
        }
    }

    /// `[`[`TABLE_ENTRIES`]`, 4]`: red, green, blue, each times opacity, and opacity.
    pub fn entries(&self) -> &[[f32; 4]] {
        &self.entries
    }

    /// Index of a value, not rounded and not clamped.
    pub fn index_of(&self, value: f64) -> f64 {
        (value - self.low) * self.per_unit
    }

    /// The same from the other end, for the smallest value: its index is then the largest.
    #[must_use]
    pub(super) fn reversed(mut self) -> Self {
        self.entries.reverse();
        self.low += (TABLE_ENTRIES - 1) as f64 / self.per_unit;
        self.per_unit = -self.per_unit;
        self
    }

    /// The value in the middle.
    pub(super) fn middle(&self) -> f64 {
        self.low + (TABLE_ENTRIES - 1) as f64 / 2.0 / self.per_unit
    }

    /// Index units a modality unit.
    pub const fn per_unit(&self) -> f64 {
        self.per_unit
    }
}

#[cfg(test)]
#[expect(
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "these very numbers are meant"
)]
mod tests {
    use super::*;

    fn point(value: f64, grey: f64, opacity: f64) -> TransferPoint {
        TransferPoint {
            value,
            color: [grey; 3],
            opacity,
        }
    }

    #[test]
    fn lines_run_between_points_and_steps_are_steps() {
        let function = TransferFunction::new(vec![
            point(0.0, 0.0, 0.0),
            point(100.0, 0.5, 0.2),
            point(100.0, 1.0, 0.4),
            point(200.0, 1.0, 1.0),
        ])
        .unwrap();
        assert_eq!(function.at(-5.0), ([0.0; 3], 0.0));
        assert_eq!(function.at(50.0), ([0.25; 3], 0.1));
        assert_eq!(function.at(100.0), ([1.0; 3], 0.4), "the later of two");
        assert_eq!(function.at(500.0), ([1.0; 3], 1.0));
    }

    #[test]
    fn a_window_is_its_greys() {
        for voi in [
            Voi::linear(40.0, 80.0),
            Voi {
                center: 40.0,
                width: 80.0,
                function: VoiFunction::LinearExact,
            },
            Voi {
                center: 40.0,
                width: 80.0,
                function: VoiFunction::Sigmoid,
            },
            Voi::linear(40.0, 1.0),
        ] {
            let function = TransferFunction::of_window(&voi, false).unwrap();
            let table = RayTable::new(&function, None);
            for tenth in -1000..2000 {
                let value = f64::from(tenth) / 10.0 + 0.05;
                let index = table.index_of(value).clamp(0.0, 1023.0);
                let (before, share) = (index.floor(), index - index.floor());
                let at = |index: f64| f64::from(table.entries()[index as usize][0]);
                let grey = at(before) + (at((before + 1.0).min(1023.0)) - at(before)) * share;
                let off = grey * 255.0 - voi.apply(value);
                assert!(off.abs() < 0.5, "{voi:?} at {value}: {off}");
            }
        }
    }

    #[test]
    fn opacity_is_that_of_a_millimetre() {
        let function = TransferFunction::new(vec![point(0.0, 1.0, 0.36), point(1.0, 1.0, 1.0)]).unwrap();
        // Two steps of half a millimetre let 0.8 * 0.8 = 0.64 through.
        let halves = RayTable::new(&function, Some(0.5));
        let [red, .., opacity] = halves.entries()[0];
        assert!(
            (opacity - 0.2).abs() < 1e-6 && (red - 0.2).abs() < 1e-6,
            "{opacity}, {red}"
        );
        assert_eq!(halves.entries()[1023][3], 1.0, "opaque is opaque");
    }

    #[test]
    fn impossible_functions_are_refused() {
        let good = point(0.0, 0.5, 0.5);
        for points in [
            vec![],
            vec![point(f64::NAN, 0.5, 0.5)],
            vec![point(0.0, 1.5, 0.5)],
            vec![point(0.0, 0.5, -0.1)],
            vec![point(1.0, 0.5, 0.5), good],
        ] {
            let error = TransferFunction::new(points.clone()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Malformed, "{points:?}");
        }
        let error = TransferFunction::new(vec![good; 257]).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Limit);
    }
}
