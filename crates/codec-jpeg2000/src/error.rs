//! Errors by kind.

use std::borrow::Cow;

use codec::{Error, ErrorKind};

pub(crate) fn malformed(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Malformed, message)
}

pub(crate) fn unsupported(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Unsupported, message)
}

pub(crate) fn truncated(message: &'static str) -> Error {
    Error::new(ErrorKind::Truncated, message)
}
