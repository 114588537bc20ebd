//! Transfer syntaxes: which this build decodes, and the names of those that it does not.

use dicom_dictionary_std::uids;

use crate::{Error, ErrorKind, Result};

/// How data elements are written (PS3.5 chapter 7 and annex A).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    ImplicitLittle,
    ExplicitLittle,
    ExplicitBig,
}

/// How the pixels are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    /// PS3.5 section 8.1: values as they are.
    Native,
    /// PS3.5 annex G.
    Rle,
    /// Process 1 of ISO 10918-1.
    JpegBaseline,
    /// Process 14 of ISO 10918-1, any predictor.
    JpegLossless,
}

/// Retired, and still met.
const EXPLICIT_VR_BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// A transfer syntax that this build decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    pub(crate) encoding: Encoding,
    pub(crate) deflated: bool,
    pub(crate) codec: Codec,
}

impl Syntax {
    /// An uncompressed syntax of that encoding.
    pub(crate) const fn native(encoding: Encoding) -> Self {
        Self {
            encoding,
            deflated: false,
            codec: Codec::Native,
        }
    }

    const fn encapsulated(codec: Codec) -> Self {
        Self {
            encoding: Encoding::ExplicitLittle,
            deflated: false,
            codec,
        }
    }

    /// The syntax of that UID.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedTransferSyntax`], naming the syntax and its UID.
    pub(crate) fn from_uid(uid: &str) -> Result<Self> {
        match uid {
            uids::IMPLICIT_VR_LITTLE_ENDIAN => Ok(Self::native(Encoding::ImplicitLittle)),
            uids::EXPLICIT_VR_LITTLE_ENDIAN => Ok(Self::native(Encoding::ExplicitLittle)),
            EXPLICIT_VR_BIG_ENDIAN => Ok(Self::native(Encoding::ExplicitBig)),
            uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN => Ok(Self {
                deflated: true,
                ..Self::native(Encoding::ExplicitLittle)
            }),
            uids::RLE_LOSSLESS => Ok(Self::encapsulated(Codec::Rle)),
            uids::JPEG_BASELINE8_BIT => Ok(Self::encapsulated(Codec::JpegBaseline)),
            uids::JPEG_LOSSLESS | uids::JPEG_LOSSLESS_SV1 => Ok(Self::encapsulated(Codec::JpegLossless)),
            _ => Err(Error::new(
                ErrorKind::UnsupportedTransferSyntax,
                format!(
                    "the transfer syntax {} ({}) is not decoded by this build; ask the sender for Explicit VR Little Endian",
                    name(uid),
                    printable_uid(uid)
                ),
            )
            .with_tag(0x0002, 0x0010)),
        }
    }
}

/// The UID of the uncompressed syntax of that encoding.
pub(crate) const fn native_uid(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::ImplicitLittle => uids::IMPLICIT_VR_LITTLE_ENDIAN,
        Encoding::ExplicitLittle => uids::EXPLICIT_VR_LITTLE_ENDIAN,
        Encoding::ExplicitBig => EXPLICIT_VR_BIG_ENDIAN,
    }
}

/// What may stand in an error text: at most 64 digits and dots.
fn printable_uid(uid: &str) -> String {
    let text: String = uid
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .take(64)
        .collect();
    if text.is_empty() {
        "no UID".to_owned()
    } else {
        text
    }
}

/// The name in PS3.6 annex A of a syntax that this build does not decode.
fn name(uid: &str) -> &'static str {
    const NAMES: [(&str, &str); 22] = [
        (
            "1.2.840.10008.1.2.1.98",
            "Encapsulated Uncompressed Explicit VR Little Endian",
        ),
        ("1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 and 4)"),
        (
            "1.2.840.10008.1.2.4.53",
            "JPEG Spectral Selection (Process 6 and 8)",
        ),
        (
            "1.2.840.10008.1.2.4.55",
            "JPEG Full Progression (Process 10 and 12)",
        ),
        ("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless"),
        ("1.2.840.10008.1.2.4.81", "JPEG-LS Near-lossless"),
        ("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless"),
        ("1.2.840.10008.1.2.4.91", "JPEG 2000"),
        ("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Lossless"),
        ("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2"),
        ("1.2.840.10008.1.2.4.94", "JPIP Referenced"),
        ("1.2.840.10008.1.2.4.95", "JPIP Referenced Deflate"),
        ("1.2.840.10008.1.2.4.110", "JPEG XL Lossless"),
        ("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression"),
        ("1.2.840.10008.1.2.4.112", "JPEG XL"),
        ("1.2.840.10008.1.2.4.201", "HTJ2K Lossless"),
        ("1.2.840.10008.1.2.4.202", "HTJ2K Lossless RPCL"),
        ("1.2.840.10008.1.2.4.203", "HTJ2K"),
        ("1.2.840.10008.1.2.4.204", "JPIP HTJ2K Referenced"),
        ("1.2.840.10008.1.2.4.205", "JPIP HTJ2K Referenced Deflate"),
        ("1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20"),
        ("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression"),
    ];
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == uid) {
        return name;
    }
    let is_video = uid
        .strip_prefix("1.2.840.10008.1.2.4.10")
        .is_some_and(|rest| !rest.is_empty() && rest.as_bytes().first().is_some_and(u8::is_ascii_digit));
    if is_video {
        "MPEG video"
    } else {
        "of an unknown or private kind"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsupported_syntax_is_named_with_its_uid() {
        for (uid, name) in [
            ("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless"),
            ("1.2.840.10008.1.2.4.102", "MPEG video"),
            ("1.2.840.113619.5.2", "unknown or private"),
        ] {
            let error = Syntax::from_uid(uid).expect_err("not supported");
            assert_eq!(error.kind, ErrorKind::UnsupportedTransferSyntax);
            assert!(
                error.message.contains(name) && error.message.contains(uid),
                "{error}"
            );
        }
    }

    #[test]
    fn a_hostile_uid_is_not_printed() {
        let error = Syntax::from_uid("DOE^JANE").expect_err("not supported");
        assert!(!error.message.contains("DOE"));
    }
}
