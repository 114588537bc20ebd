//! What a step from pixel to pixel is, by the rules of the standard (PS3.3 10.7.1, C.8.5.5, C.8.11.7), or by a person.

use std::borrow::Cow;

use serde::Serialize;

use super::{
    Facts, planar,
    ultrasound::{Axes, Found, RegionScale},
};
use crate::{
    Error, ErrorKind, Result,
    metadata::{PixelScale, SpacingSource},
    space::ImagePoint,
};

/// Millimetres, of UCUM.
pub(super) const MM: &str = "mm";
/// Pixels, of UCUM: in widths of a pixel, where a pixel is not square.
pub(super) const PIXELS: &str = "{pixels}";
/// Modalities that project: what is nearer to the source is larger.
const PROJECTIONS: [&str; 9] = ["CR", "DX", "MG", "IO", "PX", "XA", "RF", "RG", "RTIMAGE"];
/// Spacings that differ by less than this share are equal: they are written as decimal strings.
const EQUAL: f64 = 1e-6;

/// What one step down a column and one along a row is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scale {
    /// Distance between rows, and between columns, in the unit.
    pub spacing: [f64; 2],
    /// `mm` or `{pixels}`.
    pub unit: &'static str,
    /// What says so: an attribute by its keyword, `user`, or `none`.
    pub source: Cow<'static, str>,
    /// What a reader of a length must know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Cow<'static, str>>,
}

impl Scale {
    pub(super) fn mm(spacing: [f64; 2], source: impl Into<Cow<'static, str>>) -> Self {
        Self {
            spacing,
            unit: MM,
            source: source.into(),
            note: None,
        }
    }

    fn noted(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Pixels, of the shape that the object says.
    pub(super) fn pixels(scale: &PixelScale) -> Self {
        let pixels = |spacing, source| Self {
            spacing,
            unit: PIXELS,
            source: Cow::Borrowed(source),
            note: None,
        };
        match scale.aspect_ratio {
            Some([height, width]) if !is_equal(height, width) => {
                pixels([height / width, 1.0], "PixelAspectRatio").noted("in widths of a pixel")
            }
            _ => pixels([1.0, 1.0], "none"),
        }
    }

    /// Of the whole frame, ultrasound regions apart.
    fn of(facts: &Facts) -> Self {
        let PixelScale {
            imager_spacing_mm,
            scanned_spacing_mm,
            magnification,
            ..
        } = facts.pixel_scale;
        match (facts.spacing_mm, facts.spacing_source) {
            (Some(mm), Some(SpacingSource::PixelSpacing)) => pixel_spacing(mm, facts),
            (Some(mm), Some(SpacingSource::ObjectPixelSpacingInCenterOfBeam)) => {
                Self::mm(mm, "ObjectPixelSpacingInCenterOfBeam")
                    .noted("in the centre of the beam: right at one depth")
            }
            (Some(mm), Some(SpacingSource::ImagerPixelSpacing)) => {
                at_detector(mm, "ImagerPixelSpacing", facts, magnification)
            }
            _ => match (imager_spacing_mm, scanned_spacing_mm) {
                (Some(mm), _) => at_detector(mm, "ImagerPixelSpacing", facts, magnification),
                (None, Some(mm)) => {
                    Self::mm(mm, "NominalScannedPixelSpacing").noted("on the film that was scanned")
                }
                (None, None) => Self::pixels(&facts.pixel_scale),
            },
        }
    }
}

/// What Pixel Spacing means depends on what stands beside it (10.7.1.1, 10.7.1.2).
fn pixel_spacing(mm: [f64; 2], facts: &Facts) -> Scale {
    let PixelScale {
        imager_spacing_mm,
        scanned_spacing_mm,
        calibration_type,
        magnification,
        ..
    } = &facts.pixel_scale;
    let is_projection = imager_spacing_mm.is_some()
        || facts
            .modality
            .as_deref()
            .is_some_and(|modality| PROJECTIONS.contains(&modality));
    let scale = Scale::mm(mm, "PixelSpacing");
    match calibration_type.as_deref() {
        Some("FIDUCIAL") => {
            return scale.noted("calibrated by an object of known size (FIDUCIAL): right at its depth");
        }
        Some("GEOMETRY") => {
            return scale.noted("corrected for the assumed magnification (GEOMETRY): right at one depth");
        }
        _ => {}
    }
    match (imager_spacing_mm, scanned_spacing_mm) {
        (Some(imager), _) if are_equal(mm, *imager) => at_detector(mm, "PixelSpacing", facts, *magnification),
        (None, Some(scanned)) if are_equal(mm, *scanned) => scale.noted("on the film that was scanned"),
        (Some(_), _) | (None, Some(_)) => {
            scale.noted("corrected or calibrated, it is not said how: right at one depth")
        }
        (None, None) if is_projection => {
            scale.noted("a projection: it is not said whether magnification is corrected")
        }
        (None, None) if is_localizer(facts) => scale.noted("a projection: right at the isocentre"),
        (None, None) => scale,
    }
}

/// A spacing at the detector. Of mammograms it is divided by the magnification that they state, as the display of IHE's
/// Mammography Image profile does; for other projections nobody says that the factor is that of what is measured.
fn at_detector(mm: [f64; 2], source: &'static str, facts: &Facts, magnification: Option<f64>) -> Scale {
    let factor = magnification.filter(|factor| *factor >= 1.0);
    match (facts.modality.as_deref(), factor) {
        (Some("MG"), Some(factor)) => Scale::mm(
            mm.map(|mm| mm / factor),
            format!("{source}, EstimatedRadiographicMagnificationFactor"),
        )
        .noted("divided by the estimated magnification: right at one depth"),
        (_, Some(_)) => Scale::mm(mm, source).noted(
            "at the detector: not corrected for magnification (EstimatedRadiographicMagnificationFactor is not applied)",
        ),
        (_, None) => Scale::mm(mm, source).noted("at the detector: not corrected for magnification"),
    }
}

fn is_localizer(facts: &Facts) -> bool {
    let terms = facts.image_type.as_deref().unwrap_or_default();
    facts.modality.as_deref() == Some("CT") && terms.split('\\').any(|term| term.trim() == "LOCALIZER")
}

fn are_equal([a, b]: [f64; 2], [c, d]: [f64; 2]) -> bool {
    is_equal(a, c) && is_equal(b, d)
}

fn is_equal(a: f64, b: f64) -> bool {
    (a - b).abs() <= EQUAL * a.abs()
}

/// The scale of a frame, and those of its ultrasound regions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Outside of regions; of the whole frame where there are none.
    pub scale: Scale,
    /// Ultrasound regions.
    pub regions: Vec<RegionScale>,
}

/// What holds at some points.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place<'c> {
    /// A plane, which lengths, angles and areas exist in.
    Plane(Cow<'c, Scale>),
    /// Two axes that do not mix, such as time and velocity.
    Axes(&'c Axes),
}

impl Calibration {
    /// What the object says.
    pub fn of(facts: &Facts) -> Self {
        let regions: Vec<_> = facts
            .pixel_scale
            .regions
            .iter()
            .filter_map(RegionScale::of)
            .collect();
        let scale = if regions.is_empty() {
            Scale::of(facts)
        } else {
            // What is outside of the regions of an ultrasound picture is no picture of the patient.
            Scale::pixels(&facts.pixel_scale).noted("outside of one ultrasound region")
        };
        Self { scale, regions }
    }

    /// The same with a length that a person knows: `mm` between two points. It holds for the whole frame, but for regions
    /// that are no picture of space.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the points are one, or a number is not finite or not positive.
    pub fn with_known(&self, from: ImagePoint, to: ImagePoint, mm: f64) -> Result<Self> {
        let spacing = match self.at(&[from, to]) {
            Place::Plane(scale) => scale.spacing,
            Place::Axes(_) => [1.0, 1.0],
        };
        let length = planar::distance(from, to, spacing);
        let factor = mm / length;
        let is_sound = mm.is_finite() && mm > 0.0 && length > 0.0 && factor.is_finite() && factor > 0.0;
        if !is_sound {
            return Err(Error::new(
                ErrorKind::Malformed,
                "a known length needs two points that are apart, and millimetres above zero",
            ));
        }
        Ok(Self {
            scale: Scale::mm(spacing.map(|step| step * factor), "user"),
            regions: self
                .regions
                .iter()
                .filter(|region| !region.is_spatial())
                .cloned()
                .collect(),
        })
    }

    /// What holds where all of these points are.
    pub(super) fn at(&self, points: &[ImagePoint]) -> Place<'_> {
        match super::ultrasound::at(&self.regions, points) {
            Found::Space(scale) => Place::Plane(Cow::Owned(scale)),
            Found::Axes(axes) => Place::Axes(axes),
            Found::Nothing => Place::Plane(Cow::Borrowed(&self.scale)),
        }
    }
}
