//! Images that could be slices of one volume: alike in all but their place.

use std::cmp::Ordering;

use glam::DVec3;

use super::{Finding, FindingKind, Head, by, counted, layout::plane_name, sorted::sorted};
use crate::metadata::MarkKey;

/// Directions that differ by no more, as unit vectors, are the same: at 256 pixels from the middle that is a quarter of a
/// pixel. Writers give three decimals and more.
const SAME_DIRECTION: f64 = 1e-3;
/// Spacings that differ by no more of themselves are the same: a twentieth of a pixel across 512.
const SAME_SPACING: f64 = 1e-4;
/// Groups that one call tells apart.
const MAX_GROUPS: usize = 256;
/// Groups that a finding names.
const NAMED: usize = 6;

/// Images alike in all but their place; the directions and the spacing are those of the first.
#[derive(Debug)]
pub(super) struct Group<'h> {
    /// Unit directions of a row and of a column.
    pub(super) directions: [DVec3; 2],
    /// Row direction x column direction.
    pub(super) normal: DVec3,
    /// Distance of rows, of columns.
    pub(super) spacing_mm: [f64; 2],
    pub(super) heads: Vec<&'h Head>,
    /// Largest distance of a direction from that of the first, as unit vectors.
    pub(super) turned: f64,
}

impl<'h> Group<'h> {
    /// Of a head that has directions and spacing.
    fn begin(head: &'h Head) -> Option<Self> {
        let [row, column] = head.orientation?;
        let directions = [row.normalize(), column.normalize()];
        Some(Self {
            directions,
            normal: row.cross(column).normalize(),
            spacing_mm: head.spacing_mm?,
            heads: vec![head],
            turned: 0.0,
        })
    }

    /// Takes a head that lies as this group does.
    fn take(&mut self, head: &'h Head) -> bool {
        let (Some([row, column]), Some(spacing)) = (head.orientation, head.spacing_mm) else {
            return false;
        };
        let [of_rows, of_columns] = self.directions;
        let turned = of_rows
            .distance(row.normalize())
            .max(of_columns.distance(column.normalize()));
        let same_spacing = self
            .spacing_mm
            .iter()
            .zip(spacing)
            .all(|(ours, theirs)| (ours - theirs).abs() <= SAME_SPACING * ours);
        let is_alike = turned <= SAME_DIRECTION && same_spacing;
        if is_alike {
            self.heads.push(head);
            self.turned = self.turned.max(turned);
        }
        is_alike
    }

    /// In words.
    fn name(&self) -> String {
        let Some(head) = self.heads.first() else {
            return String::new();
        };
        let [rows, columns] = head.size;
        let format = head.format.map_or("", crate::PixelFormat::as_str);
        let stack = head
            .marks
            .get(MarkKey::StackId)
            .map_or_else(String::new, |id| format!(", StackID {id}"));
        format!(
            "{} ({}, {columns} x {rows}, {}, {format}{stack})",
            counted(self.heads.len(), "image"),
            plane_name(self.normal),
            by(self.spacing_mm)
        )
    }
}

/// What is alike to the letter. Images of different frames of reference have no common millimetres (PS3.3 C.7.4.1).
fn compare(a: &Head, b: &Head) -> Ordering {
    let key = |head: &Head| (head.size, head.format.map(crate::PixelFormat::as_str));
    let stack = |head: &Head| head.marks.get(MarkKey::StackId).map(str::to_owned);
    a.frame_of_reference_uid
        .cmp(&b.frame_of_reference_uid)
        .then_with(|| key(a).cmp(&key(b)))
        .then_with(|| a.photometric.cmp(&b.photometric))
        .then_with(|| stack(a).cmp(&stack(b)))
}

/// The groups of these heads, in an order that depends on the heads alone.
pub(super) fn groups<'h>(heads: &[&'h Head], findings: &mut Vec<Finding>) -> Vec<Group<'h>> {
    // within a group the order by which images are taken remains
    let heads = sorted(heads, &|a, b| compare(a, b));
    let mut groups: Vec<Group<'h>> = Vec::new();
    let mut too_many = 0;
    for alike in heads.chunk_by(|a, b| compare(a, b).is_eq()) {
        let first = groups.len();
        let mut last = first;
        for head in alike {
            // most often an image lies as the one before it
            if groups.get_mut(last).is_some_and(|group| group.take(head)) {
                continue;
            }
            let found = groups.iter_mut().skip(first).position(|group| group.take(head));
            if let Some(found) = found {
                last = first + found;
            } else if groups.len() < MAX_GROUPS {
                last = groups.len();
                groups.extend(Group::begin(head));
            } else {
                too_many += 1;
            }
        }
    }
    if too_many > 0 {
        let text = format!("more than {MAX_GROUPS} orientations and spacings: other images are in no volume");
        findings.push(Finding::new(FindingKind::Limit, text).leaving_out(too_many));
    }
    if groups.len() > 1 {
        findings.push(mixed(&groups));
    }
    groups
}

fn mixed(groups: &[Group<'_>]) -> Finding {
    let mut names: Vec<String> = groups.iter().take(NAMED).map(Group::name).collect();
    if groups.len() > NAMED {
        names.push(format!("{} more", groups.len() - NAMED));
    }
    let mut frames: Vec<_> = groups
        .iter()
        .filter_map(|group| group.heads.first())
        .map(|head| &head.frame_of_reference_uid)
        .collect();
    frames.dedup();
    let why = if frames.len() > 1 {
        ", in several frames of reference"
    } else {
        ""
    };
    let text = format!(
        "{} kinds of images that cannot be one volume{why}: {}; each is a volume of its own",
        groups.len(),
        names.join("; ")
    );
    Finding::new(FindingKind::Mixed, text)
}
