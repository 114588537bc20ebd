//! The attributes that objects need, module by module.

use dicom_dictionary_std::tags;

use super::{
    Findings,
    classes::{COMPOSITE, Module, is_report, modules_of},
    name,
};
use crate::decode::dataset::{DataSet, is_pixel_data};

/// Needed with a value.
const TYPE_1: &str = "is missing or empty, and needs a value";
/// Needed, be it empty.
const TYPE_2: &str = "is missing; without a value it is to be empty";

/// Checks which attributes there are.
pub(super) fn check(dataset: &DataSet<'_>, found: &mut Findings) {
    for module in COMPOSITE {
        check_module(dataset, module, found);
    }
    if dataset.entries().any(|(element, _)| is_pixel_data(element.tag)) {
        check_module(dataset, &("PS3.3 C.7.6.1", &[], &[tags::INSTANCE_NUMBER]), found);
    }
    let class = dataset.code(tags::SOP_CLASS_UID).unwrap_or_default();
    for module in modules_of(&class).iter().copied().flatten() {
        check_module(dataset, module, found);
    }
    if is_report(&class)
        && dataset
            .code(tags::VALUE_TYPE)
            .is_some_and(|kind| kind != "CONTAINER")
    {
        found.error(
            tags::VALUE_TYPE,
            "PS3.3 C.17.3",
            "ValueType of a report is not CONTAINER",
        );
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
