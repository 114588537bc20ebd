//! Volumes in three dimensions by chance: whatever the volume, the camera, the transfer function and the light, a native GPU
//! is within two levels of the CPU, but for a thousandth of the pixels.
#![expect(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a test may panic and round"
)]

use glam::{DMat3, DVec3, EulerRot};
use render_tests::{Picture, compare};
use viewer_core::{
    PixelFormat,
    cpu::raycast::{Scene, render},
    lut::{Luts, Voi},
    raycast::{
        Bricks, Camera, CutPlane, Lighting, MaskBuilder, Mode, Occupancy, Part, Perspective, Quality,
        RayPlan, RayView, Side, TransferFunction, TransferPoint, VoxelMask,
    },
    volume::{Geometry, SliceSpec, Volume, VolumeSpec},
};

const PICTURES: usize = 48;
const TOLERANCE: u8 = 2;
/// Of the pixels of all pictures together.
const OUTLIERS: f64 = 0.001;

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

    fn vector(&mut self, size: f64) -> DVec3 {
        DVec3::from_array([0; 3].map(|_| self.between(-size, size)))
    }
}

fn spec(chance: &mut Chance) -> VolumeSpec {
    let mut size = [0; 3].map(|_| chance.between(3.0, 40.0) as u32);
    if chance.one_in(5) {
        // More than a texture has layers.
        size[0] = chance.between(257.0, 540.0) as u32;
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
    let [columns, rows, slices] = [0.5, 0.7, 1.5].map(|mm| mm * chance.between(0.8, 1.2));
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
    let (is_irregular, is_rescaled) = (chance.one_in(5), chance.one_in(5));
    let mut place = 0.0;
    let slices = (0..size[0]).map(|number| {
        let slice = SliceSpec {
            place,
            rescale_slope: if is_rescaled {
                chance.between(0.5, 2.0)
            } else {
                -0.5
            },
            rescale_intercept: if is_rescaled { f64::from(number % 3) } else { 3.0 },
        };
        place += if is_irregular {
            chance.between(0.3, 2.5)
        } else {
            1.0
        };
        slice
    });
    VolumeSpec {
        size,
        format,
        geometry: geometry.unwrap(),
        slices: slices.collect(),
        padding: chance.one_in(4).then_some((0, 20)),
        inverted: false,
        voi: Voi::linear(0.0, 1.0),
        luts: Luts::default(),
        reduction: [1; 3],
    }
}

/// Balls in noise.
fn volume(chance: &mut Chance) -> Volume {
    let spec = spec(chance);
    let [slices, rows, columns] = spec.size;
    let two = spec.format.bytes_per_pixel() == 2;
    let misses = chance.one_in(4);
    let centers = [0; 4].map(|_| {
        let place = chance.vector(0.5) + 0.5;
        place * DVec3::new(f64::from(columns), f64::from(rows), f64::from(slices))
    });
    let mut volume = Volume::new(spec).unwrap();
    for slice in 0..slices {
        let mut pixels = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                let at = DVec3::new(f64::from(column), f64::from(row), f64::from(slice));
                let nearest = centers
                    .iter()
                    .map(|center| center.distance(at))
                    .fold(f64::MAX, f64::min);
                let value = (120.0 - 14.0 * nearest).max(-60.0) + chance.between(-6.0, 6.0);
                if two {
                    pixels.extend(((value * 200.0) as i16).to_le_bytes());
                } else {
                    pixels.push((value as i8).cast_unsigned());
                }
            }
        }
        if !(misses && chance.one_in(4)) {
            volume.write_slice(slice, &pixels).unwrap();
        }
    }
    volume
}

fn transfer(chance: &mut Chance, scale: f64) -> TransferFunction {
    let mut values = [0; 5].map(|_| chance.between(-120.0, 120.0) * scale);
    values.sort_by(f64::total_cmp);
    let mut points = values.map(|value| TransferPoint {
        value,
        color: [0; 3].map(|_| chance.between(0.0, 1.0)),
        opacity: if chance.one_in(3) {
            0.0
        } else {
            chance.between(0.0, 1.0)
        },
    });
    points[0].opacity = 0.0;
    TransferFunction::new(points.to_vec()).unwrap()
}

fn view(chance: &mut Chance, spec: &VolumeSpec) -> RayView {
    let sides = [Side::Anterior, Side::Left, Side::Superior];
    let mut camera = Camera::around(spec, chance.of(&sides));
    if chance.one_in(4) {
        // Along voxels, where rays do not move along some axes.
        let steps = spec.geometry.patient_from_voxel().matrix3;
        camera.right = steps.x_axis.normalize();
        camera.down = (steps.y_axis - camera.right * camera.right.dot(steps.y_axis)).normalize();
    } else {
        camera = camera.turned(chance.between(-180.0, 180.0), chance.between(-90.0, 90.0));
    }
    camera.zoom = chance.between(0.8, 3.0);
    camera.pan_px = [chance.between(-9.0, 9.0), chance.between(-9.0, 9.0)];
    if chance.one_in(2) {
        camera.perspective = Perspective::FieldDeg(chance.between(10.0, 120.0));
    }
    let scale = if spec.format.bytes_per_pixel() == 2 {
        100.0
    } else {
        0.5
    };
    let lighting = Lighting {
        ambient: chance.between(0.0, 0.5),
        diffuse: chance.between(0.3, 1.0),
        specular: chance.between(0.0, 0.5),
        edge_per_mm: chance.between(1.0, 20.0) * scale,
        from: (chance.vector(1.0) + DVec3::Z).to_array(),
    };
    let cuts = [0; 2].map(|_| CutPlane {
        point_mm: camera.center_mm + chance.vector(3.0),
        normal: chance.vector(1.0),
    });
    RayView {
        camera,
        mode: chance.of(&[Mode::Composite, Mode::Composite, Mode::Maximum, Mode::Minimum]),
        transfer: transfer(chance, scale),
        lighting: (!chance.one_in(4)).then_some(lighting),
        crop: chance
            .one_in(4)
            .then_some([[2.3, 17.0], [1.0, 20.5], [0.4, 25.0]]),
        cuts: cuts.into_iter().take(chance.bits() as usize % 3).collect(),
        quality: Quality {
            step: chance.between(0.4, 1.5),
            resolution: chance.of(&[1.0, 1.0, 0.4]),
            ..Quality::STILL
        },
        has_jitter: chance.one_in(2),
        background: [0; 3].map(|_| chance.bits() as u8),
        is_arriving: chance.one_in(4),
    }
}

fn mask(chance: &mut Chance, volume: &Volume) -> Option<VoxelMask> {
    let spec = volume.spec();
    let scale = if spec.format.bytes_per_pixel() == 2 {
        100.0
    } else {
        0.5
    };
    let threshold = chance.between(-60.0, 60.0) * scale;
    let mut builder = MaskBuilder::new(spec, threshold).unwrap();
    let slices = volume.voxels().chunks(volume.voxels().len() / spec.slices.len());
    for (number, slice) in (0..).zip(slices) {
        builder.write_slice(number, slice).unwrap();
    }
    let found = builder.finish(Part::Largest).unwrap();
    chance.one_in(4).then(|| found.grown().unwrap())
}

fn on_cpu(plan: &RayPlan, volume: &Volume, mask: Option<&VoxelMask>) -> Vec<u8> {
    let spec = volume.spec();
    let mut bricks = Bricks::new(spec).unwrap();
    let slices = volume.voxels().chunks(volume.voxels().len() / spec.slices.len());
    for ((number, slice), is_present) in (0..).zip(slices).zip(volume.present()) {
        if *is_present {
            bricks.write_slice(number, slice).unwrap();
        }
    }
    let occupancy = Occupancy::new(&bricks, plan);
    let scene = Scene {
        volume,
        occupancy: &occupancy,
        mask,
    };
    render(plan, scene).unwrap()
}

#[test]
fn a_native_gpu_draws_any_volume_within_two_levels() {
    let executor = viewer_gpu::native::open().unwrap_or_else(|error| panic!("{error}"));
    let mut chance = Chance(20_261_124);
    let (mut pixels, mut outliers, mut off, mut shown, mut tables) = (0, 0, 0, 0, 0);
    let mut worst = Vec::new();
    for number in 0..PICTURES {
        let volume = volume(&mut chance);
        let view = view(&mut chance, volume.spec());
        let mask = mask(&mut chance, &volume);
        let canvas = [
            chance.between(40.0, 90.0) as u32,
            chance.between(40.0, 90.0) as u32,
        ];
        let plan = RayPlan::new(volume.spec(), volume.present(), &view, canvas).unwrap();
        tables += usize::from(plan.slices.is_some());
        let expected = Picture::from_rgba(canvas, &on_cpu(&plan, &volume, mask.as_ref())).unwrap();
        let actual = viewer_gpu::native::render_rays(&executor, &plan, &volume, mask.as_ref()).unwrap();
        let actual = Picture::from_rgba(canvas, &actual).unwrap();
        let found = compare(&expected, &actual, TOLERANCE).unwrap();
        pixels += expected.pixels.len();
        outliers += found.outliers.len();
        off += found.pixels;
        shown += expected
            .pixels
            .iter()
            .filter(|pixel| **pixel != view.background)
            .count();
        if !found.outliers.is_empty() {
            let folder = std::env::temp_dir();
            Picture::beside([&expected, &actual, &actual])
                .write(&folder.join(format!("ray-{number}.png")))
                .unwrap();
            worst.push(format!(
                "{number}: {} of {} up to {}, the first at {:?}; {:?} jitter {} slices {} padding {:?} mask {} lit {} {:?} cuts {}",
                found.outliers.len(),
                expected.pixels.len(),
                found.max,
                found.outliers[0],
                view.mode,
                view.has_jitter,
                plan.slices.is_some(),
                plan.padding,
                mask.is_some(),
                plan.light.is_some(),
                view.camera.perspective,
                plan.cuts.len(),
            ));
        }
    }
    println!(
        "{PICTURES} pictures of {pixels} pixels: {shown} show something, {tables} by slices, {off} off, {outliers} by more than {TOLERANCE}"
    );
    println!("{}", worst.join("\n"));
    assert!(
        shown > pixels / 6,
        "only {shown} of {pixels} pixels show anything"
    );
    assert!(tables > PICTURES / 10 && tables < PICTURES, "of each kind some");
    assert!(
        (outliers as f64) <= OUTLIERS * pixels as f64,
        "{outliers} of {pixels}:\n{}",
        worst.join("\n")
    );
}
