//! The bits of a scan: the byte after 0xFF has seven of them (ISO 14495-1 A.1, C.2.1).
//!
//! Past the end or a marker the reader gives zeros and counts them, so that the decoding loops, which are bounded by
//! the picture's size, need no check a symbol; [`BitReader::check`] finds it out.

use codec::Result;

use crate::{malformed, truncated};

#[derive(Debug)]
pub(crate) struct BitReader<'a> {
    data: &'a [u8],
    position: usize,
    /// Bits not yet used, the next one at the top. Below those that count there may be some that come next.
    bits: u64,
    /// How many of `bits` count.
    count: u32,
    /// How many of those that were ever put in were not in the data.
    invented: u32,
    /// The byte before `position` was 0xFF.
    after_ff: bool,
    ended: bool,
}

impl<'a> BitReader<'a> {
    pub(crate) const fn new(data: &'a [u8], position: usize) -> Self {
        Self {
            data,
            position,
            bits: 0,
            count: 0,
            invented: 0,
            after_ff: false,
            ended: false,
        }
    }

    /// After this, at least 56 bits count.
    #[inline(always)]
    fn refill(&mut self) {
        if let Some(word) = self
            .data
            .get(self.position..)
            .and_then(|rest| rest.first_chunk::<8>())
        {
            let word = u64::from_be_bytes(*word);
            if !self.after_ff && !has_ff(word) {
                self.bits |= word >> self.count;
                self.position += ((63 - self.count) >> 3) as usize;
                self.count |= 56;
                return;
            }
        }
        self.refill_slowly();
    }

    #[cold]
    fn refill_slowly(&mut self) {
        while self.count <= 56 {
            let (byte, size) = self.next_byte();
            self.bits |= u64::from(byte) << (64 - size - self.count);
            self.count += size;
        }
    }

    /// The next byte and how many bits of it there are.
    fn next_byte(&mut self) -> (u8, u32) {
        match self.data.get(self.position) {
            Some(&byte) if !(self.ended || self.after_ff && byte >= 0x80) => {
                let size = if self.after_ff { 7 } else { 8 };
                // 0xFF and a marker: neither is part of the scan
                let is_end =
                    byte == 0xFF && self.data.get(self.position + 1).is_none_or(|&next| next >= 0x80);
                if !is_end {
                    self.position += 1;
                    self.after_ff = byte == 0xFF;
                    return (byte, size);
                }
            }
            _ => {}
        }
        self.ended = true;
        self.invented = self.invented.saturating_add(8);
        (0, 8)
    }

    /// Uses `size` bits, fewer than 64.
    #[inline(always)]
    const fn consume(&mut self, size: u32) {
        self.bits <<= size;
        self.count -= size;
    }

    /// The next `size` bits, 0 to 32.
    #[inline(always)]
    pub(crate) fn take(&mut self, size: u32) -> u32 {
        if self.count < size {
            self.refill();
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 32 bits remain")]
        let value = ((self.bits >> 1) >> (63 - size)) as u32;
        self.consume(size);
        value
    }

    /// A value of the limited-length Golomb code with parameter `k` (A.5.3): so many zeros, a one, `k` bits; or
    /// `most` zeros, a one, and the value less one in `wide` bits.
    #[inline(always)]
    pub(crate) fn golomb(&mut self, k: u32, most: u32, wide: u32) -> u32 {
        let mut zeros = self.bits.leading_zeros();
        if zeros + 1 + k > self.count {
            self.refill();
            zeros = self.bits.leading_zeros();
        }
        let size = zeros + 1 + k;
        if zeros < most && size <= self.count.min(63) {
            // the one before the k bits is taken along and off
            #[expect(clippy::cast_possible_truncation, reason = "k is at most 16")]
            let low = ((self.bits << zeros) >> (63 - k)) as u32;
            self.consume(size);
            return ((zeros << k) + low).wrapping_sub(1 << k);
        }
        self.golomb_slowly(k, most, wide)
    }

    #[cold]
    fn golomb_slowly(&mut self, k: u32, most: u32, wide: u32) -> u32 {
        let mut zeros = 0;
        while self.take(1) == 0 {
            zeros += 1;
            if zeros > most {
                // no code: the check after the line says so
                self.invented = u32::MAX;
                return 0;
            }
        }
        if zeros < most {
            (zeros << k) + self.take(k)
        } else {
            self.take(wide) + 1
        }
    }

    /// Whether all bits used so far were there.
    pub(crate) fn check(&self) -> Result<()> {
        if self.invented <= self.count {
            return Ok(());
        }
        Err(if self.position >= self.data.len() {
            truncated()
        } else {
            malformed("a marker before the end of the scan")
        })
    }

    /// Goes past the restart marker of that number (0 to 7).
    pub(crate) fn restart(&mut self, number: u8) -> Result<()> {
        self.check()?;
        let marker = self.next_marker().ok_or_else(truncated)?;
        if self.data.get(marker + 1) != Some(&(0xD0 | (number & 7))) {
            return Err(malformed("a restart marker is missing"));
        }
        *self = Self::new(self.data, marker + 2);
        Ok(())
    }

    /// Where the marker after the scan is. Unlike in other JPEG, 0xFF may be followed by 0x01 to 0x7F in the data.
    pub(crate) fn next_marker(&self) -> Option<usize> {
        // bytes may have been read ahead, but never the marker
        let rest = self.data.get(self.position..)?;
        let at = rest
            .windows(2)
            .position(|pair| matches!(pair, [0xFF, 0x80..=0xFE]))?;
        Some(self.position + at)
    }
}

/// Whether one of the eight bytes is 0xFF.
#[inline(always)]
const fn has_ff(word: u64) -> bool {
    (!word).wrapping_sub(0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080 != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_after_ff_has_seven_bits() {
        let data = [0xAB, 0xFF, 0x7F, 0x80, 0xFF, 0xD9];
        let mut bits = BitReader::new(&data, 0);
        assert_eq!(bits.take(8), 0xAB);
        assert_eq!(bits.take(15), 0x7FFF);
        assert_eq!(bits.take(8), 0x80);
        assert!(bits.check().is_ok());
        assert_eq!(bits.next_marker(), Some(4));
        bits.take(1);
        assert!(bits.check().is_err());
    }

    #[test]
    fn golomb_codes_are_read_fast_and_slow_alike() {
        // 0001 101: three zeros, k = 3; 47 zeros and a one, then 16 bits: the escape
        let mut text = "0001101".repeat(40);
        text.push_str(&"0".repeat(47));
        text.push_str("10000000000000100");
        text.push_str(&"0".repeat(7 * 8 - text.len() % 8));
        let mut data = Vec::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let size = if data.last() == Some(&0xFF) { 7 } else { 8 }.min(rest.len());
            let (byte, next) = rest.split_at(size);
            data.push(u8::from_str_radix(byte, 2).expect("bits") << ((8 - size) % 8));
            rest = next;
        }
        let mut bits = BitReader::new(&data, 0);
        for _ in 0..40 {
            assert_eq!(bits.golomb(3, 47, 16), 3 * 8 + 5);
        }
        assert_eq!(bits.golomb(3, 47, 16), 5);
        assert!(bits.check().is_ok());
        let mut bits = BitReader::new(&[0; 40], 0);
        bits.golomb(3, 23, 8);
        assert!(bits.check().is_err(), "no code has 24 zeros");
    }
}
