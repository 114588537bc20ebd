//! Code blocks of JPEG 2000 Part 1: bit planes, coded in three passes each (T.800, annex D).
//!
//! Four rows are a stripe, and each column of a stripe has one word of flags: the significance of the 3 by 6
//! neighbourhood, signs, and what the passes have done. Row `r` of the stripe finds everything about itself by shifting
//! its word by `3 * r`.

use crate::{
    mq::{Contexts, Mq, RUN_LENGTH, Raw, UNIFORM},
    tile::Orientation,
};

/// Code block styles (T.800, table A.19; T.814, table A.2).
pub(crate) mod style {
    pub(crate) const BYPASS: u8 = 1;
    pub(crate) const RESET: u8 = 2;
    pub(crate) const TERMINATE_ALL: u8 = 4;
    pub(crate) const CAUSAL: u8 = 8;
    pub(crate) const SEGMENTATION_SYMBOLS: u8 = 32;
    pub(crate) const HIGH_THROUGHPUT: u8 = 64;
    pub(crate) const MIXED: u8 = 128;
}

/// Significance of the row's own sample, and of its eight neighbours, after the shift.
const SELF: u32 = 1 << 4;
const NEIGHBOURS: u32 = 0x1ef;
/// Of the whole stripe column: any significance at all.
const ANY: u32 = 0x3_ffff;
/// The row's sign, whether it was refined before, and whether the first pass of this plane coded it.
const SIGN: u32 = 1 << 19;
const REFINED: u32 = 1 << 20;
const VISITED: u32 = 1 << 21;
const VISITED_ALL: u32 = VISITED * (1 | 1 << 3 | 1 << 6 | 1 << 9);
/// The sign of the sample above the stripe, and of the one below.
const SIGN_ABOVE: u32 = 1 << 18;
const SIGN_BELOW: u32 = 1 << 31;

/// Coding passes whose bytes belong together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment {
    /// In Part 1 a number in order; in HTJ2K twice the number of the cleanup pass, and one more for what refines it.
    pub(crate) index: u16,
    pub(crate) passes: u16,
    pub(crate) length: usize,
}

/// One code block as the packets gave it.
#[derive(Debug)]
pub(crate) struct Coded<'a> {
    /// All of its bytes.
    pub(crate) data: &'a [u8],
    pub(crate) segments: &'a [Segment],
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Bit planes that are coded: those of the sub-band without the missing ones on top.
    pub(crate) planes: u8,
    pub(crate) orientation: Orientation,
    pub(crate) style: u8,
}

/// Room for decoding, kept from block to block.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    flags: Vec<u32>,
    /// `[height, width]`: twice the value, plus the half of what is not known yet.
    pub(crate) samples: Vec<i32>,
    stride: usize,
    width: usize,
    height: usize,
}

/// Where decisions come from: the arithmetic decoder or raw bits.
trait Decisions {
    fn bit(&mut self, context: usize) -> u32;
    /// A sign: the context, and what to flip the decision with.
    fn sign(&mut self, context: usize, flip: u32) -> u32;
}

struct Arithmetic<'a, 'b> {
    mq: Mq<'a>,
    contexts: &'b mut Contexts,
}

impl Decisions for Arithmetic<'_, '_> {
    #[inline(always)]
    fn bit(&mut self, context: usize) -> u32 {
        self.mq.bit(self.contexts, context)
    }
    #[inline(always)]
    fn sign(&mut self, context: usize, flip: u32) -> u32 {
        self.mq.bit(self.contexts, context) ^ flip
    }
}

impl Decisions for Raw<'_> {
    fn bit(&mut self, _context: usize) -> u32 {
        Raw::bit(self)
    }
    fn sign(&mut self, _context: usize, _flip: u32) -> u32 {
        Raw::bit(self)
    }
}

/// Decodes `block` into `scratch.samples`. Bits that are missing read as the standard pads them.
pub(crate) fn decode(block: &Coded<'_>, scratch: &mut Scratch) {
    scratch.reset(block.width, block.height);
    let mut contexts = Contexts::new();
    let mut plane = u32::from(block.planes);
    // the first plane has a cleanup pass only
    let mut kind = 2;
    let mut pass = 0_u32;
    let mut rest = block.data;
    for &Segment { passes, length, .. } in block.segments {
        let (data, after) = rest.split_at(length.min(rest.len()));
        rest = after;
        let is_raw = block.style & style::BYPASS != 0 && pass >= 10 && kind < 2;
        let mut coded = Arithmetic {
            mq: Mq::new(data),
            contexts: &mut contexts,
        };
        let mut raw = Raw::new(data);
        for _ in 0..passes {
            if plane == 0 {
                return;
            }
            let step = Step {
                one: 1 << plane,
                orientation: block.orientation,
                is_causal: block.style & style::CAUSAL != 0,
            };
            match (kind, is_raw) {
                (0, false) => coded = scratch.significance(&step, coded),
                (0, true) => raw = scratch.significance(&step, raw),
                (1, false) => coded = scratch.refinement(&step, coded),
                (1, true) => raw = scratch.refinement(&step, raw),
                _ => {
                    coded = scratch.cleanup(&step, coded);
                    if block.style & style::SEGMENTATION_SYMBOLS != 0 {
                        for _ in 0..4 {
                            coded.bit(UNIFORM);
                        }
                    }
                }
            }
            if block.style & style::RESET != 0 {
                *coded.contexts = Contexts::new();
            }
            pass += 1;
            kind += 1;
            if kind == 3 {
                kind = 0;
                plane -= 1;
            }
        }
    }
}

struct Step {
    /// The plane's bit, in samples that hold twice the value.
    one: i32,
    orientation: Orientation,
    is_causal: bool,
}

impl Step {
    /// The value of a sample that has just become significant: its bit, and half of it.
    const fn first(&self) -> i32 {
        self.one | self.one >> 1
    }
}

impl Scratch {
    fn reset(&mut self, width: usize, height: usize) {
        (self.width, self.height, self.stride) = (width, height, width + 2);
        self.flags.clear();
        self.flags.resize((width + 2) * (height.div_ceil(4) + 2), 0);
        self.samples.clear();
        self.samples.resize(width * height, 0);
    }

    /// Decodes the sign of a sample and makes it significant: gives `own`, the flags of its column, as they are then.
    #[inline(always)]
    fn become_significant(
        &mut self,
        [at, row, index]: [usize; 3],
        own: u32,
        step: &Step,
        from: &mut impl Decisions,
    ) -> u32 {
        let (context, flip) = sign_context(self.flags[at - 1], own, self.flags[at + 1], row);
        let sign = from.sign(context, flip);
        self.samples[index] = if sign != 0 { -step.first() } else { step.first() };
        let shift = 3 * row;
        self.flags[at - 1] |= 1 << 5 << shift;
        self.flags[at + 1] |= 1 << 3 << shift;
        if row == 0 && !step.is_causal {
            let above = at - self.stride;
            self.flags[above - 1] |= 1 << 17;
            self.flags[above] |= (1 << 16) | (sign * SIGN_BELOW);
            self.flags[above + 1] |= 1 << 15;
        }
        if row == 3 {
            let below = at + self.stride;
            self.flags[below - 1] |= 1 << 2;
            self.flags[below] |= (1 << 1) | (sign * SIGN_ABOVE);
            self.flags[below + 1] |= 1;
        }
        own | (SELF | sign << 19) << shift
    }

    /// D.3.1: insignificant samples with a significant neighbour.
    fn significance<D: Decisions>(&mut self, step: &Step, mut from: D) -> D {
        let codes = &ZERO_CODING[step.orientation as usize];
        for top in (0..self.height).step_by(4) {
            let rows = (self.height - top).min(4);
            let first = (top / 4 + 1) * self.stride + 1;
            for x in 0..self.width {
                let at = first + x;
                let mut own = self.flags[at];
                if own & ANY == 0 {
                    continue;
                }
                for row in 0..4 {
                    let flags = own >> (3 * row);
                    if row < rows && flags & (SELF | VISITED) == 0 && flags & NEIGHBOURS != 0 {
                        if from.bit(codes[(flags & 0x1ff) as usize].into()) != 0 {
                            let place = [at, row, (top + row) * self.width + x];
                            own = self.become_significant(place, own, step, &mut from);
                        }
                        own |= VISITED << (3 * row);
                    }
                }
                self.flags[at] = own;
            }
        }
        from
    }

    /// D.3.3: one more bit of the samples that were significant before this plane.
    fn refinement<D: Decisions>(&mut self, step: &Step, mut from: D) -> D {
        let half = step.one >> 1;
        for top in (0..self.height).step_by(4) {
            let rows = (self.height - top).min(4);
            let first = (top / 4 + 1) * self.stride + 1;
            for x in 0..self.width {
                let at = first + x;
                let mut own = self.flags[at];
                if own & (SELF | SELF << 3 | SELF << 6 | SELF << 9) == 0 {
                    continue;
                }
                for row in 0..4 {
                    let flags = own >> (3 * row);
                    if row < rows && flags & (SELF | VISITED) == SELF {
                        let context = if flags & REFINED != 0 {
                            16
                        } else {
                            14 + usize::from(flags & NEIGHBOURS != 0)
                        };
                        let grow = if from.bit(context) != 0 { half } else { -half };
                        let sample = &mut self.samples[(top + row) * self.width + x];
                        *sample += if *sample < 0 { -grow } else { grow };
                        own |= REFINED << (3 * row);
                    }
                }
                self.flags[at] = own;
            }
        }
        from
    }

    /// D.3.4: all that is left, columns of silence at once.
    fn cleanup<D: Decisions>(&mut self, step: &Step, mut from: D) -> D {
        let codes = &ZERO_CODING[step.orientation as usize];
        for top in (0..self.height).step_by(4) {
            let rows = (self.height - top).min(4);
            let first = (top / 4 + 1) * self.stride + 1;
            for x in 0..self.width {
                let at = first + x;
                let mut own = self.flags[at];
                let mut next = 0;
                if rows == 4 && own & (ANY | VISITED_ALL) == 0 {
                    if from.bit(RUN_LENGTH) == 0 {
                        continue;
                    }
                    let row = (from.bit(UNIFORM) << 1 | from.bit(UNIFORM)) as usize;
                    let place = [at, row, (top + row) * self.width + x];
                    own = self.become_significant(place, own, step, &mut from);
                    next = row + 1;
                }
                for row in 0..4 {
                    let flags = own >> (3 * row);
                    if (next..rows).contains(&row)
                        && flags & (SELF | VISITED) == 0
                        && from.bit(codes[(flags & 0x1ff) as usize].into()) != 0
                    {
                        let place = [at, row, (top + row) * self.width + x];
                        own = self.become_significant(place, own, step, &mut from);
                    }
                }
                self.flags[at] = own & !VISITED_ALL;
            }
        }
        from
    }
}

/// Table D.2 and D.3: the context of a sign, and whether it is flipped, from the four neighbours next to it.
#[inline(always)]
fn sign_context(left: u32, own: u32, right: u32, row: usize) -> (usize, u32) {
    let shift = 3 * row;
    // the sign of the sample above and below: rows of the stripe have theirs at 19 + 3 * row
    let above = if row == 0 {
        own & SIGN_ABOVE
    } else {
        own >> (shift - 3) & SIGN
    };
    let below = if row == 3 {
        own & SIGN_BELOW
    } else {
        own >> (shift + 3) & SIGN
    };
    let index = own >> shift >> 1 & 1
        | u32::from(above != 0) << 1
        | (own >> shift >> 7 & 1) << 2
        | u32::from(below != 0) << 3
        | (own >> shift >> 3 & 1) << 4
        | (left >> shift & SIGN) >> 19 << 5
        | (own >> shift >> 5 & 1) << 6
        | (right >> shift & SIGN) >> 19 << 7;
    let code = SIGN_CODING[index as usize & 255];
    (usize::from(code >> 1), u32::from(code & 1))
}

/// By the flags of above, below, left and right, each significance and sign: context and flip.
static SIGN_CODING: [u8; 256] = sign_coding();

const fn sign_coding() -> [u8; 256] {
    const fn contribution(bits: usize) -> i32 {
        match bits & 3 {
            1 => 1,
            3 => -1,
            _ => 0,
        }
    }
    const fn clamp(sum: i32) -> i32 {
        if sum > 1 {
            1
        } else if sum < -1 {
            -1
        } else {
            sum
        }
    }
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let vertical = clamp(contribution(at) + contribution(at >> 2));
        let horizontal = clamp(contribution(at >> 4) + contribution(at >> 6));
        let (context, flip) = match (horizontal, vertical) {
            (1, 1) => (13, 0),
            (1, 0) => (12, 0),
            (1, _) => (11, 0),
            (0, 1) => (10, 0),
            (0, 0) => (9, 0),
            (0, _) => (10, 1),
            (_, 1) => (11, 1),
            (_, 0) => (12, 1),
            _ => (13, 1),
        };
        table[at] = context << 1 | flip;
        at += 1;
    }
    table
}

/// Table D.1: the context of significance, by orientation and the flags of the eight neighbours.
static ZERO_CODING: [[u8; 512]; 4] = [
    zero_coding(Orientation::LowLow),
    zero_coding(Orientation::HighLow),
    zero_coding(Orientation::LowHigh),
    zero_coding(Orientation::HighHigh),
];

const fn zero_coding(orientation: Orientation) -> [u8; 512] {
    let mut table = [0; 512];
    let mut at = 0;
    while at < 512 {
        let mut horizontal = (at >> 3 & 1) + (at >> 5 & 1);
        let mut vertical = (at >> 1 & 1) + (at >> 7 & 1);
        let diagonal = (at & 1) + (at >> 2 & 1) + (at >> 6 & 1) + (at >> 8 & 1);
        if matches!(orientation, Orientation::HighLow) {
            (horizontal, vertical) = (vertical, horizontal);
        }
        table[at] = if matches!(orientation, Orientation::HighHigh) {
            match (diagonal, horizontal + vertical) {
                (0, 0) => 0,
                (0, 1) => 1,
                (0, _) => 2,
                (1, 0) => 3,
                (1, 1) => 4,
                (1, _) => 5,
                (2, 0) => 6,
                (2, _) => 7,
                _ => 8,
            }
        } else {
            match (horizontal, vertical, diagonal) {
                (2, _, _) => 8,
                (1, 0, 0) => 5,
                (1, 0, _) => 6,
                (1, _, _) => 7,
                (_, 0, 0) => 0,
                (_, 0, 1) => 1,
                (_, 0, _) => 2,
                (_, 1, _) => 3,
                _ => 4,
            }
        };
        at += 1;
    }
    table
}
