//! Whether the description of the pixels agrees with itself and with the pixels (PS3.3 section C.7.6.3).

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{Findings, name};
use crate::{
    Result,
    decode::{
        dataset::{DataSet, Element, is_pixel_data},
        fragments::Fragments,
        header::Vr,
        syntax::{Codec, Encoding},
    },
};

const PART: &str = "PS3.3 C.7.6.3";

/// Checks the pixels, of an object that has some.
///
/// # Errors
/// What is wrong with their fragments.
pub(super) fn check(dataset: &DataSet<'_>, codec: Codec, found: &mut Findings) -> Result<()> {
    let Some((element, value)) = dataset.entries().find(|(element, _)| is_pixel_data(element.tag)) else {
        return Ok(());
    };
    if element.length.is_some() && value.is_none() {
        let message = format!("the object ends inside {}", name(element.tag));
        found.error(element.tag, "PS3.5 7.1", message);
    }
    let mut needed = vec![
        tags::SAMPLES_PER_PIXEL,
        tags::PHOTOMETRIC_INTERPRETATION,
        tags::ROWS,
        tags::COLUMNS,
        tags::BITS_ALLOCATED,
    ];
    if element.tag == tags::PIXEL_DATA {
        needed.extend([tags::BITS_STORED, tags::HIGH_BIT, tags::PIXEL_REPRESENTATION]);
    }
    let mut is_whole = true;
    for tag in needed {
        if dataset.value(tag).is_none() {
            found.error(
                tag,
                PART,
                format!("{} is missing or empty, and needs a value", name(tag)),
            );
            is_whole = false;
        }
    }
    if is_whole {
        check_bits(dataset, element, found);
        check_samples(dataset, found);
        check_length(dataset, element, codec, found)?;
    }
    Ok(())
}

fn word(dataset: &DataSet<'_>, tag: Tag) -> u64 {
    u64::from(dataset.word(tag).unwrap_or_default())
}

fn check_bits(dataset: &DataSet<'_>, element: &Element, found: &mut Findings) {
    let allocated = word(dataset, tags::BITS_ALLOCATED);
    for tag in [tags::ROWS, tags::COLUMNS] {
        if word(dataset, tag) == 0 {
            found.error(tag, PART, format!("{} is 0", name(tag)));
        }
    }
    let needed = match element.tag {
        tags::FLOAT_PIXEL_DATA => Some(32),
        tags::DOUBLE_FLOAT_PIXEL_DATA => Some(64),
        _ => None,
    };
    if needed.map_or(
        allocated != 1 && (allocated == 0 || !allocated.is_multiple_of(8)),
        |bits| allocated != bits,
    ) {
        let message = "BitsAllocated does not suit the pixels: 1 or a multiple of 8, and that of floating point numbers";
        found.error(tags::BITS_ALLOCATED, "PS3.5 8.1.1", message);
    }
    if needed.is_some() {
        return;
    }
    let stored = word(dataset, tags::BITS_STORED);
    if stored == 0 || stored > allocated {
        let message = "BitsStored is not between 1 and BitsAllocated";
        found.error(tags::BITS_STORED, "PS3.5 8.1.1", message);
    } else if word(dataset, tags::HIGH_BIT) + 1 != stored {
        let message = "HighBit is not one less than BitsStored";
        found.error(tags::HIGH_BIT, "PS3.5 8.1.1", message);
    }
    if word(dataset, tags::PIXEL_REPRESENTATION) > 1 {
        let message = "PixelRepresentation is neither 0 nor 1";
        found.error(tags::PIXEL_REPRESENTATION, PART, message);
    }
    if element.vr == Vr(*b"OB") && allocated > 8 && element.length.is_some() {
        let message = "PixelData is written as OB, though more than 8 bits are allocated";
        found.error(tags::PIXEL_DATA, "PS3.5 8.2", message);
    }
}

fn check_samples(dataset: &DataSet<'_>, found: &mut Findings) {
    let samples = word(dataset, tags::SAMPLES_PER_PIXEL);
    let photometric = dataset.code(tags::PHOTOMETRIC_INTERPRETATION).unwrap_or_default();
    let expected = match photometric.as_str() {
        "MONOCHROME1" | "MONOCHROME2" | "PALETTE COLOR" => 1,
        "RGB" | "YBR_FULL" | "YBR_FULL_422" | "YBR_PARTIAL_420" | "YBR_ICT" | "YBR_RCT" | "XYB" | "HSV" => 3,
        _ => {
            let message = "PhotometricInterpretation is none of the standard's";
            found.error(tags::PHOTOMETRIC_INTERPRETATION, "PS3.3 C.7.6.3.1.2", message);
            return;
        }
    };
    if samples != expected {
        let message = "SamplesPerPixel does not suit PhotometricInterpretation";
        found.error(tags::SAMPLES_PER_PIXEL, "PS3.3 C.7.6.3.1.1", message);
    }
    let planar = dataset.value(tags::PLANAR_CONFIGURATION).is_some();
    if samples > 1 && !planar {
        let message = "PlanarConfiguration is missing, and needed for more than one sample a pixel";
        found.error(tags::PLANAR_CONFIGURATION, "PS3.3 C.7.6.3.1.3", message);
    } else if samples == 1 && planar {
        let message = "PlanarConfiguration says nothing of one sample a pixel";
        found.warning(tags::PLANAR_CONFIGURATION, "PS3.3 C.7.6.3.1.3", message);
    }
    if photometric == "PALETTE COLOR"
        && dataset
            .value(tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR)
            .is_none()
    {
        let message = "RedPaletteColorLookupTableDescriptor is missing, and needed for PALETTE COLOR";
        let tag = tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR;
        found.error(tag, "PS3.3 C.7.6.3.1.5", message);
    }
}

/// As many bytes as the frames have, and one more where that is odd; or fragments that are whole.
///
/// # Errors
/// As [`Fragments::index`].
fn check_length(dataset: &DataSet<'_>, element: &Element, codec: Codec, found: &mut Findings) -> Result<()> {
    let frames = dataset.integer(tags::NUMBER_OF_FRAMES).unwrap_or(1);
    let Some(frames) = u32::try_from(frames).ok().filter(|count| *count > 0) else {
        let message = "NumberOfFrames is not above 0";
        found.error(tags::NUMBER_OF_FRAMES, "PS3.3 C.7.6.6", message);
        return Ok(());
    };
    match (codec, element.length) {
        (Codec::Native, None) => {
            let message = "PixelData is in fragments, though its transfer syntax has none";
            found.error(element.tag, "PS3.5 A.4", message);
        }
        (Codec::Native, Some(length)) => check_native(dataset, element, u64::from(frames), length, found),
        (_, None) => drop(Fragments::index(dataset, element, frames, codec)?),
        (_, Some(_)) => {
            let message = "PixelData is not in fragments, though its transfer syntax compresses";
            found.error(element.tag, "PS3.5 A.4", message);
        }
    }
    Ok(())
}

fn check_native(dataset: &DataSet<'_>, element: &Element, frames: u64, length: u32, found: &mut Findings) {
    let mut bits = frames;
    for tag in [
        tags::ROWS,
        tags::COLUMNS,
        tags::SAMPLES_PER_PIXEL,
        tags::BITS_ALLOCATED,
    ] {
        bits = bits.saturating_mul(word(dataset, tag));
    }
    if dataset.code(tags::PHOTOMETRIC_INTERPRETATION).as_deref() == Some("YBR_FULL_422") {
        bits = bits / 3 * 2;
    }
    let bytes = bits.div_ceil(8);
    let size = bytes.saturating_add(bytes % 2);
    if u64::from(length) != size {
        let message = format!("{} has {length} bytes; its frames have {size}", name(element.tag));
        found.error(element.tag, "PS3.5 8.1.1", message);
    }
    let is_other = !matches!(&element.vr.0, b"OB" | b"OW" | b"OF" | b"OD");
    if dataset.encoding != Encoding::ImplicitLittle && is_other {
        let message = format!("{} is not written as OB, OW, OF or OD", name(element.tag));
        found.error(element.tag, "PS3.5 8.2", message);
    }
}
