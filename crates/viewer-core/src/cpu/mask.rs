//! What lies over a picture, the twin of `viewer-shaders/src/shaders/mask.wgsl`.

use super::sample::nearest_index;
use crate::{mask::MaskPlan, plan::SlicePlan};

/// Draws the mask `bits` of a frame over its picture.
pub(super) fn draw(plan: &SlicePlan, mask: MaskPlan, bits: &[u8], picture: &mut [u8]) {
    let width = plan.canvas[0] as usize * 4;
    let [columns, rows] = plan.size.map(i64::from);
    for (y, line) in (0..plan.canvas[1]).zip(picture.chunks_exact_mut(width)) {
        let mut column = plan.column.at(0, y);
        let mut row = plan.row.at(0, y);
        for [red, green, blue, _alpha] in line.as_chunks_mut::<4>().0 {
            let (c, r) = (nearest_index(column), nearest_index(row));
            if (0..columns).contains(&c) && (0..rows).contains(&r) {
                let at = usize::try_from(r * columns + c).unwrap_or(usize::MAX);
                let bits = bits.get(at).copied().unwrap_or_default();
                if bits != 0 {
                    for channel in [red, green, blue] {
                        *channel = mask.level(bits, *channel);
                    }
                }
            }
            column = column.wrapping_add(plan.column.step_x);
            row = row.wrapping_add(plan.row.step_x);
        }
    }
}
