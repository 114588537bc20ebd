//! Transfer syntaxes: which this build decodes, and the names of those that it does not.

use codec::Kind;
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
    /// The same in fragments, a frame each (PS3.5 annex A.4.11).
    Fragments,
    /// The same, each frame deflated by itself (PS3.5 annex A.4.13).
    DeflatedFrames,
    /// PS3.5 annex G.
    Rle,
    /// Streams for an image codec.
    Image(Kind),
}

/// Retired, and still met.
const EXPLICIT_VR_BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";
const ENCAPSULATED_UNCOMPRESSED: &str = "1.2.840.10008.1.2.1.98";
const DEFLATED_IMAGE_FRAME: &str = "1.2.840.10008.1.2.8.1";

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
            ENCAPSULATED_UNCOMPRESSED => Ok(Self::encapsulated(Codec::Fragments)),
            DEFLATED_IMAGE_FRAME => Ok(Self::encapsulated(Codec::DeflatedFrames)),
            uids::RLE_LOSSLESS => Ok(Self::encapsulated(Codec::Rle)),
            _ => image_kind(uid).map_or_else(
                || Err(unsupported(uid)),
                |kind| Ok(Self::encapsulated(Codec::Image(kind))),
            ),
        }
    }
}

/// The image codec of a syntax of PS3.5 annex A.4.
fn image_kind(uid: &str) -> Option<Kind> {
    match uid.strip_prefix("1.2.840.10008.1.2.4.")? {
        "50" | "51" | "53" | "55" | "57" | "70" => Some(Kind::Jpeg),
        "80" | "81" => Some(Kind::JpegLs),
        "90" | "91" | "92" | "93" | "201" | "202" | "203" => Some(Kind::Jpeg2000),
        "110" | "111" | "112" => Some(Kind::JpegXl),
        _ => None,
    }
}

/// The error for a syntax that this build does not decode: which it is, and what to do.
fn unsupported(uid: &str) -> Error {
    let uid = printable_uid(uid);
    let message = match (name(&uid), uid.strip_prefix("1.2.840.10008.1.2.4.10")) {
        (Some(name), Some(_)) => format!(
            "the object is a video, {name} ({uid}), and this build shows still pictures; \
             play it with a video player, or ask the sender for single frames"
        ),
        (Some(name), None) => format!(
            "the transfer syntax {name} ({uid}) is not decoded by this build; \
             ask the sender for Explicit VR Little Endian"
        ),
        (None, _) => format!(
            "the transfer syntax of an unknown or private kind ({uid}) is not decoded by this build; \
             ask the sender for Explicit VR Little Endian"
        ),
    };
    Error::new(ErrorKind::UnsupportedTransferSyntax, message).with_tag(0x0002, 0x0010)
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
fn name(uid: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 17] = [
        ("4.94", "JPIP Referenced"),
        ("4.95", "JPIP Referenced Deflate"),
        ("4.100", "MPEG-2 Main Profile / Main Level"),
        ("4.100.1", "fragmentable MPEG-2 Main Profile / Main Level"),
        ("4.101", "MPEG-2 Main Profile / High Level"),
        ("4.101.1", "fragmentable MPEG-2 Main Profile / High Level"),
        ("4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1"),
        (
            "4.102.1",
            "fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1",
        ),
        ("4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1"),
        ("4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 for 2D video"),
        ("4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 for 3D video"),
        ("4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2"),
        ("4.107", "HEVC/H.265 Main Profile / Level 5.1"),
        ("4.108", "HEVC/H.265 Main 10 Profile / Level 5.1"),
        ("4.204", "JPIP HTJ2K Referenced"),
        ("4.205", "JPIP HTJ2K Referenced Deflate"),
        ("7.1", "SMPTE ST 2110-20 Uncompressed Progressive Active Video"),
    ];
    let end = uid.strip_prefix("1.2.840.10008.1.2.")?;
    NAMES
        .iter()
        .find(|(known, _)| *known == end)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsupported_syntax_is_named_with_its_uid() {
        for (uid, name) in [
            ("1.2.840.10008.1.2.4.94", "JPIP Referenced"),
            ("1.2.840.10008.1.2.4.102", "video, MPEG-4 AVC/H.264 High Profile"),
            ("1.2.840.10008.1.2.4.100", "video, MPEG-2"),
            ("1.2.840.10008.1.2.4.108", "video, HEVC/H.265 Main 10"),
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
