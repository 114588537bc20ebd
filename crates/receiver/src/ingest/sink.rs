//! The bytes of an object on their way from the association, in chunks of one size.

use super::object::ObjectWriter;
use super::{Announcement, Ingest, Refusal, Stored};

/// Size of a chunk; also the largest P-DATA that is advertised by default.
pub(crate) const CHUNK: usize = 128 << 10;

/// Takes the bytes of one object. Its methods block while they write; they are for the thread of the association.
/// Dropped without [`ObjectSink::finish`], it leaves nothing of the object.
pub(crate) struct ObjectSink<'a> {
    chunk: &'a mut Vec<u8>,
    /// Once it is refused, the rest is thrown away and the reason told at the end.
    object: Result<ObjectWriter<'a>, Refusal>,
}

impl<'a> ObjectSink<'a> {
    /// Starts an object. Its bytes pass through `chunk`, the same for all objects of an association.
    pub(crate) fn begin(ingest: &'a Ingest, announcement: Announcement, chunk: &'a mut Vec<u8>) -> Self {
        chunk.clear();
        chunk.reserve_exact(CHUNK);
        let object = ObjectWriter::create(ingest, announcement, chunk);
        Self { chunk, object }
    }

    /// The chunk to append dataset bytes to, and how many it has room for (at least one).
    pub(crate) fn room(&mut self) -> (&mut Vec<u8>, usize) {
        if self.chunk.len() >= CHUNK {
            self.pass_on();
        }
        let room = CHUNK.saturating_sub(self.chunk.len()).max(1);
        (self.chunk, room)
    }

    fn pass_on(&mut self) {
        if let Ok(object) = &mut self.object
            && let Err(refusal) = object.append(self.chunk)
        {
            self.object = Err(refusal);
        }
        self.chunk.clear();
    }

    /// Ends the object; returns when it and its event are durable, or why they are not.
    ///
    /// # Errors
    /// The reason for which nothing was stored.
    pub(crate) fn finish(mut self) -> Result<Stored, Refusal> {
        self.pass_on();
        self.object?.commit()
    }
}
