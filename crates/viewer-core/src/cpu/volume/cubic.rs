//! Cubic convolution in integers, the twin of `viewer-shaders/src/shaders/volume_cubic.wgsl`: R. G. Keys, "Cubic convolution
//! interpolation for digital image processing", IEEE Transactions on Acoustics, Speech, and Signal Processing 29 (1981), with
//! a = -1/2.

use super::sample::Beside;
use crate::reslice::WEIGHT_BITS;

const ONE: i64 = 1 << WEIGHT_BITS;

/// The four voxels around a position along an axis, clamped to the volume, and their weights, which add up to one.
pub(super) struct Around([(i64, i64); 4]);

impl Around {
    /// Along an axis of `count` voxels. Where the position is whole, all four are that voxel.
    pub(super) fn new(position: i64, count: i64) -> Self {
        let beside = Beside::new(position, count);
        if beside.weight == 0 {
            return Self::linear(beside);
        }
        let first = (position >> 32) - 1;
        let clamped = |tap: i64| (first + tap).clamp(0, count - 1);
        let [a, b, c, d] = weights(beside.weight);
        Self([(clamped(0), a), (clamped(1), b), (clamped(2), c), (clamped(3), d)])
    }

    /// Only the two of linear interpolation.
    pub(super) const fn linear(beside: Beside) -> Self {
        let Beside { below, above, weight } = beside;
        Self([(below, 0), (below, ONE - weight), (above, weight), (above, 0)])
    }

    /// Voxels and their weights.
    pub(super) const fn taps(&self) -> [(i64, i64); 4] {
        self.0
    }
}

/// Weights for a position `t` after the second of four voxels; of [`WEIGHT_BITS`] bits as `t`.
const fn weights(t: i64) -> [i64; 4] {
    let square = (t * t + ONE / 2) >> WEIGHT_BITS;
    let cube = (square * t + ONE / 2) >> WEIGHT_BITS;
    let first = (2 * square - t - cube) >> 1;
    let third = (t + 4 * square - 3 * cube) >> 1;
    let fourth = (cube - square) >> 1;
    [first, ONE - first - third - fourth, third, fourth]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_of_keys() {
        // t = 1/2: -1/16, 9/16, 9/16, -1/16.
        assert_eq!(weights(ONE / 2), [-2048, 18_432, 18_432, -2048]);
        // t = 1/4: -9/128, 111/128, 29/128, -3/128.
        assert_eq!(weights(ONE / 4), [-2304, 28_416, 7424, -768]);
        assert_eq!(weights(0), [0, ONE, 0, 0]);
        assert_eq!(weights(ONE), [0, 0, ONE, 0]);
        for t in 0..=ONE {
            assert_eq!(weights(t).iter().sum::<i64>(), ONE, "t = {t}");
        }
    }
}
