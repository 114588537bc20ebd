//! DICOM objects from nothing: data sets in Explicit VR Little Endian, and the files around them (PS3.5 section 7.1, PS3.10).

mod dataset;

pub use dataset::{DataSet, Value};

use dicom_core::Tag;
use dicom_dictionary_std::tags;

/// Transfer syntax of what is written.
const EXPLICIT_LITTLE: &str = "1.2.840.10008.1.2.1";
/// Names this implementation, of the root of UUIDs (PS3.5 annex B.2).
const IMPLEMENTATION_CLASS_UID: &str = "2.25.117593028617392801946583201947561829304";

/// A Part 10 file of a data set that has a SOP Class UID and a SOP Instance UID.
pub fn part10(dataset: &DataSet) -> Vec<u8> {
    let text = |tag: Tag| dataset.text(tag).unwrap_or_default().to_owned();
    let mut meta = DataSet::default();
    meta.set(Tag(0x0002, 0x0001), Value::Bytes("OB", vec![0, 1]));
    meta.set(
        tags::MEDIA_STORAGE_SOP_CLASS_UID,
        Value::uid(text(tags::SOP_CLASS_UID)),
    );
    meta.set(
        tags::MEDIA_STORAGE_SOP_INSTANCE_UID,
        Value::uid(text(tags::SOP_INSTANCE_UID)),
    );
    meta.set(tags::TRANSFER_SYNTAX_UID, Value::uid(EXPLICIT_LITTLE));
    meta.set(
        tags::IMPLEMENTATION_CLASS_UID,
        Value::uid(IMPLEMENTATION_CLASS_UID),
    );
    let meta = meta.encode();
    let mut length = DataSet::default();
    let count = u32::try_from(meta.len()).unwrap_or(u32::MAX);
    length.set(
        tags::FILE_META_INFORMATION_GROUP_LENGTH,
        Value::Bytes("UL", count.to_le_bytes().to_vec()),
    );
    let mut file = vec![0; 128];
    file.extend_from_slice(b"DICM");
    for part in [length.encode(), meta, dataset.encode()] {
        file.extend(part);
    }
    file
}
