//! Bits of codes, the first in the highest bit of a byte; a zero byte after each that is all ones.

/// A code: its bits, and how many.
pub(super) type Bits = (u32, u32);

pub(super) struct BitWriter {
    file: Vec<u8>,
    /// The last bits that are not written yet, lowest last.
    held: u64,
    /// How many of them: fewer than 32.
    count: u32,
}

impl BitWriter {
    pub(super) const fn new(file: Vec<u8>) -> Self {
        Self {
            file,
            held: 0,
            count: 0,
        }
    }

    /// Appends at most 27 bits.
    #[inline]
    pub(super) fn put(&mut self, (bits, count): Bits) {
        self.held = self.held << count | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            let [.., a, b, c, d] = (self.held >> self.count).to_be_bytes();
            self.write([a, b, c, d]);
        }
    }

    #[inline]
    fn write(&mut self, bytes: [u8; 4]) {
        let word = u32::from_be_bytes(bytes);
        // Whether a byte of the complement is zero.
        if (!word).wrapping_sub(0x0101_0101) & word & 0x8080_8080 == 0 {
            self.file.extend_from_slice(&bytes);
            return;
        }
        for byte in bytes {
            self.byte(byte);
        }
    }

    fn byte(&mut self, byte: u8) {
        self.file.push(byte);
        if byte == 0xFF {
            self.file.push(0);
        }
    }

    /// The file, the last byte filled up with ones.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.put((0x7F, 7));
        let bytes = self.held << (64 - self.count);
        for byte in bytes.to_be_bytes().into_iter().take(self.count as usize / 8) {
            self.byte(byte);
        }
        self.file
    }
}
