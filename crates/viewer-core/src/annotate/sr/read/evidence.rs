//! Which study and series the images of a report belong to (PS3.3 C.17.2.1).

use std::collections::BTreeMap;

use dicom_dictionary_std::tags;

use crate::{
    Result,
    decode::{Limits, dataset::DataSet},
};

/// More images are not noted.
const MOST_IMAGES: usize = 100_000;

/// An image and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Image {
    pub(super) study: String,
    pub(super) series: String,
    pub(super) class: String,
    pub(super) instance: String,
}

/// The images by their SOP Instance UIDs.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    images: BTreeMap<String, Image>,
    first: Option<Image>,
}

impl Evidence {
    /// # Errors
    /// Those of a broken sequence.
    pub(super) fn read(dataset: &DataSet<'_>, limits: &Limits) -> Result<Self> {
        let mut evidence = Self::default();
        for sequence in [
            tags::CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE,
            tags::PERTINENT_OTHER_EVIDENCE_SEQUENCE,
        ] {
            for study in dataset.items(sequence, MOST_IMAGES, limits)? {
                evidence.read_study(&study.open(dataset.bytes, limits)?, limits)?;
            }
        }
        Ok(evidence)
    }

    fn read_study(&mut self, study: &DataSet<'_>, limits: &Limits) -> Result<()> {
        for series in study.items(tags::REFERENCED_SERIES_SEQUENCE, MOST_IMAGES, limits)? {
            let series = series.open(study.bytes, limits)?;
            for image in series.items(tags::REFERENCED_SOP_SEQUENCE, MOST_IMAGES, limits)? {
                if self.images.len() >= MOST_IMAGES {
                    return Ok(());
                }
                let image = image.open(study.bytes, limits)?;
                let uid = |dataset: &DataSet<'_>, tag| dataset.first_code(tag).unwrap_or_default();
                let image = Image {
                    study: uid(study, tags::STUDY_INSTANCE_UID),
                    series: uid(&series, tags::SERIES_INSTANCE_UID),
                    class: uid(&image, tags::REFERENCED_SOP_CLASS_UID),
                    instance: uid(&image, tags::REFERENCED_SOP_INSTANCE_UID),
                };
                self.first.get_or_insert_with(|| image.clone());
                self.images.insert(image.instance.clone(), image);
            }
        }
        Ok(())
    }

    /// The image of that SOP Instance UID.
    pub(super) fn image(&self, instance: &str) -> Option<&Image> {
        self.images.get(instance)
    }

    /// Any of them.
    pub(super) const fn first(&self) -> Option<&Image> {
        self.first.as_ref()
    }
}
