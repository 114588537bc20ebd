//! Numbers that no backend holds, floating point and 64-bit integers, as 32-bit integers with a rescale of their own.
//!
//! A stored value is `base + (level - 1) * quantum`; levels begin at 1, and 0 is what cannot be shown: padding, NaN and
//! the infinities. The quantum is a power of two and the base a multiple of it, so that every value is exact whose own
//! last bit is not finer, and the others are off by half a quantum: 2^-31 of the range of the frame at most. So plans,
//! shaders and interpolation stay those of integers.

use super::{
    layout::{Layout, Numbers},
    order,
};
use crate::{Warning, WarningKind};

/// The last level.
const LAST: f64 = u32::MAX as f64;
/// Levels between the first and the last value, room for the rounding of the base left.
const SPAN: f64 = LAST - 2.0;
/// At most so many values say where most values are.
const SAMPLE: usize = 4096;
/// A range so many times wider than where most values are is of a few outliers.
const OUTLYING: f64 = 1_048_576.0;

/// The levels of a frame.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reduced {
    /// `[rows, columns]`, 32-bit unsigned, little-endian.
    pub(crate) levels: Vec<u8>,
    /// Stored units a level.
    pub(crate) quantum: f64,
    /// The stored value of level 0, if it had one.
    pub(crate) zero: f64,
    /// Smallest and largest stored value that can be shown, if there is one.
    pub(crate) extent: Option<(f64, f64)>,
    /// Whether level 0 occurs.
    pub(crate) has_padding: bool,
    pub(crate) warning: Option<Warning>,
}

/// The levels of stored values; those in the closed range `padding` are padding.
pub(crate) fn reduce(layout: &Layout, values: &[u8], padding: Option<(f64, f64)>) -> Reduced {
    let (numbers, is_signed) = (layout.numbers, layout.is_signed);
    #[expect(clippy::cast_precision_loss, reason = "53 bits are more than a level has")]
    let eight = move |bytes: &[u8; 8]| match numbers {
        Numbers::Float => f64::from_le_bytes(*bytes),
        Numbers::Integer if is_signed => i64::from_le_bytes(*bytes) as f64,
        Numbers::Integer => u64::from_le_bytes(*bytes) as f64,
    };
    match (layout.numbers, layout.bits_allocated) {
        (Numbers::Float, 32) => reduced(
            values
                .as_chunks()
                .0
                .iter()
                .map(|bytes| f64::from(f32::from_le_bytes(*bytes))),
            padding,
        ),
        _ => reduced(values.as_chunks().0.iter().map(eight), padding),
    }
}

fn reduced(values: impl ExactSizeIterator<Item = f64> + Clone, padding: Option<(f64, f64)>) -> Reduced {
    let is_shown =
        |value: f64| value.is_finite() && !padding.is_some_and(|(low, high)| low <= value && value <= high);
    let shown = values.clone().filter(|value| is_shown(*value));
    let extent = shown.fold(None, |extent: Option<(f64, f64)>, value| {
        Some(extent.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
    });
    let (low, high) = extent.unwrap_or((0.0, 0.0));
    let (low, high, is_clamped) = match without_outliers(&values, is_shown, (low, high)) {
        Some((low, high)) => (low, high, true),
        None => (low, high, false),
    };
    let quantum = quantum(low, high);
    let base = (libm::floor(low / quantum) * quantum).max(f64::MIN);
    let mut has_padding = false;
    let mut is_exact = true;
    let mut levels = Vec::with_capacity(values.len() * 4);
    for value in values {
        let level = if is_shown(value) {
            // not `clamp`: its panic would bring the printing of floating point numbers, 8 kB, into the decode module
            let exact = (value.max(low).min(high) - base) / quantum;
            let whole = libm::round(exact);
            is_exact &= exact.to_bits() == whole.to_bits();
            (whole + 1.0).clamp(1.0, LAST)
        } else {
            has_padding = true;
            0.0
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "0 to LAST, whole"
        )]
        levels.extend_from_slice(&(level as u32).to_le_bytes());
    }
    let warning = if is_clamped {
        Some("a few values lie so far out that they are displayed as the ends of a range around the others")
    } else if is_exact {
        None
    } else {
        Some("values are displayed in steps of 2^-31 of the range of their frame")
    };
    Reduced {
        levels,
        quantum,
        zero: (base - quantum).max(f64::MIN),
        extent: extent.map(|_| (low, high)),
        has_padding,
        warning: warning.map(|text| Warning::new(WarningKind::Reduced, text)),
    }
}

/// The power of two of which the range needs no more than [`SPAN`].
fn quantum(low: f64, high: f64) -> f64 {
    let ideal = high / SPAN - low / SPAN;
    if ideal <= 0.0 {
        return 1.0;
    }
    // the power of two at or above; none so small that its reciprocal is not a number
    let (fraction, exponent) = libm::frexp(ideal);
    let exponent = if fraction > 0.5 { exponent } else { exponent - 1 };
    libm::scalbn(1.0, exponent.clamp(-1000, 1000))
}

/// A range around most of the values, when the whole range is absurdly wider.
fn without_outliers(
    values: &(impl ExactSizeIterator<Item = f64> + Clone),
    is_shown: impl Fn(f64) -> bool,
    (low, high): (f64, f64),
) -> Option<(f64, f64)> {
    let step = (values.len() / SAMPLE).max(1);
    // the largest number of a type stands for "no data" and is not where values are
    let is_extreme = |value: f64| [f64::from(f32::MAX), f64::MAX].contains(&value.abs());
    let sample: Vec<i64> = values
        .clone()
        .step_by(step)
        .filter(|value| is_shown(*value) && !is_extreme(*value))
        .map(|value| order::key(value.to_bits().cast_signed()))
        .collect();
    let sample = order::sorted(sample);
    let at = |share: usize| {
        let key = *sample.get(sample.len().saturating_sub(1) * share / 100)?;
        Some(f64::from_bits(order::key(key).cast_unsigned()))
    };
    let (first, last) = (at(1)?, at(99)?);
    let span = last - first;
    let is_wide = high / OUTLYING - low / OUTLYING > span && span > 0.0;
    let room = span * 1024.0;
    is_wide.then(|| (low.max(first - room), high.min(last + room)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(reduced: &Reduced) -> Vec<f64> {
        reduced
            .levels
            .as_chunks::<4>()
            .0
            .iter()
            .map(|level| f64::from(u32::from_le_bytes(*level)) * reduced.quantum + reduced.zero)
            .collect()
    }

    fn of(values: &[f64], padding: Option<(f64, f64)>) -> Reduced {
        reduced(values.iter().copied(), padding)
    }

    #[test]
    fn ordinary_values_are_exact() {
        for values in [
            &[0.0, 1.0, 0.25, -3.0][..],
            &[-1000.0, 3071.5, 40.125],
            &[0.1_f32, 0.2, 0.3, 0.7].map(f64::from),
            &[7.0],
            &[1e-40_f32, 3e-40].map(f64::from),
            &[0.0, 4_294_967_290.0],
            &[-9_007_199_254_740_992.0, 0.0],
        ] {
            let reduced = of(values, None);
            assert_eq!(stored(&reduced), values);
            assert!(reduced.warning.is_none() && !reduced.has_padding, "{values:?}");
        }
    }

    #[test]
    fn the_rest_is_off_by_half_a_quantum() {
        let values: Vec<f64> = (0..1000).map(|i| libm::sin(f64::from(i)) * 1e5).collect();
        let reduced = of(&values, None);
        assert_eq!(
            reduced.warning.as_ref().map(|warning| warning.kind),
            Some(WarningKind::Reduced)
        );
        assert!(reduced.quantum <= 2e5 * libm::scalbn(1.0, -31));
        for (ours, exact) in stored(&reduced).iter().zip(&values) {
            assert!((ours - exact).abs() <= reduced.quantum / 2.0);
        }
    }

    #[test]
    fn what_cannot_be_shown_is_level_0() {
        let values = [f64::NAN, 1.0, f64::INFINITY, f64::NEG_INFINITY, -5.0, 2.0];
        let reduced = of(&values, Some((-6.0, -5.0)));
        let is_zero: Vec<bool> = reduced
            .levels
            .as_chunks::<4>()
            .0
            .iter()
            .map(|level| *level == [0; 4])
            .collect();
        assert_eq!(is_zero, [true, false, true, true, true, false]);
        assert_eq!((reduced.extent, reduced.has_padding), (Some((1.0, 2.0)), true));
        let nothing = of(&[f64::NAN; 3], None);
        assert_eq!((nothing.levels, nothing.extent), (vec![0; 12], None));
    }

    #[test]
    fn a_far_value_does_not_flatten_the_others() {
        let mut values: Vec<f64> = (0..2000).map(|i| f64::from(i) / 2000.0).collect();
        for outlier in [f64::from(f32::MIN), 1e30, f64::MAX] {
            values[1000] = outlier;
            let reduced = of(&values, None);
            assert!(reduced.quantum < 1e-5, "{outlier}");
            assert_eq!(
                reduced.warning.as_ref().map(|warning| warning.kind),
                Some(WarningKind::Reduced)
            );
        }
        let background = vec![f64::from(f32::MIN); 1500];
        values.splice(0..1500, background);
        assert!(of(&values, None).quantum < 1e-5);
        let extremes = of(&[f64::MIN, f64::MAX], None);
        assert!(extremes.quantum.is_finite() && extremes.zero.is_finite());
    }
}
