//! Which pixels belong to a region.

use std::ops::Range;

use glam::DVec2;

use super::{
    planar::{self, edges},
    scan::{Scan, whole},
};
use crate::space::ImagePoint;

/// A thousandth of a millionth of a pixel: what rounding leaves of a point that was meant to be on an edge.
pub(super) const ON_EDGE: f64 = 1e-9;

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

/// Pixels of one row that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The row.
    pub row: u32,
    /// Its columns.
    pub columns: Range<u32>,
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
                let is_beside = x.abs() <= column_radius.abs() && y.abs() <= row_radius.abs();
                is_beside && b[0] * b[0] + b[1] * b[1] <= a * a
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
        self.spans([rows, columns]).flat_map(move |span| {
            let start = span.row as usize * columns as usize;
            (start + span.columns.start as usize)..(start + span.columns.end as usize)
        })
    }

    /// The pixels of a frame of `[rows, columns]` that belong to it, in runs along rows that neither touch nor overlap, ascending.
    pub fn spans(&self, [rows, columns]: [u32; 2]) -> impl Iterator<Item = Span> + '_ {
        let [first, last] = self.bounds();
        let within = whole(first.column, last.column, columns);
        let mut scan = match self {
            Self::Polygon(corners) => Some(Scan::new(corners)),
            _ => None,
        };
        let row_range = if within.is_empty() {
            0..0
        } else {
            whole(first.row, last.row, rows)
        };
        row_range.flat_map(move |row| {
            let runs = match (self, &mut scan) {
                (_, Some(scan)) => scan.row(row, &within),
                (Self::Ellipse { .. }, _) => vec![self.ellipse_run(row, &within)],
                _ => vec![within.clone()],
            };
            runs.into_iter()
                .filter(|columns| !columns.is_empty())
                .map(move |columns| Span { row, columns })
        })
    }

    /// The columns of a row that belong to an ellipse: estimated, and held to [`Region::contains`] at both ends.
    fn ellipse_run(&self, row: u32, within: &Range<u32>) -> Range<u32> {
        let Self::Ellipse {
            center,
            column_radius,
            row_radius,
        } = self
        else {
            return 0..0;
        };
        let contains = |column: u32| {
            self.contains(ImagePoint {
                column: f64::from(column),
                row: f64::from(row),
            })
        };
        let height = (f64::from(row) - center.row) / row_radius;
        let half = column_radius.abs() * libm::sqrt((1.0 - height * height).max(0.0));
        let run = whole(center.column - half, center.column + half, within.end);
        let mut run = run.start.max(within.start)..run.end;
        while run.start > within.start && contains(run.start - 1) {
            run.start -= 1;
        }
        while !run.is_empty() && !contains(run.start) {
            run.start += 1;
        }
        while run.end < within.end && contains(run.end) {
            run.end += 1;
        }
        while !run.is_empty() && !contains(run.end - 1) {
            run.end -= 1;
        }
        run
    }

    /// Whether part of it is outside of a frame of `[rows, columns]`.
    pub(super) fn reaches_beyond(&self, [rows, columns]: [u32; 2]) -> bool {
        let [first, last] = self.bounds();
        let is_within = |low: f64, high: f64, count: u32| low >= -0.5 && high <= f64::from(count) - 0.5;
        !(is_within(first.column, last.column, columns) && is_within(first.row, last.row, rows))
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

/// Whether a line from the point to the right crosses the edge an odd number of times.
fn inside(corners: &[ImagePoint], point: ImagePoint) -> bool {
    edges(corners).fold(false, |inside, (a, b)| {
        let crosses = (a.row > point.row) != (b.row > point.row);
        let column = (b.column - a.column) * (point.row - a.row) / (b.row - a.row) + a.column;
        inside != (crosses && point.column < column)
    })
}

fn on_edge(corners: &[ImagePoint], point: ImagePoint) -> bool {
    edges(corners).any(|(a, b)| is_on(a, b, point))
}

/// Whether a point lies on the line between two others.
pub(super) fn is_on(a: ImagePoint, b: ImagePoint, point: ImagePoint) -> bool {
    let along = DVec2::new(b.column - a.column, b.row - a.row);
    let to = DVec2::new(point.column - a.column, point.row - a.row);
    if along.length_squared() <= 0.0 {
        return to.length() <= ON_EDGE;
    }
    let distance = along.perp_dot(to).abs();
    let is_beside = (0.0..=along.length_squared()).contains(&to.dot(along));
    distance <= ON_EDGE * along.length().max(ON_EDGE) && is_beside
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
    fn runs_are_the_pixels_that_it_contains() {
        // quarters of pixels, so that many centres lie on edges and corners
        let mut seed = 1_u32;
        let mut quarter = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(seed >> 24) / 16.0 - 3.0
        };
        let size = [11, 9];
        for number in 0..4000 {
            let mut point = || at((quarter() * 4.0).round() / 4.0, (quarter() * 4.0).round() / 4.0);
            let region = match number % 3 {
                0 => Region::Rectangle {
                    from: point(),
                    to: point(),
                },
                1 => {
                    let (center, radii) = (point(), point());
                    Region::Ellipse {
                        center,
                        column_radius: radii.column.abs(),
                        row_radius: radii.row.abs(),
                    }
                }
                _ => Region::Polygon((0..3 + number % 5).map(|_| point()).collect()),
            };
            let expected: Vec<usize> = (0..size[0] * size[1])
                .filter(|pixel| region.contains(at(f64::from(pixel % size[1]), f64::from(pixel / size[1]))))
                .map(|pixel| pixel as usize)
                .collect();
            assert_eq!(region.pixels(size).collect::<Vec<_>>(), expected, "{region:?}");
        }
    }

    #[test]
    fn a_polygon_is_the_same_from_each_of_its_corners() {
        let corners = [
            at(1.25, 0.5),
            at(7.0, 1.0),
            at(5.5, 4.0),
            at(8.0, 4.5),
            at(2.0, 4.25),
        ];
        let whole = pixels(&Region::Polygon(corners.to_vec()));
        assert!(whole.len() > 10);
        for start in 0..corners.len() {
            let mut turned = corners.to_vec();
            turned.rotate_left(start);
            assert_eq!(pixels(&Region::Polygon(turned.clone())), whole);
            turned.reverse();
            assert_eq!(pixels(&Region::Polygon(turned)), whole);
        }
    }

    #[test]
    fn a_corner_may_be_there_twice() {
        let once = [at(1.0, 0.0), at(4.0, 0.0), at(1.0, 3.0)];
        let twice = [once[0], once[1], once[1], once[2]];
        assert_eq!(
            pixels(&Region::Polygon(twice.to_vec())),
            pixels(&Region::Polygon(once.to_vec()))
        );
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
