//! The lines of a scan (ISO 14495-1 annex A): regular mode, run mode, and the three ways to interleave components.
//!
//! A line has one sample more at each end: before it the one that C.2 of the first line's neighbours begins with, after
//! it a copy of the last, so that no neighbour needs a test (A.2.1).

use codec::Result;

use crate::{
    bits::BitReader,
    malformed,
    model::{Contexts, Parameters, Presets, Quantiser},
};

/// J of A.2.1: orders of run lengths.
const RUN_ORDERS: [u8; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15,
];

/// How the components of a scan follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interleave {
    /// One component a scan.
    None,
    Line,
    Sample,
}

/// What a scan header and the headers before it say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) presets: Presets,
    pub(crate) near: i32,
    pub(crate) interleave: Interleave,
    /// Lines between two restart markers; 0 for none.
    pub(crate) restart_interval: usize,
}

/// Decodes a scan of `components`; `emit(row, component of the scan, samples)` gets every row of every component once.
///
/// # Errors
/// `malformed` or `truncated`, as the data is.
pub(crate) fn decode(
    bits: &mut BitReader<'_>,
    components: usize,
    scan: &Scan,
    emit: impl FnMut(usize, usize, &[u16]),
) -> Result<()> {
    let is_plain = scan.near == 0 && (scan.presets.maximum + 1).cast_unsigned().is_power_of_two();
    if is_plain {
        decode_as::<true>(bits, components, scan, emit)
    } else {
        decode_as::<false>(bits, components, scan, emit)
    }
}

/// `PLAIN`: lossless, and every value of so many bits may occur, so that sums are taken modulo a power of two.
fn decode_as<const PLAIN: bool>(
    bits: &mut BitReader<'_>,
    components: usize,
    scan: &Scan,
    mut emit: impl FnMut(usize, usize, &[u16]),
) -> Result<()> {
    let parameters = Parameters::new(&scan.presets, scan.near);
    let quantiser = Quantiser::new(&scan.presets, scan.near);
    let length = scan.columns + 2;
    let mut lines = vec![[vec![0_u16; length], vec![0_u16; length]]; components];
    let mut run_indices = vec![0; components];
    let mut decoder = Decoder::<PLAIN> {
        contexts: Contexts::new(parameters.range),
        most: parameters.limit - parameters.wide - 1,
        parameters,
        quantiser,
    };
    let mut restarts = 0_u8;
    for row in 0..scan.rows {
        if scan.restart_interval != 0 && row != 0 && row % scan.restart_interval == 0 {
            bits.restart(restarts)?;
            restarts = restarts.wrapping_add(1);
            decoder.contexts = Contexts::new(decoder.parameters.range);
            run_indices.fill(0);
            lines.iter_mut().flatten().for_each(|line| line.fill(0));
        }
        for [above, current] in &mut lines {
            std::mem::swap(above, current);
            // the sample after the last, and the one before the first
            if let [.., last, after] = above.as_mut_slice() {
                *after = *last;
            }
            if let (Some(before), Some(&first)) = (current.first_mut(), above.get(1)) {
                *before = first;
            }
        }
        match (scan.interleave, lines.as_mut_slice()) {
            (Interleave::Sample, [a, b, c]) => {
                let run_index = run_indices.first_mut().ok_or_else(no_components)?;
                decoder.pixels(bits, [a, b, c], run_index)?;
            }
            (Interleave::Sample, _) => return Err(no_components()),
            (_, lines) => {
                for ([above, current], run_index) in lines.iter_mut().zip(&mut run_indices) {
                    decoder.line(bits, above, current, run_index)?;
                }
            }
        }
        bits.check()?;
        for (component, [_, current]) in lines.iter().enumerate() {
            emit(row, component, current.get(1..=scan.columns).unwrap_or_default());
        }
    }
    Ok(())
}

fn no_components() -> codec::Error {
    malformed("a scan whose components cannot be interleaved")
}

struct Decoder<const PLAIN: bool> {
    parameters: Parameters,
    quantiser: Quantiser,
    contexts: Contexts,
    /// Zeros of an escape.
    most: u32,
}

impl<const PLAIN: bool> Decoder<PLAIN> {
    /// One line of one component.
    fn line(
        &mut self,
        bits: &mut BitReader<'_>,
        above: &[u16],
        current: &mut [u16],
        run_index: &mut usize,
    ) -> Result<()> {
        let length = current.len().min(above.len());
        let (above, current) = (&above[..length], &mut current[..length]);
        let mut x = 1;
        let mut left = i32::from(current[0]);
        let (mut corner, mut up) = (i32::from(above[0]), i32::from(above[1]));
        while x + 1 < length {
            let next = i32::from(above[x + 1]);
            let context = self.context([left, up, corner, next]);
            if context != 0 {
                left = self.sample(bits, context, [left, up, corner]);
                current[x] = stored(left);
                x += 1;
                (corner, up) = (up, next);
                continue;
            }
            let run = self.run(bits, length - 1 - x, run_index)?;
            current[x..x + run].fill(stored(left));
            x += run;
            if x + 1 == length {
                break;
            }
            up = i32::from(above[x]);
            let order = RUN_ORDERS[*run_index & 31].into();
            left = self.interruption(bits, order, left, up);
            *run_index = run_index.saturating_sub(1);
            current[x] = stored(left);
            x += 1;
            (corner, up) = (up, i32::from(above[x]));
        }
        Ok(())
    }

    /// One line of three components, pixel by pixel: a run is one of all three (A.7, sample interleaved).
    fn pixels(
        &mut self,
        bits: &mut BitReader<'_>,
        mut lines: [&mut [Vec<u16>; 2]; 3],
        run_index: &mut usize,
    ) -> Result<()> {
        let length = lines[0][0].len();
        let mut x = 1;
        while x + 1 < length {
            let neighbours = lines.each_ref().map(|[above, current]| {
                [current[x - 1], above[x], above[x - 1], above[x + 1]].map(i32::from)
            });
            let contexts = neighbours.map(|neighbours| self.context(neighbours));
            if contexts != [0; 3] {
                for ((line, context), [left, up, corner, _]) in lines.iter_mut().zip(contexts).zip(neighbours)
                {
                    line[1][x] = stored(self.sample(bits, context, [left, up, corner]));
                }
                x += 1;
                continue;
            }
            let run = self.run(bits, length - 1 - x, run_index)?;
            for line in &mut lines {
                let left = line[1][x - 1];
                line[1][x..x + run].fill(left);
            }
            x += run;
            if x + 1 == length {
                break;
            }
            let order = RUN_ORDERS[*run_index & 31].into();
            for [above, current] in &mut lines {
                let (left, up) = (i32::from(current[x - 1]), i32::from(above[x]));
                // all components have the context of unlike neighbours
                let error = self.interruption_error(bits, order, 0);
                current[x] = stored(self.reconstructed(up, if up >= left { error } else { -error }));
            }
            *run_index = run_index.saturating_sub(1);
            x += 1;
        }
        Ok(())
    }

    /// The context of a sample by its neighbours, its sign kept (A.3.3, A.3.4); 0 begins a run.
    #[inline(always)]
    fn context(&self, [left, up, corner, next]: [i32; 4]) -> i32 {
        let quantiser = &self.quantiser;
        81 * quantiser.region(next - up) + 9 * quantiser.region(up - corner) + quantiser.region(corner - left)
    }

    /// A sample in regular mode (A.4 to A.6).
    #[inline(always)]
    fn sample(&mut self, bits: &mut BitReader<'_>, signed: i32, [left, up, corner]: [i32; 3]) -> i32 {
        let parameters = &self.parameters;
        let sign = signed >> 31;
        let with_sign = |value: i32| (value ^ sign) - sign;
        #[expect(clippy::cast_sign_loss, reason = "an absolute value")]
        let context = &mut self.contexts.regular[with_sign(signed) as usize & 511];
        let k = context.golomb_parameter();
        // the median edge detector
        let predicted = (left + up - corner).clamp(left.min(up), left.max(up));
        let predicted = (predicted + with_sign(context.correction)).clamp(0, parameters.maximum);
        let mapped = bits.golomb(k, self.most, parameters.wide).cast_signed();
        let mut error = (mapped >> 1) ^ -(mapped & 1);
        if k == 0 && (PLAIN || parameters.near == 0) {
            error ^= (2 * context.bias + context.count - 1) >> 31;
        }
        context.update(
            error,
            if PLAIN { 1 } else { 2 * parameters.near + 1 },
            parameters.reset,
        );
        self.reconstructed(predicted, with_sign(error))
    }

    /// A.4.4 and A.4.5, undone.
    #[inline(always)]
    fn reconstructed(&self, predicted: i32, error: i32) -> i32 {
        let &Parameters {
            maximum, near, range, ..
        } = &self.parameters;
        if PLAIN {
            return predicted.wrapping_add(error) & maximum;
        }
        let step = 2 * near + 1;
        let mut value = predicted.wrapping_add(error.wrapping_mul(step));
        if value < -near {
            value = value.wrapping_add(range * step);
        } else if value > maximum + near {
            value = value.wrapping_sub(range * step);
        }
        value.clamp(0, maximum)
    }

    /// The length of a run, at most `most` (A.7.1).
    fn run(&self, bits: &mut BitReader<'_>, most: usize, run_index: &mut usize) -> Result<usize> {
        let mut length = 0;
        while bits.take(1) == 1 {
            let full = 1 << RUN_ORDERS[*run_index & 31];
            length += full;
            if length <= most {
                *run_index = (*run_index + 1).min(31);
            }
            if length >= most {
                return Ok(most);
            }
        }
        let order = RUN_ORDERS[*run_index & 31].into();
        length += bits.take(order) as usize;
        if length > most {
            return Err(malformed("a run that is longer than its line"));
        }
        Ok(length)
    }

    /// The sample that ends a run (A.7.2).
    #[inline(always)]
    fn interruption(&mut self, bits: &mut BitReader<'_>, order: u32, left: i32, up: i32) -> i32 {
        if (left - up).abs() <= self.parameters.near {
            let error = self.interruption_error(bits, order, 1);
            return self.reconstructed(left, error);
        }
        let error = self.interruption_error(bits, order, 0);
        self.reconstructed(up, if up >= left { error } else { -error })
    }

    #[inline(always)]
    fn interruption_error(&mut self, bits: &mut BitReader<'_>, order: u32, kind: usize) -> i32 {
        let context = &mut self.contexts.run[kind & 1];
        let k = context.golomb_parameter();
        let mapped = bits.golomb(k, self.most.saturating_sub(order + 1), self.parameters.wide);
        context.error(mapped.cast_signed(), k, self.parameters.reset)
    }
}

/// A sample is at most 65535.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "samples are clamped to 0..=65535"
)]
const fn stored(sample: i32) -> u16 {
    sample as u16
}
