//! Order statistics.

use super::Sample;
use crate::{Error, ErrorKind, Result};

/// Finite values, sorted.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordered(Vec<f64>);

impl Ordered {
    /// Takes a copy of the values that are finite, eight bytes each.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when there is no memory for it.
    pub fn new<S: Sample>(values: impl ExactSizeIterator<Item = S>) -> Result<Self> {
        let mut sorted = Vec::new();
        sorted.try_reserve_exact(values.len()).map_err(|_no_memory| {
            Error::new(ErrorKind::Limit, "no memory for the statistics of so many values")
        })?;
        sorted.extend(values.map(Sample::value).filter(|value| value.is_finite()));
        sorted.sort_unstable_by(f64::total_cmp);
        Ok(Self(sorted))
    }

    /// The values, ascending.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// [`quantile`] of them.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        quantile(&self.0, share)
    }

    /// Those in a closed range.
    pub fn within(&self, low: f64, high: f64) -> &[f64] {
        let first = self.0.partition_point(|value| *value < low);
        let last = self.0.partition_point(|value| *value <= high);
        self.0.get(first..last).unwrap_or_default()
    }
}

/// The value below which a `share` (0 to 1) of the ascending values lies, between two of them in proportion: NumPy's
/// default method, Hyndman and Fan's type 7. None of no values.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions in a slice, not negative"
)]
pub fn quantile(ascending: &[f64], share: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let position = share.clamp(0.0, 1.0) * last as f64;
    let below = position as usize;
    let part = position - below as f64;
    let low = *ascending.get(below)?;
    let high = *ascending.get((below + 1).min(last))?;
    // As NumPy does it: from the nearer end.
    Some(if part < 0.5 {
        low + (high - low) * part
    } else {
        high - (high - low) * (1.0 - part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_numpy() {
        let ordered = Ordered::new([4.0_f64, 1.0, 3.0, f64::NAN, 2.0].into_iter()).expect("a few bytes");
        // numpy.quantile([4, 1, 3, 2], [0, 0.1, 0.5, 0.9, 1])
        for (share, expected) in [(0.0, 1.0), (0.1, 1.3), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0)] {
            let found = ordered.quantile(share).expect("values");
            assert!((found - expected).abs() < 1e-12, "{share}: {found}");
        }
        assert_eq!(ordered.within(2.0, 3.0), [2.0, 3.0]);
        assert_eq!(ordered.within(5.0, 3.0), [0.0; 0]);
        assert_eq!(quantile(&[], 0.5), None);
    }
}
