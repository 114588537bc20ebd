//! Display shutters (PS3.3 C.7.6.11). Rows and columns count from 1 at the first pixel; a pixel whose centre is inside a
//! shape or on its edge is shown; of several shapes, what all of them show.

use dicom_dictionary_std::tags;

use super::{dataset::DataSet, order::sorted};
use crate::mask::SHUTTERED;

/// Vertices that are read.
const MAX_VERTICES: usize = 4096;
/// Coordinates beyond are taken as this one.
const FAR: i64 = 1 << 20;

/// The shutter of an object or of a frame.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shutter {
    shapes: Vec<Shape>,
    /// Display level of `ShutterPresentationValue`, black when absent.
    pub(crate) level: u8,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    /// First and last row, first and last column.
    Rectangle([i64; 4]),
    /// Row and column of the centre, and radius in pixels along a row.
    Circle([f64; 3]),
    /// Row and column of each vertex.
    Polygon(Vec<[i64; 2]>),
}

impl Shutter {
    /// The shutter that the data set describes, if it does. A shape without its attributes is left out.
    pub(crate) fn read(dataset: &DataSet<'_>) -> Option<Self> {
        let shapes: Vec<Shape> = dataset
            .code(tags::SHUTTER_SHAPE)?
            .split('\\')
            .filter_map(|name| shape(dataset, name.trim()))
            .collect();
        let value = dataset.word(tags::SHUTTER_PRESENTATION_VALUE).unwrap_or_default();
        let level = u8::try_from((u32::from(value) + 128) / 257).unwrap_or(u8::MAX);
        (!shapes.is_empty()).then_some(Self { shapes, level })
    }

    /// Marks what is neutralised in `[rows, columns]`; a pixel is `aspect` times as high as wide.
    pub(crate) fn mark(&self, columns: u16, aspect: f64, mask: &mut [u8]) {
        let mut shown = vec![false; usize::from(columns)];
        for (row, line) in (1_i64..).zip(mask.chunks_exact_mut(usize::from(columns))) {
            for shape in &self.shapes {
                shown.fill(false);
                shape.show(row, aspect, &mut shown);
                for (pixel, shown) in line.iter_mut().zip(&shown) {
                    if !shown {
                        *pixel |= SHUTTERED;
                    }
                }
            }
        }
    }
}

impl Shape {
    /// Sets the pixels of a row that are shown.
    fn show(&self, row: i64, aspect: f64, shown: &mut [bool]) {
        match self {
            Self::Rectangle([first, last, left, right]) => {
                if (first..=last).contains(&&row) {
                    span(*left, *right, shown);
                }
            }
            Self::Circle([center_row, center_column, radius]) => {
                let down = (real(row) - center_row) * aspect;
                for (column, shown) in (1_i64..).zip(shown) {
                    let right = real(column) - center_column;
                    *shown = right * right + down * down <= radius * radius;
                }
            }
            Self::Polygon(vertices) => polygon(vertices, row, shown),
        }
    }
}

/// Sets columns `first..=last`, which count from 1.
fn span(first: i64, last: i64, shown: &mut [bool]) {
    let end = usize::try_from(last).unwrap_or_default().min(shown.len());
    let start = usize::try_from(first - 1).unwrap_or_default();
    if let Some(shown) = shown.get_mut(start..end) {
        shown.fill(true);
    }
}

/// Between each two crossings of the row with the polygon (even-odd), and on its edges.
fn polygon(vertices: &[[i64; 2]], row: i64, shown: &mut [bool]) {
    // crossings in half columns: odd where an edge passes between the centres of two pixels
    let mut crossings = Vec::new();
    let next = vertices.iter().cycle().skip(1);
    for (&[row_a, column_a], &[row_b, column_b]) in vertices.iter().zip(next) {
        if row_a == row_b {
            if row == row_a {
                span(column_a.min(column_b), column_a.max(column_b), shown);
            }
            continue;
        }
        if !(row_a.min(row_b)..=row_a.max(row_b)).contains(&row) {
            continue;
        }
        let (over, under) = if row_a < row_b {
            ((row - row_a) * (column_b - column_a), row_b - row_a)
        } else {
            ((row - row_b) * (column_a - column_b), row_a - row_b)
        };
        let from = if row_a < row_b { column_a } else { column_b };
        let floor = from + over.div_euclid(under);
        let is_between = over.rem_euclid(under) != 0;
        if !is_between {
            span(floor, floor, shown);
        }
        if row < row_a.max(row_b) {
            crossings.push(2 * floor + i64::from(is_between));
        }
    }
    for pair in sorted(crossings).as_chunks::<2>().0 {
        // the whole columns after the first crossing and before the last
        let [first, last] = *pair;
        span((first + 1).div_euclid(2), last.div_euclid(2), shown);
    }
}

fn shape(dataset: &DataSet<'_>, name: &str) -> Option<Shape> {
    let number = |tag| dataset.integer(tag).map(|number| number.clamp(-FAR, FAR));
    match name {
        "RECTANGULAR" => {
            let [upper, lower, left, right] = [
                number(tags::SHUTTER_UPPER_HORIZONTAL_EDGE)?,
                number(tags::SHUTTER_LOWER_HORIZONTAL_EDGE)?,
                number(tags::SHUTTER_LEFT_VERTICAL_EDGE)?,
                number(tags::SHUTTER_RIGHT_VERTICAL_EDGE)?,
            ];
            Some(Shape::Rectangle([
                upper.min(lower),
                upper.max(lower),
                left.min(right),
                left.max(right),
            ]))
        }
        "CIRCULAR" => {
            let radius = dataset
                .f64(tags::RADIUS_OF_CIRCULAR_SHUTTER)
                .filter(|radius| *radius >= 0.0)?;
            match dataset.f64s(tags::CENTER_OF_CIRCULAR_SHUTTER).as_slice() {
                &[row, column] => Some(Shape::Circle([row, column, radius])),
                _ => None,
            }
        }
        "POLYGONAL" => {
            let numbers = dataset.f64s(tags::VERTICES_OF_THE_POLYGONAL_SHUTTER);
            let vertices: Vec<[i64; 2]> = numbers
                .as_chunks::<2>()
                .0
                .iter()
                .take(MAX_VERTICES)
                .map(|pair| pair.map(whole))
                .collect();
            (vertices.len() >= 3).then_some(Shape::Polygon(vertices))
        }
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates; whole numbers by their VR, IS"
)]
fn whole(number: f64) -> i64 {
    (number as i64).clamp(-FAR, FAR)
}

#[expect(clippy::cast_precision_loss, reason = "a row or column")]
const fn real(value: i64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown, line by line.
    fn picture(shapes: Vec<Shape>, rows: usize, columns: u16, aspect: f64) -> Vec<String> {
        let mut mask = vec![0; rows * usize::from(columns)];
        Shutter { shapes, level: 0 }.mark(columns, aspect, &mut mask);
        let sign = |bits: &u8| if bits & SHUTTERED == 0 { '#' } else { '.' };
        let lines = mask.chunks(usize::from(columns));
        lines.map(|line| line.iter().map(sign).collect()).collect()
    }

    #[test]
    fn edges_are_shown() {
        let rectangle = Shape::Rectangle([2, 3, 2, 4]);
        assert_eq!(
            picture(vec![rectangle], 4, 5, 1.0),
            [".....", ".###.", ".###.", "....."]
        );
        let circle = Shape::Circle([3.0, 3.0, 2.0]);
        assert_eq!(
            picture(vec![circle], 5, 5, 1.0),
            ["..#..", ".###.", "#####", ".###.", "..#.."]
        );
    }

    #[test]
    fn a_circle_of_tall_pixels_has_fewer_rows() {
        let circle = Shape::Circle([3.0, 3.0, 2.0]);
        assert_eq!(
            picture(vec![circle], 5, 5, 2.0),
            [".....", "..#..", "#####", "..#..", "....."]
        );
    }

    #[test]
    fn polygons_are_shown_with_their_edges() {
        let triangle = Shape::Polygon(vec![[1, 3], [3, 5], [3, 1]]);
        assert_eq!(
            picture(vec![triangle], 4, 5, 1.0),
            ["..#..", ".###.", "#####", "....."]
        );
        let arrow = Shape::Polygon(vec![[1, 1], [5, 1], [3, 3], [5, 5], [1, 5]]);
        assert_eq!(
            picture(vec![arrow], 5, 5, 1.0),
            ["#####", "#####", "#####", "##.##", "#...#"]
        );
    }

    #[test]
    fn of_several_shapes_the_least_is_shown() {
        let shapes = vec![Shape::Rectangle([1, 2, 1, 3]), Shape::Rectangle([2, 4, 2, 9])];
        assert_eq!(picture(shapes, 3, 4, 1.0), ["....", ".##.", "...."]);
    }
}
