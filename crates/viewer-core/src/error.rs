//! One error for every room: whose fault it was, what happened, what to do next.

use std::fmt;

/// What went wrong, from the one list that Rust, TypeScript, Python and `noctis-probe` share.
///
/// The text form ([`ErrorKind::as_str`]) is part of the public interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes do not follow the standard.
    Malformed,
    /// The bytes end before the object does.
    Truncated,
    /// The object is sound but holds no picture.
    NoPixelData,
    /// The transfer syntax is not one that this build decodes.
    UnsupportedTransferSyntax,
    /// The photometric interpretation is not one that this build displays.
    UnsupportedPhotometric,
    /// The geometry cannot be shown with right millimetres.
    UnsupportedGeometry,
    /// A stated limit would be exceeded.
    Limit,
    /// Reading or writing failed outside the object.
    Io,
    /// The caller asked to stop.
    Cancelled,
    /// The GPU went away.
    DeviceLost,
}

impl ErrorKind {
    /// The stable name, as in `"unsupported-transfer-syntax"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Truncated => "truncated",
            Self::NoPixelData => "no-pixel-data",
            Self::UnsupportedTransferSyntax => "unsupported-transfer-syntax",
            Self::UnsupportedPhotometric => "unsupported-photometric",
            Self::UnsupportedGeometry => "unsupported-geometry",
            Self::Limit => "limit",
            Self::Io => "io",
            Self::Cancelled => "cancelled",
            Self::DeviceLost => "device-lost",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error with its place. `message` never holds patient data: tags, sizes and UIDs only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Whose fault.
    pub kind: ErrorKind,
    /// What, where, and what to do.
    pub message: String,
    /// The attribute at fault, as `(group, element)`.
    pub tag: Option<(u16, u16)>,
    /// The frame at fault, counted from zero.
    pub frame: Option<u32>,
}

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `kind` with its text.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            tag: None,
            frame: None,
        }
    }

    /// The same error, naming the attribute at fault.
    #[must_use]
    pub const fn with_tag(mut self, group: u16, element: u16) -> Self {
        self.tag = Some((group, element));
        self
    }

    /// The same error, naming the frame at fault (from zero).
    #[must_use]
    pub const fn with_frame(mut self, frame: u32) -> Self {
        self.frame = Some(frame);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)?;
        if let Some((group, element)) = self.tag {
            write!(f, " ({group:04X},{element:04X})")?;
        }
        if let Some(frame) = self.frame {
            write!(f, " in frame {frame}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
