//! Stored values of a slice, little-endian, as numbers.

use crate::PixelFormat;

/// A number that a voxel is held as.
pub(super) trait Stored: Copy + Ord + Into<i32> {
    /// Its bytes.
    type Bytes: Copy;
    /// Largest and smallest.
    const ENDS: [Self; 2];
    /// Cuts a slice into voxels.
    fn cut(bytes: &[u8]) -> &[Self::Bytes];
    /// The number.
    fn of(bytes: Self::Bytes) -> Self;
}

macro_rules! stored {
    ($($number:ty, $size:literal;)*) => {$(
        impl Stored for $number {
            type Bytes = [u8; $size];
            const ENDS: [Self; 2] = [Self::MAX, Self::MIN];
            #[inline]
            fn cut(bytes: &[u8]) -> &[Self::Bytes] {
                bytes.as_chunks::<$size>().0
            }
            #[inline]
            fn of(bytes: Self::Bytes) -> Self {
                Self::from_le_bytes(bytes)
            }
        }
    )*};
}

stored! {
    u8, 1;
    i8, 1;
    u16, 2;
    i16, 2;
}

/// What is done with the voxels of a slice, whatever they are held as.
pub(super) trait Visitor {
    /// Takes the voxels.
    fn visit<S: Stored>(self, voxels: &[S::Bytes]);
}

/// Shows `visitor` the voxels of a slice. Formats that no volume has are shown as bytes.
pub(super) fn visit(format: PixelFormat, bytes: &[u8], visitor: impl Visitor) {
    match format {
        PixelFormat::R8Sint => visitor.visit::<i8>(i8::cut(bytes)),
        PixelFormat::R16Uint => visitor.visit::<u16>(u16::cut(bytes)),
        PixelFormat::R16Sint => visitor.visit::<i16>(i16::cut(bytes)),
        _ => visitor.visit::<u8>(u8::cut(bytes)),
    }
}
