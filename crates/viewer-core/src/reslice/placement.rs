//! Patient and canvas points of a plane on a canvas.

use glam::{DVec2, DVec3};

use super::PlaneView;
use crate::{
    Error, ErrorKind, Result,
    space::{self, CanvasPoint},
    volume::VolumeSpec,
};

/// Where a plane lies on a canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlanePlacement {
    /// The patient point at the canvas's corner (0, 0).
    corner_mm: DVec3,
    right: DVec3,
    down: DVec3,
    mm_per_px: f64,
}

impl PlanePlacement {
    /// Places the plane of `view` through the volume of `spec` on a canvas of `[width, height]` pixels.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] for an empty or too large canvas; [`ErrorKind::Malformed`] for numbers that are not finite, a
    /// zoom that is not positive.
    pub fn new(spec: &VolumeSpec, view: &PlaneView, canvas: [u32; 2]) -> Result<Self> {
        space::check_canvas(canvas)?;
        let pan = DVec2::from_array(view.pan_px);
        let is_sound = view.zoom.is_finite() && view.zoom > 0.0 && pan.is_finite();
        if !is_sound {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the zoom must be positive, and the pan finite",
            ));
        }
        let plane = &view.plane;
        let mm_per_px = fitting_mm_per_px(spec, view, canvas) / view.zoom;
        let center_px = DVec2::new(f64::from(canvas[0]), f64::from(canvas[1])) / 2.0 + pan;
        let corner_mm =
            plane.center_mm() - (plane.right() * center_px.x + plane.down() * center_px.y) * mm_per_px;
        if !(corner_mm.is_finite() && mm_per_px.is_normal()) {
            return Err(Error::new(ErrorKind::Limit, "the zoom or pan is beyond reason"));
        }
        Ok(Self {
            corner_mm,
            right: plane.right(),
            down: plane.down(),
            mm_per_px,
        })
    }

    /// Millimetres of a canvas pixel, the same in every direction.
    pub const fn mm_per_px(&self) -> f64 {
        self.mm_per_px
    }

    /// The patient point under a canvas point.
    pub fn patient_from_canvas(&self, point: CanvasPoint) -> DVec3 {
        self.corner_mm + (self.right * point.x + self.down * point.y) * self.mm_per_px
    }

    /// The canvas point over a patient point, or over its foot on the plane.
    pub fn canvas_from_patient(&self, point_mm: DVec3) -> CanvasPoint {
        let from_corner = (point_mm - self.corner_mm) / self.mm_per_px;
        CanvasPoint {
            x: from_corner.dot(self.right),
            y: from_corner.dot(self.down),
        }
    }
}

/// Millimetres of a canvas pixel at which the volume's outline on the plane just fits the canvas.
fn fitting_mm_per_px(spec: &VolumeSpec, view: &PlaneView, canvas: [u32; 2]) -> f64 {
    let extent = |direction: DVec3| {
        let along = spec.corners_mm().map(|corner| corner.dot(direction));
        along.iter().copied().fold(f64::NEG_INFINITY, f64::max)
            - along.iter().copied().fold(f64::INFINITY, f64::min)
    };
    let [width, height] = canvas.map(f64::from);
    (extent(view.plane.right()) / width).max(extent(view.plane.down()) / height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reslice::{
        Plane,
        tests::{assert_near, spec_of},
    };

    #[test]
    fn a_canvas_pixel_is_square_millimetres() {
        // 30 columns of 0.5 mm, 20 rows of 0.8 mm, 10 slices of 5 mm: 15 x 16 x 50 mm from (-0.25, -0.4, -2.5) on.
        let spec = spec_of([10, 20, 30], [5.0, 0.8, 0.5]);
        let middle = DVec3::new(7.25, 7.6, 22.5);
        let view = PlaneView::new(Plane::coronal(middle), &spec);
        let placement = PlanePlacement::new(&spec, &view, [100, 200]).unwrap();
        // 15 mm on 100 px would be 0.15, 50 mm on 200 px is 0.25: the height decides.
        assert!((placement.mm_per_px() - 0.25).abs() < 1e-12);
        let top = placement.patient_from_canvas(CanvasPoint { x: 50.0, y: 0.0 });
        assert_near(top, DVec3::new(7.25, 7.6, 47.5));
        let right = placement.patient_from_canvas(CanvasPoint { x: 100.0, y: 100.0 });
        assert_near(right, DVec3::new(19.75, 7.6, 22.5));
    }

    #[test]
    fn canvas_and_patient_are_inverse() {
        let spec = spec_of([10, 20, 30], [5.0, 0.8, 0.5]);
        let plane = Plane::new(
            DVec3::new(3.0, 4.0, 5.0),
            DVec3::new(0.6, 0.8, 0.0),
            DVec3::new(-0.8, 0.6, 0.0),
        );
        let view = PlaneView {
            zoom: 2.5,
            pan_px: [31.0, -17.5],
            ..PlaneView::new(plane.unwrap(), &spec)
        };
        let placement = PlanePlacement::new(&spec, &view, [300, 200]).unwrap();
        let middle = placement.patient_from_canvas(CanvasPoint { x: 181.0, y: 82.5 });
        assert_near(middle, DVec3::new(3.0, 4.0, 5.0));
        for (x, y) in [(0.0, 0.0), (150.0, 20.0), (299.0, 199.0)] {
            let patient = placement.patient_from_canvas(CanvasPoint { x, y });
            let canvas = placement.canvas_from_patient(patient + view.plane.normal() * 7.0);
            let off = (canvas.x - x).abs().max((canvas.y - y).abs());
            assert!(off < 1e-9, "{canvas:?} is not ({x}, {y})");
        }
    }

    #[test]
    fn bad_numbers_are_refused() {
        let spec = spec_of([10, 20, 30], [5.0, 0.8, 0.5]);
        let good = PlaneView::new(Plane::axial(DVec3::ZERO), &spec);
        let zoomed = |zoom| PlaneView { zoom, ..good };
        for (view, canvas, kind) in [
            (zoomed(0.0), [9, 9], ErrorKind::Malformed),
            (zoomed(f64::NAN), [9, 9], ErrorKind::Malformed),
            (zoomed(1e-320), [9, 9], ErrorKind::Limit),
            (
                PlaneView {
                    pan_px: [f64::NAN, 0.0],
                    ..good
                },
                [9, 9],
                ErrorKind::Malformed,
            ),
            (good, [0, 9], ErrorKind::Limit),
        ] {
            let error = PlanePlacement::new(&spec, &view, canvas).unwrap_err();
            assert_eq!(error.kind, kind, "{view:?} {canvas:?}");
        }
    }
}
