//! The tree of stored objects: `<root>/<study>/<series>/<sop>.dcm`, and beside it `<root>/.incoming` for objects that are
//! still being written, `.superseded` for those that were replaced, `.quarantine` for those that were refused.
//!
//! An object appears under its name by one rename, complete and synced; nothing else ever touches that name.

mod history;
mod layout;
mod meta;
mod part;
mod quarantine;
mod space;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

pub(crate) use layout::ObjectPath;
pub(crate) use meta::{Head, encode_meta, read_head};
pub(crate) use part::Part;

use crate::config::{Durability, Objects};
use crate::metrics::METRICS;
use quarantine::Quarantine;
use space::LowMark;

/// Bound of the memory for settled folders; forgetting one costs two syncs.
const MOST_SETTLED_FOLDERS: usize = 4096;

/// The storage root, owned by one process at a time.
pub(crate) struct Store {
    root: PathBuf,
    incoming: PathBuf,
    durability: Durability,
    history: bool,
    quarantine: Option<Quarantine>,
    low_mark: LowMark,
    /// Series folders whose own names are known to be durable. A folder that another association has just made is
    /// not: it must be synced before anything in it is acknowledged. No I/O happens while this is locked.
    settled_folders: Mutex<HashSet<PathBuf>>,
    /// Held for the life of the store: two receivers must not sweep each other's temporary files.
    _lock: File,
}

impl Store {
    /// Creates the root and its `.incoming` folder where they are missing, and takes the lock of the tree.
    ///
    /// # Errors
    /// When the folders cannot be made or another receiver holds the lock.
    pub(crate) fn open(root: &Path, durability: Durability, objects: &Objects) -> io::Result<Self> {
        let incoming = root.join(".incoming");
        fs::create_dir_all(&incoming)?;
        let lock = crate::lock::exclusive(&incoming.join(".lock"))?;
        let quarantine = || Quarantine::open(root.join(".quarantine"), objects.quarantine_max_bytes);
        Ok(Self {
            root: root.to_owned(),
            incoming,
            durability,
            history: objects.history,
            quarantine: objects.quarantine.then(quarantine).transpose()?,
            low_mark: LowMark::new(objects),
            settled_folders: Mutex::default(),
            _lock: lock,
        })
    }

    /// A new, empty temporary file, removed again when it is dropped before [`Store::place`].
    ///
    /// # Errors
    /// When it cannot be made, or free space is below the low mark.
    pub(crate) fn create_part(&self) -> io::Result<Part> {
        self.low_mark.check(&self.root)?;
        Part::create(&self.incoming)
    }

    /// Whether refused objects are kept.
    pub(crate) fn has_quarantine(&self) -> bool {
        self.quarantine.is_some()
    }

    /// Keeps a refused object of this size with the reason; false when there is no room, and then it is gone.
    ///
    /// # Errors
    /// When it could not be moved; then it is gone as well.
    pub(crate) fn quarantine(&self, part: Part, size: u64, reason: &str) -> io::Result<bool> {
        let durable = self.durability != Durability::None;
        let Some(quarantine) = &self.quarantine else {
            return Ok(false);
        };
        quarantine.take(part, size, reason, durable)
    }

    /// Makes the bytes of the part durable.
    pub(crate) fn sync(&self, part: &Part) -> io::Result<()> {
        match self.durability {
            Durability::Full | Durability::File => {
                let begun = Instant::now();
                part.sync()?;
                METRICS.fsync_seconds.observe(begun.elapsed().as_secs_f64());
                Ok(())
            }
            Durability::None => Ok(()),
        }
    }

    /// Where an object of this path lies.
    pub(crate) fn absolute(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Renames a part to its final name; what lay there goes into the history. On an error no folder is left that was made here, and the part is where it
    /// was.
    pub(crate) fn place(&self, part_name: &str, relative: &str) -> io::Result<()> {
        let target = self.absolute(relative);
        let (study, series) = folders(&target)?;
        let new_study = make_dir(study)?;
        let new_series = make_dir(series).inspect_err(|_| undo_dir(study, new_study))?;
        let kept = if self.history {
            history::keep(&self.root, relative, self.durability == Durability::Full)
        } else {
            Ok(())
        };
        let moved = kept.and_then(|()| fs::rename(self.incoming.join(part_name), &target));
        moved.inspect_err(|_| {
            undo_dir(series, new_series);
            undo_dir(study, new_study);
        })?;
        Ok(())
    }

    /// Makes the name of a placed object durable.
    pub(crate) fn settle_name(&self, relative: &str) -> io::Result<()> {
        if self.durability != Durability::Full {
            return Ok(());
        }
        let target = self.absolute(relative);
        let (study, series) = folders(&target)?;
        self.sync_names(study, series)
    }

    /// Makes the name of an object durable, and the names of its folders unless they are known to be.
    fn sync_names(&self, study: &Path, series: &Path) -> io::Result<()> {
        sync_dir(series)?;
        let settled = || {
            self.settled_folders
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if settled().contains(series) {
            return Ok(());
        }
        sync_dir(study)?;
        sync_dir(&self.root)?;
        let mut settled = settled();
        if settled.len() >= MOST_SETTLED_FOLDERS {
            settled.clear();
        }
        settled.insert(series.to_owned());
        Ok(())
    }

    /// The path of a part by its name.
    pub(crate) fn part_path(&self, part_name: &str) -> PathBuf {
        self.incoming.join(part_name)
    }

    /// Removes the folders of an object that never came, if nothing else is in them.
    pub(crate) fn prune(&self, relative: &str) {
        let target = self.absolute(relative);
        if let Ok((study, series)) = folders(&target) {
            for folder in [series, study] {
                undo_dir(folder, folder.exists());
            }
        }
    }

    /// Removes every temporary file; returns how many. For the recovery, when nothing is being written.
    ///
    /// # Errors
    /// When the folder cannot be read or a file not be removed.
    pub(crate) fn sweep(&self) -> io::Result<usize> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.incoming)? {
            let path = entry?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == part::EXTENSION)
            {
                fs::remove_file(path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// Study and series folder of an object.
fn folders(target: &Path) -> io::Result<(&Path, &Path)> {
    let series = target.parent();
    let study = series.and_then(Path::parent);
    study
        .zip(series)
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
}

/// True when the folder was made here.
fn make_dir(path: &Path) -> io::Result<bool> {
    match fs::create_dir(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Takes back a folder of ours; one that something else came into stays.
fn undo_dir(path: &Path, made_here: bool) {
    if made_here && let Err(error) = fs::remove_dir(path) {
        tracing::debug!(%error, "a new folder stays");
    }
}

/// Makes the names in a folder durable.
fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests;
