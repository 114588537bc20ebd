//! Levels in rows, and means about them.

use crate::{Error, ErrorKind, Result};

/// The largest standard deviation, pixels.
pub(super) const MOST: f64 = 64.0;
/// How many deviations a mean reaches.
const REACH: f64 = 4.0;

/// Levels, `[rows, columns]`.
#[derive(Debug)]
pub(super) struct Plane {
    columns: usize,
    levels: Vec<f64>,
}

impl Plane {
    /// # Errors
    /// As [`super::enhance`].
    pub(super) fn new(levels: impl ExactSizeIterator<Item = f64>, columns: usize) -> Result<Self> {
        if columns == 0 || !levels.len().is_multiple_of(columns) {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!("{} values are no rows of {columns}", levels.len()),
            ));
        }
        let mut plane = room(levels.len())?;
        plane.extend(levels.map(|level| if level.is_nan() { 0.0 } else { level }));
        Ok(Self {
            columns,
            levels: plane,
        })
    }

    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    pub(super) fn rows(&self) -> usize {
        self.levels.len() / self.columns
    }

    pub(super) fn row(&self, row: usize) -> &[f64] {
        let first = row * self.columns;
        self.levels.get(first..first + self.columns).unwrap_or_default()
    }

    pub(super) fn each(&mut self, change: impl Fn(f64) -> f64) {
        for level in &mut self.levels {
            *level = change(*level);
        }
    }

    /// Changes each level by its row and column.
    pub(super) fn each_at(&mut self, change: impl Fn(usize, usize, f64) -> f64) {
        for (row, line) in self.levels.chunks_exact_mut(self.columns).enumerate() {
            for (column, level) in line.iter_mut().enumerate() {
                *level = change(row, column, *level);
            }
        }
    }

    /// Changes each level by its number and that of another plane.
    pub(super) fn mix(&mut self, other: &Self, change: impl Fn(usize, f64, f64) -> f64) {
        for (number, (level, other)) in self.levels.iter_mut().zip(&other.levels).enumerate() {
            *level = change(number, *level, *other);
        }
    }

    /// Of 8 bits, rounded.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within 0 and 255"
    )]
    pub(super) fn levels(&self, inverted: bool) -> Vec<u8> {
        let level = |share: f64| libm::floor(share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        let levels = self.levels.iter().map(|share| level(*share));
        levels
            .map(|level| if inverted { 255 - level } else { level })
            .collect()
    }

    /// Gaussian means; outside is as at the edge.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when there is no memory.
    pub(super) fn blurred(&self, deviation: f64) -> Result<Self> {
        let weights = weights(deviation);
        let across = self.weighed(&weights, |row, column, step| {
            (row, moved(column, step, self.columns))
        })?;
        across.weighed(&weights, |row, column, step| {
            (moved(row, step, self.rows()), column)
        })
    }

    /// The sums of levels at places `step` away, by weight.
    fn weighed(
        &self,
        weights: &[(isize, f64)],
        place: impl Fn(usize, usize, isize) -> (usize, usize),
    ) -> Result<Self> {
        let mut sums = room(self.levels.len())?;
        for row in 0..self.rows() {
            sums.extend((0..self.columns).map(|column| {
                weights.iter().fold(0.0, |sum, &(step, weight)| {
                    let (row, column) = place(row, column, step);
                    sum + weight * self.row(row).get(column).copied().unwrap_or(0.0)
                })
            }));
        }
        Ok(Self {
            columns: self.columns,
            levels: sums,
        })
    }

    /// How steep it is at each level, in levels from pixel to pixel: Sobel's weights, so that a step has its height.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when there is no memory.
    pub(super) fn slopes(&self) -> Result<Vec<f64>> {
        let mut slopes = room(self.levels.len())?;
        for row in 0..self.rows() {
            let lines = [-1, 0, 1].map(|step| self.row(moved(row, step, self.rows())));
            for column in 0..self.columns {
                let at = |line: usize, step: isize| {
                    let column = moved(column, step, self.columns);
                    lines
                        .get(line)
                        .and_then(|line| line.get(column))
                        .copied()
                        .unwrap_or(0.0)
                };
                let sum = |a: f64, b: f64, c: f64| a + 2.0 * b + c;
                let right = sum(at(0, 1), at(1, 1), at(2, 1)) - sum(at(0, -1), at(1, -1), at(2, -1));
                let down = sum(at(2, -1), at(2, 0), at(2, 1)) - sum(at(0, -1), at(0, 0), at(0, 1));
                slopes.push(libm::hypot(right, down) / 4.0);
            }
        }
        Ok(slopes)
    }
}

/// A Gaussian by steps, its sum 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "at most 256 steps each way"
)]
fn weights(deviation: f64) -> Vec<(isize, f64)> {
    let reach = libm::ceil(deviation.min(MOST) * REACH) as isize;
    let bell = |step: isize| libm::exp(-0.5 * (step as f64 / deviation) * (step as f64 / deviation));
    let sum: f64 = (-reach..=reach).map(bell).sum();
    (-reach..=reach).map(|step| (step, bell(step) / sum)).collect()
}

/// The place `step` away, on the edge at most.
fn moved(place: usize, step: isize, length: usize) -> usize {
    place.saturating_add_signed(step).min(length.saturating_sub(1))
}

/// A list with room for so many.
///
/// # Errors
/// [`ErrorKind::Limit`] when there is no memory.
fn room(count: usize) -> Result<Vec<f64>> {
    let mut list = Vec::new();
    list.try_reserve_exact(count)
        .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory to enhance a picture of that size"))?;
    Ok(list)
}
