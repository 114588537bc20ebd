//! Volumes larger than a device or a budget holds: one voxel for a block of the objects', on writing.

mod block;
mod budget;

use super::{Finding, FindingKind, VolumeSpec};
use crate::{Error, ErrorKind, Result};
use block::Block;
pub use budget::{Budget, MAX_FACTOR};

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
            spec: budget::reduced_spec(spec, factors)?,
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
