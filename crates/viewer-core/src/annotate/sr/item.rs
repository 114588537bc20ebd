//! Content items (PS3.3 C.17.3).

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::codes::{self, Code, cut, printable, words};
use crate::{
    annotate::{Anchor, Measurement},
    write::{DataSet, Value},
};

/// A content item of that value type and concept.
fn item(relationship: &str, value_type: &str, concept: DataSet) -> DataSet {
    let mut item = DataSet::default();
    item.put(tags::RELATIONSHIP_TYPE, "CS", relationship)
        .put(tags::VALUE_TYPE, "CS", value_type)
        .set(tags::CONCEPT_NAME_CODE_SEQUENCE, Value::Items(vec![concept]));
    item
}

/// Children of an item.
fn with(mut item: DataSet, children: Vec<DataSet>) -> DataSet {
    if !children.is_empty() {
        item.set(tags::CONTENT_SEQUENCE, Value::Items(children));
    }
    item
}

pub(super) fn container(
    relationship: &str,
    concept: Code,
    template: Option<&str>,
    children: Vec<DataSet>,
) -> DataSet {
    let mut item = item(relationship, "CONTAINER", concept.item());
    item.put(tags::CONTINUITY_OF_CONTENT, "CS", "SEPARATE");
    if let Some(number) = template {
        item.set(
            tags::CONTENT_TEMPLATE_SEQUENCE,
            Value::Items(vec![template_item(number)]),
        );
    }
    with(item, children)
}

pub(super) fn template_item(number: &str) -> DataSet {
    let mut template = DataSet::default();
    template
        .put(tags::MAPPING_RESOURCE, "CS", "DCMR")
        .put(tags::TEMPLATE_IDENTIFIER, "CS", number);
    template
}

pub(super) fn code(relationship: &str, concept: Code, value: Code, children: Vec<DataSet>) -> DataSet {
    let mut item = item(relationship, "CODE", concept.item());
    item.set(tags::CONCEPT_CODE_SEQUENCE, Value::Items(vec![value.item()]));
    with(item, children)
}

pub(super) fn text(relationship: &str, concept: Code, text: &str, children: Vec<DataSet>) -> DataSet {
    let mut item = item(relationship, "TEXT", concept.item());
    item.put(tags::TEXT_VALUE, "UT", printable(text));
    with(item, children)
}

pub(super) fn uid(relationship: &str, concept: Code, uid: &str) -> DataSet {
    let mut item = item(relationship, "UIDREF", concept.item());
    item.put(tags::UID, "UI", uid);
    item
}

pub(super) fn person(relationship: &str, concept: Code, name: &str) -> DataSet {
    let mut item = item(relationship, "PNAME", concept.item());
    item.put(tags::PERSON_NAME, "PN", cut(name, 64));
    item
}

/// A measured number.
pub(super) fn number(found: &Measurement, mut children: Vec<DataSet>) -> DataSet {
    let mut measured = DataSet::default();
    measured
        .set(tags::NUMERIC_VALUE, Value::decimal(found.value))
        // The decimal string may lack digits (PS3.3 C.18.1).
        .set(tags::FLOATING_POINT_VALUE, Value::double(found.value))
        .set(tags::MEASUREMENT_UNITS_CODE_SEQUENCE, codes::unit(&found.unit));
    let mut item = item("CONTAINS", "NUM", codes::concept(&found.name));
    item.set(tags::MEASURED_VALUE_SEQUENCE, Value::Items(vec![measured]));
    if let Some(source) = words(found.source.as_ref()) {
        children.push(text("HAS CONCEPT MOD", codes::SOURCE, source, Vec::new()));
    }
    if let Some(method) = words(found.method.as_ref()) {
        children.push(text("HAS CONCEPT MOD", codes::METHOD, method, Vec::new()));
    }
    with(item, children)
}

/// Points on an image.
pub(super) fn points(
    relationship: &str,
    concept: Code,
    kind: &str,
    points: &[[f64; 2]],
    anchor: &Anchor,
) -> DataSet {
    let mut item = item(relationship, "SCOORD", concept.item());
    // From the centre of the first pixel to its corner.
    let places = points.iter().flatten().map(|place| place + 0.5);
    item.set(tags::GRAPHIC_DATA, Value::floats(&single(places)))
        .put(tags::GRAPHIC_TYPE, "CS", kind);
    with(item, vec![image(anchor)])
}

/// Points in the patient.
pub(super) fn patient_points(
    relationship: &str,
    concept: Code,
    kind: &str,
    points: &[[f64; 3]],
    frame_of_reference: &str,
) -> DataSet {
    let mut item = item(relationship, "SCOORD3D", concept.item());
    item.set(
        tags::GRAPHIC_DATA,
        Value::floats(&single(points.iter().flatten().copied())),
    )
    .put(tags::GRAPHIC_TYPE, "CS", kind)
    .put(tags::REFERENCED_FRAME_OF_REFERENCE_UID, "UI", frame_of_reference);
    item
}

#[expect(clippy::cast_possible_truncation, reason = "FL is what the standard has")]
fn single(places: impl Iterator<Item = f64>) -> Vec<f32> {
    places.map(|place| place as f32).collect()
}

/// The image that points are selected from; it has no concept name.
fn image(anchor: &Anchor) -> DataSet {
    let mut item = DataSet::default();
    item.put(tags::RELATIONSHIP_TYPE, "CS", "SELECTED FROM")
        .put(tags::VALUE_TYPE, "CS", "IMAGE");
    let mut reference = reference(anchor);
    if let Some(frame) = anchor.frame {
        let number = u64::from(frame) + 1;
        reference.put(tags::REFERENCED_FRAME_NUMBER, "IS", number.to_string());
    }
    item.set(tags::REFERENCED_SOP_SEQUENCE, Value::Items(vec![reference]));
    item
}

/// Class and instance of the image.
pub(super) fn reference(anchor: &Anchor) -> DataSet {
    let mut reference = DataSet::default();
    let mut uid = |tag: Tag, uid: &str| {
        reference.put(tag, "UI", uid);
    };
    uid(tags::REFERENCED_SOP_CLASS_UID, &anchor.sop_class_uid);
    uid(tags::REFERENCED_SOP_INSTANCE_UID, &anchor.sop_instance_uid);
    reference
}
