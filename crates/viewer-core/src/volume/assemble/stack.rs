//! One stack of images: which is taken at each place, how far apart they are, and the volume that they are.

use super::{
    Finding, FindingKind, Image, Layout, Source, column::Line, counted, group::Group, layout::plane_name,
    several::places, steps::Steps,
};
use crate::{
    volume::{Geometry, SliceSpec},
    words::fixed,
};

/// Steps in the plane below this over the whole stack are of rounding, mm: the stack is upright.
const UPRIGHT_MM: f64 = 1e-3;
/// Stacks that lean more are said to be tilted, degrees.
const TILTED_DEG: f64 = 0.05;
/// Distances from the line, mm, and differences of directions, from which on somebody should know.
const JITTER_MM: f64 = 0.01;
const JITTER_DIRECTION: f64 = 1e-4;

/// The volume of these images, in order along the normal, and what is to be said of it.
///
/// # Errors
/// The finding that says why it is none.
pub(super) fn build(
    group: &Group<'_>,
    label: &[String],
    images: Vec<Image<'_>>,
) -> Result<(Layout, Vec<Finding>), Finding> {
    let mut findings = Vec::new();
    let all = images.len();
    let images = one_a_place(images, &mut findings);
    let steps = Steps::of(&images, thickness(&images));
    steps.tell(&mut findings);
    let line = upright_or_leaning(&images);
    if line.deviation(&images) > JITTER_MM || group.turned > JITTER_DIRECTION {
        let text = format!(
            "positions are up to {} mm off their line, directions differ by up to {} degrees: the line and the \
             directions of the first image are taken",
            fixed(line.deviation(&images), 3),
            fixed(libm::asin(group.turned.min(1.0)).to_degrees(), 3)
        );
        findings.push(Finding::new(FindingKind::Jitter, text));
    }
    let tilt_deg = libm::atan(line.lean.length()).to_degrees();
    if tilt_deg > TILTED_DEG {
        let text = format!(
            "the stack leans by {} degrees, as of a tilted gantry: the volume is sheared, and drawn so",
            fixed(tilt_deg, 2)
        );
        findings.push(Finding::new(FindingKind::Tilted, text));
    }
    let first = images.first().map_or(0.0, |image| image.along);
    let [row, column] = group.directions;
    let [row_spacing, column_spacing] = group.spacing_mm;
    let geometry = Geometry::new(
        line.at(first) + group.normal * first,
        row * column_spacing,
        column * row_spacing,
        (group.normal + line.lean) * steps.usual,
    );
    let Ok(geometry) = geometry else {
        let text = format!("{} are in no volume: they do not span one", counted(all, "image"));
        return Err(Finding::new(FindingKind::NoPosition, text).leaving_out(all));
    };
    let slices = slices(&images, &steps.places);
    findings.extend(rescales(&slices));
    let padding = padding(&images, &mut findings);
    let head = group.heads.first();
    let layout = Layout {
        plane: plane_name(group.normal),
        label: label.join(", "),
        size: size(&images),
        format: head
            .and_then(|head| head.format)
            .unwrap_or(crate::PixelFormat::R16Sint),
        geometry,
        slices,
        sources: images
            .iter()
            .map(|image| Source {
                object: image.head.object,
                frame: image.head.frame,
            })
            .collect(),
        padding,
        frame_of_reference_uid: head.and_then(|head| head.frame_of_reference_uid.clone()),
        tilt_deg,
    };
    Ok((layout, findings))
}

fn size(images: &[Image<'_>]) -> [u32; 3] {
    let [rows, columns] = images.first().map_or([1, 1], |image| image.head.size);
    [u32::try_from(images.len()).unwrap_or(u32::MAX), rows, columns]
}

/// The image that is taken at each place.
fn one_a_place<'h>(images: Vec<Image<'h>>, findings: &mut Vec<Finding>) -> Vec<Image<'h>> {
    let places = places(&images);
    if places.len() == images.len() {
        return images;
    }
    let taken: Vec<Image<'h>> = places
        .iter()
        .filter_map(|place| {
            place
                .iter()
                .min_by(|a, b| a.head.order().cmp(&b.head.order()))
                .copied()
        })
        .collect();
    let extra = images.len() - taken.len();
    let count = places.iter().filter(|place| place.len() > 1).count();
    let number = places
        .iter()
        .position(|place| place.len() > 1)
        .map_or(0, |found| found + 1);
    let text = format!(
        "{} with more than one image, the first of them slice {number}: of lowest InstanceNumber is taken, {} left out",
        counted(count, "place"),
        counted(extra, "image")
    );
    findings.push(Finding::new(FindingKind::Duplicates, text).leaving_out(extra));
    taken
}

fn thickness(images: &[Image<'_>]) -> Option<f64> {
    let stated = images.first()?.head.thickness_mm?;
    (stated > 1e-3 && stated < 1e3).then_some(stated)
}

/// The line of a stack; straight along the normal where the lean is of rounding.
fn upright_or_leaning(images: &[Image<'_>]) -> Line {
    let mut line = Line::through(images);
    let range = match (images.first(), images.last()) {
        (Some(first), Some(last)) => last.along - first.along,
        _ => 0.0,
    };
    if line.lean.length() * range <= UPRIGHT_MM {
        line.lean = glam::DVec3::ZERO;
    }
    line
}

fn slices(images: &[Image<'_>], places: &[f64]) -> Vec<SliceSpec> {
    images
        .iter()
        .zip(places)
        .map(|(image, place)| SliceSpec {
            place: *place,
            rescale_slope: image.head.rescale_slope,
            rescale_intercept: image.head.rescale_intercept,
        })
        .collect()
}

fn rescales(slices: &[SliceSpec]) -> Option<Finding> {
    let ends = |part: fn(&SliceSpec) -> f64| {
        let parts = || slices.iter().map(part);
        let (low, high) = (
            parts().fold(f64::INFINITY, f64::min),
            parts().fold(f64::NEG_INFINITY, f64::max),
        );
        format!("{} to {}", fixed(low, 6), fixed(high, 6))
    };
    let is_one = slices.windows(2).all(|pair| {
        let [a, b] = pair else { return true };
        [a.rescale_slope, a.rescale_intercept].map(f64::to_bits)
            == [b.rescale_slope, b.rescale_intercept].map(f64::to_bits)
    });
    (!is_one).then(|| {
        let text = format!(
            "slices have rescales of their own (slopes {}, intercepts {}): they are interpolated after it",
            ends(|slice| slice.rescale_slope),
            ends(|slice| slice.rescale_intercept)
        );
        Finding::new(FindingKind::Rescales, text)
    })
}

/// The padding of the first image that has some.
fn padding(images: &[Image<'_>], findings: &mut Vec<Finding>) -> Option<(i64, i64)> {
    let taken = images.iter().find_map(|image| image.head.padding)?;
    if images
        .iter()
        .any(|image| image.head.padding.is_some_and(|other| other != taken))
    {
        let text = format!(
            "slices have different padding values: {} to {} is taken for all",
            taken.0, taken.1
        );
        findings.push(Finding::new(FindingKind::Padding, text));
    }
    Some(taken)
}
