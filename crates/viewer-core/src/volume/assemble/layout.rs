//! A volume before its voxels.

use glam::DVec3;
use serde::Serialize;

use super::super::{Geometry, SliceSpec, VolumeSpec};
use crate::{FrameSpec, PixelFormat};

/// Which frame fills a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Source {
    /// The caller's name for the object.
    pub object: u32,
    /// Which of its frames, from 0.
    pub frame: u32,
}

/// A volume as it is known from the heads of its slices.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Layout {
    /// `axial`, `coronal` or `sagittal` within 20 degrees, else `oblique`.
    pub plane: &'static str,
    /// What tells it from other volumes at the same place, as in `EchoTime 4.6 ms`; empty where it is alone.
    pub label: String,
    /// `[slices, rows, columns]`, each at least 1.
    pub size: [u32; 3],
    /// How a voxel is held: a grey format of 8 or 16 bits.
    pub format: PixelFormat,
    /// Where the voxels are.
    pub geometry: Geometry,
    /// One for each slice.
    pub slices: Vec<SliceSpec>,
    /// Which frame each slice is.
    pub sources: Vec<Source>,
    /// Stored values in this closed range are padding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub padding: Option<(i64, i64)>,
    /// Frame of Reference UID (0020,0052).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_of_reference_uid: Option<String>,
    /// How the step from slice to slice leans from the normal, degrees; 0 where slices lie behind one another.
    pub tilt_deg: f64,
}

impl Layout {
    /// The description of the volume, shown as `shown` is, one of its frames.
    pub fn spec(&self, shown: &FrameSpec) -> VolumeSpec {
        VolumeSpec {
            size: self.size,
            format: self.format,
            geometry: self.geometry,
            slices: self.slices.clone(),
            padding: self.padding,
            inverted: shown.inverted,
            voi: shown.voi,
            luts: shown.luts.clone(),
            reduction: [1; 3],
        }
    }
}

/// The plane of that unit normal.
pub(super) fn plane_name(normal: DVec3) -> &'static str {
    const WITHIN_20_DEGREES: f64 = 0.939_692_620_785_908_4;
    let [x, y, z] = normal.abs().to_array();
    let names = [(x, "sagittal"), (y, "coronal"), (z, "axial")];
    let found = names.into_iter().find(|(part, _)| *part >= WITHIN_20_DEGREES);
    found.map_or("oblique", |(_, name)| name)
}
