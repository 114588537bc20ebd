//! Directions of the patient's body.

use glam::DVec3;

use super::Plane;
use crate::volume::VolumeSpec;

/// A direction has a letter when at least this much of it points there (6 degrees).
const LEAST: f64 = 0.1;

/// Letters of a direction in the patient, the strongest first, as PS3.3 C.7.6.1.1.1 writes them: Left, Right, Anterior,
/// Posterior, Head, Feet; `"LPH"`. For the edges of a canvas: a plane's right and down, and their opposites.
pub fn letters(direction: DVec3) -> String {
    let direction = direction.normalize_or_zero();
    let mut parts = [
        (direction.x, ['L', 'R']),
        (direction.y, ['P', 'A']),
        (direction.z, ['H', 'F']),
    ];
    parts.sort_by(|one, other| other.0.abs().total_cmp(&one.0.abs()));
    parts
        .into_iter()
        .filter(|(part, _)| part.abs() >= LEAST)
        .map(|(part, [positive, negative])| if part > 0.0 { positive } else { negative })
        .collect()
}

/// The axial, coronal and sagittal plane through a point along the *volume's* own axes, whichever way it was acquired: each looks
/// from where the patient's does, as nearly as the voxels go. For volumes along the patient's axes they are [`Plane::axial`],
/// [`Plane::coronal`] and [`Plane::sagittal`]; for others, slices are shown as acquired. A tilted gantry's shear is left
/// out: the axial plane holds the rows and columns, and the others stand upright on it.
pub fn acquired_planes(spec: &VolumeSpec, point_mm: DVec3) -> [Plane; 3] {
    let steps = spec.geometry.patient_from_voxel().matrix3;
    let across = steps.x_axis.normalize();
    let normal = across.cross(steps.y_axis).normalize();
    let own = [across, normal.cross(across), normal];
    // Of the six ways to name the three axes, the one that fits best.
    let fit = |order: [usize; 3]| -> f64 {
        order
            .iter()
            .enumerate()
            .map(|(axis, of)| own[*of][axis].abs())
            .sum()
    };
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let best = orders
        .into_iter()
        .max_by(|one, other| fit(*one).total_cmp(&fit(*other)))
        .unwrap_or([0, 1, 2]);
    let mut body = [0, 1, 2].map(|axis: usize| own[best[axis]] * own[best[axis]][axis].signum());
    if body[0].cross(body[1]).dot(body[2]) < 0.0 {
        // Axes far from the patient's: the signs must still make a right-handed body.
        body[2] = -body[2];
    }
    let [left, posterior, head] = body;
    let named = [
        (Plane::axial(point_mm), left, posterior),
        (Plane::coronal(point_mm), left, -head),
        (Plane::sagittal(point_mm), posterior, -head),
    ];
    named.map(|(fallback, right, down)| Plane::new(point_mm, right, down).unwrap_or(fallback))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        reslice::tests::{assert_near, spec_of},
        volume::Geometry,
    };

    #[test]
    fn letters_are_ordered_by_strength() {
        for (direction, expected) in [
            (DVec3::X, "L"),
            (DVec3::NEG_X, "R"),
            (DVec3::NEG_Y, "A"),
            (DVec3::new(0.0, 0.0, -3.0), "F"),
            (DVec3::new(0.6, -0.8, 0.0), "AL"),
            (DVec3::new(0.2, 0.3, 0.9), "HPL"),
            (DVec3::new(0.05, 1.0, 0.0), "P"),
            (DVec3::ZERO, ""),
        ] {
            assert_eq!(letters(direction), expected, "{direction}");
        }
    }

    #[test]
    fn planes_of_an_axial_volume_are_the_patients() {
        let at = DVec3::new(1.0, 2.0, 3.0);
        let planes = acquired_planes(&spec_of([3, 3, 3], [2.0, 1.0, 1.0]), at);
        assert_eq!(
            planes,
            [Plane::axial(at), Plane::coronal(at), Plane::sagittal(at)]
        );
    }

    #[test]
    fn planes_of_a_turned_sagittal_volume_look_the_usual_way() {
        // Columns run to posterior and a little to the left, rows to the feet, slices to the right.
        let (sin, cos) = 0.2_f64.sin_cos();
        let mut spec = spec_of([3, 3, 3], [2.0, 1.0, 1.0]);
        spec.geometry = Geometry::new(
            DVec3::ZERO,
            DVec3::new(sin, cos, 0.0),
            DVec3::new(0.0, 0.0, -0.5),
            DVec3::new(-3.0 * cos, 3.0 * sin, 0.0),
        )
        .unwrap();
        let [axial, coronal, sagittal] = acquired_planes(&spec, DVec3::ZERO);
        assert_near(sagittal.right(), DVec3::new(sin, cos, 0.0));
        assert_near(sagittal.down(), DVec3::NEG_Z);
        assert_near(axial.right(), DVec3::new(cos, -sin, 0.0));
        assert_near(axial.down(), DVec3::new(sin, cos, 0.0));
        assert_near(coronal.right(), DVec3::new(cos, -sin, 0.0));
        assert_eq!(letters(axial.normal()), "H");
    }
}
