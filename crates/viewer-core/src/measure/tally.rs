//! How often each value of a region is there.

use serde::Serialize;

use super::Statistics;
use crate::{
    Error, ErrorKind, Result,
    assess::{Ordered, Sample},
    lut::Voi,
};

/// This share of a region's values, at each end, may be outside of its window.
const OUTERMOST: f64 = 0.02;
/// More bins are refused.
const MOST_BINS: u32 = 65_536;

/// Values and how often each is there, ascending.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally(Vec<(f64, u64)>);

/// How many values lie in each of several equal ranges; the last one holds the highest value as well.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Histogram {
    /// Where the first range begins.
    pub low: f64,
    /// Where the last range ends.
    pub high: f64,
    /// One for each range.
    pub counts: Vec<u64>,
}

impl Tally {
    /// Of values that are finite.
    ///
    /// # Errors
    /// As [`Ordered::new`].
    pub fn of<S: Sample>(values: impl ExactSizeIterator<Item = S>) -> Result<Self> {
        let ordered = Ordered::new(values)?;
        let mut tally: Vec<(f64, u64)> = Vec::new();
        for value in ordered.values() {
            match tally.last_mut() {
                Some((last, count)) if last.total_cmp(value).is_eq() => *count += 1,
                _ => tally.push((*value, 1)),
            }
        }
        Ok(Self(tally))
    }

    /// Of finite values and how often each is there, in any order.
    pub(super) fn counted(mut values: Vec<(f64, u64)>) -> Self {
        values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        Self(values)
    }

    /// The same after each value is multiplied by a factor above zero.
    #[must_use]
    pub(super) fn scaled(mut self, factor: f64) -> Self {
        for (value, _) in &mut self.0 {
            *value *= factor;
        }
        self
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// The statistics; none of no values.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "counts of values in memory"
    )]
    pub fn statistics(&self) -> Option<Statistics> {
        let count = self.count();
        let sum_of = |term: &dyn Fn(f64) -> f64| -> f64 {
            self.0
                .iter()
                .map(|(value, count)| term(*value) * *count as f64)
                .sum()
        };
        // From the lowest, so that values far from zero lose no digits.
        let min = self.0.first()?.0;
        let mean = min + sum_of(&|value| value - min) / count as f64;
        let squares = sum_of(&|value| (value - mean) * (value - mean));
        Some(Statistics {
            count: count as usize,
            mean,
            sd: libm::sqrt(squares / (count.max(2) - 1) as f64),
            min,
            max: self.0.last()?.0,
            median: self.quantile(0.5)?,
            p5: self.quantile(0.05)?,
            p95: self.quantile(0.95)?,
        })
    }

    /// A window for these values, without the outermost fiftieth at each end; none of no values.
    pub fn window(&self) -> Option<Voi> {
        let (low, high) = (self.quantile(OUTERMOST)?, self.quantile(1.0 - OUTERMOST)?);
        Some(Voi::linear(f64::midpoint(low, high), (high - low).max(1.0)))
    }

    /// The value below which a `share` (0 to 1) lies; as [`crate::assess::quantile`].
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positions among values in memory, not negative"
    )]
    fn quantile(&self, share: f64) -> Option<f64> {
        let last = self.count().checked_sub(1)?;
        let position = share.clamp(0.0, 1.0) * last as f64;
        let below = position as u64;
        let part = position - below as f64;
        let low = self.at(below)?;
        let high = self.at((below + 1).min(last))?;
        Some(if part < 0.5 {
            low + (high - low) * part
        } else {
            high - (high - low) * (1.0 - part)
        })
    }

    /// The value of that rank, from 0.
    fn at(&self, rank: u64) -> Option<f64> {
        let mut passed = 0;
        let found = self.0.iter().find(|(_, count)| {
            passed += count;
            passed > rank
        });
        found.map(|(value, _)| *value)
    }

    /// So many equal ranges from the lowest value to the highest, as NumPy makes them; none of no values.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] for no range or too many.
    pub fn histogram(&self, bins: u32) -> Result<Option<Histogram>> {
        if !(1..=MOST_BINS).contains(&bins) {
            return Err(Error::new(
                ErrorKind::Limit,
                format!("a histogram has 1 to {MOST_BINS} ranges"),
            ));
        }
        let (Some((min, _)), Some((max, _))) = (self.0.first(), self.0.last()) else {
            return Ok(None);
        };
        let (low, high) = if min < max {
            (*min, *max)
        } else {
            (min - 0.5, max + 0.5)
        };
        let step = (high - low) / f64::from(bins);
        let edge = |number: u32| {
            if number == bins {
                high
            } else {
                f64::from(number) * step + low
            }
        };
        let mut counts = vec![0; bins as usize];
        for (value, count) in &self.0 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "not negative, and cut to the last range"
            )]
            let near = ((((value - low) / (high - low)) * f64::from(bins)) as u32).min(bins - 1);
            // Rounding may have gone over an edge.
            let number = if *value < edge(near) {
                near.saturating_sub(1)
            } else if *value >= edge(near + 1) {
                (near + 1).min(bins - 1)
            } else {
                near
            };
            if let Some(place) = counts.get_mut(number as usize) {
                *place += count;
            }
        }
        Ok(Some(Histogram { low, high, counts }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_holds_the_highest_value_in_its_last_range() {
        let tally = Tally::of([1_u8, 2, 2, 3, 5].into_iter()).expect("a few bytes");
        // numpy.histogram([1, 2, 2, 3, 5], 4)
        let found = tally.histogram(4).expect("four ranges").expect("values");
        assert_eq!(found.counts, [1, 2, 1, 1]);
        assert_eq!(
            (found.low.to_bits(), found.high.to_bits()),
            (1_f64.to_bits(), 5_f64.to_bits())
        );
        let one = Tally::of([7_u8; 3].into_iter()).expect("a few bytes");
        assert_eq!(
            one.histogram(2).expect("two ranges").expect("values").counts,
            [0, 3]
        );
        assert!(tally.histogram(0).is_err() && Tally::default().histogram(1) == Ok(None));
    }

    #[test]
    fn a_window_leaves_the_outermost_values_out() {
        let ramp = Tally::of((0..=1000_i16).rev()).expect("a few bytes");
        let window = ramp.window().expect("values");
        assert!((window.center - 500.0).abs() < 1e-9 && (window.width - 960.0).abs() < 1e-9);
        let flat = Tally::of([7_u8; 9].into_iter()).expect("a few bytes");
        assert_eq!(flat.window(), Some(Voi::linear(7.0, 1.0)));
        assert_eq!(Tally::default().window(), None);
    }

    #[test]
    fn counted_values_are_as_values_one_by_one() {
        let one_by_one = Tally::of([3_i16, -1, 3, 2].into_iter()).expect("a few bytes");
        let counted = Tally::counted(vec![(3.0, 2), (-1.0, 1), (2.0, 1)]);
        assert_eq!(one_by_one, counted);
        assert_eq!(
            counted.scaled(2.0).statistics().expect("values").max.to_bits(),
            6_f64.to_bits()
        );
    }
}
