//! Which transfer syntaxes and abstract syntaxes are accepted.

use dicom_core::dictionary::UidDictionary as _;
use dicom_dictionary_std::{StandardSopClassDictionary, uids};

use super::extended::CommonNegotiation;
use crate::config::TransferSyntaxes;
use crate::uid::Uid;

/// Everything that this receiver stores, in the order in which one of several proposals is chosen: explicit before
/// implicit, because implicit loses the representation of private elements; uncompressed before compressed.
#[expect(deprecated, reason = "retired syntaxes are still sent")]
pub(crate) const EXPLICIT_FIRST: [&str; 57] = [
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

/// `ALL_TRANSFER_SYNTAXES` of pynetdicom 3.0, in its order, by which it chooses.
#[expect(deprecated, reason = "retired syntaxes are still sent")]
pub(crate) const PYNETDICOM_ALL: [&str; 45] = [
    uids::IMPLICIT_VR_LITTLE_ENDIAN,
    uids::EXPLICIT_VR_LITTLE_ENDIAN,
    uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    uids::EXPLICIT_VR_BIG_ENDIAN,
    uids::JPEG_BASELINE8_BIT,
    uids::JPEG_EXTENDED12_BIT,
    uids::JPEG_LOSSLESS,
    uids::JPEG_LOSSLESS_SV1,
    uids::JPEGLS_LOSSLESS,
    uids::JPEGLS_NEAR_LOSSLESS,
    uids::JPEG2000_LOSSLESS,
    uids::JPEG2000,
    uids::JPEG2000MC_LOSSLESS,
    uids::JPEG2000MC,
    uids::JPIP_REFERENCED,
    uids::JPIP_REFERENCED_DEFLATE,
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
    uids::JPEGXL_LOSSLESS,
    uids::JPEGXLJPEG_RECOMPRESSION,
    uids::JPEGXL,
    uids::HTJ2K_LOSSLESS,
    uids::HTJ2K_LOSSLESS_RPCL,
    uids::HTJ2K,
    uids::JPIPHTJ2K_REFERENCED,
    uids::JPIPHTJ2K_REFERENCED_DEFLATE,
    uids::RLE_LOSSLESS,
    uids::SMPTEST211020_UNCOMPRESSED_PROGRESSIVE_ACTIVE_VIDEO,
    uids::SMPTEST211020_UNCOMPRESSED_INTERLACED_ACTIVE_VIDEO,
    uids::SMPTEST211030PCM_DIGITAL_AUDIO,
    uids::DEFLATED_IMAGE_FRAME_COMPRESSION,
];
/// The first of [`PYNETDICOM_ALL`] are `DEFAULT_TRANSFER_SYNTAXES` of pynetdicom.
const PYNETDICOM_DEFAULTS: usize = 4;

impl TransferSyntaxes {
    /// What is accepted, in the order in which one of several proposals is chosen. For `as-proposed` only the
    /// members count.
    pub(crate) fn accepted(self) -> &'static [&'static str] {
        match self {
            Self::ExplicitFirst | Self::AsProposed => &EXPLICIT_FIRST,
            Self::PynetdicomAll => &PYNETDICOM_ALL,
            Self::PynetdicomDefault => PYNETDICOM_ALL.get(..PYNETDICOM_DEFAULTS).unwrap_or_default(),
        }
    }

    /// The syntax for a context; `None` when no proposed one is accepted. With `accept_unknown`, the first proposed
    /// one that is private or newer than this program counts when no other does.
    pub(super) fn choose(self, proposed: &[String], accept_unknown: bool) -> Option<Uid> {
        let accepted = self.accepted();
        let mut proposals = proposed.iter().map(|syntax| unpadded(syntax));
        let chosen = match self {
            Self::AsProposed => proposals.find(|one| accepted.contains(one)),
            _ => accepted
                .iter()
                .copied()
                .find(|syntax| proposed.iter().any(|one| unpadded(one) == *syntax)),
        };
        let unknown = || {
            let mut proposals = proposed.iter().map(|syntax| unpadded(syntax));
            proposals.find(|one| accept_unknown && is_unknown(one))
        };
        Uid::parse(chosen.or_else(unknown)?.as_bytes())
    }
}

/// A syntax outside the standard, or of a kind that the standard may add to.
fn is_unknown(syntax: &str) -> bool {
    let known = EXPLICIT_FIRST.contains(&syntax) || PYNETDICOM_ALL.contains(&syntax);
    let encoded_otherwise = syntax.starts_with("1.2.840.10008.1.2.6.");
    !known
        && !encoded_otherwise
        && (!syntax.starts_with(DICOM_ROOT) || syntax.starts_with("1.2.840.10008.1.2."))
}

/// UIDs in PDUs have no padding (PS3.8 annex F), but some senders pad.
pub(super) fn unpadded(uid: &str) -> &str {
    uid.trim_end_matches(['\0', ' '])
}

/// What a presentation context may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Verification,
    Storage,
    Commitment,
}

/// The root of everything that the standard names, and of its storage classes.
const DICOM_ROOT: &str = "1.2.840.10008.";
const STORAGE_ROOT: &str = "1.2.840.10008.5.1.4.1.1.";

impl Service {
    /// The service of an abstract syntax; `None` when it is not supported.
    ///
    /// With `accept_unknown`, classes outside the standard and storage classes newer than this program's dictionary
    /// count as storage. A class is also taken on its word: when `common` says that its service class is Storage, or
    /// that it specializes a storage class (PS3.7 section D.3.3.6).
    pub(super) fn of(
        abstract_syntax: &str,
        accept_unknown: bool,
        common: &[CommonNegotiation],
    ) -> Option<Self> {
        if abstract_syntax == uids::VERIFICATION {
            return Some(Self::Verification);
        }
        if abstract_syntax == uids::STORAGE_COMMITMENT_PUSH_MODEL {
            return Some(Self::Commitment);
        }
        let stored = match StandardSopClassDictionary.by_uid(abstract_syntax) {
            Some(class) => is_storage(class.name) && abstract_syntax != uids::MEDIA_STORAGE_DIRECTORY_STORAGE,
            None => {
                let said = common.iter().find(|said| said.sop_class == abstract_syntax);
                let place =
                    !abstract_syntax.starts_with(DICOM_ROOT) || abstract_syntax.starts_with(STORAGE_ROOT);
                let service = said.map(|said| said.service_class == uids::STORAGE);
                let special =
                    said.is_some_and(|said| said.related.iter().any(|general| is_known_storage(general)));
                Uid::parse(abstract_syntax.as_bytes()).is_some()
                    && (special || accept_unknown && service.unwrap_or(place))
            }
        };
        stored.then_some(Self::Storage)
    }
}

/// Whether this is a storage class of the dictionary.
pub(crate) fn is_known_storage(sop_class: &str) -> bool {
    Service::of(sop_class, false, &[]) == Some(Service::Storage)
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
            (uids::STORAGE_COMMITMENT_PUSH_MODEL, Some(Service::Commitment)),
            (uids::MEDIA_STORAGE_DIRECTORY_STORAGE, None),
            (uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND, None),
            ("1.2.840.10008.5.1.1.9", None),
            ("1.2.840.10008.5.1.4.1.1.9999", Some(Service::Storage)),
            ("1.3.46.670589.11.0.0.12.1", Some(Service::Storage)),
            ("not a uid", None),
        ];
        for (uid, service) in cases {
            assert_eq!(Service::of(uid, true, &[]), service, "{uid}");
        }
        assert_eq!(Service::of("1.3.46.670589.11.0.0.12.1", false, &[]), None);
    }

    #[test]
    fn an_unknown_class_is_taken_on_its_word() {
        let (private, special) = ("1.2.3.4", "1.2.3.5");
        let common = |sop_class: &str, service_class: &str, related: &[&str]| CommonNegotiation {
            sop_class: sop_class.to_owned(),
            service_class: service_class.to_owned(),
            related: related.iter().map(|&one| one.to_owned()).collect(),
        };
        let said = [
            common(
                private,
                uids::STUDY_ROOT_QUERY_RETRIEVE_INFORMATION_MODEL_FIND,
                &[],
            ),
            common(special, uids::STORAGE, &[uids::CT_IMAGE_STORAGE]),
        ];
        assert_eq!(Service::of(private, true, &[]), Some(Service::Storage));
        assert_eq!(Service::of(private, true, &said), None);
        assert_eq!(Service::of(special, false, &[]), None);
        assert_eq!(Service::of(special, false, &said), Some(Service::Storage));
    }

    #[test]
    fn no_syntax_is_listed_twice() {
        for list in [&EXPLICIT_FIRST[..], &PYNETDICOM_ALL] {
            let mut all = list.to_vec();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), list.len());
        }
    }

    #[test]
    fn a_profile_chooses() {
        use TransferSyntaxes::{AsProposed, ExplicitFirst, PynetdicomAll, PynetdicomDefault};
        let (implicit, explicit) = (uids::IMPLICIT_VR_LITTLE_ENDIAN, uids::EXPLICIT_VR_LITTLE_ENDIAN);
        let (jpeg, private, xml) = (uids::JPEG_BASELINE8_BIT, "1.2.3", "1.2.840.10008.1.2.6.2");
        type Case<'a> = (TransferSyntaxes, &'a [&'a str], Option<&'a str>, Option<&'a str>);
        let cases: [Case<'_>; 9] = [
            (
                ExplicitFirst,
                &[jpeg, implicit, explicit],
                Some(explicit),
                Some(explicit),
            ),
            (
                PynetdicomAll,
                &[jpeg, explicit, implicit],
                Some(implicit),
                Some(implicit),
            ),
            (PynetdicomAll, &[jpeg], Some(jpeg), Some(jpeg)),
            (PynetdicomDefault, &[jpeg], None, None),
            (PynetdicomDefault, &[jpeg, private], None, Some(private)),
            (AsProposed, &[jpeg, implicit, explicit], Some(jpeg), Some(jpeg)),
            (AsProposed, &[private, implicit], Some(implicit), Some(implicit)),
            (AsProposed, &[private], None, Some(private)),
            (ExplicitFirst, &[xml, "../x"], None, None),
        ];
        for (profile, proposed, known, unknown) in cases {
            let owned: Vec<String> = proposed.iter().map(|&one| one.to_owned()).collect();
            let chosen = |accept| profile.choose(&owned, accept).map(|uid| uid.to_string());
            assert_eq!(chosen(false).as_deref(), known, "{profile:?} {proposed:?}");
            assert_eq!(
                chosen(true).as_deref(),
                unknown,
                "{profile:?} {proposed:?}, unknown ones too"
            );
        }
    }
}
