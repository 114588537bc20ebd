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

/// The first and last place between which no sample, nor its gradient, reads a slice that is not there: of the most slices that
/// lie together. Nothing for a volume whose slices are read by a table in any case.
pub(super) fn inner_run(spec: &VolumeSpec, present: &[bool]) -> Option<[f64; 2]> {
    if !spec.is_even() || !spec.has_one_rescale() {
        return None;
    }
    let mut first = 0;
    let runs = present.split(|there| !there).map(|run| {
        let found = first..first + run.len();
        first = found.end + 1;
        found
    });
    let longest = runs.max_by_key(ExactSizeIterator::len)?;
    let low = if longest.start == 0 {
        f64::NEG_INFINITY
    } else {
        longest.start as f64 + 1.0
    };
    let high = if longest.end == present.len() {
        f64::INFINITY
    } else {
        longest.end as f64 - 2.0
    };
    Some([low, high])
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
