//! Three planes through one point, moved and turned together.

use glam::DVec3;

use super::Plane;

/// Planes that are linked: each goes through the point. What each shows in the middle of its canvas moves along its normal
/// only, so that no picture jumps when the point is moved in another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crosshair {
    point_mm: DVec3,
    planes: [Plane; 3],
}

impl Crosshair {
    /// The planes, brought to `point_mm`.
    pub fn new(point_mm: DVec3, planes: [Plane; 3]) -> Self {
        Self {
            point_mm,
            planes: planes.map(|plane| plane.through(point_mm)),
        }
    }

    /// Where the planes meet, in patient millimetres.
    pub const fn point_mm(&self) -> DVec3 {
        self.point_mm
    }

    /// The planes.
    pub const fn planes(&self) -> &[Plane; 3] {
        &self.planes
    }

    /// Moved to another point.
    #[must_use]
    pub fn moved_to(&self, point_mm: DVec3) -> Self {
        Self::new(point_mm, self.planes)
    }

    /// Turned as seen in plane `number`: the others turn about its normal through the point, clockwise on its canvas. A number
    /// that is none turns all three as seen in none: nothing.
    #[must_use]
    pub fn turned_in(&self, number: usize, radians: f64) -> Self {
        let mut turned = *self;
        let Some(axis) = self.planes.get(number).map(Plane::normal) else {
            return turned;
        };
        for (other, plane) in turned.planes.iter_mut().enumerate() {
            if other != number {
                // The normal goes into the screen, so a turn about it is clockwise for who looks along it.
                *plane = plane.turned(self.point_mm, axis, radians);
            }
        }
        turned
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reslice::tests::assert_near;

    fn crosshair() -> Crosshair {
        let at = DVec3::new(10.0, 20.0, 30.0);
        Crosshair::new(
            at,
            [
                Plane::axial(DVec3::ZERO),
                Plane::coronal(DVec3::ZERO),
                Plane::sagittal(DVec3::ZERO),
            ],
        )
    }

    #[test]
    fn planes_come_to_the_point_along_their_normals() {
        let centers = crosshair().planes().map(|plane| plane.center_mm());
        assert_near(centers[0], DVec3::new(0.0, 0.0, 30.0));
        assert_near(centers[1], DVec3::new(0.0, 20.0, 0.0));
        assert_near(centers[2], DVec3::new(10.0, 0.0, 0.0));
        let moved = crosshair().moved_to(DVec3::new(-1.0, 20.0, 30.0));
        assert_eq!(
            moved.planes()[0],
            crosshair().planes()[0],
            "the axial plane stays"
        );
        assert_near(moved.planes()[2].center_mm(), DVec3::new(-1.0, 0.0, 0.0));
    }

    #[test]
    fn a_turn_is_clockwise_on_the_canvas_where_it_is_made() {
        let quarter = crosshair().turned_in(0, std::f64::consts::FRAC_PI_2);
        let [axial, coronal, sagittal] = *quarter.planes();
        assert_eq!(axial, crosshair().planes()[0]);
        // The coronal plane's line went to the right (+x); clockwise, with down +y, it now goes down.
        assert_near(coronal.right(), DVec3::Y);
        assert_near(sagittal.right(), DVec3::NEG_X);
        for plane in quarter.planes() {
            assert!(
                plane.distance_mm(quarter.point_mm()).abs() < 1e-9,
                "through the point"
            );
        }
        assert_eq!(crosshair().turned_in(9, 1.0), crosshair());
    }

    #[test]
    fn planes_stay_at_right_angles() {
        let mut turned = crosshair();
        for step in 0..3000 {
            turned = turned.turned_in(step % 3, 0.01 * f64::from(u32::try_from(step % 7).unwrap()));
        }
        let [a, b, c] = turned.planes().map(|plane| plane.normal());
        let off = a.dot(b).abs().max(b.dot(c).abs()).max(a.dot(c).abs());
        assert!(off < 1e-9, "{off}");
    }
}
