//! Planes and slabs by chance: whatever the volume, the plane, the slab and the window, a native GPU is within one level of
//! the CPU. The cases of `tests/cases` are few and looked at; these are many and not.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a test may panic and round"
)]

use std::sync::Arc;

use glam::{DMat3, DVec3, EulerRot};
use render_tests::{Picture, compare};
use viewer_core::{
    PixelFormat, cpu,
    lut::{Lut, Luts, Voi, VoiFunction},
    reslice::{Plane, PlaneView, Projection, ReslicePlan, VolumeInterpolation},
    volume::{Geometry, SliceSpec, Volume, VolumeSpec},
};

const PICTURES: usize = 60;

/// Numbers that are the same on every run: Knuth's MMIX generator.
struct Chance(u64);

impl Chance {
    fn bits(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.bits() as f64 / (1_u64 << 31) as f64)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.bits().is_multiple_of(count)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.bits() as usize % all.len()]
    }
}

fn spec(chance: &mut Chance) -> VolumeSpec {
    let mut size = [0; 3].map(|_| chance.between(1.0, 24.0) as u32);
    if chance.one_in(5) {
        // More than a texture has layers.
        size[0] = chance.between(257.0, 700.0) as u32;
    }
    let format = chance.of(&[
        PixelFormat::R16Sint,
        PixelFormat::R16Uint,
        PixelFormat::R8Sint,
        PixelFormat::R8Uint,
    ]);
    let turn = if chance.one_in(2) {
        DMat3::IDENTITY
    } else {
        let [a, b, c] = [0; 3].map(|_| chance.between(-3.0, 3.0));
        DMat3::from_euler(EulerRot::XYZ, a, b, c)
    };
    let [columns, rows, slices] = [0.5, 0.7, 2.0].map(|mm| mm * chance.between(0.8, 1.2));
    let tilt = if chance.one_in(3) {
        chance.between(-0.9, 0.9)
    } else {
        0.0
    };
    let geometry = Geometry::new(
        DVec3::new(-7.0, 12.0, 30.0),
        turn * (DVec3::X * columns),
        turn * (DVec3::Y * rows),
        turn * DVec3::new(0.0, tilt, slices),
    );
    let is_irregular = chance.one_in(4);
    let is_rescaled = chance.one_in(4);
    let mut place = 0.0;
    let slices = (0..size[0])
        .map(|number| {
            if number > 0 {
                place += if is_irregular {
                    chance.between(0.3, 2.5)
                } else {
                    1.0
                };
            }
            SliceSpec {
                place,
                rescale_slope: if is_rescaled {
                    chance.between(0.2, 3.0)
                } else {
                    1.5
                },
                rescale_intercept: if is_rescaled {
                    chance.between(-50.0, 50.0)
                } else {
                    -20.0
                },
            }
        })
        .collect();
    VolumeSpec {
        size,
        format,
        geometry: geometry.unwrap(),
        slices,
        padding: chance.one_in(3).then_some((0, 20)),
        inverted: chance.one_in(4),
        voi: Voi::linear(0.0, 1.0),
        luts: luts(chance),
        reduction: [1; 3],
    }
}

fn luts(chance: &mut Chance) -> Luts {
    let presentation = chance.one_in(5).then(|| {
        let entries = (0..256).map(|entry| (entry * 97) % 256).collect();
        Arc::new(Lut::new(0, 8, entries).unwrap())
    });
    Luts {
        presentation,
        ..Luts::default()
    }
}

/// Every slice, or all but a few.
fn volume(chance: &mut Chance) -> Volume {
    let spec = spec(chance);
    let [slices, rows, columns] = spec.size;
    let bytes = rows as usize * columns as usize * spec.format.bytes_per_pixel();
    let misses = chance.one_in(4);
    let mut volume = Volume::new(spec).unwrap();
    for slice in 0..slices {
        let pixels: Vec<u8> = (0..bytes).map(|_| chance.bits() as u8).collect();
        if !(misses && chance.one_in(4)) {
            volume.write_slice(slice, &pixels).unwrap();
        }
    }
    volume
}

fn view(chance: &mut Chance, spec: &VolumeSpec) -> PlaneView {
    let [slices, rows, columns] = spec.size.map(f64::from);
    let middle = DVec3::new(
        chance.between(0.0, columns),
        chance.between(0.0, rows),
        chance.between(0.0, slices),
    );
    let whole = chance.one_in(2);
    let center =
        spec.geometry
            .patient_from_voxel()
            .transform_point3(if whole { middle.floor() } else { middle });
    let steps = spec.geometry.patient_from_voxel().matrix3;
    let along = |right: DVec3, other: DVec3| {
        let right = right.normalize();
        Plane::new(center, right, (other - right * right.dot(other)).normalize()).unwrap()
    };
    let plane = match chance.bits() % 5 {
        0 => along(steps.x_axis, steps.y_axis),
        1 => along(steps.x_axis, -steps.z_axis),
        2 => along(steps.y_axis, -steps.z_axis),
        3 => along(steps.z_axis, steps.y_axis),
        _ => {
            let [a, b, c] = [0; 3].map(|_| chance.between(-3.0, 3.0));
            let turn = DMat3::from_euler(EulerRot::XYZ, a, b, c);
            along(turn * DVec3::X, turn * DVec3::Y)
        }
    };
    let function = chance.of(&[
        VoiFunction::Linear,
        VoiFunction::LinearExact,
        VoiFunction::Sigmoid,
    ]);
    let scale = if spec.format.bytes_per_pixel() == 1 {
        1.0
    } else {
        200.0
    };
    PlaneView {
        zoom: chance.between(0.6, 2.0),
        pan_px: [chance.between(-5.0, 5.0), chance.between(-5.0, 5.0)],
        slab_mm: if chance.one_in(2) {
            0.0
        } else {
            chance.between(1.0, 40.0)
        },
        projection: chance.of(&Projection::ALL),
        interpolation: chance.of(&VolumeInterpolation::ALL),
        invert: chance.one_in(5),
        voi: Voi {
            center: chance.between(-100.0, 200.0) * scale,
            width: chance.of(&[1.0, 2.0, 9.0, 60.0, 250.0, 9000.0, 80_000.0]),
            function,
        },
        ..PlaneView::new(plane, spec)
    }
}

#[test]
fn a_native_gpu_draws_any_plane_within_one_level() {
    let executor = viewer_gpu::native::open().unwrap_or_else(|error| panic!("{error}"));
    let mut chance = Chance(20_261_124);
    let (mut gentle, mut slabs, mut flat, mut lit, mut off) = (0, 0, 0, 0, 0);
    let mut failures = Vec::new();
    for number in 0..PICTURES {
        let volume = volume(&mut chance);
        let view = view(&mut chance, volume.spec());
        let canvas = [chance.between(1.0, 50.0) as u32, chance.between(1.0, 50.0) as u32];
        let plan = ReslicePlan::new(volume.spec(), volume.present(), &view, canvas).unwrap();
        gentle += usize::from(plan.gentle().is_some());
        slabs += usize::from(plan.samples > 1);
        flat += usize::from(plan.flat_axis().is_some());
        let expected = Picture::from_rgba(canvas, &cpu::render_plane(&plan, &volume).unwrap()).unwrap();
        lit += expected.pixels.iter().filter(|pixel| pixel[0] > 0).count();
        let actual = viewer_gpu::native::render_plane(&executor, &plan, &volume).unwrap();
        let found = compare(&expected, &Picture::from_rgba(canvas, &actual).unwrap(), 1).unwrap();
        off += found.pixels;
        if !found.outliers.is_empty() {
            failures.push(format!(
                "{number}: {} of {} pixels, up to {}, the first at {:?}: {:?} {:?} samples {} gentle {} flat {:?} padding {:?} table {} {:?}",
                found.outliers.len(),
                expected.pixels.len(),
                found.max,
                found.outliers[0],
                plan.interpolation,
                plan.projection,
                plan.samples,
                plan.gentle().is_some(),
                plan.flat_axis(),
                plan.padding,
                plan.table.is_some(),
                view.voi,
            ));
        }
    }
    println!(
        "{PICTURES} planes: {gentle} gentle, {slabs} slabs, {flat} flat, {lit} pixels not black, {off} off by a level"
    );
    assert!(gentle.min(slabs).min(flat) > PICTURES / 10, "of each kind some");
    assert!(lit > 3_000, "only {lit} pixels show anything");
    assert!(
        failures.is_empty(),
        "{} of {PICTURES}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
