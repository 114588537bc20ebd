use glam::DVec3;
use serde_json::json;
use viewer_core::{
    PixelFormat,
    annotate::Tool,
    measure::{Facts, MeasuredPlane, PlaneVolume},
    reslice::Plane,
    volume::{Geometry, SliceSpec},
};

use super::{assert_found, facts, names};

/// 4 slices of 5 rows and 6 columns, 2 x 1 x 0.5 mm: a voxel holds 100 * slice + 10 * row + column.
fn volume() -> PlaneVolume {
    let slices = (0..4).map(|number| SliceSpec {
        place: f64::from(number),
        rescale_slope: 1.0,
        rescale_intercept: -1000.0,
    });
    PlaneVolume {
        size: [4, 5, 6],
        format: PixelFormat::R16Uint,
        geometry: Geometry::new(
            DVec3::new(10.0, 20.0, 30.0),
            DVec3::X * 0.5,
            DVec3::Y,
            DVec3::Z * 2.0,
        )
        .expect("a volume"),
        slices: slices.collect(),
        padding: Some((121, 121)),
        table: None,
    }
}

fn slice(number: u32) -> Vec<u8> {
    let values = (0..5).flat_map(|row| (0..6).map(move |column| 100 * number + 10 * row + column));
    values
        .flat_map(|value| u16::try_from(value).expect("small").to_le_bytes())
        .collect()
}

fn ct() -> Facts {
    facts(json!({"modality": "CT", "hasRescale": true}))
}

/// Measures after the slices that are wanted.
fn measured(
    plane: &mut MeasuredPlane,
    tool: Tool,
    points: &[[f64; 2]],
) -> (Vec<u32>, viewer_core::measure::Measured) {
    let wanted = plane.wanted(tool, points).expect("points");
    for number in &wanted {
        plane.write_slice(*number, &slice(*number)).expect("a slice");
    }
    assert_eq!(plane.wanted(tool, points), Ok(Vec::new()));
    (wanted, plane.measure(tool, points).expect("points"))
}

#[test]
fn a_plane_along_the_voxels_has_their_values() {
    // Row 2, seen from the front: right is +x, down is -z.
    let coronal = Plane::coronal(DVec3::new(11.0, 22.0, 32.0));
    let mut plane = MeasuredPlane::new(&ct(), volume(), &coronal).expect("a plane");
    // Columns 1 to 3, slices 2 and 1: 221, 222, 223, 121 (padding), 122, 123.
    let box_around = [[-0.6, -2.1], [0.6, 0.1]];
    let before = plane.measure(Tool::Rectangle, &box_around).expect("a box");
    assert_eq!(names(&before), ["area", "perimeter"]);
    assert_eq!(before.notes, ["values are still to come"]);
    assert_eq!(plane.histogram(Tool::Rectangle, &box_around, 4), Ok(None));
    let (wanted, found) = measured(&mut plane, Tool::Rectangle, &box_around);
    assert_eq!(wanted, [1, 2]);
    assert_found(&found, "area", 1.2 * 2.2, "mm2");
    assert_found(&found, "count", 5.0, "1");
    assert_found(
        &found,
        "mean",
        -1000.0 + (221.0 + 222.0 + 223.0 + 122.0 + 123.0) / 5.0,
        "[hnsf'U]",
    );
    assert_found(&found, "min", -878.0, "[hnsf'U]");
    assert_eq!(found.notes, ["one point of padding is left out"]);
    let method = found.measurements[2].method.as_deref();
    assert_eq!(
        method,
        Some("voxels nearest to points of the plane, 0.5 x 2 mm apart")
    );
    let histogram = plane
        .histogram(Tool::Rectangle, &box_around, 2)
        .expect("ranges")
        .expect("values");
    assert_eq!(histogram.histogram.counts, [2, 3]);
    // What is there is not wanted again.
    assert_eq!(
        plane.wanted(Tool::Circle, &[[0.0, 0.0], [0.9, 0.0]]),
        Ok(Vec::new())
    );
}

#[test]
fn geometry_is_that_of_the_patient() {
    let oblique =
        Plane::new(DVec3::new(11.0, 22.0, 33.0), DVec3::X, DVec3::new(0.0, 0.6, 0.8)).expect("a plane");
    let plane = MeasuredPlane::new(&ct(), volume(), &oblique).expect("a plane");
    let length = plane
        .measure(Tool::Length, &[[-1.0, 2.0], [2.0, -2.0]])
        .expect("a line");
    assert_found(&length, "length", 5.0, "mm");
    let circle = plane
        .measure(Tool::Circle, &[[0.0, 0.0], [3.0, 4.0]])
        .expect("a circle");
    assert_found(&circle, "radius", 5.0, "mm");
    assert!(plane.measure(Tool::Length, &[[0.0, 0.0]]).is_err());
}

#[test]
fn an_oblique_plane_has_the_nearest_voxels() {
    let down = DVec3::new(0.0, 0.6, 0.8);
    let oblique = Plane::new(DVec3::new(11.0, 22.0, 32.9), DVec3::X, down).expect("a plane");
    let mut plane = MeasuredPlane::new(&ct(), volume(), &oblique).expect("a plane");
    let region = [[-0.8, -1.4], [0.8, 1.4]];
    let (_, found) = measured(&mut plane, Tool::Rectangle, &region);
    // Points half a millimetre apart, as closely as columns are: to the right at columns' centres, down from the middle.
    let mut expected = Vec::new();
    for x in [-0.5, 0.0, 0.5] {
        for step in -2..=2 {
            let y = f64::from(step) * 0.5;
            let point = DVec3::new(11.0 + x, 22.0, 32.9) + down * y;
            let near = |at: f64| (at + 0.5).floor();
            let [column, row, slice] =
                [(point.x - 10.0) / 0.5, point.y - 20.0, (point.z - 30.0) / 2.0].map(near);
            let value = 100.0 * slice + 10.0 * row + column;
            if (value - 121.0).abs() > 0.5 {
                expected.push(value - 1000.0);
            }
        }
    }
    let count = f64::from(u32::try_from(expected.len()).expect("few"));
    assert_found(&found, "count", count, "1");
    assert_found(&found, "mean", expected.iter().sum::<f64>() / count, "[hnsf'U]");
}

#[test]
fn a_region_that_leaves_the_volume_says_so() {
    let down = DVec3::new(0.0, 0.6, 0.8);
    let oblique = Plane::new(DVec3::new(11.0, 22.0, 33.0), DVec3::X, down).expect("a plane");
    let mut plane = MeasuredPlane::new(&ct(), volume(), &oblique).expect("a plane");
    let (_, within) = measured(&mut plane, Tool::Rectangle, &[[0.2, 0.0], [0.8, 1.4]]);
    assert_eq!(within.notes, [""; 0]);
    // rows end 2.5 mm from the middle, which are 4.2 mm of the plane
    let (_, cut) = measured(&mut plane, Tool::Rectangle, &[[0.2, 3.0], [0.8, 5.0]]);
    assert_eq!(cut.notes, ["partly outside of the picture"]);
}

#[test]
fn a_probe_is_the_voxel_that_it_is_in() {
    let mut plane =
        MeasuredPlane::new(&ct(), volume(), &Plane::sagittal(DVec3::new(11.2, 20.0, 30.0))).expect("a plane");
    // Column 2, row 3, slice 1.
    let (wanted, found) = measured(&mut plane, Tool::Probe, &[[3.2, -2.6]]);
    assert_eq!(wanted, [1]);
    assert_found(&found, "value", 132.0 - 1000.0, "[hnsf'U]");
    let (_, padding) = measured(&mut plane, Tool::Probe, &[[2.0, -2.0]]);
    // Column 2 of row 2 is 122; one column before is padding.
    assert_found(&padding, "value", 122.0 - 1000.0, "[hnsf'U]");
    let outside = plane.measure(Tool::Probe, &[[50.0, 0.0]]).expect("a point");
    assert_eq!(outside.notes, ["the point is outside of the picture"]);
    assert_eq!(plane.wanted(Tool::Probe, &[[50.0, 0.0]]), Ok(Vec::new()));
}

#[test]
fn slices_in_any_order_and_uneven_are_nearest() {
    let mut uneven = volume();
    for (slice, place) in uneven.slices.iter_mut().zip([0.0, 1.0, 2.5, 3.0]) {
        slice.place = place;
    }
    let coronal = Plane::coronal(DVec3::new(11.0, 22.0, 30.0));
    let mut plane = MeasuredPlane::new(&ct(), uneven, &coronal).expect("a plane");
    for number in [3, 0, 2, 1] {
        plane.write_slice(number, &slice(number)).expect("a slice");
    }
    // From slice to slice 2 mm; at 4 mm the one at 5 mm is nearer than that at 2 mm.
    for (up, number) in [(0.0, 0.0), (2.0, 1.0), (4.0, 2.0), (6.0, 3.0)] {
        let point = plane
            .measure(Tool::Rectangle, &[[-0.1, -up - 0.1], [0.1, -up + 0.1]])
            .expect("a box");
        assert_found(&point, "mean", 100.0 * number + 22.0 - 1000.0, "[hnsf'U]");
        assert_found(&point, "count", 1.0, "1");
    }
}

#[test]
fn what_is_no_slice_is_refused() {
    let plane = || Plane::coronal(DVec3::new(11.0, 22.0, 32.0));
    let mut made = MeasuredPlane::new(&ct(), volume(), &plane()).expect("a plane");
    assert!(made.write_slice(4, &slice(0)).is_err());
    assert!(made.write_slice(0, &[0; 7]).is_err());
    let mut short = volume();
    short.slices.pop();
    assert!(MeasuredPlane::new(&ct(), short, &plane()).is_err());
    let mut colour = volume();
    colour.format = PixelFormat::Rgba8Uint;
    assert!(MeasuredPlane::new(&ct(), colour, &plane()).is_err());
    let mut huge = volume();
    huge.size = [4, 60_000, 60_000];
    let axial = Plane::axial(DVec3::new(11.0, 22.0, 32.0));
    let error = MeasuredPlane::new(&ct(), huge, &axial).expect_err("too large");
    assert_eq!(error.kind, viewer_core::ErrorKind::Limit);
}
