//! The report as a Part 10 file.

use std::collections::BTreeMap;

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};

use super::{
    codes::{self, cut},
    item,
};
use crate::{
    Error, ErrorKind, Result,
    annotate::{Annotation, Annotations, Tool, model::is_uid},
    metadata::InstanceInfo,
    write::{DataSet, Value, part10},
};

/// Coordinates of an ellipse: the ends of its two axes.
const ELLIPSE: &str = "ELLIPSE";

/// What a report needs besides the annotations. The core has no clock and no chance: the caller brings both.
#[derive(Clone, PartialEq)]
pub struct ReportInput<'i> {
    /// An instance of the study; patient and study are taken from it.
    pub info: &'i InstanceInfo,
    /// A new SOP Instance UID.
    pub sop_instance_uid: &'i str,
    /// A new Series Instance UID.
    pub series_instance_uid: &'i str,
    /// Names this installation for ever.
    pub device_uid: &'i str,
    /// Who measured, as a DICOM name; the device alone where nobody is named.
    pub observer: Option<&'i str>,
    /// `YYYYMMDD`.
    pub date: &'i str,
    /// `HHMMSS`.
    pub time: &'i str,
}

impl std::fmt::Debug for ReportInput<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReportInput")
            .field("sop_instance_uid", &self.sop_instance_uid)
            .finish_non_exhaustive()
    }
}

/// The annotations as a Measurement Report (TID 1500), a Comprehensive 3D SR.
///
/// # Errors
/// [`ErrorKind::Malformed`] for UIDs that are none, for annotations of another study than that of `info`, and as
/// [`Annotations::check`].
pub fn report(set: &Annotations, input: &ReportInput<'_>) -> Result<Vec<u8>> {
    set.check()?;
    let uids = [
        input.sop_instance_uid,
        input.series_instance_uid,
        input.device_uid,
    ];
    if !uids.into_iter().all(is_uid) {
        return Err(Error::new(
            ErrorKind::Malformed,
            "a UID for the report is not one (PS3.5 section 9.1)",
        ));
    }
    let study = &input.info.study_instance_uid;
    if set
        .annotations
        .iter()
        .any(|one| one.anchor.study_instance_uid != *study)
    {
        return Err(Error::new(
            ErrorKind::Malformed,
            "a report is about one study, and an annotation belongs to another",
        ));
    }
    let mut dataset = DataSet::default();
    document(&mut dataset, input);
    content(&mut dataset, set, input);
    dataset.set(
        tags::CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE,
        evidence(set, study),
    );
    Ok(part10(&dataset))
}

/// Patient, study, series, equipment and document (PS3.3 C.7.1.1 to C.17.2).
fn document(dataset: &mut DataSet, input: &ReportInput<'_>) {
    let info = input.info;
    let text = |text: &Option<String>, most: usize| cut(text.as_deref().unwrap_or_default(), most);
    let mut put = |tag: Tag, vr: &'static str, text: &str| {
        dataset.put(tag, vr, text);
    };
    put(tags::SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 192");
    put(tags::SOP_CLASS_UID, "UI", uids::COMPREHENSIVE3_DSR_STORAGE);
    put(tags::SOP_INSTANCE_UID, "UI", input.sop_instance_uid);
    put(tags::INSTANCE_CREATION_DATE, "DA", input.date);
    put(tags::INSTANCE_CREATION_TIME, "TM", input.time);
    put(tags::PATIENT_NAME, "PN", &text(&info.patient.name, 192));
    put(tags::PATIENT_ID, "LO", &text(&info.patient.id, 64));
    put(tags::PATIENT_BIRTH_DATE, "DA", &text(&info.patient.birth_date, 8));
    put(tags::PATIENT_SEX, "CS", &text(&info.patient.sex, 16));
    put(tags::STUDY_INSTANCE_UID, "UI", &info.study_instance_uid);
    put(tags::STUDY_DATE, "DA", &text(&info.study.date, 8));
    put(tags::STUDY_TIME, "TM", &text(&info.study.time, 16));
    put(tags::STUDY_ID, "SH", &text(&info.study.id, 16));
    put(
        tags::ACCESSION_NUMBER,
        "SH",
        &text(&info.study.accession_number, 16),
    );
    put(tags::REFERRING_PHYSICIAN_NAME, "PN", "");
    put(tags::MODALITY, "CS", "SR");
    put(tags::SERIES_INSTANCE_UID, "UI", input.series_instance_uid);
    put(tags::SERIES_NUMBER, "IS", "9000");
    put(tags::SERIES_DESCRIPTION, "LO", "Measurements");
    put(tags::MANUFACTURER, "LO", "Noctis Viewer");
    put(tags::MANUFACTURER_MODEL_NAME, "LO", "noctis-viewer");
    put(tags::DEVICE_SERIAL_NUMBER, "LO", input.device_uid);
    put(tags::SOFTWARE_VERSIONS, "LO", env!("CARGO_PKG_VERSION"));
    put(tags::INSTANCE_NUMBER, "IS", "1");
    put(tags::COMPLETION_FLAG, "CS", "COMPLETE");
    put(tags::VERIFICATION_FLAG, "CS", "UNVERIFIED");
    put(tags::CONTENT_DATE, "DA", input.date);
    put(tags::CONTENT_TIME, "TM", input.time);
    dataset
        .set(
            tags::REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE,
            Value::Items(Vec::new()),
        )
        .set(tags::PERFORMED_PROCEDURE_CODE_SEQUENCE, Value::Items(Vec::new()));
}

/// The tree of TID 1500.
fn content(dataset: &mut DataSet, set: &Annotations, input: &ReportInput<'_>) {
    let (has_context, has_modifier) = ("HAS OBS CONTEXT", "HAS CONCEPT MOD");
    let mut children = vec![item::code(
        has_modifier,
        codes::LANGUAGE,
        codes::ENGLISH,
        Vec::new(),
    )];
    if let Some(name) = input.observer {
        children.push(item::code(
            has_context,
            codes::OBSERVER_TYPE,
            codes::PERSON,
            Vec::new(),
        ));
        children.push(item::person(has_context, codes::PERSON_NAME, name));
    }
    children.push(item::code(
        has_context,
        codes::OBSERVER_TYPE,
        codes::DEVICE,
        Vec::new(),
    ));
    children.push(item::uid(has_context, codes::DEVICE_UID, input.device_uid));
    children.push(item::code(
        has_modifier,
        codes::PROCEDURE,
        codes::IMAGING,
        Vec::new(),
    ));
    let groups = (1..)
        .zip(&set.annotations)
        .map(|(number, annotation)| group(number, annotation));
    children.push(item::container(
        "CONTAINS",
        codes::MEASUREMENTS,
        None,
        groups.collect(),
    ));
    dataset
        .put(tags::VALUE_TYPE, "CS", "CONTAINER")
        .set(
            tags::CONCEPT_NAME_CODE_SEQUENCE,
            Value::Items(vec![codes::REPORT.item()]),
        )
        .put(tags::CONTINUITY_OF_CONTENT, "CS", "SEPARATE")
        .set(
            tags::CONTENT_TEMPLATE_SEQUENCE,
            Value::Items(vec![item::template_item("1500")]),
        )
        .set(tags::CONTENT_SEQUENCE, Value::Items(children));
}

/// One annotation: TID 1410 where it is a region, else TID 1501.
fn group(number: usize, annotation: &Annotation) -> DataSet {
    let anchor = &annotation.anchor;
    let (kind, points) = graphic(annotation);
    let is_region = matches!(
        annotation.tool,
        Tool::Rectangle | Tool::Ellipse | Tool::Circle | Tool::Freehand
    );
    let tracking = format!("{} {number}", annotation.tool.as_str());
    let mut children = vec![
        item::text("HAS OBS CONTEXT", codes::TRACKING_IDENTIFIER, &tracking),
        item::uid("HAS OBS CONTEXT", codes::TRACKING_UID, &annotation.uid),
    ];
    if is_region {
        children.push(item::points("CONTAINS", codes::REGION, kind, &points, anchor));
    }
    if let Some(label) = &annotation.label {
        children.push(item::text("CONTAINS", codes::COMMENT, label));
    }
    for found in &annotation.measurements {
        let from = if is_region {
            Vec::new()
        } else {
            vec![item::points("INFERRED FROM", codes::PATH, kind, &points, anchor)]
        };
        children.push(item::number(found, from));
    }
    let template = if is_region { "1410" } else { "1501" };
    item::container("CONTAINS", codes::GROUP, Some(template), children)
}

/// Graphic Type and its points (PS3.3 C.18.6.1.1), in image points.
fn graphic(annotation: &Annotation) -> (&'static str, Vec<[f64; 2]>) {
    let points = &annotation.points;
    match (annotation.tool, points.as_slice()) {
        (Tool::Probe | Tool::Text, _) => ("POINT", points.clone()),
        (Tool::Rectangle, &[[left, top], [right, bottom]]) => (
            "POLYLINE",
            vec![
                [left, top],
                [right, top],
                [right, bottom],
                [left, bottom],
                [left, top],
            ],
        ),
        (Tool::Ellipse, &[[left, top], [right, bottom]]) => {
            let [x, y] = [f64::midpoint(left, right), f64::midpoint(top, bottom)];
            let [width, height] = [[[left, y], [right, y]], [[x, top], [x, bottom]]];
            // The major axis comes first.
            let is_wide = (right - left).abs() >= (bottom - top).abs();
            let [first, second] = if is_wide { [width, height] } else { [height, width] };
            (ELLIPSE, [first, second].concat())
        }
        (Tool::Circle, _) => ("CIRCLE", points.clone()),
        (Tool::Freehand, _) => {
            let closed = points.iter().chain(points.first()).copied();
            ("POLYLINE", closed.collect())
        }
        _ => ("POLYLINE", points.clone()),
    }
}

/// The images that the report is about, by series (PS3.3 C.17.2.1).
fn evidence(set: &Annotations, study: &str) -> Value {
    let mut series: BTreeMap<&str, BTreeMap<&str, DataSet>> = BTreeMap::new();
    for Annotation { anchor, .. } in &set.annotations {
        series
            .entry(&anchor.series_instance_uid)
            .or_default()
            .insert(&anchor.sop_instance_uid, item::reference(anchor));
    }
    if series.is_empty() {
        return Value::Items(Vec::new());
    }
    let series = series.into_iter().map(|(uid, instances)| {
        let mut item = DataSet::default();
        item.put(tags::SERIES_INSTANCE_UID, "UI", uid).set(
            tags::REFERENCED_SOP_SEQUENCE,
            Value::Items(instances.into_values().collect()),
        );
        item
    });
    let mut item = DataSet::default();
    item.put(tags::STUDY_INSTANCE_UID, "UI", study)
        .set(tags::REFERENCED_SERIES_SEQUENCE, Value::Items(series.collect()));
    Value::Items(vec![item])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::sr::tests::annotation;

    fn info() -> InstanceInfo {
        InstanceInfo {
            study_instance_uid: "1.2.3".to_owned(),
            ..InstanceInfo::default()
        }
    }

    fn input(info: &InstanceInfo) -> ReportInput<'_> {
        ReportInput {
            info,
            sop_instance_uid: "2.25.2",
            series_instance_uid: "2.25.3",
            device_uid: "2.25.4",
            observer: Some("Doe^Jane"),
            date: "20261124",
            time: "120000",
        }
    }

    #[test]
    fn points_move_to_the_pixels_corner() {
        let info = info();
        let set = Annotations::new(vec![annotation(Tool::Length, &[[0.0, 1.0], [2.0, 3.0]])]);
        let file = report(&set, &input(&info)).expect("a report");
        let data: Vec<u8> = [0.5_f32, 1.5, 2.5, 3.5]
            .iter()
            .flat_map(|place| place.to_le_bytes())
            .collect();
        assert!(file.windows(data.len()).any(|window| window == data));
        assert!(!format!("{:?}", input(&info)).contains("Doe"));
    }

    #[test]
    fn an_ellipse_gives_its_major_axis_first() {
        let tall = annotation(Tool::Ellipse, &[[0.0, 0.0], [2.0, 8.0]]);
        assert_eq!(
            graphic(&tall),
            (ELLIPSE, vec![[1.0, 0.0], [1.0, 8.0], [0.0, 4.0], [2.0, 4.0]])
        );
    }

    #[test]
    fn a_report_is_about_one_study() {
        let info = info();
        let mut other = annotation(Tool::Probe, &[[0.0, 0.0]]);
        other.anchor.study_instance_uid = "1.2.4".to_owned();
        let error = report(&Annotations::new(vec![other]), &input(&info)).expect_err("another study");
        assert_eq!(error.kind, ErrorKind::Malformed);
        let named = ReportInput {
            sop_instance_uid: "urn:uuid:1",
            ..input(&info)
        };
        assert!(report(&Annotations::new(Vec::new()), &named).is_err());
    }
}
