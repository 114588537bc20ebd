//! Which generation lies under a path, when it is not the first: `.generations/<study>/<series>/<sop>`, beside the
//! objects, so that all receivers of a storage number the objects of a path alike.

use std::fmt;

pub(super) const FOLDER: &str = ".generations";
/// Our own are below 100 bytes.
pub(super) const LONGEST: u64 = 256;

/// The bytes under a path, and how often other bytes were there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Generation {
    pub(crate) number: u32,
    /// Of the whole file, lower-case hexadecimal.
    pub(crate) sha256: String,
}

impl Generation {
    /// Where the record for an object lies.
    pub(super) fn path(relative: &str) -> String {
        format!("{FOLDER}/{}", relative.trim_end_matches(".dcm"))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let (number, sha256) = text.trim().split_once(' ')?;
        Some(Self {
            number: number.parse().ok()?,
            sha256: sha256.to_owned(),
        })
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.number, self.sha256)
    }
}
