//! What the values of a region are like.

use serde::Serialize;

use super::Tally;
use crate::{Result, assess::Sample};

/// Of the values that are finite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Statistics {
    /// How many there are.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Sample standard deviation (n - 1); 0 for one value.
    pub sd: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The middle one, or the mean of the two in the middle.
    pub median: f64,
    /// The value below which 5 % lie.
    pub p5: f64,
    /// The value below which 95 % lie.
    pub p95: f64,
}

/// The statistics of values; none of no values.
///
/// # Errors
/// As [`Tally::of`].
pub fn statistics<S: Sample>(values: impl ExactSizeIterator<Item = S>) -> Result<Option<Statistics>> {
    Ok(Tally::of(values)?.statistics())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let found = statistics([2_i16, 4, 4, 4, 5, 5, 7, 9].into_iter())
            .expect("a few bytes")
            .expect("values");
        assert_eq!(
            (found.count, found.min, found.max, found.median),
            (8, 2.0, 9.0, 4.5)
        );
        assert!((found.mean - 5.0).abs() < 1e-12, "{found:?}");
        // the squares add up to 32
        assert!((found.sd - libm::sqrt(32.0 / 7.0)).abs() < 1e-12, "{found:?}");
        assert!(
            (found.p5 - 2.7).abs() < 1e-12 && (found.p95 - 8.3).abs() < 1e-12,
            "{found:?}"
        );
    }

    #[test]
    fn one_value_does_not_vary_and_none_has_nothing() {
        let one = statistics([3.5_f32].into_iter())
            .expect("a few bytes")
            .expect("a value");
        assert_eq!((one.count, one.sd, one.median), (1, 0.0, 3.5));
        assert_eq!(statistics([f32::NAN].into_iter()), Ok(None));
    }
}
