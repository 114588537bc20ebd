//! Pictures worked by hand.
#![expect(clippy::cast_possible_truncation, reason = "clamped")]

use glam::{DMat3, DVec3};

use super::{Scene, render};
use crate::{
    PixelFormat,
    lut::Voi,
    raycast::{
        Bricks, Camera, CutPlane, Lighting, MaskBuilder, Mode, Occupancy, Part, Perspective, Preset, Quality,
        RayPlan, RayView, Side, TransferFunction, TransferPoint, VoxelMask,
        testing::{noise, spec_of, volume_of},
    },
    volume::{Geometry, Volume, VolumeSpec},
};

fn bricks_of(volume: &Volume) -> Bricks {
    let spec = volume.spec();
    let mut bricks = Bricks::new(spec).unwrap();
    let slices = volume.voxels().chunks(volume.voxels().len() / spec.slices.len());
    for ((number, slice), present) in (0..).zip(slices).zip(volume.present()) {
        if *present {
            bricks.write_slice(number, slice).unwrap();
        }
    }
    bricks
}

/// The reds of a picture.
fn picture_with(volume: &Volume, view: &RayView, canvas: [u32; 2], mask: Option<&VoxelMask>) -> Vec<u8> {
    let plan = RayPlan::new(volume.spec(), volume.present(), view, canvas).unwrap();
    let bricks = bricks_of(volume);
    let [skipping, looking] = [
        Occupancy::new(&bricks, &plan),
        Occupancy::everything(&bricks, &plan),
    ]
    .map(|occupancy| {
        let scene = Scene {
            volume,
            occupancy: &occupancy,
            mask,
        };
        render(&plan, scene).unwrap()
    });
    assert!(skipping == looking, "skipping changes nothing");
    skipping.as_chunks::<4>().0.iter().map(|[red, ..]| *red).collect()
}

fn picture(volume: &Volume, view: &RayView, canvas: [u32; 2]) -> Vec<u8> {
    picture_with(volume, view, canvas, None)
}

fn white(points: &[[f64; 2]]) -> TransferFunction {
    let points = points.iter().map(|[value, opacity]| TransferPoint {
        value: *value,
        color: [1.0; 3],
        opacity: *opacity,
    });
    TransferFunction::new(points.collect()).unwrap()
}

/// White by opacity, without light and jitter; a millimetre is a pixel of a canvas of `side` pixels.
fn plain(spec: &VolumeSpec, side: Side, canvas: u32, transfer: TransferFunction) -> RayView {
    let camera = Camera {
        radius_mm: f64::from(canvas) / 2.0,
        ..Camera::around(spec, side)
    };
    RayView {
        camera,
        mode: Mode::Composite,
        transfer,
        lighting: None,
        crop: None,
        cuts: Vec::new(),
        quality: Quality {
            step: 0.5,
            ..Quality::STILL
        },
        has_jitter: false,
        background: [0; 3],
        is_arriving: false,
    }
}

/// Stored values that fall by 64 a millimetre; 128 at `radius` millimetres from `center`.
fn ball(spec: VolumeSpec, center: DVec3, radius: f64) -> Volume {
    let from_voxel = spec.geometry.patient_from_voxel();
    volume_of(spec, |voxel| {
        let patient = from_voxel.transform_point3(DVec3::from_array(voxel.map(f64::from)));
        let value = 128.0 - (patient.distance(center) - radius) * 64.0;
        value.round().clamp(-3000.0, 3000.0) as i16
    })
}

/// Millimetres of the radius of a disc of the picture's area, at a pixel a millimetre.
fn radius_of(picture: &[u8]) -> f64 {
    let area: f64 = picture
        .iter()
        .map(|level| f64::from(u8::from(*level > 127)))
        .sum();
    (area / std::f64::consts::PI).sqrt()
}

#[test]
fn light_through_a_cube_is_that_of_the_formula() {
    let volume = volume_of(spec_of([20, 20, 20], PixelFormat::R16Sint), |_| 100);
    for step in [0.25, 0.5, 1.0, 2.0] {
        let mut view = plain(
            volume.spec(),
            Side::Anterior,
            40,
            white(&[[0.0, 0.1], [200.0, 0.1]]),
        );
        view.quality.step = step;
        let picture = picture(&volume, &view, [40, 40]);
        // 0.9 to the power of 20 mm passes: 1 - 0.121577 is 224 of 255; whatever the step.
        assert_eq!(picture[20 * 40 + 20], 224, "steps of {step}");
        assert_eq!(
            [picture[20 * 40 + 10], picture[20 * 40 + 9]],
            [224, 0],
            "20 mm are 20 pixels"
        );
        assert_eq!(picture.iter().filter(|level| **level == 224).count(), 400);
    }
}

#[test]
fn a_ball_is_round_whatever_the_voxels_are() {
    let mirrored = DMat3::from_diagonal(DVec3::new(-0.9, 0.7, -1.7));
    let tilted = DMat3::from_cols(DVec3::X * 0.8, DVec3::new(0.0, 0.7, -0.4), DVec3::Z * 1.2);
    let turned = DMat3::from_rotation_y(0.4) * DMat3::from_diagonal(DVec3::new(0.7, 1.3, 0.9));
    for steps in [DMat3::IDENTITY, mirrored, tilted, turned] {
        let mut spec = spec_of([40, 60, 50], PixelFormat::R16Sint);
        let middle = DVec3::new(24.5, 29.5, 19.5);
        spec.geometry = Geometry::new(-(steps * middle), steps.x_axis, steps.y_axis, steps.z_axis).unwrap();
        let volume = ball(spec, DVec3::new(1.0, -2.0, 0.5), 12.0);
        for side in [Side::Anterior, Side::Inferior] {
            let view = plain(volume.spec(), side, 400, white(&[[128.0, 0.0], [128.0, 1.0]]));
            let mut view = RayView {
                camera: view.camera.turned(20.0, -15.0),
                ..view
            };
            view.camera.center_mm = DVec3::new(1.0, -2.0, 0.5);
            // Four pixels a millimetre.
            view.camera.radius_mm = 20.0;
            let radius = radius_of(&picture(&volume, &view, [400, 400])) / 10.0;
            assert!(
                (radius - 12.0).abs() < 0.05,
                "{steps:?} from {side:?}: {radius} mm"
            );
        }
    }
}

#[test]
fn light_comes_from_where_it_is_said() {
    let volume = ball(
        spec_of([40, 40, 40], PixelFormat::R16Sint),
        DVec3::splat(19.5),
        15.0,
    );
    let halves = |from: [f64; 3]| {
        let mut view = plain(
            volume.spec(),
            Side::Anterior,
            41,
            white(&[[128.0, 0.0], [130.0, 1.0]]),
        );
        let (ambient, diffuse, specular) = (0.0, 1.0, 0.0);
        view.lighting = Some(Lighting {
            ambient,
            diffuse,
            specular,
            edge_per_mm: 1.0,
            from,
        });
        let picture = picture(&volume, &view, [41, 41]);
        let sum = |inside: &dyn Fn(usize, usize) -> bool| -> u32 {
            let pixels = (0..1681).filter(|at| inside(at % 41, at / 41));
            pixels.map(|at| u32::from(picture[at])).sum()
        };
        let center = picture[20 * 41 + 20];
        (
            [
                sum(&|x, _| x < 20),
                sum(&|x, _| x > 20),
                sum(&|_, y| y < 20),
                sum(&|_, y| y > 20),
            ],
            center,
        )
    };
    let ([left, right, upper, lower], _) = halves([-1.0, 0.0, 0.0]);
    assert!(
        left > 20 * right.max(1) && upper.abs_diff(lower) < left / 100,
        "from the left: {left}, {right}"
    );
    let ([left, right, upper, lower], _) = halves([0.0, -1.0, 0.0]);
    assert!(
        upper > 20 * lower.max(1) && left.abs_diff(right) < upper / 100,
        "from above: {upper}, {lower}"
    );
    let (_, center) = halves([0.0, 0.0, 1.0]);
    assert!(center >= 253, "head on: {center}");
    // Lambert: 60 degrees from the normal is half as bright.
    let (_, center) = halves([3.0_f64.sqrt(), 0.0, 1.0]);
    assert!(center.abs_diff(128) <= 2, "inclined: {center}");
}

#[test]
fn cuts_and_crops_leave_what_they_say() {
    let volume = volume_of(spec_of([20, 20, 20], PixelFormat::R16Sint), |_| 100);
    let full = plain(
        volume.spec(),
        Side::Anterior,
        40,
        white(&[[0.0, 0.1], [200.0, 0.1]]),
    );
    let cut = |normal: DVec3, point_mm: DVec3| {
        let mut view = full.clone();
        view.cuts = vec![CutPlane { point_mm, normal }];
        picture(&volume, &view, [40, 40])
    };
    // The patient's left half, which is on the right.
    let half = cut(DVec3::X * 3.0, DVec3::new(9.5, 0.0, 0.0));
    assert_eq!((half[20 * 40 + 19], half[20 * 40 + 20]), (0, 224));
    assert_eq!(half.iter().filter(|level| **level == 224).count(), 200);
    // The back half: 0.9 to the power of 10 passes, 1 - 0.348678 is 166 of 255.
    assert_eq!(cut(DVec3::Y, DVec3::new(0.0, 9.5, 0.0))[20 * 40 + 20], 166);
    assert_eq!(cut(DVec3::NEG_Y, DVec3::new(0.0, 9.5, 0.0))[20 * 40 + 20], 166);
    assert_eq!(cut(DVec3::Y, DVec3::new(0.0, 50.0, 0.0))[20 * 40 + 20], 0);
    let mut view = full.clone();
    view.crop = Some([[4.5, 14.5], [-9.0, 99.0], [9.5, 14.5]]);
    let cropped = picture(&volume, &view, [40, 40]);
    assert_eq!(
        cropped.iter().filter(|level| **level == 224).count(),
        50,
        "5 columns of 10 slices"
    );
}

#[test]
fn projections_show_the_largest_and_the_smallest_value() {
    let value = |[column, row, slice]: [u32; 3]| noise((slice * 24 + row) * 20 + column) / 64;
    let volume = volume_of(spec_of([16, 24, 20], PixelFormat::R16Sint), value);
    let voi = Voi {
        center: 0.0,
        width: 800.0,
        function: crate::lut::VoiFunction::LinearExact,
    };
    for (mode, pick) in [
        (Mode::Maximum, i16::max as fn(i16, i16) -> i16),
        (Mode::Minimum, i16::min),
    ] {
        let preset = Preset::projection(mode, &voi, false).unwrap();
        // From the feet, rows run down and columns to the right; samples are at the centres of voxels.
        let view = RayView {
            mode: preset.mode,
            quality: Quality {
                step: 1.0,
                ..Quality::STILL
            },
            ..plain(volume.spec(), Side::Inferior, 20, preset.transfer)
        };
        let found = picture(&volume, &view, [20, 24]);
        for row in 0..24 {
            for column in 0..20 {
                let best = (0..16)
                    .map(|slice| value([column, row, slice]))
                    .reduce(pick)
                    .unwrap();
                let expected = crate::lut::level_from_y(voi.apply(f64::from(best)));
                let level = found[(row * 20 + column) as usize];
                assert!(
                    level.abs_diff(expected) <= 1,
                    "{mode:?} at {column}, {row}: {level}, {expected}"
                );
            }
        }
    }
}

#[test]
fn every_way_of_looking_skips_without_a_trace() {
    // Blobs in the dark, so that there is much to skip. `picture` compares.
    let value = |[column, row, slice]: [u32; 3]| {
        let block = noise((slice / 9 * 7 + row / 9) * 7 + column / 9);
        if block > 24_000 {
            noise(slice * 4096 + row * 64 + column) / 100
        } else {
            -500
        }
    };
    let mut spec = spec_of([50, 43, 57], PixelFormat::R16Sint);
    spec.geometry = Geometry::new(
        DVec3::ZERO,
        DVec3::X * 0.7,
        DVec3::new(0.0, 0.7, 0.2),
        DVec3::Z * 1.5,
    )
    .unwrap();
    let mut irregular = spec.clone();
    for slice in &mut irregular.slices {
        slice.place *= 1.0 + slice.place / 100.0;
        slice.rescale_slope = 1.0 + slice.place / 200.0;
    }
    for spec in [spec, irregular] {
        let volume = volume_of(spec, value);
        for perspective in [Perspective::Orthographic, Perspective::FieldDeg(60.0)] {
            for mode in [Mode::Composite, Mode::Maximum, Mode::Minimum] {
                let mut view = RayView {
                    mode,
                    has_jitter: true,
                    lighting: Preset::tissue(crate::raycast::TissuePreset::Bone)
                        .unwrap()
                        .lighting,
                    ..plain(volume.spec(), Side::Left, 90, white(&[[0.0, 0.0], [300.0, 0.3]]))
                };
                view.camera = view.camera.turned(33.0, 21.0);
                view.camera.perspective = perspective;
                let shown = picture(&volume, &view, [90, 90]);
                assert!(
                    shown.iter().any(|level| *level != shown[0]),
                    "{mode:?}: something is there"
                );
            }
        }
    }
}

#[test]
fn what_is_empty_is_not_seen() {
    let cube = |padding, missing: Option<u32>| {
        let mut spec = spec_of([20, 20, 20], PixelFormat::R16Sint);
        spec.padding = padding;
        let mut volume = Volume::new(spec).unwrap();
        for slice in (0..20).filter(|slice| Some(*slice) != missing) {
            // Columns 0 to 9 are of 30000.
            let values = (0..400).map(|at: u16| if at % 20 < 10 { 30_000_i16 } else { 100 });
            let bytes: Vec<u8> = values.flat_map(i16::to_le_bytes).collect();
            volume.write_slice(slice, &bytes).unwrap();
        }
        volume
    };
    let transfer = || white(&[[0.0, 0.1], [200.0, 0.1]]);
    let line = |volume: &Volume, row: usize, mask: Option<&VoxelMask>| {
        let view = plain(volume.spec(), Side::Anterior, 20, transfer());
        let shown = picture_with(volume, &view, [20, 20], mask);
        [shown[row * 20 + 5], shown[row * 20 + 15]]
    };
    assert_eq!(line(&cube(None, None), 10, None), [224, 224]);
    assert_eq!(
        line(&cube(Some((29_000, 31_000)), None), 10, None),
        [0, 224],
        "padding"
    );
    let lacking = cube(None, Some(8));
    // The head is up: slice 8 is line 11.
    assert_eq!(
        [10, 11, 12].map(|row| line(&lacking, row, None)),
        [[224, 224], [0, 0], [224, 224]]
    );
    let mut builder = MaskBuilder::new(lacking.spec(), 20_000.0).unwrap();
    for (slice, bytes) in (0..).zip(lacking.voxels().chunks(800)) {
        builder.write_slice(slice, bytes).unwrap();
    }
    let mask = builder.finish(Part::All).unwrap();
    assert_eq!(line(&lacking, 5, Some(&mask)), [0, 224], "left out");
}

#[test]
fn slices_lie_at_their_places_and_have_their_own_rescale() {
    // Slices at 0, 1, 2 and 6; each holds 100 after its rescale.
    let mut spec = spec_of([4, 10, 10], PixelFormat::R16Sint);
    for (slice, (place, slope)) in
        spec.slices
            .iter_mut()
            .zip([(0.0, 1.0), (1.0, 2.0), (2.0, 0.5), (6.0, 4.0)])
    {
        (slice.place, slice.rescale_slope) = (place, slope);
    }
    let stored = [100, 50, 200, 25];
    let volume = volume_of(spec, |[.., slice]| stored[slice as usize]);
    let view = plain(
        volume.spec(),
        Side::Anterior,
        20,
        white(&[[99.0, 0.0], [100.0, 0.2], [101.0, 0.0]]),
    );
    let shown = picture(&volume, &view, [21, 21]);
    // Of 10 mm, 0.8 to the power of 10 passes; 7 mm high, whatever lies between slices.
    let column: Vec<u8> = (0..21).map(|row| shown[row * 21 + 10]).collect();
    let lit = column.iter().filter(|level| **level > 0).count();
    assert_eq!(lit, 7, "{column:?}");
    assert!(
        column.iter().all(|level| *level == 0 || level.abs_diff(228) <= 1),
        "{column:?}"
    );
}

#[test]
fn while_slices_arrive_those_that_lie_together_are_as_of_a_whole_volume() {
    let value = |[column, row, slice]: [u32; 3]| noise((slice * 24 + row) * 20 + column) / 64;
    let whole = volume_of(spec_of([20, 16, 18], PixelFormat::R16Sint), value);
    let with = |present: &dyn Fn(u32) -> bool| {
        let mut volume = Volume::new(whole.spec().clone()).unwrap();
        let slices = (0..).zip(whole.voxels().chunks(2 * 16 * 18));
        for (number, slice) in slices.filter(|(number, _)| present(*number)) {
            volume.write_slice(number, slice).unwrap();
        }
        volume
    };
    let view = RayView {
        lighting: Preset::tissue(crate::raycast::TissuePreset::Bone)
            .unwrap()
            .lighting,
        is_arriving: true,
        ..plain(whole.spec(), Side::Left, 40, white(&[[0.0, 0.0], [300.0, 0.3]]))
    };
    let cropped = |slices: [f64; 2]| {
        let crop = Some([slices, [-0.5, 15.5], [-0.5, 17.5]]);
        let is_arriving = false;
        picture(
            &whole,
            &RayView {
                crop,
                is_arriving,
                ..view.clone()
            },
            [40, 40],
        )
    };
    for (present, slices) in [
        (
            &(|number: u32| number > 3 && number != 15) as &dyn Fn(u32) -> bool,
            [5.0, 13.0],
        ),
        (&|number| number < 12, [-0.5, 10.0]),
        (&|number| number > 6, [8.0, 19.5]),
        (&|_| true, [-0.5, 19.5]),
    ] {
        let volume = with(present);
        let plan = RayPlan::new(volume.spec(), volume.present(), &view, [40, 40]).unwrap();
        assert!(plan.slices.is_none(), "no table of slices is read");
        let shown = picture(&volume, &view, [40, 40]);
        assert!(shown.iter().any(|level| *level > 0));
        assert!(shown == cropped(slices), "{slices:?}");
    }
    for lone in [&(|_| false) as &dyn Fn(u32) -> bool, &|number| number % 2 == 1] {
        let shown = picture(&with(lone), &view, [40, 40]);
        assert!(shown.iter().all(|level| *level == 0), "nothing lies together");
    }
}

#[test]
fn coarse_pictures_are_of_the_same_size_and_place() {
    let volume = ball(
        spec_of([40, 40, 40], PixelFormat::R16Sint),
        DVec3::splat(19.5),
        15.0,
    );
    let mut view = plain(
        volume.spec(),
        Side::Anterior,
        400,
        white(&[[128.0, 0.0], [128.0, 1.0]]),
    );
    view.camera.radius_mm = 20.0;
    view.quality.resolution = 0.3;
    let shown = picture(&volume, &view, [400, 400]);
    assert!(
        (radius_of(&shown) / 10.0 - 15.0).abs() < 0.1,
        "{}",
        radius_of(&shown)
    );
    view.quality.max_samples = 10_000;
    let plan = RayPlan::new(volume.spec(), volume.present(), &view, [400, 400]).unwrap();
    let rays = f64::from(plan.grid[0] * plan.grid[1]);
    assert!(rays * 70.0 / f64::from(plan.step_mm) < 20_000.0, "{plan:?}");
}

#[test]
fn plans_of_other_volumes_are_refused() {
    let volume = volume_of(spec_of([4, 4, 4], PixelFormat::R16Sint), |_| 0);
    let other = volume_of(spec_of([4, 4, 5], PixelFormat::R16Sint), |_| 0);
    let view = plain(volume.spec(), Side::Left, 10, white(&[[0.0, 1.0]]));
    let plan = RayPlan::new(volume.spec(), volume.present(), &view, [10, 10]).unwrap();
    let occupancy = Occupancy::new(&bricks_of(&volume), &plan);
    let scene = Scene {
        volume: &other,
        occupancy: &occupancy,
        mask: None,
    };
    assert!(render(&plan, scene).is_err());
    assert!(RayPlan::new(volume.spec(), &[true; 3], &view, [10, 10]).is_err());
    assert!(RayPlan::new(volume.spec(), volume.present(), &view, [0, 10]).is_err());
}
