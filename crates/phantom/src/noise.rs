//! Deterministic noise: a hash of integers, never a stateful generator, so that any voxel can be computed alone.

use crate::Point;

/// Mixes 64 bits (the finaliser of `SplitMix64`).
#[must_use]
pub fn scramble(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number in 0..1 for a lattice point.
fn lattice(seed: u64, x: i64, y: i64, z: i64) -> f64 {
    let key = x
        .wrapping_mul(0x0001_9f4d)
        .wrapping_add(y.wrapping_mul(0x2545_f491))
        .wrapping_add(z.wrapping_mul(0x7fff_f1e5));
    unit(scramble(seed ^ key.cast_unsigned()))
}

fn unit(bits: u64) -> f64 {
    // 53 bits: every value is exact in f64.
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit f64 exactly")]
    let value = (bits >> 11) as f64;
    value / 9_007_199_254_740_992.0
}

/// Nearly Gaussian noise of mean 0 and standard deviation 1 for a pixel, a little smooth as after a CT kernel.
#[must_use]
pub fn grain(seed: u64, slice: u32, row: u32, column: u32) -> f64 {
    let (z, y, x) = (i64::from(slice), i64::from(row), i64::from(column));
    let mut sum = 2.0 * lattice(seed, x, y, z);
    for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
        sum += lattice(seed, x + dx, y + dy, z);
    }
    // Mean 6 · 1/2; variance (4 + 4 · 1) / 12.
    (sum - 3.0) / 0.816_496_580_927_726
}

/// Smooth noise in -1..1 whose features are about `scale` mm wide.
#[must_use]
pub fn texture(seed: u64, point: Point, scale: f64) -> f64 {
    let q = [point[0] / scale, point[1] / scale, point[2] / scale];
    let cell = [q[0].floor(), q[1].floor(), q[2].floor()];
    #[allow(
        clippy::cast_possible_truncation,
        reason = "floor of a few hundred mm fits i64"
    )]
    let base = [cell[0] as i64, cell[1] as i64, cell[2] as i64];
    let fade = |t: f64| t * t * (3.0 - 2.0 * t);
    let w = [fade(q[0] - cell[0]), fade(q[1] - cell[1]), fade(q[2] - cell[2])];
    let mut sum = 0.0;
    for corner in 0..8_i64 {
        let (i, j, k) = (corner & 1, (corner >> 1) & 1, corner >> 2);
        let share = |bit: i64, weight: f64| if bit == 1 { weight } else { 1.0 - weight };
        sum += share(i, w[0])
            * share(j, w[1])
            * share(k, w[2])
            * lattice(seed, base[0] + i, base[1] + j, base[2] + k);
    }
    2.0 * sum - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grain_has_mean_zero_and_deviation_one() {
        let samples: Vec<f64> = (0..100)
            .flat_map(|row| (0..100).map(move |column| grain(7, 3, row, column)))
            .collect();
        let mean = samples.iter().sum::<f64>() / 10_000.0;
        let variance = samples.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.05, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.06, "variance {variance}");
    }

    #[test]
    fn texture_is_bounded_continuous_and_the_same_each_time() {
        for step in 0..1000 {
            let point = [f64::from(step) * 0.37 - 100.0, 12.3, -4.5];
            let value = texture(1, point, 8.0);
            assert!((-1.0..=1.0).contains(&value));
            let close = texture(1, [point[0] + 1e-6, point[1], point[2]], 8.0);
            assert!((value - close).abs() < 1e-5);
            assert!((value - texture(1, point, 8.0)).abs() < f64::EPSILON);
        }
    }
}
