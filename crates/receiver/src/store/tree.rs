//! Objects as files: `<root>/<study>/<series>/<sop>.dcm`. Each appears under its name by one rename, complete and synced;
//! nothing else ever touches that name.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Stored, history};
use crate::config::Durability;

/// Bound of the memory for settled folders; forgetting one costs two syncs.
const MOST_SETTLED_FOLDERS: usize = 4096;

/// A tree, which other receivers may share.
pub(super) struct Tree {
    root: PathBuf,
    durability: Durability,
    /// Series folders whose own names are known to be durable. A folder that another association has just made is
    /// not: it must be synced before anything in it is acknowledged. No I/O happens while this is locked.
    settled_folders: Mutex<HashSet<PathBuf>>,
}

impl Tree {
    pub(super) fn new(root: PathBuf, durability: Durability) -> Self {
        Self {
            root,
            durability,
            settled_folders: Mutex::default(),
        }
    }

    /// The object of this path, or a record beside the objects.
    pub(super) fn read(&self, relative: &str) -> io::Result<Option<Stored>> {
        Stored::open(&self.root.join(relative))
    }

    /// Renames a part to its final name; if asked, what lies there goes into the history before. On an error no folder is
    /// left that was made here, and the part is where it was.
    pub(super) fn place(&self, part: &Path, relative: &str, keep: bool) -> io::Result<()> {
        let target = self.root.join(relative);
        let move_in = || {
            if keep {
                history::keep(&self.root, relative, self.durability == Durability::Full)?;
            }
            fs::rename(part, &target)
        };
        match move_in() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            moved => return moved,
        }
        let (study, series) = folders(&target)?;
        let new_study = make_dir(study)?;
        let new_series = make_dir(series).inspect_err(|_| undo_dir(study, new_study))?;
        if new_study || new_series {
            self.settled().remove(series);
        }
        move_in().inspect_err(|_| {
            undo_dir(series, new_series);
            undo_dir(study, new_study);
        })
    }

    /// Puts a small file that is complete and synced under a name of a hidden folder.
    pub(super) fn put_record(&self, fresh: &Path, relative: &str) -> io::Result<()> {
        let target = self.root.join(relative);
        let Some(folder) = target.parent() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        fs::create_dir_all(folder)?;
        fs::rename(fresh, &target)?;
        if self.durability == Durability::Full {
            // Series, study, the hidden folder, and the root that holds it.
            for folder in folder.ancestors().take(4) {
                sync_dir(folder)?;
            }
        }
        Ok(())
    }

    /// Makes the name of a placed object durable, and the names of its folders unless they are known to be.
    pub(super) fn settle_name(&self, relative: &str) -> io::Result<()> {
        if self.durability != Durability::Full {
            return Ok(());
        }
        let target = self.root.join(relative);
        let (study, series) = folders(&target)?;
        sync_dir(series)?;
        if self.settled().contains(series) {
            return Ok(());
        }
        sync_dir(study)?;
        sync_dir(&self.root)?;
        let mut settled = self.settled();
        if settled.len() >= MOST_SETTLED_FOLDERS {
            settled.clear();
        }
        settled.insert(series.to_owned());
        Ok(())
    }

    fn settled(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.settled_folders
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the folders of an object that never came, if nothing else is in them.
    pub(super) fn prune(&self, relative: &str) {
        let target = self.root.join(relative);
        if let Ok((study, series)) = folders(&target) {
            for folder in [series, study] {
                undo_dir(folder, folder.exists());
            }
        }
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
pub(super) fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
