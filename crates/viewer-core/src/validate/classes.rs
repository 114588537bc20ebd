//! The attributes that modules of the standard need with a value (type 1) or may leave empty (type 2), and the modules of SOP
//! classes. Those that describe pixels are in `pixels.rs`; what is needed only under a condition is not looked at.

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};

/// Part of the standard, attributes that need a value, attributes that may be empty.
pub(super) type Module = (&'static str, &'static [Tag], &'static [Tag]);

/// What every composite object has.
pub(super) const COMPOSITE: &[Module] = &[
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
    (
        "PS3.3 C.12.1",
        &[tags::SOP_CLASS_UID, tags::SOP_INSTANCE_UID],
        &[],
    ),
];

/// What objects of all classes have but secondary captures.
const EQUIPMENT: &[Module] = &[("PS3.3 C.7.5.1", &[], &[tags::MANUFACTURER])];

/// What images of slices have.
const SLICES: &[Module] = &[
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

const MULTI_FRAME: &[Module] = &[(
    "PS3.3 C.7.6.6",
    &[tags::NUMBER_OF_FRAMES, tags::FRAME_INCREMENT_POINTER],
    &[],
)];

const CT: &[Module] = &[(
    "PS3.3 C.8.2.1",
    &[tags::IMAGE_TYPE, tags::RESCALE_INTERCEPT, tags::RESCALE_SLOPE],
    &[tags::KVP, tags::ACQUISITION_NUMBER],
)];

const MR: &[Module] = &[(
    "PS3.3 C.8.3.1",
    &[tags::IMAGE_TYPE, tags::SCANNING_SEQUENCE, tags::SEQUENCE_VARIANT],
    &[
        tags::SCAN_OPTIONS,
        tags::MR_ACQUISITION_TYPE,
        tags::ECHO_TIME,
        tags::ECHO_TRAIN_LENGTH,
    ],
)];

/// How the patient lies, of NM and PET.
const LYING: &[Module] = &[(
    "PS3.3 C.8.4.6",
    &[],
    &[
        tags::PATIENT_ORIENTATION_CODE_SEQUENCE,
        tags::PATIENT_GANTRY_RELATIONSHIP_CODE_SEQUENCE,
    ],
)];

const PET: &[Module] = &[
    (
        "PS3.3 C.8.9.1",
        &[
            tags::SERIES_DATE,
            tags::SERIES_TIME,
            tags::NUMBER_OF_SLICES,
            tags::SERIES_TYPE,
            tags::UNITS,
            tags::COUNTS_SOURCE,
            tags::DECAY_CORRECTION,
        ],
        &[tags::CORRECTED_IMAGE, tags::COLLIMATOR_TYPE],
    ),
    (
        "PS3.3 C.8.9.2",
        &[],
        &[tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE],
    ),
    (
        "PS3.3 C.8.9.4",
        &[
            tags::IMAGE_TYPE,
            tags::RESCALE_INTERCEPT,
            tags::RESCALE_SLOPE,
            tags::FRAME_REFERENCE_TIME,
            tags::IMAGE_INDEX,
        ],
        &[
            tags::ACQUISITION_DATE,
            tags::ACQUISITION_TIME,
            tags::ACTUAL_FRAME_DURATION,
        ],
    ),
];

const NM: &[Module] = &[
    ("PS3.3 C.8.4.7", &[], &[tags::PIXEL_SPACING]),
    (
        "PS3.3 C.8.4.8",
        &[tags::NUMBER_OF_ENERGY_WINDOWS, tags::NUMBER_OF_DETECTORS],
        &[],
    ),
    ("PS3.3 C.8.4.9", &[tags::IMAGE_TYPE], &[tags::COUNTS_ACCUMULATED]),
    (
        "PS3.3 C.8.4.10",
        &[],
        &[
            tags::ENERGY_WINDOW_INFORMATION_SEQUENCE,
            tags::RADIOPHARMACEUTICAL_INFORMATION_SEQUENCE,
        ],
    ),
    ("PS3.3 C.8.4.11", &[], &[tags::DETECTOR_INFORMATION_SEQUENCE]),
];

const US: &[Module] = &[("PS3.3 C.8.5.6", &[], &[tags::IMAGE_TYPE])];

const SC: &[Module] = &[("PS3.3 C.8.6.1", &[tags::CONVERSION_TYPE], &[])];

const CR: &[Module] = &[(
    "PS3.3 C.8.1.1",
    &[],
    &[tags::BODY_PART_EXAMINED, tags::VIEW_POSITION],
)];

/// What digital radiographs have, mammograms among them.
const DX: &[Module] = &[
    ("PS3.3 C.8.11.1", &[tags::PRESENTATION_INTENT_TYPE], &[]),
    (
        "PS3.3 C.8.11.2",
        &[tags::IMAGE_LATERALITY],
        &[tags::ANATOMIC_REGION_SEQUENCE],
    ),
    (
        "PS3.3 C.8.11.3",
        &[
            tags::IMAGE_TYPE,
            tags::BURNED_IN_ANNOTATION,
            tags::PIXEL_INTENSITY_RELATIONSHIP,
            tags::PIXEL_INTENSITY_RELATIONSHIP_SIGN,
            tags::RESCALE_INTERCEPT,
            tags::RESCALE_SLOPE,
            tags::RESCALE_TYPE,
            tags::LOSSY_IMAGE_COMPRESSION,
            tags::PRESENTATION_LUT_SHAPE,
        ],
        &[],
    ),
    (
        "PS3.3 C.8.11.4",
        &[tags::IMAGER_PIXEL_SPACING],
        &[tags::DETECTOR_TYPE],
    ),
    ("PS3.3 C.7.6.14", &[], &[tags::ACQUISITION_CONTEXT_SEQUENCE]),
];

const MG: &[Module] = &[(
    "PS3.3 C.8.11.7",
    &[
        tags::POSITIONER_TYPE,
        tags::ORGAN_EXPOSED,
        tags::VIEW_CODE_SEQUENCE,
    ],
    &[],
)];

/// What images of moving X-rays have.
const X_RAY: &[Module] = &[
    (
        "PS3.3 C.8.7.1",
        &[tags::IMAGE_TYPE, tags::PIXEL_INTENSITY_RELATIONSHIP],
        &[],
    ),
    ("PS3.3 C.8.7.2", &[tags::RADIATION_SETTING], &[tags::KVP]),
];

const XA: &[Module] = &[(
    "PS3.3 C.8.7.5",
    &[],
    &[tags::POSITIONER_PRIMARY_ANGLE, tags::POSITIONER_SECONDARY_ANGLE],
)];

const REPORT: &[Module] = &[
    (
        "PS3.3 C.17.1",
        &[tags::SERIES_NUMBER],
        &[tags::REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE],
    ),
    (
        "PS3.3 C.17.2",
        &[
            tags::CONTENT_DATE,
            tags::CONTENT_TIME,
            tags::INSTANCE_NUMBER,
            tags::COMPLETION_FLAG,
            tags::VERIFICATION_FLAG,
        ],
        &[tags::PERFORMED_PROCEDURE_CODE_SEQUENCE],
    ),
    (
        "PS3.3 C.17.3",
        &[tags::VALUE_TYPE, tags::CONTINUITY_OF_CONTENT],
        &[],
    ),
];

/// Of reports that name their device.
const ENHANCED_EQUIPMENT: &[Module] = &[(
    "PS3.3 C.7.5.2",
    &[
        tags::MANUFACTURER,
        tags::MANUFACTURER_MODEL_NAME,
        tags::DEVICE_SERIAL_NUMBER,
        tags::SOFTWARE_VERSIONS,
    ],
    &[],
)];

/// The modules that objects of a class have beside [`COMPOSITE`].
pub(super) fn modules_of(class: &str) -> &'static [&'static [Module]] {
    match class {
        uids::CT_IMAGE_STORAGE => &[EQUIPMENT, SLICES, CT],
        uids::MR_IMAGE_STORAGE => &[EQUIPMENT, SLICES, MR],
        uids::POSITRON_EMISSION_TOMOGRAPHY_IMAGE_STORAGE => &[EQUIPMENT, SLICES, LYING, PET],
        uids::NUCLEAR_MEDICINE_IMAGE_STORAGE => &[EQUIPMENT, LYING, MULTI_FRAME, NM],
        uids::ULTRASOUND_IMAGE_STORAGE => &[EQUIPMENT, US],
        uids::ULTRASOUND_MULTI_FRAME_IMAGE_STORAGE => &[EQUIPMENT, MULTI_FRAME, US],
        uids::SECONDARY_CAPTURE_IMAGE_STORAGE => &[SC],
        uids::COMPUTED_RADIOGRAPHY_IMAGE_STORAGE => &[EQUIPMENT, CR],
        uids::DIGITAL_X_RAY_IMAGE_STORAGE_FOR_PRESENTATION
        | uids::DIGITAL_X_RAY_IMAGE_STORAGE_FOR_PROCESSING => &[EQUIPMENT, DX],
        uids::DIGITAL_MAMMOGRAPHY_X_RAY_IMAGE_STORAGE_FOR_PRESENTATION
        | uids::DIGITAL_MAMMOGRAPHY_X_RAY_IMAGE_STORAGE_FOR_PROCESSING => &[EQUIPMENT, DX, MG],
        uids::X_RAY_ANGIOGRAPHIC_IMAGE_STORAGE => &[EQUIPMENT, X_RAY, XA],
        uids::X_RAY_RADIOFLUOROSCOPIC_IMAGE_STORAGE => &[EQUIPMENT, X_RAY],
        uids::EXTENSIBLE_SR_STORAGE
        | uids::COLON_CADSR_STORAGE
        | uids::X_RAY_RADIATION_DOSE_SR_STORAGE
        | uids::RADIOPHARMACEUTICAL_RADIATION_DOSE_SR_STORAGE
        | uids::PATIENT_RADIATION_DOSE_SR_STORAGE => &[ENHANCED_EQUIPMENT, REPORT],
        _ if is_report(class) => &[EQUIPMENT, REPORT],
        _ => &[EQUIPMENT],
    }
}

/// Whether objects of a class are structured reports.
pub(super) fn is_report(class: &str) -> bool {
    matches!(
        class,
        uids::BASIC_TEXT_SR_STORAGE
            | uids::ENHANCED_SR_STORAGE
            | uids::COMPREHENSIVE_SR_STORAGE
            | uids::COMPREHENSIVE3_DSR_STORAGE
            | uids::EXTENSIBLE_SR_STORAGE
            | uids::MAMMOGRAPHY_CADSR_STORAGE
            | uids::CHEST_CADSR_STORAGE
            | uids::COLON_CADSR_STORAGE
            | uids::X_RAY_RADIATION_DOSE_SR_STORAGE
            | uids::RADIOPHARMACEUTICAL_RADIATION_DOSE_SR_STORAGE
            | uids::PATIENT_RADIATION_DOSE_SR_STORAGE
    )
}
