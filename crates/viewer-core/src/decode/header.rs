//! Element headers (PS3.5 section 7.1). Written out, and held to those of dicom-rs by a test: theirs read from a stream,
//! and bring the errors, texts and traces of streams into the decode module.

use dicom_core::Tag;

use super::{dataset::Element, syntax::Encoding};
use crate::{Error, ErrorKind, Result};

/// A value representation, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Vr(pub(crate) [u8; 2]);

impl Vr {
    pub(crate) const OW: Self = Self(*b"OW");
    pub(crate) const SS: Self = Self(*b"SS");
    pub(crate) const UN: Self = Self(*b"UN");
    pub(crate) const US: Self = Self(*b"US");

    /// Those whose length is of 16 bits; PS3.5 section 7.1.2 gives all others, future ones included, one of 32.
    const SHORT: &'static [u8] = b"AEASATCSDADSDTFDFLISLOLTPNSHSLSSSTTMUIULUS";
    const LONG: &'static [u8] = b"OBODOFOLOVOWSQSVUCUNURUTUV";

    fn is_short(self) -> bool {
        self.is_among(Self::SHORT)
    }

    /// Whether the standard defines it.
    pub(crate) fn is_defined(self) -> bool {
        self.is_short() || self.is_among(Self::LONG)
    }

    fn is_among(self, all: &[u8]) -> bool {
        all.as_chunks::<2>().0.contains(&self.0)
    }
}

/// Reads the element header at `position`.
///
/// In an explicit little-endian data set, an element whose VR is not two capital letters is read as implicit:
/// some writers switch inside sequences.
///
/// # Errors
/// [`ErrorKind::Truncated`] when the bytes end inside the header.
pub(crate) fn read_header(bytes: &[u8], position: usize, encoding: Encoding) -> Result<Element> {
    read(bytes.get(position..).unwrap_or_default(), position, encoding).ok_or_else(|| {
        Error::new(
            ErrorKind::Truncated,
            format!("the object ends inside an element header at byte {position}"),
        )
    })
}

/// The header at the beginning of `source`; none when the bytes end inside it.
fn read(source: &[u8], position: usize, encoding: Encoding) -> Option<Element> {
    let (&[a, b, c, d], source) = source.split_first_chunk::<4>()?;
    let (&[v, w, x, y], source) = source.split_first_chunk::<4>()?;
    let (long, short) = match encoding {
        Encoding::ExplicitBig => (
            u32::from_be_bytes as fn([u8; 4]) -> u32,
            u16::from_be_bytes as fn([u8; 2]) -> u16,
        ),
        Encoding::ExplicitLittle | Encoding::ImplicitLittle => {
            (u32::from_le_bytes as _, u16::from_le_bytes as _)
        }
    };
    let tag = Tag(short([a, b]), short([c, d]));
    let is_explicit = match encoding {
        Encoding::ExplicitBig => true,
        Encoding::ExplicitLittle => v.is_ascii_uppercase() && w.is_ascii_uppercase(),
        Encoding::ImplicitLittle => false,
    };
    let vr = Vr([v, w]);
    // items and their delimiters have no VR (section 7.5)
    let (vr, length, size) = if tag.0 == 0xFFFE || !is_explicit {
        (Vr::UN, long([v, w, x, y]), 8)
    } else if vr.is_short() {
        (vr, short([x, y]).into(), 8)
    } else {
        let vr = if vr.is_defined() { vr } else { Vr::UN };
        (vr, long(*source.first_chunk()?), 12)
    };
    Some(Element {
        tag,
        vr,
        start: position.saturating_add(size),
        length: (length != u32::MAX).then_some(length),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dicom_core::{VR, dictionary::stub::StubDataDictionary, header::Header as _};
    use dicom_encoding::decode::{
        Decode, explicit_be::ExplicitVRBigEndianDecoder, explicit_le::ExplicitVRLittleEndianDecoder,
        implicit_le::ImplicitVRLittleEndianDecoder,
    };

    /// Tag, VR, first byte of the value and length, as dicom-rs reads them.
    fn theirs(mut source: &[u8], encoding: Encoding) -> Option<(Tag, VR, usize, Option<u32>)> {
        let read = match encoding {
            Encoding::ExplicitLittle => ExplicitVRLittleEndianDecoder::default().decode_header(&mut source),
            Encoding::ExplicitBig => ExplicitVRBigEndianDecoder::default().decode_header(&mut source),
            Encoding::ImplicitLittle => {
                ImplicitVRLittleEndianDecoder::with_dict(StubDataDictionary).decode_header(&mut source)
            }
        };
        let (header, size) = read.ok()?;
        Some((header.tag(), header.vr(), size, header.len.get()))
    }

    #[test]
    fn headers_are_those_of_dicom_rs() {
        let mut vrs: Vec<[u8; 2]> = Vr::SHORT.as_chunks().0.to_vec();
        vrs.extend_from_slice(Vr::LONG.as_chunks().0);
        assert_eq!(vrs.len(), 34);
        vrs.extend([*b"ZZ", *b"AA"]);
        let tags = [
            [0x10, 0, 0x20, 0],
            [0, 0x10, 0, 0x20],
            [0xFE, 0xFF, 0, 0xE0],
            [0xFF, 0xFE, 0xE0, 0x0D],
        ];
        let lengths = [
            [6, 0, 0, 0, 0, 0],
            [0, 6, 0xFF, 0xFF, 0xFF, 0xFF],
            [1, 2, 3, 4, 5, 6],
        ];
        for encoding in [
            Encoding::ExplicitLittle,
            Encoding::ExplicitBig,
            Encoding::ImplicitLittle,
        ] {
            for ((tag, vr), length) in tags
                .iter()
                .flat_map(|tag| vrs.iter().map(move |vr| (tag, vr)))
                .zip(lengths.iter().cycle())
            {
                let bytes = [&tag[..], &vr[..], &length[..]].concat();
                for end in 0..=bytes.len() {
                    let ours = read(&bytes[..end], 0, encoding)
                        .map(|ours| (ours.tag, ours.vr.0, ours.start, ours.length));
                    let theirs = theirs(&bytes[..end], encoding).map(|(tag, vr, start, length)| {
                        (
                            tag,
                            *vr.to_string().as_bytes().first_chunk().expect("two letters"),
                            start,
                            length,
                        )
                    });
                    assert_eq!(ours, theirs, "{bytes:02X?} {end}");
                }
            }
        }
    }

    #[test]
    fn what_has_no_vr_in_an_explicit_data_set_is_implicit() {
        let element = read(
            &[0x08, 0, 0x16, 0, 2, 0, 0, 0, 9, 9],
            100,
            Encoding::ExplicitLittle,
        )
        .expect("whole");
        assert_eq!(
            (element.start, element.length, element.vr),
            (108, Some(2), Vr::UN)
        );
    }
}
