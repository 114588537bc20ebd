//! DICOM Structured Reports of annotations: TID 1500 Measurement Report (PS3.16), as Comprehensive 3D SR (PS3.3 A.35.13).
//!
//! Each annotation is a Measurement Group: planar regions by TID 1410 with their Image Region, all else by TID 1501 with the
//! points that each number is inferred from. Coordinates are those of the image (SCOORD), in which the *corner* of the
//! first pixel is (0, 0) (PS3.3 C.18.6.1.2).

mod codes;
mod group;
mod item;
mod moment;
mod private;
mod read;
mod report;

pub use read::{ReadReport, read_report};
pub use report::{ReportInput, ReportSubject, report};

#[cfg(test)]
pub(crate) mod tests {
    use super::{ReportInput, ReportSubject};
    use crate::annotate::{Anchor, Annotation, Measurement, Tool};

    /// The study of the annotations below.
    pub(crate) fn subject() -> ReportSubject {
        ReportSubject {
            study_instance_uid: "1.2.3".to_owned(),
            ..ReportSubject::default()
        }
    }

    pub(crate) fn input(subject: &ReportSubject) -> ReportInput<'_> {
        ReportInput {
            subject,
            sop_instance_uid: "2.25.2",
            series_instance_uid: "2.25.3",
            device_uid: "2.25.4",
            observer: Some("Doe^Jane"),
            date: "20261124",
            time: "120000",
        }
    }

    /// An annotation on the first frame of an object, with one measurement.
    pub(crate) fn annotation(tool: Tool, points: &[[f64; 2]]) -> Annotation {
        Annotation {
            uid: "2.25.1".to_owned(),
            tool,
            label: Some("lesion".to_owned()),
            created: "2026-11-24T12:00:00Z".to_owned(),
            revision: 1,
            anchor: Anchor {
                study_instance_uid: "1.2.3".to_owned(),
                series_instance_uid: "1.2.3.4".to_owned(),
                sop_class_uid: "1.2.840.10008.5.1.4.1.1.2".to_owned(),
                sop_instance_uid: "1.2.3.4.5".to_owned(),
                frame: None,
                frame_of_reference_uid: None,
            },
            points: points.to_vec(),
            patient_points: Vec::new(),
            plane: None,
            text_box: None,
            measurements: vec![Measurement {
                name: "length".to_owned(),
                value: 12.5,
                unit: "mm".to_owned(),
                method: None,
                source: Some("PixelSpacing".to_owned()),
            }],
        }
    }
}
