//! Where the frames of an object are, and what tells frames at one place apart.

use serde::{Serialize, Serializer, ser::SerializeMap as _};

/// An attribute that tells images at one place apart. The order is that in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MarkKey {
    /// Stack ID (0020,9056): frames that belong together (PS3.3 C.7.6.16.2.2).
    StackId,
    /// Temporal Position Identifier (0020,0100) or Temporal Position Index (0020,9128).
    TemporalPosition,
    /// Echo Number(s) (0018,0086).
    EchoNumber,
    /// Diffusion b-value (0018,9087), s/mm2.
    BValue,
    /// Diffusion Gradient Orientation (0018,9089).
    GradientOrientation,
    /// Echo Time (0018,0081) or Effective Echo Time (0018,9082), ms.
    EchoTime,
    /// Inversion Time (0018,0082) or Inversion Times (0018,9079), ms.
    InversionTime,
    /// Flip Angle (0018,1314), degrees.
    FlipAngle,
    /// Image Type (0008,0008) or Frame Type (0008,9007): magnitude and phase, water and fat.
    ImageType,
    /// Acquisition Number (0020,0012).
    AcquisitionNumber,
    /// Trigger Time (0018,1060) or Nominal Cardiac Trigger Delay Time (0020,9153), ms.
    TriggerTime,
    /// Acquisition Time (0008,0032), the time of Frame Acquisition `DateTime` (0018,9074).
    AcquisitionTime,
}

impl MarkKey {
    /// Every key, in order.
    pub const ALL: [Self; 12] = [
        Self::StackId,
        Self::TemporalPosition,
        Self::EchoNumber,
        Self::BValue,
        Self::GradientOrientation,
        Self::EchoTime,
        Self::InversionTime,
        Self::FlipAngle,
        Self::ImageType,
        Self::AcquisitionNumber,
        Self::TriggerTime,
        Self::AcquisitionTime,
    ];

    /// The name that crosses the JavaScript boundary, as in `"EchoTime"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StackId => "StackID",
            Self::TemporalPosition => "TemporalPosition",
            Self::EchoNumber => "EchoNumber",
            Self::BValue => "DiffusionBValue",
            Self::GradientOrientation => "DiffusionGradientOrientation",
            Self::EchoTime => "EchoTime",
            Self::InversionTime => "InversionTime",
            Self::FlipAngle => "FlipAngle",
            Self::ImageType => "ImageType",
            Self::AcquisitionNumber => "AcquisitionNumber",
            Self::TriggerTime => "TriggerTime",
            Self::AcquisitionTime => "AcquisitionTime",
        }
    }

    /// The key of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == name)
    }
}

/// What an object or frame says of each [`MarkKey`], as it is written; ascending by key. `Debug` shows the keys only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Marks(Vec<(MarkKey, String)>);

impl Marks {
    /// Notes a value in place of an earlier one.
    pub fn set(&mut self, key: MarkKey, value: String) {
        match self.0.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(found) => {
                if let Some((_, text)) = self.0.get_mut(found) {
                    *text = value;
                }
            }
            Err(place) => self.0.insert(place, (key, value)),
        }
    }

    /// The value of `key`.
    pub fn get(&self, key: MarkKey) -> Option<&str> {
        let found = self.0.binary_search_by_key(&key, |(key, _)| *key).ok()?;
        self.0.get(found).map(|(_, value)| value.as_str())
    }

    /// Whether nothing is said.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(key, _)| key)).finish()
    }
}

impl Serialize for Marks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key.as_str(), value)?;
        }
        map.end()
    }
}

/// What one frame says of itself; what is absent is as the object says, but for the position.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FramePlane {
    /// Image Position (Patient) (0020,0032), mm; a frame without one has no place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_position_patient: Option<[f64; 3]>,
    /// Image Orientation (Patient) (0020,0037).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_orientation_patient: Option<[f64; 6]>,
    /// Pixel Spacing (0028,0030), mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spacing_mm: Option<[f64; 2]>,
    /// Slice Thickness (0018,0050), mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_thickness_mm: Option<f64>,
    /// Rescale Slope (0028,1053).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescale_slope: Option<f64>,
    /// Rescale Intercept (0028,1052).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescale_intercept: Option<f64>,
    /// What tells it from other frames at its place, all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marks: Option<Marks>,
}
