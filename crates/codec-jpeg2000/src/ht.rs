//! Code blocks of HTJ2K (T.814, clause 7): one cleanup pass over quads of two by two samples, then at most one pass that
//! finds more significant samples and one that refines.

use codec::Result;

use crate::{
    block::{Coded, Scratch, style},
    error::malformed,
    ht_bits::{Backward, Events, Forward},
    ht_codes::{Codes, FIRST_ROW, OTHER_ROWS},
};

/// What a row of quads keeps for the next: of each column of quads, the significance and exponents of the bottom
/// samples. One quad of nothing stands on either side.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Bits 0 and 1: significance of the bottom left and bottom right sample.
    significant: Vec<u8>,
    /// Exponents of the bottom left and bottom right samples.
    exponents: Vec<[u8; 2]>,
}

/// Decodes `block` into `scratch.samples`, twice the value plus the half that is not known.
pub(crate) fn decode(block: &Coded<'_>, scratch: &mut Scratch, rows: &mut Rows) -> Result<()> {
    scratch.samples.clear();
    scratch.samples.resize(block.width * block.height, 0);
    // each cleanup pass codes all anew, a plane lower than the one before: the last counts
    let Some(at) = block
        .segments
        .iter()
        .rposition(|own| own.index % 2 == 0 && own.length > 0)
    else {
        return Ok(());
    };
    let own = block.segments[at];
    let plane = u16::from(block.planes).checked_sub(own.index / 2 + 1);
    let Some(plane) = plane.map(u32::from) else {
        return Err(malformed("an HTJ2K code block has more passes than bit planes"));
    };
    let start = block.segments[..at].iter().map(|before| before.length).sum();
    let parts = block
        .data
        .get(start..)
        .and_then(|data| data.split_at_checked(own.length));
    let Some((cleanup, rest)) = parts else {
        return Err(malformed("an HTJ2K code block is shorter than its segments"));
    };
    cleanup_pass(block, cleanup, plane, &mut scratch.samples, rows)?;
    match block.segments.get(at + 1) {
        Some(refining) if plane > 0 => {
            let data = &rest[..refining.length.min(rest.len())];
            refine(block, data, plane, refining.passes > 1, &mut scratch.samples);
        }
        _ => {}
    }
    Ok(())
}

/// The three streams of the cleanup pass.
struct Cleanup<'a> {
    magnitudes: Forward<'a>,
    events: Events<'a>,
    codes: Backward<'a>,
}

/// What the code of a quad says (see [`Codes`]).
#[derive(Clone, Copy, Default)]
struct Quad(u32);

impl Quad {
    const fn has_offset(self) -> bool {
        self.0 & 8 != 0
    }
    const fn pattern(self) -> u32 {
        self.0 >> 4 & 15
    }
    const fn top_bits(self) -> u32 {
        self.0 >> 8 & 15
    }
    const fn known(self) -> u32 {
        self.0 >> 12 & 15
    }
}

impl Cleanup<'_> {
    fn quad(&mut self, context: u32, codes: &Codes) -> Quad {
        if context == 0 && !self.events.next() {
            return Quad(0);
        }
        let bits = self.codes.peek();
        let quad = u32::from(codes[(context << 7 | bits & 127) as usize & 1023]);
        self.codes.skip(quad & 7);
        Quad(quad)
    }

    /// 7.3.6: the offsets of two quads. Their code words are interleaved: prefixes, suffixes, extensions.
    fn offsets(&mut self, first: bool, second: bool, is_first_row: bool) -> [u32; 2] {
        if !first && !second {
            return [0; 2];
        }
        let mut bias = 0;
        let mut pair = [Prefix::NONE; 2];
        if first && second && is_first_row {
            if self.events.next() {
                bias = 2;
            } else {
                pair[0] = self.prefix();
                // then the second is 1 or 2 if the first is above 2
                if pair[0].suffix > 0 {
                    pair[1] = Prefix {
                        value: 1 + self.codes.take(1),
                        suffix: 0,
                    };
                } else {
                    pair[1] = self.prefix();
                }
                return self.suffixes(pair);
            }
        }
        if first {
            pair[0] = self.prefix();
        }
        if second {
            pair[1] = self.prefix();
        }
        self.suffixes(pair).map(|offset| offset + bias)
    }

    fn prefix(&mut self) -> Prefix {
        /// Length, value, bits of the suffix, by the next three bits.
        const PREFIXES: [(u32, u32, u32); 8] = [
            (3, 5, 5),
            (1, 1, 0),
            (2, 2, 0),
            (1, 1, 0),
            (3, 3, 1),
            (1, 1, 0),
            (2, 2, 0),
            (1, 1, 0),
        ];
        let (length, value, suffix) = PREFIXES[self.codes.peek() as usize & 7];
        self.codes.skip(length);
        Prefix { value, suffix }
    }

    fn suffixes(&mut self, pair: [Prefix; 2]) -> [u32; 2] {
        if pair[0].suffix + pair[1].suffix == 0 {
            return pair.map(|prefix| prefix.value);
        }
        let suffixes = pair.map(|prefix| self.codes.take(prefix.suffix));
        let mut offsets = [0; 2];
        for ((offset, prefix), suffix) in offsets.iter_mut().zip(pair).zip(suffixes) {
            *offset = prefix.value + suffix;
            if suffix >= 28 {
                *offset += 4 * self.codes.take(4);
            }
        }
        offsets
    }
}

#[derive(Clone, Copy)]
struct Prefix {
    value: u32,
    suffix: u32,
}

impl Prefix {
    const NONE: Self = Self { value: 0, suffix: 0 };
}

/// Where a row of quads writes: its two rows of samples (the second empty below the block), and what it keeps.
struct QuadRow<'a> {
    top: &'a mut [i32],
    bottom: &'a mut [i32],
    plane: u32,
}

fn cleanup_pass(
    block: &Coded<'_>,
    data: &[u8],
    plane: u32,
    samples: &mut [i32],
    rows: &mut Rows,
) -> Result<()> {
    let suffix = match data {
        [.., low, high] => usize::from(*high) << 4 | usize::from(*low & 15),
        _ => 0,
    };
    if suffix < 2 || suffix > data.len() || suffix > 4079 {
        return Err(malformed(
            "an HTJ2K code block states a suffix that it cannot have",
        ));
    }
    let (magnitudes, suffix) = data.split_at(data.len() - suffix);
    let mut cleanup = Cleanup {
        magnitudes: Forward::new(magnitudes, 0xff),
        events: Events::new(suffix),
        codes: Backward::codes(suffix),
    };
    let quads = block.width.div_ceil(2);
    rows.significant.clear();
    rows.significant.resize(quads + 3, 0);
    rows.exponents.clear();
    rows.exponents.resize(quads + 3, [0; 2]);
    for (row, pair) in samples.chunks_mut(2 * block.width).enumerate() {
        let (top, bottom) = pair.split_at_mut(block.width);
        let mut out = QuadRow { top, bottom, plane };
        quad_row(&mut cleanup, &mut out, row == 0, quads, rows)?;
    }
    Ok(())
}

fn quad_row(
    cleanup: &mut Cleanup<'_>,
    out: &mut QuadRow<'_>,
    is_first: bool,
    quads: usize,
    rows: &mut Rows,
) -> Result<()> {
    let codes = if is_first { &FIRST_ROW } else { &OTHER_ROWS };
    // the row above is read one quad ahead of where this row overwrites it
    let (mut above_left, mut exponent_left) = (0_u8, 0_u8);
    let mut before = 0_u32;
    for x in (0..quads).step_by(2) {
        let mut pair = [Quad::default(); 2];
        let mut above = [
            above_left,
            rows.significant[x + 1],
            rows.significant[x + 2],
            rows.significant[x + 3],
        ];
        above_left = above[2];
        let exponents = [
            exponent_left,
            rows.exponents[x + 1][0],
            rows.exponents[x + 1][1],
            rows.exponents[x + 2][0],
            rows.exponents[x + 2][1],
            rows.exponents[x + 3][0],
        ];
        exponent_left = exponents[4];
        let count = (quads - x).min(2);
        for quad in pair.iter_mut().take(count) {
            let context = if is_first {
                before >> 1 & 1 | before & 1 | before >> 1 & 6
            } else {
                u32::from(above[0] >> 1 | above[1] & 1)
                    | (before >> 2 & 1 | before >> 3 & 1) << 1
                    | u32::from(above[1] >> 1 | above[2] & 1) << 2
            };
            *quad = cleanup.quad(context, codes);
            before = quad.pattern();
            above.rotate_left(1);
        }
        let offsets = cleanup.offsets(pair[0].has_offset(), pair[1].has_offset(), is_first);
        for at in 0..count {
            let pattern = pair[at].pattern();
            let mut bound = offsets[at] + 1;
            if !is_first && pattern & pattern.wrapping_sub(1) != 0 {
                let highest = exponents[2 * at..2 * at + 4].iter().max().copied().unwrap_or(0);
                bound = offsets[at] + u32::from(highest.saturating_sub(1).max(1));
            }
            if bound + out.plane > 30 {
                return Err(malformed("a sample of an HTJ2K code block has too many bits"));
            }
            rows.significant[x + at + 1] = bottom_of(pattern);
            rows.exponents[x + at + 1] = samples(cleanup, out, pair[at], bound, x + at);
        }
    }
    Ok(())
}

/// Significance of the two bottom samples of a quad's pattern (top left, bottom left, top right, bottom right).
#[expect(clippy::cast_possible_truncation, reason = "two bits")]
const fn bottom_of(pattern: u32) -> u8 {
    (pattern >> 1 & 1 | pattern >> 2 & 2) as u8
}

/// 7.3.8: the samples of a quad. Gives the exponents of the bottom ones.
#[inline]
fn samples(cleanup: &mut Cleanup<'_>, out: &mut QuadRow<'_>, quad: Quad, bound: u32, x: usize) -> [u8; 2] {
    if quad.pattern() == 0 {
        return [0; 2];
    }
    let mut values = [0; 4];
    let mut exponents = [0; 4];
    for sample in 0..4 {
        // without branches: of an insignificant sample nothing is read, and it stays zero
        let is_significant = quad.pattern() >> sample & 1;
        let bits = (bound - (quad.known() >> sample & 1)) * is_significant;
        let coded = cleanup.magnitudes.take(bits) | (quad.top_bits() >> sample & 1) << bits;
        // the lowest bit is the sign; the others are the magnitude less one
        let magnitude = (((coded | 1) + 2) << out.plane) * is_significant;
        #[expect(clippy::cast_possible_wrap, reason = "the bound leaves the top bit free")]
        let (magnitude, sign) = (magnitude as i32, (coded & 1) as i32);
        values[sample] = (magnitude ^ -sign) + sign;
        #[expect(clippy::cast_possible_truncation, reason = "at most 32")]
        let exponent = ((32 - (coded | 1).leading_zeros()) * is_significant) as u8;
        exponents[sample] = exponent;
    }
    for (row, values) in [
        (&mut *out.top, [values[0], values[2]]),
        (&mut *out.bottom, [values[1], values[3]]),
    ] {
        match row.get_mut(2 * x..) {
            Some([left, right, ..]) => (*left, *right) = values.into(),
            Some([left]) => *left = values[0],
            _ => {}
        }
    }
    [exponents[1], exponents[3]]
}

/// 7.4 and 7.5: the plane below that of the cleanup pass.
fn refine(block: &Coded<'_>, data: &[u8], plane: u32, has_refinement: bool, samples: &mut [i32]) {
    let (width, height) = (block.width, block.height);
    // a sample that this pass finds is marked apart, so that the next does not refine it
    let first: i32 = 3 << (plane - 1);
    let mut found = Forward::new(data, 0);
    let mut refined = Backward::refinement(data);
    let is_causal = block.style & style::CAUSAL != 0;
    let mut new = vec![false; if has_refinement { samples.len() } else { 0 }];
    for top in (0..height).step_by(4) {
        let bottom = (top + 4).min(height);
        let end = if is_causal {
            bottom
        } else {
            (bottom + 1).min(height)
        };
        for left in (0..width).step_by(4) {
            let right = (left + 4).min(width);
            let mut signs = [0_usize; 16];
            let mut count = 0;
            for x in left..right {
                for y in top..bottom {
                    let at = y * width + x;
                    if samples[at] != 0 || !has_neighbour(samples, width, end, x, y) {
                        continue;
                    }
                    if found.take(1) == 1 {
                        samples[at] = first;
                        signs[count] = at;
                        count += 1;
                    }
                }
            }
            for at in &signs[..count] {
                if found.take(1) == 1 {
                    samples[*at] = -first;
                }
                if let Some(new) = new.get_mut(*at) {
                    *new = true;
                }
            }
        }
    }
    if has_refinement {
        refine_known(&mut refined, (width, height), plane, &new, samples);
    }
}

/// Whether a sample has a significant neighbour; rows from `end` on count as nothing.
fn has_neighbour(samples: &[i32], width: usize, end: usize, x: usize, y: usize) -> bool {
    let (left, right) = (x.saturating_sub(1), (x + 2).min(width));
    (y.saturating_sub(1)..(y + 2).min(end)).any(|row| {
        samples[row * width + left..row * width + right]
            .iter()
            .any(|sample| *sample != 0)
    })
}

fn refine_known(
    bits: &mut Backward<'_>,
    (width, height): (usize, usize),
    plane: u32,
    new: &[bool],
    samples: &mut [i32],
) {
    for top in (0..height).step_by(4) {
        for x in 0..width {
            for y in top..(top + 4).min(height) {
                let at = y * width + x;
                if samples[at] == 0 || new[at] {
                    continue;
                }
                let magnitude = samples[at].abs() >> (plane + 1) << (plane + 1);
                let magnitude = magnitude | if bits.take(1) == 1 { 3 } else { 1 } << (plane - 1);
                samples[at] = if samples[at] < 0 { -magnitude } else { magnitude };
            }
        }
    }
}
