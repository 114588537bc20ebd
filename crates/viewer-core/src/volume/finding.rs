//! What assembly found that somebody should know.

use serde::{Serialize, Serializer};

/// What was found, from the one list that Rust, TypeScript and `noctis-probe` share.
///
/// The text form ([`FindingKind::as_str`]) is part of the public interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// Images are in no volume: colour.
    Color,
    /// Images are in no volume: more than 16 bits, or not displayed at all.
    Format,
    /// Images are in no volume: no usable position or orientation.
    NoPosition,
    /// Images are in no volume: no usable Pixel Spacing.
    NoSpacing,
    /// Images are in no volume: all of them are at one place.
    OnePlace,
    /// Images are in no volume: their positions follow no line.
    Scattered,
    /// Images are in no volume: a stated limit would be exceeded.
    Limit,
    /// Several volumes, of different frames of reference, sizes, spacings, formats, orientations or stacks.
    Mixed,
    /// Several volumes, beside one another in the same planes.
    Beside,
    /// Several volumes, at one place: temporal positions, echoes and so on.
    SeveralAtOnePlace,
    /// The same place twice: one image is taken.
    Duplicates,
    /// Slices are missing.
    Gap,
    /// Slices are not evenly apart.
    Irregular,
    /// The volume is sheared, as by a tilted gantry.
    Tilted,
    /// Positions or directions are not quite on their line.
    Jitter,
    /// One slice only.
    SingleSlice,
    /// Slices are rescaled differently.
    Rescales,
    /// Slices have different padding values.
    Padding,
    /// Voxels stand for several of the objects'.
    Reduced,
}

impl FindingKind {
    /// The stable name, as in `"no-position"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Color => "color",
            Self::Format => "format",
            Self::NoPosition => "no-position",
            Self::NoSpacing => "no-spacing",
            Self::OnePlace => "one-place",
            Self::Scattered => "scattered",
            Self::Limit => "limit",
            Self::Mixed => "mixed",
            Self::Beside => "beside",
            Self::SeveralAtOnePlace => "several-at-one-place",
            Self::Duplicates => "duplicates",
            Self::Gap => "gap",
            Self::Irregular => "irregular",
            Self::Tilted => "tilted",
            Self::Jitter => "jitter",
            Self::SingleSlice => "single-slice",
            Self::Rescales => "rescales",
            Self::Padding => "padding",
            Self::Reduced => "reduced",
        }
    }
}

impl Serialize for FindingKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A finding in words; never patient data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What was found.
    pub kind: FindingKind,
    /// What it is, with its numbers, and what was done about it.
    pub message: String,
    /// Which of the volumes it concerns; absent for the series and for images in no volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<u32>,
    /// How many images are in no volume because of it.
    pub left_out: u32,
}

impl Finding {
    /// Of the series.
    pub(crate) fn new(kind: FindingKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            volume: None,
            left_out: 0,
        }
    }

    /// The same, which keeps so many images out of every volume.
    pub(crate) fn leaving_out(mut self, images: usize) -> Self {
        self.left_out = u32::try_from(images).unwrap_or(u32::MAX);
        self
    }
}
