//! Entropy-coded bits of a scan: byte stuffing, markers, restarts (ISO 10918-1 B.1.1.5, F.2.2.5).
//!
//! Past the end or a marker the reader gives zeros and counts them, so that the decoding loops, which are
//! bounded by the picture's size, need no check a symbol; [`BitReader::check`] finds it out.

use super::{malformed, truncated};
use codec::Result;

#[derive(Debug)]
pub(crate) struct BitReader<'a> {
    data: &'a [u8],
    position: usize,
    /// Bits not yet used, the next one at the top.
    bits: u64,
    /// How many of `bits` count.
    count: u32,
    /// How many of those that were ever put in were not in the data.
    invented: u32,
    ended: bool,
    bad_code: bool,
}

impl<'a> BitReader<'a> {
    pub(crate) const fn new(data: &'a [u8], position: usize) -> Self {
        Self {
            data,
            position,
            bits: 0,
            count: 0,
            invented: 0,
            ended: false,
            bad_code: false,
        }
    }

    /// After this, at least 32 bits may be looked at.
    #[inline(always)]
    pub(crate) fn refill(&mut self) {
        if self.count >= 32 {
            return;
        }
        if let Some(word) = self
            .data
            .get(self.position..)
            .and_then(|rest| rest.first_chunk::<8>())
        {
            let word = u64::from_be_bytes(*word);
            if !has_ff(word) {
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
            let byte = self.next_byte().unwrap_or_else(|| {
                self.invented = self.invented.saturating_add(8);
                0
            });
            self.bits |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// The next byte without its stuffing; none at a marker or the end.
    fn next_byte(&mut self) -> Option<u8> {
        while !self.ended {
            let byte = self.data.get(self.position).copied();
            let next = self.data.get(self.position.saturating_add(1)).copied();
            match (byte, next) {
                (Some(0xFF), Some(0)) => {
                    self.position += 2;
                    return byte;
                }
                (Some(0xFF), Some(0xFF)) => self.position += 1,
                (Some(0xFF) | None, _) => self.ended = true,
                (Some(_), _) => {
                    self.position += 1;
                    return byte;
                }
            }
        }
        None
    }

    /// The next `size` bits, 0 to 32 of them, without using them.
    #[inline(always)]
    pub(crate) const fn peek(&self, size: u32) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "at most 32 bits remain")]
        {
            ((self.bits >> 1) >> (63 - (size & 63))) as u32
        }
    }

    /// Uses `size` bits.
    #[inline(always)]
    pub(crate) const fn consume(&mut self, size: u32) {
        self.bits <<= size & 63;
        self.count = self.count.saturating_sub(size);
    }

    /// A value of `size` bits, 0 to 16, in the sign convention of F.2.2.1 (EXTEND).
    #[inline(always)]
    pub(crate) fn receive_extend(&mut self, size: u32) -> i32 {
        let value = self.peek(size).cast_signed();
        self.consume(size);
        extend(value, size)
    }

    /// Notes a code that is in no table.
    pub(crate) const fn mark_bad_code(&mut self) {
        self.bad_code = true;
    }

    /// Whether all bits used so far were there and meant something.
    pub(crate) fn check(&self) -> Result<()> {
        if self.bad_code {
            return Err(malformed("a Huffman code that is in no table"));
        }
        if self.invented > self.count {
            return Err(if self.position >= self.data.len() {
                truncated()
            } else {
                malformed("a marker before the end of the scan")
            });
        }
        Ok(())
    }

    /// Goes past the restart marker of that number (0 to 7).
    pub(crate) fn restart(&mut self, number: u8) -> Result<()> {
        self.check()?;
        let marker = find_marker(self.data, self.position).ok_or_else(truncated)?;
        if self.data.get(marker.saturating_add(1)) != Some(&(0xD0 | (number & 7))) {
            return Err(malformed("a restart marker is missing"));
        }
        *self = Self::new(self.data, marker.saturating_add(2));
        Ok(())
    }

    /// Where the marker after the scan is.
    pub(crate) fn next_marker(&self) -> Option<usize> {
        find_marker(self.data, self.position)
    }
}

/// EXTEND of F.2.2.1: `size` bits, the lower half of whose values is negative.
#[inline(always)]
pub(crate) const fn extend(value: i32, size: u32) -> i32 {
    let lower_half = value < (1_i32 << size) >> 1;
    if lower_half {
        value - (1 << size) + 1
    } else {
        value
    }
}

/// Where the next marker, other than stuffing and fill bytes, begins.
fn find_marker(data: &[u8], from: usize) -> Option<usize> {
    let rest = data.get(from..)?;
    let at = rest
        .windows(2)
        .position(|pair| matches!(pair, [0xFF, 1..=0xFE]))?;
    from.checked_add(at)
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
    fn stuffing_is_removed_and_markers_stop() {
        let data = [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0xAB];
        let mut reader = BitReader::new(&data, 0);
        reader.refill();
        assert_eq!(reader.peek(24), 0x0012_FF34);
        reader.consume(24);
        assert!(reader.check().is_ok());
        assert!(reader.restart(0).is_ok());
        reader.refill();
        assert_eq!(reader.peek(8), 0xAB);
        reader.consume(9);
        assert_eq!(
            reader.check().expect_err("one bit too many").kind,
            codec::ErrorKind::Truncated
        );
    }

    #[test]
    fn fast_and_slow_refills_agree() {
        // bytes without 0xFF, then a stuffed one in the middle of a word
        let mut data: Vec<u8> = (0..64).map(|i| i * 3).collect();
        data.extend_from_slice(&[0xFF, 0x00]);
        data.extend(0..32);
        let plain: Vec<u8> = data
            .iter()
            .copied()
            .enumerate()
            .filter(|&(i, _)| i != 65)
            .map(|(_, b)| b)
            .collect();
        let mut reader = BitReader::new(&data, 0);
        for (at, &byte) in plain.iter().enumerate() {
            reader.refill();
            let sizes: [u32; 2] = if at % 2 == 0 { [3, 5] } else { [7, 1] };
            let high = reader.peek(sizes[0]);
            reader.consume(sizes[0]);
            let low = reader.peek(sizes[1]);
            reader.consume(sizes[1]);
            assert_eq!(high << sizes[1] | low, u32::from(byte), "byte {at}");
        }
        assert!(reader.check().is_ok());
    }

    #[test]
    fn extend_follows_the_table() {
        assert_eq!([extend(0, 0), extend(0, 1), extend(1, 1)], [0, -1, 1]);
        assert_eq!(
            [extend(0, 3), extend(3, 3), extend(4, 3), extend(7, 3)],
            [-7, -4, 4, 7]
        );
    }
}
