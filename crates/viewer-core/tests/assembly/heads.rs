//! Series of heads.

use glam::DVec3;
use viewer_core::{
    PixelFormat,
    metadata::{MarkKey, Marks},
    volume::{Assembly, FindingKind, Head, Layout, assemble},
};

/// An axial slice of 4 x 3 pixels of 0.5 x 0.5 mm, its first pixel at (-1, -2, z).
pub(crate) fn head(number: u32, z: f64) -> Head {
    Head {
        object: number,
        frame: 0,
        sop_instance_uid: format!("1.2.{number}"),
        instance_number: Some(i64::from(number)),
        frame_of_reference_uid: Some("1.2.3".to_owned()),
        size: [3, 4],
        format: Some(PixelFormat::R16Sint),
        photometric: "MONOCHROME2".to_owned(),
        padding: None,
        position: Some(DVec3::new(-1.0, -2.0, z)),
        orientation: Some([DVec3::X, DVec3::Y]),
        spacing_mm: Some([0.5, 0.5]),
        thickness_mm: Some(2.0),
        rescale_slope: 1.0,
        rescale_intercept: -1024.0,
        marks: Marks::default(),
    }
}

/// The same with a mark.
pub(crate) fn marked(number: u32, z: f64, key: MarkKey, value: &str) -> Head {
    let mut head = head(number, z);
    head.marks.set(key, value.to_owned());
    head
}

/// Axial slices at these heights.
pub(crate) fn series(heights: &[f64]) -> Vec<Head> {
    (0..).zip(heights).map(|(number, z)| head(number, *z)).collect()
}

/// The one volume of these heads.
pub(crate) fn single(heads: &[Head]) -> (Layout, Vec<FindingKind>) {
    let assembly = assemble(heads);
    assert_eq!(assembly.volumes.len(), 1, "{:?}", assembly.findings);
    let kinds = kinds(&assembly);
    (assembly.volumes.into_iter().next().expect("there is one"), kinds)
}

pub(crate) fn kinds(assembly: &Assembly) -> Vec<FindingKind> {
    assembly.findings.iter().map(|finding| finding.kind).collect()
}

/// The message of the finding of that kind.
pub(crate) fn message(heads: &[Head], kind: FindingKind) -> String {
    let findings = assemble(heads).findings;
    let found = findings.into_iter().find(|finding| finding.kind == kind);
    found.map(|finding| finding.message).unwrap_or_default()
}

/// The objects of the slices, in order.
pub(crate) fn objects(layout: &Layout) -> Vec<u32> {
    layout.sources.iter().map(|source| source.object).collect()
}

/// Patient millimetres of a voxel point.
pub(crate) fn patient(layout: &Layout, voxel: [f64; 3]) -> DVec3 {
    let matrix = layout.geometry.patient_from_voxel();
    matrix.transform_point3(DVec3::from_array(voxel))
}

pub(crate) fn close(a: DVec3, b: [f64; 3]) -> bool {
    a.distance(DVec3::from_array(b)) < 1e-9
}
