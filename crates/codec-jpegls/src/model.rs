//! Parameters of a scan and the statistics of its contexts (ISO 14495-1 annex A).

use codec::Result;

use crate::malformed;

/// What an LSE marker of type 1 gives, or the defaults of C.2.4.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Presets {
    /// Largest sample.
    pub(crate) maximum: i32,
    /// T1, T2, T3.
    pub(crate) thresholds: [i32; 3],
    pub(crate) reset: i32,
}

impl Presets {
    /// The presets of a scan, zeros in `stated` replaced by defaults.
    ///
    /// # Errors
    /// `malformed` for what C.2.4.1.1 does not allow.
    pub(crate) fn new(stated: [u16; 5], precision: u8, near: i32) -> Result<Self> {
        let largest = (1 << precision) - 1;
        let or = |value: u16, default: i32| if value == 0 { default } else { i32::from(value) };
        let [maximum, t1, t2, t3, reset] = stated;
        let maximum = or(maximum, largest);
        let [d1, d2, d3] = default_thresholds(maximum, near);
        let presets = Self {
            maximum,
            thresholds: [or(t1, d1), or(t2, d2), or(t3, d3)],
            reset: or(reset, 64),
        };
        let [t1, t2, t3] = presets.thresholds;
        let is_sound = maximum <= largest
            && near <= 255.min(maximum / 2)
            && (near < t1 && t1 <= t2 && t2 <= t3 && t3 <= maximum)
            && (3..=255.max(maximum)).contains(&presets.reset);
        if is_sound {
            Ok(presets)
        } else {
            Err(malformed("impossible coding parameters"))
        }
    }
}

/// C.2.4.1.1.1.
fn default_thresholds(maximum: i32, near: i32) -> [i32; 3] {
    let clamp = |value: i32, low: i32| {
        if value > maximum || value < low {
            low
        } else {
            value
        }
    };
    let [b1, b2, b3] = [3, 7, 21];
    let [n1, n2, n3] = [3 * near, 5 * near, 7 * near];
    let [t1, t2, t3] = if maximum >= 128 {
        let factor = (maximum.min(4095) + 128) / 256;
        [
            factor * (b1 - 2) + 2 + n1,
            factor * (b2 - 3) + 3 + n2,
            factor * (b3 - 4) + 4 + n3,
        ]
    } else {
        let factor = 256 / (maximum + 1);
        [
            2.max(b1 / factor + n1),
            3.max(b2 / factor + n2),
            4.max(b3 / factor + n3),
        ]
    };
    let t1 = clamp(t1, near + 1);
    let t2 = clamp(t2, t1);
    [t1, t2, clamp(t3, t2)]
}

/// What all lines of a scan share.
#[derive(Debug)]
pub(crate) struct Parameters {
    pub(crate) maximum: i32,
    pub(crate) near: i32,
    /// RANGE of A.2.1.
    pub(crate) range: i32,
    /// Bits of a mapped error after an escape.
    pub(crate) wide: u32,
    /// LIMIT of A.2.1.
    pub(crate) limit: u32,
    pub(crate) reset: i32,
}

impl Parameters {
    pub(crate) fn new(presets: &Presets, near: i32) -> Self {
        let range = (presets.maximum + 2 * near) / (2 * near + 1) + 1;
        let bits = bits_for(presets.maximum + 1).max(2);
        Self {
            maximum: presets.maximum,
            near,
            range,
            wide: bits_for(range),
            limit: 2 * (bits + bits.max(8)),
            reset: presets.reset,
        }
    }
}

/// The smallest `n` so that `1 << n` is at least `count`, which is positive.
const fn bits_for(count: i32) -> u32 {
    32 - (count - 1).leading_zeros()
}

const DIFFERENCES: usize = 1 << 17;

/// The region of a local gradient (A.3.3) by the gradient modulo 2^17.
pub(crate) struct Quantiser(Box<[i8; DIFFERENCES]>);

impl Quantiser {
    pub(crate) fn new(presets: &Presets, near: i32) -> Self {
        let [t1, t2, t3] = presets.thresholds;
        let mut regions = vec![0_i8; DIFFERENCES];
        for difference in near + 1..=presets.maximum {
            let region = match difference {
                d if d >= t3 => 4,
                d if d >= t2 => 3,
                d if d >= t1 => 2,
                _ => 1,
            };
            for (difference, region) in [(difference, region), (-difference, -region)] {
                if let Some(to) = regions.get_mut(index(difference)) {
                    *to = region;
                }
            }
        }
        Self(regions.try_into().unwrap_or_else(|_| Box::new([0; DIFFERENCES])))
    }

    #[inline(always)]
    pub(crate) fn region(&self, difference: i32) -> i32 {
        i32::from(self.0[index(difference)])
    }
}

#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "modulo 2^17")]
const fn index(difference: i32) -> usize {
    difference as usize & (DIFFERENCES - 1)
}

/// The statistics of one context of regular mode: A, B, C and N of A.2.1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub(crate) sum: i32,
    pub(crate) bias: i32,
    pub(crate) correction: i32,
    pub(crate) count: i32,
}

impl Context {
    /// A.5.1.
    #[inline(always)]
    pub(crate) fn golomb_parameter(self) -> u32 {
        golomb_parameter(self.count, self.sum)
    }

    /// A.6.
    #[inline(always)]
    pub(crate) fn update(&mut self, error: i32, step: i32, reset: i32) {
        let mut bias = self.bias.wrapping_add(error.wrapping_mul(step));
        self.sum = self.sum.wrapping_add(error.wrapping_abs());
        if self.count == reset {
            self.sum >>= 1;
            bias >>= 1;
            self.count >>= 1;
        }
        self.count += 1;
        let count = self.count;
        if bias <= -count {
            bias = (bias + count).max(1 - count);
            self.correction -= i32::from(self.correction > -128);
        } else if bias > 0 {
            bias = (bias - count).min(0);
            self.correction += i32::from(self.correction < 127);
        }
        self.bias = bias;
    }
}

/// The smallest `k` with `count << k >= sum`.
#[inline(always)]
fn golomb_parameter(count: i32, sum: i32) -> u32 {
    let k = count.leading_zeros().saturating_sub(sum.leading_zeros());
    // the highest bits are then level: one more where the sum is still larger
    (k + u32::from(count << k < sum)).min(16)
}

/// The statistics of run interruptions (A.7.2).
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunContext {
    sum: i32,
    count: i32,
    negative: i32,
    /// `RItype`: 1 where left and above are alike.
    kind: i32,
}

impl RunContext {
    #[inline(always)]
    pub(crate) fn golomb_parameter(self) -> u32 {
        golomb_parameter(self.count, self.sum.wrapping_add((self.count >> 1) * self.kind))
    }

    /// The error of the mapped one (A.7.2.1), and the statistics after it.
    pub(crate) fn error(&mut self, mapped: i32, k: u32, reset: i32) -> i32 {
        let shifted = mapped.wrapping_add(self.kind);
        let is_odd = shifted & 1 == 1;
        let magnitude = shifted.wrapping_add(1) >> 1;
        let error = if (k != 0 || 2 * self.negative >= self.count) == is_odd {
            -magnitude
        } else {
            magnitude
        };
        self.negative += i32::from(error < 0);
        self.sum = self.sum.wrapping_add(mapped.wrapping_add(1 - self.kind) >> 1);
        if self.count == reset {
            self.sum >>= 1;
            self.count >>= 1;
            self.negative >>= 1;
        }
        self.count += 1;
        error
    }
}

/// Contexts of regular mode by `81 q1 + 9 q2 + q3`, and the two of run interruptions.
pub(crate) struct Contexts {
    pub(crate) regular: Box<[Context; 512]>,
    pub(crate) run: [RunContext; 2],
}

impl Contexts {
    /// As a scan or a restart begins (A.2.1).
    pub(crate) fn new(range: i32) -> Self {
        let sum = 2.max((range + 32) / 64);
        let context = Context {
            sum,
            bias: 0,
            correction: 0,
            count: 1,
        };
        let run = |kind| RunContext {
            sum,
            count: 1,
            negative: 0,
            kind,
        };
        Self {
            regular: Box::new([context; 512]),
            run: [run(0), run(1)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_table_c3() {
        for (precision, near, thresholds) in [
            (8, 0, [3, 7, 21]),
            (8, 3, [12, 22, 42]),
            (12, 0, [18, 67, 276]),
            (16, 0, [18, 67, 276]),
        ] {
            let presets = Presets::new([0; 5], precision, near).expect("defaults");
            assert_eq!(presets.thresholds, thresholds, "{precision} bits, near {near}");
            assert_eq!(presets.reset, 64);
        }
    }

    #[test]
    fn the_golomb_parameter_is_the_smallest() {
        for count in 1..70 {
            for sum in 0..5000 {
                let k = golomb_parameter(count, sum);
                assert!(
                    count << k >= sum && (k == 0 || count << (k - 1) < sum),
                    "{count} {sum}"
                );
            }
        }
    }

    #[test]
    fn lengths_follow_from_the_range() {
        let parameters = |precision, near| {
            let presets = Presets::new([0; 5], precision, near).expect("defaults");
            let p = Parameters::new(&presets, near);
            (p.range, p.wide, p.limit)
        };
        assert_eq!(parameters(8, 0), (256, 8, 32));
        assert_eq!(parameters(16, 0), (65536, 16, 64));
        assert_eq!(parameters(12, 2), (820, 10, 48));
        assert_eq!(parameters(2, 0), (4, 2, 20));
    }

    #[test]
    fn impossible_parameters_are_refused() {
        assert!(Presets::new([256, 0, 0, 0, 0], 8, 0).is_err());
        assert!(Presets::new([255, 9, 7, 21, 0], 8, 0).is_err());
        assert!(Presets::new([255, 3, 7, 256, 0], 8, 0).is_err());
        assert!(Presets::new([255, 3, 7, 21, 2], 8, 0).is_err());
        assert!(Presets::new([0; 5], 8, 128).is_err());
    }
}
