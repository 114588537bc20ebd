//! Samples of DCT processes: 8 bits in a byte, 12 in a word.

use std::ops::{Add, Div, Mul};

/// A sample of a plane.
pub(crate) trait Sample: Copy + Default {
    /// Holds 64 times the largest sample.
    type Sum: Copy + From<u8> + Add<Output = Self::Sum> + Mul<Output = Self::Sum> + Div<Output = Self::Sum>;
    /// Bits that the first pass of the inverse DCT keeps of the fraction: what 32 bits have room for.
    const FRACTION: u32;
    /// Largest code of a DC difference.
    const LARGEST_DIFFERENCE: u32;

    /// The sample of a value around zero (A.3.1), clamped.
    fn from_level(value: i32) -> Self;

    fn widened(self) -> Self::Sum;

    /// A weighted sum over its weights, to the nearest.
    fn mean(sum: Self::Sum, parts: u8) -> Self;

    /// The samples, little-endian.
    fn into_bytes(samples: Vec<Self>) -> Vec<u8>;
}

impl Sample for u8 {
    type Sum = u16;
    const FRACTION: u32 = 2;
    const LARGEST_DIFFERENCE: u32 = 11;

    #[inline(always)]
    #[expect(clippy::cast_sign_loss, reason = "clamped to 0..=255")]
    fn from_level(value: i32) -> Self {
        value.saturating_add(128).clamp(0, 255) as Self
    }

    #[inline(always)]
    fn widened(self) -> u16 {
        u16::from(self)
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a weighted mean of bytes")]
    fn mean(sum: u16, parts: u8) -> Self {
        let parts = u16::from(parts);
        ((sum + parts / 2) / parts) as Self
    }

    fn into_bytes(samples: Vec<Self>) -> Vec<u8> {
        samples
    }
}

impl Sample for u16 {
    type Sum = u32;
    const FRACTION: u32 = 1;
    const LARGEST_DIFFERENCE: u32 = 15;

    #[inline(always)]
    #[expect(clippy::cast_sign_loss, reason = "clamped to 0..=4095")]
    fn from_level(value: i32) -> Self {
        value.saturating_add(2048).clamp(0, 4095) as Self
    }

    #[inline(always)]
    fn widened(self) -> u32 {
        u32::from(self)
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a weighted mean of words")]
    fn mean(sum: u32, parts: u8) -> Self {
        let parts = u32::from(parts);
        ((sum + parts / 2) / parts) as Self
    }

    fn into_bytes(samples: Vec<Self>) -> Vec<u8> {
        samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
    }
}
