//! One large object like a mammogram (PS3.3 A.26, For Presentation): for the size of its frame, not for its anatomy.

use crate::noise::{grain, texture};
use crate::objects::{Identity, Object, coded};
use crate::shape::{coverage, ellipsoid, mix, smooth};
use crate::uid;
use anyhow::{Context as _, Result};
use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use std::path::Path;

const MAMMOGRAPHY_FOR_PRESENTATION: &str = "1.2.840.10008.5.1.4.1.1.1.2";
const SPACING_MM: f64 = 0.07;

/// Writes `mammogram.dcm`, 12 bits in 16, into `folder`.
///
/// # Errors
/// When it cannot be written.
pub fn generate(rows: u32, columns: u32, seed: u64, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let words = format!("mammogram {rows} {columns} {seed}");
    let uids = ["study", "series", "instance"].map(|name| uid::from_words(&[&words, name]));
    let identity = Identity {
        class: MAMMOGRAPHY_FOR_PRESENTATION,
        instance: &uids[2],
        study: &uids[0],
        series: &uids[1],
        modality: "MG",
        study_description: "MAMMOGRAPHY PHANTOM",
        series_description: "L CC",
    };
    let mut object = Object::new(&identity);
    describe(&mut object);
    object.pixels(rows, columns, 12, false, stored(rows, columns, seed))?;
    object.write(&identity, &folder.join("mammogram.dcm"))
}

fn describe(object: &mut Object) {
    for (tag, vr, value) in [
        (tags::IMAGE_TYPE, VR::CS, "ORIGINAL\\PRIMARY"),
        (tags::INSTANCE_NUMBER, VR::IS, "1"),
        (tags::PRESENTATION_INTENT_TYPE, VR::CS, "FOR PRESENTATION"),
        (tags::PRESENTATION_LUT_SHAPE, VR::CS, "IDENTITY"),
        (tags::PATIENT_ORIENTATION, VR::CS, "A\\R"),
        (tags::IMAGE_LATERALITY, VR::CS, "L"),
        (tags::BODY_PART_EXAMINED, VR::CS, "BREAST"),
        (tags::BURNED_IN_ANNOTATION, VR::CS, "NO"),
        (tags::LOSSY_IMAGE_COMPRESSION, VR::CS, "00"),
        (tags::PIXEL_INTENSITY_RELATIONSHIP, VR::CS, "LOG"),
        (tags::POSITIONER_TYPE, VR::CS, "MAMMOGRAPHIC"),
        (tags::DETECTOR_TYPE, VR::CS, "DIRECT"),
        (tags::BREAST_IMPLANT_PRESENT, VR::CS, "NO"),
        (tags::PARTIAL_VIEW, VR::CS, "NO"),
        (tags::ORGAN_EXPOSED, VR::CS, "BREAST"),
        (tags::RESCALE_TYPE, VR::LO, "US"),
    ] {
        object.text(tag, vr, value);
    }
    let sign = PrimitiveValue::from(1_i16);
    object.put(DataElement::new(
        tags::PIXEL_INTENSITY_RELATIONSHIP_SIGN,
        VR::SS,
        sign,
    ));
    object.decimals(tags::IMAGER_PIXEL_SPACING, &[SPACING_MM; 2]);
    object.decimals(tags::RESCALE_INTERCEPT, &[0.0]);
    object.decimals(tags::RESCALE_SLOPE, &[1.0]);
    object.decimals(tags::WINDOW_CENTER, &[2000.0]);
    object.decimals(tags::WINDOW_WIDTH, &[4000.0]);
    object.code(tags::ANATOMIC_REGION_SEQUENCE, "76752008", "SCT", "Breast");
    let mut view: InMemDicomObject = coded("399162004", "SCT", "cranio-caudal");
    // The modifiers are required, none apply.
    view.put(DataElement::new(
        tags::VIEW_MODIFIER_CODE_SEQUENCE,
        VR::SQ,
        PrimitiveValue::Empty,
    ));
    object.sequence(tags::VIEW_CODE_SEQUENCE, view);
    object.text(tags::ACQUISITION_CONTEXT_SEQUENCE, VR::SQ, "");
}

fn stored(rows: u32, columns: u32, seed: u64) -> Vec<u16> {
    let (height, width) = (f64::from(rows) * SPACING_MM, f64::from(columns) * SPACING_MM);
    let mut stored = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let point = [f64::from(column) * SPACING_MM, f64::from(row) * SPACING_MM, 0.0];
            let outline = ellipsoid(
                point,
                [0.0, height / 2.0, 0.0],
                [width * 0.55, height * 0.42, 50.0],
            );
            let mut value = 60.0;
            if outline < 2.0 {
                let gland = texture(seed, point, 18.0)
                    + 0.6 * texture(seed + 1, point, 7.0)
                    + 0.4 * texture(seed + 2, point, 2.5);
                let inner = smooth(-outline, 4.0, 40.0);
                let tissue =
                    900.0 + 1500.0 * inner * smooth(gland, -0.2, 0.9) + 350.0 * smooth(-outline, 0.0, 12.0);
                let specks = ellipsoid(point, [width * 0.25, height * 0.45, 0.0], [0.3, 0.3, 0.3]);
                value = mix(
                    value,
                    mix(tissue, 3600.0, coverage(specks, 0.1)),
                    coverage(outline, 1.5),
                );
            }
            let noisy = value + 25.0 * grain(seed, 0, row, column);
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to 12 bits"
            )]
            stored.push(noisy.round().clamp(0.0, 4095.0) as u16);
        }
    }
    stored
}
