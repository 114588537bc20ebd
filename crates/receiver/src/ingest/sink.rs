//! The bridge between an association's task and the thread that writes its object.

use std::sync::Arc;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinHandle, spawn_blocking};

use super::object::ObjectWriter;
use super::{Announcement, CHUNK, Ingest, Refusal, Stored};

/// Chunks on their way to the writer; with the one being filled and the one being written, an object uses four.
const IN_FLIGHT: usize = 2;

enum Piece {
    Data(Vec<u8>),
    End,
}

/// Takes the bytes of one object. Dropped without [`ObjectSink::finish`], it leaves nothing of the object.
pub(crate) struct ObjectSink {
    ingest: Arc<Ingest>,
    pieces: Sender<Piece>,
    writer: JoinHandle<Option<Result<Stored, Refusal>>>,
    chunk: Vec<u8>,
    /// The writer has given up; the rest is thrown away and its reason told at the end.
    refused: bool,
}

impl ObjectSink {
    /// Starts an object.
    pub(crate) fn begin(ingest: &Arc<Ingest>, announcement: Announcement) -> Self {
        let (pieces, inbox) = channel(IN_FLIGHT);
        let shared = Arc::clone(ingest);
        let writer = spawn_blocking(move || write(&shared, announcement, inbox));
        let chunk = ingest.buffers.take();
        Self {
            ingest: Arc::clone(ingest),
            pieces,
            writer,
            chunk,
            refused: false,
        }
    }

    /// The chunk to append dataset bytes to, and how many it has room for (at least one).
    pub(crate) async fn room(&mut self) -> (&mut Vec<u8>, usize) {
        if self.chunk.len() >= CHUNK {
            self.pass_on().await;
        }
        let room = CHUNK.saturating_sub(self.chunk.len()).max(1);
        (&mut self.chunk, room)
    }

    async fn pass_on(&mut self) {
        if self.refused {
            self.chunk.clear();
            return;
        }
        let full = std::mem::replace(&mut self.chunk, self.ingest.buffers.take());
        self.refused = self.pieces.send(Piece::Data(full)).await.is_err();
    }

    /// Ends the object; returns when it and its event are durable, or why they are not.
    ///
    /// # Errors
    /// The reason for which nothing was stored.
    pub(crate) async fn finish(mut self) -> Result<Stored, Refusal> {
        if !self.chunk.is_empty() {
            self.pass_on().await;
        }
        self.ingest.buffers.give_back(std::mem::take(&mut self.chunk));
        if self.pieces.send(Piece::End).await.is_err() {
            tracing::debug!("the object was refused before its end");
        }
        self.writer.await.ok().flatten().unwrap_or(Err(Refusal::Writer))
    }
}

/// `None` when the association went away in the middle of the object.
fn write(
    ingest: &Ingest,
    announcement: Announcement,
    mut inbox: Receiver<Piece>,
) -> Option<Result<Stored, Refusal>> {
    let mut object = match ObjectWriter::create(ingest, announcement) {
        Ok(object) => object,
        Err(refusal) => return Some(Err(refusal)),
    };
    loop {
        match inbox.blocking_recv()? {
            Piece::End => return Some(object.commit()),
            Piece::Data(chunk) => {
                let appended = object.append(&chunk);
                ingest.buffers.give_back(chunk);
                if let Err(refusal) = appended {
                    return Some(Err(refusal));
                }
            }
        }
    }
}
