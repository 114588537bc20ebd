//! One Measurement Group as an annotation.

use dicom_dictionary_std::tags;

use super::{
    super::{
        codes,
        group::coordinates,
        moment,
        private::{self, Private},
    },
    Found, Report,
    evidence::Image,
    shape::{self, Drawn, Graphic},
    tree::{Coded, Node},
};
use crate::{
    Result,
    annotate::{Anchor, Annotation, AnnotationPlane, Measurement, Tool, model::is_uid},
};

/// How far image points of single precision may be from those of ours, at most.
const SINGLE: f64 = 1e-2;
/// Coordinates that are no part of what was drawn, as cornerstone notes them.
const ASIDE: [&str; 2] = ["ControlPoints", "TextPosition"];

/// What the items of a group say.
#[derive(Default)]
struct Parts {
    tracking: Option<String>,
    uid: Option<String>,
    comment: Option<String>,
    finding: Option<Coded>,
    measurements: Vec<Measurement>,
    graphics: Vec<Graphic>,
    patient: Option<Patient>,
    image: Option<(String, String, Option<u32>)>,
}

/// Coordinates in the patient.
struct Patient {
    kind: String,
    points: Vec<[f64; 3]>,
    frame_of_reference: Option<String>,
}

/// Adds the annotation of a group, or says why there is none.
///
/// # Errors
/// Those of a broken sequence, and [`crate::ErrorKind::Limit`].
pub(super) fn read(report: &Report<'_>, group: &Node<'_>, found: &mut Found) -> Result<()> {
    let mut parts = Parts::default();
    for node in report.tree.children(&group.dataset)? {
        parts.read(report, &node)?;
    }
    let number = found.groups;
    let said = |fault: &str| format!("group {number} is left out: {fault}");
    let known = found.annotations.iter().map(|annotation| annotation.uid.as_str());
    let uid = parts.uid(report, number, known);
    match annotation(report, group, parts, uid) {
        Ok(annotation) => match annotation.fault() {
            None => found.annotations.push(annotation),
            Some(fault) => found.warn(said(fault)),
        },
        Err(fault) => found.warn(said(fault)),
    }
    Ok(())
}

/// The annotation; the error says what it lacks.
fn annotation(
    report: &Report<'_>,
    group: &Node<'_>,
    mut parts: Parts,
    uid: String,
) -> std::result::Result<Annotation, &'static str> {
    let hint = parts.tracking.as_deref().and_then(shape::named);
    let numbers: Vec<&str> = parts
        .measurements
        .iter()
        .map(|found| found.name.as_str())
        .collect();
    let flat = parts
        .patient
        .as_ref()
        .map(|patient| (patient, shape::on_plane(&patient.points)));
    let (drawn, plane) = match (&parts.graphics.as_slice(), flat) {
        ([_, ..], _) => (shape::drawn(&parts.graphics, hint, &numbers), None),
        ([], Some((patient, Some((plane, points))))) => {
            let graphic = Graphic {
                kind: patient.kind.clone(),
                points,
            };
            (shape::drawn(&[graphic], hint, &numbers), Some(plane))
        }
        _ => return Err("it has no coordinates"),
    };
    let (image, frame) = parts
        .image(report)
        .ok_or("it names no image of the report's evidence")?;
    let frame_of_reference_uid = parts
        .patient
        .as_ref()
        .and_then(|patient| patient.frame_of_reference.clone());
    let created = group.dataset.first_code(tags::OBSERVATION_DATE_TIME);
    let created = created.and_then(|text| moment::from_dicom(&text));
    let mut annotation = Annotation {
        uid,
        tool: Tool::Text,
        label: None,
        created: created.unwrap_or_else(|| report.created.clone()),
        revision: 1,
        anchor: Anchor {
            study_instance_uid: image.study.clone(),
            series_instance_uid: image.series.clone(),
            sop_class_uid: image.class.clone(),
            sop_instance_uid: image.instance.clone(),
            frame,
            frame_of_reference_uid,
        },
        points: Vec::new(),
        patient_points: Vec::new(),
        plane: None,
        text_box: None,
        measurements: std::mem::take(&mut parts.measurements),
    };
    let own = private::read(&group.dataset).map(|own| with_own(&annotation, own));
    match own.filter(|own| is_same(own, &parts)) {
        Some(own) => annotation = own,
        None => draw(
            &mut annotation,
            drawn.ok_or("no tool draws its coordinates")?,
            plane,
        ),
    }
    settle(&mut annotation);
    let own_words = annotation.label.take();
    annotation.label = parts.label(annotation.tool.as_str()).or(own_words);
    Ok(annotation)
}

/// The same with what we noted ourselves.
fn with_own(annotation: &Annotation, own: Private) -> Annotation {
    let mut annotation = annotation.clone();
    annotation.tool = own.tool;
    annotation.revision = own.revision;
    annotation.points = own.points;
    annotation.patient_points = own.patient_points;
    annotation.plane = own.plane;
    annotation.anchor.frame_of_reference_uid = own.frame_of_reference_uid;
    annotation.text_box = own.text_box;
    annotation.label = own.is_named.then(|| own.tool.as_str().to_owned());
    annotation
}

/// Takes what coordinates say.
fn draw(annotation: &mut Annotation, (tool, points): Drawn, plane: Option<AnnotationPlane>) {
    annotation.tool = tool;
    annotation.patient_points = plane
        .iter()
        .flat_map(|plane| points.iter().map(|point| plane.patient_point(*point)))
        .collect();
    annotation.points = points;
    annotation.plane = plane;
}

/// Numbers as the tool has them: cornerstone calls every angle one of Cobb's, and gives arrows one so as to have coordinates.
fn settle(annotation: &mut Annotation) {
    match annotation.tool {
        Tool::Arrow | Tool::Text => annotation.measurements.clear(),
        Tool::Angle => {
            let angles = annotation
                .measurements
                .iter_mut()
                .filter(|found| found.name == "cobbAngle");
            angles.for_each(|found| "angle".clone_into(&mut found.name));
        }
        _ => {}
    }
}

/// Whether an annotation is what the coordinates say: another may have changed what we noted.
fn is_same(annotation: &Annotation, parts: &Parts) -> bool {
    let own = coordinates(annotation);
    match (&annotation.plane, &parts.patient) {
        (Some(plane), Some(patient)) => own.iter().any(|points| {
            let points: Vec<_> = points.iter().map(|point| plane.patient_point(*point)).collect();
            are_near(points.as_flattened(), patient.points.as_flattened())
        }),
        (None, None) => parts.graphics.iter().all(|graphic| {
            let theirs = graphic.points.as_flattened();
            own.iter().any(|points| are_near(points.as_flattened(), theirs))
        }),
        _ => false,
    }
}

fn are_near(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= SINGLE)
}

impl Parts {
    /// Notes an item of the group.
    ///
    /// # Errors
    /// As [`read`].
    fn read(&mut self, report: &Report<'_>, node: &Node<'_>) -> Result<()> {
        let text = || report.tree.text(&node.dataset, tags::TEXT_VALUE);
        match node.kind.as_str() {
            "TEXT" if node.is(codes::TRACKING_IDENTIFIER) => self.tracking = text(),
            "TEXT" if node.is(codes::COMMENT) => {
                self.comment = text();
                self.read_below(report, node)?;
            }
            "UIDREF" if node.is(codes::TRACKING_UID) => self.uid = node.dataset.first_code(tags::UID),
            "CODE" if node.is(codes::FINDING) => {
                self.finding = Some(report.tree.coded(&node.dataset, tags::CONCEPT_CODE_SEQUENCE)?);
            }
            "NUM" => {
                self.measurements.extend(number(report, node)?);
                self.read_below(report, node)?;
            }
            "IMAGE" => self.read_image(report, node)?,
            "SCOORD" | "SCOORD3D" => self.read_coordinates(report, node)?,
            _ => {}
        }
        Ok(())
    }

    /// Coordinates and images that a number or words were inferred from.
    fn read_below(&mut self, report: &Report<'_>, node: &Node<'_>) -> Result<()> {
        for child in report.tree.children(&node.dataset)? {
            match child.kind.as_str() {
                "SCOORD" | "SCOORD3D" => self.read_coordinates(report, &child)?,
                "IMAGE" => self.read_image(report, &child)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn read_coordinates(&mut self, report: &Report<'_>, node: &Node<'_>) -> Result<()> {
        if ASIDE.contains(&node.concept.value.as_str()) {
            return Ok(());
        }
        let kind = node.dataset.first_code(tags::GRAPHIC_TYPE).unwrap_or_default();
        let numbers = node.dataset.floats(tags::GRAPHIC_DATA);
        if node.kind == "SCOORD3D" {
            self.patient.get_or_insert_with(|| Patient {
                kind,
                points: numbers.as_chunks::<3>().0.to_vec(),
                frame_of_reference: node.dataset.first_code(tags::REFERENCED_FRAME_OF_REFERENCE_UID),
            });
            return Ok(());
        }
        for child in report.tree.children(&node.dataset)? {
            if child.kind == "IMAGE" {
                self.read_image(report, &child)?;
            }
        }
        // From the corner of the first pixel to its centre.
        let points = numbers.as_chunks::<2>().0.iter();
        let graphic = Graphic {
            kind,
            points: points.map(|[x, y]| [x - 0.5, y - 0.5]).collect(),
        };
        if !self.graphics.contains(&graphic) {
            self.graphics.push(graphic);
        }
        Ok(())
    }

    /// Notes the first image that is named.
    fn read_image(&mut self, report: &Report<'_>, node: &Node<'_>) -> Result<()> {
        let items = report.tree.items(&node.dataset, tags::REFERENCED_SOP_SEQUENCE)?;
        if let (Some(item), None) = (items.first(), &self.image) {
            let uid = |tag| item.first_code(tag).unwrap_or_default();
            let frame = item.integer(tags::REFERENCED_FRAME_NUMBER);
            self.image = Some((
                uid(tags::REFERENCED_SOP_CLASS_UID),
                uid(tags::REFERENCED_SOP_INSTANCE_UID),
                frame.and_then(|number| u32::try_from(number - 1).ok()),
            ));
        }
        Ok(())
    }

    /// The image that it was made on, and its frame; of points in the patient any of the evidence.
    fn image<'r>(&self, report: &'r Report<'_>) -> Option<(&'r Image, Option<u32>)> {
        match &self.image {
            Some((_, instance, frame)) => Some((report.evidence.image(instance)?, *frame)),
            None if self.patient.is_some() => Some((report.evidence.first()?, None)),
            None => None,
        }
    }

    /// The Tracking UID, or one below that of the report where there is none or another group has it.
    fn uid<'a>(
        &self,
        report: &Report<'_>,
        number: usize,
        mut known: impl Iterator<Item = &'a str>,
    ) -> String {
        match &self.uid {
            Some(uid) if is_uid(uid) && !known.any(|known| known == uid) => uid.clone(),
            _ => format!("{}.{number}", report.sop_instance_uid),
        }
    }

    /// What a person wrote.
    fn label(self, tool: &str) -> Option<String> {
        let finding = self.finding.map(|finding| finding.meaning);
        let words = self.comment.or(finding)?;
        (!words.is_empty() && words != tool).then_some(words)
    }
}

/// A number; none for one without a value, nor for the centre that stands for a point.
///
/// # Errors
/// As [`read`].
fn number(report: &Report<'_>, node: &Node<'_>) -> Result<Option<Measurement>> {
    let tree = report.tree;
    if node.is(codes::CENTER) {
        return Ok(None);
    }
    let values = tree.items(&node.dataset, tags::MEASURED_VALUE_SEQUENCE)?;
    let Some(value) = values.first() else {
        return Ok(None);
    };
    let number = value
        .double(tags::FLOATING_POINT_VALUE)
        .or_else(|| value.f64(tags::NUMERIC_VALUE));
    let Some(number) = number.filter(|number| number.is_finite()) else {
        return Ok(None);
    };
    let unit = tree.coded(value, tags::MEASUREMENT_UNITS_CODE_SEQUENCE)?;
    let concept = &node.concept;
    if concept.value.trim().is_empty() {
        return Ok(None);
    }
    let mut found = Measurement {
        name: codes::name_of(&concept.value, &concept.meaning),
        value: number,
        unit: Some(unit.value)
            .filter(|unit| !unit.is_empty())
            .unwrap_or_else(|| "1".to_owned()),
        method: None,
        source: None,
    };
    for child in tree.children(&node.dataset)? {
        let text = tree.text(&child.dataset, tags::TEXT_VALUE);
        let said = match text {
            Some(text) => Coded {
                meaning: text,
                ..Coded::default()
            },
            None => tree.coded(&child.dataset, tags::CONCEPT_CODE_SEQUENCE)?,
        };
        if said.meaning.is_empty() {
            continue;
        }
        if child.is(codes::SOURCE) {
            found.source = Some(said.meaning);
        } else if child.is(codes::METHOD) {
            found.method = Some(said.meaning);
        } else if child.is(codes::DERIVATION) {
            // As in the mean of an attenuation.
            found.method.get_or_insert_with(|| concept.meaning.clone());
            found.name = codes::name_of(&said.value, &said.meaning);
        }
    }
    Ok(Some(found))
}
