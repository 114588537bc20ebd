//! Lengths, angles and areas in an image plane.

use glam::DVec2;

use crate::space::ImagePoint;

/// A vector from one point to another in millimetres, or in pixels where `spacing_mm` is 1, 1.
fn vector(from: ImagePoint, to: ImagePoint, [row_mm, column_mm]: [f64; 2]) -> DVec2 {
    DVec2::new(
        (to.column - from.column) * column_mm,
        (to.row - from.row) * row_mm,
    )
}

/// The distance of two points in millimetres.
pub fn distance(from: ImagePoint, to: ImagePoint, spacing_mm: [f64; 2]) -> f64 {
    vector(from, to, spacing_mm).length()
}

/// The angle at `corner` between two points, 0 to 180 degrees; none where a point is the corner.
pub fn angle_deg(
    first: ImagePoint,
    corner: ImagePoint,
    second: ImagePoint,
    spacing_mm: [f64; 2],
) -> Option<f64> {
    let a = vector(corner, first, spacing_mm);
    let b = vector(corner, second, spacing_mm);
    let is_angle = a.length_squared() > 0.0 && b.length_squared() > 0.0;
    is_angle.then(|| libm::atan2(a.perp_dot(b).abs(), a.dot(b)).to_degrees())
}

/// The area inside a closed polygon in square millimetres, by the shoelace formula; its edges should not cross.
pub fn area(corners: &[ImagePoint], spacing_mm: [f64; 2]) -> f64 {
    // From the first corner, so that places far from the origin lose no digits.
    let Some(first) = corners.first() else { return 0.0 };
    let from_first = |corner: &ImagePoint| vector(*first, *corner, spacing_mm);
    let twice: f64 = edges(corners)
        .map(|(a, b)| from_first(&a).perp_dot(from_first(&b)))
        .sum();
    twice.abs() / 2.0
}

/// The length of a closed polygon's edge in millimetres.
pub fn perimeter(corners: &[ImagePoint], spacing_mm: [f64; 2]) -> f64 {
    edges(corners).map(|(a, b)| distance(a, b, spacing_mm)).sum()
}

/// From each corner to the next, and from the last to the first.
pub(super) fn edges(corners: &[ImagePoint]) -> impl Iterator<Item = (ImagePoint, ImagePoint)> + '_ {
    let next = corners.iter().cycle().skip(1);
    corners.iter().copied().zip(next.copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(column: f64, row: f64) -> ImagePoint {
        ImagePoint { column, row }
    }

    #[track_caller]
    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn rows_and_columns_have_their_own_spacing() {
        // rows 2 mm apart, columns 0.5 mm
        let spacing = [2.0, 0.5];
        assert_near(distance(at(0.0, 0.0), at(8.0, 0.0), spacing), 4.0);
        assert_near(distance(at(0.0, 0.0), at(0.0, 8.0), spacing), 16.0);
        assert_near(distance(at(0.0, 0.0), at(6.0, 2.0), spacing), 5.0);
        let rectangle = [
            at(100.0, 100.0),
            at(110.0, 100.0),
            at(110.0, 104.0),
            at(100.0, 104.0),
        ];
        assert_near(area(&rectangle, spacing), 5.0 * 8.0);
        assert_near(perimeter(&rectangle, spacing), 26.0);
        assert_near(area(&[], spacing), 0.0);
    }

    #[test]
    fn angles_are_those_in_millimetres() {
        let square = [1.0, 1.0];
        assert_eq!(
            angle_deg(at(1.0, 0.0), at(0.0, 0.0), at(0.0, 1.0), square),
            Some(90.0)
        );
        assert_eq!(
            angle_deg(at(1.0, 0.0), at(0.0, 0.0), at(-3.0, 0.0), square),
            Some(180.0)
        );
        // one column and one row: 45 degrees in square pixels, atan(2) where rows are twice as far apart
        let found = angle_deg(at(1.0, 0.0), at(0.0, 0.0), at(1.0, 1.0), [2.0, 1.0]).expect("an angle");
        assert_near(found, 63.434_948_822_922_01);
        assert_eq!(angle_deg(at(0.0, 0.0), at(0.0, 0.0), at(1.0, 1.0), square), None);
    }
}
