//! Volumes that are too large, and what a volume holds at a place.

use glam::DVec3;
use viewer_core::{
    ErrorKind, FrameSpec, PixelFormat,
    volume::{Budget, FindingKind, Reducer, Volume, VolumeSpec},
};

use crate::heads::{close, series, single};

/// Axial slices of 4 x 3 pixels, 0.5 mm, at these heights.
fn spec(heights: &[f64], format: PixelFormat, padding: Option<(i64, i64)>) -> VolumeSpec {
    let mut heads = series(heights);
    for head in &mut heads {
        head.format = Some(format);
        head.padding = padding;
    }
    let shown = FrameSpec::of_size(3, 4, format);
    single(&heads).0.spec(&shown)
}

fn bytes(values: &[i16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn values(pixels: &[u8]) -> Vec<i16> {
    let (values, _) = pixels.as_chunks::<2>();
    values.iter().map(|value| i16::from_le_bytes(*value)).collect()
}

/// Blocks of 2 x 2 x 2; the last row of blocks has one row, the last slice one slice.
#[test]
fn means_are_rounded_half_up_and_blocks_at_the_ends_may_be_small() {
    let spec = spec(&[0.0, 2.0, 4.0], PixelFormat::R16Sint, None);
    let mut reducer = Reducer::new(&spec, [2, 2, 2]).expect("possible");
    assert_eq!(reducer.spec().size, [2, 2, 2]);
    let finding = reducer.finding().expect("it is reduced");
    assert_eq!(finding.kind, FindingKind::Reduced);
    assert!(
        finding
            .message
            .starts_with("4 x 3 x 3 voxels are too many: each of 2 x 2 x 2 is the mean of 2 x 2 x 2")
    );
    let as_it_is = Reducer::new(&spec, [1, 1, 1]).expect("possible");
    assert_eq!(as_it_is.finding(), None);
    let first = bytes(&[1, 2, -1, -2, 3, 4, -3, -4, 10, 11, 5, 5]);
    let second = bytes(&[1, 2, -1, -2, 3, 5, -3, -5, 10, 11, 5, 6]);
    assert_eq!(reducer.write_slice(1, &second), Ok(None));
    assert_eq!(
        reducer.write_slice(1, &second),
        Ok(None),
        "the same slice again counts once"
    );
    let whole = reducer.write_slice(0, &first).expect("fits").expect("is whole");
    // 21 / 8 = 2.6, -21 / 8 = -2.6, 42 / 4 = 10.5, 21 / 4 = 5.25
    assert_eq!((whole.number, values(&whole.pixels)), (0, vec![3, -3, 11, 5]));
    // -6 / 4 = -1.5 goes up
    let third = bytes(&[0, 0, -1, -2, 0, 0, -1, -2, 7, 8, -7, -8]);
    let last = reducer.write_slice(2, &third).expect("fits").expect("is whole");
    assert_eq!((last.number, values(&last.pixels)), (1, vec![0, -1, 8, -7]));
    assert!(reducer.flush().is_none());
}

#[test]
fn millimetres_stay() {
    let whole = spec(&[0.0, 2.0, 4.0, 6.0], PixelFormat::R16Sint, None);
    let reducer = Reducer::new(&whole, [2, 3, 2]).expect("possible");
    let reduced = reducer.spec();
    assert_eq!((reduced.size, reduced.reduction), ([2, 1, 2], [2, 3, 2]));
    assert!(reduced.is_even());
    let before = whole.geometry.patient_from_voxel();
    let after = reduced.geometry.patient_from_voxel();
    // the first block is columns 0 and 1, rows 0 to 2, slices 0 and 1
    let middle = before.transform_point3(DVec3::new(0.5, 1.0, 0.5));
    assert!(close(after.transform_point3(DVec3::ZERO), middle.to_array()));
    assert!(close(middle, [-0.75, -1.5, 1.0]));
    let second = before.transform_point3(DVec3::new(2.5, 1.0, 2.5));
    assert!(close(
        after.transform_point3(DVec3::new(1.0, 0.0, 1.0)),
        second.to_array()
    ));
}

/// Slices at 0, 1, 4, 5 and 9 mm: blocks at 0.5, 4.5 and 9 mm.
#[test]
fn irregular_slices_are_at_the_middle_of_their_blocks() {
    let whole = spec(&[0.0, 1.0, 4.0, 5.0, 9.0], PixelFormat::R16Sint, None);
    let reducer = Reducer::new(&whole, [2, 1, 1]).expect("possible");
    let reduced = reducer.spec();
    let heights: Vec<f64> = reduced
        .slices
        .iter()
        .map(|slice| {
            let voxel = DVec3::new(0.0, 0.0, slice.place);
            reduced.geometry.patient_from_voxel().transform_point3(voxel).z
        })
        .collect();
    assert!(
        heights
            .iter()
            .zip([0.5, 4.5, 9.0])
            .all(|(a, b)| (a - b).abs() < 1e-9),
        "{heights:?}"
    );
}

#[test]
fn padding_is_left_out() {
    let spec = spec(&[0.0, 1.0], PixelFormat::R16Sint, Some((-2000, -2000)));
    let mut reducer = Reducer::new(&spec, [1, 2, 2]).expect("possible");
    let pixels = bytes(&[-2000, 4, -2000, -2000, 5, 6, -2000, -2000, -3000, -1000, 1, 2]);
    let whole = reducer.write_slice(0, &pixels).expect("fits").expect("is whole");
    // the mean of -3000 and -1000 would be padding
    assert_eq!(values(&whole.pixels), [5, -2000, -2001, 2]);
}

#[test]
fn unsigned_and_narrow_values_have_means_too() {
    for (format, high, expected) in [
        (PixelFormat::R16Uint, vec![0xFF, 0xFF], vec![0xFF, 0xFF]),
        (PixelFormat::R8Uint, vec![0xFF], vec![0xFF]),
        (PixelFormat::R8Sint, vec![0x80], vec![0x80]),
    ] {
        let spec = spec(&[0.0, 1.0], format, None);
        let mut reducer = Reducer::new(&spec, [1, 3, 4]).expect("possible");
        let whole = reducer
            .write_slice(0, &high.repeat(12))
            .expect("fits")
            .expect("is whole");
        assert_eq!(whole.pixels, expected, "{format:?}");
    }
}

#[test]
fn what_is_not_whole_can_be_had() {
    let spec = spec(&[0.0, 1.0, 2.0, 3.0], PixelFormat::R16Sint, None);
    let mut reducer = Reducer::new(&spec, [2, 3, 4]).expect("possible");
    assert_eq!(reducer.write_slice(2, &bytes(&[9; 12])), Ok(None));
    let partial = reducer.flush().expect("one is open");
    assert_eq!((partial.number, values(&partial.pixels)), (1, vec![9]));
    assert_eq!(reducer.flush(), None);
}

#[test]
fn factors_keep_voxels_as_even_as_can_be() {
    let of = |size: [u32; 3], mm: [f64; 3]| {
        let mut heads = series(&[0.0, mm[0]]);
        heads
            .iter_mut()
            .for_each(|head| head.spacing_mm = Some([mm[1], mm[2]]));
        let mut spec = single(&heads)
            .0
            .spec(&FrameSpec::of_size(3, 4, PixelFormat::R16Sint));
        spec.size = size;
        spec
    };
    let large = of([1000, 1024, 1024], [0.5, 0.5, 0.5]);
    let fit = |max_side, max_bytes| Budget { max_side, max_bytes }.factors(&large);
    assert_eq!(fit(2048, 3 << 30), Ok([1, 1, 1]));
    assert_eq!(fit(2048, 512 << 20), Ok([1, 2, 2]));
    assert_eq!(fit(2048, 300 << 20), Ok([2, 2, 2]));
    assert_eq!(fit(256, 3 << 30), Ok([4, 4, 4]));
    assert_eq!(fit(32, 3 << 30).expect_err("32 to one").kind, ErrorKind::Limit);
    // slices far apart stay
    let thick = of([100, 512, 512], [5.0, 0.4, 0.4]);
    let budget = Budget {
        max_side: 2048,
        max_bytes: 8 << 20,
    };
    assert_eq!(budget.factors(&thick), Ok([1, 3, 3]));
}

#[test]
fn slices_of_different_slopes_are_never_put_together() {
    let mut spec = spec(&[0.0, 1.0, 2.0, 3.0], PixelFormat::R16Sint, None);
    spec.slices
        .iter_mut()
        .skip(2)
        .for_each(|slice| slice.rescale_slope = 2.0);
    let error = Reducer::new(&spec, [2, 1, 1]).expect_err("no mean");
    assert_eq!(error.kind, ErrorKind::UnsupportedGeometry);
    assert!(Reducer::new(&spec, [1, 2, 2]).is_ok());
    let budget = Budget {
        max_side: 4,
        max_bytes: 32,
    };
    assert_eq!(budget.factors(&spec), Ok([1, 2, 2]));
    assert!(
        Budget {
            max_side: 2,
            max_bytes: 1 << 20
        }
        .factors(&spec)
        .is_err()
    );
}

fn volume() -> Volume {
    let mut spec = spec(&[0.0, 2.0, 4.0, 10.0], PixelFormat::R16Sint, Some((-2000, -2000)));
    for (slice, slope) in spec.slices.iter_mut().zip([1.0, 1.0, 0.5, 0.5]) {
        slice.rescale_slope = slope;
    }
    let mut volume = Volume::new(spec).expect("sound");
    for slice in [0, 1, 3] {
        let base = i16::try_from(slice).expect("small") * 100;
        let pixels: Vec<i16> = (0..12).map(|number| base + number).collect();
        volume.write_slice(slice, &bytes(&pixels)).expect("fits");
    }
    volume
}

/// Pixels are at x = -1, -0.5, 0, 0.5 and y = -2, -1.5, -1.
#[test]
fn values_are_those_of_the_nearest_voxel() {
    let volume = volume();
    let at = |x: f64, y: f64, z: f64| volume.value_at(DVec3::new(x, y, z));
    let voxel = at(-0.4, -1.1, 1.2).expect("inside");
    assert_eq!(
        (voxel.slice, voxel.row, voxel.column, voxel.stored),
        (1, 2, 1, 109)
    );
    assert!((voxel.value - (109.0 - 1024.0)).abs() < 1e-9);
    // halves go up, and between slices far apart it is the nearer one
    assert_eq!(
        at(-0.75, -2.0, 1.0).map(|voxel| (voxel.slice, voxel.column)),
        Some((1, 1))
    );
    assert_eq!(at(0.0, -2.0, 7.1).map(|voxel| voxel.slice), Some(3));
    let last = at(0.7, -0.8, 10.9).expect("within half a voxel");
    assert_eq!((last.slice, last.stored), (3, 311));
    assert!((last.value - (155.5 - 1024.0)).abs() < 1e-9);
    for outside in [
        (-1.3, -1.0, 0.0),
        (0.8, -1.0, 0.0),
        (0.0, -2.3, 0.0),
        (0.0, -1.0, -1.1),
        (0.0, -1.0, 11.1),
    ] {
        assert_eq!(at(outside.0, outside.1, outside.2), None, "{outside:?}");
    }
    assert_eq!(at(0.0, -1.0, 4.0), None, "slice 2 has not arrived");
}

#[test]
fn interpolated_values_are_had_when_asked_for() {
    let volume = volume();
    let at = |x: f64, y: f64, z: f64| volume.interpolated_at(DVec3::new(x, y, z));
    // columns 0.5 (+ 0.5), rows 1 (+ 4), slices 0.25 (+ 25), and the intercept
    let value = at(-0.75, -1.5, 0.5).expect("inside");
    assert!((value - (29.5 - 1024.0)).abs() < 1e-9, "{value}");
    let corner = at(-1.2, -2.2, -0.5).expect("within half a voxel");
    assert!((corner + 1024.0).abs() < 1e-9);
    assert_eq!(at(0.0, -1.0, 3.0), None, "slice 2 has not arrived");
    assert!(at(0.0, -1.0, 2.0).is_some(), "a slice itself needs no other");
}

#[test]
fn padding_is_said_and_not_interpolated() {
    let mut volume = volume();
    let mut pixels = [7_i16; 12];
    pixels[5] = -2000;
    volume.write_slice(0, &bytes(&pixels)).expect("fits");
    let at = DVec3::new(-0.5, -1.5, 0.0);
    assert_eq!(
        volume.value_at(at).map(|voxel| (voxel.stored, voxel.is_padding)),
        Some((-2000, true))
    );
    assert_eq!(volume.interpolated_at(at + DVec3::X * 0.1), None);
    assert!(volume.interpolated_at(at + DVec3::X).is_some());
}
