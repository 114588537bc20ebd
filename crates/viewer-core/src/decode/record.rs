//! What NoctisPro's index keeps of an object, by its keys: `extract_enhanced_metadata` of its receiver.
//!
//! What it got wrong is right here: a value that is there but empty has the default of one that is missing; of a name the
//! alphabetic component group is taken (the next one that is not empty), in the object's character set.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Limits, container, dataset::DataSet, decode_text, text::CharacterSet};
use crate::Result;

/// One value of a [`Record`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum RecordValue {
    /// The object does not say, and there is no default.
    None,
    /// Text; several values joined by a backslash.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A decimal number.
    Number(f64),
}

/// Keys and values, in the order of the keys.
#[derive(Clone, PartialEq)]
pub struct Record(Vec<(&'static str, RecordValue)>);

impl Record {
    /// Keys and values.
    pub fn entries(&self) -> &[(&'static str, RecordValue)] {
        &self.0
    }

    /// The value of a key; none for a key that the record does not have.
    pub fn get(&self, key: &str) -> Option<&RecordValue> {
        self.0
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("keys", &self.0.len())
            .finish_non_exhaustive()
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// How a value is read.
#[derive(Clone, Copy)]
enum Read {
    /// Text in the object's character set.
    Text,
    /// A person's name, its components joined by spaces.
    Name,
    /// All values as they stand.
    Code,
    /// An integer string.
    Integer,
    /// A 16-bit number.
    Word,
    /// The first decimal string.
    Decimal,
}

/// What stands for a value that is not there.
#[derive(Clone, Copy)]
enum Missing {
    None,
    Text(&'static str),
    Integer(i64),
    Number(f64),
    /// The key is left out.
    Absent,
}

type Field = (&'static str, Tag, Read, Missing);

const GENERAL: [Field; 36] = {
    use Missing::{Absent, Integer as OrInteger, None, Text as Or};
    use Read::{Code, Decimal, Integer, Name, Text, Word};
    [
        ("patient_id", tags::PATIENT_ID, Text, Or("UNKNOWN")),
        ("patient_name", tags::PATIENT_NAME, Name, Or("UNKNOWN")),
        ("patient_birth_date", tags::PATIENT_BIRTH_DATE, Code, None),
        ("patient_sex", tags::PATIENT_SEX, Code, Or("O")),
        ("patient_age", tags::PATIENT_AGE, Code, None),
        ("patient_weight", tags::PATIENT_WEIGHT, Decimal, None),
        ("study_instance_uid", tags::STUDY_INSTANCE_UID, Code, None),
        ("study_date", tags::STUDY_DATE, Code, None),
        ("study_time", tags::STUDY_TIME, Code, Or("000000")),
        (
            "study_description",
            tags::STUDY_DESCRIPTION,
            Text,
            Or("DICOM Study"),
        ),
        (
            "referring_physician",
            tags::REFERRING_PHYSICIAN_NAME,
            Name,
            Or("UNKNOWN"),
        ),
        ("accession_number", tags::ACCESSION_NUMBER, Text, None),
        ("study_id", tags::STUDY_ID, Text, Or("")),
        ("series_instance_uid", tags::SERIES_INSTANCE_UID, Code, None),
        ("series_number", tags::SERIES_NUMBER, Integer, OrInteger(1)),
        ("series_description", tags::SERIES_DESCRIPTION, Text, None),
        ("modality", tags::MODALITY, Code, Or("OT")),
        ("body_part_examined", tags::BODY_PART_EXAMINED, Code, None),
        ("protocol_name", tags::PROTOCOL_NAME, Text, None),
        ("sop_instance_uid", tags::SOP_INSTANCE_UID, Code, None),
        ("instance_number", tags::INSTANCE_NUMBER, Integer, OrInteger(1)),
        ("rows", tags::ROWS, Word, None),
        ("columns", tags::COLUMNS, Word, None),
        ("bits_stored", tags::BITS_STORED, Word, None),
        ("bits_allocated", tags::BITS_ALLOCATED, Word, None),
        ("slice_thickness", tags::SLICE_THICKNESS, Decimal, None),
        ("slice_location", tags::SLICE_LOCATION, Decimal, None),
        ("pixel_spacing", tags::PIXEL_SPACING, Code, Absent),
        ("image_position", tags::IMAGE_POSITION_PATIENT, Code, Absent),
        ("image_orientation", tags::IMAGE_ORIENTATION_PATIENT, Code, Absent),
        ("manufacturer", tags::MANUFACTURER, Text, None),
        (
            "manufacturer_model_name",
            tags::MANUFACTURER_MODEL_NAME,
            Text,
            None,
        ),
        ("station_name", tags::STATION_NAME, Text, None),
        ("device_serial_number", tags::DEVICE_SERIAL_NUMBER, Text, None),
        ("software_versions", tags::SOFTWARE_VERSIONS, Text, None),
        ("window_center", tags::WINDOW_CENTER, Decimal, Absent),
    ]
};

const WINDOW_WIDTH: Field = ("window_width", tags::WINDOW_WIDTH, Read::Decimal, Missing::Absent);

const CT: [Field; 12] = {
    use Missing::{None, Number as OrNumber};
    use Read::{Code, Decimal, Integer, Text};
    [
        ("kvp", tags::KVP, Decimal, None),
        ("exposure_time", tags::EXPOSURE_TIME, Integer, None),
        ("x_ray_tube_current", tags::X_RAY_TUBE_CURRENT, Integer, None),
        ("exposure", tags::EXPOSURE, Integer, None),
        ("filter_type", tags::FILTER_TYPE, Text, None),
        ("convolution_kernel", tags::CONVOLUTION_KERNEL, Text, None),
        (
            "reconstruction_diameter",
            tags::RECONSTRUCTION_DIAMETER,
            Decimal,
            None,
        ),
        ("table_height", tags::TABLE_HEIGHT, Decimal, None),
        ("gantry_detector_tilt", tags::GANTRY_DETECTOR_TILT, Decimal, None),
        ("rescale_slope", tags::RESCALE_SLOPE, Decimal, OrNumber(1.0)),
        (
            "rescale_intercept",
            tags::RESCALE_INTERCEPT,
            Decimal,
            OrNumber(0.0),
        ),
        ("rescale_type", tags::RESCALE_TYPE, Code, None),
    ]
};

const MR: [Field; 6] = {
    use Missing::None;
    use Read::{Decimal, Integer};
    [
        ("repetition_time", tags::REPETITION_TIME, Decimal, None),
        ("echo_time", tags::ECHO_TIME, Decimal, None),
        ("flip_angle", tags::FLIP_ANGLE, Decimal, None),
        (
            "magnetic_field_strength",
            tags::MAGNETIC_FIELD_STRENGTH,
            Decimal,
            None,
        ),
        ("echo_train_length", tags::ECHO_TRAIN_LENGTH, Integer, None),
        ("inversion_time", tags::INVERSION_TIME, Decimal, None),
    ]
};

/// Reads the record of an object, which need not hold pixels; of one that does, the bytes before them suffice. `unix_time`,
/// in seconds, makes the accession number of an object that has none.
///
/// # Errors
/// As [`super::DicomObject::open`], but for what concerns pixels.
pub fn read_record(bytes: Vec<u8>, limits: &Limits, unix_time: i64) -> Result<Record> {
    let container = container::open(bytes, limits, container::inflate)?;
    let bytes = &container.bytes;
    let dataset = DataSet::parse(
        bytes,
        container.start..bytes.len(),
        container.syntax.encoding,
        limits,
    )?;
    let terms = dataset.code(tags::SPECIFIC_CHARACTER_SET);
    let charset = CharacterSet::from_terms(terms.as_deref(), decode_text);
    let modality = dataset.first_code(tags::MODALITY);
    let of_modality: &[Field] = match modality.as_deref() {
        Some("CT") => &CT,
        Some("MR") => &MR,
        _ => &[],
    };
    let fields = GENERAL.iter().chain([&WINDOW_WIDTH]).chain(of_modality);
    let mut entries: Vec<_> = fields
        .filter_map(|&(key, tag, read, default)| {
            let value = value(&dataset, tag, read, &charset);
            Some((key, value.or_else(|| default.value())?))
        })
        .collect();
    let series_number = dataset.integer(tags::SERIES_NUMBER).unwrap_or(1);
    for (key, value) in &mut entries {
        let missing = match *key {
            "accession_number" => format!("ACC_{unix_time}"),
            "series_description" => format!("Series {series_number}"),
            _ => continue,
        };
        if *value == RecordValue::None {
            *value = RecordValue::Text(missing);
        }
    }
    Ok(Record(entries))
}

impl Missing {
    fn value(self) -> Option<RecordValue> {
        Some(match self {
            Self::None => RecordValue::None,
            Self::Text(text) => RecordValue::Text(text.to_owned()),
            Self::Integer(number) => RecordValue::Integer(number),
            Self::Number(number) => RecordValue::Number(number),
            Self::Absent => return None,
        })
    }
}

/// The value as it is to be read; none for one that is missing, empty or not such a value.
fn value(dataset: &DataSet<'_>, tag: Tag, read: Read, charset: &CharacterSet) -> Option<RecordValue> {
    Some(match read {
        Read::Text => RecordValue::Text(dataset.text(tag, charset)?),
        Read::Name => RecordValue::Text(name(&charset.decode(dataset.value(tag)?, true))?),
        Read::Code => RecordValue::Text(dataset.code(tag)?),
        Read::Integer => RecordValue::Integer(dataset.integer(tag)?),
        Read::Word => RecordValue::Integer(i64::from(dataset.word(tag)?)),
        Read::Decimal => RecordValue::Number(dataset.f64(tag)?),
    })
}

/// The first component group that says something (alphabetic, ideographic, phonetic: PS3.5 section 6.2.1), as one reads it.
fn name(text: &str) -> Option<String> {
    let words = |group: &str| {
        let parts: Vec<_> = group
            .split(['^', ' ', '\0'])
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(" ")
    };
    text.split('=').map(words).find(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An explicit little-endian data set.
    fn object(elements: &[(u16, u16, &str, &[u8])]) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes.extend_from_slice(b"DICM");
        for &(group, element, vr, value) in elements {
            bytes.extend(group.to_le_bytes());
            bytes.extend(element.to_le_bytes());
            bytes.extend_from_slice(vr.as_bytes());
            bytes.extend(u16::try_from(value.len()).expect("short").to_le_bytes());
            bytes.extend_from_slice(value);
        }
        bytes
    }

    fn text(record: &Record, key: &str) -> String {
        match record.get(key) {
            Some(RecordValue::Text(text)) => text.clone(),
            other => panic!("{key}: {other:?}"),
        }
    }

    #[test]
    fn what_is_empty_has_the_default_of_what_is_missing() {
        let bytes = object(&[
            (2, 0x10, "UI", b"1.2.840.10008.1.2.1\0"),
            (8, 0x50, "SH", b""),
            (8, 0x60, "CS", b"CT"),
            (8, 0x1030, "LO", b"  "),
            (0x10, 0x10, "PN", b""),
            (0x20, 0x11, "IS", b"7 "),
            (0x28, 0x10, "US", &[2, 1]),
            (0x28, 0x1050, "DS", b"40\\50 "),
        ]);
        let record = read_record(bytes, &Limits::default(), 1_700_000_000).expect("a sound object");
        for (key, expected) in [
            ("patient_name", "UNKNOWN"),
            ("patient_id", "UNKNOWN"),
            ("patient_sex", "O"),
            ("study_description", "DICOM Study"),
            ("series_description", "Series 7"),
            ("accession_number", "ACC_1700000000"),
            ("study_time", "000000"),
        ] {
            assert_eq!(text(&record, key), expected, "{key}");
        }
        assert_eq!(record.get("rows"), Some(&RecordValue::Integer(258)));
        assert_eq!(record.get("window_center"), Some(&RecordValue::Number(40.0)));
        assert_eq!(record.get("window_width"), None);
        assert_eq!(record.get("rescale_slope"), Some(&RecordValue::Number(1.0)));
        assert_eq!(record.get("echo_time"), None);
        assert_eq!(record.get("study_date"), Some(&RecordValue::None));
        assert!(!format!("{record:?}").contains("UNKNOWN"));
    }

    #[test]
    fn names_are_read_by_their_groups() {
        for (written, read) in [
            ("Doe^Jane^^Dr.", Some("Doe Jane Dr.")),
            ("Yamada^Tarou=山田^太郎=やまだ^たろう", Some("Yamada Tarou")),
            ("=山田^太郎", Some("山田 太郎")),
            ("^^^^", None),
            ("", None),
        ] {
            assert_eq!(name(written).as_deref(), read, "{written}");
        }
    }
}
