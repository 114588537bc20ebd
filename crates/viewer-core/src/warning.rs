//! What was not as it should be and yet did not keep a picture from being shown.

use std::{borrow::Cow, fmt};

/// What was found, from the one list that Rust, TypeScript, Python and `noctis-probe` share.
///
/// The text form ([`WarningKind::as_str`]) is part of the public interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// An attribute is missing or contradicts another; what was taken instead is said.
    Attribute,
    /// The coded stream says something else than the data set.
    StreamDiffers,
    /// The pixel data is longer or shorter than announced.
    PixelDataLength,
    /// Values are displayed less exactly than they are stored.
    Reduced,
    /// The colour profile cannot be used: colours are shown without it.
    ColorProfile,
    /// A character set is not known: its text is read as Latin-1.
    CharacterSet,
}

impl WarningKind {
    /// The stable name, as in `"stream-differs"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attribute => "attribute",
            Self::StreamDiffers => "stream-differs",
            Self::PixelDataLength => "pixel-data-length",
            Self::Reduced => "reduced",
            Self::ColorProfile => "color-profile",
            Self::CharacterSet => "character-set",
        }
    }
}

/// A warning with its place. `message` never holds patient data: tags, sizes and terms of the standard only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What was found.
    pub kind: WarningKind,
    /// What is not as it should be, and what was done about it.
    pub message: Cow<'static, str>,
    /// The attribute concerned, as `(group, element)`.
    pub tag: Option<(u16, u16)>,
    /// The frame concerned, counted from zero; absent when it is the object.
    pub frame: Option<u32>,
}

impl Warning {
    /// A warning of `kind` with its text.
    pub fn new(kind: WarningKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
            tag: None,
            frame: None,
        }
    }

    /// The same warning, naming the attribute concerned.
    #[must_use]
    pub const fn with_tag(mut self, group: u16, element: u16) -> Self {
        self.tag = Some((group, element));
        self
    }

    /// The same warning, naming the frame concerned (from zero).
    #[must_use]
    pub const fn with_frame(mut self, frame: u32) -> Self {
        self.frame = Some(frame);
        self
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.as_str(), self.message)?;
        if let Some((group, element)) = self.tag {
            write!(f, " ({group:04X},{element:04X})")?;
        }
        if let Some(frame) = self.frame {
            write!(f, " in frame {frame}")?;
        }
        Ok(())
    }
}
