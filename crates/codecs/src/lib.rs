//! All image codecs behind one function, for programs that carry them all: tests, `noctis-probe`.
//!
//! A page does not: there each codec is a module of its own (`crates/viewer-codec`).
//!
//! What each holds at once while it decodes a frame, the picture included, is at most so many bytes for each sample, and
//! [`BESIDES`] for any picture; and never more than [`Expected::max_bytes`] and [`BESIDES`]. `tests/memory.rs` counts it.
//!
//! | | bytes a sample |
//! |---|---|
//! | JPEG | 4, or 8 where samples have more than 8 bits |
//! | JPEG-LS | 1, or 2 where samples have more than 8 bits |
//! | JPEG 2000, HTJ2K | 14 |
//! | JPEG XL | 20, and 4 MiB for groups of 256 x 256 |
//! | deflate | twice what it gives |
//! | colour profiles | 4 a pixel, and what they are given |
#![forbid(unsafe_code)]

use codec::{Expected, Kind, Picture, Result};

/// What decoding may hold besides [`Expected::max_bytes`]: tables that are as large for any picture.
pub const BESIDES: usize = 256 << 10;

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
