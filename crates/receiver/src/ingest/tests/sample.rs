//! Datasets written out byte by byte, so that no library's opinion of them gets in.

use std::io::Write as _;

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use crate::ingest::syntax::Encoding;

/// Writes elements in one encoding.
pub(super) struct Builder {
    pub(super) bytes: Vec<u8>,
    encoding: Encoding,
}

impl Builder {
    pub(super) fn new(encoding: Encoding) -> Self {
        Self {
            bytes: Vec::new(),
            encoding,
        }
    }

    fn short(&mut self, value: u16) {
        let bytes = if self.encoding.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        self.bytes.extend_from_slice(&bytes);
    }

    fn long(&mut self, value: u32) {
        let bytes = if self.encoding.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        self.bytes.extend_from_slice(&bytes);
    }

    pub(super) fn delimiter(mut self, tag: Tag, length: u32) -> Self {
        self.short(tag.group());
        self.short(tag.element());
        self.long(length);
        self
    }

    /// The header of an element.
    pub(super) fn header(mut self, tag: Tag, vr: &[u8; 2], length: u32) -> Self {
        self.short(tag.group());
        self.short(tag.element());
        if !self.encoding.explicit_vr {
            self.long(length);
        } else {
            self.bytes.extend_from_slice(vr);
            if matches!(vr, b"OB" | b"OW" | b"SQ" | b"UN" | b"UT") {
                self.short(0);
                self.long(length);
            } else {
                self.short(u16::try_from(length).unwrap());
            }
        }
        self
    }

    pub(super) fn element(self, tag: Tag, vr: &[u8; 2], value: &[u8]) -> Self {
        let mut with = self.header(tag, vr, u32::try_from(value.len()).unwrap());
        with.bytes.extend_from_slice(value);
        with
    }

    pub(super) fn number(self, tag: Tag, value: u16) -> Self {
        let bytes = if self.encoding.big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        };
        self.element(tag, b"US", &bytes)
    }
}

pub(super) const ITEM: Tag = Tag(0xFFFE, 0xE000);
pub(super) const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
pub(super) const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);
pub(super) const UNDEFINED: u32 = u32::MAX;

pub(super) const SOP_CLASS: &str = "1.2.840.10008.5.1.4.1.1.2\0";
pub(super) const SOP_INSTANCE: &str = "1.2.3.4.";

/// An object with sequences of every kind before and between the elements of interest; `mark` goes into the pixels.
pub(super) fn dataset(encoding: Encoding, mark: u8) -> Vec<u8> {
    let plain = Encoding {
        deflated: false,
        ..encoding
    };
    let builder = Builder::new(plain)
        .element(tags::SPECIFIC_CHARACTER_SET, b"CS", b"ISO_IR 100")
        .element(tags::SOP_CLASS_UID, b"UI", SOP_CLASS.as_bytes())
        .element(
            tags::SOP_INSTANCE_UID,
            b"UI",
            SOP_INSTANCE.trim_end_matches('.').as_bytes(),
        )
        .element(tags::STUDY_DATE, b"DA", b"20261124")
        .element(tags::MODALITY, b"CS", b"CT")
        .element(tags::STUDY_DESCRIPTION, b"LO", b"Thorax")
        .header(tags::REFERENCED_STUDY_SEQUENCE, b"SQ", UNDEFINED)
        .delimiter(ITEM, UNDEFINED)
        // The wanted element of another object, and a nested sequence.
        .element(tags::SOP_INSTANCE_UID, b"UI", b"9.9.9\0")
        .header(tags::REFERENCED_SERIES_SEQUENCE, b"SQ", UNDEFINED)
        .delimiter(ITEM, 4)
        .text("junk")
        .delimiter(SEQUENCE_END, 0)
        .delimiter(ITEM_END, 0)
        .delimiter(SEQUENCE_END, 0)
        .element(
            tags::REFERENCED_IMAGE_SEQUENCE,
            b"SQ",
            b"\x08\0\x18\0skipped as a whole",
        )
        .element(tags::PATIENT_NAME, b"PN", b"M\xFCller^J ")
        .element(tags::PATIENT_ID, b"LO", b"ID 7")
        .element(tags::STUDY_INSTANCE_UID, b"UI", b"1.2.3\0")
        .element(tags::SERIES_INSTANCE_UID, b"UI", b"1.2.3.4\0")
        .element(tags::INSTANCE_NUMBER, b"IS", b"12")
        .element(tags::IMAGE_POSITION_PATIENT, b"DS", b"-1.5\\2\\3e1")
        .number(tags::ROWS, 2)
        .number(tags::COLUMNS, 3)
        .element(tags::PIXEL_DATA, b"OW", &[mark; 12]);
    if encoding.deflated {
        deflate(&builder.bytes)
    } else {
        builder.bytes
    }
}

impl Builder {
    pub(super) fn text(mut self, text: &str) -> Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }
}

pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const EXPLICIT: Encoding = Encoding {
    explicit_vr: true,
    big_endian: false,
    deflated: false,
};

/// Every encoding that a dataset can have.
pub(super) const ENCODINGS: [Encoding; 4] = [
    Encoding::IMPLICIT,
    EXPLICIT,
    Encoding {
        big_endian: true,
        ..EXPLICIT
    },
    Encoding {
        deflated: true,
        ..EXPLICIT
    },
];
