//! Little-endian pixels, read one at a time without a copy.

/// A channel type of a pixel format.
pub(super) trait Channel: Copy {
    /// Its little-endian bytes.
    type Bytes: Copy;
    /// The bytes of four channels.
    type Four: Copy;
    /// Cuts pixels of one channel.
    fn cut(bytes: &[u8]) -> &[Self::Bytes];
    /// Cuts pixels of four channels.
    fn cut_four(bytes: &[u8]) -> &[Self::Four];
    /// The lowest and the highest number; none of no pixels.
    fn span(bytes: &[Self::Bytes]) -> Option<[i64; 2]>;
    /// The number.
    fn value(bytes: Self::Bytes) -> i64;
    /// The first three numbers.
    fn rgb(bytes: Self::Four) -> [i64; 3];
}

macro_rules! channel {
    ($($number:ty, $size:literal, $four:literal;)*) => {$(
        impl Channel for $number {
            type Bytes = [u8; $size];
            type Four = [u8; $four];
            #[inline]
            fn cut(bytes: &[u8]) -> &[Self::Bytes] {
                bytes.as_chunks::<$size>().0
            }
            #[inline]
            fn cut_four(bytes: &[u8]) -> &[Self::Four] {
                bytes.as_chunks::<$four>().0
            }
            fn span(bytes: &[Self::Bytes]) -> Option<[i64; 2]> {
                let first = <$number>::from_le_bytes(*bytes.first()?);
                let (mut low, mut high) = (first, first);
                for bytes in bytes {
                    let value = <$number>::from_le_bytes(*bytes);
                    low = low.min(value);
                    high = high.max(value);
                }
                Some([i64::from(low), i64::from(high)])
            }
            #[inline]
            fn value(bytes: Self::Bytes) -> i64 {
                i64::from(<$number>::from_le_bytes(bytes))
            }
            #[inline]
            fn rgb(bytes: Self::Four) -> [i64; 3] {
                let mut rgb = [0; 3];
                for (channel, chunk) in rgb.iter_mut().zip(bytes.as_chunks::<$size>().0) {
                    *channel = Self::value(*chunk);
                }
                rgb
            }
        }
    )*};
}

channel! {
    u8, 1, 4;
    i8, 1, 4;
    u16, 2, 8;
    i16, 2, 8;
    u32, 4, 16;
    i32, 4, 16;
}

/// Reads pixels by their index (row times columns plus column). Indices are inside by construction; an index that is
/// not reads as zero.
pub(super) trait Texels {
    /// What a pixel holds.
    type Value: Copy;
    /// The pixel at `index`.
    fn load(&self, index: usize) -> Self::Value;
}

/// Pixels of one channel.
#[derive(Clone, Copy)]
pub(super) struct GreyTexels<'a, C: Channel>(&'a [C::Bytes]);

/// Pixels of red, green, blue, alpha.
#[derive(Clone, Copy)]
pub(super) struct ColorTexels<'a, C: Channel>(&'a [C::Four]);

/// Grey pixels in `bytes`.
pub(super) fn of<C: Channel>(bytes: &[u8]) -> GreyTexels<'_, C> {
    GreyTexels(C::cut(bytes))
}

/// Colour pixels in `bytes`.
pub(super) fn rgba_of<C: Channel>(bytes: &[u8]) -> ColorTexels<'_, C> {
    ColorTexels(C::cut_four(bytes))
}

impl<C: Channel> Texels for GreyTexels<'_, C> {
    type Value = i64;
    #[inline]
    fn load(&self, index: usize) -> i64 {
        self.0.get(index).map_or(0, |bytes| C::value(*bytes))
    }
}

impl<C: Channel> Texels for ColorTexels<'_, C> {
    type Value = [i64; 3];
    #[inline]
    fn load(&self, index: usize) -> [i64; 3] {
        self.0.get(index).map_or([0; 3], |bytes| C::rgb(*bytes))
    }
}
