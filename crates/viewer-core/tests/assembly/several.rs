//! More than one volume: mixed series, and several images at one place.

use glam::DVec3;
use viewer_core::{
    PixelFormat,
    metadata::MarkKey,
    volume::{FindingKind, Head, assemble},
};

use crate::heads::{head, kinds, marked, message, objects, series};

#[test]
fn a_localizer_is_a_volume_of_its_own() {
    let mut heads = series(&[0.0, 1.0, 2.0, 50.0]);
    if let Some(localizer) = heads.last_mut() {
        localizer.orientation = Some([DVec3::X, -DVec3::Z]);
    }
    let assembly = assemble(&heads);
    assert_eq!(kinds(&assembly), [FindingKind::Mixed, FindingKind::SingleSlice]);
    let text = message(&heads, FindingKind::Mixed);
    assert!(
        text.contains("3 images (axial, 4 x 3") && text.contains("1 image (coronal"),
        "{text}"
    );
    let objects: Vec<_> = assembly.volumes.iter().map(objects).collect();
    assert_eq!(objects, [vec![0, 1, 2], vec![3]]);
    assert_eq!(
        assembly.findings.iter().map(|f| f.volume).collect::<Vec<_>>(),
        [None, Some(1)]
    );
}

#[test]
fn what_differs_is_apart() {
    type Change = fn(&mut Head);
    let changes: [Change; 7] = [
        |head| head.size = [4, 4],
        |head| head.spacing_mm = Some([0.5, 0.51]),
        |head| head.format = Some(PixelFormat::R16Uint),
        |head| head.photometric = "MONOCHROME1".to_owned(),
        |head| head.frame_of_reference_uid = None,
        |head| head.orientation = Some([-DVec3::X, -DVec3::Y]),
        |head| head.marks.set(MarkKey::StackId, "2".to_owned()),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut heads = series(&[0.0, 1.0, 2.0, 3.0, 4.0]);
        heads.iter_mut().skip(3).for_each(change);
        let assembly = assemble(&heads);
        assert_eq!(kinds(&assembly), [FindingKind::Mixed], "change {number}");
        let objects: Vec<_> = assembly.volumes.iter().map(objects).collect();
        assert_eq!(objects, [vec![0, 1, 2], vec![3, 4]], "change {number}");
    }
}

#[test]
fn of_two_images_at_a_place_that_of_lower_number_is_taken() {
    let mut heads = series(&[0.0, 1.0, 2.0, 3.0, 4.0]);
    heads.push(head(9, 2.0));
    let assembly = assemble(&heads);
    assert_eq!(kinds(&assembly), [FindingKind::Duplicates]);
    assert_eq!(assembly.findings.first().map(|finding| finding.left_out), Some(1));
    assert_eq!(assembly.volumes.first().map(objects), Some(vec![0, 1, 2, 3, 4]));
    assert!(message(&heads, FindingKind::Duplicates).contains("the first of them slice 3"));
}

#[test]
fn the_same_object_twice_counts_once() {
    let mut heads = series(&[0.0, 1.0, 2.0]);
    let again: Vec<Head> = heads
        .iter()
        .map(|head| Head {
            object: head.object + 10,
            ..head.clone()
        })
        .collect();
    heads.extend(again);
    let assembly = assemble(&heads);
    assert_eq!(kinds(&assembly), [FindingKind::Duplicates]);
    assert_eq!(
        assembly.volumes.iter().map(objects).collect::<Vec<_>>(),
        [[0, 1, 2]]
    );
}

#[test]
fn temporal_positions_are_volumes_in_the_order_of_their_numbers() {
    let mut heads = Vec::new();
    for (time, text) in (0..).zip(["2", "10", "1"]) {
        for slice in 0..4 {
            let z = f64::from(slice) * 2.0;
            heads.push(marked(time * 4 + slice, z, MarkKey::TemporalPosition, text));
        }
    }
    let assembly = assemble(&heads);
    assert_eq!(kinds(&assembly), [FindingKind::SeveralAtOnePlace]);
    let labels: Vec<&str> = assembly
        .volumes
        .iter()
        .map(|layout| layout.label.as_str())
        .collect();
    assert_eq!(
        labels,
        ["TemporalPosition 1", "TemporalPosition 2", "TemporalPosition 10"]
    );
    assert_eq!(assembly.volumes.first().map(objects), Some(vec![8, 9, 10, 11]));
}

/// b = 0 once, b = 1000 in two directions, each as magnitude and phase.
#[test]
fn several_attributes_may_be_needed() {
    let mut heads = Vec::new();
    let mut number = 0;
    for (b, direction) in [("0", ""), ("1000", "1\\0\\0"), ("1000", "0\\1\\0")] {
        for kind in ["ORIGINAL\\PRIMARY\\M", "ORIGINAL\\PRIMARY\\P"] {
            for slice in 0..3 {
                let mut head = marked(number, f64::from(slice), MarkKey::BValue, b);
                head.marks.set(MarkKey::ImageType, kind.to_owned());
                if !direction.is_empty() {
                    head.marks.set(MarkKey::GradientOrientation, direction.to_owned());
                }
                heads.push(head);
                number += 1;
            }
        }
    }
    let assembly = assemble(&heads);
    let labels: Vec<&str> = assembly
        .volumes
        .iter()
        .map(|layout| layout.label.as_str())
        .collect();
    assert_eq!(labels.len(), 6);
    assert!(
        labels.contains(&"DiffusionBValue 0 s/mm2, ImageType ORIGINAL\\PRIMARY\\P"),
        "{labels:?}"
    );
    assert!(assembly.volumes.iter().all(|layout| layout.size == [3, 3, 4]));
    let text = message(&heads, FindingKind::SeveralAtOnePlace);
    assert!(
        text.contains("6 volumes") && text.contains("DiffusionGradientOrientation"),
        "{text}"
    );
}

/// An echo time that differs from slice to slice tells nothing where places are single.
#[test]
fn attributes_that_explain_nothing_are_not_asked() {
    let heads: Vec<Head> = (0..5)
        .map(|slice| marked(slice, f64::from(slice), MarkKey::EchoTime, &format!("4.{slice}")))
        .collect();
    assert_eq!(assemble(&heads).volumes.len(), 1);
}

#[test]
fn without_an_attribute_times_tell_and_then_numbers() {
    let mut heads = Vec::new();
    for slice in 0..4 {
        for phase in 0..3 {
            // interleaved, and each slice is triggered at times of its own
            let time = format!("{}.{slice}", (2 - phase) * 100);
            heads.push(marked(
                slice * 3 + phase,
                f64::from(slice),
                MarkKey::TriggerTime,
                &time,
            ));
        }
    }
    let volumes = assemble(&heads).volumes;
    let labels: Vec<&str> = volumes.iter().map(|layout| layout.label.as_str()).collect();
    assert_eq!(labels, ["1 of 3", "2 of 3", "3 of 3"]);
    assert_eq!(volumes.first().map(objects), Some(vec![2, 5, 8, 11]));
}

#[test]
fn a_plane_through_time_is_no_volume() {
    let heads = series(&[5.0; 8]);
    let assembly = assemble(&heads);
    assert_eq!(kinds(&assembly), [FindingKind::OnePlace]);
    assert!(assembly.volumes.is_empty());
}

/// The field of view was moved by 40 mm in the middle of the series.
#[test]
fn stacks_beside_one_another_are_not_mixed() {
    let mut heads = series(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    for head in heads.iter_mut().skip(5) {
        head.position = head.position.map(|at| at + DVec3::X * 40.0);
    }
    let assembly = assemble(&heads);
    assert_eq!(kinds(&assembly), [FindingKind::Beside]);
    let objects: Vec<_> = assembly.volumes.iter().map(objects).collect();
    assert_eq!(objects, [vec![0, 1, 2, 3, 4], vec![5, 6, 7, 8]]);
    assert!(assembly.volumes.iter().all(|layout| layout.tilt_deg < 1e-9));
}

/// The same planes twice, the second time beside the first: no image is a duplicate.
#[test]
fn tiles_are_not_duplicates() {
    let mut heads = series(&[0.0, 1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0]);
    for head in heads.iter_mut().skip(4) {
        head.position = head.position.map(|at| at + DVec3::Y * 1.5);
    }
    let assembly = assemble(&heads);
    assert_eq!(kinds(&assembly), [FindingKind::Beside]);
    assert_eq!(assembly.volumes.len(), 2);
}

#[test]
fn positions_without_a_line_are_refused() {
    let mut heads = series(&(0..40).map(f64::from).collect::<Vec<_>>());
    for (number, head) in (0_u32..).zip(&mut heads) {
        let wander = f64::from(number * 7919 % 41) * 3.0;
        head.position = head.position.map(|at| at + DVec3::X * wander);
    }
    let assembly = assemble(&heads);
    assert_eq!(kinds(&assembly), [FindingKind::Scattered]);
    assert!(assembly.volumes.is_empty());
}
