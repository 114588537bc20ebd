//! Signed distances to simple bodies, in mm: negative inside, zero on the surface, positive outside.

use crate::Point;

/// `a - b`.
#[must_use]
pub fn minus(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// The scalar product.
#[must_use]
pub fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The Euclidean length, mm.
#[must_use]
pub fn length(a: Point) -> f64 {
    dot(a, a).sqrt()
}

/// The exact distance to a sphere.
#[must_use]
pub fn sphere(point: Point, centre: Point, radius: f64) -> f64 {
    length(minus(point, centre)) - radius
}

/// The distance to an ellipsoid: of the first order, exact on its surface.
#[must_use]
pub fn ellipsoid(point: Point, centre: Point, radii: Point) -> f64 {
    let q = minus(point, centre);
    let scaled = [q[0] / radii[0], q[1] / radii[1], q[2] / radii[2]];
    let gradient = [scaled[0] / radii[0], scaled[1] / radii[1], scaled[2] / radii[2]];
    let (k0, k1) = (length(scaled), length(gradient));
    if k1 < 1e-12 {
        return -radii[0].min(radii[1]).min(radii[2]);
    }
    k0 * (k0 - 1.0) / k1
}

/// The exact distance to a capsule: all points within `radius` of the segment from `start` to `end`.
#[must_use]
pub fn capsule(point: Point, start: Point, end: Point, radius: f64) -> f64 {
    let (from_start, axis) = (minus(point, start), minus(end, start));
    let along = (dot(from_start, axis) / dot(axis, axis)).clamp(0.0, 1.0);
    let nearest = [along * axis[0], along * axis[1], along * axis[2]];
    length(minus(from_start, nearest)) - radius
}

/// The union of two bodies with an edge rounded over about `rounding` mm.
#[must_use]
pub fn union(a: f64, b: f64, rounding: f64) -> f64 {
    let h = (0.5 + 0.5 * (b - a) / rounding).clamp(0.0, 1.0);
    b + (a - b) * h - rounding * h * (1.0 - h)
}

/// How much of a voxel of about `width` mm lies inside a body at this distance: 1 inside, 0 outside.
#[must_use]
pub fn coverage(distance: f64, width: f64) -> f64 {
    (0.5 - distance / width).clamp(0.0, 1.0)
}

/// From 0 at `low` to 1 at `high`, smooth at both ends.
#[must_use]
pub fn smooth(value: f64, low: f64, high: f64) -> f64 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// `from` where `share` is 0, `to` where it is 1.
#[must_use]
pub fn mix(from: f64, to: f64, share: f64) -> f64 {
    from + (to - from) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn distances_are_negative_inside_and_exact_on_the_axes() {
        assert!(near(sphere([3.0, 4.0, 0.0], [0.0; 3], 2.0), 3.0));
        assert!(near(
            ellipsoid([10.0, 0.0, 0.0], [0.0; 3], [10.0, 20.0, 30.0]),
            0.0
        ));
        assert!(near(ellipsoid([0.0; 3], [0.0; 3], [10.0, 20.0, 30.0]), -10.0));
        assert!(near(
            capsule([5.0, 0.0, 5.0], [0.0; 3], [0.0, 0.0, 10.0], 2.0),
            3.0
        ));
        assert!(near(
            capsule([0.0, 0.0, 14.0], [0.0; 3], [0.0, 0.0, 10.0], 2.0),
            2.0
        ));
    }

    #[test]
    fn a_voxel_on_the_surface_is_half_covered() {
        assert!(near(coverage(0.0, 1.0), 0.5));
        assert!(near(coverage(-0.5, 1.0), 1.0));
        assert!(near(coverage(0.5, 1.0), 0.0));
    }

    #[test]
    fn a_union_is_no_further_than_its_parts() {
        assert!(union(3.0, 1.0, 0.5) <= 1.0);
        assert!(near(union(10.0, 1.0, 0.5), 1.0));
    }
}
