//! A generated series, read back from its files.

use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, open_file};
use phantom::ct::{Depth, Options, generate};
use phantom::geometry::Geometry;
use std::path::Path;

/// A small scan of the middle of the head, tilted: 5 slices of 64 x 64 pixels of 3.6 mm.
fn small(depth: Depth) -> Options {
    let geometry = Geometry {
        slices: 5,
        rows: 64,
        columns: 64,
        spacing_mm: 3.6,
        couch_step_mm: 10.0,
        tilt_deg: 12.0,
    };
    Options {
        geometry,
        depth,
        seed: 4,
    }
}

fn floats(object: &DefaultDicomObject, tag: dicom_core::Tag) -> Vec<f64> {
    object
        .element(tag)
        .expect("the element")
        .to_multi_float64()
        .expect("its numbers")
}

fn hu(object: &DefaultDicomObject, row: usize, column: usize) -> f64 {
    let bytes = object
        .element(tags::PIXEL_DATA)
        .expect("pixel data")
        .to_bytes()
        .expect("its bytes");
    let at = 2 * (row * 64 + column);
    let stored = f64::from(i16::from_le_bytes([bytes[at], bytes[at + 1]]));
    stored + floats(object, tags::RESCALE_INTERCEPT)[0]
}

#[test]
fn positions_and_values_are_what_the_truth_says() {
    for depth in [Depth::Twelve, Depth::Sixteen] {
        let folder = tempfile::tempdir().unwrap();
        let truth = generate(&small(depth), folder.path()).unwrap();
        assert_eq!(truth.instances.len(), 5);
        let objects: Vec<_> = truth
            .instances
            .iter()
            .map(|slice| open_file(folder.path().join(&slice.file)).unwrap())
            .collect();
        for (object, slice) in objects.iter().zip(&truth.instances) {
            let position = floats(object, tags::IMAGE_POSITION_PATIENT);
            for (read, wanted) in position.iter().zip(slice.position_mm) {
                assert!((read - wanted).abs() < 1e-8, "{position:?}");
            }
            let uid = object.element(tags::SOP_INSTANCE_UID).unwrap().to_str().unwrap();
            assert_eq!(uid, slice.sop_instance_uid);
            assert!((floats(object, tags::GANTRY_DETECTOR_TILT)[0] - 12.0).abs() < 1e-12);
        }
        let rods = truth
            .inserts
            .iter()
            .filter(|placed| placed.insert.name.starts_with("rod"))
            .count();
        assert_eq!(rods, 4, "the corner rods are in every scan");
        for placed in truth
            .inserts
            .iter()
            .filter(|placed| placed.insert.name.starts_with("rod"))
        {
            let [slice, row, column] = placed.centre_index;
            assert!((slice - 2.0).abs() < 1e-9, "a rod is given on the middle slice");
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "an index of the image"
            )]
            let found = hu(&objects[2], row.round() as usize, column.round() as usize);
            // The rod has a radius of 7 mm and a core of 3.5 mm; the pixel is at most 2.5 mm off its centre.
            assert!(
                (found - placed.insert.hu).abs() < 0.5,
                "{}: {found}",
                placed.insert.name
            );
        }
    }
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_another_study() {
    let [first, again, other] = [0; 3].map(|_| tempfile::tempdir().unwrap());
    let options = small(Depth::Twelve);
    generate(&options, first.path()).unwrap();
    generate(&options, again.path()).unwrap();
    let changed = generate(&Options { seed: 5, ..options }, other.path()).unwrap();
    let read = |folder: &Path, name: &str| std::fs::read(folder.join(name)).unwrap();
    for name in ["slice-0001.dcm", "slice-0005.dcm", "truth.json"] {
        assert_eq!(read(first.path(), name), read(again.path(), name), "{name}");
    }
    assert!(
        !String::from_utf8(read(first.path(), "truth.json"))
            .unwrap()
            .contains(&changed.study_instance_uid)
    );
}

#[test]
fn impossible_options_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let options = small(Depth::Twelve);
    for geometry in [
        Geometry {
            slices: 0,
            ..options.geometry
        },
        Geometry {
            rows: 70_000,
            ..options.geometry
        },
        Geometry {
            spacing_mm: f64::NAN,
            ..options.geometry
        },
        Geometry {
            tilt_deg: 90.0,
            ..options.geometry
        },
    ] {
        assert!(
            generate(&Options { geometry, ..options }, folder.path()).is_err(),
            "{geometry:?}"
        );
    }
}
