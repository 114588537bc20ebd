//! Sums of the stored values of blocks, and their means.

use crate::{Error, ErrorKind, PixelFormat, Result, volume::VolumeSpec};

/// A reduced slice that is not whole yet.
#[derive(Debug)]
pub(super) struct Block {
    sums: Vec<i32>,
    /// Voxels that are not padding; empty where there is no padding.
    counts: Vec<i32>,
    pub(super) slices: u32,
}

impl Block {
    pub(super) fn new(spec: &VolumeSpec) -> Result<Self> {
        let [_, rows, columns] = spec.size;
        let voxels = (rows as usize).saturating_mul(columns as usize);
        let (mut sums, mut counts) = (Vec::new(), Vec::new());
        let counted = if spec.padding.is_some() { voxels } else { 0 };
        let got = sums
            .try_reserve_exact(voxels)
            .and_then(|()| counts.try_reserve_exact(counted));
        got.map_err(|_no_memory| {
            Error::new(
                ErrorKind::Limit,
                format!("no memory for a reduced slice of {voxels} voxels"),
            )
        })?;
        sums.resize(voxels, 0);
        counts.resize(counted, 0);
        Ok(Self {
            sums,
            counts,
            slices: 0,
        })
    }

    /// Adds the values of a slice whose rows are `columns` long.
    pub(super) fn add(&mut self, spec: &VolumeSpec, columns: u32, pixels: &[u8]) {
        let [_, row_factor, column_factor] = spec.reduction.map(|factor| factor as usize);
        let cells = spec.size[2] as usize;
        let row_bytes = columns as usize * spec.format.bytes_per_pixel();
        let mut values = vec![0_i32; columns as usize];
        let mut are_kept = vec![0_i32; if spec.padding.is_some() { values.len() } else { 0 }];
        for (row, bytes) in pixels.chunks_exact(row_bytes).enumerate() {
            widen(spec.format, bytes, &mut values);
            let begin = row / row_factor * cells;
            if let Some(padding) = spec.padding {
                leave_out(padding, &mut values, &mut are_kept);
                let counts = self.counts.get_mut(begin..).unwrap_or_default();
                add_blocks(column_factor, &are_kept, counts);
            }
            let sums = self.sums.get_mut(begin..).unwrap_or_default();
            add_blocks(column_factor, &values, sums);
        }
        self.slices += 1;
    }

    /// The means, as stored values.
    pub(super) fn means(self, spec: &VolumeSpec, size: [u32; 3]) -> Vec<u8> {
        let [_, rows, columns] = size;
        let [_, row_factor, column_factor] = spec.reduction;
        let cells = spec.size[2] as usize;
        let bytes = spec.format.bytes_per_pixel();
        let mut pixels = Vec::with_capacity(self.sums.len() * bytes);
        let mut counts = self.counts.iter();
        for (row, sums) in (0..).zip(self.sums.chunks_exact(cells)) {
            let high = row_factor.min(rows - row * row_factor);
            for (column, sum) in (0..).zip(sums) {
                let wide = column_factor.min(columns - column * column_factor);
                let all = i64::from(high * wide * self.slices);
                let count = counts.next().map_or(all, |count| i64::from(*count));
                let value = mean(i64::from(*sum), count, spec.padding);
                pixels.extend(value.to_le_bytes().iter().take(bytes));
            }
        }
        pixels
    }
}

/// Stored values as numbers.
fn widen(format: PixelFormat, bytes: &[u8], values: &mut [i32]) {
    macro_rules! widen {
        ($type:ty, $size:literal) => {
            for (value, bytes) in values.iter_mut().zip(bytes.as_chunks::<$size>().0) {
                *value = <$type>::from_le_bytes(*bytes).into();
            }
        };
    }
    match format {
        PixelFormat::R8Uint => widen!(u8, 1),
        PixelFormat::R8Sint => widen!(i8, 1),
        PixelFormat::R16Sint => widen!(i16, 2),
        // others than 8 and 16 bits were refused
        _ => widen!(u16, 2),
    }
}

/// Makes padding 0, and notes 1 for what is none.
fn leave_out((low, high): (i64, i64), values: &mut [i32], are_kept: &mut [i32]) {
    #[expect(clippy::cast_possible_truncation, reason = "clamped")]
    let [low, high] = [low, high].map(|end| end.clamp(i32::MIN.into(), i32::MAX.into()) as i32);
    for (value, is_kept) in values.iter_mut().zip(are_kept) {
        *is_kept = i32::from(*value < low || *value > high);
        *value *= *is_kept;
    }
}

/// Adds each `factor` values to the sum of their block; the last block may have fewer.
fn add_blocks(factor: usize, values: &[i32], sums: &mut [i32]) {
    match factor {
        1 => add_exact::<1>(values, sums),
        2 => add_exact::<2>(values, sums),
        3 => add_exact::<3>(values, sums),
        4 => add_exact::<4>(values, sums),
        _ => {
            for (sum, block) in sums.iter_mut().zip(values.chunks(factor)) {
                *sum += block.iter().sum::<i32>();
            }
        }
    }
}

/// [`add_blocks`] where the compiler knows the factor.
fn add_exact<const FACTOR: usize>(values: &[i32], sums: &mut [i32]) {
    let (blocks, rest) = values.as_chunks::<FACTOR>();
    for (sum, block) in sums.iter_mut().zip(blocks) {
        *sum += block.iter().sum::<i32>();
    }
    if let (Some(sum), false) = (sums.get_mut(blocks.len()), rest.is_empty()) {
        *sum += rest.iter().sum::<i32>();
    }
}

/// The mean, rounded half up; the padding of nothing but padding, which no other mean is.
fn mean(sum: i64, count: i64, padding: Option<(i64, i64)>) -> i64 {
    if count == 0 {
        return padding.map_or(0, |(low, _)| low);
    }
    let mean = (2 * sum + count).div_euclid(2 * count);
    match padding {
        // values on both sides of the padding: a step aside, to the side of the larger part
        Some((low, high)) if (low..=high).contains(&mean) => {
            if 2 * sum > (low + high) * count {
                high + 1
            } else {
                low - 1
            }
        }
        _ => mean,
    }
}
