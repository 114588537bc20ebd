//! Where one plane cuts another: reference lines.

use glam::DVec3;

use super::Plane;
use crate::volume::VolumeSpec;

/// Planes this nearly parallel (the sine of their angle) cut nowhere that could be shown.
const PARALLEL: f64 = 1e-6;

/// The two ends, in patient millimetres, of the line in which two planes cut each other within the volume; none where
/// they are parallel or cut outside of it. On the canvas of either plane: [`super::PlanePlacement::canvas_from_patient`].
pub fn reference_line(one: &Plane, other: &Plane, spec: &VolumeSpec) -> Option<[DVec3; 2]> {
    let direction = one.normal().cross(other.normal());
    if direction.length() < PARALLEL {
        return None;
    }
    // From the one plane's centre, within it and across the line, as far as the other plane is away.
    let across = direction.normalize().cross(one.normal());
    let from = one.center_mm() - across * (other.distance_mm(one.center_mm()) / across.dot(other.normal()));
    within(spec, from, direction.normalize())
}

/// The part of a line that lies in the volume, half a voxel beyond the outermost centres included.
fn within(spec: &VolumeSpec, from_mm: DVec3, direction: DVec3) -> Option<[DVec3; 2]> {
    let to_voxel = spec.geometry.voxel_from_patient();
    let from = to_voxel.transform_point3(from_mm);
    let along = to_voxel.transform_vector3(direction);
    let far = spec.far_corner();
    let (mut first, mut last) = (f64::NEG_INFINITY, f64::INFINITY);
    for axis in 0..3 {
        // Voxels a millimetre; below that, the line stays where it is along this axis.
        if along[axis].abs() < 1e-12 {
            if !(-0.5..=far[axis]).contains(&from[axis]) {
                return None;
            }
            continue;
        }
        let ends = [-0.5, far[axis]].map(|end| (end - from[axis]) / along[axis]);
        first = first.max(ends[0].min(ends[1]));
        last = last.min(ends[0].max(ends[1]));
    }
    (first < last).then(|| [first, last].map(|mm| from_mm + direction * mm))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reslice::tests::{assert_near, spec_of};

    #[test]
    fn a_line_ends_where_the_volume_does() {
        // 30 columns of 0.5 mm, 20 rows of 0.8 mm, 10 slices of 5 mm, from (-0.25, -0.4, -2.5) to (14.75, 15.6, 47.5).
        let spec = spec_of([10, 20, 30], [5.0, 0.8, 0.5]);
        let axial = Plane::axial(DVec3::new(3.0, 4.0, 20.0));
        let coronal = Plane::coronal(DVec3::new(9.0, 7.0, 1.0));
        let [start, end] = reference_line(&axial, &coronal, &spec).unwrap();
        let (left, right) = if start.x < end.x {
            (start, end)
        } else {
            (end, start)
        };
        assert_near(left, DVec3::new(-0.25, 7.0, 20.0));
        assert_near(right, DVec3::new(14.75, 7.0, 20.0));
    }

    #[test]
    fn a_line_of_oblique_planes_lies_in_both() {
        let spec = spec_of([10, 20, 30], [5.0, 0.8, 0.5]);
        let one = Plane::axial(DVec3::new(7.0, 7.0, 20.0)).turned(DVec3::new(7.0, 7.0, 20.0), DVec3::X, 0.3);
        let other =
            Plane::sagittal(DVec3::new(7.0, 7.0, 20.0)).turned(DVec3::new(7.0, 7.0, 20.0), DVec3::Z, 0.7);
        let line = reference_line(&one, &other, &spec).unwrap();
        for point in line {
            let off = one.distance_mm(point).abs().max(other.distance_mm(point).abs());
            assert!(off < 1e-9, "{off}");
            let voxel = spec.geometry.voxel_from_patient().transform_point3(point);
            let beyond = (voxel - spec.far_corner())
                .max_element()
                .max((-0.5 - voxel).max_element());
            assert!(beyond.abs() < 1e-9, "{point} is not on the outside of the volume");
        }
    }

    #[test]
    fn parallel_planes_and_those_that_cut_elsewhere_have_no_line() {
        let spec = spec_of([10, 20, 30], [5.0, 0.8, 0.5]);
        let axial = Plane::axial(DVec3::new(3.0, 4.0, 20.0));
        assert_eq!(reference_line(&axial, &axial.moved(5.0), &spec), None);
        let outside = Plane::coronal(DVec3::new(0.0, 99.0, 0.0));
        assert_eq!(reference_line(&axial, &outside, &spec), None);
    }
}
