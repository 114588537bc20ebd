//! One object on its way to disk.

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::dataset::DatasetReader;
use super::duplicate::{Found, Twin};
use super::event::{StoredObject, hex_digest};
use super::index::{Facts, Index};
use super::quarantine::put_aside;
use super::syntax::Encoding;
use super::walk::WalkError;
use super::{Announcement, Ingest, Refusal, Stored};
use crate::config::Conflict;
use crate::outbox::Staging;
use crate::store::{Generation, ObjectPath, Part, encode_meta};
use crate::uid::Uid;

/// Writes, hashes and walks the bytes of one object. Dropping it leaves nothing.
pub(super) struct ObjectWriter<'a> {
    ingest: &'a Ingest,
    announcement: Announcement,
    part: Part,
    hasher: Sha256,
    /// Once it is broken it is only kept, for the quarantine.
    dataset: Result<DatasetReader, WalkError>,
    /// Bytes of the file meta that come first.
    head: usize,
    size: u64,
}

impl<'a> ObjectWriter<'a> {
    /// Starts a file; what goes before the dataset is appended to `chunk`.
    pub(super) fn create(
        ingest: &'a Ingest,
        announcement: Announcement,
        chunk: &mut Vec<u8>,
    ) -> Result<Self, Refusal> {
        let transfer_syntax = announcement.transfer_syntax.as_str();
        let head = encode_meta(
            &announcement.sop_class,
            &announcement.sop_instance,
            transfer_syntax,
            &announcement.calling_aet,
            &announcement.called_aet,
        );
        let dataset = Ok(DatasetReader::new(Encoding::of(transfer_syntax)));
        let part = ingest.store.create_part()?;
        chunk.extend_from_slice(&head);
        Ok(Self {
            ingest,
            announcement,
            part,
            hasher: Sha256::new(),
            dataset,
            head: head.len(),
            size: 0,
        })
    }

    /// Takes the next bytes of the file.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let size = self.size + bytes.len() as u64;
        if size > self.ingest.largest_object {
            return Err(Refusal::TooLarge(self.ingest.largest_object));
        }
        let head = std::mem::take(&mut self.head);
        if let Ok(dataset) = &mut self.dataset
            && let Err(broken) = dataset.feed(bytes.get(head..).unwrap_or_default())
        {
            if !self.ingest.store.has_quarantine() {
                return Err(broken.into());
            }
            self.dataset = Err(broken);
        }
        self.hasher.update(bytes);
        self.part.append(bytes)?;
        self.size = size;
        Ok(())
    }

    /// The commitment: returns when the object and its event are durable.
    pub(super) fn commit(self) -> Result<Stored, Refusal> {
        let Self {
            ingest,
            announcement,
            part,
            hasher,
            dataset,
            head: _,
            size,
        } = self;
        let facts = dataset.and_then(DatasetReader::finish).map_err(Refusal::from);
        let Placement { study, series, index } =
            match facts.and_then(|facts| Placement::check(facts, &announcement)) {
                Ok(placement) => placement,
                Err(refusal) => {
                    put_aside(ingest, part, &announcement, (hasher, size), &refusal);
                    return Err(refusal);
                }
            };
        let path = ObjectPath {
            study: &study,
            series: &series,
            sop_instance: &announcement.sop_instance,
        }
        .relative();
        let _held = ingest.store.hold(&path)?;
        let found = Found::look(&ingest.store, &path, part.path())?;
        if let Some(Twin { sha256, .. }) = &found.twin
            && ingest.outbox.knows(&path, sha256)?
        {
            ingest.duplicate(&announcement, &study, &series, &path);
            return Ok(Stored::Duplicate);
        }
        if found.is_another() && ingest.conflict != Conflict::Replace {
            let aside = put_aside(ingest, part, &announcement, (hasher, size), &Refusal::Conflict);
            return match ingest.conflict {
                Conflict::Keep if aside => Ok(Stored::Kept),
                _ => Err(Refusal::Conflict),
            };
        }
        // What another receiver has stored stays, and is announced as that receiver does.
        let (size, sha256) = match &found.twin {
            Some(twin) => (twin.size, twin.sha256.clone()),
            None => (size, hex_digest(hasher)),
        };
        let object = StoredObject {
            announcement,
            study,
            series,
            path,
            size,
            sha256,
            index,
            time: OffsetDateTime::now_utc(),
        };
        settle(ingest, part, object, &found)
    }
}

/// Announces an object whose path is held, and gives it its name unless it is there.
fn settle(ingest: &Ingest, part: Part, object: StoredObject, found: &Found) -> Result<Stored, Refusal> {
    let (path, sha256) = (object.path.clone(), object.sha256.clone());
    let receiver = ingest.receiver_name.clone();
    let staged = ingest.outbox.stage(Staging {
        study: object.study.to_string(),
        path: path.clone(),
        part: part.name().to_owned(),
        sha256: sha256.clone(),
        least_generation: found.next_generation(),
        make_event: Box::new(move |generation| object.event(&receiver, generation)),
    })?;
    // Meanwhile: a part that a crash leaves incomplete is known by its digest.
    let synced = match found.twin {
        Some(_) => Ok(()),
        None => ingest.store.sync(&part),
    };
    let (seq, number) = staged.wait()?;
    let generation = Generation { number, sha256 };
    let place = || {
        synced?;
        if number > 0 && found.noted.as_ref() != Some(&generation) {
            ingest.store.note_generation(&path, &generation)?;
        }
        if found.twin.is_some() {
            return Ok(());
        }
        ingest.store.place(part.name(), &path, found.occupied)
    };
    if let Err(error) = place() {
        ingest.outbox.unstage(seq)?;
        return Err(error.into());
    }
    if found.twin.is_none() {
        part.release();
    }
    let settled = ingest.store.settle_name(&path);
    // The object is there, so it is announced, even if its name could not be made durable and the sender will hear of a
    // failure and send it again.
    ingest.outbox.ready(seq)?;
    settled?;
    Ok(if found.is_another() {
        Stored::Replaced
    } else {
        Stored::New
    })
}

/// What the dataset adds to the command once both agree.
struct Placement {
    study: Uid,
    series: Uid,
    index: Index,
}

impl Placement {
    fn check(facts: Facts, announcement: &Announcement) -> Result<Self, Refusal> {
        let Facts {
            study,
            series,
            sop_instance,
            sop_class,
            index,
        } = facts;
        let present = |uid: Option<Uid>, name| uid.ok_or(Refusal::Identifier(name));
        let sop_instance = present(sop_instance, "SOP Instance UID in the dataset")?;
        let sop_class = present(sop_class, "SOP Class UID in the dataset")?;
        let study = present(study, "Study Instance UID")?;
        let series = present(series, "Series Instance UID")?;
        if sop_instance != announcement.sop_instance {
            return Err(Refusal::Mismatch("SOP Instance UID"));
        }
        if sop_class != announcement.sop_class {
            return Err(Refusal::Mismatch("SOP Class UID"));
        }
        Ok(Self { study, series, index })
    }
}
