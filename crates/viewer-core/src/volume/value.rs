//! What a volume holds at a place: stored values, never a picture's.

use glam::DVec3;

use super::{Volume, VolumeSpec};
use crate::PixelFormat;

/// A voxel and what it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Voxel {
    /// Number of its slice.
    pub slice: u32,
    /// Its row.
    pub row: u32,
    /// Its column.
    pub column: u32,
    /// The stored value: of the object, or where the volume is reduced the mean of those of a block.
    pub stored: i64,
    /// The value after the modality LUT or the slice's rescale: HU for CT.
    pub value: f64,
    /// Whether it is padding.
    pub is_padding: bool,
}

impl Volume {
    /// The voxel nearest to a patient point, and what it holds; halves go up. None outside of the volume, which ends half a
    /// voxel beyond the outermost centres, and in slices that have not arrived.
    pub fn value_at(&self, patient_mm: DVec3) -> Option<Voxel> {
        let [slice, row, column] = self.spec().voxel_at(patient_mm)?;
        self.voxel(slice, row, column)
    }

    /// The value after rescale between the eight voxels around a patient point, trilinear; of voxel centres that themselves.
    /// None where one that counts is padding, has not arrived, or is outside; the outer half of the outermost voxels is
    /// as their centres.
    pub fn interpolated_at(&self, patient_mm: DVec3) -> Option<f64> {
        let at = self
            .spec()
            .geometry
            .voxel_from_patient()
            .transform_point3(patient_mm);
        let [_, rows, columns] = self.spec().size;
        nearest(at.y, rows)?;
        nearest(at.x, columns)?;
        let (_, slices) = self.spec().slices_at(at.z)?;
        let mut sum = 0.0;
        for (slice, depth) in slices {
            for (row, height) in between(at.y, rows) {
                for (column, width) in between(at.x, columns) {
                    let weight = depth * height * width;
                    if weight > 0.0 {
                        let voxel = self.voxel(slice, row, column)?;
                        sum += weight * (!voxel.is_padding).then_some(voxel.value)?;
                    }
                }
            }
        }
        Some(sum)
    }

    /// What a voxel holds; none where there is none or its slice has not arrived.
    pub fn voxel(&self, slice: u32, row: u32, column: u32) -> Option<Voxel> {
        let spec = self.spec();
        let [_, rows, columns] = spec.size;
        if row >= rows || column >= columns || !*self.present().get(slice as usize)? {
            return None;
        }
        let bytes = spec.format.bytes_per_pixel();
        let number = (slice as usize * rows as usize + row as usize) * columns as usize + column as usize;
        let from = self.voxels().get(number * bytes..)?;
        let stored = match spec.format {
            PixelFormat::R8Uint => i64::from(*from.first()?),
            PixelFormat::R8Sint => i64::from(from.first()?.cast_signed()),
            PixelFormat::R16Sint => i64::from(i16::from_le_bytes(*from.first_chunk()?)),
            _ => i64::from(u16::from_le_bytes(*from.first_chunk()?)),
        };
        let rescale = spec.slices.get(slice as usize)?;
        #[expect(clippy::cast_precision_loss, reason = "at most 16 bits")]
        let value = match &spec.luts.modality {
            Some(lut) => f64::from(lut.at(stored)),
            None => stored as f64 * rescale.rescale_slope + rescale.rescale_intercept,
        };
        let is_padding = spec
            .padding
            .is_some_and(|(low, high)| (low..=high).contains(&stored));
        Some(Voxel {
            slice,
            row,
            column,
            stored,
            value,
            is_padding,
        })
    }
}

impl VolumeSpec {
    /// `[slice, row, column]` of the voxel nearest to a patient point; halves go up. None outside of the volume.
    pub fn voxel_at(&self, patient_mm: DVec3) -> Option<[u32; 3]> {
        let at = self.geometry.voxel_from_patient().transform_point3(patient_mm);
        let [_, rows, columns] = self.size;
        let (slice, _) = self.slices_at(at.z)?;
        Some([slice, nearest(at.y, rows)?, nearest(at.x, columns)?])
    }

    /// The slice nearest to a place, and those around it with their weights.
    fn slices_at(&self, place: f64) -> Option<(u32, [(u32, f64); 2])> {
        let slices = &self.slices;
        let last = slices.last()?.place;
        if !(place >= -0.5 && place < last + 0.5) {
            return None;
        }
        let after = slices.partition_point(|slice| slice.place <= place);
        let (low, high) = (after.saturating_sub(1), after.min(slices.len() - 1));
        let (before, behind) = (slices.get(low)?.place, slices.get(high)?.place);
        let share = if behind > before {
            ((place - before) / (behind - before)).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let [low, high] = [u32::try_from(low).ok()?, u32::try_from(high).ok()?];
        let near = if share >= 0.5 { high } else { low };
        Some((near, [(low, 1.0 - share), (high, share)]))
    }
}

/// The whole number nearest to `at`, halves up, if it is one of `count`.
fn nearest(at: f64, count: u32) -> Option<u32> {
    let number = (at + 0.5).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be in range"
    )]
    (number >= 0.0 && number < f64::from(count)).then_some(number as u32)
}

/// The centres around `at`, with their weights.
fn between(at: f64, count: u32) -> [(u32, f64); 2] {
    let at = at.clamp(0.0, f64::from(count - 1));
    let low = at.floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range"
    )]
    let number = low as u32;
    [
        (number, 1.0 - (at - low)),
        ((number + 1).min(count - 1), at - low),
    ]
}
