//! A plane in the patient.

use glam::{DMat3, DVec3};

use crate::{Error, ErrorKind, Result, volume::VolumeSpec};

/// How far two directions may be from unit length and a right angle to be taken for such.
const TOLERANCE: f64 = 1e-4;

/// A plane in patient coordinates (LPS millimetres), with a right and a down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    center_mm: DVec3,
    right: DVec3,
    down: DVec3,
}

impl Plane {
    /// The plane through `center_mm` with these directions to the right and down, of unit length and at a right angle.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when they are not, or a number is not finite.
    pub fn new(center_mm: DVec3, right: DVec3, down: DVec3) -> Result<Self> {
        let off = (right.length() - 1.0)
            .abs()
            .max((down.length() - 1.0).abs())
            .max(right.dot(down).abs());
        let is_sound = center_mm.is_finite() && right.is_finite() && down.is_finite() && off <= TOLERANCE;
        if !is_sound {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the directions of a plane must be of unit length and at a right angle",
            ));
        }
        let right = right.normalize();
        Ok(Self {
            center_mm,
            right,
            down: (down - right * right.dot(down)).normalize(),
        })
    }

    /// Seen from the feet: the patient's left is right, posterior is down.
    pub const fn axial(center_mm: DVec3) -> Self {
        Self {
            center_mm,
            right: DVec3::X,
            down: DVec3::Y,
        }
    }

    /// Seen from the front: the patient's left is right, the feet are down.
    pub const fn coronal(center_mm: DVec3) -> Self {
        Self {
            center_mm,
            right: DVec3::X,
            down: DVec3::NEG_Z,
        }
    }

    /// Seen from the patient's left: posterior is right, the feet are down.
    pub const fn sagittal(center_mm: DVec3) -> Self {
        Self {
            center_mm,
            right: DVec3::Y,
            down: DVec3::NEG_Z,
        }
    }

    /// The point that is shown in the middle of a canvas.
    pub const fn center_mm(&self) -> DVec3 {
        self.center_mm
    }

    /// Unit direction to the right.
    pub const fn right(&self) -> DVec3 {
        self.right
    }

    /// Unit direction down.
    pub const fn down(&self) -> DVec3 {
        self.down
    }

    /// Unit normal, into the screen.
    pub fn normal(&self) -> DVec3 {
        self.right.cross(self.down)
    }

    /// How far a patient point lies before (+) or behind (-) the plane, along the normal.
    pub fn distance_mm(&self, point_mm: DVec3) -> f64 {
        (point_mm - self.center_mm).dot(self.normal())
    }

    /// The same plane, further into the screen.
    #[must_use]
    pub fn moved(&self, mm: f64) -> Self {
        Self {
            center_mm: self.center_mm + self.normal() * mm,
            ..*self
        }
    }

    /// The parallel plane through a point; what is in the middle of the canvas moves along the normal only.
    #[must_use]
    pub fn through(&self, point_mm: DVec3) -> Self {
        self.moved(self.distance_mm(point_mm))
    }

    /// The plane turned about an axis (of unit length, counter-clockwise when it points at the viewer) through `point_mm`.
    #[must_use]
    pub fn turned(&self, point_mm: DVec3, axis: DVec3, radians: f64) -> Self {
        let turn = DMat3::from_axis_angle(axis, radians);
        let right = (turn * self.right).normalize();
        let down = turn * self.down;
        Self {
            center_mm: point_mm + turn * (self.center_mm - point_mm),
            right,
            down: (down - right * right.dot(down)).normalize(),
        }
    }

    /// One step of a scroll, in millimetres: the root of the summed squares of what each step from voxel to voxel goes along
    /// the normal. For planes along the voxels it is their spacing; for slices of a tilted gantry, their distance along
    /// the normal.
    pub fn scroll_step_mm(&self, spec: &VolumeSpec) -> f64 {
        let steps = spec.geometry.patient_from_voxel().matrix3;
        (steps.transpose() * self.normal()).length()
    }

    /// Millimetres along the normal after which the first of the three voxel coordinates has gone by one: the distance of
    /// samples through a slab.
    pub fn sample_step_mm(&self, spec: &VolumeSpec) -> f64 {
        let voxels_per_mm = spec.geometry.voxel_from_patient().matrix3 * self.normal();
        voxels_per_mm.abs().max_element().recip()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reslice::tests::{assert_near, spec_of};

    #[test]
    fn the_named_planes_look_from_where_radiologists_stand() {
        let at = DVec3::new(1.0, 2.0, 3.0);
        // into the screen: towards the head, the back, the patient's right
        assert_eq!(Plane::axial(at).normal(), DVec3::Z);
        assert_eq!(Plane::coronal(at).normal(), DVec3::Y);
        assert_eq!(Plane::sagittal(at).normal(), DVec3::NEG_X);
    }

    #[test]
    fn directions_must_be_unit_and_at_a_right_angle() {
        let good = Plane::new(DVec3::ZERO, DVec3::X, DVec3::new(0.0, 0.6, 0.8)).unwrap();
        assert_near(good.normal(), DVec3::new(0.0, -0.8, 0.6));
        for (right, down) in [
            (DVec3::X, DVec3::X),
            (DVec3::X * 2.0, DVec3::Y),
            (DVec3::ZERO, DVec3::Y),
            (DVec3::NAN, DVec3::Y),
        ] {
            let error = Plane::new(DVec3::ZERO, right, down).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Malformed, "{right} {down}");
        }
        assert!(Plane::new(DVec3::NAN, DVec3::X, DVec3::Y).is_err());
    }

    #[test]
    fn a_plane_through_a_point_moves_along_its_normal_only() {
        let plane = Plane::coronal(DVec3::new(10.0, 20.0, 30.0)).through(DVec3::new(-5.0, 27.5, 99.0));
        assert_near(plane.center_mm(), DVec3::new(10.0, 27.5, 30.0));
        assert!((plane.distance_mm(DVec3::new(0.0, 30.0, 0.0)) - 2.5).abs() < 1e-12);
    }

    #[test]
    fn a_turn_holds_its_point() {
        // A quarter turn about the patient's long axis through (10, 0, 0) brings the coronal plane to a sagittal one.
        let point = DVec3::new(10.0, 0.0, 0.0);
        let turned =
            Plane::coronal(DVec3::new(15.0, 0.0, 0.0)).turned(point, DVec3::Z, std::f64::consts::FRAC_PI_2);
        assert_near(turned.right(), DVec3::Y);
        assert_near(turned.down(), DVec3::NEG_Z);
        assert_near(turned.center_mm(), DVec3::new(10.0, 5.0, 0.0));
    }

    #[test]
    fn a_scroll_step_is_the_spacing_along_the_normal() {
        let spec = spec_of([10, 20, 30], [5.0, 0.8, 0.5]);
        let at = DVec3::ZERO;
        let steps = [Plane::axial(at), Plane::coronal(at), Plane::sagittal(at)]
            .map(|plane| (plane.scroll_step_mm(&spec) * 1e9).round() / 1e9);
        assert_eq!(format!("{steps:?}"), "[5.0, 0.8, 0.5]");
        // Half way between slices and columns: sqrt((5² + 0.5²) / 2).
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let oblique = Plane::new(at, DVec3::Y, DVec3::new(half, 0.0, half)).unwrap();
        assert!((oblique.scroll_step_mm(&spec) - 12.625_f64.sqrt()).abs() < 1e-9);
        // Its samples go one column each: 0.5 * sqrt(2) mm.
        assert!((oblique.sample_step_mm(&spec) - 0.5_f64.sqrt()).abs() < 1e-9);
    }
}
