//! A block of samples to quantised coefficients: the transform of Arai, Agui and Nakajima, whose scales are part of the steps.

use super::tables::Kind;
use crate::plane::ZIGZAG;

/// A coefficient of each column of a block.
type Line = [f32; 8];

/// Coefficients in the order of their coding, and a bit for each that is not 0.
pub(super) struct Zigzag {
    pub(super) values: [i32; 64],
    pub(super) present: u64,
}

/// 1 / step of each coefficient, down the columns.
pub(super) struct Quantiser([Line; 8]);

impl Quantiser {
    pub(super) fn new(kind: &Kind, quality: u8) -> Self {
        const SCALES: [f32; 8] = [
            1.0,
            1.387_039_8,
            1.306_562_9,
            1.175_875_6,
            1.0,
            0.785_694_96,
            0.541_196_1,
            0.275_899_38,
        ];
        let mut steps = [[0.0; 8]; 8];
        for (at, step) in ZIGZAG.iter().zip(kind.steps(quality)) {
            let (row, column) = (usize::from(at / 8), usize::from(at % 8));
            steps[column][row] = 1.0 / (f32::from(step) * SCALES[row] * SCALES[column] * 8.0);
        }
        Self(steps)
    }

    #[inline]
    pub(super) fn quantise(&self, block: [Line; 8]) -> Zigzag {
        let coefficients = transform(turned(transform(block)));
        let mut whole = [0; 64];
        for ((to, line), steps) in whole
            .as_chunks_mut::<8>()
            .0
            .iter_mut()
            .zip(coefficients)
            .zip(self.0)
        {
            for ((to, coefficient), step) in to.iter_mut().zip(line).zip(steps) {
                *to = rounded((coefficient * step).clamp(-MOST, MOST));
            }
        }
        let mut values = [0; 64];
        let mut present = 0;
        for (number, (to, at)) in values.iter_mut().zip(TURNED_ZIGZAG).enumerate() {
            *to = whole[usize::from(at & 63)];
            present |= u64::from(*to != 0) << number;
        }
        Zigzag { values, present }
    }
}

/// The places of coefficients in the order of their coding, in a block whose columns are rows.
const TURNED_ZIGZAG: [u8; 64] = {
    let mut turned = [0; 64];
    let mut number = 0;
    while number < 64 {
        turned[number] = ZIGZAG[number] % 8 * 8 + ZIGZAG[number] / 8;
        number += 1;
    }
    turned
};

/// The largest coefficient that there are codes for.
const MOST: f32 = 1023.0;

/// The nearest whole number of one below 2^21: the last bits of a float that holds no fractions.
#[inline]
fn rounded(value: f32) -> i32 {
    const WHOLE: f32 = 12_582_912.0;
    (value + WHOLE)
        .to_bits()
        .cast_signed()
        .wrapping_sub(WHOLE.to_bits().cast_signed())
}

#[inline]
fn turned(block: [Line; 8]) -> [Line; 8] {
    let mut turned = [[0.0; 8]; 8];
    for (row, line) in block.iter().enumerate() {
        for (to, value) in turned.iter_mut().zip(line) {
            to[row] = *value;
        }
    }
    turned
}

#[inline]
fn each(a: Line, b: Line, what: impl Fn(f32, f32) -> f32) -> Line {
    let mut found = a;
    for (to, b) in found.iter_mut().zip(b) {
        *to = what(*to, b);
    }
    found
}

/// The transform of the columns of a block, without its scales.
#[inline]
fn transform([d0, d1, d2, d3, d4, d5, d6, d7]: [Line; 8]) -> [Line; 8] {
    let sum = |a, b| each(a, b, |a, b| a + b);
    let less = |a, b| each(a, b, |a, b| a - b);
    let times = |a: Line, factor: f32| a.map(|value| value * factor);
    let (a0, b0) = (sum(d0, d7), less(d0, d7));
    let (a1, b1) = (sum(d1, d6), less(d1, d6));
    let (a2, b2) = (sum(d2, d5), less(d2, d5));
    let (a3, b3) = (sum(d3, d4), less(d3, d4));

    let (even, odd) = (sum(a0, a3), less(a0, a3));
    let (middle, other) = (sum(a1, a2), less(a1, a2));
    let turn = times(sum(other, odd), 0.707_106_77);
    let (c0, c4) = (sum(even, middle), less(even, middle));
    let (c2, c6) = (sum(odd, turn), less(odd, turn));

    let (p, q, r) = (sum(b3, b2), sum(b2, b1), sum(b1, b0));
    let common = times(less(p, r), 0.382_683_43);
    let low = sum(times(p, 0.541_196_1), common);
    let high = sum(times(r, 1.306_563), common);
    let turn = times(q, 0.707_106_77);
    let (s, t) = (sum(b0, turn), less(b0, turn));
    let (c5, c3) = (sum(t, low), less(t, low));
    let (c1, c7) = (sum(s, high), less(s, high));
    [c0, c1, c2, c3, c4, c5, c6, c7]
}
