//! Where objects lie: `storage`, a folder or an object store.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use super::{Config, ConfigError};

/// `storage`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Storage {
    /// Files below this folder.
    Tree(PathBuf),
    /// Objects of an S3-compatible store, below a prefix.
    Bucket {
        /// Its name.
        bucket: String,
        /// Without slashes around it; may be empty.
        prefix: String,
    },
}

impl TryFrom<String> for Storage {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let Some((scheme, place)) = text.split_once("://") else {
            return Ok(Self::Tree(text.into()));
        };
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if scheme != "s3" || bucket.is_empty() {
            return Err("storage must be a folder or s3://bucket/prefix".to_owned());
        }
        if cfg!(not(feature = "s3")) {
            return Err("this program was built without object stores".to_owned());
        }
        Ok(Self::Bucket {
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
        })
    }
}

impl From<PathBuf> for Storage {
    fn from(folder: PathBuf) -> Self {
        Self::Tree(folder)
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tree(folder) => folder.display().fmt(f),
            Self::Bucket { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

impl Config {
    /// The outbox file.
    pub fn outbox_path(&self) -> PathBuf {
        const NAME: &str = ".outbox.sqlite3";
        match (&self.outbox, &self.storage) {
            (Some(outbox), _) => outbox.clone(),
            (None, Storage::Tree(root)) => root.join(NAME),
            // Refused by `check_storage`.
            (None, Storage::Bucket { .. }) => NAME.into(),
        }
    }

    /// The local folder of what is not stored yet, of refused objects and of commitment requests: the tree itself, or a spool.
    pub(crate) fn local_folder(&self) -> PathBuf {
        match &self.storage {
            Storage::Tree(root) => root.clone(),
            Storage::Bucket { .. } => self
                .spool
                .clone()
                .unwrap_or_else(|| self.outbox_path().with_extension("spool")),
        }
    }

    pub(super) fn check_storage(&self) -> Result<(), ConfigError> {
        let bad = |key, problem: &str| {
            Err(ConfigError::Value {
                key,
                problem: problem.to_owned(),
            })
        };
        match &self.storage {
            Storage::Tree(_) if self.spool.is_some() => {
                bad("spool", "is for object stores; a tree needs none")
            }
            Storage::Bucket { .. } if self.outbox.is_none() => {
                bad("outbox", "must be set beside an object store")
            }
            _ => Ok(()),
        }
    }
}
