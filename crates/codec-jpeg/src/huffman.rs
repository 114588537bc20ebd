//! Huffman tables (ISO 10918-1 annex C): a lookup for short codes, the canonical search for long ones.

use super::{
    bits::{BitReader, extend},
    malformed,
};
use codec::Result;

const LOOKUP_BITS: u32 = 9;
const LOOKUP: usize = 1 << LOOKUP_BITS;

/// A table as DHT states it.
#[derive(Debug, Clone)]
pub(crate) struct HuffmanTable {
    /// By the next bits: size of the code and its symbol; size 0 for a longer code.
    lookup: Box<[(u8, u8); LOOKUP]>,
    /// By size 1 to 16: the code after the last one of that size.
    end: [u32; 17],
    /// By size 1 to 16: what to add to a code for its place in `symbols`.
    offset: [i32; 17],
    symbols: Vec<u8>,
}

impl HuffmanTable {
    /// Builds the table of `counts[size - 1]` codes of each size, and their symbols.
    ///
    /// # Errors
    /// `malformed` when there are more codes of a size than the shorter ones leave room for.
    pub(crate) fn new(counts: &[u8; 16], symbols: &[u8]) -> Result<Self> {
        let mut table = Self {
            lookup: Box::new([(0, 0); LOOKUP]),
            end: [0; 17],
            offset: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut place) = (0_u32, 0_u32);
        for ((size, &count), (end, offset)) in (1_u32..)
            .zip(counts)
            .zip(table.end.iter_mut().zip(&mut table.offset).skip(1))
        {
            *offset = place.cast_signed() - code.cast_signed();
            for _ in 0..count {
                let symbol = *symbols
                    .get(place as usize)
                    .ok_or_else(|| malformed("a Huffman table without its symbols"))?;
                if size <= LOOKUP_BITS {
                    let first = (code << (LOOKUP_BITS - size)) as usize;
                    let entries = table
                        .lookup
                        .iter_mut()
                        .skip(first)
                        .take(1 << (LOOKUP_BITS - size));
                    #[expect(clippy::cast_possible_truncation, reason = "size is at most 16")]
                    entries.for_each(|entry| *entry = (size as u8, symbol));
                }
                code += 1;
                place += 1;
            }
            if code > 1 << size {
                return Err(malformed("a Huffman table with too many codes"));
            }
            *end = code;
            code <<= 1;
        }
        Ok(table)
    }

    /// The next symbol; 0 and a note in `bits` for a code that is in no table. Call after a refill.
    #[inline(always)]
    pub(crate) fn decode(&self, bits: &mut BitReader<'_>) -> u8 {
        let (size, symbol) = self
            .lookup
            .get(bits.peek(LOOKUP_BITS) as usize)
            .copied()
            .unwrap_or_default();
        if size != 0 {
            bits.consume(u32::from(size));
            return symbol;
        }
        self.decode_long(bits)
    }

    #[cold]
    fn decode_long(&self, bits: &mut BitReader<'_>) -> u8 {
        for ((size, &end), &offset) in (0_u32..)
            .zip(&self.end)
            .zip(&self.offset)
            .skip(LOOKUP_BITS as usize + 1)
        {
            let code = bits.peek(size);
            if code < end {
                bits.consume(size);
                let place = usize::try_from(code.cast_signed() + offset).ok();
                if let Some(&symbol) = place.and_then(|place| self.symbols.get(place)) {
                    return symbol;
                }
                break;
            }
        }
        bits.mark_bad_code();
        0
    }
}

const DIFFERENCE_BITS: u32 = 12;
const DIFFERENCES: usize = 1 << DIFFERENCE_BITS;

/// A table for lossless scans: where code and value fit into 12 bits, one lookup gives the difference.
#[derive(Debug)]
pub(crate) struct DifferenceTable<'t> {
    codes: &'t HuffmanTable,
    /// By the next bits: the difference, and the size of code and value together; size 0 for longer ones.
    lookup: Box<[(i16, u8); DIFFERENCES]>,
}

impl<'t> DifferenceTable<'t> {
    pub(crate) fn new(codes: &'t HuffmanTable) -> Self {
        let mut lookup = Box::new([(0, 0); DIFFERENCES]);
        for (bits, entry) in (0_u32..).zip(lookup.iter_mut()) {
            let short = (bits >> (DIFFERENCE_BITS - LOOKUP_BITS)) as usize;
            let (code_size, category) = codes.lookup.get(short).copied().unwrap_or_default();
            let size = u32::from(code_size) + u32::from(category);
            if code_size != 0 && category < 16 && size <= DIFFERENCE_BITS {
                let value = bits >> (DIFFERENCE_BITS - size) & ((1 << category) - 1);
                #[expect(clippy::cast_possible_truncation, reason = "both fit: size is at most 12")]
                {
                    *entry = (
                        extend(value.cast_signed(), u32::from(category)) as i16,
                        size as u8,
                    );
                }
            }
        }
        Self { codes, lookup }
    }

    /// The next difference (H.1.2.2), -32767 to 32768.
    #[inline(always)]
    pub(crate) fn decode(&self, bits: &mut BitReader<'_>) -> i32 {
        bits.refill();
        let (difference, size) = self
            .lookup
            .get(bits.peek(DIFFERENCE_BITS) as usize)
            .copied()
            .unwrap_or_default();
        if size != 0 {
            bits.consume(u32::from(size));
            return i32::from(difference);
        }
        match self.codes.decode(bits) {
            category @ 0..=15 => bits.receive_extend(u32::from(category)),
            16 => 32768,
            _ => {
                bits.mark_bad_code();
                0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_codes_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(HuffmanTable::new(&counts, &[1, 2, 3]).is_err());
        counts[0] = 2;
        assert!(HuffmanTable::new(&counts, &[1]).is_err());
        assert!(HuffmanTable::new(&counts, &[1, 2]).is_ok());
    }

    #[test]
    fn short_and_long_codes_decode() {
        // sizes: one code of 1 bit (0), one of 12 bits (100000000000), category 0 and 16
        let mut counts = [0; 16];
        counts[0] = 1;
        counts[11] = 1;
        let table = HuffmanTable::new(&counts, &[0, 16]).expect("sound");
        let data = [0b0100_0000, 0b0000_0000, 0, 0, 0];
        let differences = DifferenceTable::new(&table);
        let mut bits = BitReader::new(&data, 0);
        assert_eq!(differences.decode(&mut bits), 0);
        assert_eq!(differences.decode(&mut bits), 32768);
        assert!(bits.check().is_ok());
        let mut bits = BitReader::new(&[0xF0, 0, 0, 0, 0], 0);
        differences.decode(&mut bits);
        assert!(bits.check().is_err(), "1111 is in no table");
    }
}
