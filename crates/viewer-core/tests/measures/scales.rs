use serde_json::{Value, json};
use viewer_core::{
    annotate::Tool,
    measure::{Calibration, MeasuredFrame},
    space::ImagePoint,
};

use super::{assert_found, at, facts, geometry, names};

const LINE: [ImagePoint; 2] = [at(0.0, 0.0), at(30.0, 40.0)];

/// Spacing, unit, source and note of a frame.
fn scale(json: Value) -> ([f64; 2], &'static str, String, String) {
    let Calibration { scale, .. } = Calibration::of(&facts(json));
    let rounded = scale.spacing.map(|step| (step * 1e9).round() / 1e9);
    let note = scale.note.unwrap_or_default().into_owned();
    (rounded, scale.unit, scale.source.into_owned(), note)
}

#[track_caller]
fn assert_scale(json: Value, spacing: [f64; 2], source: &str, note: &str) {
    let (found, unit, of, said) = scale(json);
    assert_eq!((found, unit, of.as_str()), (spacing, "mm", source));
    assert!(
        said.contains(note) && said.is_empty() == note.is_empty(),
        "{said}"
    );
}

#[test]
fn pixel_spacing_means_what_stands_beside_it() {
    let with = |modality: &str, scale: Value| json!({"modality": modality, "spacingMm": [0.2, 0.1], "spacingSource": "PixelSpacing", "pixelScale": scale});
    for (modality, beside, note) in [
        ("CT", json!({}), ""),
        ("MR", json!({}), ""),
        ("CR", json!({}), "it is not said whether"),
        ("DX", json!({"imagerSpacingMm": [0.2, 0.1]}), "at the detector"),
        (
            "DX",
            json!({"imagerSpacingMm": [0.25, 0.125]}),
            "it is not said how",
        ),
        (
            "DX",
            json!({"imagerSpacingMm": [0.25, 0.125], "calibrationType": "FIDUCIAL"}),
            "FIDUCIAL",
        ),
        (
            "XA",
            json!({"imagerSpacingMm": [0.2, 0.1], "calibrationType": "GEOMETRY"}),
            "GEOMETRY",
        ),
        ("OT", json!({"scannedSpacingMm": [0.2, 0.1]}), "on the film"),
        (
            "OT",
            json!({"scannedSpacingMm": [0.3, 0.3]}),
            "it is not said how",
        ),
    ] {
        assert_scale(with(modality, beside), [0.2, 0.1], "PixelSpacing", note);
    }
    let mut localizer = with("CT", json!({}));
    localizer["imageType"] = json!("ORIGINAL\\PRIMARY\\LOCALIZER");
    assert_scale(localizer, [0.2, 0.1], "PixelSpacing", "isocentre");
}

#[test]
fn what_is_at_the_detector_is_marked() {
    let at_detector = |modality: &str, scale: Value| json!({"modality": modality, "spacingMm": [0.2, 0.1], "spacingSource": "ImagerPixelSpacing", "pixelScale": scale});
    let imager = "ImagerPixelSpacing";
    assert_scale(at_detector("DX", json!({})), [0.2, 0.1], imager, "not corrected");
    let factor = json!({"magnification": 1.25});
    assert_scale(
        at_detector("DX", factor.clone()),
        [0.2, 0.1],
        imager,
        "is not applied",
    );
    assert_scale(
        at_detector("MG", factor),
        [0.16, 0.08],
        "ImagerPixelSpacing, EstimatedRadiographicMagnificationFactor",
        "divided by",
    );
    assert_scale(
        at_detector("MG", json!({"magnification": 0.5})),
        [0.2, 0.1],
        imager,
        "not corrected",
    );
    assert_scale(
        json!({"pixelScale": {"scannedSpacingMm": [0.3, 0.3]}}),
        [0.3, 0.3],
        "NominalScannedPixelSpacing",
        "film",
    );
    let beam = json!({"spacingMm": [0.3, 0.3], "spacingSource": "ObjectPixelSpacingInCenterOfBeam"});
    assert_scale(beam, [0.3, 0.3], "ObjectPixelSpacingInCenterOfBeam", "one depth");
}

#[test]
fn without_millimetres_there_are_pixels() {
    assert_eq!(
        scale(json!({})),
        ([1.0, 1.0], "{pixels}", "none".to_owned(), String::new())
    );
    assert_found(
        &geometry(json!({}), Tool::Length, &LINE),
        "length",
        50.0,
        "{pixels}",
    );
    // Twice as high as wide: in widths, and with the angles of the picture.
    let tall = json!({"pixelScale": {"aspectRatio": [2.0, 1.0]}});
    let length = geometry(tall.clone(), Tool::Length, &[at(0.0, 0.0), at(6.0, 4.0)]);
    assert_found(&length, "length", 10.0, "{pixels}");
    assert_eq!(length.notes, ["in widths of a pixel"]);
    let angle = geometry(tall, Tool::Angle, &[at(2.0, 0.0), at(0.0, 0.0), at(2.0, 1.0)]);
    assert_found(&angle, "angle", 45.0, "deg");
}

#[test]
fn a_known_length_comes_before_all() {
    let object = json!({"modality": "DX", "spacingMm": [0.2, 0.1], "spacingSource": "ImagerPixelSpacing"});
    let mut frame = MeasuredFrame::new(&facts(object), None);
    let before = frame.measure(Tool::Length, &LINE).expect("a line");
    // 3 mm by 8 mm
    assert_found(&before, "length", 73.0_f64.sqrt(), "mm");
    frame
        .calibrate(Some(([at(0.0, 0.0), at(0.0, 10.0)], 50.0)))
        .expect("ten rows");
    // Rows are 5 mm apart now, and columns half of that.
    let after = frame.measure(Tool::Length, &LINE).expect("a line");
    assert_found(&after, "length", (75.0_f64 * 75.0 + 200.0 * 200.0).sqrt(), "mm");
    assert_eq!(after.measurements[0].source.as_deref(), Some("user"));
    assert_eq!(after.notes, [""; 0]);
    for (to, mm) in [(at(0.0, 0.0), 5.0), (at(9.0, 0.0), 0.0), (at(9.0, 0.0), f64::NAN)] {
        assert!(frame.calibrate(Some(([at(0.0, 0.0), to], mm))).is_err());
    }
    frame.calibrate(None).expect("forgotten");
    assert_eq!(frame.measure(Tool::Length, &LINE), Ok(before));
}

/// A picture, a colour box in it, a spectrum below, an M-mode beside.
fn ultrasound() -> Value {
    let region = |bounds: [u32; 4], flags: u32, units: [u16; 2], deltas: [f64; 2]| {
        json!({"bounds": bounds, "flags": flags, "units": units, "deltas": deltas,
               "reference": [0, 50], "referenceValues": [0.0, 0.0]})
    };
    json!({"modality": "US", "spacingMm": [9.0, 9.0], "spacingSource": "PixelSpacing", "pixelScale": {"regions": [
        region([0, 0, 199, 99], 1, [3, 3], [0.02, 0.01]),
        region([50, 20, 99, 79], 0, [3, 3], [0.02, 0.01]),
        region([0, 100, 199, 199], 0, [4, 7], [0.01, -2.0]),
        region([200, 0, 299, 99], 0, [4, 3], [0.02, 0.05]),
        region([200, 100, 299, 199], 0, [3, 3], [0.03, 0.03]),
    ]}})
}

#[test]
fn ultrasound_regions_have_their_own_units() {
    // 3 pixels of 0.2 mm, 4 of 0.1 mm
    let within = geometry(ultrasound(), Tool::Length, &[at(10.0, 10.0), at(13.0, 14.0)]);
    assert_found(&within, "length", (0.36_f64 + 0.16).sqrt(), "mm");
    assert_eq!(
        within.measurements[0].source.as_deref(),
        Some("SequenceOfUltrasoundRegions")
    );
    // Into the colour box, which has the same scale.
    let into = geometry(ultrasound(), Tool::Length, &[at(10.0, 30.0), at(60.0, 30.0)]);
    assert_found(&into, "length", 10.0, "mm");
    // Into a region with another one, and out of all regions.
    for to in [at(250.0, 150.0), at(10.0, 500.0), at(20.0, 150.0)] {
        let across = geometry(ultrasound(), Tool::Length, &[at(10.0, 90.0), to]);
        assert_eq!(names(&across), ["length"]);
        assert_eq!(across.measurements[0].unit, "{pixels}");
        assert_eq!(across.notes, ["outside of one ultrasound region"]);
    }
    // The edge belongs to the last pixel.
    let edge = geometry(ultrasound(), Tool::Length, &[at(0.0, 0.0), at(199.4, 0.0)]);
    assert_found(&edge, "length", 39.88, "mm");
}

#[test]
fn time_and_velocity_do_not_mix() {
    let probe = geometry(ultrasound(), Tool::Probe, &[at(20.0, 130.0)]);
    assert_found(&probe, "time", 0.2, "s");
    // 20 rows above the baseline
    assert_found(&probe, "velocity", 40.0, "cm/s");
    let line = geometry(ultrasound(), Tool::Length, &[at(20.0, 130.0), at(70.0, 160.0)]);
    assert_found(&line, "time", 0.5, "s");
    assert_found(&line, "velocity", 60.0, "cm/s");
    assert_eq!(names(&line), ["time", "velocity"]);
    let motion = geometry(ultrasound(), Tool::Length, &[at(210.0, 10.0), at(260.0, 30.0)]);
    assert_found(&motion, "time", 1.0, "s");
    assert_found(&motion, "depth", 10.0, "mm");
    for (tool, points) in [
        (
            Tool::Angle,
            &[at(20.0, 130.0), at(30.0, 130.0), at(40.0, 140.0)][..],
        ),
        (Tool::Rectangle, &[at(20.0, 130.0), at(30.0, 150.0)]),
    ] {
        let refused = geometry(ultrasound(), tool, points);
        assert_eq!(names(&refused), [""; 0]);
        assert!(refused.notes[0].contains("do not mix"), "{refused:?}");
    }
}

#[test]
fn a_known_length_leaves_time_and_velocity() {
    let mut frame = MeasuredFrame::new(&facts(ultrasound()), None);
    frame
        .calibrate(Some(([at(10.0, 10.0), at(20.0, 10.0)], 20.0)))
        .expect("a length");
    let space = frame
        .measure(Tool::Length, &[at(0.0, 0.0), at(0.0, 10.0)])
        .expect("a line");
    // Pixels keep their shape: half as high as wide.
    assert_found(&space, "length", 10.0, "mm");
    let spectrum = frame
        .measure(Tool::Length, &[at(20.0, 130.0), at(70.0, 160.0)])
        .expect("a line");
    assert_eq!(names(&spectrum), ["time", "velocity"]);
}

#[test]
fn a_broken_region_is_none() {
    for region in [
        json!({"bounds": [10, 0, 5, 5], "units": [3, 3], "deltas": [0.1, 0.1]}),
        json!({"bounds": [0, 0, 9, 9], "units": [3, 3], "deltas": [0.0, 0.1]}),
    ] {
        let calibration = Calibration::of(&facts(json!({"pixelScale": {"regions": [region]}})));
        assert!(calibration.regions.is_empty());
    }
    let unreferenced = json!({"pixelScale": {"regions": [{"bounds": [0, 0, 99, 99], "units": [4, 7], "deltas": [0.1, 0.1]}]}});
    let probe = geometry(unreferenced, Tool::Probe, &[at(3.0, 3.0)]);
    assert!(
        probe.measurements.is_empty() && probe.notes.len() == 2,
        "{probe:?}"
    );
}
