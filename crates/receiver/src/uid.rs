//! Validated unique identifiers. Every path and every answer is built from these, never from raw bytes.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A UID as PS3.5 section 9 writes it: digits and dots, at most 64 characters, no empty component.
/// Leading zeros in a component are tolerated, because real objects have them and they do no harm in a path.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Uid(Box<str>);

impl Uid {
    /// Parses the bytes of a UI value; padding (NUL or spaces) at the end is dropped.
    pub(crate) fn parse(value: &[u8]) -> Option<Self> {
        let trimmed = value.trim_ascii_end();
        let end = trimmed
            .iter()
            .rposition(|byte| !matches!(byte, 0 | b' '))
            .map_or(0, |at| at + 1);
        let text = std::str::from_utf8(trimmed.get(..end)?).ok()?;
        let well_formed = !text.is_empty()
            && text.len() <= 64
            && text
                .split('.')
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        well_formed.then(|| Self(text.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Uid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Uid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text.as_bytes()).ok_or_else(|| serde::de::Error::custom("not a UID"))
    }
}

#[cfg(test)]
mod tests {
    use super::Uid;

    #[test]
    fn padding_is_dropped() {
        for raw in [&b"1.2.840"[..], b"1.2.840\0", b"1.2.840 ", b"1.2.840\0 \0"] {
            assert_eq!(
                Uid::parse(raw).map(|uid| uid.to_string()).as_deref(),
                Some("1.2.840"),
                "{raw:?}"
            );
        }
    }

    #[test]
    fn anything_that_could_be_a_path_is_refused() {
        let too_long = "1".repeat(65);
        let hostile: [&[u8]; 12] = [
            b"",
            b"\0",
            b".",
            b"..",
            b"../../x",
            b"/etc/passwd",
            b"1..2",
            b".1",
            b"1.",
            b"1.2a",
            b"1.2\n.3",
            too_long.as_bytes(),
        ];
        for raw in hostile {
            assert!(Uid::parse(raw).is_none(), "{raw:?}");
        }
    }
}
