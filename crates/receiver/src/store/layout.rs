//! Where an object lies, built from validated UIDs only.

use crate::uid::Uid;

/// Place of one instance in the tree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ObjectPath<'a> {
    pub(crate) study: &'a Uid,
    pub(crate) series: &'a Uid,
    pub(crate) sop_instance: &'a Uid,
}

impl ObjectPath<'_> {
    /// Relative to the storage root, with `/` between its parts.
    pub(crate) fn relative(&self) -> String {
        format!("{}/{}/{}.dcm", self.study, self.series, self.sop_instance)
    }
}
