//! What every image codec takes and gives: the bytes of one coded frame in, samples by pixel out.
//!
//! A codec is a function `fn decode(stream: &[u8], expected: &Expected) -> Result<Picture>` in a crate of its own,
//! so that a page loads only the codecs that its objects need. The data set decides what the picture must be
//! ([`Expected`]); the stream says what it is ([`Picture`]); `viewer-core` settles where they differ.
#![forbid(unsafe_code)]

use std::{borrow::Cow, fmt};

/// The families of image streams, one codec each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// ISO 10918-1: baseline, extended, progressive, lossless.
    Jpeg,
    /// ISO 14495-1.
    JpegLs,
    /// ISO 15444-1, -2 and -15 (HTJ2K).
    Jpeg2000,
    /// ISO 18181-1.
    JpegXl,
    /// RFC 1951: bytes, in the shape of a picture.
    Deflate,
    /// No stream of a frame: colours and their ICC profile (ISO 15076-1), in the shape of one.
    Icc,
}

impl Kind {
    /// The stable name, as in `noctis_codec_jpegls_bg.wasm`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::JpegLs => "jpegls",
            Self::Jpeg2000 => "jpeg2000",
            Self::JpegXl => "jpegxl",
            Self::Deflate => "deflate",
            Self::Icc => "icc",
        }
    }
}

/// Decodes one frame of a kind, or refuses the kind: the choice of codecs that a program carries.
pub type Decode = fn(Kind, &[u8], &Expected) -> Result<Picture>;

/// The choice of a program that carries no codec.
///
/// # Errors
/// [`ErrorKind::Unsupported`], always.
pub fn none(kind: Kind, _stream: &[u8], _expected: &Expected) -> Result<Picture> {
    Err(Error::new(
        ErrorKind::Unsupported,
        format!("this program has no {} codec", kind.as_str()),
    ))
}

/// The picture that the data set announces. A codec refuses a stream of another size before it allocates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// `Rows`.
    pub rows: u32,
    /// `Columns`.
    pub columns: u32,
    /// `SamplesPerPixel`.
    pub components: u8,
    /// `BitsAllocated`: 8, 16 or 32. Samples that do not fit are an error.
    pub bits_allocated: u8,
    /// The most memory that decoding may hold at once, the picture included, in bytes.
    pub max_bytes: u64,
}

/// What the stream itself says of its colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedColor {
    /// The samples are red, green, blue (also: the codec has undone the stream's own transform).
    Rgb,
    /// The samples are luminance and two colour differences, full range.
    Ybr,
    /// Nothing: `PhotometricInterpretation` decides.
    Nothing,
}

/// A decoded frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Rows of the stream.
    pub rows: u32,
    /// Columns of the stream.
    pub columns: u32,
    /// Samples a pixel.
    pub components: u8,
    /// Bits of a sample, 1 to 32, as the stream states them.
    pub precision: u8,
    /// Whether the stream's samples are two's complement.
    pub is_signed: bool,
    /// What the stream says of its colours.
    pub color: StatedColor,
    /// `[rows, columns, components]`, little-endian, sign- or zero-extended to [`Picture::sample_bytes`].
    pub samples: Vec<u8>,
}

impl Picture {
    /// Bytes of a sample: 1 up to 8 bits of precision, 2 up to 16, else 4.
    pub const fn sample_bytes(&self) -> usize {
        match self.precision {
            0..=8 => 1,
            9..=16 => 2,
            _ => 4,
        }
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture")
            .field("rows", &self.rows)
            .field("columns", &self.columns)
            .field("components", &self.components)
            .field("precision", &self.precision)
            .field("is_signed", &self.is_signed)
            .field("color", &self.color)
            .finish_non_exhaustive()
    }
}

/// Whose fault it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The stream does not follow its standard, or is not the picture that was announced.
    Malformed,
    /// The stream ends before the picture does.
    Truncated,
    /// The stream is sound but uses what this codec does not decode.
    Unsupported,
    /// Decoding would need more memory than allowed.
    Limit,
}

/// Why a frame was not decoded. The text never holds bytes of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Whose fault.
    pub kind: ErrorKind,
    /// What, and where.
    pub message: Cow<'static, str>,
}

impl Error {
    /// An error of `kind` with its text.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
