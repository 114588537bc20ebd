use std::{f64::consts::PI, sync::Arc};

use serde_json::json;
use viewer_core::{
    ErrorKind, PixelFormat,
    annotate::Tool,
    lut::Lut,
    measure::{Facts, MeasuredFrame, StoredValues},
};

use super::{assert_found, at, facts, geometry, names};

fn ct() -> Facts {
    facts(
        json!({"modality": "CT", "spacingMm": [2.0, 0.5], "spacingSource": "PixelSpacing", "hasRescale": true}),
    )
}

/// 4 rows of 5: 0 to 19, of which 7 is padding.
fn values() -> StoredValues {
    let pixels = (0..20_i16).flat_map(i16::to_le_bytes).collect();
    StoredValues::new([4, 5], PixelFormat::R16Sint, pixels)
        .expect("twenty pixels")
        .with_rescale(2.0, -1000.0)
        .with_padding(Some((7, 7)))
}

#[test]
fn each_tool_measures_in_millimetres() {
    let spaced = || json!({"spacingMm": [2.0, 0.5], "spacingSource": "PixelSpacing"});
    let of = |tool, points: &[_]| geometry(spaced(), tool, points);
    assert_found(
        &of(Tool::Length, &[at(0.0, 0.0), at(6.0, 2.0)]),
        "length",
        5.0,
        "mm",
    );
    // The longer line is the long axis, whichever comes first.
    let both = of(
        Tool::Bidirectional,
        &[at(0.0, 0.0), at(8.0, 0.0), at(4.0, 0.0), at(4.0, 4.0)],
    );
    assert_found(&both, "longAxis", 8.0, "mm");
    assert_found(&both, "shortAxis", 4.0, "mm");
    let angle = of(Tool::Angle, &[at(4.0, 0.0), at(0.0, 0.0), at(4.0, 1.0)]);
    assert_found(&angle, "angle", 45.0, "deg");
    let cobb = [at(0.0, 0.0), at(4.0, 0.0), at(90.0, 50.0), at(94.0, 51.0)];
    assert_found(&of(Tool::Cobb, &cobb), "cobbAngle", 45.0, "deg");
    let [a, b, c, d] = cobb;
    assert_found(&of(Tool::Cobb, &[b, a, c, d]), "cobbAngle", 45.0, "deg");
    let rectangle = of(Tool::Rectangle, &[at(10.0, 4.0), at(0.0, 0.0)]);
    assert_found(&rectangle, "area", 40.0, "mm2");
    assert_found(&rectangle, "perimeter", 26.0, "mm");
    // A circle in millimetres, which is none in pixels.
    let circle = of(Tool::Circle, &[at(10.0, 10.0), at(14.0, 10.0)]);
    assert_found(&circle, "radius", 2.0, "mm");
    assert_found(&circle, "diameter", 4.0, "mm");
    assert_found(&circle, "area", 4.0 * PI, "mm2");
    assert_found(&circle, "perimeter", 4.0 * PI, "mm");
    let freehand = of(Tool::Freehand, &[at(0.0, 0.0), at(8.0, 0.0), at(8.0, 1.0)]);
    assert_found(&freehand, "area", 4.0, "mm2");
    assert_found(&freehand, "perimeter", 6.0 + 20.0_f64.sqrt(), "mm");
    assert_eq!(names(&of(Tool::Arrow, &[at(0.0, 0.0), at(1.0, 1.0)])), [""; 0]);
    assert_eq!(names(&of(Tool::Text, &[at(0.0, 0.0)])), [""; 0]);
}

#[test]
fn an_ellipse_is_as_long_as_its_integral() {
    let of = |width: f64, height: f64| {
        let json = json!({"spacingMm": [1.0, 1.0], "spacingSource": "PixelSpacing"});
        geometry(json, Tool::Ellipse, &[at(0.0, 0.0), at(width, height)])
    };
    // 4 a E(e), as of scipy.special.ellipe
    for (width, height, perimeter) in [
        (2.0, 2.0, 2.0 * PI),
        (4.0, 2.0, 9.688_448_220_547_677),
        (2.0, 4.0, 9.688_448_220_547_677),
        (20.0, 2.0, 40.639_741_801_008_96),
        (6.0, 0.0, 12.0),
    ] {
        assert_found(&of(width, height), "perimeter", perimeter, "mm");
        assert_found(&of(width, height), "area", PI * width * height / 4.0, "mm2");
    }
}

#[test]
fn what_has_no_answer_has_no_number() {
    let point = at(1.0, 1.0);
    let angle = geometry(json!({}), Tool::Angle, &[point, point, at(2.0, 2.0)]);
    assert!(
        angle.measurements.is_empty() && angle.notes[0].contains("no angle"),
        "{angle:?}"
    );
    let bow = [at(0.0, 0.0), at(4.0, 4.0), at(4.0, 0.0), at(0.0, 4.0)];
    let crossed = geometry(json!({}), Tool::Freehand, &bow);
    assert_eq!(names(&crossed), ["perimeter"]);
    assert!(crossed.notes[0].contains("crosses itself"), "{crossed:?}");
    let frame = MeasuredFrame::new(&ct(), None);
    for (tool, points) in [
        (Tool::Length, &[point][..]),
        (Tool::Freehand, &[point, point]),
        (Tool::Length, &[point, at(f64::NAN, 0.0)]),
        (Tool::Circle, &[point, at(f64::INFINITY, 0.0)]),
    ] {
        let error = frame.measure(tool, points).expect_err("no such points");
        assert_eq!(error.kind, ErrorKind::Malformed);
    }
}

#[test]
fn a_region_is_measured_on_stored_values() {
    let frame = MeasuredFrame::new(&ct(), Some(values()));
    // 6, 8, 11, 12, 13: without the padding
    let region = frame
        .measure(Tool::Rectangle, &[at(0.6, 0.6), at(3.4, 2.4)])
        .expect("a region");
    assert_eq!(
        names(&region),
        ["area", "perimeter", "mean", "sd", "min", "max", "median", "count"]
    );
    assert_found(&region, "mean", -980.0, "[hnsf'U]");
    assert_found(&region, "sd", (4.0 * 34.0_f64 / 4.0).sqrt(), "[hnsf'U]");
    assert_found(&region, "min", -988.0, "[hnsf'U]");
    assert_found(&region, "max", -974.0, "[hnsf'U]");
    assert_found(&region, "median", -978.0, "[hnsf'U]");
    assert_found(&region, "count", 5.0, "1");
    assert_eq!(region.notes, ["one pixel of padding is left out"]);
    let sd = &region.measurements[3];
    assert!(
        sd.method
            .as_deref()
            .is_some_and(|method| method.contains("n - 1")),
        "{sd:?}"
    );
    assert_eq!(sd.source.as_deref(), Some("RescaleSlope, RescaleIntercept"));
    // A circle of 2 mm: 4 columns to each side, not one row.
    let circle = frame
        .measure(Tool::Circle, &[at(2.0, 2.0), at(2.0, 2.9)])
        .expect("a region");
    assert_found(&circle, "count", 5.0, "1");
    let histogram = frame.histogram(Tool::Rectangle, &[at(0.6, 0.6), at(3.4, 2.4)], 2);
    let histogram = histogram.expect("two ranges").expect("values");
    assert_eq!(
        (histogram.histogram.counts, histogram.unit),
        (vec![2, 3], "[hnsf'U]")
    );
}

#[test]
fn a_probe_is_the_pixel_that_it_is_in() {
    let frame = MeasuredFrame::new(&ct(), Some(values()));
    let probe = |column, row| frame.measure(Tool::Probe, &[at(column, row)]).expect("a point");
    assert_found(&probe(3.4, 1.6), "value", 2.0 * 13.0 - 1000.0, "[hnsf'U]");
    assert_found(&probe(-0.5, -0.5), "value", -1000.0, "[hnsf'U]");
    assert_eq!(probe(2.0, 1.0).notes, ["the point is on padding"]);
    for (column, row) in [(4.5, 0.0), (0.0, -0.6), (1e300, 0.0)] {
        assert_eq!(probe(column, row).notes, ["the point is outside of the picture"]);
    }
    let outside = frame
        .measure(Tool::Rectangle, &[at(50.0, 50.0), at(60.0, 60.0)])
        .expect("a region");
    assert_eq!(
        (names(&outside), outside.notes.len()),
        (vec!["area", "perimeter"], 1)
    );
}

#[test]
fn a_region_that_leaves_the_picture_says_so() {
    let frame = MeasuredFrame::new(&ct(), Some(values()));
    let notes = |tool, points: &[_]| frame.measure(tool, points).expect("a region").notes;
    let cut = ["partly outside of the picture"];
    assert_eq!(notes(Tool::Rectangle, &[at(-0.5, -0.5), at(4.5, 0.5)]), [""; 0]);
    assert_eq!(notes(Tool::Rectangle, &[at(-0.6, -0.5), at(4.5, 0.5)]), cut);
    assert_eq!(notes(Tool::Ellipse, &[at(3.0, 2.0), at(5.0, 3.0)]), cut);
    let corners = [at(0.0, 3.0), at(1.0, 3.0), at(1.0, 3.6)];
    assert_eq!(notes(Tool::Freehand, &corners), cut);
}

#[test]
fn units_are_those_of_the_modality() {
    let unit = |json| {
        let frame = MeasuredFrame::new(&facts(json), Some(values()));
        let probe = frame.measure(Tool::Probe, &[at(1.0, 0.0)]).expect("a point");
        (probe.measurements[0].value, probe.measurements[0].unit.clone())
    };
    for (object, value, expected) in [
        (
            json!({"modality": "CT", "hasRescale": true, "rescaleType": "HU"}),
            -998.0,
            "[hnsf'U]",
        ),
        (
            json!({"modality": "CT", "hasRescale": true, "rescaleType": "US"}),
            -998.0,
            "1",
        ),
        (json!({"modality": "CT"}), -998.0, "1"),
        (json!({"modality": "MR", "hasRescale": true}), -998.0, "1"),
        (json!({"modality": "PT", "units": "BQML"}), -998.0, "Bq/ml"),
        (
            json!({"modality": "PT", "units": "BQML", "suv": {"factor": 0.5, "method": "BQML"}}),
            -499.0,
            "{SUVbw}g/ml",
        ),
        (
            json!({"modality": "PT", "units": "BQML", "suv": {"reason": "PatientWeight is missing"}}),
            -998.0,
            "Bq/ml",
        ),
    ] {
        let (is, of) = unit(object);
        assert!(
            (is - value).abs() < 1e-9 && of == expected,
            "{is} {of}, not {value} {expected}"
        );
    }
    let pet = facts(json!({"units": "BQML", "suv": {"reason": "PatientWeight is missing"}}));
    let probe = MeasuredFrame::new(&pet, Some(values())).measure(Tool::Probe, &[at(1.0, 0.0)]);
    assert_eq!(
        probe.expect("a point").notes,
        ["no SUV: PatientWeight is missing"]
    );
}

#[test]
fn a_table_comes_before_the_rescale() {
    let table = Lut::new(0, 16, (0..20).map(|entry| 1000 - 10 * entry).collect()).expect("a table");
    let frame = MeasuredFrame::new(&ct(), Some(values().with_table(Some(Arc::new(table)))));
    let region = frame
        .measure(Tool::Rectangle, &[at(0.0, 0.0), at(2.0, 0.0)])
        .expect("a region");
    assert_found(&region, "min", 980.0, "[hnsf'U]");
    assert_found(&region, "max", 1000.0, "[hnsf'U]");
}

#[test]
fn all_widths_count_alike() {
    let numbers = [3_i8, -5, 3, 100, -128, 127];
    let found = |format: PixelFormat, pixels: Vec<u8>| {
        let values = StoredValues::new([2, 3], format, pixels).expect("six pixels");
        let frame = MeasuredFrame::new(&Facts::default(), Some(values));
        frame
            .measure(Tool::Rectangle, &[at(0.0, 0.0), at(2.0, 1.0)])
            .expect("a region")
    };
    let bytes = |width: usize| -> Vec<u8> {
        let wide = numbers.iter().map(|number| i32::from(*number).to_le_bytes());
        wide.flat_map(|bytes| bytes[..width].to_vec()).collect()
    };
    let expected = found(PixelFormat::R8Sint, bytes(1));
    assert_found(&expected, "min", -128.0, "1");
    assert_found(&expected, "median", 3.0, "1");
    assert_eq!(found(PixelFormat::R16Sint, bytes(2)), expected);
    assert_eq!(found(PixelFormat::R32Sint, bytes(4)), expected);
    assert_found(
        &found(PixelFormat::R32Uint, bytes(4)),
        "max",
        4_294_967_291.0,
        "1",
    );
    assert_found(&found(PixelFormat::R8Uint, bytes(1)), "max", 251.0, "1");
}

#[test]
fn colour_has_no_values() {
    let frame = MeasuredFrame::of_color(&Facts::default());
    for (tool, points) in [
        (Tool::Probe, &[at(1.0, 1.0)][..]),
        (Tool::Rectangle, &[at(0.0, 0.0), at(2.0, 2.0)]),
    ] {
        let measured = frame.measure(tool, points).expect("points");
        assert_eq!(measured.notes, ["colour has no values"]);
    }
    assert!(StoredValues::new([1, 1], PixelFormat::Rgba8Uint, vec![0; 4]).is_err());
    assert!(StoredValues::new([1, 2], PixelFormat::R8Uint, vec![0; 3]).is_err());
}
