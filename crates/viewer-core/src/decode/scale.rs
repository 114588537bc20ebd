//! [`PixelScale`] from the data set.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{Limits, dataset::DataSet, groups::spacing};
use crate::metadata::{PixelScale, UltrasoundRegion};

/// More regions of one picture are not read.
const MOST_REGIONS: usize = 64;

/// What the object says. Regions that are broken are left out: nothing is measured in them then.
#[cold]
pub(crate) fn read(dataset: &DataSet<'_>, limits: &Limits) -> PixelScale {
    let items = dataset.items(tags::SEQUENCE_OF_ULTRASOUND_REGIONS, MOST_REGIONS, limits);
    let regions = items.unwrap_or_default().into_iter().filter_map(|item| {
        let item = item.open(dataset.bytes, limits).ok()?;
        region(&item)
    });
    PixelScale {
        imager_spacing_mm: spacing(dataset, tags::IMAGER_PIXEL_SPACING),
        scanned_spacing_mm: spacing(dataset, tags::NOMINAL_SCANNED_PIXEL_SPACING),
        calibration_type: dataset.first_code(tags::PIXEL_SPACING_CALIBRATION_TYPE),
        magnification: dataset
            .f64(tags::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR)
            .filter(|factor| *factor > 0.0),
        // integer strings
        aspect_ratio: spacing(dataset, tags::PIXEL_ASPECT_RATIO),
        regions: regions.collect(),
    }
}

#[cold]
fn region(item: &DataSet<'_>) -> Option<UltrasoundRegion> {
    let number = |tag: Tag| item.long(tag);
    let reference = |tag: Tag| number(tag).map(u32::cast_signed);
    let value = |tag: Tag| item.double(tag).filter(|value| value.is_finite());
    Some(UltrasoundRegion {
        bounds: [
            number(tags::REGION_LOCATION_MIN_X0)?,
            number(tags::REGION_LOCATION_MIN_Y0)?,
            number(tags::REGION_LOCATION_MAX_X1)?,
            number(tags::REGION_LOCATION_MAX_Y1)?,
        ],
        flags: number(tags::REGION_FLAGS).unwrap_or_default(),
        units: [
            item.word(tags::PHYSICAL_UNITS_X_DIRECTION)?,
            item.word(tags::PHYSICAL_UNITS_Y_DIRECTION)?,
        ],
        deltas: [value(tags::PHYSICAL_DELTA_X)?, value(tags::PHYSICAL_DELTA_Y)?],
        reference: reference(tags::REFERENCE_PIXEL_X0)
            .zip(reference(tags::REFERENCE_PIXEL_Y0))
            .map(|(x, y)| [x, y]),
        reference_values: [
            value(tags::REFERENCE_PIXEL_PHYSICAL_VALUE_X).unwrap_or_default(),
            value(tags::REFERENCE_PIXEL_PHYSICAL_VALUE_Y).unwrap_or_default(),
        ],
    })
}
