//! What an object says of the size of its pixels, beside the spacing: what measures need to know to be right, or to refuse.

use serde::{Deserialize, Serialize};

/// Attributes about the size of pixels (PS3.3 10.7, C.8.5.5, C.8.11). Distances are `[between rows, between columns]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PixelScale {
    /// Imager Pixel Spacing (0018,1164), mm at the detector; also where Pixel Spacing is given as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imager_spacing_mm: Option<[f64; 2]>,
    /// Nominal Scanned Pixel Spacing (0018,2010), mm on the film.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned_spacing_mm: Option<[f64; 2]>,
    /// Pixel Spacing Calibration Type (0028,0A02): `GEOMETRY` or `FIDUCIAL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration_type: Option<String>,
    /// Estimated Radiographic Magnification Factor (0018,1114).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub magnification: Option<f64>,
    /// Pixel Aspect Ratio (0028,0034): height and width of a pixel, in no unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<[f64; 2]>,
    /// Sequence of Ultrasound Regions (0018,6011).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<UltrasoundRegion>,
}

impl PixelScale {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Part of an ultrasound picture that has scales of its own (PS3.3 C.8.5.5). Pairs are `[x, y]`: along a row, down a column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UltrasoundRegion {
    /// Left, top, right and bottom pixel, all within (0018,6018 to 601E).
    pub bounds: [u32; 4],
    /// Region Flags (0018,6016).
    pub flags: u32,
    /// Physical Units X and Y Direction (0018,6024, 6026), by their codes.
    pub units: [u16; 2],
    /// Physical Delta X and Y (0018,602C, 602E): units a pixel.
    pub deltas: [f64; 2],
    /// Reference Pixel X0 and Y0 (0018,6020, 6022), from the left top pixel of the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<[i32; 2]>,
    /// Reference Pixel Physical Value X and Y (0018,6028, 602A); 0 when absent.
    pub reference_values: [f64; 2],
}
