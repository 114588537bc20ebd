//! What may differ from frame to frame: window, rescale and spacing, from the object, its Shared and its
//! Per-Frame Functional Groups (PS3.3 C.7.6.16). The nearest to the frame wins.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{Limits, dataset::DataSet, shutter::Shutter, text::CharacterSet};
use crate::{
    Result,
    lut::VoiFunction,
    metadata::{SpacingSource, Window},
};

/// Each frame may have windows of its own; no object offers more to choose from.
const MOST_WINDOWS: usize = 64;

/// How stored values of a frame become grey, and how large its pixels are.
#[derive(Debug, Clone)]
pub(crate) struct FrameParameters {
    pub(crate) windows: Vec<Window>,
    pub(crate) slope: f64,
    pub(crate) intercept: f64,
    /// Whether slope and intercept are both given, not only taken to be 1 and 0.
    pub(crate) has_rescale: bool,
    pub(crate) rescale_type: Option<String>,
    /// Distance between rows, and between columns, in mm, with its source.
    pub(crate) spacing_mm: Option<([f64; 2], SpacingSource)>,
    pub(crate) position: Option<[f64; 3]>,
    pub(crate) orientation: Option<[f64; 6]>,
    pub(crate) thickness_mm: Option<f64>,
    pub(crate) shutter: Option<Shutter>,
}

impl FrameParameters {
    /// What the object says at its top level and in its Shared Functional Groups.
    ///
    /// # Errors
    /// Those of a broken sequence.
    pub(crate) fn of_object(dataset: &DataSet<'_>, charset: &CharacterSet, limits: &Limits) -> Result<Self> {
        let mut parameters = Self {
            windows: Vec::new(),
            slope: 1.0,
            intercept: 0.0,
            has_rescale: false,
            rescale_type: None,
            spacing_mm: None,
            position: None,
            orientation: None,
            thickness_mm: None,
            shutter: None,
        };
        for read in [
            Self::read_detector,
            Self::read_voi,
            Self::read_rescale,
            Self::read_measures,
            Self::read_plane,
            Self::read_shutter,
        ] {
            read(&mut parameters, dataset, charset);
        }
        if let Some(shared) = dataset.first_item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, limits)? {
            parameters.read_groups(&shared, charset, limits)?;
        }
        Ok(parameters)
    }

    /// The same with what the functional groups of one frame say instead.
    ///
    /// # Errors
    /// Those of a broken sequence.
    pub(crate) fn of_frame(
        &self,
        groups: &DataSet<'_>,
        charset: &CharacterSet,
        limits: &Limits,
    ) -> Result<Self> {
        let mut parameters = self.clone();
        parameters.read_groups(groups, charset, limits)?;
        Ok(parameters)
    }

    fn read_groups(&mut self, groups: &DataSet<'_>, charset: &CharacterSet, limits: &Limits) -> Result<()> {
        type Read = fn(&mut FrameParameters, &DataSet<'_>, &CharacterSet);
        let macros: [(Tag, Read); 8] = [
            (tags::FRAME_VOILUT_SEQUENCE, Self::read_voi),
            (tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, Self::read_rescale),
            (tags::FRAME_PIXEL_DATA_PROPERTIES_SEQUENCE, Self::read_detector),
            (tags::PROJECTION_PIXEL_CALIBRATION_SEQUENCE, Self::read_beam),
            (tags::PIXEL_MEASURES_SEQUENCE, Self::read_measures),
            (tags::PLANE_POSITION_SEQUENCE, Self::read_plane),
            (tags::PLANE_ORIENTATION_SEQUENCE, Self::read_plane),
            (tags::FRAME_DISPLAY_SHUTTER_SEQUENCE, Self::read_shutter),
        ];
        for (tag, read) in macros {
            if let Some(item) = groups.first_item(tag, limits)? {
                read(self, &item, charset);
            }
        }
        Ok(())
    }

    /// VOI LUT (C.11.2). `VOILUTFunction` is a single string, whatever the number of windows.
    fn read_voi(&mut self, dataset: &DataSet<'_>, charset: &CharacterSet) {
        let centers = dataset.f64s(tags::WINDOW_CENTER);
        let widths = dataset.f64s(tags::WINDOW_WIDTH);
        let function = dataset.first_code(tags::VOILUT_FUNCTION);
        let function = function
            .and_then(|name| VoiFunction::from_name(&name))
            .unwrap_or_default();
        let explanations = dataset
            .text(tags::WINDOW_CENTER_WIDTH_EXPLANATION, charset)
            .unwrap_or_default();
        let mut explanations = explanations.split('\\').map(str::trim);
        let windows: Vec<Window> = centers
            .into_iter()
            .zip(widths)
            .map(|(center, width)| Window {
                center,
                width,
                function,
                explanation: explanations
                    .next()
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned),
            })
            .filter(|window| window.voi().check().is_ok())
            .take(MOST_WINDOWS)
            .collect();
        if !windows.is_empty() {
            self.windows = windows;
        }
    }

    /// Modality LUT by slope and intercept (C.11.1). A slope of 0 would blank the picture: it is read as 1.
    fn read_rescale(&mut self, dataset: &DataSet<'_>, charset: &CharacterSet) {
        if let Some(slope) = dataset.f64(tags::RESCALE_SLOPE).filter(|slope| slope.abs() > 0.0) {
            self.slope = slope;
        }
        if let Some(intercept) = dataset.f64(tags::RESCALE_INTERCEPT) {
            self.intercept = intercept;
            self.has_rescale = dataset.f64(tags::RESCALE_SLOPE).is_some();
        }
        if let Some(rescale_type) = dataset.text(tags::RESCALE_TYPE, charset) {
            self.rescale_type = Some(rescale_type);
        }
    }

    fn read_detector(&mut self, dataset: &DataSet<'_>, _charset: &CharacterSet) {
        let is_known = matches!(self.spacing_mm, Some((_, SpacingSource::PixelSpacing)));
        if let Some(mm) = spacing(dataset, tags::IMAGER_PIXEL_SPACING).filter(|_| !is_known) {
            self.spacing_mm = Some((mm, SpacingSource::ImagerPixelSpacing));
        }
    }

    /// X-Ray Projection Pixel Calibration (C.8.19.6.9): two single-precision numbers.
    fn read_beam(&mut self, dataset: &DataSet<'_>, _charset: &CharacterSet) {
        let number = |number| dataset.nth_float(tags::OBJECT_PIXEL_SPACING_IN_CENTER_OF_BEAM, number);
        if let (Some(row), Some(column)) = (number(0), number(1))
            && [row, column].iter().all(|mm| mm.is_finite() && *mm > 0.0)
        {
            let source = SpacingSource::ObjectPixelSpacingInCenterOfBeam;
            self.spacing_mm = Some(([row, column], source));
        }
    }

    fn read_measures(&mut self, dataset: &DataSet<'_>, _charset: &CharacterSet) {
        if let Some(mm) = spacing(dataset, tags::PIXEL_SPACING) {
            self.spacing_mm = Some((mm, SpacingSource::PixelSpacing));
        }
        if let Some(thickness) = dataset.f64(tags::SLICE_THICKNESS) {
            self.thickness_mm = Some(thickness);
        }
    }

    fn read_shutter(&mut self, dataset: &DataSet<'_>, _charset: &CharacterSet) {
        if let Some(shutter) = Shutter::read(dataset) {
            self.shutter = Some(shutter);
        }
    }

    fn read_plane(&mut self, dataset: &DataSet<'_>, _charset: &CharacterSet) {
        if let Ok(position) = dataset.f64s(tags::IMAGE_POSITION_PATIENT).try_into() {
            self.position = Some(position);
        }
        if let Ok(orientation) = dataset.f64s(tags::IMAGE_ORIENTATION_PATIENT).try_into() {
            self.orientation = Some(orientation);
        }
    }
}

/// Two distances, both more than zero.
pub(super) fn spacing(dataset: &DataSet<'_>, tag: Tag) -> Option<[f64; 2]> {
    match dataset.f64s(tag).as_slice() {
        &[row, column] if row > 0.0 && column > 0.0 => Some([row, column]),
        _ => None,
    }
}
