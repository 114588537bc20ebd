//! Which images can be part of a volume at all.

use glam::DVec3;

use super::{Finding, FindingKind, Head, counted, sorted::sorted};
use crate::PixelFormat;

/// Positions beyond this are no positions, mm.
const MAX_POSITION_MM: f64 = 1e6;
/// Distances of pixels that are taken for such, mm.
const SPACING_MM: std::ops::RangeInclusive<f64> = 1e-5..=1e3;
/// Largest cosine of the angle between rows and columns; they are perpendicular (PS3.3 C.7.6.2.1.1), but written in few
/// decimals.
const PERPENDICULAR: f64 = 1e-3;

/// The heads that can be part of a volume, each image once, in the order by which images are taken that are alike.
pub(super) fn usable<'h>(heads: &'h [Head], findings: &mut Vec<Finding>) -> Vec<&'h Head> {
    let mut good: Vec<&Head> = Vec::with_capacity(heads.len());
    let mut refused = [0_usize; REASONS.len()];
    for head in heads {
        match reason(head) {
            None => good.push(head),
            Some(number) => {
                if let Some(count) = refused.get_mut(number) {
                    *count += 1;
                }
            }
        }
    }
    for (count, (kind, text)) in refused.into_iter().zip(REASONS).filter(|(count, _)| *count > 0) {
        let are = if count == 1 { "is" } else { "are" };
        let text = format!("{} {are} in no volume: {text}", counted(count, "image"));
        findings.push(Finding::new(kind, text).leaving_out(count));
    }
    let mut good = sorted(&good, &|a, b| a.order().cmp(&b.order()));
    let before = good.len();
    good.dedup_by(|b, a| {
        !a.sop_instance_uid.is_empty() && a.sop_instance_uid == b.sop_instance_uid && a.frame == b.frame
    });
    if good.len() < before {
        let text = format!(
            "{} came more than once, by SOPInstanceUID: the first object is taken",
            counted(before - good.len(), "image")
        );
        findings.push(Finding::new(FindingKind::Duplicates, text).leaving_out(before - good.len()));
    }
    good
}

const REASONS: [(FindingKind, &str); 5] = [
    (
        FindingKind::Color,
        "colour has no stored values to interpolate between",
    ),
    (
        FindingKind::Format,
        "voxels have 8 or 16 bits, and these pixels have more or cannot be displayed",
    ),
    (
        FindingKind::NoPosition,
        "ImagePositionPatient is missing or is no position",
    ),
    (
        FindingKind::NoPosition,
        "ImageOrientationPatient is missing, or rows and columns are not perpendicular unit vectors",
    ),
    (
        FindingKind::NoSpacing,
        "PixelSpacing is missing or zero, so there are no millimetres",
    ),
];

/// Which of [`REASONS`] keeps an image out.
fn reason(head: &Head) -> Option<usize> {
    if head.format.is_some_and(PixelFormat::is_color) {
        return Some(0);
    }
    if head.format.is_none_or(|format| format.bytes_per_pixel() > 2) || head.size.contains(&0) {
        return Some(1);
    }
    let is_position = |at: DVec3| at.is_finite() && at.abs().max_element() <= MAX_POSITION_MM;
    if !head.position.is_some_and(is_position) {
        return Some(2);
    }
    let is_unit = |direction: DVec3| (direction.length() - 1.0).abs() < 0.01;
    let is_plane =
        |[row, column]: [DVec3; 2]| is_unit(row) && is_unit(column) && row.dot(column).abs() <= PERPENDICULAR;
    if !head.orientation.is_some_and(is_plane) {
        return Some(3);
    }
    let has_spacing = head
        .spacing_mm
        .is_some_and(|spacing| spacing.iter().all(|side| SPACING_MM.contains(side)));
    (!has_spacing).then_some(4)
}
