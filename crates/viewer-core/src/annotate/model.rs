//! The types, as they cross to JSON and back.

use std::collections::BTreeMap;

use glam::DVec3;
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Result, reslice::Plane};

/// The value of `schema`.
pub const SCHEMA: &str = "noctis.annotations/1";
/// More is refused.
const MOST_ANNOTATIONS: usize = 100_000;
/// Pixels, or millimetres: what points may be away. No frame is larger, and a report, which has single precision, holds them to
/// a hundredth.
const FARTHEST: f64 = 65_536.0;
/// More points of one annotation are refused.
const MOST_POINTS: usize = 100_000;

/// A set of annotations, as it is kept and exchanged.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Annotations {
    /// [`SCHEMA`].
    pub schema: String,
    /// In the order in which they were made.
    pub annotations: Vec<Annotation>,
}

/// What draws and measures it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tool {
    /// A point with a value: one point.
    Probe,
    /// A distance: two points.
    Length,
    /// Two distances that cross: four points, the longer one first.
    Bidirectional,
    /// An angle: three points, the corner in the middle.
    Angle,
    /// The angle of two lines: four points.
    Cobb,
    /// Two opposite corners.
    Rectangle,
    /// Two opposite corners of the box around it.
    Ellipse,
    /// The centre and a point on the edge.
    Circle,
    /// A closed line: three points and more.
    Freehand,
    /// From tail to head: two points.
    Arrow,
    /// A place with words: one point.
    Text,
}

impl Tool {
    /// Every tool.
    pub const ALL: [Self; 11] = [
        Self::Probe,
        Self::Length,
        Self::Bidirectional,
        Self::Angle,
        Self::Cobb,
        Self::Rectangle,
        Self::Ellipse,
        Self::Circle,
        Self::Freehand,
        Self::Arrow,
        Self::Text,
    ];

    /// The stable name, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Length => "length",
            Self::Bidirectional => "bidirectional",
            Self::Angle => "angle",
            Self::Cobb => "cobb",
            Self::Rectangle => "rectangle",
            Self::Ellipse => "ellipse",
            Self::Circle => "circle",
            Self::Freehand => "freehand",
            Self::Arrow => "arrow",
            Self::Text => "text",
        }
    }

    /// The tool of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.as_str() == name)
    }

    /// Whether it goes around part of the picture.
    pub const fn is_region(self) -> bool {
        matches!(
            self,
            Self::Rectangle | Self::Ellipse | Self::Circle | Self::Freehand
        )
    }

    /// How many points it has, at least and at most.
    pub const fn points(self) -> (usize, usize) {
        match self {
            Self::Probe | Self::Text => (1, 1),
            Self::Length | Self::Rectangle | Self::Ellipse | Self::Circle | Self::Arrow => (2, 2),
            Self::Angle => (3, 3),
            Self::Bidirectional | Self::Cobb => (4, 4),
            Self::Freehand => (3, MOST_POINTS),
        }
    }
}

/// A plane through a volume that an annotation was made on, LPS millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnotationPlane {
    /// Where points are (0, 0).
    pub center: [f64; 3],
    /// Unit direction to the right: the first coordinate of points, in millimetres.
    pub right: [f64; 3],
    /// Unit direction down: the second one.
    pub down: [f64; 3],
}

impl AnnotationPlane {
    /// The patient point of a point on it.
    pub(crate) fn patient_point(&self, [x, y]: [f64; 2]) -> [f64; 3] {
        let [center, right, down] = [self.center, self.right, self.down].map(DVec3::from_array);
        (center + right * x + down * y).to_array()
    }

    fn is_sound(&self) -> bool {
        let [center, right, down] = [self.center, self.right, self.down].map(DVec3::from_array);
        Plane::new(center, right, down).is_ok()
    }
}

/// The image that it was made on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Anchor {
    /// Study Instance UID (0020,000D).
    pub study_instance_uid: String,
    /// Series Instance UID (0020,000E).
    pub series_instance_uid: String,
    /// SOP Class UID (0008,0016).
    pub sop_class_uid: String,
    /// SOP Instance UID (0008,0018).
    pub sop_instance_uid: String,
    /// The frame, from 0; absent where the object has one frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    /// Frame of Reference UID (0020,0052).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame_of_reference_uid: Option<String>,
}

/// A number with what it means and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Measurement {
    /// As in `"length"`, `"area"`, `"mean"`; see [`super::sr`] for those with a code.
    pub name: String,
    /// In the unit.
    pub value: f64,
    /// Of UCUM, as in `"mm"`, `"mm2"`, `"deg"`, `"[hnsf'U]"`, `"{SUVbw}g/ml"`, `"1"`.
    pub unit: String,
    /// How it was computed, as in `"sample standard deviation (n - 1)"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// What its millimetres or units come from, as in `"PixelSpacing"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// One annotation. `Debug` shows no words that a person wrote.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Annotation {
    /// A UID, which names it for ever (2.25 and a UUID, PS3.5 annex B.2).
    pub uid: String,
    /// What draws it.
    pub tool: Tool,
    /// What a person wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// When it was made, UTC, RFC 3339.
    pub created: String,
    /// Counts its changes, from 1.
    pub revision: u32,
    /// The image.
    pub anchor: Anchor,
    /// On the image, or on the plane.
    pub points: Vec<[f64; 2]>,
    /// The same points in the patient, where the image says where it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patient_points: Vec<[f64; 3]>,
    /// The plane through a volume that it was made on; the image is then that of the series which is nearest to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plane: Option<AnnotationPlane>,
    /// Where its text box begins, left and top, when a person moved it: as one of the points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_box: Option<[f64; 2]>,
    /// What was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<Measurement>,
}

impl std::fmt::Debug for Annotation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Annotation")
            .field("uid", &self.uid)
            .field("tool", &self.tool)
            .field("points", &self.points.len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Annotations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Annotations").field(&self.annotations).finish()
    }
}

impl Annotations {
    /// A set of them.
    pub fn new(annotations: Vec<Annotation>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            annotations,
        }
    }

    /// Whether they are such that they can be drawn and exported: known version, points as many as the tool has, finite
    /// numbers.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] naming the annotation by its number; [`ErrorKind::Limit`] for too many.
    pub fn check(&self) -> Result<()> {
        if self.schema != SCHEMA {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!("annotations of a schema that is not {SCHEMA}"),
            ));
        }
        if self.annotations.len() > MOST_ANNOTATIONS {
            return Err(Error::new(
                ErrorKind::Limit,
                format!("more than {MOST_ANNOTATIONS} annotations"),
            ));
        }
        (1..).zip(&self.annotations).try_for_each(|(number, annotation)| {
            annotation
                .fault()
                .map_or(Ok(()), |fault| Err(malformed(number, fault)))
        })
    }
}

impl Measurement {
    fn is_named(&self) -> bool {
        !self.name.trim().is_empty() && !self.unit.trim().is_empty()
    }
}

fn malformed(number: usize, fault: &str) -> Error {
    Error::new(ErrorKind::Malformed, format!("annotation {number}: {fault}"))
}

impl Annotation {
    /// Why it cannot be drawn or exported; none where it can.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let (least, most) = self.tool.points();
        let count = self.points.len();
        let places = self.points.as_flattened().iter();
        let is_near = places
            .chain(self.patient_points.as_flattened())
            .chain(self.text_box.iter().flatten())
            .chain(self.plane.iter().flat_map(|plane| &plane.center))
            .all(|number| number.abs() <= FARTHEST);
        let uids = [
            &self.uid,
            &self.anchor.study_instance_uid,
            &self.anchor.sop_class_uid,
            &self.anchor.sop_instance_uid,
            &self.anchor.series_instance_uid,
        ];
        if !(least..=most).contains(&count) {
            Some("the number of its points is not that of its tool")
        } else if !self.patient_points.is_empty() && self.patient_points.len() != count {
            Some("it has other points in the patient than on the image")
        } else if !is_near {
            Some("a point is farther away than any picture or patient")
        } else if !self.measurements.iter().all(|found| found.value.is_finite()) {
            Some("a number is not finite")
        } else if !self.measurements.iter().all(Measurement::is_named) {
            Some("a measurement has no name or no unit")
        } else if self.plane.is_some_and(|plane| !plane.is_sound()) {
            Some("the directions of its plane are not of unit length and at a right angle")
        } else if self.plane.is_some() && self.patient_points.is_empty() {
            Some("it is on a plane and has no points in the patient")
        } else if !uids.into_iter().all(|uid| is_uid(uid)) {
            Some("a UID is not one (PS3.5 section 9.1)")
        } else {
            None
        }
    }
}

/// Both sets: of two annotations with the same UID the one of the higher revision, of equal ones that of `into`. Those of
/// `into` come first.
pub fn merged(into: Annotations, from: Annotations) -> Annotations {
    let mut set = into;
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (place, annotation) in set.annotations.iter().enumerate() {
        places.insert(annotation.uid.clone(), place);
    }
    for annotation in from.annotations {
        match places
            .get(&annotation.uid)
            .and_then(|place| set.annotations.get_mut(*place))
        {
            Some(known) if annotation.revision > known.revision => *known = annotation,
            Some(_) => {}
            None => {
                places.insert(annotation.uid.clone(), set.annotations.len());
                set.annotations.push(annotation);
            }
        }
    }
    set
}

/// PS3.5 section 9.1: components of digits without leading zeros, 64 characters at most.
pub(crate) fn is_uid(text: &str) -> bool {
    let is_component = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    text.len() <= 64 && text.split('.').all(is_component)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::sr::tests::annotation;

    #[test]
    fn json_goes_there_and_back() {
        let set = Annotations::new(vec![annotation(Tool::Length, &[[1.0, 2.0], [3.5, 4.0]])]);
        let text = serde_json::to_string(&set).expect("plain data");
        assert!(
            text.contains("\"tool\":\"length\"") && text.contains("\"sopInstanceUid\""),
            "{text}"
        );
        let back: Annotations = serde_json::from_str(&text).expect("our own");
        assert_eq!(back, set);
        assert_eq!(back.check(), Ok(()));
        assert!(!format!("{back:?}").contains("lesion"));
    }

    #[test]
    fn the_higher_revision_wins() {
        let one = |uid: &str, revision| Annotation {
            uid: uid.to_owned(),
            revision,
            ..annotation(Tool::Probe, &[[0.0, 0.0]])
        };
        let into = Annotations::new(vec![one("2.25.1", 2), one("2.25.2", 1)]);
        let from = Annotations::new(vec![
            one("2.25.3", 1),
            one("2.25.2", 5),
            one("2.25.1", 1),
            one("2.25.3", 4),
        ]);
        let both = merged(into, from);
        let found: Vec<_> = both
            .annotations
            .iter()
            .map(|one| (one.uid.as_str(), one.revision))
            .collect();
        assert_eq!(found, [("2.25.1", 2), ("2.25.2", 5), ("2.25.3", 4)]);
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let good = annotation(Tool::Angle, &[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]);
        let changed = |change: fn(&mut Annotation)| {
            let mut bad = good.clone();
            change(&mut bad);
            Annotations::new(vec![good.clone(), bad])
                .check()
                .map_err(|error| error.message)
        };
        let plane = AnnotationPlane {
            center: [0.0; 3],
            right: [1.0, 0.0, 0.0],
            down: [0.0, 1.0, 0.0],
        };
        let mut on_plane = good.clone();
        on_plane.plane = Some(plane);
        assert!(Annotations::new(vec![on_plane.clone()]).check().is_err());
        on_plane.patient_points = vec![[0.0; 3]; 3];
        assert_eq!(Annotations::new(vec![on_plane]).check(), Ok(()));
        let cases: [fn(&mut Annotation); 7] = [
            |bad| bad.points.truncate(2),
            |bad| bad.points[0][1] = f64::NAN,
            |bad| bad.patient_points = vec![[0.0; 3]],
            |bad| bad.measurements[0].name = String::new(),
            |bad| bad.measurements[0].unit = " ".to_owned(),
            |bad| bad.uid = "1.02.3".to_owned(),
            |bad| bad.anchor.sop_instance_uid = String::new(),
        ];
        for change in cases {
            let message = changed(change).expect_err("a fault");
            assert!(message.starts_with("annotation 2: "), "{message}");
        }
        let unknown = serde_json::json!({"schema": "noctis.annotations/1", "annotations": [], "more": 1});
        assert!(serde_json::from_value::<Annotations>(unknown).is_err());
    }
}
