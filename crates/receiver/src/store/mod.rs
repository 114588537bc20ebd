//! Where objects are kept: as files of a [`tree`], or in a [`bucket`] of an object store.
//!
//! Beside the objects of a tree, or in the local spool of a bucket, lie `.incoming/<receiver>` with what is still being
//! written, `.quarantine` with what was refused, and `.locks`; with the objects, `.superseded` and `.generations`.
//! Several receivers may share a tree: each writes and sweeps in a folder of its own, and commits a path while it holds
//! the lock of that path.

#[cfg(feature = "s3")]
mod bucket;
mod generation;
mod history;
mod layout;
mod locks;
mod meta;
mod part;
mod quarantine;
mod space;
mod tree;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

pub(crate) use generation::Generation;
pub(crate) use layout::ObjectPath;
pub(crate) use locks::Held;
pub(crate) use meta::{encode_meta, read_head};
pub(crate) use part::Part;

use crate::config::{Config, Durability, Storage};
use crate::metrics::METRICS;
use locks::Locks;
use quarantine::Quarantine;
use space::LowMark;
use tree::Tree;

/// What objects are kept in.
enum Shelf {
    Tree(Tree),
    #[cfg(feature = "s3")]
    Bucket(bucket::Bucket),
}

/// The storage, as one receiver sees it.
pub(crate) struct Store {
    /// Of everything that is not an object.
    local: PathBuf,
    /// This receiver's own parts.
    incoming: PathBuf,
    /// Names this receiver among those of the storage.
    identity: String,
    durability: Durability,
    history: bool,
    quarantine: Option<Quarantine>,
    low_mark: LowMark,
    locks: Locks,
    shelf: Shelf,
    /// Held for the life of the store: two processes with one identity would sweep each other's parts.
    _lock: File,
}

/// The bytes of an object that is there.
pub(crate) struct Stored {
    pub(crate) bytes: Box<dyn Read>,
    pub(crate) size: u64,
}

impl Stored {
    /// A file, if it is there.
    fn open(path: &Path) -> io::Result<Option<Self>> {
        match File::open(path) {
            Ok(file) => Ok(Some(Self {
                size: file.metadata()?.len(),
                bytes: Box::new(file),
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Store {
    /// Makes the folders where they are missing, and takes the lock of this receiver. For a bucket, call it on a thread
    /// of a runtime that may block.
    ///
    /// # Errors
    /// When the folders cannot be made, the object store cannot be used, or a receiver of this identity is running.
    pub(crate) fn open(config: &Config, identity: &str) -> io::Result<Self> {
        let local = config.local_folder();
        let incoming = local.join(".incoming").join(identity);
        fs::create_dir_all(&incoming)?;
        let locks = local.join(".locks");
        fs::create_dir_all(&locks)?;
        let lock = crate::lock::exclusive(&incoming.join(".lock"))?;
        let shelf = match &config.storage {
            Storage::Tree(root) => Shelf::Tree(Tree::new(root.clone(), config.durability)),
            #[cfg(feature = "s3")]
            Storage::Bucket { bucket, prefix } => Shelf::Bucket(bucket::Bucket::open(bucket, prefix)?),
            #[cfg(not(feature = "s3"))]
            Storage::Bucket { .. } => return Err(io::ErrorKind::Unsupported.into()),
        };
        let quarantine = || {
            let limit = config.objects.quarantine_max_bytes;
            Quarantine::open(local.join(".quarantine"), limit, identity)
        };
        Ok(Self {
            incoming,
            identity: identity.to_owned(),
            durability: config.durability,
            history: config.objects.history,
            quarantine: config.objects.quarantine.then(quarantine).transpose()?,
            low_mark: LowMark::new(&config.objects),
            locks: Locks::new(locks),
            shelf,
            local,
            _lock: lock,
        })
    }

    /// A new, empty temporary file, removed again when it is dropped before [`Store::place`].
    ///
    /// # Errors
    /// When it cannot be made, or free space is below the low mark.
    pub(crate) fn create_part(&self) -> io::Result<Part> {
        self.low_mark.check(&self.local)?;
        Part::create(&self.incoming, &self.identity)
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

    /// Waits until nobody else commits an object of this path, whichever association or receiver; nobody does until
    /// what this returns is dropped.
    ///
    /// # Errors
    /// When the file system has no locks, or no room.
    pub(crate) fn hold(&self, relative: &str) -> io::Result<Held<'_>> {
        self.locks.hold(relative)
    }

    /// The object of this path, if there is one.
    ///
    /// # Errors
    /// When that cannot be found out.
    pub(crate) fn object(&self, relative: &str) -> io::Result<Option<Stored>> {
        match &self.shelf {
            Shelf::Tree(tree) => tree.read(relative),
            #[cfg(feature = "s3")]
            Shelf::Bucket(bucket) => bucket.read(relative),
        }
    }

    /// A part of this receiver, if it is there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn part(&self, name: &str) -> io::Result<Option<Stored>> {
        Stored::open(&self.incoming.join(name))
    }

    /// What is known of the bytes under a path; `None` when they are the first.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(crate) fn generation(&self, relative: &str) -> io::Result<Option<Generation>> {
        let Some(record) = self.object(&Generation::path(relative))? else {
            return Ok(None);
        };
        let mut text = String::new();
        record.bytes.take(generation::LONGEST).read_to_string(&mut text)?;
        Ok(Generation::parse(&text))
    }

    /// Notes which bytes a path gets next. Call it while the path is held, before [`Store::place`].
    ///
    /// # Errors
    /// When it could not be made durable.
    pub(crate) fn note_generation(&self, relative: &str, generation: &Generation) -> io::Result<()> {
        let path = Generation::path(relative);
        match &self.shelf {
            Shelf::Tree(tree) => {
                let mut fresh = Part::create(&self.incoming, &self.identity)?;
                fresh.append(generation.to_string().as_bytes())?;
                if self.durability != Durability::None {
                    fresh.sync()?;
                }
                tree.put_record(fresh.path(), &path)?;
                fresh.release();
                Ok(())
            }
            #[cfg(feature = "s3")]
            Shelf::Bucket(bucket) => bucket.put(&path, generation.to_string().into()),
        }
    }

    /// Gives a part its final name; where that is occupied, what lay there goes into the history. The part is gone then.
    /// On an error nothing is left of it but the part, which is where it was.
    pub(crate) fn place(&self, part_name: &str, relative: &str, occupied: bool) -> io::Result<()> {
        let part = self.incoming.join(part_name);
        let keep = occupied && self.history;
        match &self.shelf {
            Shelf::Tree(tree) => tree.place(&part, relative, keep),
            #[cfg(feature = "s3")]
            Shelf::Bucket(bucket) => {
                bucket.place(&part, relative, keep)?;
                fs::remove_file(part)
            }
        }
    }

    /// Makes the name of a placed object durable.
    pub(crate) fn settle_name(&self, relative: &str) -> io::Result<()> {
        match &self.shelf {
            Shelf::Tree(tree) => tree.settle_name(relative),
            #[cfg(feature = "s3")]
            Shelf::Bucket(_) => Ok(()),
        }
    }

    /// Removes the folders of an object that never came, if nothing else is in them.
    pub(crate) fn prune(&self, relative: &str) {
        match &self.shelf {
            Shelf::Tree(tree) => tree.prune(relative),
            #[cfg(feature = "s3")]
            Shelf::Bucket(_) => {}
        }
    }

    /// Waits for a store that is away no longer.
    pub(crate) fn give_up(&self) {
        match &self.shelf {
            Shelf::Tree(_) => {}
            #[cfg(feature = "s3")]
            Shelf::Bucket(bucket) => bucket.give_up(),
        }
    }

    /// A folder of this receiver alone, below one with this name.
    pub(crate) fn own_folder(&self, name: &str) -> PathBuf {
        self.local.join(name).join(&self.identity)
    }

    /// Removes every temporary file of this receiver, and the uploads that it did not finish; returns how many. For the
    /// recovery, when nothing is being written.
    ///
    /// # Errors
    /// When the folder cannot be read or a file not be removed.
    pub(crate) fn sweep(&self) -> io::Result<usize> {
        let mut removed = 0;
        for entry in fs::read_dir(&self.incoming)? {
            let path = entry?.path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            match (extension, &self.shelf) {
                (Some(part::EXTENSION), _) => {}
                #[cfg(feature = "s3")]
                (Some(bucket::UPLOAD), Shelf::Bucket(bucket)) => bucket.abort_noted(&path)?,
                _ => continue,
            }
            fs::remove_file(path)?;
            removed += 1;
        }
        Ok(removed)
    }
}

#[cfg(test)]
mod tests;
