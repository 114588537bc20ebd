//! The inverse DCT of libjpeg's "islow" (Loeffler, Ligtenberg, Moschytz; 13-bit constants), eight lanes at a time.
//!
//! Hostile coefficients may overflow; the sums wrap, as they do in C, and never panic.

use std::array::from_fn;

use crate::sample::Sample;

const BITS: u32 = 13;

/// Eight columns side by side.
#[derive(Clone, Copy)]
struct Lanes([i32; 8]);

impl Lanes {
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i].wrapping_add(other.0[i])))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(from_fn(|i| self.0[i].wrapping_sub(other.0[i])))
    }

    #[inline(always)]
    fn mul(self, factor: i32) -> Self {
        Self(from_fn(|i| self.0[i].wrapping_mul(factor)))
    }

    /// Division by a power of two, to the nearest.
    #[inline(always)]
    fn descale(self, shift: u32) -> Self {
        Self(from_fn(|i| self.0[i].wrapping_add(1 << (shift - 1)) >> shift))
    }
}

/// One pass over the columns.
#[inline(always)]
fn pass(rows: [Lanes; 8], shift: u32) -> [Lanes; 8] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;

    // even part
    let z1 = r2.add(r6).mul(4433);
    let even2 = z1.sub(r6.mul(15137));
    let even3 = z1.add(r2.mul(6270));
    let even0 = r0.add(r4).mul(1 << BITS);
    let even1 = r0.sub(r4).mul(1 << BITS);
    let (t10, t13) = (even0.add(even3), even0.sub(even3));
    let (t11, t12) = (even1.add(even2), even1.sub(even2));

    // odd part
    let z5 = r7.add(r3).add(r5.add(r1)).mul(9633);
    let z1 = r7.add(r1).mul(-7373);
    let z2 = r5.add(r3).mul(-20995);
    let z3 = r7.add(r3).mul(-16069).add(z5);
    let z4 = r5.add(r1).mul(-3196).add(z5);
    let odd0 = r7.mul(2446).add(z1).add(z3);
    let odd1 = r5.mul(16819).add(z2).add(z4);
    let odd2 = r3.mul(25172).add(z2).add(z3);
    let odd3 = r1.mul(12299).add(z1).add(z4);

    [
        t10.add(odd3).descale(shift),
        t11.add(odd2).descale(shift),
        t12.add(odd1).descale(shift),
        t13.add(odd0).descale(shift),
        t13.sub(odd0).descale(shift),
        t12.sub(odd1).descale(shift),
        t11.sub(odd2).descale(shift),
        t10.sub(odd3).descale(shift),
    ]
}

#[inline(always)]
fn transpose(rows: [Lanes; 8]) -> [Lanes; 8] {
    from_fn(|r| Lanes(from_fn(|c| rows[c].0[r])))
}

/// Samples of a block of dequantised coefficients, both row after row.
pub(crate) fn inverse<S: Sample>(coefficients: &[i32; 64]) -> [[S; 8]; 8] {
    let rows: [Lanes; 8] = from_fn(|r| Lanes(from_fn(|c| coefficients[r * 8 + c])));
    let columns_done = transpose(pass(rows, BITS - S::FRACTION));
    let done = transpose(pass(columns_done, BITS + S::FRACTION + 3));
    done.map(|row| row.0.map(S::from_level))
}

/// Samples of a block that has no coefficient but the first.
pub(crate) fn inverse_flat<S: Sample>(first: i32) -> S {
    let fraction = S::FRACTION;
    S::from_level(
        first
            .wrapping_mul(1 << fraction)
            .wrapping_add(1 << (fraction + 2))
            >> (fraction + 3),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_1_SQRT_2, PI};

    /// A.3.3, as it stands.
    fn by_definition(coefficients: &[i32; 64], largest: f64) -> [[f64; 8]; 8] {
        let scale = |k: usize| if k == 0 { FRAC_1_SQRT_2 } else { 1.0 };
        from_fn(|y| {
            from_fn(|x| {
                let mut sum = 0.0;
                for v in 0..8 {
                    for u in 0..8 {
                        sum += scale(u)
                            * scale(v)
                            * f64::from(coefficients[v * 8 + u])
                            * ((2 * x + 1) as f64 * u as f64 * PI / 16.0).cos()
                            * ((2 * y + 1) as f64 * v as f64 * PI / 16.0).cos();
                    }
                }
                (sum / 4.0 + (largest + 1.0) / 2.0).clamp(0.0, largest)
            })
        })
    }

    #[test]
    fn within_one_of_the_definition() {
        let mut seed = 1_u32;
        for case in 0..200 {
            let coefficients: [i32; 64] = from_fn(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((seed >> 16).cast_signed() % 256 - 128) * i32::from(seed.is_multiple_of(4))
            });
            let (ours, exact) = (inverse::<u8>(&coefficients), by_definition(&coefficients, 255.0));
            for (ours, exact) in ours.iter().flatten().zip(exact.iter().flatten()) {
                assert!(
                    (f64::from(*ours) - exact).abs() <= 1.0,
                    "case {case}: {ours} {exact}"
                );
            }
            let wide = coefficients.map(|value| value * 16);
            let (ours, exact) = (inverse::<u16>(&wide), by_definition(&wide, 4095.0));
            for (ours, exact) in ours.iter().flatten().zip(exact.iter().flatten()) {
                assert!(
                    (f64::from(*ours) - exact).abs() <= 1.0,
                    "12 bit, case {case}: {ours} {exact}"
                );
            }
        }
    }

    #[test]
    fn a_flat_block_is_the_general_one() {
        for first in -16500..16500 {
            let mut coefficients = [0; 64];
            coefficients[0] = first;
            assert_eq!(
                inverse::<u8>(&coefficients),
                [[inverse_flat(first); 8]; 8],
                "{first}"
            );
            assert_eq!(
                inverse::<u16>(&coefficients),
                [[inverse_flat(first); 8]; 8],
                "{first}"
            );
        }
    }

    #[test]
    fn extremes_do_not_panic() {
        for value in [i32::MIN, i32::MAX, -1] {
            inverse::<u8>(&[value; 64]);
            inverse::<u16>(&[value; 64]);
            inverse_flat::<u8>(value);
        }
    }
}
