//! Which tool draws the coordinates of a group.

use glam::DVec3;

use crate::annotate::{AnnotationPlane, Tool};

/// Ends of axes that are off by less than this share of their length are along rows and columns.
const STRAIGHT: f64 = 1e-3;
/// A line that stands for an ellipse that lies askew has so many points.
const AROUND: u32 = 64;

/// Coordinates of one item, as the annotation has them: image points, or millimetres on a plane.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Graphic {
    /// Graphic Type.
    pub(super) kind: String,
    pub(super) points: Vec<[f64; 2]>,
}

/// A tool and its points.
pub(super) type Drawn = (Tool, Vec<[f64; 2]>);

/// What the writer called it: the name after the colon of cornerstone's Tracking Identifiers.
pub(super) fn named(tracking: &str) -> Option<Tool> {
    let tail = tracking
        .strip_prefix("Cornerstone3DTools@")
        .or_else(|| tracking.strip_prefix("cornerstoneTools@"))?;
    // The last name that is known: those before are what a tool was made from.
    tail.split(':').rev().find_map(|name| {
        Some(match name {
            "Probe" | "DragProbe" => Tool::Probe,
            "Length" => Tool::Length,
            "Bidirectional" => Tool::Bidirectional,
            "Angle" => Tool::Angle,
            "CobbAngle" => Tool::Cobb,
            "RectangleROI" | "RectangleRoi" => Tool::Rectangle,
            "EllipticalROI" | "EllipticalRoi" => Tool::Ellipse,
            "CircleROI" | "CircleRoi" => Tool::Circle,
            "PlanarFreehandROI" | "FreehandRoi" => Tool::Freehand,
            "ArrowAnnotate" => Tool::Arrow,
            _ => return None,
        })
    })
}

/// The tool and points of coordinates, which may be those of several numbers. `hint` is what the writer calls it; `numbers` are
/// the names of what was measured.
pub(super) fn drawn(graphics: &[Graphic], hint: Option<Tool>, numbers: &[&str]) -> Option<Drawn> {
    let [first, rest @ ..] = graphics else { return None };
    let second = rest.iter().find(|graphic| *graphic != first);
    if let (Some(second), true) = (second, hint.is_none_or(|tool| tool == Tool::Bidirectional))
        && let (&[a, b], &[c, d]) = (first.points.as_slice(), second.points.as_slice())
    {
        return Some((Tool::Bidirectional, vec![a, b, c, d]));
    }
    let points = first.points.as_slice();
    match (first.kind.as_str(), points) {
        // Cornerstone writes the head first.
        ("POINT" | "MULTIPOINT" | "POLYLINE", &[head, tail]) if hint == Some(Tool::Arrow) => {
            Some((Tool::Arrow, vec![tail, head]))
        }
        ("POINT", &[point, ..])
            if matches!(hint, Some(Tool::Arrow)) || numbers.is_empty() && hint.is_none() =>
        {
            Some((Tool::Text, vec![point]))
        }
        ("POINT", &[point, ..]) => Some((Tool::Probe, vec![point])),
        ("CIRCLE", &[center, edge]) => Some((Tool::Circle, vec![center, edge])),
        ("ELLIPSE", &[a, b, c, d]) => Some(ellipse([a, b, c, d], hint)),
        ("POLYLINE" | "POLYGON" | "MULTIPOINT", _) => line(first, hint, numbers),
        _ => None,
    }
}

fn line(Graphic { kind, points }: &Graphic, hint: Option<Tool>, numbers: &[&str]) -> Option<Drawn> {
    let is_closed = points.len() > 3 && points.first() == points.last();
    let around = if is_closed {
        points.get(..points.len() - 1)?
    } else {
        points
    };
    let is_region = is_closed || kind == "POLYGON" || numbers.contains(&"area");
    let has = |name: &str| numbers.contains(&name);
    match (hint, around) {
        (Some(Tool::Angle) | None, &[a, b, c, d]) if is_same(b, c) && !is_region => {
            Some((Tool::Angle, vec![a, b, d]))
        }
        (Some(Tool::Angle) | None, &[a, b, c]) if !is_region => Some((Tool::Angle, vec![a, b, c])),
        (Some(Tool::Cobb), &[a, b, c, d]) => Some((Tool::Cobb, vec![a, b, c, d])),
        (None, &[a, b, c, d]) if has("cobbAngle") || has("angle") => Some((Tool::Cobb, vec![a, b, c, d])),
        (Some(Tool::Bidirectional), &[a, b, c, d]) => Some((Tool::Bidirectional, vec![a, b, c, d])),
        (Some(Tool::Length) | None, &[a, b]) => Some((Tool::Length, vec![a, b])),
        (Some(Tool::Rectangle | Tool::Freehand) | None, &[a, b, c, d])
            if is_upright([a, b, c, d]) && hint != Some(Tool::Freehand) =>
        {
            Some((Tool::Rectangle, vec![a, c]))
        }
        (Some(Tool::Rectangle | Tool::Freehand), [_, _, _, ..]) => Some((Tool::Freehand, around.to_vec())),
        (None, [_, _, _, ..]) if is_region => Some((Tool::Freehand, around.to_vec())),
        _ => None,
    }
}

/// Whether the corner of an angle is there twice, as cornerstone writes it.
fn is_same(a: [f64; 2], b: [f64; 2]) -> bool {
    (a[0] - b[0]).abs().max((a[1] - b[1]).abs()) <= 0.0
}

/// Whether four corners are those of a box along rows and columns, one after the other.
fn is_upright([a, b, c, d]: [[f64; 2]; 4]) -> bool {
    let size = (a[0] - c[0]).abs().max((a[1] - c[1]).abs());
    let same = |x: f64, y: f64| (x - y).abs() <= STRAIGHT * size;
    let along = |first: usize, second: usize| {
        same(a[first], b[first])
            && same(b[second], c[second])
            && same(c[first], d[first])
            && same(d[second], a[second])
    };
    along(0, 1) || along(1, 0)
}

/// The ends of both axes as a box; as a line around it where it lies askew, and as a circle where it is named one.
fn ellipse([a, b, c, d]: [[f64; 2]; 4], hint: Option<Tool>) -> Drawn {
    let half = |from: [f64; 2], to: [f64; 2]| [(to[0] - from[0]) / 2.0, (to[1] - from[1]) / 2.0];
    let center = [f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])];
    let (major, minor) = (half(a, b), half(c, d));
    let length = |axis: [f64; 2]| libm::hypot(axis[0], axis[1]);
    let [cx, cy] = center;
    let [x, y] = major;
    if hint == Some(Tool::Circle) {
        return (Tool::Circle, vec![center, [cx + x, cy + y]]);
    }
    let is_along = x.abs().min(y.abs()) <= STRAIGHT * length(major);
    if is_along {
        let (width, height) = if x.abs() >= y.abs() {
            (length(major), length(minor))
        } else {
            (length(minor), length(major))
        };
        return (
            Tool::Ellipse,
            vec![[cx - width, cy - height], [cx + width, cy + height]],
        );
    }
    let around = (0..AROUND).map(|step| {
        let turn = f64::from(step) / f64::from(AROUND) * std::f64::consts::TAU;
        let (sin, cos) = (libm::sin(turn), libm::cos(turn));
        [cx + x * cos + minor[0] * sin, cy + y * cos + minor[1] * sin]
    });
    (Tool::Freehand, around.collect())
}

/// The plane that points in the patient lie in, and the points on it: right along the first line, or the longer axis.
pub(super) fn on_plane(points: &[[f64; 3]]) -> Option<(AnnotationPlane, Vec<[f64; 2]>)> {
    let vectors: Vec<DVec3> = points.iter().copied().map(DVec3::from_array).collect();
    let center = *vectors.first()?;
    let right = vectors
        .iter()
        .map(|point| *point - center)
        .find(|way| way.length() > 1e-6)
        .unwrap_or(DVec3::X)
        .try_normalize()?;
    // The point farthest from the line; any direction where all lie on it.
    let beside = |point: &DVec3| {
        let way = *point - center;
        way - right * way.dot(right)
    };
    let farthest = vectors
        .iter()
        .map(beside)
        .max_by(|a, b| a.length().total_cmp(&b.length()))?;
    let down = if farthest.length() > 1e-6 {
        farthest.normalize()
    } else {
        right.any_orthonormal_vector()
    };
    let flat = |point: &DVec3| [(*point - center).dot(right), (*point - center).dot(down)];
    let plane = AnnotationPlane {
        center: center.to_array(),
        right: right.to_array(),
        down: down.to_array(),
    };
    Some((plane, vectors.iter().map(flat).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graphic(kind: &str, points: &[[f64; 2]]) -> Graphic {
        Graphic {
            kind: kind.to_owned(),
            points: points.to_vec(),
        }
    }

    #[test]
    fn names_of_cornerstone_are_known() {
        for (tracking, tool) in [
            ("Cornerstone3DTools@^0.1.0:Length", Some(Tool::Length)),
            ("cornerstoneTools@^4.0.0:EllipticalRoi", Some(Tool::Ellipse)),
            (
                "Cornerstone3DTools@^0.1.0:PlanarFreehandROI:SplineROI",
                Some(Tool::Freehand),
            ),
            ("Cornerstone3DTools@^0.1.0:UltrasoundDirectionalTool", None),
            ("Lesion 1", None),
        ] {
            assert_eq!(named(tracking), tool, "{tracking}");
        }
    }

    #[test]
    fn coordinates_say_their_tool() {
        let box_around = [[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [0.0, 2.0], [0.0, 0.0]];
        let drop = [[0.0, 0.0], [4.0, 0.0], [3.0, 2.0], [0.0, 2.0], [0.0, 0.0]];
        let angle = [[2.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 2.0]];
        for (kind, points, numbers, tool) in [
            ("POLYLINE", &box_around[..], &[][..], Tool::Rectangle),
            ("POLYLINE", &drop, &[], Tool::Freehand),
            ("POLYLINE", &drop[..4], &["area"], Tool::Freehand),
            ("POLYLINE", &angle, &["angle"], Tool::Angle),
            ("POLYLINE", &angle[1..], &["angle"], Tool::Angle),
            ("POLYLINE", &drop[..4], &["cobbAngle"], Tool::Cobb),
            ("POLYLINE", &drop[..2], &["length"], Tool::Length),
            ("CIRCLE", &drop[..2], &[], Tool::Circle),
            ("POINT", &drop[..1], &["value"], Tool::Probe),
            ("POINT", &drop[..1], &[], Tool::Text),
        ] {
            let found = drawn(&[graphic(kind, points)], None, numbers).map(|(tool, _)| tool);
            assert_eq!(found, Some(tool), "{kind} {points:?}");
        }
        assert_eq!(drawn(&[graphic("POLYLINE", &drop[..4])], None, &[]), None);
        assert_eq!(drawn(&[graphic("SPLINE", &drop)], None, &[]), None);
        assert_eq!(drawn(&[], Some(Tool::Length), &[]), None);
    }

    #[test]
    fn an_ellipse_that_lies_askew_is_a_line_around_it() {
        let upright = [[1.0, 0.0], [1.0, 8.0], [0.0, 4.0], [2.0, 4.0]];
        assert_eq!(
            ellipse(upright, None),
            (Tool::Ellipse, vec![[0.0, 0.0], [2.0, 8.0]])
        );
        let (tool, points) = ellipse([[0.0, 0.0], [4.0, 4.0], [1.0, 3.0], [3.0, 1.0]], None);
        assert_eq!((tool, points.len()), (Tool::Freehand, 64));
        assert!(points.iter().all(|[x, y]| {
            let (u, v) = ((x + y - 4.0) / 4.0, (x - y) / 2.0);
            (u * u + v * v - 1.0).abs() < 1e-9
        }));
    }

    #[test]
    fn points_in_the_patient_lie_on_a_plane() {
        let points = [[10.0, 0.0, 5.0], [10.0, 3.0, 5.0], [10.0, 3.0, 9.0]];
        let (plane, flat) = on_plane(&points).expect("a plane");
        assert_eq!(flat, [[0.0, 0.0], [3.0, 0.0], [3.0, 4.0]]);
        assert_eq!((plane.right, plane.down), ([0.0, 1.0, 0.0], [0.0, 0.0, 1.0]));
        assert!(on_plane(&[]).is_none());
    }
}
