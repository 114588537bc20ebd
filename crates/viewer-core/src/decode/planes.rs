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
#[cold]
pub(crate) fn read(
    info: &mut InstanceInfo,
    dataset: &DataSet<'_>,
    presentation: &Presentation,
    limits: &Limits,
) {
    let mut shared = Marks::default();
    read_marks(&mut shared, dataset, WHOLE);
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
#[cold]
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

#[cold]
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
#[cold]
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

/// How an attribute is written.
#[derive(Clone, Copy)]
enum As {
    /// Text: CS, DS, IS, SH, TM, DT.
    Text,
    /// Numbers of 64 bits (FD), noted as text, so that they compare as they read.
    Doubles,
    /// UL.
    Long,
    /// US.
    Word,
}

/// What is said, where, and how.
type Attribute = (MarkKey, Tag, As);

/// Attributes at the top level of objects of one frame.
const WHOLE: &[Attribute] = &[
    (MarkKey::StackId, tags::STACK_ID, As::Text),
    (
        MarkKey::TemporalPosition,
        tags::TEMPORAL_POSITION_IDENTIFIER,
        As::Text,
    ),
    (MarkKey::EchoNumber, tags::ECHO_NUMBERS, As::Text),
    (MarkKey::EchoTime, tags::ECHO_TIME, As::Text),
    (MarkKey::InversionTime, tags::INVERSION_TIME, As::Text),
    (MarkKey::FlipAngle, tags::FLIP_ANGLE, As::Text),
    (MarkKey::ImageType, tags::IMAGE_TYPE, As::Text),
    (MarkKey::AcquisitionNumber, tags::ACQUISITION_NUMBER, As::Text),
    (MarkKey::TriggerTime, tags::TRIGGER_TIME, As::Text),
    (MarkKey::AcquisitionTime, tags::ACQUISITION_TIME, As::Text),
    (MarkKey::BValue, tags::DIFFUSION_B_VALUE, As::Doubles),
    (
        MarkKey::GradientOrientation,
        tags::DIFFUSION_GRADIENT_ORIENTATION,
        As::Doubles,
    ),
];

/// Attributes in Functional Groups, by their sequences.
const GROUPED: &[(Tag, &[Attribute])] = &[
    (
        tags::FRAME_CONTENT_SEQUENCE,
        &[
            (MarkKey::StackId, tags::STACK_ID, As::Text),
            (MarkKey::TemporalPosition, tags::TEMPORAL_POSITION_INDEX, As::Long),
            (
                MarkKey::AcquisitionNumber,
                tags::FRAME_ACQUISITION_NUMBER,
                As::Word,
            ),
            (
                MarkKey::AcquisitionTime,
                tags::FRAME_ACQUISITION_DATE_TIME,
                As::Text,
            ),
        ],
    ),
    (
        tags::MR_ECHO_SEQUENCE,
        &[(MarkKey::EchoTime, tags::EFFECTIVE_ECHO_TIME, As::Doubles)],
    ),
    (
        tags::MR_MODIFIER_SEQUENCE,
        &[(MarkKey::InversionTime, tags::INVERSION_TIMES, As::Doubles)],
    ),
    (
        tags::MR_TIMING_AND_RELATED_PARAMETERS_SEQUENCE,
        &[(MarkKey::FlipAngle, tags::FLIP_ANGLE, As::Text)],
    ),
    (
        tags::CARDIAC_SYNCHRONIZATION_SEQUENCE,
        &[(
            MarkKey::TriggerTime,
            tags::NOMINAL_CARDIAC_TRIGGER_DELAY_TIME,
            As::Doubles,
        )],
    ),
    (
        tags::TEMPORAL_POSITION_SEQUENCE,
        &[(
            MarkKey::TriggerTime,
            tags::TEMPORAL_POSITION_TIME_OFFSET,
            As::Doubles,
        )],
    ),
    (
        tags::MR_DIFFUSION_SEQUENCE,
        &[(MarkKey::BValue, tags::DIFFUSION_B_VALUE, As::Doubles)],
    ),
    (
        tags::MR_IMAGE_FRAME_TYPE_SEQUENCE,
        &[(MarkKey::ImageType, tags::FRAME_TYPE, As::Text)],
    ),
    (
        tags::CT_IMAGE_FRAME_TYPE_SEQUENCE,
        &[(MarkKey::ImageType, tags::FRAME_TYPE, As::Text)],
    ),
    (
        tags::PET_FRAME_TYPE_SEQUENCE,
        &[(MarkKey::ImageType, tags::FRAME_TYPE, As::Text)],
    ),
];

/// Inside the MR Diffusion Sequence.
const GRADIENT: &[Attribute] = &[(
    MarkKey::GradientOrientation,
    tags::DIFFUSION_GRADIENT_ORIENTATION,
    As::Doubles,
)];

/// Notes what Functional Groups say.
///
/// # Errors
/// Those of a broken sequence.
#[cold]
fn read_groups(marks: &mut Marks, groups: &DataSet<'_>, limits: &Limits) -> Result<()> {
    for (sequence, attributes) in GROUPED {
        let Some(item) = groups.first_item(*sequence, limits)? else {
            continue;
        };
        read_marks(marks, &item, attributes);
        if *sequence == tags::MR_DIFFUSION_SEQUENCE
            && let Some(gradient) = item.first_item(tags::DIFFUSION_GRADIENT_DIRECTION_SEQUENCE, limits)?
        {
            read_marks(marks, &gradient, GRADIENT);
        }
    }
    Ok(())
}

/// Notes the attributes that there are.
#[cold]
fn read_marks(marks: &mut Marks, dataset: &DataSet<'_>, attributes: &[Attribute]) {
    for (key, tag, written) in attributes {
        let numbers = match written {
            As::Text => Vec::new(),
            As::Long => dataset.long(*tag).map(f64::from).into_iter().collect(),
            As::Word => dataset.word(*tag).map(f64::from).into_iter().collect(),
            As::Doubles => dataset.doubles(*tag),
        };
        let mut value = dataset.code(*tag).filter(|_| matches!(written, As::Text));
        for number in numbers {
            let text = value.get_or_insert_default();
            if !text.is_empty() {
                text.push('\\');
            }
            text.push_str(&fixed(number, 4));
        }
        if let Some(value) = value {
            marks.set(*key, value);
        }
    }
}
