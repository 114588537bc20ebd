//! The bit streams of an HTJ2K code block (T.814, clause 7.1): two run forwards, two backwards, all least significant
//! bit first, with stuffing.

/// Whether one of the four bytes is zero.
const fn has_zero(word: u32) -> bool {
    word.wrapping_sub(0x0101_0101) & !word & 0x8080_8080 != 0
}

/// Bits forwards: after a byte of ones, the next has seven.
#[derive(Debug)]
pub(super) struct Forward<'a> {
    data: &'a [u8],
    /// What is read past the end.
    filler: u8,
    bits: u64,
    left: u32,
    after_ones: bool,
}

impl<'a> Forward<'a> {
    pub(super) const fn new(data: &'a [u8], filler: u8) -> Self {
        Self {
            data,
            filler,
            bits: 0,
            left: 0,
            after_ones: false,
        }
    }

    /// At least 32 bits more, of at most 32 that were there.
    #[inline]
    fn fill(&mut self) {
        if let (Some((bytes, rest)), false) = (self.data.split_first_chunk(), self.after_ones) {
            let word = u32::from_le_bytes(*bytes);
            if !has_zero(!word) {
                self.bits |= u64::from(word) << self.left;
                self.left += 32;
                self.data = rest;
                return;
            }
        }
        self.fill_bytes();
    }

    fn fill_bytes(&mut self) {
        while self.left <= 56 {
            let byte = match self.data {
                [byte, rest @ ..] => {
                    self.data = rest;
                    *byte
                }
                [] => self.filler,
            };
            self.bits |= u64::from(byte) << self.left;
            self.left += if self.after_ones { 7 } else { 8 };
            self.after_ones = byte == 0xff;
        }
    }

    /// The next `count` bits, at most 32.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "masked to at most 32 bits")]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        if self.left < count {
            self.fill();
        }
        let value = (self.bits & ((1 << count) - 1)) as u32;
        self.bits >>= count;
        self.left -= count;
        value
    }
}

/// Bits backwards from the end: a byte after one above `0x8f` has seven if those are all ones.
#[derive(Debug)]
pub(super) struct Backward<'a> {
    data: &'a [u8],
    bits: u64,
    left: u32,
    last: u8,
}

impl<'a> Backward<'a> {
    /// The code words of the cleanup pass: `suffix` ends in the byte and a half that give its length.
    pub(super) fn codes(suffix: &'a [u8]) -> Self {
        let (data, last) = match suffix {
            [data @ .., last, _] => (data, *last | 0x0f),
            _ => (suffix, 0xff),
        };
        let bits = u64::from(last >> 4);
        Self {
            data,
            bits,
            left: if bits & 7 == 7 { 3 } else { 4 },
            last,
        }
    }

    /// Refinement bits, which end with the code block.
    pub(super) const fn refinement(data: &'a [u8]) -> Self {
        Self {
            data,
            bits: 0,
            left: 0,
            last: 0xff,
        }
    }

    /// At least 32 bits more, of less than 32 that were there.
    #[inline]
    fn fill(&mut self) {
        if let Some((rest, bytes)) = self.data.split_last_chunk() {
            let word = u32::from_be_bytes(*bytes);
            if !has_zero(!word & 0x7f7f_7f7f) {
                self.bits |= u64::from(word) << self.left;
                self.left += 32;
                self.last = bytes[0];
                self.data = rest;
                return;
            }
        }
        self.fill_bytes();
    }

    fn fill_bytes(&mut self) {
        while self.left <= 56 {
            let byte = match self.data {
                [rest @ .., byte] => {
                    self.data = rest;
                    *byte
                }
                [] => 0,
            };
            self.bits |= u64::from(byte) << self.left;
            self.left += if self.last > 0x8f && byte & 0x7f == 0x7f {
                7
            } else {
                8
            };
            self.last = byte;
        }
    }

    /// The next bits, at least 32, without taking them.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the low bits are what is meant")]
    pub(super) fn peek(&mut self) -> u32 {
        if self.left < 32 {
            self.fill();
        }
        self.bits as u32
    }

    /// Takes `count` of the bits that were peeked at.
    #[inline]
    pub(super) const fn skip(&mut self, count: u32) {
        self.bits >>= count;
        self.left -= count;
    }

    /// The next `count` bits, at most 32.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let value = self.peek() & mask(count);
        self.skip(count);
        value
    }
}

/// `count` ones, at most 31.
#[inline]
const fn mask(count: u32) -> u32 {
    (1 << count) - 1
}

/// The run lengths of the cleanup pass (T.814, 7.3.3): events are rare ones among zeros.
#[derive(Debug)]
pub(super) struct Events<'a> {
    data: &'a [u8],
    at: usize,
    byte: u8,
    left: u32,
    state: usize,
    zeros: u32,
    then_one: bool,
}

/// Table 2 of T.814: the exponent of a run's length by state.
const EXPONENTS: [u32; 13] = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5];

impl<'a> Events<'a> {
    /// `suffix` as for [`Backward::codes`]; its length is no part of the runs.
    pub(super) const fn new(suffix: &'a [u8]) -> Self {
        Self {
            data: suffix,
            at: 0,
            byte: 0,
            left: 0,
            state: 0,
            zeros: 0,
            then_one: false,
        }
    }

    fn bit(&mut self) -> u32 {
        if self.left == 0 {
            self.left = if self.byte == 0xff { 7 } else { 8 };
            let end = self.data.len();
            self.byte = match self.data.get(self.at) {
                Some(byte) if self.at + 2 == end => *byte | 0x0f,
                Some(byte) if self.at + 2 < end => *byte,
                _ => 0xff,
            };
            self.at += 1;
        }
        self.left -= 1;
        u32::from(self.byte >> self.left & 1)
    }

    /// Whether the next symbol is an event.
    #[inline]
    pub(super) fn next(&mut self) -> bool {
        if self.zeros == 0 && !self.then_one {
            let exponent = EXPONENTS[self.state];
            if self.bit() == 1 {
                self.zeros = 1 << exponent;
                self.state = (self.state + 1).min(12);
            } else {
                for _ in 0..exponent {
                    self.zeros = self.zeros << 1 | self.bit();
                }
                self.state = self.state.saturating_sub(1);
                self.then_one = true;
            }
        }
        if self.zeros > 0 {
            self.zeros -= 1;
            false
        } else {
            self.then_one = false;
            true
        }
    }
}
