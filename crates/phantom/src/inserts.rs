//! Bodies of exact HU at exact places: what tests measure. Their core, the inner half of
//! the radius, holds no noise.

use crate::Point;
use crate::shape;
use serde::Serialize;

/// A body of one HU.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Insert {
    /// What a person calls it.
    pub name: &'static str,
    /// HU inside.
    pub hu: f64,
    /// Form and place.
    pub form: Form,
}

/// The form of an insert.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Form {
    /// A sphere.
    Sphere {
        /// Centre, patient mm.
        centre_mm: Point,
        /// Radius, mm.
        radius_mm: f64,
    },
    /// A rod or wire along z through the whole scan.
    Rod {
        /// Axis, patient x and y in mm.
        axis_mm: [f64; 2],
        /// Radius, mm.
        radius_mm: f64,
    },
}

const fn sphere(name: &'static str, hu: f64, centre_mm: Point, radius_mm: f64) -> Insert {
    Insert {
        name,
        hu,
        form: Form::Sphere { centre_mm, radius_mm },
    }
}

const fn rod(name: &'static str, hu: f64, axis_mm: [f64; 2], radius_mm: f64) -> Insert {
    Insert {
        name,
        hu,
        form: Form::Rod { axis_mm, radius_mm },
    }
}

/// All inserts. Rods and wires stand in the corners of the field of view, spheres in the brain; the beads are for
/// distances: 200 mm between the wires, and from bead to bead 120 mm (√(80² + 80² + 40²)).
pub const ALL: &[Insert] = &[
    rod("rod of water", 0.0, [-94.0, -94.0], 7.0),
    rod("rod of bone", 1000.0, [94.0, -94.0], 7.0),
    rod("rod of fat", -100.0, [-94.0, 94.0], 7.0),
    rod("rod of acrylic", 120.0, [94.0, 94.0], 7.0),
    rod("right wire", 3000.0, [-100.0, 0.0], 0.8),
    rod("left wire", 3000.0, [100.0, 0.0], 0.8),
    sphere("blood", 70.0, [-34.0, 18.0, 22.0], 9.0),
    sphere("cyst", 0.0, [33.0, -28.0, 28.0], 8.0),
    sphere("calcification", 1000.0, [22.0, 42.0, 34.0], 3.5),
    sphere("lipoma", -100.0, [-20.0, -42.0, 40.0], 6.0),
    sphere("air bubble", -1000.0, [38.0, 22.0, 12.0], 4.0),
    sphere("lower bead", 3000.0, [-90.0, -60.0, -20.0], 1.5),
    sphere("upper bead", 3000.0, [-90.0, 20.0, 20.0], 1.5),
];

impl Insert {
    /// Radius, mm.
    #[must_use]
    pub fn radius_mm(&self) -> f64 {
        match self.form {
            Form::Sphere { radius_mm, .. } | Form::Rod { radius_mm, .. } => radius_mm,
        }
    }

    /// Signed distance of a point to the surface, mm.
    #[must_use]
    pub fn distance_mm(&self, point: Point) -> f64 {
        match self.form {
            Form::Sphere { centre_mm, radius_mm } => shape::sphere(point, centre_mm, radius_mm),
            Form::Rod {
                axis_mm: [x, y],
                radius_mm,
            } => (point[0] - x).hypot(point[1] - y) - radius_mm,
        }
    }
}
