//! Modality, VOI and Presentation LUT sequences (PS3.3 C.11.1, C.11.2, C.11.6).

use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{
    Limits,
    dataset::{DataSet, malformed},
    groups::FrameParameters,
    header::Vr,
    layout::{Layout, Photometric},
    text::CharacterSet,
};
use crate::{
    Result,
    lut::{Lut, Luts},
    metadata::VoiLut,
};

/// VOI LUTs that are read of an object; each takes up to 128 KiB.
const MAX_VOI_LUTS: usize = 64;

/// In these SOP classes the Modality LUT leads from pixel values to X-ray intensity, for processing; it is no part of
/// the way to the display (PS3.3 C.8.7.1.1.2).
const WITHOUT_MODALITY_LUT: [&str; 2] = [
    // X-Ray Angiographic Image Storage, X-Ray Radiofluoroscopic Image Storage
    "1.2.840.10008.5.1.4.1.1.12.1",
    "1.2.840.10008.5.1.4.1.1.12.2",
];

/// The lookup tables of an object, and what it says of them.
#[derive(Debug, Default)]
pub(crate) struct ObjectLuts {
    pub(crate) luts: Luts,
    /// Of `luts.voi`, one by one.
    pub(crate) voi: Vec<VoiLut>,
    /// Modality LUT Type: the unit of its output.
    pub(crate) modality_type: Option<String>,
    /// Whether the lowest value is shown white.
    pub(crate) is_inverted: bool,
}

impl ObjectLuts {
    /// Reads the tables of a grey object; `parameters` are its rescale and windows. A VOI LUT that cannot be read is left
    /// out: there are other ways to look at the object.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Malformed`] for a Modality or Presentation LUT that cannot be read, which would change what
    /// every value means.
    pub(crate) fn read(
        dataset: &DataSet<'_>,
        layout: &Layout,
        parameters: &FrameParameters,
        charset: &CharacterSet,
        limits: &Limits,
    ) -> Result<Self> {
        let is_monochrome1 = layout.photometric == Photometric::Monochrome1;
        if !is_monochrome1 && layout.photometric != Photometric::Monochrome2 {
            return Ok(Self::default());
        }
        let class = dataset.first_code(tags::SOP_CLASS_UID).unwrap_or_default();
        let modality = if WITHOUT_MODALITY_LUT.contains(&class.as_str()) {
            None
        } else {
            dataset.first_item(tags::MODALITY_LUT_SEQUENCE, limits)?
        };
        let modality_type = modality
            .as_ref()
            .and_then(|item| item.text(tags::MODALITY_LUT_TYPE, charset));
        let modality = modality.map(|item| table(&item, layout.is_signed)).transpose()?;
        let presentation = dataset.first_item(tags::PRESENTATION_LUT_SEQUENCE, limits)?;
        let presentation = presentation.map(|item| table(&item, false)).transpose()?;

        let is_signed = modality.is_none() && reaches_below_zero(layout, parameters);
        let mut luts = Vec::new();
        let mut voi = Vec::new();
        for item in dataset.items(tags::VOILUT_SEQUENCE, MAX_VOI_LUTS, limits)? {
            let item = item.open(dataset.bytes, limits)?;
            if let Ok(lut) = table(&item, is_signed) {
                luts.push(lut);
                voi.push(VoiLut {
                    explanation: item.text(tags::LUT_EXPLANATION, charset),
                });
            }
        }
        // DX objects of MONOCHROME1 have the shape INVERSE: that is one inversion, not two (C.8.11.3). A table gives
        // P-values, of which the lowest is always black.
        let is_shape_inverse = dataset.first_code(tags::PRESENTATION_LUT_SHAPE).as_deref() == Some("INVERSE");
        Ok(Self {
            is_inverted: presentation.is_none() && (is_monochrome1 || is_shape_inverse),
            luts: Luts {
                modality,
                voi: luts,
                presentation,
            },
            voi,
            modality_type,
        })
    }
}

/// Whether a stored value that `BitsStored` allows becomes less than zero by the rescale.
fn reaches_below_zero(layout: &Layout, parameters: &FrameParameters) -> bool {
    let steps = libm::exp2(f64::from(layout.bits_stored)) - 1.0;
    let low = if layout.is_signed {
        -(steps + 1.0) / 2.0
    } else {
        0.0
    };
    let ends = [low, low + steps].map(|stored| stored * parameters.slope + parameters.intercept);
    ends.iter().any(|end| *end < 0.0)
}

/// The table of an item: `LUTDescriptor` and `LUTData`. The first value mapped is signed if its VR is SS; where there
/// is no VR (implicit), `is_signed` says so, as PS3.3 C.11.1.1 and C.11.2.1.1 do.
///
/// # Errors
/// [`crate::ErrorKind::Malformed`] for a short descriptor or data too short for it.
fn table(item: &DataSet<'_>, is_signed: bool) -> Result<Arc<Lut>> {
    let descriptor = tags::LUT_DESCRIPTOR;
    let words = item.words(descriptor).unwrap_or_default();
    let Some(&[count, first, bits]) = words.first_chunk::<3>() else {
        return Err(malformed("a missing or short descriptor", descriptor));
    };
    let is_signed = match item.element(descriptor).map(|element| element.vr) {
        Some(Vr::SS) => true,
        Some(Vr::US) => false,
        _ => is_signed,
    };
    let first = if is_signed {
        i32::from(first.cast_signed())
    } else {
        i32::from(first)
    };
    let count = if count == 0 { 1 << 16 } else { usize::from(count) };
    let entries = entries(item, tags::LUT_DATA, count)
        .ok_or_else(|| malformed(format!("too short for {count} entries"), tags::LUT_DATA))?;
    Lut::new(first, u32::from(bits), entries).map(Arc::new)
}

/// `count` entries: words, or bytes where there are not enough for words.
fn entries(item: &DataSet<'_>, tag: Tag, count: usize) -> Option<Vec<u16>> {
    let length = item.value(tag)?.len();
    let mut words = item.words(tag)?;
    if length < count {
        return None;
    }
    if length < 2 * count {
        // Two entries a word, the first in the lower byte (PS3.5 section 8.1.1, as for pixels of 8 bits).
        words = words
            .into_iter()
            .flat_map(|word| word.to_le_bytes().map(u16::from))
            .collect();
        let last = item.value(tag)?.as_chunks::<2>().1;
        words.extend(last.iter().copied().map(u16::from));
    }
    words.truncate(count);
    Some(words)
}
