//! The slices of a volume that is not whole, not evenly spaced, or not of one rescale.

use super::RayTable;
use crate::volume::VolumeSpec;

/// How a slice is read: `place`, `gain` and `offset` to an index of the table (see [`super::Reading`]), and 1 if it is
/// there, else 0.
pub type SliceRow = [f32; 4];

/// One row for each slice; nothing where all slices are there, at whole places, and of one rescale.
pub(super) fn slice_rows(
    spec: &VolumeSpec,
    present: &[bool],
    table: &RayTable,
    anchor: i32,
) -> Option<Vec<SliceRow>> {
    let is_whole = present.iter().all(|there| *there);
    if is_whole && spec.is_even() && spec.has_one_rescale() {
        return None;
    }
    let rows = spec.slices.iter().zip(present).map(|(slice, there)| {
        let [gain, offset] = gain_and_offset(table, anchor, slice.rescale_slope, slice.rescale_intercept);
        [real(slice.place), gain, offset, f32::from(u8::from(*there))]
    });
    Some(rows.collect())
}

/// From stored values less `anchor` to indices of the table.
pub(super) fn gain_and_offset(table: &RayTable, anchor: i32, slope: f64, intercept: f64) -> [f32; 2] {
    let gain = slope * table.per_unit();
    let offset = table.index_of(slope * f64::from(anchor) + intercept);
    [real(gain), real(offset)]
}

#[expect(clippy::cast_possible_truncation, reason = "f32 is what backends have")]
const fn real(number: f64) -> f32 {
    number as f32
}
