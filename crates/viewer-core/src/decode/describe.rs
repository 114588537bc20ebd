//! [`InstanceInfo`] from the data set.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{
    dataset::DataSet, display::Presentation, groups::FrameParameters, layout::Layout, suv, text::CharacterSet,
};
use crate::metadata::{InstanceInfo, Marks, Patient, PixelScale, Series, Study};

/// All that the object says about itself; `first` holds what its first frame says.
pub(crate) fn describe(
    dataset: &DataSet<'_>,
    charset: &CharacterSet,
    transfer_syntax_uid: String,
    layout: &Layout,
    first: FrameParameters,
    presentation: &Presentation,
) -> InstanceInfo {
    let code = |tag: Tag| dataset.first_code(tag);
    let text = |tag: Tag| dataset.text(tag, charset);
    let uid = |tag: Tag| code(tag).unwrap_or_default();
    InstanceInfo {
        sop_instance_uid: uid(tags::SOP_INSTANCE_UID),
        sop_class_uid: uid(tags::SOP_CLASS_UID),
        study_instance_uid: uid(tags::STUDY_INSTANCE_UID),
        series_instance_uid: uid(tags::SERIES_INSTANCE_UID),
        frame_of_reference_uid: code(tags::FRAME_OF_REFERENCE_UID),
        modality: code(tags::MODALITY),
        transfer_syntax_uid,
        photometric_interpretation: layout.photometric_term.clone(),
        samples_per_pixel: layout.samples,
        rows: layout.rows,
        columns: layout.columns,
        frames: layout.frames,
        bits_allocated: layout.bits_allocated,
        bits_stored: layout.bits_stored,
        high_bit: layout.high_bit,
        pixel_representation: u16::from(layout.is_signed),
        pixel_format: presentation.format(layout),
        pixel_padding: presentation.padding(),
        instance_number: dataset.integer(tags::INSTANCE_NUMBER),
        image_position_patient: first.position,
        image_orientation_patient: first.orientation,
        spacing_mm: first.spacing_mm.map(|(mm, _)| mm),
        spacing_source: first.spacing_mm.map(|(_, source)| source),
        pixel_scale: PixelScale::default(),
        slice_thickness_mm: first.thickness_mm,
        marks: Marks::default(),
        planes: Vec::new(),
        windows: first.windows,
        voi_luts: presentation.voi_luts().to_vec(),
        rescale_slope: first.slope,
        rescale_intercept: first.intercept,
        rescale_type: presentation
            .modality_type()
            .map(str::to_owned)
            .or(first.rescale_type),
        has_rescale: first.has_rescale || presentation.modality_type().is_some(),
        units: code(tags::UNITS),
        frame_time_ms: frame_time_ms(dataset),
        suv: suv::read(dataset),
        patient: Patient {
            name: text(tags::PATIENT_NAME),
            id: text(tags::PATIENT_ID),
            birth_date: code(tags::PATIENT_BIRTH_DATE),
            sex: code(tags::PATIENT_SEX),
        },
        study: Study {
            date: code(tags::STUDY_DATE),
            time: code(tags::STUDY_TIME),
            description: text(tags::STUDY_DESCRIPTION),
            accession_number: text(tags::ACCESSION_NUMBER),
            id: text(tags::STUDY_ID),
        },
        series: Series {
            number: dataset.integer(tags::SERIES_NUMBER),
            description: text(tags::SERIES_DESCRIPTION),
            body_part: code(tags::BODY_PART_EXAMINED),
        },
        institution: text(tags::INSTITUTION_NAME),
    }
}

/// `FrameTime` in ms, unless `RecommendedDisplayFrameRate` says that it should be seen at another rate, else from `CineRate`,
/// else the first time between frames of `FrameTimeVector`.
fn frame_time_ms(dataset: &DataSet<'_>) -> Option<f64> {
    let is_positive = |number: &f64| *number > 0.0;
    let positive = |tag| dataset.f64(tag).filter(is_positive);
    let at_rate = |rate| 1000.0 / rate;
    let between = || {
        dataset
            .f64s(tags::FRAME_TIME_VECTOR)
            .get(1)
            .copied()
            .filter(is_positive)
    };
    positive(tags::RECOMMENDED_DISPLAY_FRAME_RATE)
        .map(at_rate)
        .or_else(|| positive(tags::FRAME_TIME))
        .or_else(|| positive(tags::CINE_RATE).map(at_rate))
        .or_else(between)
}
