//! Frames that an image codec has to decode: which, and from what.

use std::borrow::Cow;

use codec::{Expected, Kind};

use super::{DicomObject, Pixels, syntax::Codec};
use crate::{Error, ErrorKind, Result};

/// A frame as it is coded, and what the data set says that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedFrame<'o> {
    /// The codec for it.
    pub codec: Kind,
    /// The stream: part of the object, or joined from several fragments.
    pub stream: Cow<'o, [u8]>,
    /// What the picture must be.
    pub expected: Expected,
}

impl DicomObject {
    /// Frame `index` (from 0) as it is coded; none when no codec is needed for it, and
    /// [`DicomObject::frame`] then gives it with any. What the codec makes of it goes to
    /// [`DicomObject::frame_from`].
    ///
    /// # Errors
    /// With the frame's number: [`crate::ErrorKind::Truncated`] when the object ends inside it,
    /// [`crate::ErrorKind::Malformed`] when there is no such frame.
    pub fn coded_frame(&self, index: u32) -> Result<Option<CodedFrame<'_>>> {
        self.coded(index).map_err(|error| error.with_frame(index))
    }

    pub(crate) fn coded(&self, index: u32) -> Result<Option<CodedFrame<'_>>> {
        self.check_index(index)?;
        let kind = match self.codec {
            Codec::Image(kind) => kind,
            Codec::DeflatedFrames => Kind::Deflate,
            Codec::Native | Codec::Fragments | Codec::Rle => return Ok(None),
        };
        let layout = &self.layout;
        let stream = match &self.pixels {
            Pixels::Native { .. } => return Ok(None),
            Pixels::Encapsulated(fragments) => fragments.frame(&self.bytes, index)?,
            Pixels::Remote(remote) => remote.stream(index)?,
        };
        #[expect(clippy::cast_possible_truncation, reason = "1 or 3; 1, 8, 16 or 32")]
        let (components, bits_allocated) = (layout.samples as u8, layout.bits_allocated as u8);
        let mut max_bytes = self.limits.max_codec_bytes();
        if kind == Kind::Deflate {
            // what comes after the frame is padding, and deflate makes at most 1032 bytes of one: no memory for a frame
            // that cannot be there
            max_bytes = layout.native_bits().div_ceil(8);
            if max_bytes / 1032 > stream.len() as u64 {
                return Err(Error::new(ErrorKind::Truncated, "the deflated frame ends early"));
            }
        }
        Ok(Some(CodedFrame {
            codec: match kind {
                Kind::Deflate => kind,
                _ => kind_of(&stream).unwrap_or(kind),
            },
            stream,
            expected: Expected {
                rows: u32::from(layout.rows),
                columns: u32::from(layout.columns),
                components,
                bits_allocated: bits_allocated.max(8),
                max_bytes,
            },
        }))
    }
}

/// The kind of a stream by its first bytes: some senders name a syntax and write another.
fn kind_of(stream: &[u8]) -> Option<Kind> {
    match stream {
        // SOI, then the first frame header decides: SOF55 is JPEG-LS
        [0xFF, 0xD8, ..] => Some(if is_jpeg_ls(stream) {
            Kind::JpegLs
        } else {
            Kind::Jpeg
        }),
        [0xFF, 0x4F, 0xFF, 0x51, ..] | [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => Some(Kind::Jpeg2000),
        [0xFF, 0x0A, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Some(Kind::JpegXl),
        _ => None,
    }
}

/// Whether the first frame header of a JPEG stream is that of JPEG-LS.
fn is_jpeg_ls(stream: &[u8]) -> bool {
    let mut position = 2_usize;
    loop {
        match stream.get(position..) {
            Some([0xFF, 0xFF, ..]) => position += 1,
            Some([0xFF, marker, high, low, ..]) => match marker {
                0xF7 => return true,
                0xC4 | 0xC8 | 0xCC | 0xDA..=0xFE => {
                    position = position.saturating_add(2 + usize::from(u16::from_be_bytes([*high, *low])));
                }
                _ => return false,
            },
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_known_by_their_first_bytes() {
        for (stream, kind) in [
            (&b"\xFF\xD8\xFF\xF7\x00\x0B"[..], Some(Kind::JpegLs)),
            (b"\xFF\xD8\xFF\xE0\x00\x04ab\xFF\xF7\x00\x0B", Some(Kind::JpegLs)),
            (b"\xFF\xD8\xFF\xE0\x00\x04ab\xFF\xC3\x00\x0B", Some(Kind::Jpeg)),
            (b"\xFF\xD8\xFF", Some(Kind::Jpeg)),
            (b"\xFF\xD8\xFF\xDA\xFF\xFF", Some(Kind::Jpeg)),
            (b"\xFF\x4F\xFF\x51\x00\x2F", Some(Kind::Jpeg2000)),
            (b"\x00\x00\x00\x0CjP  \r\n\x87\n", Some(Kind::Jpeg2000)),
            (b"\xFF\x0A\x00", Some(Kind::JpegXl)),
            (b"", None),
            (b"GIF89a", None),
        ] {
            assert_eq!(kind_of(stream), kind, "{stream:?}");
        }
    }
}
