//! What the object says about itself: [`InstanceInfo`], which crosses the wasm boundary as JSON.
//!
//! The names are the TypeScript names. Absent values are left out, never `null`.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

mod plane;
mod scale;

use crate::{
    PixelFormat,
    lut::{Voi, VoiFunction},
};
pub use plane::{FramePlane, MarkKey, Marks};
pub use scale::{PixelScale, UltrasoundRegion};

/// One instance, described. `Debug` shows the picture's shape and no patient data.
#[derive(Clone, PartialEq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct InstanceInfo {
    /// SOP Instance UID (0008,0018); empty when absent.
    pub sop_instance_uid: String,
    /// SOP Class UID (0008,0016); empty when absent.
    pub sop_class_uid: String,
    /// Study Instance UID (0020,000D); empty when absent.
    pub study_instance_uid: String,
    /// Series Instance UID (0020,000E); empty when absent.
    pub series_instance_uid: String,
    /// Frame of Reference UID (0020,0052).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_of_reference_uid: Option<String>,
    /// Modality (0008,0060).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modality: Option<String>,
    /// Transfer Syntax UID (0002,0010), or of the encoding found in a bare data set.
    pub transfer_syntax_uid: String,
    /// Photometric Interpretation (0028,0004); `MONOCHROME2` or `RGB` by `SamplesPerPixel` when absent.
    pub photometric_interpretation: String,
    /// Samples per Pixel (0028,0002).
    pub samples_per_pixel: u16,
    /// Rows (0028,0010).
    pub rows: u16,
    /// Columns (0028,0011).
    pub columns: u16,
    /// Number of Frames (0028,0008), 1 when absent.
    pub frames: u32,
    /// Bits Allocated (0028,0100).
    pub bits_allocated: u16,
    /// Bits Stored (0028,0101).
    pub bits_stored: u16,
    /// High Bit (0028,0102).
    pub high_bit: u16,
    /// Pixel Representation (0028,0103): 0 unsigned, 1 two's complement.
    pub pixel_representation: u16,
    /// How a pixel of a decoded frame is held; absent where no frame can be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pixel_format: Option<PixelFormat>,
    /// Stored values in this closed range are padding: Pixel Padding Value (0028,0120) and Range Limit (0028,0121).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pixel_padding: Option<(i64, i64)>,
    /// Instance Number (0020,0013).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_number: Option<i64>,
    /// Image Position (Patient) (0020,0032), mm, centre of the first pixel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_position_patient: Option<[f64; 3]>,
    /// Image Orientation (Patient) (0020,0037), direction cosines of a row and of a column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_orientation_patient: Option<[f64; 6]>,
    /// Distance between rows, and between columns, in mm; absent when zero or missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spacing_mm: Option<[f64; 2]>,
    /// Where `spacing_mm` comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spacing_source: Option<SpacingSource>,
    /// What else is said of the size of pixels.
    #[serde(skip_serializing_if = "PixelScale::is_empty")]
    pub pixel_scale: PixelScale,
    /// Slice Thickness (0018,0050), mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_thickness_mm: Option<f64>,
    /// What tells the object, or its first frame, from others at the same place.
    #[serde(skip_serializing_if = "Marks::is_empty")]
    pub marks: Marks,
    /// One a frame, where frames are at places of their own; positions, orientation and so on above are the first one's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub planes: Vec<FramePlane>,
    /// The windows of the object, of its first frame where frames differ.
    pub windows: Vec<Window>,
    /// The VOI LUTs of the object (0028,3010).
    pub voi_luts: Vec<VoiLut>,
    /// Rescale Slope (0028,1053), 1 when absent.
    pub rescale_slope: f64,
    /// Rescale Intercept (0028,1052), 0 when absent.
    pub rescale_intercept: f64,
    /// Rescale Type (0028,1054), or Modality LUT Type (0028,3004).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescale_type: Option<String>,
    /// Whether slope and intercept are both given, or a Modality LUT: else values are in no known unit.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_rescale: bool,
    /// Units (0054,1001) of PET and nuclear medicine, as in `BQML`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<String>,
    /// How long a frame is to be seen, ms: from Recommended Display Frame Rate (0008,2144), else Frame Time (0018,1063), else from
    /// Cine Rate (0018,0040), else the first time between frames of Frame Time Vector (0018,1065).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_time_ms: Option<f64>,
    /// Standardised uptake value; PET only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suv: Option<Suv>,
    /// Who.
    pub patient: Patient,
    /// Which study.
    pub study: Study,
    /// Which series.
    pub series: Series,
    /// Institution Name (0008,0080).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub institution: Option<String>,
}

impl fmt::Debug for InstanceInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InstanceInfo")
            .field("transfer_syntax_uid", &self.transfer_syntax_uid)
            .field("photometric_interpretation", &self.photometric_interpretation)
            .field("rows", &self.rows)
            .field("columns", &self.columns)
            .field("frames", &self.frames)
            .field("bits_allocated", &self.bits_allocated)
            .field("bits_stored", &self.bits_stored)
            .finish_non_exhaustive()
    }
}

/// Which attribute gave the spacing. They mean different things: at the patient, or at the detector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpacingSource {
    /// Pixel Spacing (0028,0030), of the object or of its Pixel Measures.
    PixelSpacing,
    /// Imager Pixel Spacing (0018,1164).
    ImagerPixelSpacing,
    /// Object Pixel Spacing in Center of Beam (0018,9404).
    ObjectPixelSpacingInCenterOfBeam,
}

/// A window that the object carries (PS3.3 C.11.2.1.2).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Window {
    /// Window Center (0028,1050).
    pub center: f64,
    /// Window Width (0028,1051).
    pub width: f64,
    /// VOI LUT Function (0028,1056), LINEAR when absent or unknown.
    #[serde(serialize_with = "function_name")]
    pub function: VoiFunction,
    /// Window Center & Width Explanation (0028,1055).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

impl Window {
    /// The window as the grey pipeline takes it.
    pub const fn voi(&self) -> Voi {
        Voi {
            center: self.center,
            width: self.width,
            function: self.function,
        }
    }
}

/// How values become standardised uptake values by body weight, in g/ml: QIBA's vendor-neutral calculation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Suv {
    /// SUV = factor * (value after rescale).
    Factor {
        /// In g/ml for each unit after rescale.
        factor: f64,
        /// What it comes from.
        method: SuvMethod,
    },
    /// It cannot be computed.
    Reason {
        /// Why: the attribute that is missing or does not fit.
        reason: String,
    },
}

/// What an SUV factor comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SuvMethod {
    /// Values in Bq/ml, the patient's weight, and the dose decayed to the time of the values.
    Bqml,
    /// Values are g/ml by body weight already.
    Gml,
    /// Counts, and Philips' own factor (7053,xx00).
    PhilipsSuvFactor,
    /// Counts, made Bq/ml by Philips' own factor (7053,xx09).
    PhilipsActivityFactor,
}

/// A VOI LUT that the object carries (PS3.3 C.11.2), described.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoiLut {
    /// LUT Explanation (0028,3003).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

fn function_name<S: Serializer>(function: &VoiFunction, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(function.as_str())
}

/// Patient module (PS3.3 C.7.1.1). `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Patient {
    /// Patient's Name (0010,0010), all component groups as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Patient ID (0010,0020).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Patient's Birth Date (0010,0030), YYYYMMDD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Patient's Sex (0010,0040).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
}

/// General Study module (PS3.3 C.7.2.1). `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Study {
    /// Study Date (0008,0020), YYYYMMDD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Study Time (0008,0030), HHMMSS.FFFFFF.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Study Description (0008,1030).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Accession Number (0008,0050).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accession_number: Option<String>,
    /// Study ID (0020,0010).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// General Series module (PS3.3 C.7.3.1). `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    /// Series Number (0020,0011).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Series Description (0008,103E).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Body Part Examined (0018,0015).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_part: Option<String>,
}

macro_rules! debug_without_patient_data {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

debug_without_patient_data!(Patient, Study, Series);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_camel_case_and_leaves_out_what_is_absent() {
        let info = InstanceInfo {
            spacing_mm: Some([0.5, 0.25]),
            spacing_source: Some(SpacingSource::ImagerPixelSpacing),
            windows: vec![Window {
                center: 40.0,
                width: 400.0,
                function: VoiFunction::LinearExact,
                explanation: None,
            }],
            patient: Patient {
                name: Some("Doe^Jane".to_owned()),
                ..Patient::default()
            },
            ..InstanceInfo::default()
        };
        let json = serde_json::to_value(&info).expect("plain data");
        assert_eq!(json["spacingMm"], serde_json::json!([0.5, 0.25]));
        assert_eq!(json["spacingSource"], "ImagerPixelSpacing");
        assert_eq!(
            json["windows"],
            serde_json::json!([{"center": 40.0, "width": 400.0, "function": "LINEAR_EXACT"}])
        );
        assert_eq!(json["patient"], serde_json::json!({"name": "Doe^Jane"}));
        assert!(!json.to_string().contains("null"));
    }

    #[test]
    fn debug_shows_no_patient_data() {
        let info = InstanceInfo {
            patient: Patient {
                name: Some("Doe^Jane".to_owned()),
                id: Some("4711".to_owned()),
                ..Patient::default()
            },
            study: Study {
                description: Some("Doe".to_owned()),
                ..Study::default()
            },
            ..InstanceInfo::default()
        };
        for text in [
            format!("{info:?}"),
            format!("{:?}{:?}{:?}", info.patient, info.study, info.series),
        ] {
            assert!(!text.contains("Doe") && !text.contains("4711"), "{text}");
        }
    }
}
