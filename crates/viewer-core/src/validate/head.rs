//! The head of a file: preamble and File Meta Information (PS3.10 section 7.1).

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{Findings, name, value::is_uid};
use crate::decode::{dataset::DataSet, header::read_header, syntax::Encoding};

const PART: &str = "PS3.10 7.1";
const MARK: std::ops::Range<usize> = 128..132;

/// What the head says of the data set.
#[derive(Debug, Default)]
pub(super) struct Head {
    class: Option<Vec<u8>>,
    instance: Option<Vec<u8>>,
}

/// Checks the head of a file. A data set without one is warned of, and nothing else.
pub(super) fn check(bytes: &[u8], found: &mut Findings) -> Head {
    if bytes.get(MARK) != Some(b"DICM") {
        let message = "there is no preamble with DICM after 128 bytes: this is a data set, not a file";
        found.warning(Tag(2, 0), PART, message);
        return Head::default();
    }
    let mut values: Vec<(Tag, &[u8])> = Vec::new();
    let mut position = MARK.end;
    while bytes.get(position..position + 2) == Some(&[2, 0]) {
        let Ok(element) = read_header(bytes, position, Encoding::ExplicitLittle) else {
            break;
        };
        let end = element
            .start
            .saturating_add(element.length.unwrap_or(u32::MAX) as usize);
        let Some(value) = bytes.get(element.start..end) else {
            break;
        };
        values.push((element.tag, value));
        position = end;
    }
    let value_of = |tag: Tag| {
        values
            .iter()
            .find(|(known, _)| *known == tag)
            .map(|(_, value)| *value)
    };
    for tag in [
        tags::FILE_META_INFORMATION_GROUP_LENGTH,
        tags::FILE_META_INFORMATION_VERSION,
        tags::MEDIA_STORAGE_SOP_CLASS_UID,
        tags::MEDIA_STORAGE_SOP_INSTANCE_UID,
        tags::TRANSFER_SYNTAX_UID,
        tags::IMPLEMENTATION_CLASS_UID,
    ] {
        match value_of(tag) {
            None => found.error(tag, PART, format!("{} is missing", name(tag))),
            Some([]) => found.error(tag, PART, format!("{} is empty", name(tag))),
            Some(value) if tag.1 >= 2 && !is_uid(trimmed(value)) => {
                found.error(tag, "PS3.5 9.1", format!("{} is no UID", name(tag)));
            }
            Some(_) => {}
        }
    }
    if let Some(length) =
        value_of(tags::FILE_META_INFORMATION_GROUP_LENGTH).and_then(<[u8]>::first_chunk::<4>)
    {
        let stated = u32::from_le_bytes(*length) as usize;
        // It counts from the byte after itself: a tag, a VR and a length of two bytes, and four bytes.
        if MARK.end + 12 + stated != position {
            let message = "FileMetaInformationGroupLength is not the length of the group";
            found.error(tags::FILE_META_INFORMATION_GROUP_LENGTH, PART, message);
        }
    }
    if value_of(tags::FILE_META_INFORMATION_VERSION).is_some_and(|version| version != [0, 1]) {
        let message = "FileMetaInformationVersion is not 00 01";
        found.error(tags::FILE_META_INFORMATION_VERSION, PART, message);
    }
    let uid = |tag| value_of(tag).map(|value| trimmed(value).to_vec());
    Head {
        class: uid(tags::MEDIA_STORAGE_SOP_CLASS_UID),
        instance: uid(tags::MEDIA_STORAGE_SOP_INSTANCE_UID),
    }
}

impl Head {
    /// Whether the data set is what the head says.
    pub(super) fn compare(&self, dataset: &DataSet<'_>, found: &mut Findings) {
        for (stated, tag) in [
            (&self.class, tags::SOP_CLASS_UID),
            (&self.instance, tags::SOP_INSTANCE_UID),
        ] {
            let own = dataset.value(tag).map(trimmed);
            if let (Some(stated), Some(own)) = (stated, own)
                && stated != own
            {
                found.error(tag, PART, format!("{} is not that of the file's head", name(tag)));
            }
        }
    }
}

/// Without the byte that makes the length even.
fn trimmed(value: &[u8]) -> &[u8] {
    value.strip_suffix(&[0]).unwrap_or(value)
}
