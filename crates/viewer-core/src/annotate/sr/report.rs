//! The report as a Part 10 file.

use std::collections::BTreeMap;

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};

use serde::Deserialize;

use super::{
    codes::{self, cut},
    group::group,
    item,
};
use crate::{
    Error, ErrorKind, Result,
    annotate::{Annotation, Annotations, model::is_uid},
    metadata::{InstanceInfo, Patient, Study},
    write::{DataSet, Value, part10},
};

/// Who a report is about, and in which study.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReportSubject {
    /// Study Instance UID (0020,000D).
    pub study_instance_uid: String,
    /// Who.
    pub patient: Patient,
    /// Which study.
    pub study: Study,
}

impl From<&InstanceInfo> for ReportSubject {
    /// As an instance of the study says.
    fn from(info: &InstanceInfo) -> Self {
        Self {
            study_instance_uid: info.study_instance_uid.clone(),
            patient: info.patient.clone(),
            study: info.study.clone(),
        }
    }
}

/// What a report needs besides the annotations. The core has no clock and no chance: the caller brings both.
#[derive(Clone, PartialEq)]
pub struct ReportInput<'i> {
    /// Patient and study.
    pub subject: &'i ReportSubject,
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
/// [`ErrorKind::Malformed`] for UIDs that are none, for annotations of another study than that of the subject, and as
/// [`Annotations::check`]; [`ErrorKind::Limit`] for a line of more points than a report can hold.
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
    let study = &input.subject.study_instance_uid;
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
    content(&mut dataset, set, input)?;
    dataset.set(
        tags::CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE,
        evidence(set, study),
    );
    Ok(part10(&dataset))
}

/// Patient, study, series, equipment and document (PS3.3 C.7.1.1 to C.17.2).
fn document(dataset: &mut DataSet, input: &ReportInput<'_>) {
    let ReportSubject {
        patient,
        study,
        study_instance_uid,
    } = input.subject;
    let text = |text: &Option<String>, most: usize| cut(text.as_deref().unwrap_or_default(), most);
    let mut put = |tag: Tag, vr: &'static str, text: &str| {
        dataset.put(tag, vr, text);
    };
    put(tags::SPECIFIC_CHARACTER_SET, "CS", "ISO_IR 192");
    put(tags::SOP_CLASS_UID, "UI", uids::COMPREHENSIVE3_DSR_STORAGE);
    put(tags::SOP_INSTANCE_UID, "UI", input.sop_instance_uid);
    put(tags::INSTANCE_CREATION_DATE, "DA", input.date);
    put(tags::INSTANCE_CREATION_TIME, "TM", input.time);
    put(tags::PATIENT_NAME, "PN", &text(&patient.name, 192));
    put(tags::PATIENT_ID, "LO", &text(&patient.id, 64));
    put(tags::PATIENT_BIRTH_DATE, "DA", &text(&patient.birth_date, 8));
    put(tags::PATIENT_SEX, "CS", &text(&patient.sex, 16));
    put(tags::STUDY_INSTANCE_UID, "UI", study_instance_uid);
    put(tags::STUDY_DATE, "DA", &text(&study.date, 8));
    put(tags::STUDY_TIME, "TM", &text(&study.time, 16));
    put(tags::STUDY_ID, "SH", &text(&study.id, 16));
    put(tags::ACCESSION_NUMBER, "SH", &text(&study.accession_number, 16));
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
fn content(dataset: &mut DataSet, set: &Annotations, input: &ReportInput<'_>) -> Result<()> {
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
    let groups: Result<Vec<_>> = (1..)
        .zip(&set.annotations)
        .map(|(number, annotation)| group(number, annotation))
        .collect();
    children.push(item::container("CONTAINS", codes::MEASUREMENTS, None, groups?));
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
    Ok(())
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
    use crate::annotate::{
        Tool,
        sr::tests::{annotation, input, subject},
    };

    #[test]
    fn points_move_to_the_pixels_corner() {
        let set = Annotations::new(vec![annotation(Tool::Length, &[[0.0, 1.0], [2.0, 3.0]])]);
        let file = report(&set, &input(&subject())).expect("a report");
        let data: Vec<u8> = [0.5_f32, 1.5, 2.5, 3.5]
            .iter()
            .flat_map(|place| place.to_le_bytes())
            .collect();
        assert!(file.windows(data.len()).any(|window| window == data));
        assert!(!format!("{:?}", input(&subject())).contains("Doe"));
    }

    #[test]
    fn a_report_is_about_one_study() {
        let subject = subject();
        let mut other = annotation(Tool::Probe, &[[0.0, 0.0]]);
        other.anchor.study_instance_uid = "1.2.4".to_owned();
        let error = report(&Annotations::new(vec![other]), &input(&subject)).expect_err("another study");
        assert_eq!(error.kind, ErrorKind::Malformed);
        let named = ReportInput {
            sop_instance_uid: "urn:uuid:1",
            ..input(&subject)
        };
        assert!(report(&Annotations::new(Vec::new()), &named).is_err());
    }

    #[test]
    fn a_line_that_a_report_cannot_hold_is_refused() {
        let long: Vec<_> = (0..9000).map(|place| [f64::from(place), 0.0]).collect();
        let set = Annotations::new(vec![annotation(Tool::Freehand, &long)]);
        let error = report(&set, &input(&subject())).expect_err("too long");
        assert_eq!(error.kind, ErrorKind::Limit);
    }
}
