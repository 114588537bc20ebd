//! Volumes larger than a device or a budget holds: one voxel for a block of the objects', on writing.

use super::{Finding, FindingKind, Geometry, SliceSpec, VolumeSpec};
use crate::{Error, ErrorKind, PixelFormat, Result};

/// Voxels of a side that one voxel may stand for: sums of blocks then fit 32 bits.
pub const MAX_FACTOR: u32 = 16;

/// What a volume must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Largest number of voxels along a side: what the device allows for a 3-D texture.
    pub max_side: u32,
    /// Largest number of bytes of all voxels.
    pub max_bytes: u64,
}

impl Budget {
    /// How many voxels `[slices, rows, columns]` one voxel must stand for; all 1 where the volume fits.
    ///
    /// What is left is as even in millimetres as can be. Slices with rescales of their own are never put together.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when more than [`MAX_FACTOR`] would be needed along a side.
    pub fn factors(&self, spec: &VolumeSpec) -> Result<[u32; 3]> {
        let most = |axis: usize| {
            if axis == 0 && !spec.has_one_rescale() {
                1
            } else {
                MAX_FACTOR
            }
        };
        let mut factors = spec.size.map(|side| side.div_ceil(self.max_side.max(1)));
        let spacing = spec.geometry.spacing_mm();
        loop {
            let sides = reduced_size(spec.size, factors);
            let voxels = sides.into_iter().map(u64::from).product::<u64>();
            let bytes = voxels.saturating_mul(spec.format.bytes_per_pixel() as u64);
            let fits = bytes <= self.max_bytes;
            let allowed = (0_usize..)
                .zip(factors)
                .all(|(axis, factor)| factor <= most(axis));
            if fits && allowed {
                return Ok(factors);
            }
            let step = |axis: usize| {
                let (mm, factor) = (*spacing.get(axis)?, *factors.get(axis)?);
                let can_grow = factor < most(axis) && *sides.get(axis)? > 1;
                (can_grow && allowed).then_some((axis, mm * f64::from(factor)))
            };
            // the finest axis; of equally fine ones columns come before rows before slices
            let candidates = [2, 1, 0].into_iter().filter_map(step);
            let finest = candidates.min_by(|(_, a), (_, b)| a.total_cmp(b));
            let Some(factor) = finest.and_then(|(axis, _)| factors.get_mut(axis)) else {
                return Err(Error::new(
                    ErrorKind::Limit,
                    format!(
                        "a volume of {:?} voxels does not fit {} bytes and {} a side, even at {MAX_FACTOR} to one",
                        spec.size, self.max_bytes, self.max_side
                    ),
                ));
            };
            *factor += 1;
        }
    }
}

fn reduced_size(size: [u32; 3], factors: [u32; 3]) -> [u32; 3] {
    let mut sides = size.into_iter().zip(factors);
    [(); 3].map(|()| {
        sides
            .next()
            .map_or(1, |(side, factor)| side.div_ceil(factor.max(1)))
    })
}

/// A slice of the reduced volume, whole: `[rows, columns]`, little-endian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReducedSlice {
    /// Its number.
    pub number: u32,
    /// Its stored values.
    pub pixels: Vec<u8>,
}

/// Makes the slices of a reduced volume out of those of the objects, as they come.
///
/// A voxel is the mean of its block's stored values, rounded half up, padding left out; a block of padding is padding. Blocks
/// at the far ends may have fewer voxels. It holds 4 bytes for each voxel of a reduced slice that is not whole (8 with
/// padding): one such slice where slices come in order.
#[derive(Debug)]
pub struct Reducer {
    spec: VolumeSpec,
    /// Of the objects' volume.
    size: [u32; 3],
    /// Of few slices where they come in order.
    open: Vec<(u32, Block)>,
    /// Slices of the objects that were taken.
    taken: Vec<bool>,
}

/// A reduced slice that is not whole yet.
#[derive(Debug)]
struct Block {
    sums: Vec<i32>,
    /// Voxels that are not padding; empty where there is no padding.
    counts: Vec<u32>,
    slices: u32,
}

impl Reducer {
    /// For the volume of `spec`, by these numbers of voxels `[slices, rows, columns]`.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] for factors beyond 1 to [`MAX_FACTOR`]; [`ErrorKind::UnsupportedGeometry`] for slices with
    /// rescales of their own that would be put together, and for voxels of other than 8 or 16 bits;
    /// [`ErrorKind::Malformed`] when the description contradicts itself.
    pub fn new(spec: &VolumeSpec, factors: [u32; 3]) -> Result<Self> {
        if !factors.iter().all(|factor| (1..=MAX_FACTOR).contains(factor)) {
            return Err(Error::new(
                ErrorKind::Limit,
                format!("blocks of 1 to {MAX_FACTOR} voxels a side"),
            ));
        }
        let [across_slices, ..] = factors;
        if (across_slices > 1 && !spec.has_one_rescale())
            || spec.format.is_color()
            || spec.format.bytes_per_pixel() > 2
        {
            return Err(Error::new(
                ErrorKind::UnsupportedGeometry,
                "stored values of different slopes, colour, and wide values have no mean",
            ));
        }
        if spec.size.contains(&0) || spec.slices.len() != spec.size[0] as usize {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the description of the volume contradicts itself",
            ));
        }
        Ok(Self {
            spec: reduced_spec(spec, factors)?,
            size: spec.size,
            open: Vec::new(),
            taken: vec![false; spec.slices.len()],
        })
    }

    /// The description of the reduced volume.
    pub const fn spec(&self) -> &VolumeSpec {
        &self.spec
    }

    /// The reduction in words; none where every factor is 1.
    pub fn finding(&self) -> Option<Finding> {
        let [slices, rows, columns] = self.spec.reduction;
        let [all, high, wide] = self.size;
        let [left, lower, narrower] = self.spec.size;
        (self.spec.reduction != [1; 3]).then(|| {
            let text = format!(
                "{wide} x {high} x {all} voxels are too many: each of {narrower} x {lower} x {left} is the mean of {columns} x \
                 {rows} x {slices} of them; millimetres are as they were"
            );
            Finding::new(FindingKind::Reduced, text)
        })
    }

    /// Takes a slice of the objects, `[rows, columns]`, little-endian; gives the reduced slice that it was the last of.
    /// A slice that was taken before is not taken again.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when there is no such slice or `pixels` is not a whole one; [`ErrorKind::Limit`] when there
    /// is no memory.
    pub fn write_slice(&mut self, slice: u32, pixels: &[u8]) -> Result<Option<ReducedSlice>> {
        let [slices, rows, columns] = self.size;
        let bytes = u64::from(rows) * u64::from(columns) * self.spec.format.bytes_per_pixel() as u64;
        let Some(taken) = self.taken.get_mut(slice as usize) else {
            return Err(Error::new(ErrorKind::Malformed, "the volume has no such slice"));
        };
        if pixels.len() as u64 != bytes {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!("a slice of the volume needs {bytes} bytes, got {}", pixels.len()),
            ));
        }
        if *taken {
            return Ok(None);
        }
        *taken = true;
        let factor = self.spec.reduction[0];
        let number = slice / factor;
        let open = self.open.iter().position(|(open, _)| *open == number);
        if open.is_none() {
            self.open.push((number, Block::new(&self.spec)?));
        }
        let open = open.unwrap_or(self.open.len() - 1);
        let Some((_, block)) = self.open.get_mut(open) else {
            return Ok(None);
        };
        block.add(&self.spec, columns, pixels);
        let whole = factor.min(slices - number * factor);
        if block.slices < whole {
            return Ok(None);
        }
        Ok(Some(self.finish(open)))
    }

    /// The next reduced slice that is not whole, made of what there is of it; none when there is no more.
    pub fn flush(&mut self) -> Option<ReducedSlice> {
        (!self.open.is_empty()).then(|| self.finish(0))
    }

    /// Ends one of the open blocks.
    fn finish(&mut self, open: usize) -> ReducedSlice {
        let (number, block) = self.open.swap_remove(open);
        ReducedSlice {
            number,
            pixels: block.means(&self.spec, self.size),
        }
    }
}

impl Block {
    fn new(spec: &VolumeSpec) -> Result<Self> {
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
    fn add(&mut self, spec: &VolumeSpec, columns: u32, pixels: &[u8]) {
        macro_rules! add {
            ($type:ty, $size:literal) => {
                self.add_values::<$size>(spec, columns, pixels, |bytes| {
                    <$type>::from_le_bytes(bytes).into()
                })
            };
        }
        match spec.format {
            PixelFormat::R8Uint => add!(u8, 1),
            PixelFormat::R8Sint => add!(i8, 1),
            PixelFormat::R16Sint => add!(i16, 2),
            // others than 8 and 16 bits were refused
            _ => add!(u16, 2),
        }
        self.slices += 1;
    }

    fn add_values<const BYTES: usize>(
        &mut self,
        spec: &VolumeSpec,
        columns: u32,
        pixels: &[u8],
        value: impl Fn([u8; BYTES]) -> i32,
    ) {
        let [_, row_factor, column_factor] = spec.reduction.map(|factor| factor as usize);
        let cells = spec.size[2] as usize;
        let (values, _) = pixels.as_chunks::<BYTES>();
        let padding = spec.padding.map(|(low, high)| low..=high);
        for (row, values) in values.chunks_exact(columns as usize).enumerate() {
            let begin = row / row_factor * cells;
            let sums = self.sums.get_mut(begin..).unwrap_or_default();
            let blocks = values.chunks(column_factor);
            let Some(padding) = &padding else {
                for (sum, block) in sums.iter_mut().zip(blocks) {
                    *sum += block.iter().map(|bytes| value(*bytes)).sum::<i32>();
                }
                continue;
            };
            let counts = self.counts.get_mut(begin..).unwrap_or_default();
            for ((sum, count), block) in sums.iter_mut().zip(counts).zip(blocks) {
                for value in block.iter().map(|bytes| value(*bytes)) {
                    if !padding.contains(&i64::from(value)) {
                        *sum += value;
                        *count += 1;
                    }
                }
            }
        }
    }

    /// The means, as stored values.
    fn means(self, spec: &VolumeSpec, size: [u32; 3]) -> Vec<u8> {
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
                let count = counts.next().copied().unwrap_or(high * wide * self.slices);
                let value = mean(i64::from(*sum), i64::from(count), spec.padding);
                pixels.extend(value.to_le_bytes().iter().take(bytes));
            }
        }
        pixels
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

/// The description after reduction: voxel centres move by half of what a block is longer.
fn reduced_spec(spec: &VolumeSpec, factors: [u32; 3]) -> Result<VolumeSpec> {
    let [of_slices, of_rows, of_columns] = factors.map(f64::from);
    let slices = reduced_slices(&spec.slices, factors[0], spec.is_even());
    let base = base(&spec.slices, factors[0]);
    let steps = spec.geometry.patient_from_voxel().matrix3;
    let first = spec.geometry.patient_from_voxel().translation
        + steps.x_axis * ((of_columns - 1.0) / 2.0)
        + steps.y_axis * ((of_rows - 1.0) / 2.0)
        + steps.z_axis * base;
    let [a, b, c] = spec.reduction;
    let [slice_factor, row_factor, column_factor] = factors;
    Ok(VolumeSpec {
        size: reduced_size(spec.size, factors),
        geometry: Geometry::new(
            first,
            steps.x_axis * of_columns,
            steps.y_axis * of_rows,
            steps.z_axis * of_slices,
        )?,
        slices,
        reduction: [a * slice_factor, b * row_factor, c * column_factor],
        ..spec.clone()
    })
}

#[expect(clippy::cast_precision_loss, reason = "at most 16 slices")]
fn mean_place(block: &[SliceSpec]) -> f64 {
    block.iter().map(|slice| slice.place).sum::<f64>() / block.len().max(1) as f64
}

/// Mean place of the first block.
fn base(slices: &[SliceSpec], factor: u32) -> f64 {
    let first = slices.get(..factor as usize).unwrap_or(slices);
    mean_place(first)
}

/// Slices at the mean places of their blocks. Of even slices the last block stays evenly apart though it may have fewer.
fn reduced_slices(slices: &[SliceSpec], factor: u32, is_even: bool) -> Vec<SliceSpec> {
    let base = base(slices, factor);
    let blocks = slices.chunks(factor as usize);
    let reduced = (0_u32..).zip(blocks).filter_map(|(number, block)| {
        let first = block.first()?;
        let place = if is_even {
            f64::from(number)
        } else {
            (mean_place(block) - base) / f64::from(factor)
        };
        Some(SliceSpec { place, ..*first })
    });
    reduced.collect()
}
