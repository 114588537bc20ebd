//! The range of a frame's values.

use crate::PixelFormat;

/// Smallest and largest value of a grey frame, those in the closed range `padding` left out; none when
/// nothing is left, or for colour.
pub(crate) fn extent(format: PixelFormat, bytes: &[u8], padding: Option<(i64, i64)>) -> Option<(i64, i64)> {
    macro_rules! extent {
        ($type:ty, $size:literal) => {{
            let values = bytes
                .as_chunks::<$size>()
                .0
                .iter()
                .map(|value| <$type>::from_le_bytes(*value));
            let start = (<$type>::MAX, <$type>::MIN);
            // one loop for both: no value is at once MAX or more and MIN or less
            let (first, last) = padding
                .filter(|(first, last)| *last >= i64::from(<$type>::MIN) && *first <= i64::from(<$type>::MAX))
                .map_or(start, |(first, last)| {
                    let bound = |at: i64| at.clamp(i64::from(<$type>::MIN), i64::from(<$type>::MAX));
                    (bound(first) as $type, bound(last) as $type)
                });
            let (low, high) = values.fold(start, |(low, high), value| {
                let is_padding = first <= value && value <= last;
                let (a, b) = if is_padding { start } else { (value, value) };
                (low.min(a), high.max(b))
            });
            (low <= high).then(|| (i64::from(low), i64::from(high)))
        }};
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the type's range"
    )]
    match format {
        PixelFormat::R8Uint => extent!(u8, 1),
        PixelFormat::R8Sint => extent!(i8, 1),
        PixelFormat::R16Uint => extent!(u16, 2),
        PixelFormat::R16Sint => extent!(i16, 2),
        PixelFormat::R32Uint => extent!(u32, 4),
        PixelFormat::R32Sint => extent!(i32, 4),
        PixelFormat::Rgba8Uint | PixelFormat::Rgba16Uint => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extent_leaves_padding_out() {
        let bytes: Vec<u8> = [-2000_i16, -1000, 5, 300]
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        assert_eq!(extent(PixelFormat::R16Sint, &bytes, None), Some((-2000, 300)));
        assert_eq!(
            extent(PixelFormat::R16Sint, &bytes, Some((-2000, -2000))),
            Some((-1000, 300))
        );
        assert_eq!(
            extent(PixelFormat::R16Sint, &bytes, Some((-3000, 0))),
            Some((5, 300))
        );
        assert_eq!(extent(PixelFormat::R16Sint, &bytes, Some((-3000, 3000))), None);
        assert_eq!(
            extent(PixelFormat::R16Sint, &bytes, Some((40000, 50000))),
            Some((-2000, 300))
        );
        assert_eq!(
            extent(PixelFormat::R8Sint, &[0x80, 0x7F], None),
            Some((-128, 127))
        );
    }
}
