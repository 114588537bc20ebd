//! Whether a closed line crosses itself.

use glam::DVec2;

use super::planar::edges;
use crate::space::ImagePoint;

/// An edge, its number, and the rows that it reaches over.
struct Edge {
    number: usize,
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

    /// Whether both cross within their lengths; edges that only touch do not.
    fn crosses(&self, other: &Self) -> bool {
        let side = |of: &Self, point: DVec2| (of.to - of.from).perp_dot(point - of.from);
        let parted = |of: &Self, by: &Self| side(by, of.from) * side(by, of.to) < 0.0;
        self.low().cmple(other.high()).all()
            && other.low().cmple(self.high()).all()
            && parted(self, other)
            && parted(other, self)
    }
}

/// Whether two edges of the closed line cross. Edges are met from the top down, so that only those at one height are held
/// against each other.
pub(super) fn crosses_itself(corners: &[ImagePoint]) -> bool {
    let vector = |point: ImagePoint| DVec2::new(point.column, point.row);
    let mut sorted: Vec<Edge> = edges(corners)
        .enumerate()
        .map(|(number, (from, to))| Edge {
            number,
            from: vector(from),
            to: vector(to),
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
    fn a_long_line_is_quick() {
        let round: Vec<_> = (0..100_000)
            .map(|number| {
                let turn = f64::from(number) / 100_000.0 * std::f64::consts::TAU;
                [libm::cos(turn) * 500.0, libm::sin(turn) * 500.0]
            })
            .collect();
        assert!(!crosses_itself(&line(&round)));
    }
}
