//! Where the slices of a series lie in the patient.
//!
//! The couch moves along z. A tilted gantry turns the slice planes about the x axis but not the couch, so the stack is
//! sheared: positions differ by a step along z that is not parallel to the normal of the slices.

use crate::Point;

/// The geometry of a series of axial slices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Geometry {
    /// Number of slices.
    pub slices: u32,
    /// Number of rows.
    pub rows: u32,
    /// Number of columns.
    pub columns: u32,
    /// Distance of pixel centres along rows and columns, mm.
    pub spacing_mm: f64,
    /// Movement of the couch from slice to slice, mm along z.
    pub couch_step_mm: f64,
    /// Gantry tilt, degrees; positive turns the front of the slices to the head.
    pub tilt_deg: f64,
}

impl Geometry {
    /// Direction of a row (of increasing column index): to the patient's left.
    #[must_use]
    pub fn row_direction(&self) -> Point {
        [1.0, 0.0, 0.0]
    }

    /// Direction of a column (of increasing row index): to the back, turned by the tilt.
    #[must_use]
    pub fn column_direction(&self) -> Point {
        let (sin, cos) = self.tilt_deg.to_radians().sin_cos();
        [0.0, cos, -sin]
    }

    /// Normal of the slices, row × column.
    #[must_use]
    pub fn normal(&self) -> Point {
        let [_, cos, minus_sin] = self.column_direction();
        [0.0, -minus_sin, cos]
    }

    /// Patient point of the middle of a slice (between the pixels when the counts are even). The middle of the stack
    /// is the origin; slice 0 is nearest to the feet.
    #[must_use]
    pub fn centre_mm(&self, slice: u32) -> Point {
        let middle = f64::from(self.slices - 1) / 2.0;
        [0.0, 0.0, (f64::from(slice) - middle) * self.couch_step_mm]
    }

    /// Image Position (Patient) of a slice: the centre of its first pixel (PS3.3 C.7.6.2.1.1).
    #[must_use]
    pub fn position_mm(&self, slice: u32) -> Point {
        self.patient_from_pixel(slice, 0.0, 0.0)
    }

    /// Patient point of a pixel index; whole numbers are pixel centres.
    #[must_use]
    pub fn patient_from_pixel(&self, slice: u32, row: f64, column: f64) -> Point {
        let along_row = (column - f64::from(self.columns - 1) / 2.0) * self.spacing_mm;
        let along_column = (row - f64::from(self.rows - 1) / 2.0) * self.spacing_mm;
        let (centre, r, c) = (
            self.centre_mm(slice),
            self.row_direction(),
            self.column_direction(),
        );
        std::array::from_fn(|i| centre[i] + along_row * r[i] + along_column * c[i])
    }

    /// Slice, row and column index of a patient point, not rounded.
    #[must_use]
    pub fn pixel_from_patient(&self, point: Point) -> Point {
        let [_, cos, minus_sin] = self.column_direction();
        let along_column = point[1] / cos;
        let couch = point[2] - along_column * minus_sin;
        [
            couch / self.couch_step_mm + f64::from(self.slices - 1) / 2.0,
            along_column / self.spacing_mm + f64::from(self.rows - 1) / 2.0,
            point[0] / self.spacing_mm + f64::from(self.columns - 1) / 2.0,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{dot, minus};

    const HEAD: Geometry = Geometry {
        slices: 120,
        rows: 512,
        columns: 512,
        spacing_mm: 0.45,
        couch_step_mm: 1.25,
        tilt_deg: 0.0,
    };

    fn close(a: Point, b: Point) -> bool {
        a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-9)
    }

    #[test]
    fn positions_by_hand_without_tilt() {
        // 511 / 2 · 0.45 = 114.975; 119 / 2 · 1.25 = 74.375.
        assert!(close(HEAD.position_mm(0), [-114.975, -114.975, -74.375]));
        assert!(close(HEAD.position_mm(119), [-114.975, -114.975, 74.375]));
        assert!(close(HEAD.normal(), [0.0, 0.0, 1.0]));
    }

    #[test]
    fn positions_by_hand_with_a_tilt_of_thirty_degrees() {
        let tilted = Geometry {
            tilt_deg: 30.0,
            ..HEAD
        };
        // y: -114.975 · cos 30° = -99.571270751...; z: -74.375 + 114.975 · sin 30° = -16.8875.
        let position = tilted.position_mm(0);
        assert!(
            close(
                position,
                [-114.975, -114.975 * 0.866_025_403_784_438_6, -16.887_5]
            ),
            "{position:?}"
        );
        let step = minus(tilted.position_mm(1), tilted.position_mm(0));
        assert!(close(step, [0.0, 0.0, 1.25]), "the couch moves along z");
        // The distance of the planes is the step seen along the normal: 1.25 · cos 30°.
        assert!((dot(step, tilted.normal()) - 1.082_531_754_730_548_3).abs() < 1e-9);
    }

    #[test]
    fn pixels_and_points_are_inverse() {
        let tilted = Geometry {
            tilt_deg: -17.5,
            ..HEAD
        };
        let point = tilted.patient_from_pixel(31, 100.25, 400.5);
        assert!(close(tilted.pixel_from_patient(point), [31.0, 100.25, 400.5]));
    }
}
