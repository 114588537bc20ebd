use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{ReadReport, read_report};
use crate::{
    ErrorKind,
    annotate::{
        Annotation, AnnotationPlane, Annotations, Measurement, Tool,
        sr::{
            report,
            tests::{annotation, input, subject},
        },
    },
    decode::{Limits, decode_text},
    write::{DataSet, Value, part10},
};

fn read(bytes: Vec<u8>) -> crate::Result<ReadReport> {
    read_report(bytes, &Limits::default(), decode_text)
}

/// One of each tool, on points that single precision does not hold.
fn all() -> Annotations {
    let p = |x: f64, y: f64| [x / 3.0, y / 7.0];
    let made = Tool::ALL.into_iter().enumerate().map(|(number, tool)| {
        let points: Vec<_> = match tool.points().0 {
            1 => vec![p(4.0, 5.0)],
            2 => vec![p(40.0, 50.0), p(90.0, 220.0)],
            3 => vec![p(40.0, 50.0), p(90.0, 220.0), p(10.0, 300.0)],
            _ => vec![p(1.0, 1.0), p(100.0, 9.0), p(40.0, 3.0), p(45.0, 70.0)],
        };
        let mut one = annotation(tool, &points);
        one.uid = format!("2.25.{}", number + 10);
        one.label = (number % 2 == 0).then(|| format!("Läsion {number}"));
        one.revision = 3;
        one.created = "2026-11-24T12:00:00.25+01:00".to_owned();
        one.anchor.frame = (number % 3 == 0).then_some(6);
        one.text_box = (number % 2 == 1).then_some([-7.25, 1.0 / 3.0]);
        one.anchor.frame_of_reference_uid = Some("1.2.9".to_owned());
        one.patient_points = points.iter().map(|[x, y]| [*x, *y, 1.0 / 3.0]).collect();
        one.measurements = match tool {
            Tool::Bidirectional => vec![measured("longAxis", 1.0 / 3.0), measured("shortAxis", 0.125)],
            Tool::Arrow | Tool::Text => Vec::new(),
            Tool::Cobb => vec![measured("cobbAngle", 20.5)],
            _ => vec![
                measured("length", 1e-7 / 3.0),
                Measurement {
                    unit: "{a unit of its own}/ml".to_owned(),
                    ..measured("anything else of its own", -2.5)
                },
            ],
        };
        one
    });
    Annotations::new(made.collect())
}

fn measured(name: &str, value: f64) -> Measurement {
    Measurement {
        name: name.to_owned(),
        value,
        unit: "mm".to_owned(),
        method: Some("straight line; at the detector".to_owned()),
        source: Some("PixelSpacing".to_owned()),
    }
}

fn written(set: &Annotations) -> Vec<u8> {
    report(set, &input(&subject())).expect("a report")
}

#[test]
fn ours_comes_back_to_the_bit() {
    let set = all();
    let back = read(written(&set)).expect("our own");
    assert_eq!(back.warnings, [""; 0]);
    assert_eq!(back.set.annotations.len(), set.annotations.len());
    for (is, was) in back.set.annotations.iter().zip(&set.annotations) {
        assert_eq!(
            serde_json::to_value(is).expect("data"),
            serde_json::to_value(was).expect("data")
        );
    }
}

#[test]
fn what_was_not_measured_keeps_its_points() {
    let mut set = all();
    for one in &mut set.annotations {
        one.measurements.clear();
    }
    let back = read(written(&set)).expect("our own");
    assert_eq!(back.warnings, [""; 0]);
    assert_eq!(back.set, set);
}

#[test]
fn the_name_of_the_tool_may_be_a_label() {
    let mut set = all();
    for one in &mut set.annotations {
        one.label = Some(one.tool.as_str().to_owned());
    }
    assert_eq!(read(written(&set)).expect("our own").set, set);
}

#[test]
fn words_that_nobody_sees_are_none() {
    let mut set = all();
    for one in &mut set.annotations {
        one.label = Some(" \t\u{0}".to_owned());
        for found in &mut one.measurements {
            found.method = Some(String::new());
        }
    }
    let bytes = written(&set);
    assert!(!bytes.contains(&b'\t'));
    for one in read(bytes).expect("our own").set.annotations {
        assert_eq!(one.label, None, "{:?}", one.tool);
        assert!(one.measurements.iter().all(|found| found.method.is_none()));
    }
}

#[test]
fn a_report_is_asked_for_no_point_that_it_cannot_hold() {
    let mut set = all();
    set.annotations[0].points[0][0] = 1e40;
    let error = report(&set, &input(&subject())).expect_err("single precision");
    assert!(error.message.contains("farther away"), "{error}");
}

/// The same on a plane through a volume.
fn on_plane() -> Annotations {
    let plane = AnnotationPlane {
        center: [10.0, 20.0, 30.0],
        right: [0.0, 0.6, 0.8],
        down: [1.0, 0.0, 0.0],
    };
    let mut set = all();
    for one in &mut set.annotations {
        one.plane = Some(plane);
        one.patient_points = one
            .points
            .iter()
            .map(|point| plane.patient_point(*point))
            .collect();
        one.anchor.frame = None;
    }
    set
}

#[test]
fn what_is_on_a_plane_comes_back() {
    let set = on_plane();
    let back = read(written(&set)).expect("our own");
    assert_eq!(
        back,
        ReadReport {
            set,
            warnings: Vec::new()
        }
    );
    let mut nowhere = on_plane();
    nowhere.annotations[0].anchor.frame_of_reference_uid = None;
    assert!(report(&nowhere, &input(&subject())).is_err());
}

/// Without what we note for ourselves, as another would write it.
fn of_another(set: &Annotations) -> Vec<Annotation> {
    let mut bytes = written(set);
    let creator = b"NOCTIS VIEWER ANNOTATION 1";
    let places: Vec<_> = (0..bytes.len() - creator.len())
        .filter(|place| bytes[*place..].starts_with(creator))
        .collect();
    for place in places {
        bytes[place] = b'X';
    }
    read(bytes).expect("a report").set.annotations
}

#[test]
fn what_another_writes_is_read_by_its_coordinates() {
    let set = all();
    let found = of_another(&set);
    assert_eq!(found.len(), set.annotations.len());
    for (is, was) in found.iter().zip(&set.annotations) {
        let expected = match was.tool {
            // two points that say nothing of a head
            Tool::Arrow => Tool::Length,
            tool => tool,
        };
        assert_eq!(
            (is.tool, is.revision, &is.measurements),
            (expected, 1, &was.measurements)
        );
        let off = is.points.as_flattened().iter().zip(was.points.as_flattened());
        assert!(
            off.clone().all(|(is, was)| (is - was).abs() < 1e-4),
            "{is:?} {off:?}"
        );
    }
    for (is, was) in of_another(&on_plane()).iter().zip(&on_plane().annotations) {
        assert!(
            is.plane.is_some() && is.patient_points.len() == is.points.len(),
            "{is:?}"
        );
        assert_eq!(is.measurements, was.measurements);
    }
}

#[test]
fn coordinates_that_another_changed_win() {
    let set = Annotations::new(vec![annotation(Tool::Length, &[[0.0, 0.0], [8.0, 0.0]])]);
    let mut bytes = written(&set);
    let old = 8.5_f32.to_le_bytes();
    let place = bytes
        .windows(4)
        .position(|window| window == old)
        .expect("a number");
    bytes[place..place + 4].copy_from_slice(&40.5_f32.to_le_bytes());
    let found = read(bytes).expect("a report");
    assert_eq!(found.set.annotations[0].points, [[0.0, 0.0], [40.0, 0.0]]);
}

#[test]
fn any_cut_or_flipped_byte_is_no_panic() {
    let bytes = written(&Annotations::new(vec![
        annotation(Tool::Length, &[[0.0, 0.0], [8.0, 0.0]]),
        annotation(Tool::Ellipse, &[[0.0, 0.0], [8.0, 4.0]]),
    ]));
    for cut in 0..bytes.len() {
        drop(read(bytes[..cut].to_vec()));
    }
    for place in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[place] ^= 0xFF;
        if let Ok(found) = read(broken) {
            assert_eq!(found.set.check(), Ok(()));
        }
    }
}

/// An item of a sequence around the items inside.
fn nested(depth: u32) -> DataSet {
    let mut item = DataSet::default();
    item.put(tags::VALUE_TYPE, "CS", "CONTAINER");
    if depth > 0 {
        item.set(tags::CONTENT_SEQUENCE, Value::Items(vec![nested(depth - 1)]));
    }
    item
}

#[test]
fn depth_and_number_have_bounds() {
    let document = |content: Value| {
        let mut dataset = DataSet::default();
        dataset
            .put(tags::SOP_CLASS_UID, "UI", "1.2.840.10008.5.1.4.1.1.88.34")
            .put(tags::SOP_INSTANCE_UID, "UI", "1.2.3")
            .set(tags::CONTENT_SEQUENCE, content);
        part10(&dataset)
    };
    let deep = read(document(Value::Items(vec![nested(60)])));
    assert_eq!(deep.expect_err("too deep").kind, ErrorKind::Limit);
    let many = Value::Items(vec![DataSet::default(); (1 << 18) + 1]);
    assert_eq!(read(document(many)).expect_err("too many").kind, ErrorKind::Limit);
    let empty = read(document(Value::Items(Vec::new()))).expect("a report of nothing");
    assert_eq!((empty.set.annotations.len(), empty.warnings.len()), (0, 1));
    let mut image = DataSet::default();
    image
        .put(tags::SOP_CLASS_UID, "UI", "1.2")
        .put(Tag(0x0028, 0x0004), "CS", "RGB");
    assert_eq!(
        read(part10(&image)).expect_err("an image").kind,
        ErrorKind::Malformed
    );
}
