//! Which pixels belong to a region.

use glam::DVec2;

use super::planar::{self, edges};
use crate::space::ImagePoint;

/// Part of an image plane.
#[derive(Debug, Clone, PartialEq)]
pub enum Region {
    /// Between two opposite corners, sides along rows and columns.
    Rectangle {
        /// A corner.
        from: ImagePoint,
        /// The corner opposite.
        to: ImagePoint,
    },
    /// An ellipse with its axes along rows and columns; a circle on square pixels.
    Ellipse {
        /// Its centre.
        center: ImagePoint,
        /// Half its width, in columns.
        column_radius: f64,
        /// Half its height, in rows.
        row_radius: f64,
    },
    /// Inside a closed line; where it crosses itself, what it goes around an odd number of times.
    Polygon(Vec<ImagePoint>),
}

impl Region {
    /// Whether a point belongs to it: inside or on the edge.
    pub fn contains(&self, point: ImagePoint) -> bool {
        match self {
            Self::Rectangle { from, to } => {
                let between = |a: f64, b: f64, x: f64| (a.min(b)..=a.max(b)).contains(&x);
                between(from.column, to.column, point.column) && between(from.row, to.row, point.row)
            }
            Self::Ellipse {
                center,
                column_radius,
                row_radius,
            } => {
                let (x, y) = (point.column - center.column, point.row - center.row);
                let (a, b) = (column_radius * row_radius, [x * row_radius, y * column_radius]);
                b[0] * b[0] + b[1] * b[1] <= a * a
            }
            Self::Polygon(corners) => on_edge(corners, point) || inside(corners, point),
        }
    }

    /// Its area in square millimetres: that of the shape, not of its pixels.
    pub fn area(&self, spacing_mm: [f64; 2]) -> f64 {
        let pixel = spacing_mm[0] * spacing_mm[1];
        match self {
            Self::Rectangle { from, to } => ((to.column - from.column) * (to.row - from.row)).abs() * pixel,
            Self::Ellipse {
                column_radius,
                row_radius,
                ..
            } => std::f64::consts::PI * (column_radius * row_radius).abs() * pixel,
            Self::Polygon(corners) => planar::area(corners, spacing_mm),
        }
    }

    /// The numbers (from 0, row after row) of the pixels of a frame of `[rows, columns]` that belong to it, ascending.
    pub fn pixels(&self, [rows, columns]: [u32; 2]) -> impl Iterator<Item = usize> + '_ {
        let [first, last] = self.bounds();
        let row_range = whole(first.row, last.row, rows);
        let column_range = whole(first.column, last.column, columns);
        row_range.flat_map(move |row| {
            column_range.clone().filter_map(move |column| {
                let point = ImagePoint {
                    column: f64::from(column),
                    row: f64::from(row),
                };
                self.contains(point)
                    .then(|| row as usize * columns as usize + column as usize)
            })
        })
    }

    /// The corners of the box around it.
    fn bounds(&self) -> [ImagePoint; 2] {
        let corners = match self {
            Self::Rectangle { from, to } => vec![*from, *to],
            Self::Ellipse {
                center,
                column_radius,
                row_radius,
            } => [1.0, -1.0]
                .map(|sign| ImagePoint {
                    column: center.column + sign * column_radius,
                    row: center.row + sign * row_radius,
                })
                .to_vec(),
            Self::Polygon(corners) => corners.clone(),
        };
        let most = |pick: fn(f64, f64) -> f64, start: f64| {
            corners.iter().fold([start; 2], |most, corner| {
                [pick(most[0], corner.column), pick(most[1], corner.row)]
            })
        };
        [most(f64::min, f64::INFINITY), most(f64::max, f64::NEG_INFINITY)]
            .map(|[column, row]| ImagePoint { column, row })
    }
}

/// Whole numbers from `low` to `high` within `0..length`; empty where the numbers make no sense.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the casts saturate, and NaN becomes 0"
)]
fn whole(low: f64, high: f64, length: u32) -> std::ops::Range<u32> {
    let end = (high.floor() + 1.0).max(0.0) as u32;
    low.ceil().max(0.0) as u32..end.min(length)
}

/// Whether a line from the point to the right crosses the edge an odd number of times.
fn inside(corners: &[ImagePoint], point: ImagePoint) -> bool {
    edges(corners).fold(false, |inside, (a, b)| {
        let crosses = (a.row > point.row) != (b.row > point.row);
        let column = (b.column - a.column) * (point.row - a.row) / (b.row - a.row) + a.column;
        inside != (crosses && point.column < column)
    })
}

fn on_edge(corners: &[ImagePoint], point: ImagePoint) -> bool {
    edges(corners).any(|(a, b)| {
        let along = DVec2::new(b.column - a.column, b.row - a.row);
        let to = DVec2::new(point.column - a.column, point.row - a.row);
        // A thousandth of a millionth of a pixel: what rounding leaves of a point that was meant to be on it.
        let distance = along.perp_dot(to).abs();
        let is_beside = (0.0..=along.length_squared()).contains(&to.dot(along));
        distance <= 1e-9 * along.length().max(1e-9) && is_beside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(column: f64, row: f64) -> ImagePoint {
        ImagePoint { column, row }
    }

    fn pixels(region: &Region) -> Vec<usize> {
        region.pixels([5, 10]).collect()
    }

    #[test]
    fn a_rectangle_takes_the_centres_on_its_edge() {
        let region = Region::Rectangle {
            from: at(4.0, 2.5),
            to: at(2.0, 1.0),
        };
        assert_eq!(pixels(&region), [12, 13, 14, 22, 23, 24]);
        assert!((region.area([2.0, 0.5]) - 3.0).abs() < 1e-12);
    }

    #[test]
    fn an_ellipse_takes_the_centres_on_its_edge() {
        let region = Region::Ellipse {
            center: at(3.0, 2.0),
            column_radius: 2.0,
            row_radius: 1.0,
        };
        assert_eq!(pixels(&region), [13, 21, 22, 23, 24, 25, 33]);
    }

    #[test]
    fn a_polygon_is_what_its_edge_goes_around() {
        let triangle = Region::Polygon(vec![at(1.0, 0.0), at(4.0, 0.0), at(1.0, 3.0)]);
        assert_eq!(pixels(&triangle), [1, 2, 3, 4, 11, 12, 13, 21, 22, 31]);
        // Twice around the middle: not inside.
        let bow = Region::Polygon(vec![at(0.0, 0.0), at(4.0, 4.0), at(4.0, 0.0), at(0.0, 4.0)]);
        assert!(!bow.contains(at(2.0, 0.5)) && bow.contains(at(0.5, 1.5)));
    }

    #[test]
    fn what_makes_no_sense_is_empty() {
        for region in [
            Region::Polygon(Vec::new()),
            Region::Polygon(vec![at(f64::NAN, 0.0), at(1.0, f64::INFINITY)]),
            Region::Rectangle {
                from: at(-9.0, -9.0),
                to: at(-1.0, -1.0),
            },
            Region::Ellipse {
                center: at(1e300, f64::NAN),
                column_radius: 1.0,
                row_radius: 1e300,
            },
        ] {
            assert_eq!(pixels(&region), [0; 0], "{region:?}");
        }
    }
}
