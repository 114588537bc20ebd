//! From planes to colour by pixel; subsampled components by linear interpolation between sample centres,
//! as libjpeg's "fancy upsampling" (ISO 10918-1 A.1.1 leaves the filter open; JFIF 1.02 centres the samples).

use codec::Result;

use crate::{malformed, plane::Plane, sample::Sample};

/// A component to be brought to the picture's size.
#[derive(Debug)]
pub(crate) struct Component<'a, S> {
    pub(crate) plane: &'a Plane<S>,
    /// How many times wider and higher the picture is.
    pub(crate) scale: [usize; 2],
}

/// Interleaves the components: `[rows, columns, components]`.
///
/// # Errors
/// `malformed` for a component that is not a whole fraction of the picture.
pub(crate) fn interleave<S: Sample>(
    components: &[Component<'_, S>],
    columns: usize,
    rows: usize,
) -> Result<Vec<S>> {
    if components
        .iter()
        .any(|component| component.scale.iter().any(|scale| !(1..=4).contains(scale)))
    {
        return Err(malformed("sampling factors that are not whole fractions"));
    }
    let count = components.len();
    let mut output = vec![S::default(); columns * rows * count];
    let mut lines = vec![vec![S::default(); columns]; count];
    let mut scratch = Vec::new();
    for (row, to) in output.chunks_exact_mut(columns * count).enumerate() {
        for (component, line) in components.iter().zip(&mut lines) {
            upsample_row(component, row, &mut scratch, line);
        }
        match lines.as_slice() {
            [line] => to.copy_from_slice(line),
            [first, second, third] => {
                for (((to, &a), &b), &c) in to.chunks_exact_mut(3).zip(first).zip(second).zip(third) {
                    to.copy_from_slice(&[a, b, c]);
                }
            }
            lines => {
                for (at, line) in lines.iter().enumerate() {
                    to.iter_mut()
                        .skip(at)
                        .step_by(count)
                        .zip(line)
                        .for_each(|(to, &from)| *to = from);
                }
            }
        }
    }
    Ok(output)
}

/// Where the centre of sample `at` of the picture lies between two samples of the component: the first of
/// them, and the weights of both, in parts of `2 * scale`.
const fn taps(at: usize, scale: usize) -> (isize, u8, u8) {
    let position = (2 * at + 1).cast_signed() - scale.cast_signed();
    let parts = (2 * scale).cast_signed();
    let second = position.rem_euclid(parts);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "parts is at most 8"
    )]
    (position.div_euclid(parts), (parts - second) as u8, second as u8)
}

fn clamped(at: isize, count: usize) -> usize {
    usize::try_from(at).unwrap_or(0).min(count.saturating_sub(1))
}

fn upsample_row<S: Sample>(
    component: &Component<'_, S>,
    row: usize,
    scratch: &mut Vec<S::Sum>,
    line: &mut [S],
) {
    let &Component { plane, scale: [h, v] } = component;
    if v == 1 && h == 1 {
        let from = plane.row(row);
        line.iter_mut().zip(from).for_each(|(to, &from)| *to = from);
        return;
    }
    let (first, weight_first, weight_second) = if v == 1 {
        (row.cast_signed(), 1, 0)
    } else {
        taps(row, v)
    };
    let upper = plane.row(clamped(first, plane.rows));
    let lower = plane.row(clamped(first + 1, plane.rows));
    scratch.clear();
    scratch.extend(
        upper
            .iter()
            .zip(lower)
            .map(|(&a, &b)| a.widened() * weight_first.into() + b.widened() * weight_second.into()),
    );
    let parts = weight_first + weight_second;
    match h {
        1 => line
            .iter_mut()
            .zip(scratch.iter())
            .for_each(|(to, &sum)| *to = S::mean(sum, parts)),
        2 => double(scratch, parts * 4, line),
        _ => stretch(scratch, h, parts, line),
    }
}

/// Twice as wide: three quarters of the nearer sample and one of the other.
fn double<S: Sample>(samples: &[S::Sum], parts: u8, line: &mut [S]) {
    // parts is 4, 16 or more, a power of two where it matters: let the compiler see the shifts
    fn run<S: Sample>(samples: &[S::Sum], line: &mut [S], mean: impl Fn(S::Sum) -> S) {
        let ([Some(&first), Some(&last)], pairs) =
            ([samples.first(), samples.last()], samples.array_windows::<2>())
        else {
            return;
        };
        let mut line = line.iter_mut();
        let mut put = |sum| line.next().map(|to| *to = mean(sum));
        put(first * 4.into());
        for &[a, b] in pairs {
            put(a * 3.into() + b);
            put(a + b * 3.into());
        }
        put(last * 4.into());
    }
    match parts {
        4 => run(samples, line, |sum| S::mean(sum, 4)),
        16 => run(samples, line, |sum| S::mean(sum, 16)),
        _ => run(samples, line, |sum| S::mean(sum, parts)),
    }
}

/// Any other width.
fn stretch<S: Sample>(samples: &[S::Sum], h: usize, parts: u8, line: &mut [S]) {
    let sample = |at: isize| {
        samples
            .get(clamped(at, samples.len()))
            .copied()
            .unwrap_or_else(|| 0.into())
    };
    for (at, to) in line.iter_mut().enumerate() {
        let (first, weight_first, weight_second) = taps(at, h);
        let sum = sample(first) * weight_first.into() + sample(first + 1) * weight_second.into();
        *to = S::mean(sum, parts * (weight_first + weight_second));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factor_two_weighs_three_to_one() {
        assert_eq!(
            [taps(0, 2), taps(1, 2), taps(2, 2)],
            [(-1, 1, 3), (0, 3, 1), (0, 1, 3)]
        );
    }

    #[test]
    fn a_constant_stays_and_a_ramp_is_even() {
        let plane = Plane::<u8> {
            stride: 8,
            columns: 4,
            rows: 2,
            samples: vec![10, 20, 30, 40, 9, 9, 9, 9, 10, 20, 30, 40, 9, 9, 9, 9],
        };
        let scaled = |scale| interleave(&[Component { plane: &plane, scale }], 8, 2).expect("sound");
        assert_eq!(scaled([2, 1])[..8], [10, 13, 18, 23, 28, 33, 38, 40]);
        assert_eq!(scaled([2, 2])[..8], [10, 13, 18, 23, 28, 33, 38, 40]);
        assert!(
            interleave(
                &[Component {
                    plane: &plane,
                    scale: [0, 1]
                }],
                8,
                2
            )
            .is_err()
        );
    }
}
