//! Bytes of marker segments, and the bits of packet headers.

use codec::Result;

use crate::error::truncated;

/// Big-endian numbers from a slice.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| truncated("the codestream ends in a marker segment"))?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self
            .0
            .split_first_chunk()
            .ok_or_else(|| truncated("the codestream ends in a marker segment"))?;
        self.0 = rest;
        Ok(*head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn short(&mut self) -> Result<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn long(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// The body of a marker segment, whose length counts itself.
    pub(crate) fn segment(&mut self) -> Result<Self> {
        let length = usize::from(self.short()?);
        self.take(length.saturating_sub(2)).map(Self)
    }
}

/// Bits of a packet header, most significant first: after a byte of ones, the next has seven (T.800, B.10.1).
pub(crate) struct Bits<'r, 'a> {
    bytes: &'r mut Reader<'a>,
    byte: u8,
    left: u32,
}

impl<'r, 'a> Bits<'r, 'a> {
    pub(crate) const fn new(bytes: &'r mut Reader<'a>) -> Self {
        Self {
            bytes,
            byte: 0,
            left: 0,
        }
    }

    pub(crate) fn bit(&mut self) -> Result<bool> {
        if self.left == 0 {
            self.left = if self.byte == 0xff { 7 } else { 8 };
            self.byte = self
                .bytes
                .byte()
                .map_err(|_end| truncated("the codestream ends in a packet header"))?;
        }
        self.left -= 1;
        Ok(self.byte >> self.left & 1 == 1)
    }

    /// The next `count` bits, at most 32.
    pub(crate) fn take(&mut self, count: u32) -> Result<u32> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.bit()?);
        }
        Ok(value)
    }

    /// Ends the header: a last byte of ones is followed by a stuffed one.
    pub(crate) fn finish(self) -> Result<()> {
        if self.byte == 0xff {
            self.bytes
                .byte()
                .map_err(|_end| truncated("the codestream ends in a packet header"))?;
        }
        Ok(())
    }
}
