//! What the points of a tool measure in a plane.

use std::f64::consts::{PI, TAU};

use super::{
    Region,
    calibration::{PIXELS, Scale},
    crossing::crosses_itself,
    planar::{angle_deg, area, distance, perimeter},
    ultrasound::Axes,
};
use crate::{
    Error, ErrorKind, Result,
    annotate::{Measurement, Tool},
    space::ImagePoint,
};

/// The points of a tool, as many as it has and finite.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape<'p> {
    tool: Tool,
    points: &'p [ImagePoint],
}

impl<'p> Shape<'p> {
    /// # Errors
    /// [`ErrorKind::Malformed`] when the points are not as many as the tool has, or not finite.
    pub(super) fn new(tool: Tool, points: &'p [ImagePoint]) -> Result<Self> {
        let (least, most) = tool.points();
        let is_finite = |point: &ImagePoint| point.column.is_finite() && point.row.is_finite();
        if !(least..=most).contains(&points.len()) || !points.iter().all(is_finite) {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!("the tool {} does not have such points", tool.as_str()),
            ));
        }
        Ok(Self { tool, points })
    }

    /// Whether it goes around part of the plane.
    pub(super) const fn is_region(&self) -> bool {
        self.tool.is_region()
    }

    /// The point of a probe.
    pub(super) const fn probe(&self) -> Option<ImagePoint> {
        match (self.tool, self.points) {
            (Tool::Probe, [point, ..]) => Some(*point),
            _ => None,
        }
    }

    /// The part of the plane that it goes around.
    pub(super) fn region(&self, spacing: [f64; 2]) -> Option<Region> {
        match (self.tool, self.points) {
            (Tool::Rectangle, &[from, to]) => Some(Region::Rectangle { from, to }),
            (Tool::Ellipse, &[from, to]) => Some(Region::Ellipse {
                center: ImagePoint {
                    column: f64::midpoint(from.column, to.column),
                    row: f64::midpoint(from.row, to.row),
                },
                column_radius: (to.column - from.column).abs() / 2.0,
                row_radius: (to.row - from.row).abs() / 2.0,
            }),
            (Tool::Circle, &[center, edge]) => {
                let radius = distance(center, edge, spacing);
                let [row_mm, column_mm] = spacing;
                Some(Region::Ellipse {
                    center,
                    column_radius: radius / column_mm,
                    row_radius: radius / row_mm,
                })
            }
            (Tool::Freehand, corners) => Some(Region::Polygon(corners.to_vec())),
            _ => None,
        }
    }

    /// Lengths, angles and areas, and what is to be said of them.
    pub(super) fn geometry(&self, scale: &Scale) -> (Vec<Measurement>, Vec<String>) {
        let length = |from, to| distance(from, to, scale.spacing);
        let mut found = Found::in_scale(scale);
        match (self.tool, self.points) {
            (Tool::Length, &[from, to]) => found.length("length", length(from, to), STRAIGHT),
            (Tool::Bidirectional, &[a, b, c, d]) => {
                let (first, second) = (length(a, b), length(c, d));
                found.length("longAxis", first.max(second), STRAIGHT);
                found.length("shortAxis", first.min(second), STRAIGHT);
            }
            (Tool::Angle, &[first, corner, second]) => {
                let angle = angle_deg(first, corner, second, scale.spacing);
                found.angle("angle", angle, "at the corner");
            }
            (Tool::Cobb, &[a, b, c, d]) => {
                let moved = ImagePoint {
                    column: a.column + d.column - c.column,
                    row: a.row + d.row - c.row,
                };
                // Lines have no direction.
                let angle = angle_deg(b, a, moved, scale.spacing).map(|angle| angle.min(180.0 - angle));
                found.angle("cobbAngle", angle, "the smaller angle between the lines");
            }
            (Tool::Rectangle, &[from, to]) => {
                let [width, height] = sides(scale, from, to);
                found.area(width * height, "width times height");
                found.length("perimeter", 2.0 * (width + height), "sum of the sides");
            }
            (Tool::Ellipse, &[from, to]) => {
                let radii = sides(scale, from, to).map(|side| side / 2.0);
                found.area(PI * radii[0] * radii[1], "pi times both radii");
                found.length(
                    "perimeter",
                    ellipse_perimeter(radii),
                    "complete elliptic integral",
                );
            }
            (Tool::Circle, &[center, edge]) => {
                let radius = length(center, edge);
                found.length("radius", radius, STRAIGHT);
                found.length("diameter", 2.0 * radius, "twice the radius");
                found.area(PI * radius * radius, "pi times the radius squared");
                found.length("perimeter", TAU * radius, "tau times the radius");
            }
            (Tool::Freehand, corners) => {
                if crosses_itself(corners) {
                    let note = "the line crosses itself: its area is not given";
                    found.notes.push(note.to_owned());
                } else {
                    found.area(area(corners, scale.spacing), "shoelace formula");
                }
                let edge = perimeter(corners, scale.spacing);
                found.length("perimeter", edge, "sum of the edges");
            }
            _ => {}
        }
        (found.measurements, found.notes)
    }

    /// What it measures where axes do not mix.
    pub(super) fn along_axes(&self, axes: &Axes) -> (Vec<Measurement>, Vec<String>) {
        let mut measurements = Vec::new();
        let mut notes = Vec::new();
        let along = |point: ImagePoint| [point.column, point.row];
        let mut add = |name: &str, value: f64, unit: &str, method: &str| {
            measurements.push(Measurement {
                name: name.to_owned(),
                value,
                unit: unit.to_owned(),
                method: Some(method.to_owned()),
                source: Some("SequenceOfUltrasoundRegions".to_owned()),
            });
        };
        match (self.tool, self.points) {
            (Tool::Probe, &[point]) => {
                for (axis, pixel) in axes.iter().zip(along(point)) {
                    match (axis.name, axis.value(pixel)) {
                        (Some(name), Some(value)) => add(name, value, axis.unit, "at the point"),
                        (Some(name), None) => {
                            notes.push(format!("the region has no reference pixel: {name} is not given"));
                        }
                        (None, _) => {}
                    }
                }
            }
            (Tool::Length, &[from, to]) => {
                for ((axis, from), to) in axes.iter().zip(along(from)).zip(along(to)) {
                    if let Some(name) = axis.name {
                        add(
                            name,
                            ((to - from) * axis.step).abs(),
                            axis.unit,
                            "difference along the axis",
                        );
                    }
                }
            }
            (Tool::Arrow | Tool::Text, _) => {}
            _ => notes.push(
                "the axes of this ultrasound region do not mix: there are no lengths, angles and areas"
                    .to_owned(),
            ),
        }
        (measurements, notes)
    }
}

/// Width and height of the box between two corners.
fn sides(scale: &Scale, from: ImagePoint, to: ImagePoint) -> [f64; 2] {
    let [row_mm, column_mm] = scale.spacing;
    [
        (to.column - from.column).abs() * column_mm,
        (to.row - from.row).abs() * row_mm,
    ]
}

const STRAIGHT: &str = "straight line";

/// Measurements in one scale.
struct Found<'s> {
    scale: &'s Scale,
    measurements: Vec<Measurement>,
    notes: Vec<String>,
}

impl<'s> Found<'s> {
    fn in_scale(scale: &'s Scale) -> Self {
        Self {
            scale,
            measurements: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn length(&mut self, name: &str, value: f64, method: &str) {
        self.add(name, value, self.scale.unit, method);
    }

    fn area(&mut self, value: f64, method: &str) {
        // A pixel has no dimension: UCUM squares it by leaving it as it is.
        let unit = if self.scale.unit == PIXELS { PIXELS } else { "mm2" };
        self.add("area", value, unit, method);
    }

    fn angle(&mut self, name: &str, value: Option<f64>, method: &str) {
        match value {
            Some(value) => self.add(name, value, "deg", method),
            None => self
                .notes
                .push("a line has no length: there is no angle".to_owned()),
        }
    }

    fn add(&mut self, name: &str, value: f64, unit: &str, method: &str) {
        let method = match &self.scale.note {
            Some(note) => format!("{method}; {note}"),
            None => method.to_owned(),
        };
        self.measurements.push(Measurement {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            method: Some(method),
            source: Some(self.scale.source.clone().into_owned()),
        });
    }
}

/// The length of an ellipse's edge: the complete elliptic integral by the arithmetic-geometric mean, which doubles its digits with each step.
fn ellipse_perimeter([a, b]: [f64; 2]) -> f64 {
    let (mut mean, mut root) = (a.max(b), a.min(b));
    if root <= 0.0 {
        return 4.0 * mean;
    }
    let mut sum = mean * mean - (mean * mean - root * root) / 2.0;
    let mut power = 1.0;
    for _ in 0..64 {
        let half = (mean - root) / 2.0;
        if half <= f64::EPSILON * mean {
            break;
        }
        sum -= power * half * half;
        power *= 2.0;
        (mean, root) = (f64::midpoint(mean, root), libm::sqrt(mean * root));
    }
    TAU * sum / mean
}
