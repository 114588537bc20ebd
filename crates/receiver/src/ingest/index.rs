//! What a dataset says about itself: the identifiers that place it, and the index that its event carries.

use std::fmt;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_encoding::text::{DefaultCharacterSetCodec, SpecificCharacterSet, TextCodec};
use serde::Serialize;

use super::syntax::Encoding;
use crate::uid::Uid;

/// Identifiers and index of one object. An identifier that is absent or not a UID is `None`.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) study: Option<Uid>,
    pub(crate) series: Option<Uid>,
    pub(crate) sop_instance: Option<Uid>,
    pub(crate) sop_class: Option<Uid>,
    pub(crate) index: Index,
}

/// The `index` of the ingest event; the only part with patient data, so `Debug` shows none of it.
#[derive(Default, Clone, PartialEq, Serialize)]
pub(crate) struct Index {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) modality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instance_number: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) series_number: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rows: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) columns: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number_of_frames: Option<u32>,
    /// LPS, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image_position_patient: Option<[f64; 3]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image_orientation_patient: Option<[f64; 6]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) study_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) study_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accession_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) study_description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) study_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) referring_physician_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) series_description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) patient_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) patient_name: Option<String>,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Index(..)")
    }
}

impl Facts {
    pub(crate) fn read(values: &[(Tag, Vec<u8>)], encoding: Encoding) -> Self {
        let values = Values { values, encoding };
        let uid = |tag| values.raw(tag).and_then(Uid::parse);
        Self {
            study: uid(tags::STUDY_INSTANCE_UID),
            series: uid(tags::SERIES_INSTANCE_UID),
            sop_instance: uid(tags::SOP_INSTANCE_UID),
            sop_class: uid(tags::SOP_CLASS_UID),
            index: Index {
                modality: values.text(tags::MODALITY),
                instance_number: values.integer(tags::INSTANCE_NUMBER),
                series_number: values.integer(tags::SERIES_NUMBER),
                rows: values.unsigned_short(tags::ROWS),
                columns: values.unsigned_short(tags::COLUMNS),
                number_of_frames: values
                    .integer(tags::NUMBER_OF_FRAMES)
                    .and_then(|n| u32::try_from(n).ok()),
                image_position_patient: values.decimals(tags::IMAGE_POSITION_PATIENT),
                image_orientation_patient: values.decimals(tags::IMAGE_ORIENTATION_PATIENT),
                study_date: values.text(tags::STUDY_DATE),
                study_time: values.text(tags::STUDY_TIME),
                accession_number: values.text(tags::ACCESSION_NUMBER),
                study_description: values.text(tags::STUDY_DESCRIPTION),
                study_id: values.text(tags::STUDY_ID),
                referring_physician_name: values.text(tags::REFERRING_PHYSICIAN_NAME),
                series_description: values.text(tags::SERIES_DESCRIPTION),
                patient_id: values.text(tags::PATIENT_ID),
                patient_name: values.text(tags::PATIENT_NAME),
            },
        }
    }
}

struct Values<'a> {
    values: &'a [(Tag, Vec<u8>)],
    encoding: Encoding,
}

impl Values<'_> {
    fn raw(&self, wanted: Tag) -> Option<&[u8]> {
        self.values
            .iter()
            .find(|(tag, _)| *tag == wanted)
            .map(|(_, value)| value.as_slice())
    }

    /// Text in the character set of the object, without padding; undecodable bytes become U+FFFD.
    fn text(&self, tag: Tag) -> Option<String> {
        let raw = self.raw(tag)?;
        let text = if raw.is_ascii() && !raw.contains(&0x1B) {
            ascii(raw)
        } else {
            self.decode(raw)
        };
        let text = text.trim_matches([' ', '\0']);
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn decode(&self, raw: &[u8]) -> String {
        let declared = self
            .raw(tags::SPECIFIC_CHARACTER_SET)
            .map(ascii)
            .unwrap_or_default();
        // With code extensions (PS3.5 section 6.1.2.5) the first named set other than the default tells most.
        let named = declared.split('\\').map(|code| code.trim_matches([' ', '\0']));
        let set = named.filter_map(SpecificCharacterSet::from_code).next_back();
        set.map_or_else(|| DefaultCharacterSetCodec.decode(raw), |set| set.decode(raw))
            .unwrap_or_else(|_undecodable| ascii(raw))
    }

    /// First value of an IS element.
    fn integer(&self, tag: Tag) -> Option<i64> {
        ascii(self.raw(tag)?)
            .split('\\')
            .next()?
            .trim_matches([' ', '\0'])
            .parse()
            .ok()
    }

    /// A DS element of exactly `N` finite values.
    fn decimals<const N: usize>(&self, tag: Tag) -> Option<[f64; N]> {
        let text = ascii(self.raw(tag)?);
        let number = |part: &str| {
            part.trim_matches([' ', '\0'])
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite())
        };
        let numbers: Option<Vec<f64>> = text.split('\\').map(number).collect();
        numbers?.try_into().ok()
    }

    fn unsigned_short(&self, tag: Tag) -> Option<u16> {
        let bytes = self.raw(tag)?.first_chunk()?;
        Some(self.encoding.u16(*bytes))
    }
}

fn ascii(raw: &[u8]) -> String {
    raw.iter()
        .map(|byte| {
            if byte.is_ascii() {
                char::from(*byte)
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}
