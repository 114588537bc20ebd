//! The arithmetic decoder and the raw bit reader of code blocks (T.800, annexes C and D.6).

/// One state of the probability estimator, doubled for the two values of the more probable symbol:
/// `probability << 16 | more probable symbol << 14 | next if less probable << 7 | next if more probable`.
type State = u32;

/// Table C.2: probability, next state by the more and by the less probable symbol, and whether that exchanges symbols.
const ESTIMATOR: [(u32, u32, u32, bool); 47] = [
    (0x5601, 1, 1, true),
    (0x3401, 2, 6, false),
    (0x1801, 3, 9, false),
    (0x0ac1, 4, 12, false),
    (0x0521, 5, 29, false),
    (0x0221, 38, 33, false),
    (0x5601, 7, 6, true),
    (0x5401, 8, 14, false),
    (0x4801, 9, 14, false),
    (0x3801, 10, 14, false),
    (0x3001, 11, 17, false),
    (0x2401, 12, 18, false),
    (0x1c01, 13, 20, false),
    (0x1601, 29, 21, false),
    (0x5601, 15, 14, true),
    (0x5401, 16, 14, false),
    (0x5101, 17, 15, false),
    (0x4801, 18, 16, false),
    (0x3801, 19, 17, false),
    (0x3401, 20, 18, false),
    (0x3001, 21, 19, false),
    (0x2801, 22, 19, false),
    (0x2401, 23, 20, false),
    (0x2201, 24, 21, false),
    (0x1c01, 25, 22, false),
    (0x1801, 26, 23, false),
    (0x1601, 27, 24, false),
    (0x1401, 28, 25, false),
    (0x1201, 29, 26, false),
    (0x1101, 30, 27, false),
    (0x0ac1, 31, 28, false),
    (0x09c1, 32, 29, false),
    (0x08a1, 33, 30, false),
    (0x0521, 34, 31, false),
    (0x0441, 35, 32, false),
    (0x02a1, 36, 33, false),
    (0x0221, 37, 34, false),
    (0x0141, 38, 35, false),
    (0x0111, 39, 36, false),
    (0x0085, 40, 37, false),
    (0x0049, 41, 38, false),
    (0x0025, 42, 39, false),
    (0x0015, 43, 40, false),
    (0x0009, 44, 41, false),
    (0x0005, 45, 42, false),
    (0x0001, 45, 43, false),
    (0x5601, 46, 46, false),
];

/// A power of two long, so that a state of seven bits needs no bounds check.
static STATES: [State; 128] = states();

const fn states() -> [State; 128] {
    let mut states = [0; 128];
    let mut at = 0;
    while at < 47 {
        let (probability, more, less, exchanges) = ESTIMATOR[at];
        let mut symbol = 0;
        while symbol < 2 {
            let after_less = if exchanges { 1 - symbol } else { symbol };
            states[at * 2 + symbol as usize] =
                probability << 16 | symbol << 14 | (less * 2 + after_less) << 7 | (more * 2 + symbol);
            symbol += 1;
        }
        at += 1;
    }
    states
}

/// The contexts of a code block (table D.1, D.3, D.4, D.5).
pub(crate) const RUN_LENGTH: usize = 17;
pub(crate) const UNIFORM: usize = 18;

/// The adaptive contexts: 19, padded to a power of two.
#[derive(Clone, Copy)]
pub(crate) struct Contexts([State; 32]);

impl Contexts {
    /// Table D.7.
    pub(crate) fn new() -> Self {
        let mut contexts = [STATES[0]; 32];
        contexts[0] = STATES[4 * 2];
        contexts[RUN_LENGTH] = STATES[3 * 2];
        contexts[UNIFORM] = STATES[46 * 2];
        Self(contexts)
    }
}

/// The MQ decoder. Past the end it reads ones, as T.800 C.3.4 says.
///
/// As long as a decision takes the upper part of the interval and leaves it large enough, interval and code register lose the
/// same: then only what both have to spare is counted down, and one comparison decides.
#[derive(Clone, Copy)]
pub(crate) struct Mq<'a> {
    data: &'a [u8],
    at: usize,
    /// What the interval is above one half, or the code register if that is less.
    spare: i32,
    /// Interval (C.3.1, in the upper half) and code register, both without what they have to spare.
    interval: u32,
    code: u32,
    shifts: u32,
}

/// One half, as intervals are counted.
const HALF: u32 = 0x8000 << 16;

impl<'a> Mq<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        let mut mq = Self {
            data,
            at: 0,
            spare: 0,
            interval: HALF,
            code: u32::from(data.first().copied().unwrap_or(0xff)) << 16,
            shifts: 0,
        };
        mq.byte_in();
        mq.code <<= 7;
        mq.shifts -= 7;
        mq
    }

    #[inline(always)]
    fn byte_in(&mut self) {
        let next = self.data.get(self.at + 1).copied().unwrap_or(0xff);
        if self.data.get(self.at).copied().unwrap_or(0xff) == 0xff {
            if next > 0x8f {
                self.code += 0xff00;
                self.shifts = 8;
            } else {
                self.at += 1;
                self.code += u32::from(next) << 9;
                self.shifts = 7;
            }
        } else {
            self.at += 1;
            self.code += u32::from(next) << 8;
            self.shifts = 8;
        }
    }

    /// The next decision in context `at`, 0 or 1.
    #[inline(always)]
    pub(crate) fn bit(&mut self, contexts: &mut Contexts, at: usize) -> u32 {
        let state = contexts.0[at & 31];
        let symbol = state >> 14 & 1;
        let probability = state & 0xffff_0000;
        self.spare = self.spare.wrapping_sub_unsigned(probability);
        if self.spare >= 0 {
            return symbol;
        }
        // without branches: which way these go nobody can foretell
        let above = self.interval.wrapping_add_signed(self.spare);
        let (code, is_lower) = self.code.overflowing_sub(self.spare.unsigned_abs());
        let is_less_probable = is_lower != (above < probability);
        let next = if is_less_probable { state >> 7 } else { state } & 127;
        contexts.0[at & 31] = STATES[next as usize];
        self.interval = if is_lower { probability } else { above };
        self.code = if is_lower {
            code.wrapping_add(probability)
        } else {
            code
        };
        self.renormalise();
        symbol ^ u32::from(is_less_probable)
    }

    #[inline(always)]
    fn renormalise(&mut self) {
        let mut shift = self.interval.leading_zeros();
        self.interval <<= shift;
        while shift > self.shifts {
            self.code <<= self.shifts;
            shift -= self.shifts;
            self.byte_in();
        }
        self.code <<= shift;
        self.shifts -= shift;
        let spare = (self.interval - HALF).min(self.code);
        self.interval -= spare;
        self.code -= spare;
        self.spare = spare.cast_signed();
    }
}

/// Bits of a segment that bypasses the arithmetic coder: after a byte of ones, the next has seven bits.
pub(crate) struct Raw<'a> {
    data: &'a [u8],
    at: usize,
    last: u8,
    left: u32,
}

impl<'a> Raw<'a> {
    pub(crate) const fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            at: 0,
            last: 0,
            left: 0,
        }
    }

    pub(crate) fn bit(&mut self) -> u32 {
        if self.left == 0 {
            self.left = if self.last == 0xff { 7 } else { 8 };
            self.last = self.data.get(self.at).copied().unwrap_or(0xff);
            self.at += 1;
        }
        self.left -= 1;
        u32::from(self.last >> self.left & 1)
    }
}
