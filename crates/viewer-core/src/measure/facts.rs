//! What an object says that measures depend on.

use serde::Deserialize;

use crate::metadata::{InstanceInfo, MarkKey, PixelScale, SpacingSource, Suv};

/// Part of what [`InstanceInfo`] says, for one frame. As JSON it has the same names.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Facts {
    /// Modality (0008,0060).
    pub modality: Option<String>,
    /// Image Type (0008,0008), as it is written.
    pub image_type: Option<String>,
    /// Distance between rows, and between columns, mm.
    pub spacing_mm: Option<[f64; 2]>,
    /// Where it comes from.
    pub spacing_source: Option<SpacingSource>,
    /// What else is said of the size of pixels.
    pub pixel_scale: PixelScale,
    /// Rescale Type (0028,1054) or Modality LUT Type (0028,3004).
    pub rescale_type: Option<String>,
    /// Whether there is a rescale or a Modality LUT.
    pub has_rescale: bool,
    /// Units (0054,1001).
    pub units: Option<String>,
    /// The factor to standardised uptake values.
    pub suv: Option<Suv>,
}

impl Facts {
    /// What an object says of one of its frames, from 0.
    pub fn of(info: &InstanceInfo, frame: u32) -> Self {
        let plane = info.planes.get(frame as usize);
        Self {
            modality: info.modality.clone(),
            image_type: info.marks.get(MarkKey::ImageType).map(str::to_owned),
            spacing_mm: plane.and_then(|plane| plane.spacing_mm).or(info.spacing_mm),
            spacing_source: info.spacing_source,
            pixel_scale: info.pixel_scale.clone(),
            rescale_type: info.rescale_type.clone(),
            has_rescale: info.has_rescale,
            units: info.units.clone(),
            suv: info.suv.clone(),
        }
    }
}
