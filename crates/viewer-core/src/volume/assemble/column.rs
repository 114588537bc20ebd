//! Images of a group that lie behind one another, in one line through space: upright, or leaning as of a tilted gantry.

use glam::DVec3;

use super::{
    Finding, FindingKind, Image, counted,
    group::Group,
    sorted::{median, sorted},
};

/// Images farther from the line than this part of a pixel lie beside it. Rounded positions deviate by a few hundredths of
/// a millimetre; a picture that was moved in its plane, by a pixel and more.
const BESIDE_PX: f64 = 0.5;
/// The line leans no more than this: tangent of the angle with the normal. Gantries reach 30 degrees.
const MAX_LEAN: f64 = 1.0;
/// Columns that one group is cut into, where most of them have few images.
const FEW: usize = 8;

/// A line through the first pixels of images.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// Where it is at `along`.
    across: DVec3,
    along: f64,
    /// Millimetres in the plane for each along the normal.
    pub(super) lean: DVec3,
}

impl Line {
    /// The line of least squares.
    pub(super) fn through(images: &[Image<'_>]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "at most 65536 images")]
        let count = images.len().max(1) as f64;
        let along = images.iter().map(|image| image.along).sum::<f64>() / count;
        let across = images.iter().map(|image| image.across).sum::<DVec3>() / count;
        let mut lean = DVec3::ZERO;
        let mut spread = 0.0;
        for image in images {
            let distance = image.along - along;
            lean += (image.across - across) * distance;
            spread += distance * distance;
        }
        let lean = if spread > 0.0 { lean / spread } else { DVec3::ZERO };
        Self { across, along, lean }
    }

    /// The first pixel of the slice at `along`, without its part along the normal.
    pub(super) fn at(&self, along: f64) -> DVec3 {
        self.across + self.lean * (along - self.along)
    }

    /// Largest distance of an image from the line, mm.
    pub(super) fn deviation(&self, images: &[Image<'_>]) -> f64 {
        let distances = images
            .iter()
            .map(|image| image.across.distance(self.at(image.along)));
        distances.fold(0.0, f64::max)
    }
}

/// The columns of a group; none where positions follow no lines.
pub(super) fn columns<'h>(group: &Group<'h>, findings: &mut Vec<Finding>) -> Vec<Vec<Image<'h>>> {
    let images: Vec<Image<'h>> = group
        .heads
        .iter()
        .filter_map(|head| {
            let position = head.position?;
            let along = position.dot(group.normal);
            Some(Image {
                head,
                along,
                across: position - group.normal * along,
            })
        })
        .collect();
    // images at one place stay in the order by which they are taken
    let images = sorted(&images, &|a, b| a.along.total_cmp(&b.along));
    let beside = BESIDE_PX * group.spacing_mm[0].min(group.spacing_mm[1]);
    let line = Line::through(&images);
    if line.lean.length() <= MAX_LEAN && line.deviation(&images) <= beside {
        return vec![images];
    }
    let upright = cut(&images, DVec3::ZERO, beside);
    let leaning = cut(&images, usual_lean(&images), beside);
    let columns = if leaning.len() < upright.len() {
        leaning
    } else {
        upright
    };
    let count = columns.len();
    if count > FEW && count * 4 > images.len() {
        let text = format!(
            "{} are in no volume: their positions follow no line",
            counted(images.len(), "image")
        );
        findings.push(Finding::new(FindingKind::Scattered, text).leaving_out(images.len()));
        return Vec::new();
    }
    let text =
        format!("{count} stacks that lie beside one another in the same planes; each is a volume of its own");
    findings.push(Finding::new(FindingKind::Beside, text));
    columns
}

/// The median, by coordinate, of how images lean from one to the next.
fn usual_lean(images: &[Image<'_>]) -> DVec3 {
    let mut leans: Vec<DVec3> = Vec::with_capacity(images.len());
    for pair in images.windows(2) {
        if let [a, b] = pair
            && b.along > a.along
        {
            leans.push((b.across - a.across) / (b.along - a.along));
        }
    }
    let by = |part: fn(&DVec3) -> f64| {
        let parts: Vec<f64> = leans.iter().map(part).collect();
        median(&parts).unwrap_or_default()
    };
    let lean = DVec3::new(by(|lean| lean.x), by(|lean| lean.y), by(|lean| lean.z));
    if lean.length() <= MAX_LEAN {
        lean
    } else {
        DVec3::ZERO
    }
}

/// Cuts images, in order along the normal, into columns that lean so.
fn cut<'h>(images: &[Image<'h>], lean: DVec3, beside: f64) -> Vec<Vec<Image<'h>>> {
    let mut columns: Vec<(DVec3, Vec<Image<'h>>)> = Vec::new();
    for image in images {
        let foot = image.across - lean * image.along;
        let found = columns.iter_mut().find(|(at, _)| at.distance(foot) <= beside);
        match found {
            Some((_, column)) => column.push(*image),
            None => columns.push((foot, vec![*image])),
        }
        if columns.len() > FEW && columns.len() * 4 > images.len() {
            break; // scattered: no need to know how much
        }
    }
    columns.into_iter().map(|(_, column)| column).collect()
}
