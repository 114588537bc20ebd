//! Voxels that are left out, as for bone removal: those above a threshold, or the connected part of them that is meant.
//!
//! A bit a voxel: 1/16 of a volume of two bytes a voxel (10 MB for 512 x 512 x 300). Finding parts takes eight bytes more for
//! each run of bits along a row while it lasts, and is refused beyond 128 MB.

use super::{
    components,
    stored::{Stored, Visitor, visit},
};
use crate::{Error, ErrorKind, Result, volume::VolumeSpec};

/// A bit for each voxel; set ones are left out.
#[derive(Clone, PartialEq, Eq)]
pub struct VoxelMask {
    pub(super) size: [usize; 3],
    /// Words of a row.
    pub(super) stride: usize,
    pub(super) words: Vec<u32>,
}

impl std::fmt::Debug for VoxelMask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VoxelMask")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// What of the voxels above the threshold is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of them.
    All,
    /// The part of connected voxels (by faces) that has most.
    Largest,
    /// The part with this voxel, `[slice, row, column]`.
    With([u32; 3]),
}

impl VoxelMask {
    /// `[slices, rows, columns]`.
    pub const fn size(&self) -> [usize; 3] {
        self.size
    }

    /// Words of a row, rows of a slice, slices; the first voxel of a row is the lowest bit of its first word.
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// Words of a row.
    pub const fn stride(&self) -> usize {
        self.stride
    }

    /// Whether a voxel is left out.
    #[inline]
    pub fn has(&self, slice: usize, row: usize, column: usize) -> bool {
        let at = (slice * self.size[1] + row) * self.stride + column / 32;
        self.words
            .get(at)
            .is_some_and(|word| word >> (column % 32) & 1 == 1)
    }

    /// How many voxels are left out.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The same with a layer of voxels more, to all six sides: what is mixed of bone and something else.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when there is no memory.
    pub fn grown(&self) -> Result<Self> {
        let [slices, rows, columns] = self.size;
        let mut grown = self.emptied()?;
        let last_word = u32::MAX >> ((32 - columns % 32) % 32);
        for slice in 0..slices {
            for row in 0..rows {
                let at = |slice: usize, row: usize| {
                    let start = (slice * rows + row) * self.stride;
                    self.words.get(start..start + self.stride).unwrap_or_default()
                };
                let start = (slice * rows + row) * self.stride;
                let own = at(slice, row);
                let out = grown
                    .words
                    .get_mut(start..start + self.stride)
                    .unwrap_or_default();
                for (number, word) in out.iter_mut().enumerate() {
                    let of = |line: &[u32], index: Option<usize>| {
                        index
                            .and_then(|index| line.get(index))
                            .copied()
                            .unwrap_or_default()
                    };
                    let center = of(own, Some(number));
                    let carried = of(own, number.checked_sub(1)) >> 31 | of(own, Some(number + 1)) << 31;
                    *word = center | center << 1 | center >> 1 | carried;
                    if row > 0 {
                        *word |= of(at(slice, row - 1), Some(number));
                    }
                    if row + 1 < rows {
                        *word |= of(at(slice, row + 1), Some(number));
                    }
                    if slice > 0 {
                        *word |= of(at(slice - 1, row), Some(number));
                    }
                    if slice + 1 < slices {
                        *word |= of(at(slice + 1, row), Some(number));
                    }
                }
                if let Some(last) = out.last_mut() {
                    *last &= last_word;
                }
            }
        }
        Ok(grown)
    }

    /// Of the same size, without a bit.
    pub(super) fn emptied(&self) -> Result<Self> {
        Self::empty(self.size)
    }

    fn empty(size: [usize; 3]) -> Result<Self> {
        let [slices, rows, columns] = size;
        let stride = columns.div_ceil(32);
        let count = slices * rows * stride;
        let mut words = Vec::new();
        words
            .try_reserve_exact(count)
            .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory for a mask of the volume"))?;
        words.resize(count, 0);
        Ok(Self { size, stride, words })
    }
}

/// Collects the voxels above a threshold, slice by slice, in any order.
#[derive(Debug, Clone)]
pub struct MaskBuilder {
    mask: VoxelMask,
    format: crate::PixelFormat,
    padding: Option<(i64, i64)>,
    /// Of each slice, the closed range of stored values that are meant.
    meant: Vec<[i64; 2]>,
}

impl MaskBuilder {
    /// For values of at least `threshold` (modality units; for bone some 150 to 300 HU).
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for a threshold that is not finite; [`ErrorKind::Limit`] when there is no memory.
    pub fn new(spec: &VolumeSpec, threshold: f64) -> Result<Self> {
        if !threshold.is_finite() {
            return Err(Error::new(ErrorKind::Malformed, "a threshold is a finite number"));
        }
        let meant = spec.slices.iter().map(|slice| {
            let stored = (threshold - slice.rescale_intercept) / slice.rescale_slope;
            if slice.rescale_slope > 0.0 {
                [whole(stored.ceil()), i64::MAX]
            } else if slice.rescale_slope < 0.0 {
                [i64::MIN, whole(stored.floor())]
            } else if slice.rescale_intercept >= threshold {
                [i64::MIN, i64::MAX]
            } else {
                [0, -1]
            }
        });
        Ok(Self {
            mask: VoxelMask::empty(spec.size.map(|side| side as usize))?,
            format: spec.format,
            padding: spec.padding,
            meant: meant.collect(),
        })
    }

    /// Takes a slice's stored values: `[rows, columns]`, little-endian.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when there is no such slice or `pixels` is not a whole slice.
    pub fn write_slice(&mut self, slice: u32, pixels: &[u8]) -> Result<()> {
        let [_, rows, columns] = self.mask.size;
        let slice = slice as usize;
        let bytes = rows * columns * self.format.bytes_per_pixel();
        let words = rows * self.mask.stride;
        let place = self.mask.words.get_mut(slice * words..(slice + 1) * words);
        let (Some(meant), Some(place), true) = (self.meant.get(slice), place, pixels.len() == bytes) else {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the volume has no such slice, or its slices have another size",
            ));
        };
        let setter = Setter {
            columns,
            stride: self.mask.stride,
            meant: *meant,
            padding: self.padding.unwrap_or((i64::MAX, i64::MIN)),
            place,
        };
        visit(self.format, pixels, setter);
        Ok(())
    }

    /// The mask of the part that is meant.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the voxel of [`Part::With`] is not in the volume or below the threshold;
    /// [`ErrorKind::Limit`] when there are too many pieces, as in noise, or no memory.
    pub fn finish(self, part: Part) -> Result<VoxelMask> {
        match part {
            Part::All => Ok(self.mask),
            Part::Largest => components::pick(&self.mask, None),
            Part::With(voxel) => components::pick(&self.mask, Some(voxel.map(|index| index as usize))),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "saturates")]
const fn whole(number: f64) -> i64 {
    number as i64
}

struct Setter<'a> {
    columns: usize,
    stride: usize,
    meant: [i64; 2],
    padding: (i64, i64),
    place: &'a mut [u32],
}

impl Visitor for Setter<'_> {
    fn visit<S: Stored>(self, voxels: &[S::Bytes]) {
        let [low, high] = self.meant;
        let lines = voxels.chunks_exact(self.columns);
        for (line, words) in lines.zip(self.place.chunks_exact_mut(self.stride)) {
            for (chunk, word) in line.chunks(32).zip(words) {
                *word = 0;
                for (bit, bytes) in chunk.iter().enumerate() {
                    let value = i64::from(S::of(*bytes).into());
                    let is_padding = self.padding.0 <= value && value <= self.padding.1;
                    *word |= u32::from(low <= value && value <= high && !is_padding) << bit;
                }
            }
        }
    }
}
