//! Where a stored value lies in its container (PS3.5 section 8.1.1).

/// The bits of a container that are no part of the stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Field {
    /// Unused bits above the value.
    pub above: u32,
    /// Unused bits above and below it.
    pub unused: u32,
}

impl Field {
    /// Cuts the unused bits of every little-endian value of `sample_bytes` (1, 2, 4 or 8): what remains is the stored
    /// value, sign-extended or filled with zeros.
    pub fn cut(self, bytes: &mut [u8], sample_bytes: usize, is_signed: bool) {
        if self == Self::default() {
            return;
        }
        macro_rules! cut {
            ($type:ty, $size:literal) => {{
                let most = <$type>::BITS - 1;
                let (left, right) = (self.above.min(most), self.unused.min(most));
                for value in bytes.as_chunks_mut::<$size>().0 {
                    *value = ((<$type>::from_le_bytes(*value) << left) >> right).to_le_bytes();
                }
            }};
        }
        match (sample_bytes, is_signed) {
            (1, false) => cut!(u8, 1),
            (1, true) => cut!(i8, 1),
            (2, false) => cut!(u16, 2),
            (2, true) => cut!(i16, 2),
            (4, false) => cut!(u32, 4),
            (4, true) => cut!(i32, 4),
            (_, false) => cut!(u64, 8),
            (_, true) => cut!(i64, 8),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_cut_and_extended() {
        let twelve = Field { above: 4, unused: 4 };
        let mut bytes = 0xF9AB_u16.to_le_bytes();
        twelve.cut(&mut bytes, 2, false);
        assert_eq!(u16::from_le_bytes(bytes), 0x09AB);
        twelve.cut(&mut bytes, 2, true);
        assert_eq!(i16::from_le_bytes(bytes), 0x09AB_i16 | -4096);
        let mut bytes = 0x1234_u16.to_le_bytes();
        Field { above: 0, unused: 4 }.cut(&mut bytes, 2, false);
        assert_eq!(u16::from_le_bytes(bytes), 0x0123);
        let mut bytes = [0x81];
        Field {
            above: 99,
            unused: 99,
        }
        .cut(&mut bytes, 1, false);
        assert_eq!(bytes, [1], "no shift is wider than the container");
    }
}
