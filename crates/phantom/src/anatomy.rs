//! A head in HU: ellipsoids, capsules and textures, laid over each other from the outside in.
//!
//! It is no atlas. It has what a reader looks for first in a CT of the head: skin and fat, a skull with two tables,
//! grey and white matter, ventricles, falx, eyes, air in the sinuses, so that pictures and windows can be judged.

mod base;
mod brain;

use crate::Point;
use crate::inserts;
use crate::noise::texture;
use crate::shape::{coverage, ellipsoid, mix, smooth, union};

/// HU of air.
pub const AIR: f64 = -1000.0;
/// HU of the subcutaneous fat.
const FAT: f64 = -95.0;
/// HU of skin and muscle.
const SOFT: f64 = 52.0;
/// HU of the dense tables of the skull.
const TABLE: f64 = 1350.0;
/// HU of the spongy bone between the tables.
const DIPLOE: f64 = 620.0;
/// Width of the edge of a body, mm: about the resolution of a head scan.
const EDGE: f64 = 0.9;

/// The value of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// HU without noise.
    pub hu: f64,
    /// How much noise belongs here: 0 in the core of an insert (the inner half of its radius), 1 outside.
    pub noise: f64,
}

/// HU and share of noise at a patient point, mm.
#[must_use]
pub fn sample(point: Point) -> Sample {
    let mut hu = head(point);
    hu = mix(hu, -150.0, coverage(head_rest(point), EDGE));
    let mut noise = 1.0;
    for insert in inserts::ALL {
        let distance = insert.distance_mm(point);
        if distance < 2.0 {
            hu = mix(hu, insert.hu, coverage(distance, EDGE));
            noise *= smooth(distance, -0.5 * insert.radius_mm(), 0.0);
        }
    }
    Sample { hu, noise }
}

/// A thin shell that carries the head.
fn head_rest(point: Point) -> f64 {
    let outer = ellipsoid(point, [0.0, -4.0, 0.0], [92.0, 113.0, 400.0]);
    let below = 62.0 - point[1];
    (outer.abs() - 1.2).max(below)
}

fn head(point: Point) -> f64 {
    let skin = outline(point);
    if skin > EDGE {
        return AIR;
    }
    // From the skin inwards: skin, fat, then muscle and bone.
    let mut hu = mix(AIR, SOFT, coverage(skin, EDGE));
    hu = mix(hu, FAT, coverage(skin + 1.8, EDGE));
    hu = mix(hu, SOFT, coverage(skin + 4.2, EDGE));
    hu = skull(point, hu);
    hu = base::lay_over(point, hu);
    brain::lay_over(point, hu)
}

/// Distance to the skin.
fn outline(point: Point) -> f64 {
    let cranium = ellipsoid(point, [0.0, 0.0, -10.0], [77.0, 96.0, 91.0]);
    let face = ellipsoid(point, [0.0, -40.0, -72.0], [60.0, 58.0, 66.0]);
    let nape = ellipsoid(point, [0.0, 18.0, -95.0], [58.0, 62.0, 60.0]);
    let nose = ellipsoid(point, [0.0, -95.0, -58.0], [11.0, 16.0, 18.0]);
    let mut outline = union(union(cranium, face, 14.0), nape, 14.0);
    outline = union(outline, nose, 6.0);
    let side = [point[0].abs(), point[1], point[2]];
    let ear = ellipsoid(side, [79.0, 14.0, -45.0], [4.0, 13.0, 22.0]);
    union(outline, ear, 4.0)
}

/// Distance to the outer surface of the brain case.
fn case(point: Point) -> f64 {
    ellipsoid(point, [0.0, 2.0, -9.0], [70.5, 89.0, 82.0])
}

/// Thickness of the brain case, mm: thicker at the front and the back.
fn thickness(point: Point) -> f64 {
    6.0 + 2.5 * smooth(point[1].abs(), 45.0, 95.0)
}

/// Height of the floor of the brain case, mm along z: three steps from front to back. The first edge is the wing of
/// the sphenoid, the second the ridge of the petrous bone.
fn floor(point: Point) -> f64 {
    let x = point[0].abs();
    let wave = 1.2 * texture(71, [point[0], point[1], 0.0], 16.0);
    let front = -20.5 - 0.1 * x + wave;
    let sella = 7.0 * smooth(x, 16.0, 8.0);
    let middle = mix(
        front,
        -42.0 + sella + wave,
        smooth(point[1] + 0.42 * x, -26.0, -12.0),
    );
    mix(middle, -67.0 + wave, smooth(point[1] - 0.52 * x, -10.0, 8.0))
}

/// Distance to the space inside the brain case.
fn cavity(point: Point) -> f64 {
    (case(point) + thickness(point)).max(floor(point) - point[2])
}

fn skull(point: Point, hu: f64) -> f64 {
    let depth = case(point);
    let above = coverage(floor(point) - point[2] - 5.0, 3.0);
    let outer = coverage(depth, EDGE) * above;
    let thick = thickness(point);
    let marrow = coverage(depth + 2.0, EDGE) * coverage(-depth - thick + 2.0, EDGE);
    mix(mix(hu, TABLE, outer), DIPLOE, outer * marrow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_insert_has_its_exact_value_and_no_noise_at_its_centre() {
        for insert in inserts::ALL {
            let centre = match insert.form {
                inserts::Form::Sphere { centre_mm, .. } => centre_mm,
                inserts::Form::Rod { axis_mm: [x, y], .. } => [x, y, 10.0],
            };
            let found = sample(centre);
            assert!(
                (found.hu - insert.hu).abs() < 1e-9,
                "{}: {}",
                insert.name,
                found.hu
            );
            assert!(found.noise < 1e-9, "{}", insert.name);
        }
        assert_eq!(inserts::ALL.len(), 13);
    }

    #[test]
    fn the_layers_of_the_head_follow_each_other() {
        // Along the x axis at the height of the ventricles, from outside: air, fat, bone, brain, ventricle.
        let hu = |x: f64, y: f64, z: f64| sample([x, y, z]).hu;
        assert!((hu(-84.0, 0.0, 0.0) - AIR).abs() < 1.0);
        assert!(
            hu(-73.5, 0.0, 0.0) < 0.0,
            "fat under the skin: {}",
            hu(-73.5, 0.0, 0.0)
        );
        assert!(hu(-69.0, 0.0, 0.0) > 1000.0, "bone: {}", hu(-69.0, 0.0, 0.0));
        let brain = hu(-45.0, -5.0, 8.0);
        assert!((20.0..45.0).contains(&brain), "brain: {brain}");
        let ventricle = hu(-9.0, -10.0, 14.0);
        assert!((0.0..12.0).contains(&ventricle), "ventricle: {ventricle}");
        assert!(
            hu(24.0, -58.0, -58.0) < -900.0,
            "air in the maxillary sinus: {}",
            hu(24.0, -58.0, -58.0)
        );
        let eye = hu(32.0, -66.0, -29.0);
        assert!((0.0..20.0).contains(&eye), "vitreous of the eye: {eye}");
    }
}
