//! Where each frame is, and what tells frames at one place apart (PS3.3 C.7.6.16.2, C.8.13.5, C.8.8.3).

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use glam::DVec3;

use super::{Limits, dataset::DataSet, display::Presentation, groups::FrameParameters, text::CharacterSet};
use crate::{
    Result,
    metadata::{FramePlane, InstanceInfo, MarkKey, Marks},
    words::fixed,
};

/// Objects of more frames than this give no places: none of them is a volume that a page could hold.
const MAX_PLANES: u32 = 1 << 16;

/// Fills in what tells the object or its first frame from others, and what each frame says, where frames have places of
/// their own. A frame whose groups are broken has no place: its pixels may be sound.
pub(crate) fn read(
    info: &mut InstanceInfo,
    dataset: &DataSet<'_>,
    presentation: &Presentation,
    limits: &Limits,
) {
    let mut shared = Marks::default();
    read_marks(&mut shared, dataset);
    if let Ok(Some(groups)) = dataset.first_item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, limits) {
        let _broken = read_groups(&mut shared, &groups, limits);
    }
    info.marks = shared.clone();
    if info.frames > MAX_PLANES {
        return;
    }
    if let Some(planes) = grid_planes(info, dataset) {
        info.planes = planes;
        return;
    }
    for index in 0..info.frames {
        match frame(dataset, presentation, index, &shared, limits) {
            Ok(None) => break,
            Ok(Some((parameters, marks))) => {
                if index == 0 {
                    info.marks = marks.clone();
                }
                info.planes.push(plane(info, &parameters, marks));
            }
            Err(_broken) => info.planes.push(FramePlane::default()),
        }
    }
    if info.frames == 1 {
        info.planes.clear();
    }
}

/// What the functional groups of a frame say; none where there are none.
///
/// # Errors
/// Those of a broken sequence.
fn frame(
    dataset: &DataSet<'_>,
    presentation: &Presentation,
    index: u32,
    shared: &Marks,
    limits: &Limits,
) -> Result<Option<(FrameParameters, Marks)>> {
    let Some(groups) = presentation.groups(dataset.bytes, index, limits)? else {
        return Ok(None);
    };
    let parameters = presentation.parameters(dataset.bytes, index, &CharacterSet::plain(), limits)?;
    let mut marks = shared.clone();
    read_groups(&mut marks, &groups, limits)?;
    Ok(Some((parameters.into_owned(), marks)))
}

fn plane(info: &InstanceInfo, frame: &FrameParameters, marks: Marks) -> FramePlane {
    FramePlane {
        image_position_patient: frame.position,
        image_orientation_patient: differing(frame.orientation, info.image_orientation_patient),
        spacing_mm: differing(frame.spacing_mm.map(|(mm, _)| mm), info.spacing_mm),
        slice_thickness_mm: differing(frame.thickness_mm, info.slice_thickness_mm),
        rescale_slope: differing(Some(frame.slope), Some(info.rescale_slope)),
        rescale_intercept: differing(Some(frame.intercept), Some(info.rescale_intercept)),
        marks: (marks != info.marks).then_some(marks),
    }
}

/// What is not as the object says.
fn differing<T: PartialEq + Copy>(frame: Option<T>, object: Option<T>) -> Option<T> {
    frame.filter(|_| frame != object)
}

/// Frames of a dose grid: along the normal by `GridFrameOffsetVector`, which begins with 0, or with the third of the
/// coordinates of the first frame, and then all are such coordinates (C.8.8.3.2).
fn grid_planes(info: &InstanceInfo, dataset: &DataSet<'_>) -> Option<Vec<FramePlane>> {
    let offsets = dataset.f64s(tags::GRID_FRAME_OFFSET_VECTOR);
    let first = *offsets.first()?;
    if offsets.len() != info.frames as usize || info.frames < 2 {
        return None;
    }
    let [a, b, c, d, e, f] = info.image_orientation_patient?;
    let normal = DVec3::new(a, b, c).cross(DVec3::new(d, e, f));
    let origin = DVec3::from_array(info.image_position_patient?);
    // coordinates are allowed for transverse grids only
    let normal = if first.abs() > 0.0 { DVec3::Z } else { normal };
    let place = |offset: f64| Some((origin + normal * (offset - first)).to_array());
    let planes = offsets.iter().map(|offset| FramePlane {
        image_position_patient: place(*offset),
        ..FramePlane::default()
    });
    Some(planes.collect())
}

/// Attributes of a data set that has them at its top level.
fn read_marks(marks: &mut Marks, dataset: &DataSet<'_>) {
    let written = [
        (MarkKey::StackId, tags::STACK_ID),
        (MarkKey::TemporalPosition, tags::TEMPORAL_POSITION_IDENTIFIER),
        (MarkKey::EchoNumber, tags::ECHO_NUMBERS),
        (MarkKey::EchoTime, tags::ECHO_TIME),
        (MarkKey::InversionTime, tags::INVERSION_TIME),
        (MarkKey::FlipAngle, tags::FLIP_ANGLE),
        (MarkKey::ImageType, tags::IMAGE_TYPE),
        (MarkKey::AcquisitionNumber, tags::ACQUISITION_NUMBER),
        (MarkKey::TriggerTime, tags::TRIGGER_TIME),
        (MarkKey::AcquisitionTime, tags::ACQUISITION_TIME),
    ];
    for (key, tag) in written {
        note(marks, key, dataset.code(tag));
    }
    note(marks, MarkKey::BValue, doubles(dataset, tags::DIFFUSION_B_VALUE));
    let direction = doubles(dataset, tags::DIFFUSION_GRADIENT_ORIENTATION);
    note(marks, MarkKey::GradientOrientation, direction);
}

/// Attributes of Functional Groups.
fn read_groups(marks: &mut Marks, groups: &DataSet<'_>, limits: &Limits) -> Result<()> {
    let content = groups.first_item(tags::FRAME_CONTENT_SEQUENCE, limits)?;
    if let Some(content) = content {
        note(marks, MarkKey::StackId, content.code(tags::STACK_ID));
        let index = content.long(tags::TEMPORAL_POSITION_INDEX);
        note(
            marks,
            MarkKey::TemporalPosition,
            index.map(|index| index.to_string()),
        );
        let number = content.word(tags::FRAME_ACQUISITION_NUMBER);
        note(
            marks,
            MarkKey::AcquisitionNumber,
            number.map(|number| number.to_string()),
        );
        let moment = content.code(tags::FRAME_ACQUISITION_DATE_TIME);
        note(marks, MarkKey::AcquisitionTime, moment);
    }
    let numbers = [
        (
            MarkKey::EchoTime,
            tags::MR_ECHO_SEQUENCE,
            tags::EFFECTIVE_ECHO_TIME,
        ),
        (
            MarkKey::InversionTime,
            tags::MR_MODIFIER_SEQUENCE,
            tags::INVERSION_TIMES,
        ),
        (
            MarkKey::TriggerTime,
            tags::CARDIAC_SYNCHRONIZATION_SEQUENCE,
            tags::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME,
        ),
        (
            MarkKey::TriggerTime,
            tags::TEMPORAL_POSITION_SEQUENCE,
            tags::TEMPORAL_POSITION_TIME_OFFSET,
        ),
        (
            MarkKey::BValue,
            tags::MR_DIFFUSION_SEQUENCE,
            tags::DIFFUSION_B_VALUE,
        ),
    ];
    for (key, sequence, tag) in numbers {
        if let Some(item) = groups.first_item(sequence, limits)? {
            note(marks, key, doubles(&item, tag));
        }
    }
    if let Some(diffusion) = groups.first_item(tags::MR_DIFFUSION_SEQUENCE, limits)?
        && let Some(gradient) = diffusion.first_item(tags::DIFFUSION_GRADIENT_DIRECTION_SEQUENCE, limits)?
    {
        let direction = doubles(&gradient, tags::DIFFUSION_GRADIENT_ORIENTATION);
        note(marks, MarkKey::GradientOrientation, direction);
    }
    if let Some(timing) = groups.first_item(tags::MR_TIMING_AND_RELATED_PARAMETERS_SEQUENCE, limits)? {
        note(marks, MarkKey::FlipAngle, timing.code(tags::FLIP_ANGLE));
    }
    for sequence in [
        tags::MR_IMAGE_FRAME_TYPE_SEQUENCE,
        tags::CT_IMAGE_FRAME_TYPE_SEQUENCE,
        tags::PET_FRAME_TYPE_SEQUENCE,
    ] {
        if let Some(item) = groups.first_item(sequence, limits)? {
            note(marks, MarkKey::ImageType, item.code(tags::FRAME_TYPE));
        }
    }
    Ok(())
}

fn note(marks: &mut Marks, key: MarkKey, value: Option<String>) {
    if let Some(value) = value {
        marks.set(key, value);
    }
}

/// Numbers of 64 bits as text, so that they compare as they read.
fn doubles(dataset: &DataSet<'_>, tag: Tag) -> Option<String> {
    let texts: Vec<String> = dataset
        .doubles(tag)
        .into_iter()
        .map(|value| fixed(value, 4))
        .collect();
    (!texts.is_empty()).then(|| texts.join("\\"))
}
