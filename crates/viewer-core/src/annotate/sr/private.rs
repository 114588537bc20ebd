//! What an annotation is and the standard has no place for: private elements of its group (PS3.5 section 7.8). Graphic Data
//! has single precision; here points are as they were.

use dicom_core::Tag;

use crate::{
    annotate::{Annotation, AnnotationPlane},
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
}
