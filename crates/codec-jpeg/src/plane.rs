//! The samples of one component, and the order of coefficients in a block.

use crate::sample::Sample;

/// The samples of one component, whole blocks wide and high.
#[derive(Debug, Clone)]
pub(crate) struct Plane<S> {
    /// Samples from one row to the next.
    pub(crate) stride: usize,
    /// Columns that belong to the picture (A.1.1).
    pub(crate) columns: usize,
    /// Rows that belong to the picture.
    pub(crate) rows: usize,
    pub(crate) samples: Vec<S>,
}

impl<S: Sample> Plane<S> {
    /// Room for a component of sampling factors `h` and `v`, of a picture of `mcus[0]` by `mcus[1]` MCUs.
    pub(crate) fn new(size: [usize; 2], mcus: [usize; 2], factors: [usize; 2]) -> Self {
        let stride = mcus[0] * factors[0] * 8;
        Self {
            stride,
            columns: size[0],
            rows: size[1],
            samples: vec![S::default(); stride * mcus[1] * factors[1] * 8],
        }
    }

    /// Row `row` without the samples that only fill the last block.
    pub(crate) fn row(&self, row: usize) -> &[S] {
        let start = row * self.stride;
        self.samples.get(start..start + self.columns).unwrap_or_default()
    }

    /// Puts a block at its place in blocks.
    #[inline]
    pub(crate) fn put(&mut self, block: [usize; 2], samples: &[[S; 8]; 8]) {
        let start = block[1] * 8 * self.stride + block[0] * 8;
        let rows = self
            .samples
            .get_mut(start..)
            .unwrap_or_default()
            .chunks_mut(self.stride);
        for (to, from) in rows.zip(samples) {
            if let Some(to) = to.get_mut(..8) {
                to.copy_from_slice(from);
            }
        }
    }
}

/// Zigzag order (figure A.6).
pub(crate) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
    46, 53, 60, 61, 54, 47, 55, 62, 63,
];
