//! Codes of PS3.16, and of UCUM for units.

use dicom_dictionary_std::tags;

use crate::write::{DataSet, Value};

/// A coded concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) value: &'static str,
    pub(super) scheme: &'static str,
    pub(super) meaning: &'static str,
}

const fn code(value: &'static str, scheme: &'static str, meaning: &'static str) -> Code {
    Code {
        value,
        scheme,
        meaning,
    }
}

pub(super) const REPORT: Code = code("126000", "DCM", "Imaging Measurement Report");
pub(super) const LANGUAGE: Code = code("121049", "DCM", "Language of Content Item and Descendants");
pub(super) const ENGLISH: Code = code("en", "RFC5646", "English");
pub(super) const OBSERVER_TYPE: Code = code("121005", "DCM", "Observer Type");
pub(super) const PERSON: Code = code("121006", "DCM", "Person");
pub(super) const PERSON_NAME: Code = code("121008", "DCM", "Person Observer Name");
pub(super) const DEVICE: Code = code("121007", "DCM", "Device");
pub(super) const DEVICE_UID: Code = code("121012", "DCM", "Device Observer UID");
pub(super) const PROCEDURE: Code = code("121058", "DCM", "Procedure reported");
pub(super) const IMAGING: Code = code("363679005", "SCT", "Imaging procedure");
pub(super) const MEASUREMENTS: Code = code("126010", "DCM", "Imaging Measurements");
pub(super) const GROUP: Code = code("125007", "DCM", "Measurement Group");
pub(super) const TRACKING_IDENTIFIER: Code = code("112039", "DCM", "Tracking Identifier");
pub(super) const TRACKING_UID: Code = code("112040", "DCM", "Tracking Unique Identifier");
pub(super) const REGION: Code = code("111030", "DCM", "Image Region");
pub(super) const COMMENT: Code = code("121106", "DCM", "Comment");
pub(super) const SOURCE: Code = code("260753009", "SCT", "Source");
pub(super) const PATH: Code = code("121055", "DCM", "Path");
pub(super) const METHOD: Code = code("370129005", "SCT", "Measurement Method");
pub(super) const DERIVATION: Code = code("121401", "DCM", "Derivation");
pub(super) const CENTER: Code = code("111010", "DCM", "Center");
pub(super) const FINDING: Code = code("121071", "DCM", "Finding");

/// What the names of measurements are in the report; others are given as a private code with their name.
const CONCEPTS: [(&str, Code); 15] = [
    ("length", code("410668003", "SCT", "Length")),
    ("longAxis", code("103339001", "SCT", "Long Axis")),
    ("shortAxis", code("103340004", "SCT", "Short Axis")),
    ("angle", code("1483009", "SCT", "Angle")),
    ("cobbAngle", code("285285000", "SCT", "Cobb angle")),
    ("area", code("42798000", "SCT", "Area")),
    ("perimeter", code("131191004", "SCT", "Perimeter")),
    ("diameter", code("81827009", "SCT", "Diameter")),
    ("radius", code("131190003", "SCT", "Radius")),
    ("mean", code("373098007", "SCT", "Mean")),
    ("sd", code("386136009", "SCT", "Standard deviation")),
    ("min", code("255605001", "SCT", "Minimum")),
    ("max", code("56851009", "SCT", "Maximum")),
    ("median", code("373099004", "SCT", "Median")),
    ("count", code("1288112003", "SCT", "Number of pixels")),
];

/// The same concepts as they were coded before SNOMED's own numbers, by older writers.
const OLDER: [(&str, &str); 15] = [
    ("length", "G-D7FE"),
    ("longAxis", "G-A185"),
    ("shortAxis", "G-A186"),
    ("angle", "1483009"),
    ("cobbAngle", "285285000"),
    ("area", "G-A166"),
    ("perimeter", "G-A197"),
    ("diameter", "M-02550"),
    ("mean", "R-00317"),
    ("sd", "R-10047"),
    ("min", "R-404FB"),
    ("max", "G-A437"),
    ("median", "R-00319"),
    // as dcmjs has it
    ("angle", "R-404E5"),
    ("radius", "131190003"),
];

/// What UCUM's units are called.
const UNITS: [(&str, &str); 10] = [
    ("mm", "millimeter"),
    ("mm2", "square millimeter"),
    ("cm", "centimeter"),
    ("deg", "degree"),
    ("[hnsf'U]", "Hounsfield unit"),
    ("{SUVbw}g/ml", "Standardized Uptake Value body weight"),
    ("Bq/ml", "Becquerels/milliliter"),
    ("{pixels}", "pixels"),
    ("{counts}", "counts"),
    ("1", "no units"),
];

impl Code {
    /// An item of a code sequence.
    pub(super) fn item(self) -> DataSet {
        coded(self.value, self.scheme, self.meaning)
    }
}

/// A code of more than 16 characters is a Long Code Value (PS3.3 8.1).
fn coded(value: &str, scheme: &str, meaning: &str) -> DataSet {
    let mut item = DataSet::default();
    let value = cut(value, usize::MAX);
    match value.chars().nth(16) {
        None => item.put(tags::CODE_VALUE, "SH", value),
        Some(_) => item.put(tags::LONG_CODE_VALUE, "UC", value),
    };
    item.put(tags::CODING_SCHEME_DESIGNATOR, "SH", cut(scheme, 16))
        .put(tags::CODE_MEANING, "LO", cut(meaning, 64));
    item
}

/// The first characters; what VRs of limited length can hold.
pub(super) fn cut(text: &str, most: usize) -> String {
    text.chars()
        .filter(|character| !character.is_control() && *character != '\\')
        .take(most)
        .collect()
}

/// What UT can hold: of control characters the ends of lines (PS3.5 6.1.3).
pub(super) fn printable(text: &str) -> String {
    let is_kept = |character: char| !character.is_control() || matches!(character, '\r' | '\n');
    text.chars()
        .map(|character| if is_kept(character) { character } else { ' ' })
        .collect()
}

/// The words, if there are any to be seen.
pub(super) fn words(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str)
        .filter(|text| !printable(text).trim().is_empty())
}

/// The concept of a measurement's name.
pub(super) fn concept(name: &str) -> DataSet {
    match CONCEPTS.iter().find(|(known, _)| *known == name) {
        Some((_, code)) => code.item(),
        None => coded(name, "99NOCTIS", name),
    }
}

/// The unit's code.
pub(super) fn unit(ucum: &str) -> Value {
    let meaning = UNITS
        .iter()
        .find(|(known, _)| *known == ucum)
        .map_or(ucum, |(_, meaning)| meaning);
    Value::Items(vec![coded(ucum, "UCUM", meaning)])
}

/// The name of a measurement by its concept; its own meaning where it is none of ours, or its code where that has none.
pub(super) fn name_of(value: &str, meaning: &str) -> String {
    let known = CONCEPTS.iter().map(|(name, code)| (*name, code.value));
    let found = known.chain(OLDER).find(|(_, code)| *code == value);
    let own = if meaning.trim().is_empty() { value } else { meaning };
    found.map_or_else(|| cut(own, 64), |(name, _)| name.to_owned())
}
