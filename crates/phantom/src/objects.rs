//! Building and writing DICOM objects, and what the objects of all kinds have in common.

use crate::uid;
use anyhow::{Context as _, Result};
use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use std::path::Path;

const EXPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2.1";

/// A dataset being built.
pub(crate) struct Object {
    dataset: InMemDicomObject,
}

/// What the objects of a study share.
pub(crate) struct Identity<'a> {
    /// SOP Class UID.
    pub(crate) class: &'a str,
    /// SOP Instance UID.
    pub(crate) instance: &'a str,
    /// Study Instance UID.
    pub(crate) study: &'a str,
    /// Series Instance UID.
    pub(crate) series: &'a str,
    /// Modality.
    pub(crate) modality: &'a str,
    /// Study Description.
    pub(crate) study_description: &'a str,
    /// Series Description.
    pub(crate) series_description: &'a str,
}

impl Object {
    /// An object with the patient, study, series and equipment modules filled (PS3.3 C.7.1 to C.7.5).
    pub(crate) fn new(identity: &Identity<'_>) -> Self {
        let mut object = Self {
            dataset: InMemDicomObject::new_empty(),
        };
        for (tag, vr, value) in [
            (tags::SOP_CLASS_UID, VR::UI, identity.class),
            (tags::SOP_INSTANCE_UID, VR::UI, identity.instance),
            (tags::STUDY_INSTANCE_UID, VR::UI, identity.study),
            (tags::SERIES_INSTANCE_UID, VR::UI, identity.series),
            (tags::MODALITY, VR::CS, identity.modality),
            (tags::STUDY_DESCRIPTION, VR::LO, identity.study_description),
            (tags::SERIES_DESCRIPTION, VR::LO, identity.series_description),
            (tags::PATIENT_NAME, VR::PN, "PHANTOM^NOCTIS"),
            (tags::PATIENT_ID, VR::LO, "NOCTIS-PHANTOM"),
            (tags::PATIENT_BIRTH_DATE, VR::DA, "19700101"),
            (tags::PATIENT_SEX, VR::CS, "O"),
            (tags::STUDY_DATE, VR::DA, "20260101"),
            (tags::STUDY_TIME, VR::TM, "120000"),
            (tags::SERIES_DATE, VR::DA, "20260101"),
            (tags::SERIES_TIME, VR::TM, "120000"),
            (tags::CONTENT_DATE, VR::DA, "20260101"),
            (tags::CONTENT_TIME, VR::TM, "120000"),
            (tags::ACQUISITION_DATE, VR::DA, "20260101"),
            (tags::ACQUISITION_TIME, VR::TM, "120000"),
            (tags::REFERRING_PHYSICIAN_NAME, VR::PN, ""),
            (tags::ACCESSION_NUMBER, VR::SH, "PHANTOM"),
            (tags::STUDY_ID, VR::SH, "1"),
            (tags::SERIES_NUMBER, VR::IS, "1"),
            (tags::ACQUISITION_NUMBER, VR::IS, "1"),
            (tags::MANUFACTURER, VR::LO, "Noctis Viewer"),
            (tags::MANUFACTURER_MODEL_NAME, VR::LO, "noctis-phantom"),
            (tags::DEVICE_SERIAL_NUMBER, VR::LO, "0"),
            (tags::SOFTWARE_VERSIONS, VR::LO, env!("CARGO_PKG_VERSION")),
            (tags::INSTITUTION_NAME, VR::LO, "Noctis Phantom Laboratory"),
        ] {
            object.text(tag, vr, value);
        }
        object
    }

    /// Sets a text value; a backslash separates several.
    pub(crate) fn text(&mut self, tag: Tag, vr: VR, value: &str) {
        let value = if value.is_empty() {
            PrimitiveValue::Empty
        } else {
            PrimitiveValue::from(value)
        };
        self.dataset.put(DataElement::new(tag, vr, value));
    }

    /// Sets decimal strings (PS3.5 6.2: at most 16 characters each).
    pub(crate) fn decimals(&mut self, tag: Tag, values: &[f64]) {
        let texts: Vec<String> = values.iter().map(|value| decimal(*value)).collect();
        self.text(tag, VR::DS, &texts.join("\\"));
    }

    /// Sets an unsigned 16-bit value.
    pub(crate) fn number(&mut self, tag: Tag, value: u16) {
        self.dataset
            .put(DataElement::new(tag, VR::US, PrimitiveValue::from(value)));
    }

    /// Sets any element.
    pub(crate) fn put(&mut self, element: dicom_object::mem::InMemElement) {
        self.dataset.put(element);
    }

    /// Sets a sequence of one coded concept (PS3.3 table 8.8-1).
    pub(crate) fn code(&mut self, tag: Tag, code: &str, scheme: &str, meaning: &str) {
        let item = coded(code, scheme, meaning);
        self.sequence(tag, item);
    }

    /// Sets a sequence of one item.
    pub(crate) fn sequence(&mut self, tag: Tag, item: InMemDicomObject) {
        self.dataset
            .put(DataElement::new(tag, VR::SQ, DataSetSequence::from(vec![item])));
    }

    /// Sets the pixel attributes of a single grey frame (PS3.3 C.7.6.3) and its stored values.
    pub(crate) fn pixels(
        &mut self,
        rows: u32,
        columns: u32,
        bits_stored: u16,
        signed: bool,
        stored: Vec<u16>,
    ) -> Result<()> {
        self.number(tags::SAMPLES_PER_PIXEL, 1);
        self.text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
        self.number(tags::ROWS, u16::try_from(rows).context("more than 65535 rows")?);
        self.number(
            tags::COLUMNS,
            u16::try_from(columns).context("more than 65535 columns")?,
        );
        self.number(tags::BITS_ALLOCATED, 16);
        self.number(tags::BITS_STORED, bits_stored);
        self.number(tags::HIGH_BIT, bits_stored - 1);
        self.number(tags::PIXEL_REPRESENTATION, u16::from(signed));
        let value = PrimitiveValue::U16(stored.into());
        self.dataset
            .put(DataElement::new(tags::PIXEL_DATA, VR::OW, value));
        Ok(())
    }

    /// Writes the object as a Part 10 file, Explicit VR Little Endian.
    pub(crate) fn write(self, identity: &Identity<'_>, file: &Path) -> Result<()> {
        let meta = FileMetaTableBuilder::new()
            .transfer_syntax(EXPLICIT_LITTLE_ENDIAN)
            .media_storage_sop_class_uid(identity.class)
            .media_storage_sop_instance_uid(identity.instance)
            .implementation_class_uid(uid::from_words(&["noctis-phantom"]))
            .implementation_version_name("NOCTIS_PHANTOM");
        let object = self
            .dataset
            .with_meta(meta)
            .context("the object has no valid meta group")?;
        object
            .write_to_file(file)
            .with_context(|| format!("cannot write {}", file.display()))
    }
}

/// A coded concept.
pub(crate) fn coded(code: &str, scheme: &str, meaning: &str) -> InMemDicomObject {
    InMemDicomObject::from_element_iter([
        DataElement::new(tags::CODE_VALUE, VR::SH, PrimitiveValue::from(code)),
        DataElement::new(
            tags::CODING_SCHEME_DESIGNATOR,
            VR::SH,
            PrimitiveValue::from(scheme),
        ),
        DataElement::new(tags::CODE_MEANING, VR::LO, PrimitiveValue::from(meaning)),
    ])
}

/// The shortest text that is exact to 1e-9 and fits a decimal string.
fn decimal(value: f64) -> String {
    let text = format!("{value:.9}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    let short = if short == "-0" { "0" } else { short };
    short.chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn decimals_are_short_and_exact_enough() {
        assert_eq!(decimal(-114.975), "-114.975");
        assert_eq!(decimal(0.0), "0");
        assert_eq!(decimal(-0.000_000_000_01), "0");
        assert_eq!(decimal(1.0 / 3.0), "0.333333333");
        assert!(decimal(-12_345.678_901_234).len() <= 16);
    }
}
