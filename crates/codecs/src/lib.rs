//! All image codecs behind one function, for programs that carry them all: tests, `noctis-probe`.
//!
//! A page does not: there each codec is a module of its own (`crates/viewer-codec`).
#![forbid(unsafe_code)]

use codec::{Expected, Kind, Picture, Result};

/// Decodes one frame of any kind; a [`codec::Decode`].
///
/// # Errors
/// Those of the codec.
pub fn decode(kind: Kind, stream: &[u8], expected: &Expected) -> Result<Picture> {
    match kind {
        Kind::Jpeg => codec_jpeg::decode(stream, expected),
        Kind::JpegLs => codec_jpegls::decode(stream, expected),
        Kind::Jpeg2000 => codec_jpeg2000::decode(stream, expected),
        Kind::Deflate => codec_deflate::decode(stream, expected),
        Kind::Icc => codec_icc::decode(stream, expected),
        Kind::JpegXl => codec_jpegxl::decode(stream, expected),
    }
}
