//! A lookup table of the standard: Modality, VOI or Presentation LUT (PS3.3 C.11.1, C.11.2, C.11.6).

use crate::{Error, ErrorKind, Result};

/// Entries of a table by its `LUTDescriptor`: it has 16 bits, in which 0 stands for 65,536.
const MAX_ENTRIES: usize = 1 << 16;

/// A table: `entries[0]` is the output for `first` and everything below, the last entry for everything above the range.
#[derive(Clone, PartialEq, Eq)]
pub struct Lut {
    first: i32,
    bits: u32,
    entries: Vec<u16>,
}

impl Lut {
    /// A table of outputs of `bits` bits, whose first entry is for the value `first`.
    ///
    /// A number of bits that the standard does not know (it knows 8 to 16), or that an entry exceeds, is replaced by
    /// what the largest entry needs, at least 8: writers are often wrong there.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for no entries or more than 65,536.
    pub fn new(first: i32, bits: u32, entries: Vec<u16>) -> Result<Self> {
        if entries.is_empty() || entries.len() > MAX_ENTRIES {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!(
                    "a lookup table of {} entries; 1 to 65536 are allowed",
                    entries.len()
                ),
            )
            .with_tag(0x0028, 0x3006));
        }
        let largest = entries.iter().copied().max().unwrap_or_default();
        let needed = (u16::BITS - largest.leading_zeros()).max(8);
        let bits = if (needed..=16).contains(&bits) {
            bits
        } else {
            needed
        };
        Ok(Self { first, bits, entries })
    }

    /// The value of the first entry.
    pub const fn first(&self) -> i32 {
        self.first
    }

    /// The value of the last entry.
    pub fn last(&self) -> i64 {
        i64::from(self.first) + self.steps()
    }

    /// Bits of an output: 8 to 16.
    pub const fn bits(&self) -> u32 {
        self.bits
    }

    /// The outputs.
    pub fn entries(&self) -> &[u16] {
        &self.entries
    }

    /// One less than the number of entries.
    pub(crate) fn steps(&self) -> i64 {
        i64::try_from(self.entries.len()).unwrap_or(i64::MAX) - 1
    }

    /// The output for a whole value.
    #[inline]
    pub fn at(&self, value: i64) -> u16 {
        let index = value.saturating_sub(i64::from(self.first)).clamp(0, self.steps());
        let index = usize::try_from(index).unwrap_or_default();
        self.entries.get(index).copied().unwrap_or_default()
    }

    /// The output for a whole value, scaled to 0..=255.
    #[inline]
    pub fn y(&self, value: i64) -> f64 {
        let most = (1_u32 << self.bits) - 1;
        f64::from(u32::from(self.at(value)) * 255) / f64::from(most)
    }
}

impl std::fmt::Debug for Lut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lut")
            .field("first", &self.first)
            .field("bits", &self.bits)
            .field("entries", &self.entries.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_outside_get_the_ends() {
        let lut = Lut::new(-2, 8, vec![10, 200, 30]).unwrap();
        let found = [-1_000_000, -3, -2, -1, 0, 1, i64::MAX].map(|value| lut.at(value));
        assert_eq!(found, [10, 10, 10, 200, 30, 30, 30]);
        assert_eq!((lut.last(), lut.bits()), (0, 8));
    }

    #[test]
    fn outputs_are_scaled_by_their_bits() {
        let lut = Lut::new(0, 12, vec![0, 4095, 273]).unwrap();
        let y = [0, 1, 2].map(|value| format!("{}", lut.y(value)));
        assert_eq!(y, ["0", "255", "17"]);
    }

    #[test]
    fn wrong_numbers_of_bits_are_replaced() {
        let bits = |stated, largest| Lut::new(0, stated, vec![largest]).unwrap().bits();
        assert_eq!(bits(16, 4095), 16, "the descriptor is believed where it can be");
        assert_eq!(bits(8, 4095), 12);
        assert_eq!(bits(0, 3), 8);
        assert_eq!(bits(99, 65_535), 16);
    }

    #[test]
    fn tables_of_no_or_too_many_entries_are_refused() {
        assert!(Lut::new(0, 8, Vec::new()).is_err());
        assert!(Lut::new(0, 8, vec![0; 65_537]).is_err());
        assert!(Lut::new(0, 8, vec![0; 65_536]).is_ok());
    }
}
