//! Attributes by their keywords, as people read them: for text beside a picture that somebody else has chosen.

mod identifying;
mod words;

use dicom_core::{
    Tag, VR,
    dictionary::{DataDictionary as _, DataDictionaryEntry as _, VirtualVr},
};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use serde::Serialize;

use super::{DecodeText, Limits, container, dataset::DataSet, text::CharacterSet};
use crate::Result;
use words::Words;

/// An attribute of the standard (PS3.6 section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    tag: Tag,
    vr: VirtualVr,
}

impl Attribute {
    /// The attribute of that keyword; of those that repeat (50xx, 60xx) the first.
    pub fn named(keyword: &str) -> Option<Self> {
        let entry = StandardDataDictionary.by_name(keyword)?;
        Some(Self {
            tag: entry.tag_range().inner(),
            vr: entry.vr(),
        })
    }

    /// Whether it may tell who the patient is: all of PS3.15 table E.1-1, and what is like it.
    pub fn is_identifying(self) -> bool {
        identifying::is_identifying(self.tag, self.vr.exact())
    }
}

/// What an object says of some attributes, in their order; none where it says nothing. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Texts {
    /// Of the object: what holds for all frames (Shared Functional Groups) comes before what stands beside.
    pub object: Vec<Option<String>>,
    /// What each frame says instead (Per-Frame Functional Groups); empty where frames say nothing.
    pub frames: Vec<Vec<Option<String>>>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts")
            .field("frames", &self.frames.len())
            .finish_non_exhaustive()
    }
}

/// Reads the text of attributes, by an object or by its bytes up to and with the header of its pixel data.
///
/// # Errors
/// As [`super::DicomObject::open`], but for what concerns pixels.
pub fn read_texts(
    head: Vec<u8>,
    wanted: &[Option<Attribute>],
    limits: &Limits,
    tables: DecodeText,
) -> Result<Texts> {
    let container = container::open(head, limits, container::inflate)?;
    let bytes = &container.bytes;
    let range = container.start..bytes.len();
    let dataset = DataSet::parse(bytes, range, container.syntax.encoding, limits)?;
    let reader = Reader {
        limits,
        tables,
        is_signed: dataset.word(tags::PIXEL_REPRESENTATION) == Some(1),
    };
    let charset = reader.charset(&dataset, &CharacterSet::plain());
    let shared = dataset.first_item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, limits)?;
    let object = wanted.iter().map(|&attribute| {
        let attribute = attribute?;
        let shared = shared
            .as_ref()
            .and_then(|groups| reader.of_groups(groups, attribute, &charset));
        shared.or_else(|| reader.of(&dataset, attribute, &charset))
    });
    let object = object.collect();
    let frames = dataset.integer(tags::NUMBER_OF_FRAMES).unwrap_or(0);
    let most = usize::try_from(frames)
        .unwrap_or(0)
        .min(limits.max_frames as usize);
    let items = dataset.items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, most, limits)?;
    let frames = items.iter().map(|item| {
        let groups = item.open(bytes, limits)?;
        let text = |&attribute: &Option<Attribute>| reader.of_groups(&groups, attribute?, &charset);
        Ok(wanted.iter().map(text).collect())
    });
    Ok(Texts {
        object,
        frames: frames.collect::<Result<_>>()?,
    })
}

/// How the values of an object are read.
struct Reader<'l> {
    limits: &'l Limits,
    tables: DecodeText,
    /// Whether attributes that are US or SS are SS (PS3.5 annex A.1).
    is_signed: bool,
}

impl Reader<'_> {
    /// The character set of a data set or item, where it has one of its own.
    fn charset(&self, dataset: &DataSet<'_>, outer: &CharacterSet) -> CharacterSet {
        match dataset.code(tags::SPECIFIC_CHARACTER_SET) {
            Some(terms) => CharacterSet::from_terms(Some(&terms), self.tables),
            None => *outer,
        }
    }

    /// The attribute in one of the functional groups of a frame, or of all frames.
    fn of_groups(
        &self,
        groups: &DataSet<'_>,
        attribute: Attribute,
        charset: &CharacterSet,
    ) -> Option<String> {
        let in_group = |tag| {
            let group = groups.first_item(tag, self.limits).ok()??;
            self.of(&group, attribute, &self.charset(&group, charset))
        };
        self.of(groups, attribute, charset)
            .or_else(|| groups.tags().find_map(in_group))
    }

    fn of(&self, dataset: &DataSet<'_>, attribute: Attribute, charset: &CharacterSet) -> Option<String> {
        let Attribute { tag, vr } = attribute;
        let vr = match (dataset.stated_vr(tag)?, vr) {
            (VR::UN, VirtualVr::Xs) if self.is_signed => VR::SS,
            (VR::UN, vr) => vr.relaxed(),
            (stated, _) => stated,
        };
        if vr == VR::SQ {
            return self.meanings(dataset, tag, charset);
        }
        let words = Words {
            value: dataset.value(tag)?,
            is_big_endian: dataset.is_big_endian(),
            charset,
        };
        words.read(vr)
    }

    /// What the codes of a sequence mean (PS3.3 section 8.3).
    fn meanings(&self, dataset: &DataSet<'_>, tag: Tag, charset: &CharacterSet) -> Option<String> {
        let items = dataset.items(tag, words::MOST_VALUES, self.limits).ok()?;
        let meanings = items.iter().filter_map(|item| {
            let item = item.open(dataset.bytes, self.limits).ok()?;
            item.text(tags::CODE_MEANING, &self.charset(&item, charset))
        });
        words::joined(meanings)
    }
}

#[cfg(test)]
mod tests;
