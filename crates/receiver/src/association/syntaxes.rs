//! Which transfer syntaxes and abstract syntaxes are accepted.

use dicom_core::dictionary::UidDictionary as _;
use dicom_dictionary_std::{StandardSopClassDictionary, uids};

/// Everything that this receiver stores, in the order in which one of several proposals is chosen: explicit before
/// implicit, because implicit loses the representation of private elements; uncompressed before compressed.
#[expect(deprecated, reason = "retired syntaxes are still sent")]
pub(super) const EXPLICIT_FIRST: [&str; 57] = [
    uids::EXPLICIT_VR_LITTLE_ENDIAN,
    uids::IMPLICIT_VR_LITTLE_ENDIAN,
    uids::EXPLICIT_VR_BIG_ENDIAN,
    uids::JPEG_LOSSLESS_SV1,
    uids::JPEG_LOSSLESS,
    uids::JPEGLS_LOSSLESS,
    uids::JPEG2000_LOSSLESS,
    uids::HTJ2K_LOSSLESS,
    uids::HTJ2K_LOSSLESS_RPCL,
    uids::JPEGXL_LOSSLESS,
    uids::RLE_LOSSLESS,
    uids::JPEG_BASELINE8_BIT,
    uids::JPEG_EXTENDED12_BIT,
    uids::JPEGLS_NEAR_LOSSLESS,
    uids::JPEG2000,
    uids::HTJ2K,
    uids::JPEGXLJPEG_RECOMPRESSION,
    uids::JPEGXL,
    uids::JPEG2000MC_LOSSLESS,
    uids::JPEG2000MC,
    uids::JPEG_EXTENDED35,
    uids::JPEG_SPECTRAL_SELECTION_NON_HIERARCHICAL68,
    uids::JPEG_SPECTRAL_SELECTION_NON_HIERARCHICAL79,
    uids::JPEG_FULL_PROGRESSION_NON_HIERARCHICAL1012,
    uids::JPEG_FULL_PROGRESSION_NON_HIERARCHICAL1113,
    uids::JPEG_LOSSLESS_NON_HIERARCHICAL15,
    uids::JPEG_EXTENDED_HIERARCHICAL1618,
    uids::JPEG_EXTENDED_HIERARCHICAL1719,
    uids::JPEG_SPECTRAL_SELECTION_HIERARCHICAL2022,
    uids::JPEG_SPECTRAL_SELECTION_HIERARCHICAL2123,
    uids::JPEG_FULL_PROGRESSION_HIERARCHICAL2426,
    uids::JPEG_FULL_PROGRESSION_HIERARCHICAL2527,
    uids::JPEG_LOSSLESS_HIERARCHICAL28,
    uids::JPEG_LOSSLESS_HIERARCHICAL29,
    uids::MPEG2MPML,
    uids::MPEG2MPMLF,
    uids::MPEG2MPHL,
    uids::MPEG2MPHLF,
    uids::MPEG4HP41,
    uids::MPEG4HP41F,
    uids::MPEG4HP41BD,
    uids::MPEG4HP41BDF,
    uids::MPEG4HP422D,
    uids::MPEG4HP422DF,
    uids::MPEG4HP423D,
    uids::MPEG4HP423DF,
    uids::MPEG4HP42STEREO,
    uids::MPEG4HP42STEREOF,
    uids::HEVCMP51,
    uids::HEVCM10P51,
    uids::ENCAPSULATED_UNCOMPRESSED_EXPLICIT_VR_LITTLE_ENDIAN,
    uids::DEFLATED_IMAGE_FRAME_COMPRESSION,
    uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    uids::JPIP_REFERENCED,
    uids::JPIP_REFERENCED_DEFLATE,
    uids::JPIPHTJ2K_REFERENCED,
    uids::JPIPHTJ2K_REFERENCED_DEFLATE,
];

/// What a presentation context may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Verification,
    Storage,
}

/// The root of everything that the standard names, and of its storage classes.
const DICOM_ROOT: &str = "1.2.840.10008.";
const STORAGE_ROOT: &str = "1.2.840.10008.5.1.4.1.1.";

impl Service {
    /// The service of an abstract syntax; `None` when it is not supported.
    ///
    /// With `accept_unknown`, classes outside the standard and storage classes newer than this program's dictionary
    /// count as storage.
    pub(super) fn of(abstract_syntax: &str, accept_unknown: bool) -> Option<Self> {
        if abstract_syntax == uids::VERIFICATION {
            return Some(Self::Verification);
        }
        let stored = match StandardSopClassDictionary.by_uid(abstract_syntax) {
            Some(class) => is_storage(class.name) && abstract_syntax != uids::MEDIA_STORAGE_DIRECTORY_STORAGE,
            None => {
                accept_unknown
                    && crate::uid::Uid::parse(abstract_syntax.as_bytes()).is_some()
                    && (!abstract_syntax.starts_with(DICOM_ROOT) || abstract_syntax.starts_with(STORAGE_ROOT))
            }
        };
        stored.then_some(Self::Storage)
    }
}

/// The dictionary has no service class, but its names are regular.
fn is_storage(name: &str) -> bool {
    name.contains("Storage") && !name.contains("Storage Commitment")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_is_told_from_the_rest() {
        let cases = [
            (uids::VERIFICATION, Some(Service::Verification)),
            (uids::CT_IMAGE_STORAGE, Some(Service::Storage)),
            (uids::HANGING_PROTOCOL_STORAGE, Some(Service::Storage)),
            (uids::STORAGE_COMMITMENT_PUSH_MODEL, None),
            (uids::MEDIA_STORAGE_DIRECTORY_STORAGE, None),
            (uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND, None),
            ("1.2.840.10008.5.1.1.9", None),
            ("1.2.840.10008.5.1.4.1.1.9999", Some(Service::Storage)),
            ("1.3.46.670589.11.0.0.12.1", Some(Service::Storage)),
            ("not a uid", None),
        ];
        for (uid, service) in cases {
            assert_eq!(Service::of(uid, true), service, "{uid}");
        }
        assert_eq!(Service::of("1.3.46.670589.11.0.0.12.1", false), None);
    }

    #[test]
    fn no_syntax_is_listed_twice() {
        let mut all = EXPLICIT_FIRST.to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), EXPLICIT_FIRST.len());
    }
}
