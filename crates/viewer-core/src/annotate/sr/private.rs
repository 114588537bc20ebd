//! What an annotation is and the standard has no place for: private elements of its group (PS3.5 section 7.8). Graphic Data
//! has single precision; here points are as they were.

use dicom_core::Tag;

use crate::{
    annotate::{Annotation, AnnotationPlane, Tool},
    decode::dataset,
    write::{DataSet, Value},
};

/// Reserves the block.
const CREATOR: &str = "NOCTIS VIEWER ANNOTATION 1";
const GROUP: u16 = 0x0099;
const BLOCK: Tag = Tag(GROUP, 0x0010);
const TOOL: Tag = Tag(GROUP, 0x1001);
const REVISION: Tag = Tag(GROUP, 0x1002);
const POINTS: Tag = Tag(GROUP, 0x1003);
const PATIENT_POINTS: Tag = Tag(GROUP, 0x1004);
const PLANE: Tag = Tag(GROUP, 0x1005);
const FRAME_OF_REFERENCE: Tag = Tag(GROUP, 0x1006);
const TEXT_BOX: Tag = Tag(GROUP, 0x1007);
/// That a person wrote the name of the tool, which stands for no words otherwise.
const IS_NAMED: Tag = Tag(GROUP, 0x1008);

/// Adds the elements.
pub(super) fn write(group: &mut DataSet, annotation: &Annotation) {
    group
        .put(BLOCK, "LO", CREATOR)
        .put(TOOL, "LO", annotation.tool.as_str())
        .put(REVISION, "IS", annotation.revision.to_string())
        .set(POINTS, Value::doubles(annotation.points.as_flattened()));
    if !annotation.patient_points.is_empty() {
        group.set(
            PATIENT_POINTS,
            Value::doubles(annotation.patient_points.as_flattened()),
        );
    }
    if let Some(AnnotationPlane { center, right, down }) = annotation.plane {
        group.set(PLANE, Value::doubles([center, right, down].as_flattened()));
    }
    if let Some(uid) = &annotation.anchor.frame_of_reference_uid {
        group.put(FRAME_OF_REFERENCE, "UI", uid);
    }
    if let Some(corner) = annotation.text_box {
        group.set(TEXT_BOX, Value::doubles(&corner));
    }
    if annotation.label.as_deref() == Some(annotation.tool.as_str()) {
        group.put(IS_NAMED, "CS", "YES");
    }
}

/// What the elements say.
#[derive(Debug, PartialEq)]
pub(super) struct Private {
    pub(super) tool: Tool,
    pub(super) revision: u32,
    pub(super) points: Vec<[f64; 2]>,
    pub(super) patient_points: Vec<[f64; 3]>,
    pub(super) plane: Option<AnnotationPlane>,
    pub(super) frame_of_reference_uid: Option<String>,
    pub(super) text_box: Option<[f64; 2]>,
    pub(super) is_named: bool,
}

/// Reads the elements of a group, where they are ours.
pub(super) fn read(group: &dataset::DataSet<'_>) -> Option<Private> {
    if group.code(BLOCK)? != CREATOR {
        return None;
    }
    let plane = match *group.wide_doubles(PLANE).as_chunks::<3>().0 {
        [center, right, down] => Some(AnnotationPlane { center, right, down }),
        _ => None,
    };
    Some(Private {
        tool: Tool::from_name(&group.code(TOOL)?)?,
        revision: u32::try_from(group.integer(REVISION)?).ok()?,
        points: group.wide_doubles(POINTS).as_chunks::<2>().0.to_vec(),
        patient_points: group.wide_doubles(PATIENT_POINTS).as_chunks::<3>().0.to_vec(),
        plane,
        frame_of_reference_uid: group.code(FRAME_OF_REFERENCE),
        text_box: group.wide_doubles(TEXT_BOX).as_chunks().0.first().copied(),
        is_named: group.code(IS_NAMED).is_some(),
    })
}
