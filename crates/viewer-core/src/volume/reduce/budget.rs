//! How far a volume is reduced, and where its voxels are then.

use crate::{
    Error, ErrorKind, Result,
    volume::{Geometry, SliceSpec, VolumeSpec},
};

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

/// The description after reduction: voxel centres move by half of what a block is longer.
pub(super) fn reduced_spec(spec: &VolumeSpec, factors: [u32; 3]) -> Result<VolumeSpec> {
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
