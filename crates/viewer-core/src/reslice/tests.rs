//! Hand-worked volumes and plans.

use glam::DVec3;

use super::*;
use crate::{
    PixelFormat, cpu,
    lut::{Luts, Voi},
    volume::{Geometry, SliceSpec, Volume, VolumeSpec},
};

/// A volume along the patient's axes whose first voxel is at the origin; size and spacing `[slices, rows, columns]`.
pub(super) fn spec_of(size: [u32; 3], spacing_mm: [f64; 3]) -> VolumeSpec {
    let [slices, rows, columns] = spacing_mm;
    VolumeSpec {
        size,
        format: PixelFormat::R16Sint,
        geometry: Geometry::new(
            DVec3::ZERO,
            DVec3::X * columns,
            DVec3::Y * rows,
            DVec3::Z * slices,
        )
        .unwrap(),
        slices: (0..size[0])
            .map(|number| SliceSpec {
                place: f64::from(number),
                rescale_slope: 1.0,
                rescale_intercept: 0.0,
            })
            .collect(),
        padding: None,
        inverted: false,
        voi: Voi::linear(128.0, 256.0),
        luts: Luts::default(),
        reduction: [1; 3],
    }
}

#[track_caller]
pub(super) fn assert_near(point: DVec3, expected: DVec3) {
    assert!(
        (point - expected).abs().max_element() < 1e-9,
        "{point} is not {expected}"
    );
}

/// A whole volume whose voxels are `value(column, row, slice)`.
fn volume_of(spec: VolumeSpec, value: impl Fn(i16, i16, i16) -> i16) -> Volume {
    let [slices, rows, columns] = spec.size.map(|side| i16::try_from(side).unwrap());
    let mut volume = Volume::new(spec).unwrap();
    for slice in 0..slices {
        let mut pixels = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                pixels.extend(value(column, row, slice).to_le_bytes());
            }
        }
        volume
            .write_slice(u32::try_from(slice).unwrap(), &pixels)
            .unwrap();
    }
    volume
}

/// Values over a canvas on which a millimetre is a pixel and the plane's centre is the centre of the middle pixel.
fn values(volume: &Volume, view: PlaneView, side: u32) -> Vec<f64> {
    let fitting = PlanePlacement::new(volume.spec(), &view, [side; 2]).unwrap();
    let view = PlaneView {
        zoom: view.zoom * fitting.mm_per_px(),
        ..view
    };
    let plan = ReslicePlan::new(volume.spec(), volume.present(), &view, [side; 2]).unwrap();
    cpu::plane_values(&plan, volume).unwrap()
}

/// Columns add 1, rows 10, slices 100.
fn ramp(column: i16, row: i16, slice: i16) -> i16 {
    column + 10 * row + 100 * slice
}

#[test]
fn named_planes_show_the_voxels_that_they_name() {
    let volume = volume_of(spec_of([9, 9, 9], [1.0; 3]), ramp);
    let at = DVec3::new(4.0, 5.0, 6.0);
    let shown = |plane| {
        let view = PlaneView {
            interpolation: VolumeInterpolation::Nearest,
            ..PlaneView::new(plane, volume.spec())
        };
        values(&volume, view, 3)
    };
    // Middle 4 + 50 + 600; to the right and down one voxel each.
    let expected = |right: f64, down: f64| -> Vec<f64> {
        let steps = [-1.0, 0.0, 1.0];
        steps
            .iter()
            .flat_map(|y| steps.iter().map(move |x| 654.0 + x * right + y * down))
            .collect()
    };
    assert_eq!(shown(Plane::axial(at)), expected(1.0, 10.0));
    assert_eq!(shown(Plane::coronal(at)), expected(1.0, -100.0));
    assert_eq!(shown(Plane::sagittal(at)), expected(10.0, -100.0));
}

#[test]
fn linear_and_cubic_give_a_ramp_back() {
    let volume = volume_of(spec_of([9, 9, 9], [1.0; 3]), ramp);
    let plane = Plane::axial(DVec3::new(3.25, 4.5, 4.75));
    for interpolation in [VolumeInterpolation::Linear, VolumeInterpolation::Cubic] {
        let view = PlaneView {
            interpolation,
            ..PlaneView::new(plane, volume.spec())
        };
        assert_eq!(
            values(&volume, view, 1),
            [3.25 + 45.0 + 475.0],
            "{interpolation:?}"
        );
    }
}

#[test]
fn cubic_is_catmull_rom() {
    // One bright voxel; half a voxel beside it in each direction: (9/16)³.
    let spec = spec_of([9, 9, 9], [1.0; 3]);
    let volume = volume_of(spec, |column, row, slice| {
        i16::from((column, row, slice) == (4, 4, 4)) * 4096
    });
    let view = PlaneView {
        interpolation: VolumeInterpolation::Cubic,
        ..PlaneView::new(Plane::coronal(DVec3::splat(4.5)), volume.spec())
    };
    assert_eq!(values(&volume, view, 1), [729.0]);
}

#[test]
fn a_slab_takes_the_samples_that_it_reaches() {
    let volume = volume_of(spec_of([9, 9, 9], [2.0, 1.0, 1.0]), ramp);
    // Slice 4 at 8 mm; samples two millimetres apart.
    let shown = |slab_mm, projection| {
        let view = PlaneView {
            slab_mm,
            projection,
            ..PlaneView::new(Plane::axial(DVec3::new(4.0, 5.0, 8.0)), volume.spec())
        };
        values(&volume, view, 1)[0].to_string()
    };
    for (slab_mm, [max, min, mean, sum]) in [
        (0.0, ["454", "454", "454", "454"]),
        (3.9, ["454", "454", "454", "454"]),
        (4.0, ["554", "354", "454", "1362"]),
        (8.0, ["654", "254", "454", "2270"]),
        // All nine slices, however thick.
        (1e6, ["854", "54", "454", "4086"]),
    ] {
        let all = Projection::ALL.map(|projection| shown(slab_mm, projection));
        assert_eq!(all, [max, min, mean, sum], "{slab_mm} mm");
    }
}

#[test]
fn a_sum_is_over_rescaled_values() {
    let mut spec = spec_of([3, 1, 1], [1.0; 3]);
    for slice in &mut spec.slices {
        slice.rescale_slope = 2.0;
        slice.rescale_intercept = -1000.0;
    }
    let volume = volume_of(spec, |_, _, slice| 10 + slice);
    let view = PlaneView {
        slab_mm: 2.0,
        projection: Projection::Sum,
        ..PlaneView::new(Plane::axial(DVec3::Z), volume.spec())
    };
    // 2 (10 + 11 + 12) - 3000
    assert_eq!(values(&volume, view, 1), [-2934.0]);
}

#[test]
fn padding_is_not_mixed_in() {
    let mut spec = spec_of([1, 1, 4], [1.0; 3]);
    spec.padding = Some((-2000, -2000));
    let volume = volume_of(spec, |column, _, _| {
        [100, 200, -2000, 300][usize::try_from(column).unwrap()]
    });
    let at = |column: f64| {
        let view = PlaneView::new(Plane::axial(DVec3::new(column, 0.0, 0.0)), volume.spec());
        format!("{:?}", values(&volume, view, 1)[0])
    };
    let found = [0.5, 1.0, 1.25, 1.75, 2.25, 2.75].map(at);
    assert_eq!(found, ["150.0", "200.0", "200.0", "NaN", "NaN", "300.0"]);
}

#[test]
fn slices_that_have_not_arrived_are_outside() {
    let spec = spec_of([4, 1, 1], [1.0; 3]);
    let mut volume = Volume::new(spec).unwrap();
    for slice in [0, 1, 3] {
        let value = i16::try_from(slice * 100).unwrap();
        volume.write_slice(slice, &value.to_le_bytes()).unwrap();
    }
    let at = |slice: f64| {
        let view = PlaneView::new(Plane::axial(DVec3::new(0.0, 0.0, slice)), volume.spec());
        format!("{:?}", values(&volume, view, 1)[0])
    };
    let found = [0.5, 1.25, 1.5, 2.0, 2.25, 2.5, 3.0, 3.5].map(at);
    assert_eq!(
        found,
        ["50.0", "100.0", "NaN", "NaN", "NaN", "300.0", "300.0", "NaN"]
    );
}

#[test]
fn irregular_slices_are_where_they_are() {
    let mut spec = spec_of([3, 1, 1], [2.0, 1.0, 1.0]);
    for (slice, place) in spec.slices.iter_mut().zip([0.0, 1.0, 3.5]) {
        slice.place = place;
    }
    let volume = volume_of(spec, |_, _, slice| slice * 1000);
    let at = |mm: f64, interpolation| {
        let view = PlaneView {
            interpolation,
            ..PlaneView::new(Plane::axial(DVec3::new(0.0, 0.0, mm)), volume.spec())
        };
        values(&volume, view, 1)[0]
    };
    // Slices at 0, 2 and 7 mm; the volume ends a millimetre beyond.
    for (mm, linear, nearest) in [
        (-0.9, 0.0, 0.0),
        (1.0, 500.0, 1000.0),
        (4.4, 1480.0, 1000.0),
        (4.6, 1520.0, 2000.0),
        (7.9, 2000.0, 2000.0),
    ] {
        // The weight has 15 bits.
        let found = at(mm, VolumeInterpolation::Linear);
        assert!((found - linear).abs() < 0.1, "{mm} mm: {found}");
        let found = at(mm, VolumeInterpolation::Nearest);
        assert!((found - nearest).abs() < 1e-9, "{mm} mm: {found}");
    }
    assert!(at(-1.1, VolumeInterpolation::Linear).is_nan());
    assert!(at(8.1, VolumeInterpolation::Linear).is_nan());
}

#[test]
fn slices_are_rescaled_before_they_are_mixed() {
    let mut spec = spec_of([3, 1, 1], [1.0; 3]);
    for (slice, slope) in spec.slices.iter_mut().zip([0.5, 2.0, 1.0]) {
        slice.rescale_slope = slope;
        slice.rescale_intercept = 8.0;
    }
    let volume = volume_of(spec, |_, _, _| 1000);
    let at = |slice: f64, slab_mm| {
        let view = PlaneView {
            slab_mm,
            projection: Projection::Sum,
            ..PlaneView::new(Plane::axial(DVec3::new(0.0, 0.0, slice)), volume.spec())
        };
        values(&volume, view, 1)[0]
    };
    let found = [(0.0, 0.0), (0.5, 0.0), (1.25, 0.0), (1.0, 2.0)]
        .map(|(slice, slab_mm)| at(slice, slab_mm).to_string());
    assert_eq!(found, ["508", "1258", "1758", "3524"]);
}

/// A volume of noise, sheared and turned, for comparing paths.
fn noise() -> Volume {
    let mut spec = spec_of([7, 11, 13], [1.0; 3]);
    spec.geometry = Geometry::new(
        DVec3::new(-3.0, 2.0, 9.0),
        DVec3::X * 0.7,
        DVec3::Y * 0.9,
        DVec3::Z * 1.5,
    )
    .unwrap();
    volume_of(spec, |column, row, slice| {
        (column.wrapping_mul(7919) ^ row.wrapping_mul(104) ^ slice.wrapping_mul(1299)).wrapping_mul(31)
    })
}

#[test]
fn flat_pictures_are_those_of_the_general_way() {
    let volume = noise();
    for plane in [
        Plane::axial(DVec3::new(1.0, 6.0, 13.5)),
        Plane::coronal(DVec3::new(1.0, 6.5, 13.0)),
        Plane::sagittal(DVec3::new(0.5, 6.0, 13.0)),
    ] {
        for projection in Projection::ALL {
            for slab_mm in [0.0, 4.0] {
                let view = PlaneView {
                    slab_mm,
                    projection,
                    zoom: 0.8,
                    ..PlaneView::new(plane, volume.spec())
                };
                let plan = ReslicePlan::new(volume.spec(), volume.present(), &view, [37, 31]).unwrap();
                assert!(plan.flat_axis().is_some(), "{plane:?}");
                // A canvas line that is a hair's breadth askew is drawn the general way.
                let mut askew = plan.clone();
                askew.column.step_y += 1;
                askew.row.step_x += 1;
                askew.slice.step_x += 1;
                askew.slice.step_y += 1;
                assert!(askew.flat_axis().is_none());
                let [flat, general] = [&plan, &askew].map(|plan| cpu::plane_values(plan, &volume).unwrap());
                let off = flat.iter().zip(&general).map(|(a, b)| {
                    assert_eq!(a.is_nan(), b.is_nan(), "{plane:?}");
                    if a.is_nan() { 0.0 } else { (a - b).abs() }
                });
                let off = off.fold(0.0, f64::max);
                assert!(off < 1e-3, "{plane:?} {projection:?} {slab_mm}: {off}");
            }
        }
    }
}

#[test]
fn planes_and_slabs_beyond_reason_are_refused() {
    let volume = volume_of(spec_of([3, 3, 3], [1.0; 3]), ramp);
    let spec = volume.spec();
    let good = PlaneView::new(Plane::axial(DVec3::ONE), spec);
    let far = Plane::axial(DVec3::new(1e12, 0.0, 0.0));
    for (view, kind) in [
        (
            PlaneView {
                slab_mm: -1.0,
                ..good
            },
            crate::ErrorKind::Malformed,
        ),
        (
            PlaneView {
                slab_mm: f64::NAN,
                ..good
            },
            crate::ErrorKind::Malformed,
        ),
        (PlaneView { plane: far, ..good }, crate::ErrorKind::Limit),
        (PlaneView { zoom: 1e12, ..good }, crate::ErrorKind::Limit),
    ] {
        let error = ReslicePlan::new(spec, volume.present(), &view, [9, 9]).unwrap_err();
        assert_eq!(error.kind, kind, "{view:?}");
    }
    let color = VolumeSpec {
        format: PixelFormat::Rgba8Uint,
        ..spec.clone()
    };
    assert!(ReslicePlan::new(&color, volume.present(), &good, [9, 9]).is_err());
    assert!(ReslicePlan::new(spec, &[true; 2], &good, [9, 9]).is_err());
}
