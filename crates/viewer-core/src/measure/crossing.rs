//! Whether a closed line crosses itself.

use glam::{DVec2, Vec2Swizzles as _};

use crate::space::ImagePoint;

/// An edge, its number, and the corner before it.
struct Edge {
    number: usize,
    before: DVec2,
    from: DVec2,
    to: DVec2,
}

impl Edge {
    fn low(&self) -> DVec2 {
        self.from.min(self.to)
    }

    fn high(&self) -> DVec2 {
        self.from.max(self.to)
    }

    /// On which side of it a point lies; 0 where it lies on the line through it.
    fn side(&self, point: DVec2) -> f64 {
        (self.to - self.from).perp_dot(point - self.from)
    }

    /// Whether both cross, within their lengths or where one of them begins; lines that only touch do not.
    fn crosses(&self, other: &Self) -> bool {
        let parted = |of: &Self, by: &Self| by.side(of.from) * by.side(of.to) < 0.0;
        self.low().cmple(other.high()).all()
            && other.low().cmple(self.high()).all()
            && (parted(self, other) && parted(other, self) || self.passes(other) || other.passes(self))
    }

    /// Whether the line crosses the other one where this edge begins: it comes from one side of that and leaves to the other.
    fn passes(&self, other: &Self) -> bool {
        let at = self.from;
        let is_inside = other.side(at).abs() <= 0.0 && (other.from - at).dot(other.to - at) < 0.0;
        let came_from = match other {
            Self { before, from, .. } if *from == at => *before,
            Self { from, .. } if is_inside => *from,
            _ => return false,
        };
        let (ahead, behind) = (other.to - at, came_from - at);
        // On one side of the other line, as that turns here; none where both run along each other.
        let is_beside = |to: DVec2| {
            let sides = [ahead.perp_dot(to), to.perp_dot(behind)].map(|side| side > 0.0);
            let along = |way: DVec2| way.perp_dot(to).abs() <= 0.0 && way.dot(to) > 0.0;
            let is_sharp = ahead.perp_dot(behind) > 0.0;
            (!along(ahead) && !along(behind)).then_some(if is_sharp {
                sides[0] && sides[1]
            } else {
                sides[0] || sides[1]
            })
        };
        match (is_beside(self.before - at), is_beside(self.to - at)) {
            (Some(came), Some(goes)) => came != goes,
            _ => false,
        }
    }
}

/// Whether two edges of the closed line cross. Edges are met from the top down, so that only those at one height are held
/// against each other; from the left where most of them are steep.
pub(super) fn crosses_itself(corners: &[ImagePoint]) -> bool {
    let mut points: Vec<DVec2> = corners
        .iter()
        .map(|point| DVec2::new(point.column, point.row))
        .collect();
    let steps = points.windows(2).map(|two| (two[1] - two[0]).abs());
    let way: DVec2 = steps.sum();
    if way.y > way.x {
        points.iter_mut().for_each(|point| *point = point.yx());
    }
    points.dedup();
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    let from_last = points.iter().cycle().skip(points.len().saturating_sub(1));
    let to = points.iter().cycle().skip(1);
    let mut sorted: Vec<Edge> = from_last
        .zip(&points)
        .zip(to)
        .enumerate()
        .map(|(number, ((before, from), to))| Edge {
            number,
            before: *before,
            from: *from,
            to: *to,
        })
        .collect();
    let count = sorted.len();
    sorted.sort_unstable_by(|a, b| a.low().y.total_cmp(&b.low().y));
    let is_next = |a: usize, b: usize| (a + 1) % count == b || (b + 1) % count == a;
    let mut active: Vec<&Edge> = Vec::new();
    for edge in &sorted {
        active.retain(|other| other.high().y >= edge.low().y);
        let crossed = active
            .iter()
            .any(|other| !is_next(edge.number, other.number) && edge.crosses(other));
        if crossed {
            return true;
        }
        active.push(edge);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[[f64; 2]]) -> Vec<ImagePoint> {
        points
            .iter()
            .map(|[column, row]| ImagePoint {
                column: *column,
                row: *row,
            })
            .collect()
    }

    #[test]
    fn only_lines_that_cross_do() {
        assert!(crosses_itself(&line(&[
            [0.0, 0.0],
            [4.0, 4.0],
            [4.0, 0.0],
            [0.0, 4.0]
        ])));
        assert!(!crosses_itself(&line(&[
            [0.0, 0.0],
            [4.0, 0.0],
            [4.0, 4.0],
            [0.0, 4.0]
        ])));
        // touches itself in a corner
        assert!(!crosses_itself(&line(&[
            [0.0, 0.0],
            [2.0, 2.0],
            [4.0, 0.0],
            [4.0, 4.0],
            [2.0, 2.0],
            [0.0, 4.0]
        ])));
        // a point twice
        assert!(!crosses_itself(&line(&[
            [0.0, 0.0],
            [0.0, 0.0],
            [4.0, 0.0],
            [4.0, 4.0]
        ])));
    }

    #[test]
    fn a_line_may_cross_itself_in_a_corner() {
        let through_both = [
            [0.0, 0.0],
            [2.0, 2.0],
            [4.0, 4.0],
            [4.0, 0.0],
            [2.0, 2.0],
            [0.0, 4.0],
        ];
        let through_an_edge = [[0.0, 0.0], [4.0, 4.0], [4.0, 0.0], [2.0, 2.0], [0.0, 4.0]];
        let twice_around = [
            [0.0, 0.0],
            [6.0, 0.0],
            [6.0, 6.0],
            [0.0, 6.0],
            [0.0, 2.0],
            [4.0, 2.0],
            [4.0, 4.0],
            [-2.0, 4.0],
            [-2.0, 0.0],
        ];
        // up to an edge and back
        let touching = [[0.0, 0.0], [8.0, 0.0], [8.0, 4.0], [4.0, 0.0], [0.0, 4.0]];
        for (points, expected) in [
            (&through_both[..], true),
            (&through_an_edge, true),
            (&twice_around, true),
            (&touching, false),
        ] {
            for start in 0..points.len() {
                let mut turned = line(points);
                turned.rotate_left(start);
                assert_eq!(crosses_itself(&turned), expected, "{turned:?}");
                turned.push(turned[0]);
                turned.reverse();
                assert_eq!(crosses_itself(&turned), expected, "{turned:?}");
            }
        }
    }

    #[test]
    fn a_long_line_is_quick() {
        let round: Vec<_> = (0..100_000)
            .map(|number| {
                let turn = f64::from(number) / 100_000.0 * std::f64::consts::TAU;
                [libm::cos(turn) * 500.0, libm::sin(turn) * 500.0]
            })
            .collect();
        assert!(!crosses_itself(&line(&round)));
        let comb = (0..100_000).map(|number| [f64::from(number), f64::from(number % 2) * 500.0]);
        let around: Vec<_> = comb.chain([[1e5, -1.0], [0.0, -1.0]]).collect();
        assert!(!crosses_itself(&line(&around)));
    }
}
