//! One stack: order, geometry, spacing, tilt.

use glam::DVec3;
use viewer_core::{
    PixelFormat,
    volume::{FindingKind, assemble},
};

use crate::heads::{close, head, kinds, message, objects, patient, series, single};

#[test]
fn slices_are_in_order_along_the_normal_whatever_the_numbers_say() {
    let heads = series(&[7.5, 0.0, 5.0, 2.5]);
    let (layout, kinds) = single(&heads);
    assert_eq!(kinds, []);
    assert_eq!(objects(&layout), [1, 3, 2, 0]);
    assert_eq!(layout.size, [4, 3, 4]);
    assert_eq!(layout.plane, "axial");
    assert!(close(
        DVec3::from_array(layout.geometry.spacing_mm()),
        [2.5, 0.5, 0.5]
    ));
    assert!(close(patient(&layout, [3.0, 2.0, 3.0]), [0.5, -1.0, 7.5]));
    let places: Vec<f64> = layout.slices.iter().map(|slice| slice.place).collect();
    assert_eq!(places, [0.0, 1.0, 2.0, 3.0]);
}

#[test]
fn the_order_of_heads_changes_nothing() {
    let mut heads = series(&[0.0, 1.0, 2.0, 2.0, 3.0, 7.0]);
    let expected = assemble(&heads);
    for turn in 0..heads.len() {
        heads.rotate_left(1);
        heads.swap(0, turn);
        assert_eq!(assemble(&heads), expected);
    }
}

#[test]
fn rows_and_columns_of_a_sagittal_series_are_where_they_are() {
    // rows to the back, columns to the feet: the normal points to the right, so slices go from left to right
    let mut heads = series(&[0.0, 1.0, 2.0]);
    for (head, x) in heads.iter_mut().zip([10.0, 13.0, 16.0]) {
        head.orientation = Some([DVec3::Y, -DVec3::Z]);
        head.position = Some(DVec3::new(x, -5.0, 20.0));
        head.spacing_mm = Some([0.75, 0.5]);
    }
    let (layout, _) = single(&heads);
    assert_eq!(layout.plane, "sagittal");
    assert_eq!(objects(&layout), [2, 1, 0]);
    assert!(close(patient(&layout, [0.0, 0.0, 0.0]), [16.0, -5.0, 20.0]));
    assert!(close(patient(&layout, [2.0, 1.0, 2.0]), [10.0, -4.0, 19.25]));
    assert!(layout.geometry.patient_from_voxel().matrix3.determinant() > 0.0);
}

#[test]
fn flipped_rows_and_columns_stay_flipped() {
    let mut heads = series(&[0.0, 2.0]);
    for head in &mut heads {
        head.orientation = Some([-DVec3::X, -DVec3::Y]);
    }
    let (layout, _) = single(&heads);
    assert!(close(patient(&layout, [1.0, 1.0, 1.0]), [-1.5, -2.5, 2.0]));
}

/// A gantry tilted by 30 degrees: the couch moves along z by 2 mm, the planes are 2 cos 30 degrees apart.
#[test]
fn a_tilted_gantry_is_a_sheared_volume() {
    let (sin, cos) = 30.0_f64.to_radians().sin_cos();
    let mut heads = series(&[0.0, 2.0, 4.0, 6.0]);
    for head in &mut heads {
        head.orientation = Some([DVec3::X, DVec3::new(0.0, cos, -sin)]);
    }
    let (layout, kinds) = single(&heads);
    assert_eq!(kinds, [FindingKind::Tilted]);
    assert!((layout.tilt_deg - 30.0).abs() < 1e-9);
    assert!(message(&heads, FindingKind::Tilted).contains("30 degrees"));
    assert!(close(patient(&layout, [0.0, 0.0, 3.0]), [-1.0, -2.0, 6.0]));
    assert!(close(
        patient(&layout, [0.0, 2.0, 1.0]),
        [-1.0, -2.0 + cos, 2.0 - sin]
    ));
    assert!((layout.geometry.spacing_mm()[0] - 2.0).abs() < 1e-9);
}

#[test]
fn a_gap_is_said_and_kept() {
    let heads = series(&[0.0, 1.5, 3.0, 9.0, 10.5]);
    let (layout, kinds) = single(&heads);
    assert_eq!(kinds, [FindingKind::Gap]);
    let text = message(&heads, FindingKind::Gap);
    assert!(
        text.contains("6 mm between slices 3 and 4") && text.contains("1.5 mm apart"),
        "{text}"
    );
    let places: Vec<f64> = layout.slices.iter().map(|slice| slice.place).collect();
    assert_eq!(places, [0.0, 1.0, 2.0, 6.0, 7.0]);
    assert!(close(patient(&layout, [0.0, 0.0, 6.0]), [-1.0, -2.0, 9.0]));
}

/// Thin slices at the base, thick ones above: no gap, but slices where they are.
#[test]
fn irregular_slices_are_where_they_are() {
    let heads = series(&[0.0, 2.0, 4.0, 6.0, 11.0, 16.0]);
    let (layout, kinds) = single(&heads);
    assert_eq!(kinds, [FindingKind::Irregular]);
    assert!(message(&heads, FindingKind::Irregular).contains("2 to 5 mm apart, most of them 2 mm"));
    let places: Vec<f64> = layout.slices.iter().map(|slice| slice.place).collect();
    assert_eq!(places, [0.0, 1.0, 2.0, 3.0, 5.5, 8.0]);
}

#[test]
fn positions_of_few_decimals_are_even_but_those_of_one_are_not() {
    let at = |unit: f64| -> Vec<f64> {
        (0..20)
            .map(|number| (f64::from(number) * 1.2345 / unit).round() * unit)
            .collect()
    };
    let (layout, kinds) = single(&series(&at(0.001)));
    assert_eq!(kinds, []);
    assert!((layout.geometry.spacing_mm()[0] - 1.2345).abs() < 1e-4);
    let (layout, kinds) = single(&series(&at(0.1)));
    assert_eq!(kinds, [FindingKind::Irregular]);
    let usual = layout.geometry.spacing_mm()[0];
    for (slice, z) in layout.slices.iter().zip(at(0.1)) {
        assert!(
            (slice.place * usual - z).abs() < 0.01,
            "each slice is where it says"
        );
    }
}

#[test]
fn jitter_in_the_plane_is_said() {
    let mut heads = series(&[0.0, 1.0, 2.0, 3.0, 4.0]);
    for (head, x) in heads.iter_mut().zip([0.03, -0.03, 0.0, -0.03, 0.03]) {
        head.position = head.position.map(|at| at + DVec3::X * x);
    }
    let (layout, kinds) = single(&heads);
    assert_eq!(kinds, [FindingKind::Jitter]);
    assert!(layout.tilt_deg < 1e-9);
    assert!(close(patient(&layout, [0.0; 3]), [-1.0, -2.0, 0.0]));
}

#[test]
fn a_single_slice_is_as_deep_as_it_says() {
    let (layout, kinds) = single(&series(&[3.0]));
    assert_eq!(kinds, [FindingKind::SingleSlice]);
    assert!(close(
        DVec3::from_array(layout.geometry.spacing_mm()),
        [2.0, 0.5, 0.5]
    ));
}

#[test]
fn slices_with_rescales_of_their_own_keep_them() {
    let mut heads = series(&[0.0, 3.0, 6.0]);
    for (head, slope) in heads.iter_mut().zip([0.5, 2.0, 0.5]) {
        head.rescale_slope = slope;
    }
    let (layout, kinds) = single(&heads);
    assert_eq!(kinds, [FindingKind::Rescales]);
    assert!(message(&heads, FindingKind::Rescales).contains("slopes 0.5 to 2, intercepts -1024 to -1024"));
    let slopes: Vec<f64> = layout.slices.iter().map(|slice| slice.rescale_slope).collect();
    assert_eq!(slopes, [0.5, 2.0, 0.5]);
}

#[test]
fn what_can_be_no_voxel_is_refused_with_the_reason() {
    type Break = fn(&mut viewer_core::volume::Head);
    let cases: [(FindingKind, Break); 9] = [
        (FindingKind::Color, |head| {
            head.format = Some(PixelFormat::Rgba8Uint);
        }),
        (FindingKind::Format, |head| {
            head.format = Some(PixelFormat::R32Uint);
        }),
        (FindingKind::Format, |head| head.format = None),
        (FindingKind::NoPosition, |head| head.position = None),
        (FindingKind::NoPosition, |head| {
            head.position = Some(DVec3::new(1e300, 0.0, 0.0));
        }),
        (FindingKind::NoPosition, |head| {
            head.orientation = Some([DVec3::ZERO, DVec3::Y]);
        }),
        (FindingKind::NoPosition, |head| {
            head.orientation = Some([DVec3::X, DVec3::X]);
        }),
        (FindingKind::NoSpacing, |head| head.spacing_mm = None),
        (FindingKind::NoSpacing, |head| head.spacing_mm = Some([0.0, 1.0])),
    ];
    for (kind, breaks) in cases {
        let mut heads = series(&[0.0, 1.0, 2.0, 3.0]);
        heads.iter_mut().take(1).for_each(breaks);
        let assembly = assemble(&heads);
        assert_eq!(kinds(&assembly), [kind]);
        assert_eq!(assembly.findings.first().map(|finding| finding.left_out), Some(1));
        assert_eq!(
            assembly.volumes.first().map(|layout| layout.size),
            Some([3, 3, 4])
        );
        heads.iter_mut().for_each(breaks);
        assert_eq!(assemble(&heads).volumes, [], "{kind:?}");
    }
}

#[test]
fn padding_of_the_slices_is_that_of_the_volume() {
    let mut heads = series(&[0.0, 1.0, 2.0]);
    heads
        .iter_mut()
        .skip(1)
        .for_each(|head| head.padding = Some((-2000, -1500)));
    let (layout, found) = single(&heads);
    assert_eq!((layout.padding, found), (Some((-2000, -1500)), vec![]));
    heads
        .iter_mut()
        .take(1)
        .for_each(|head| head.padding = Some((-32768, -32768)));
    assert_eq!(single(&heads).1, [FindingKind::Padding]);
}

#[test]
fn thousands_of_heads_are_put_together_at_once() {
    let heads: Vec<_> = (0..5000)
        .map(|number| head(number, f64::from(number) * 0.7))
        .collect();
    let begin = std::time::Instant::now();
    let (layout, _) = single(&heads);
    assert_eq!(layout.size, [5000, 3, 4]);
    assert!(
        begin.elapsed() < std::time::Duration::from_secs(1),
        "{:?}",
        begin.elapsed()
    );
}
