//! How a dataset is encoded, as far as walking it needs to know (PS3.5 sections 7 and 10, annex A).

use dicom_dictionary_std::uids;

/// VR form, byte order and stream compression of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoding {
    pub(crate) explicit_vr: bool,
    pub(crate) big_endian: bool,
    pub(crate) deflated: bool,
}

/// The private syntax that is met in practice: Implicit VR Little Endian but for the order of bytes in pixel data.
const GE_IMPLICIT_BIG_ENDIAN_PIXELS: &str = "1.2.840.113619.5.2";

impl Encoding {
    /// Implicit VR Little Endian, also what sequences in UN elements use (PS3.5 section 6.2.2).
    pub(crate) const IMPLICIT: Self = Self {
        explicit_vr: false,
        big_endian: false,
        deflated: false,
    };

    /// Every standard transfer syntax but these is Explicit VR Little Endian with a choice of pixel encodings.
    pub(crate) fn of(transfer_syntax_uid: &str) -> Self {
        let explicit = Self {
            explicit_vr: true,
            ..Self::IMPLICIT
        };
        match transfer_syntax_uid {
            uids::IMPLICIT_VR_LITTLE_ENDIAN | GE_IMPLICIT_BIG_ENDIAN_PIXELS => Self::IMPLICIT,
            #[expect(deprecated, reason = "retired, and still sent")]
            uids::EXPLICIT_VR_BIG_ENDIAN => Self {
                big_endian: true,
                ..explicit
            },
            uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN
            | uids::JPIP_REFERENCED_DEFLATE
            | uids::JPIPHTJ2K_REFERENCED_DEFLATE => Self {
                deflated: true,
                ..explicit
            },
            _ => explicit,
        }
    }

    /// Explicit VRs with a 16-bit length; every other one, also those still to be defined, has 32 bits.
    pub(crate) fn is_short_vr(vr: [u8; 2]) -> bool {
        matches!(
            &vr,
            b"AE"
                | b"AS"
                | b"AT"
                | b"CS"
                | b"DA"
                | b"DS"
                | b"DT"
                | b"FD"
                | b"FL"
                | b"IS"
                | b"LO"
                | b"LT"
                | b"PN"
                | b"SH"
                | b"SL"
                | b"SS"
                | b"ST"
                | b"TM"
                | b"UI"
                | b"UL"
                | b"US"
        )
    }

    pub(crate) fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    pub(crate) fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }
}
