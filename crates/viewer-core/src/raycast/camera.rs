//! From where a volume is looked at.

use glam::{DMat3, DQuat, DVec3};

use crate::{Error, ErrorKind, Result, volume::VolumeSpec};

/// Widest angle of a perspective, degrees.
const MAX_FIELD_DEG: f64 = 150.0;
/// Largest and smallest zoom.
const ZOOM: std::ops::RangeInclusive<f64> = 1e-3..=1e4;
/// Largest distance from the first voxel's patient origin, millimetres.
const MAX_MM: f64 = 1e6;

/// How depth is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Perspective {
    /// Parallel rays: a millimetre is as long everywhere.
    Orthographic,
    /// Rays from an eye; the height of the canvas is seen under this angle. In the plane through the camera's centre,
    /// a millimetre is as long as without perspective.
    FieldDeg(f64),
}

/// Where the patient is looked at from; in patient millimetres (LPS), so that it holds for every volume of the study.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// The point that is turned about and shown in the middle of the canvas.
    pub center_mm: DVec3,
    /// What is to the right on the canvas; a unit vector.
    pub right: DVec3,
    /// What is down on the canvas; a unit vector, perpendicular to `right`.
    pub down: DVec3,
    /// Millimetres from the middle of the canvas to its nearer edge, at zoom 1.
    pub radius_mm: f64,
    /// 2 = twice as large.
    pub zoom: f64,
    /// Where the centre lies from the middle of the canvas, `[right, down]` in canvas pixels.
    pub pan_px: [f64; 2],
    /// How depth is drawn.
    pub perspective: Perspective,
}

/// A side of the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// From the front.
    Anterior,
    /// From behind.
    Posterior,
    /// From the patient's left.
    Left,
    /// From the patient's right.
    Right,
    /// From the head.
    Superior,
    /// From the feet.
    Inferior,
}

impl Side {
    /// What is to the right and down for somebody on this side; the head is up, from head and feet the front.
    pub const fn axes(self) -> [DVec3; 2] {
        match self {
            Self::Anterior => [DVec3::X, DVec3::NEG_Z],
            Self::Posterior => [DVec3::NEG_X, DVec3::NEG_Z],
            Self::Left => [DVec3::Y, DVec3::NEG_Z],
            Self::Right => [DVec3::NEG_Y, DVec3::NEG_Z],
            Self::Superior => [DVec3::NEG_X, DVec3::Y],
            Self::Inferior => [DVec3::X, DVec3::Y],
        }
    }

    /// The side of that stable name, as in `"anterior"`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "anterior" => Self::Anterior,
            "posterior" => Self::Posterior,
            "left" => Self::Left,
            "right" => Self::Right,
            "superior" => Self::Superior,
            "inferior" => Self::Inferior,
            _ => return None,
        })
    }
}

impl Camera {
    /// The whole volume from a side: however it is turned, it fits the canvas.
    pub fn around(spec: &VolumeSpec, side: Side) -> Self {
        let [center_mm, corner] = middle_and_corner(spec);
        let steps = spec.geometry.patient_from_voxel().matrix3;
        let reach = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]
            .map(|[row, slice]| (steps * (corner * DVec3::new(1.0, row, slice))).length());
        let [right, down] = side.axes();
        Self {
            center_mm,
            right,
            down,
            radius_mm: reach.into_iter().fold(0.0, f64::max),
            zoom: 1.0,
            pan_px: [0.0, 0.0],
            perspective: Perspective::Orthographic,
        }
    }

    /// Into the canvas.
    pub fn forward(&self) -> DVec3 {
        self.right.cross(self.down)
    }

    /// The same camera after the patient was turned about the centre: `right_deg` turns the near side to the right,
    /// `down_deg` turns it down.
    #[must_use]
    pub fn turned(self, right_deg: f64, down_deg: f64) -> Self {
        let turn = DQuat::from_axis_angle(self.down, right_deg.to_radians())
            * DQuat::from_axis_angle(self.right, -down_deg.to_radians());
        let right = (turn * self.right).normalize();
        let down = turn * self.down;
        Self {
            right,
            down: (down - right * right.dot(down)).normalize(),
            ..self
        }
    }

    /// Whether its numbers make sense.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for numbers that are not finite, directions that are not perpendicular unit vectors or an
    /// impossible angle; [`ErrorKind::Limit`] for a zoom or a place beyond reason.
    pub fn check(&self) -> Result<()> {
        let Self {
            center_mm,
            right,
            down,
            radius_mm,
            zoom,
            pan_px,
            perspective,
        } = *self;
        let unit = |vector: DVec3| vector.is_finite() && (vector.length() - 1.0).abs() < 1e-6;
        if !unit(right) || !unit(down) || right.dot(down).abs() > 1e-6 {
            return Err(malformed(
                "right and down of a camera are perpendicular unit vectors",
            ));
        }
        let pan_is_finite = pan_px.iter().all(|pan| pan.is_finite());
        if !center_mm.is_finite() || !pan_is_finite || !radius_mm.is_finite() || !zoom.is_finite() {
            return Err(malformed("the numbers of a camera are finite"));
        }
        if let Perspective::FieldDeg(angle) = perspective
            && !(0.1..=MAX_FIELD_DEG).contains(&angle)
        {
            return Err(malformed("the angle of a perspective is 0.1 to 150 degrees"));
        }
        let near = center_mm.abs().max_element() <= MAX_MM && pan_px.iter().all(|pan| pan.abs() <= MAX_MM);
        if !ZOOM.contains(&zoom) || !(1e-3..=MAX_MM).contains(&radius_mm) || !near {
            return Err(Error::new(
                ErrorKind::Limit,
                "the camera is too far away, or its zoom too large or too small",
            ));
        }
        Ok(())
    }

    /// Millimetres a pixel of a canvas of `[width, height]` pixels, in the plane through the centre.
    pub fn mm_per_pixel(&self, canvas: [u32; 2]) -> f64 {
        let shorter = f64::from(canvas[0].min(canvas[1]).max(1));
        2.0 * self.radius_mm / (self.zoom * shorter)
    }

    /// Canvas point and depth (millimetres beyond the plane through the centre) of a patient point; nothing behind the
    /// eye.
    pub fn canvas_from_patient(&self, point_mm: DVec3, canvas: [u32; 2]) -> Option<[f64; 3]> {
        let axes = DMat3::from_cols(self.right, self.down, self.forward());
        let seen = axes.transpose() * (point_mm - self.center_mm);
        let scale = self.mm_per_pixel(canvas);
        let shrunk = match self.eye_mm(canvas) {
            None => 1.0,
            Some(distance) if seen.z > -distance => distance / (distance + seen.z),
            Some(_) => return None,
        };
        let middle = canvas.map(|side| f64::from(side) / 2.0);
        let x = middle[0] + self.pan_px[0] + seen.x * shrunk / scale;
        let y = middle[1] + self.pan_px[1] + seen.y * shrunk / scale;
        Some([x, y, seen.z])
    }

    /// Millimetres from the eye to the centre; nothing for parallel rays.
    pub(super) fn eye_mm(&self, canvas: [u32; 2]) -> Option<f64> {
        match self.perspective {
            Perspective::Orthographic => None,
            Perspective::FieldDeg(angle) => {
                let half_mm = self.mm_per_pixel(canvas) * f64::from(canvas[1]) / 2.0;
                Some(half_mm / libm::tan(angle.to_radians() / 2.0))
            }
        }
    }
}

/// Patient point of the middle of a volume, and the voxel vector from there to the last corner of its box.
fn middle_and_corner(spec: &VolumeSpec) -> [DVec3; 2] {
    let [_, rows, columns] = spec.size.map(f64::from);
    let last = spec.slices.last().map_or(0.0, |slice| slice.place);
    let middle = DVec3::new(columns - 1.0, rows - 1.0, last) / 2.0;
    let corner = DVec3::new(columns, rows, last + 1.0) / 2.0;
    [
        spec.geometry.patient_from_voxel().transform_point3(middle),
        corner,
    ]
}

fn malformed(text: &str) -> Error {
    Error::new(ErrorKind::Malformed, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera(side: Side) -> Camera {
        let [right, down] = side.axes();
        Camera {
            center_mm: DVec3::new(1.0, 2.0, 3.0),
            right,
            down,
            radius_mm: 50.0,
            zoom: 1.0,
            pan_px: [0.0, 0.0],
            perspective: Perspective::Orthographic,
        }
    }

    #[test]
    fn sides_look_at_the_patient() {
        assert_eq!(camera(Side::Anterior).forward(), DVec3::Y, "to the back");
        assert_eq!(camera(Side::Posterior).forward(), DVec3::NEG_Y, "to the front");
        assert_eq!(camera(Side::Left).forward(), DVec3::NEG_X, "to the right");
        assert_eq!(camera(Side::Right).forward(), DVec3::X, "to the left");
        assert_eq!(camera(Side::Superior).forward(), DVec3::NEG_Z, "to the feet");
        assert_eq!(camera(Side::Inferior).forward(), DVec3::Z, "to the head");
    }

    #[test]
    fn turning_moves_the_near_side_as_the_pointer_goes() {
        // Before the centre, 10 mm nearer to somebody in front.
        let nose = DVec3::new(1.0, -8.0, 3.0);
        let canvas = [200, 100];
        let straight = camera(Side::Anterior);
        assert_eq!(
            straight.canvas_from_patient(nose, canvas),
            Some([100.0, 50.0, -10.0])
        );
        let [x, y, _] = straight
            .turned(30.0, 0.0)
            .canvas_from_patient(nose, canvas)
            .unwrap();
        // 100 mm are 100 pixels; 10 mm * sin 30 degrees.
        assert!((x - 105.0).abs() < 1e-9 && (y - 50.0).abs() < 1e-9, "{x}, {y}");
        let [x, y, _] = straight
            .turned(0.0, 30.0)
            .canvas_from_patient(nose, canvas)
            .unwrap();
        assert!((x - 100.0).abs() < 1e-9 && (y - 55.0).abs() < 1e-9, "{x}, {y}");
    }

    #[test]
    fn perspective_keeps_millimetres_in_the_plane_of_the_centre() {
        let canvas = [100, 100];
        let far = Camera {
            perspective: Perspective::FieldDeg(90.0),
            ..camera(Side::Anterior)
        };
        // 90 degrees over 100 mm: the eye is 50 mm before the centre.
        let beside = DVec3::new(11.0, 2.0, 3.0);
        assert_eq!(
            far.canvas_from_patient(beside, canvas)
                .map(|[x, y, _]| [x.round(), y]),
            Some([60.0, 50.0])
        );
        let behind = beside + DVec3::new(0.0, 50.0, 0.0);
        let [x, ..] = far.canvas_from_patient(behind, canvas).unwrap();
        assert!((x - 55.0).abs() < 1e-9, "twice as far is half as large: {x}");
        assert_eq!(far.canvas_from_patient(DVec3::new(1.0, -60.0, 3.0), canvas), None);
    }

    #[test]
    fn impossible_cameras_are_refused() {
        let good = camera(Side::Left);
        assert!(good.check().is_ok());
        for (bad, kind) in [
            (Camera { zoom: 0.0, ..good }, ErrorKind::Limit),
            (
                Camera {
                    zoom: f64::NAN,
                    ..good
                },
                ErrorKind::Malformed,
            ),
            (
                Camera {
                    radius_mm: -1.0,
                    ..good
                },
                ErrorKind::Limit,
            ),
            (
                Camera {
                    right: good.down,
                    ..good
                },
                ErrorKind::Malformed,
            ),
            (
                Camera {
                    down: good.down * 2.0,
                    ..good
                },
                ErrorKind::Malformed,
            ),
            (
                Camera {
                    center_mm: DVec3::splat(1e9),
                    ..good
                },
                ErrorKind::Limit,
            ),
            (
                Camera {
                    pan_px: [f64::INFINITY, 0.0],
                    ..good
                },
                ErrorKind::Malformed,
            ),
            (
                Camera {
                    perspective: Perspective::FieldDeg(180.0),
                    ..good
                },
                ErrorKind::Malformed,
            ),
        ] {
            assert_eq!(bad.check().unwrap_err().kind, kind, "{bad:?}");
        }
    }
}
