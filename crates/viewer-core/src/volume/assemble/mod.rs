//! From the heads of a series to volumes: which frame is which slice, and where.
//!
//! Images belong together by frame of reference, stack, size, format, orientation and spacing; among those, images in one
//! line through space are a stack, and their order is that of their positions along the normal (PS3.3 C.7.6.2.1.1).
//! Instance Number decides nothing but which of two images at the same place is taken. The answer depends on the set of heads
//! alone, not on their order, so it can be had again whenever more have arrived.

mod column;
mod group;
mod layout;
mod several;
mod sorted;
mod stack;
mod steps;
mod usable;

use glam::DVec3;
use serde::Serialize;

use super::{Finding, FindingKind, Head};
use crate::words::fixed;
pub use layout::{Layout, Source};

/// Images that one call looks at.
const MAX_HEADS: usize = 1 << 16;
/// Volumes that one call gives.
const MAX_VOLUMES: usize = 4096;

/// What a series is made of.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Assembly {
    /// The volumes, those of most slices first.
    pub volumes: Vec<Layout>,
    /// What somebody should know.
    pub findings: Vec<Finding>,
}

/// An image and where it is in its group.
#[derive(Debug, Clone, Copy)]
struct Image<'h> {
    head: &'h Head,
    /// Of its first pixel along the normal, mm.
    along: f64,
    /// The rest of its position, in the plane.
    across: DVec3,
}

/// Puts the frames of a series together. Heads of the same image count once.
pub fn assemble(heads: &[Head]) -> Assembly {
    let mut findings = Vec::new();
    let taken = heads.get(..MAX_HEADS).unwrap_or(heads);
    if taken.len() < heads.len() {
        let text = format!("more than {MAX_HEADS} images: the others are in no volume");
        let finding = Finding::new(FindingKind::Limit, text);
        findings.push(finding.leaving_out(heads.len() - taken.len()));
    }
    let mut built: Vec<(Layout, Vec<Finding>)> = Vec::new();
    for group in group::groups(&usable::usable(taken, &mut findings), &mut findings) {
        let columns = column::columns(&group, &mut findings);
        for images in columns {
            for (label, images) in several::split(images, &mut findings) {
                if built.len() >= MAX_VOLUMES {
                    let text = format!("more than {MAX_VOLUMES} volumes: the others are left out");
                    findings.push(Finding::new(FindingKind::Limit, text).leaving_out(images.len()));
                    continue;
                }
                match stack::build(&group, &label, images) {
                    Ok(volume) => built.push(volume),
                    Err(finding) => findings.push(finding),
                }
            }
        }
    }
    // volumes of as many slices stay in the order of their groups and labels
    let slices: Vec<usize> = built.iter().map(|(layout, _)| layout.slices.len()).collect();
    let order = sorted::order(slices.len(), &|a, b| slices.get(b).cmp(&slices.get(a)));
    let mut built: Vec<_> = built.into_iter().map(Some).collect();
    let in_order = order
        .into_iter()
        .filter_map(|number| built.get_mut(number)?.take());
    let mut volumes = Vec::with_capacity(slices.len());
    for (number, (layout, of_volume)) in (0..).zip(in_order) {
        volumes.push(layout);
        findings.extend(of_volume.into_iter().map(|finding| Finding {
            volume: Some(number),
            ..finding
        }));
    }
    Assembly { volumes, findings }
}

/// `1 image`, `2 images`.
fn counted(count: usize, one: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {one}{ending}")
}

/// `0.5 x 0.5 mm`.
fn by(values: [f64; 2]) -> String {
    format!("{} x {} mm", fixed(values[0], 4), fixed(values[1], 4))
}
