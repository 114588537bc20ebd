//! The inverse wavelet transforms (T.800, annex F), by lifting.
//!
//! A level joins four sub-bands to one picture: each row is lifted while its halves lie apart and then interleaved, and
//! columns are lifted a whole row at a time, a few rows behind, while those are in the cache.

use crate::tile::{Rect, height, width};

/// A lifting filter.
pub(crate) trait Filter {
    type Sample: Copy + Default;
    /// Lifting steps: low samples in the first, high ones in the second, and so on.
    const STEPS: usize;

    /// A coefficient of twice `value`, whose unit is `step`.
    fn coefficient(value: i32, step: f32) -> Self::Sample;
    /// What is folded into the quantization step of a sub-band: `high` of its two filters are high-pass, and its picture
    /// is a low-pass one for `above` levels more.
    fn gain(high: u32, above: u32) -> f32;
    /// One lifting step of a sample between `a` and `b`.
    fn lift(step: usize, sample: Self::Sample, a: Self::Sample, b: Self::Sample) -> Self::Sample;
    /// A signal of one sample.
    fn single(sample: Self::Sample, is_high: bool) -> Self::Sample;
}

/// 5/3, reversible.
#[derive(Debug)]
pub(crate) struct Reversible;

impl Filter for Reversible {
    type Sample = i32;
    const STEPS: usize = 2;

    #[inline(always)]
    fn coefficient(value: i32, _step: f32) -> i32 {
        value / 2
    }

    fn gain(_high: u32, _above: u32) -> f32 {
        1.0
    }

    #[inline(always)]
    fn lift(step: usize, sample: i32, a: i32, b: i32) -> i32 {
        if step == 0 {
            sample.wrapping_sub(a.wrapping_add(b).wrapping_add(2) >> 2)
        } else {
            sample.wrapping_add(a.wrapping_add(b) >> 1)
        }
    }

    fn single(sample: i32, is_high: bool) -> i32 {
        if is_high { sample >> 1 } else { sample }
    }
}

/// 9/7, irreversible. Its scaling by K is folded into the quantization steps.
#[derive(Debug)]
pub(crate) struct Irreversible;

/// Table F.4.
const K: f32 = 1.230_174_1;
const LIFTING: [f32; 4] = [0.443_506_85, 0.882_911_1, -0.052_980_12, -1.586_134_3];

impl Filter for Irreversible {
    type Sample = f32;
    const STEPS: usize = 4;

    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "24 bits are what a lossy picture gets")]
    fn coefficient(value: i32, step: f32) -> f32 {
        value as f32 * (0.5 * step)
    }

    fn gain(high: u32, above: u32) -> f32 {
        let own = match high {
            0 => K * K,
            1 => 1.0,
            _ => 1.0 / (K * K),
        };
        (0..above).fold(own, |gain, _| gain * K * K)
    }

    #[inline(always)]
    fn lift(step: usize, sample: f32, a: f32, b: f32) -> f32 {
        sample - LIFTING[step] * (a + b)
    }

    fn single(sample: f32, is_high: bool) -> f32 {
        if is_high { sample * (0.5 * K) } else { sample / K }
    }
}

/// The sub-bands of a level, low horizontally first.
pub(crate) struct Level<'a, F: Filter> {
    pub(crate) low_low: &'a mut [F::Sample],
    pub(crate) high_low: &'a mut [F::Sample],
    pub(crate) low_high: &'a mut [F::Sample],
    pub(crate) high_high: &'a mut [F::Sample],
    /// The picture that they make.
    pub(crate) rect: Rect,
}

/// Joins a level into `out`, `[height, width]`.
pub(crate) fn join<F: Filter>(level: &mut Level<'_, F>, out: &mut [F::Sample]) {
    let (columns, rows) = (width(&level.rect) as usize, height(&level.rect) as usize);
    let odd = [level.rect[0] & 1 == 1, level.rect[1] & 1 == 1];
    if columns == 0 || rows == 0 {
        return;
    }
    let lows = (columns + usize::from(!odd[0])) / 2;
    let mut done = 0;
    let mut row = |out: &mut [F::Sample], y: usize| {
        let is_high = (y % 2 == 1) != odd[1];
        let at = y / 2;
        let (low, high) = if is_high {
            (&mut *level.low_high, &mut *level.high_high)
        } else {
            (&mut *level.low_low, &mut *level.high_low)
        };
        let highs = columns - lows;
        join_row::<F>(
            &mut low[at * lows..][..lows],
            &mut high[at * highs..][..highs],
            odd[0],
            &mut out[y * columns..][..columns],
        );
    };
    if rows == 1 {
        row(out, 0);
        for sample in &mut out[..columns] {
            *sample = F::single(*sample, odd[1]);
        }
        return;
    }
    // step `s` follows step `s - 1` one row behind; all fall on rows of their kind at once
    let mut front = usize::from(odd[1]);
    while front < rows + F::STEPS {
        while done <= (front + 1).min(rows - 1) {
            row(out, done);
            done += 1;
        }
        for step in 0..F::STEPS {
            if let Some(y) = front.checked_sub(step).filter(|y| *y < rows) {
                lift_row::<F>(out, columns, rows, y, step);
            }
        }
        front += 2;
    }
}

/// Lifts row `y` by the rows next to it, mirrored at the edges.
fn lift_row<F: Filter>(out: &mut [F::Sample], columns: usize, rows: usize, y: usize, step: usize) {
    let (before, rest) = out.split_at_mut(y * columns);
    let (row, after) = rest.split_at_mut(columns);
    let above = y
        .checked_sub(1)
        .map(|above| &before[above * columns..][..columns]);
    let below = (y + 1 < rows).then(|| &after[..columns]);
    let (Some(a), Some(b)) = (above.or(below), below.or(above)) else {
        return;
    };
    match step {
        0 => lift_all::<F, 0>(row, a, b),
        1 => lift_all::<F, 1>(row, a, b),
        2 => lift_all::<F, 2>(row, a, b),
        _ => lift_all::<F, 3>(row, a, b),
    }
}

#[inline]
fn lift_all<F: Filter, const STEP: usize>(row: &mut [F::Sample], a: &[F::Sample], b: &[F::Sample]) {
    for ((sample, a), b) in row.iter_mut().zip(a).zip(b) {
        *sample = F::lift(STEP, *sample, *a, *b);
    }
}

/// Joins the halves of a row. `is_odd`: the first sample is a high one.
fn join_row<F: Filter>(low: &mut [F::Sample], high: &mut [F::Sample], is_odd: bool, out: &mut [F::Sample]) {
    if let [single] = out {
        *single = F::single(*low.first().or(high.first()).unwrap_or(single), is_odd);
        return;
    }
    for step in 0..F::STEPS {
        let (to, from, is_after) = if step % 2 == 0 {
            (&mut *low, &*high, is_odd)
        } else {
            (&mut *high, &*low, !is_odd)
        };
        match step {
            0 => lift_half::<F, 0>(to, from, is_after),
            1 => lift_half::<F, 1>(to, from, is_after),
            2 => lift_half::<F, 2>(to, from, is_after),
            _ => lift_half::<F, 3>(to, from, is_after),
        }
    }
    let (first, second): (&[_], &[_]) = if is_odd { (high, low) } else { (low, high) };
    let pairs = out.as_chunks_mut::<2>().0;
    for ((pair, a), b) in pairs.iter_mut().zip(first).zip(second) {
        *pair = [*a, *b];
    }
    if let (Some(last), 1) = (out.last_mut(), first.len() - second.len()) {
        *last = first[first.len() - 1];
    }
}

/// Lifts one half by the other: sample `i` stands between `i - 1` and `i` of `from`, or `i` and `i + 1` if `is_after`.
#[inline]
fn lift_half<F: Filter, const STEP: usize>(to: &mut [F::Sample], from: &[F::Sample], is_after: bool) {
    let last = from.len() - 1;
    if is_after {
        let inner = to.len().min(last);
        for ((sample, a), b) in to[..inner].iter_mut().zip(&from[..inner]).zip(&from[1..]) {
            *sample = F::lift(STEP, *sample, *a, *b);
        }
        for (sample, at) in to[inner..].iter_mut().zip(inner..) {
            *sample = F::lift(STEP, *sample, from[at.min(last)], from[last]);
        }
    } else {
        to[0] = F::lift(STEP, to[0], from[0], from[0]);
        let inner = to.len().min(from.len());
        for ((sample, a), b) in to[1..inner].iter_mut().zip(from).zip(&from[1..]) {
            *sample = F::lift(STEP, *sample, *a, *b);
        }
        for sample in &mut to[inner..] {
            *sample = F::lift(STEP, *sample, from[last], from[last]);
        }
    }
}
