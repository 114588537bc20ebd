//! Annotations as Measurement Groups.

use dicom_dictionary_std::tags;

use super::{
    codes::{self, Code},
    item, moment, private,
};
use crate::{
    Error, ErrorKind, Result,
    annotate::{Annotation, Tool},
    write::DataSet,
};

/// Coordinates of an ellipse: the ends of its two axes.
const ELLIPSE: &str = "ELLIPSE";
/// Numbers of Graphic Data, whose length has 16 bits.
const MOST_NUMBERS: usize = 0xFFFF / 4;

/// A Graphic Type and its points, as the annotation has them.
type Graphic = (&'static str, Vec<[f64; 2]>);

/// One annotation: TID 1410 where it is a region, else TID 1501.
///
/// # Errors
/// [`ErrorKind::Limit`] for a line of too many points, [`ErrorKind::Malformed`] for one on a plane in no frame of reference.
pub(super) fn group(number: usize, annotation: &Annotation) -> Result<DataSet> {
    let is_region = annotation.tool.is_region();
    let tracking = format!("{} {number}", annotation.tool.as_str());
    let mut children = vec![
        item::text(
            "HAS OBS CONTEXT",
            codes::TRACKING_IDENTIFIER,
            &tracking,
            Vec::new(),
        ),
        item::uid("HAS OBS CONTEXT", codes::TRACKING_UID, &annotation.uid),
    ];
    let whole = graphic(annotation);
    if is_region {
        children.push(points(number, annotation, "CONTAINS", codes::REGION, &whole)?);
    }
    let path = |graphic: &Graphic| points(number, annotation, "INFERRED FROM", codes::PATH, graphic);
    // Without a number the points belong to the words: of what is pointed at, and of what was not measured.
    let has_points = is_region || !annotation.measurements.is_empty();
    let is_pointer = matches!(annotation.tool, Tool::Arrow | Tool::Text);
    match codes::words(annotation.label.as_ref()) {
        label if is_pointer || !has_points => {
            let words = label.unwrap_or(annotation.tool.as_str());
            children.push(item::text("CONTAINS", codes::COMMENT, words, vec![path(&whole)?]));
        }
        Some(label) => children.push(item::text("CONTAINS", codes::COMMENT, label, Vec::new())),
        None => {}
    }
    for found in &annotation.measurements {
        let from = match (annotation.tool, found.name.as_str()) {
            _ if is_region => Vec::new(),
            (Tool::Bidirectional, "longAxis") => vec![path(&line(annotation, 0))?],
            (Tool::Bidirectional, "shortAxis") => vec![path(&line(annotation, 2))?],
            _ => vec![path(&whole)?],
        };
        children.push(item::number(found, from));
    }
    let template = if is_region { "1410" } else { "1501" };
    let mut group = item::container("CONTAINS", codes::GROUP, Some(template), children);
    if let Some(time) = moment::to_dicom(&annotation.created) {
        group.put(tags::OBSERVATION_DATE_TIME, "DT", time);
    }
    private::write(&mut group, annotation);
    Ok(group)
}

/// Points on the image, or on a plane in the patient.
fn points(
    number: usize,
    annotation: &Annotation,
    relationship: &str,
    concept: Code,
    (kind, points): &Graphic,
) -> Result<DataSet> {
    let fault = |kind, what: &str| Error::new(kind, format!("annotation {number}: {what}"));
    let dimensions = if annotation.plane.is_some() { 3 } else { 2 };
    if points.len() * dimensions > MOST_NUMBERS {
        return Err(fault(
            ErrorKind::Limit,
            "a report cannot hold a line of so many points",
        ));
    }
    let anchor = &annotation.anchor;
    let Some(plane) = &annotation.plane else {
        return Ok(item::points(relationship, concept, kind, points, anchor));
    };
    let Some(frame_of_reference) = &anchor.frame_of_reference_uid else {
        return Err(fault(
            ErrorKind::Malformed,
            "it is on a plane and in no frame of reference",
        ));
    };
    let patient: Vec<_> = points.iter().map(|point| plane.patient_point(*point)).collect();
    let kind = match *kind {
        "POLYLINE" if annotation.tool.is_region() => "POLYGON",
        kind => kind,
    };
    Ok(item::patient_points(
        relationship,
        concept,
        kind,
        &patient,
        frame_of_reference,
    ))
}

/// The points of all coordinates that the group of an annotation may have.
pub(super) fn coordinates(annotation: &Annotation) -> Vec<Vec<[f64; 2]>> {
    let (_, whole) = graphic(annotation);
    match annotation.tool {
        Tool::Bidirectional => vec![whole, line(annotation, 0).1, line(annotation, 2).1],
        _ => vec![whole],
    }
}

/// One of the two lines.
fn line(annotation: &Annotation, first: usize) -> Graphic {
    let points = annotation.points.iter().skip(first).take(2);
    ("POLYLINE", points.copied().collect())
}

/// Graphic Type and its points (PS3.3 C.18.6.1.1).
fn graphic(annotation: &Annotation) -> Graphic {
    let points = &annotation.points;
    match (annotation.tool, points.as_slice()) {
        (Tool::Probe | Tool::Text, _) => ("POINT", points.clone()),
        (Tool::Rectangle, &[[left, top], [right, bottom]]) => (
            "POLYLINE",
            vec![
                [left, top],
                [right, top],
                [right, bottom],
                [left, bottom],
                [left, top],
            ],
        ),
        (Tool::Ellipse, &[from, to]) => ellipse(from, to),
        // There are no circles in three dimensions (C.18.9.1.2).
        (Tool::Circle, &[[x, y], [edge_x, edge_y]]) if annotation.plane.is_some() => {
            let radius = libm::hypot(edge_x - x, edge_y - y);
            ellipse([x - radius, y - radius], [x + radius, y + radius])
        }
        (Tool::Circle, _) => ("CIRCLE", points.clone()),
        (Tool::Freehand, _) => {
            let closed = points.iter().chain(points.first()).copied();
            ("POLYLINE", closed.collect())
        }
        _ => ("POLYLINE", points.clone()),
    }
}

/// An ellipse in a box: the ends of its axes, the major one first.
fn ellipse([left, top]: [f64; 2], [right, bottom]: [f64; 2]) -> Graphic {
    let [x, y] = [f64::midpoint(left, right), f64::midpoint(top, bottom)];
    let [width, height] = [[[left, y], [right, y]], [[x, top], [x, bottom]]];
    let is_wide = (right - left).abs() >= (bottom - top).abs();
    let [first, second] = if is_wide { [width, height] } else { [height, width] };
    (ELLIPSE, [first, second].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::sr::tests::annotation;

    #[test]
    fn an_ellipse_gives_its_major_axis_first() {
        let tall = annotation(Tool::Ellipse, &[[0.0, 0.0], [2.0, 8.0]]);
        assert_eq!(
            graphic(&tall),
            (ELLIPSE, vec![[1.0, 0.0], [1.0, 8.0], [0.0, 4.0], [2.0, 4.0]])
        );
    }

    #[test]
    fn a_line_of_two_is_that_of_its_number() {
        let both = annotation(
            Tool::Bidirectional,
            &[[0.0, 0.0], [9.0, 0.0], [4.0, 1.0], [4.0, 3.0]],
        );
        assert_eq!(line(&both, 2), ("POLYLINE", vec![[4.0, 1.0], [4.0, 3.0]]));
    }
}
