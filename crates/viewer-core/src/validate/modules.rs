//! The attributes that objects need, module by module.

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};

use super::{Findings, name};
use crate::decode::dataset::{DataSet, is_pixel_data};

/// Needed with a value.
const TYPE_1: &str = "is missing or empty, and needs a value";
/// Needed, be it empty.
const TYPE_2: &str = "is missing; without a value it is to be empty";

/// Part of the standard, attributes that need a value, attributes that may be empty.
type Module = (&'static str, &'static [Tag], &'static [Tag]);

/// What every composite object has.
const COMPOSITE: [Module; 5] = [
    (
        "PS3.3 C.7.1.1",
        &[],
        &[
            tags::PATIENT_NAME,
            tags::PATIENT_ID,
            tags::PATIENT_BIRTH_DATE,
            tags::PATIENT_SEX,
        ],
    ),
    (
        "PS3.3 C.7.2.1",
        &[tags::STUDY_INSTANCE_UID],
        &[
            tags::STUDY_DATE,
            tags::STUDY_TIME,
            tags::REFERRING_PHYSICIAN_NAME,
            tags::STUDY_ID,
            tags::ACCESSION_NUMBER,
        ],
    ),
    (
        "PS3.3 C.7.3.1",
        &[tags::MODALITY, tags::SERIES_INSTANCE_UID],
        &[tags::SERIES_NUMBER],
    ),
    ("PS3.3 C.7.5.1", &[], &[tags::MANUFACTURER]),
    (
        "PS3.3 C.12.1",
        &[tags::SOP_CLASS_UID, tags::SOP_INSTANCE_UID],
        &[],
    ),
];

/// What images of slices have.
const SLICES: [Module; 2] = [
    (
        "PS3.3 C.7.4.1",
        &[tags::FRAME_OF_REFERENCE_UID],
        &[tags::POSITION_REFERENCE_INDICATOR],
    ),
    (
        "PS3.3 C.7.6.2",
        &[
            tags::PIXEL_SPACING,
            tags::IMAGE_ORIENTATION_PATIENT,
            tags::IMAGE_POSITION_PATIENT,
        ],
        &[tags::SLICE_THICKNESS],
    ),
];

const CT: Module = (
    "PS3.3 C.8.2.1",
    &[tags::IMAGE_TYPE, tags::RESCALE_INTERCEPT, tags::RESCALE_SLOPE],
    &[tags::KVP, tags::ACQUISITION_NUMBER],
);

const MR: Module = (
    "PS3.3 C.8.3.1",
    &[tags::IMAGE_TYPE, tags::SCANNING_SEQUENCE, tags::SEQUENCE_VARIANT],
    &[
        tags::SCAN_OPTIONS,
        tags::MR_ACQUISITION_TYPE,
        tags::ECHO_TIME,
        tags::ECHO_TRAIN_LENGTH,
    ],
);

const PET: Module = (
    "PS3.3 C.8.9.1",
    &[
        tags::SERIES_TYPE,
        tags::UNITS,
        tags::COUNTS_SOURCE,
        tags::DECAY_CORRECTION,
    ],
    &[tags::CORRECTED_IMAGE, tags::COLLIMATOR_TYPE],
);

/// Checks which attributes there are.
pub(super) fn check(dataset: &DataSet<'_>, found: &mut Findings) {
    let class = dataset.code(tags::SOP_CLASS_UID).unwrap_or_default();
    let of_class = match class.as_str() {
        uids::CT_IMAGE_STORAGE => Some(&CT),
        uids::MR_IMAGE_STORAGE => Some(&MR),
        uids::POSITRON_EMISSION_TOMOGRAPHY_IMAGE_STORAGE => Some(&PET),
        _ => None,
    };
    for module in &COMPOSITE {
        check_module(dataset, module, found);
    }
    if dataset.entries().any(|(element, _)| is_pixel_data(element.tag)) {
        check_module(dataset, &("PS3.3 C.7.6.1", &[], &[tags::INSTANCE_NUMBER]), found);
    }
    if let Some(module) = of_class {
        for module in SLICES.iter().chain([module]) {
            check_module(dataset, module, found);
        }
    }
    check_sex(dataset, found);
    check_orientation(dataset, found);
    check_windows(dataset, found);
}

fn check_module(dataset: &DataSet<'_>, (part, needed, known): &Module, found: &mut Findings) {
    for &tag in *needed {
        // Of a sequence the items are looked at elsewhere.
        let is_there = dataset
            .element(tag)
            .is_some_and(|element| element.length.is_none_or(|length| length > 0));
        if !is_there {
            found.error(tag, part, format!("{} {TYPE_1}", name(tag)));
        }
    }
    for &tag in *known {
        if dataset.element(tag).is_none() {
            found.error(tag, part, format!("{} {TYPE_2}", name(tag)));
        }
    }
}

fn check_sex(dataset: &DataSet<'_>, found: &mut Findings) {
    let sex = dataset.code(tags::PATIENT_SEX);
    if sex.is_some_and(|sex| !matches!(sex.as_str(), "M" | "F" | "O")) {
        let message = "PatientSex is none of M, F, O";
        found.error(tags::PATIENT_SEX, "PS3.3 C.7.1.1", message);
    }
}

/// Directions of rows and columns are of length 1 and at a right angle.
fn check_orientation(dataset: &DataSet<'_>, found: &mut Findings) {
    const PART: &str = "PS3.3 C.7.6.2.1.1";
    for (tag, count) in [
        (tags::IMAGE_ORIENTATION_PATIENT, 6),
        (tags::IMAGE_POSITION_PATIENT, 3),
        (tags::PIXEL_SPACING, 2),
    ] {
        if dataset.value(tag).is_some() && dataset.f64s(tag).len() != count {
            found.error(tag, PART, format!("{} is not {count} numbers", name(tag)));
        }
    }
    if dataset.f64s(tags::PIXEL_SPACING).iter().any(|mm| *mm <= 0.0) {
        let message = "PixelSpacing is not above 0";
        found.error(tags::PIXEL_SPACING, "PS3.3 10.7.1.3", message);
    }
    if let &[a, b, c, d, e, f] = dataset.f64s(tags::IMAGE_ORIENTATION_PATIENT).as_slice() {
        let is_unit = |x: f64, y: f64, z: f64| (x * x + y * y + z * z - 1.0).abs() < 1e-3;
        let across = a * d + b * e + c * f;
        if !is_unit(a, b, c) || !is_unit(d, e, f) || across.abs() > 1e-3 {
            let message = "ImageOrientationPatient is not two unit vectors at a right angle";
            found.error(tags::IMAGE_ORIENTATION_PATIENT, PART, message);
        }
    }
}

/// As many widths as centres, and wide enough for their function.
fn check_windows(dataset: &DataSet<'_>, found: &mut Findings) {
    let [centers, widths] = [tags::WINDOW_CENTER, tags::WINDOW_WIDTH].map(|tag| dataset.f64s(tag));
    if centers.len() != widths.len() {
        let message = "WindowWidth has not as many values as WindowCenter";
        found.error(tags::WINDOW_WIDTH, "PS3.3 C.11.2", message);
    }
    let function = dataset.code(tags::VOILUT_FUNCTION).unwrap_or_default();
    let is_wide = |width: &f64| match function.as_str() {
        "LINEAR_EXACT" | "SIGMOID" => *width > 0.0,
        _ => *width >= 1.0,
    };
    if !widths.iter().all(is_wide) {
        let message = "WindowWidth is too small for its function";
        found.error(tags::WINDOW_WIDTH, "PS3.3 C.11.2.1.2", message);
    }
}
