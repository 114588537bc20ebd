//! Several images at one place: temporal positions, echoes, b-values and so on, each a volume of its own.

use std::cmp::Ordering;

use super::{Finding, FindingKind, Image, counted, sorted::sorted};
use crate::{decode::parse_decimal, metadata::MarkKey};

/// Images nearer along the normal than this are at the same place, mm; a tenth of the finest slices of a micro CT.
const SAME_PLACE_MM: f64 = 1e-3;
/// The same as a part of the mean distance of all images.
const SAME_PLACE: f64 = 0.01;
/// Attributes that say by themselves which volume an image belongs to; the others must fit the number of images at a place.
const STRONG: [MarkKey; 3] = [MarkKey::TemporalPosition, MarkKey::EchoNumber, MarkKey::BValue];
/// Attributes that are asked for equal values, in order.
const EQUAL: [MarkKey; 8] = [
    MarkKey::TemporalPosition,
    MarkKey::EchoNumber,
    MarkKey::BValue,
    MarkKey::GradientOrientation,
    MarkKey::EchoTime,
    MarkKey::InversionTime,
    MarkKey::FlipAngle,
    MarkKey::ImageType,
];

/// Images of a column by place, ascending along the normal: of each place its images in the order by which they are taken.
pub(super) fn places<'a, 'h>(images: &'a [Image<'h>]) -> Vec<&'a [Image<'h>]> {
    let (Some(first), Some(last)) = (images.first(), images.last()) else {
        return Vec::new();
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 65536 images")]
    let mean = (last.along - first.along) / images.len() as f64;
    let same = SAME_PLACE_MM.max(SAME_PLACE * mean);
    let mut places = Vec::new();
    let mut begin = 0;
    for (number, image) in images.iter().enumerate() {
        let from = images.get(begin).map_or(0.0, |first| first.along);
        if image.along - from > same {
            places.extend(images.get(begin..number));
            begin = number;
        }
    }
    places.extend(images.get(begin..));
    places
}

/// The volumes of a column, with what tells them apart.
pub(super) fn split<'h>(
    images: Vec<Image<'h>>,
    findings: &mut Vec<Finding>,
) -> Vec<(Vec<String>, Vec<Image<'h>>)> {
    let all = images.len();
    if all > 1 && places(&images).len() == 1 {
        let text = format!(
            "{} are in no volume: all of them are at one place, as in a series of one plane through time",
            counted(all, "image")
        );
        findings.push(Finding::new(FindingKind::OnePlace, text).leaving_out(all));
        return Vec::new();
    }
    let mut names: Vec<&str> = Vec::new();
    let mut note = |name: &'static str| {
        if !names.contains(&name) {
            names.push(name);
        }
    };
    let mut done = Vec::new();
    let mut open = vec![(Vec::new(), images)];
    while let Some((label, images)) = open.pop() {
        if let Some((key, parts)) = by_value(&images) {
            note(key.as_str());
            for (value, part) in parts.into_iter().rev() {
                let mut label: Vec<String> = label.clone();
                label.push(worded(key, value));
                open.push((label, part));
            }
        } else if let Some(parts) = by_rank(&images) {
            note("nothing but their order");
            let count = parts.len();
            for (number, part) in parts.into_iter().enumerate() {
                let mut label = label.clone();
                label.push(format!("{} of {count}", number + 1));
                done.push((label, part));
            }
        } else {
            done.push((label, images));
        }
    }
    if done.len() > 1 {
        let text = format!(
            "several images at each place, told apart by {}: {} volumes",
            names.join(" and "),
            done.len()
        );
        findings.push(Finding::new(FindingKind::SeveralAtOnePlace, text));
    }
    done
}

fn most(places: &[&[Image<'_>]]) -> usize {
    places.iter().map(|place| place.len()).max().unwrap_or_default()
}

/// Whether half of the places and more have several images.
fn is_usual(places: &[&[Image<'_>]]) -> bool {
    places.iter().filter(|place| place.len() > 1).count() * 2 >= places.len()
}

type Parts<'h> = Vec<(Option<&'h str>, Vec<Image<'h>>)>;

/// The parts by the first attribute that leaves fewer images at a place.
fn by_value<'h>(images: &[Image<'h>]) -> Option<(MarkKey, Parts<'h>)> {
    let all = places(images);
    let several = most(&all);
    if several < 2 {
        return None;
    }
    let usual = is_usual(&all).then_some(MarkKey::AcquisitionNumber);
    EQUAL.into_iter().chain(usual).find_map(|key| {
        let value = |image: &Image<'h>| image.head.marks.get(key);
        let ordered = sorted(images, &|a, b| by_number(value(a), value(b)));
        let parts: Vec<&[Image<'h>]> = ordered.chunk_by(|a, b| value(a) == value(b)).collect();
        let fits = parts.len() > 1 && (STRONG.contains(&key) || parts.len() <= several);
        if !fits {
            return None;
        }
        // images of one value are in order along the normal, as all of them were
        let left = parts.iter().map(|part| most(&places(part))).max();
        let parts = parts
            .into_iter()
            .map(|part| (part.first().and_then(value), part.to_vec()));
        (left < Some(several)).then(|| (key, parts.collect()))
    })
}

/// The first image of each place, the second, and so on, where half of the places and more have several: by time, then by
/// the order in which images are taken.
fn by_rank<'h>(images: &[Image<'h>]) -> Option<Vec<Vec<Image<'h>>>> {
    let places = places(images);
    let several = most(&places);
    if several < 2 || !is_usual(&places) {
        return None;
    }
    let mut parts = vec![Vec::new(); several];
    for place in places {
        let place = sorted(place, &|a, b| {
            let by = |key| by_number(a.head.marks.get(key), b.head.marks.get(key));
            by(MarkKey::TriggerTime)
                .then_with(|| by(MarkKey::AcquisitionTime))
                .then_with(|| a.head.order().cmp(&b.head.order()))
        });
        for (part, image) in parts.iter_mut().zip(place) {
            part.push(image);
        }
    }
    Some(parts)
}

/// Numbers by size, texts by letter.
fn by_number(a: Option<&str>, b: Option<&str>) -> Ordering {
    let number = |text: Option<&str>| text.and_then(parse_decimal);
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.cmp(&b),
    }
}

fn worded(key: MarkKey, value: Option<&str>) -> String {
    let unit = match key {
        MarkKey::EchoTime | MarkKey::InversionTime => " ms",
        MarkKey::FlipAngle => " degrees",
        MarkKey::BValue => " s/mm2",
        _ => "",
    };
    match value {
        Some(value) => format!("{} {value}{unit}", key.as_str()),
        None => format!("no {}", key.as_str()),
    }
}
