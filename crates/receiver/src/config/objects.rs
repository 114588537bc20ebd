//! What becomes of objects that cannot simply be stored: the `[objects]` table.

use serde::Deserialize;

use super::load::Kind;

pub(super) const KEYS: [(&str, Kind); 6] = [
    ("objects.conflict", Kind::Text),
    ("objects.history", Kind::Switch),
    ("objects.quarantine", Kind::Switch),
    ("objects.quarantine_max_bytes", Kind::Number),
    ("objects.min_free_bytes", Kind::Number),
    ("objects.min_free_percent", Kind::Number),
];

/// Conflicts, quarantine and free space.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Objects {
    /// What happens when other bytes arrive under the UIDs of a stored object.
    pub conflict: Conflict,
    /// Whether a replaced object is kept, in `<storage>/.superseded`.
    pub history: bool,
    /// Whether a dataset that is refused for what it holds is kept, in `<storage>/.quarantine`, with its reason.
    pub quarantine: bool,
    /// Bytes in the quarantine, at most; beyond it refused objects are dropped.
    pub quarantine_max_bytes: u64,
    /// With less free space in the storage no object is begun, in bytes.
    pub min_free_bytes: u64,
    /// The same in percent of the file system; the larger of the two counts.
    pub min_free_percent: u8,
}

/// `objects.conflict`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conflict {
    /// The new object takes the place of the old one.
    Replace,
    /// The old one stays; the sender hears success, and the new one goes to the quarantine.
    Keep,
    /// The old one stays; the sender hears 0111, and the new one goes to the quarantine.
    Reject,
}

impl Default for Objects {
    fn default() -> Self {
        Self {
            conflict: Conflict::Replace,
            history: true,
            quarantine: true,
            quarantine_max_bytes: 1 << 30,
            min_free_bytes: 256 << 20,
            min_free_percent: 0,
        }
    }
}
