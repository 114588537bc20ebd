//! Objects in an S3-compatible store: `<prefix>/<study>/<series>/<sop>.dcm`. An object appears there by one request, whole:
//! a small one is put, a larger one becomes visible when the parts of its upload are put together.
//!
//! Everything here blocks its thread.

use std::fs::{self, File};
use std::future::Future;
use std::io::{self, Read};
use std::path::Path as FilePath;
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::multipart::MultipartStore as _;
use object_store::path::Path;
use object_store::{Error, ObjectStoreExt as _, PutPayload, RetryConfig};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::task::unconstrained;

use super::{Stored, history};

/// Ending of the note beside a part, which names its upload until it is over.
pub(super) const UPLOAD: &str = "upload";
/// What one request carries; the least that a store takes as a part of an upload.
const PIECE: u64 = 5 << 20;
/// Parts of an upload, at most.
const MOST_PIECES: u64 = 10_000;
/// KiB of objects on their way at one time, of all associations.
const MOST_UNDER_WAY: u32 = 32 << 10;
/// How long a request is repeated to a store that is away; a sender waits meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);

/// A prefix of a bucket.
pub(super) struct Bucket {
    client: AmazonS3,
    prefix: Path,
    runtime: Handle,
    /// In KiB.
    room: Semaphore,
    given_up: watch::Sender<bool>,
}

impl Bucket {
    /// Takes credentials and endpoint from the `AWS_...` variables; nothing is connected yet.
    pub(super) fn open(bucket: &str, prefix: &str) -> io::Result<Self> {
        if rustls::crypto::ring::default_provider()
            .install_default()
            .is_err()
        {
            tracing::debug!("the process has a provider of cryptography already");
        }
        let retry = RetryConfig {
            retry_timeout: PATIENCE,
            // Time alone ends it.
            max_retries: usize::MAX,
            ..RetryConfig::default()
        };
        let client = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_retry(retry)
            .build()
            .map_err(failed)?;
        Ok(Self {
            client,
            prefix: Path::parse(prefix).map_err(io::Error::other)?,
            runtime: Handle::try_current().map_err(io::Error::other)?,
            room: Semaphore::new(MOST_UNDER_WAY as usize),
            given_up: watch::Sender::new(false),
        })
    }

    /// Requests fail from now on, also those that wait: what they were for is finished by the next start.
    pub(super) fn give_up(&self) {
        self.given_up.send_replace(true);
    }

    /// The object of this path, or a record beside the objects.
    pub(super) fn read(&self, relative: &str) -> io::Result<Option<Stored>> {
        let path = self.path(relative)?;
        match self.ask(self.client.get(&path)) {
            Ok(found) => Ok(Some(Stored {
                size: found.meta.size,
                bytes: Box::new(Reader {
                    runtime: self.runtime.clone(),
                    chunks: found.into_stream(),
                    chunk: Bytes::new(),
                }),
            })),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Uploads a part to its final name; if asked, what lies there is copied into the history before. On an error nothing
    /// of it can be seen, unless the store has it and its answer was lost.
    pub(super) fn place(&self, part: &FilePath, relative: &str, keep: bool) -> io::Result<()> {
        if keep {
            self.keep(relative)?;
        }
        let mut file = File::open(part)?;
        let size = file.metadata()?.len();
        if size <= PIECE {
            let _room = self.room_for(size)?;
            return self.put(relative, take(&mut file, size)?);
        }
        self.upload(file, size, relative, &part.with_extension(UPLOAD))
    }

    /// Puts a small object.
    pub(super) fn put(&self, relative: &str, bytes: Vec<u8>) -> io::Result<()> {
        let path = self.path(relative)?;
        self.wait(self.client.put(&path, bytes.into())).map(drop)
    }

    /// Aborts the upload that a note names.
    pub(super) fn abort_noted(&self, note: &FilePath) -> io::Result<()> {
        let text = fs::read_to_string(note)?;
        // A note that was not finished names an upload that had no part yet; the store forgets those by its rules.
        let Some((relative, id)) = text.trim_end().split_once('\n') else {
            return Ok(());
        };
        let path = self.path(relative)?;
        match self.wait(self.client.abort_multipart(&path, &id.to_owned())) {
            // Finished or aborted already.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            aborted => aborted,
        }
    }

    fn upload(&self, mut file: File, size: u64, relative: &str, note: &FilePath) -> io::Result<()> {
        let path = self.path(relative)?;
        if note.try_exists()? {
            self.abort_noted(note)?;
        }
        let id = self.wait(self.client.create_multipart(&path))?;
        if let Err(error) = fs::write(note, format!("{relative}\n{id}\n")) {
            self.wait(self.client.abort_multipart(&path, &id))?;
            return Err(error);
        }
        let piece = PIECE.max(size.div_ceil(MOST_PIECES));
        let mut parts = Vec::new();
        let mut send = || {
            while (parts.len() as u64) < size.div_ceil(piece) {
                let _room = self.room_for(piece)?;
                let payload = PutPayload::from(take(&mut file, piece)?);
                parts.push(self.wait(self.client.put_part(&path, &id, parts.len(), payload))?);
            }
            let parts = std::mem::take(&mut parts);
            self.wait(self.client.complete_multipart(&path, &id, parts))
        };
        let sent = send().map(drop);
        if sent.is_err()
            && let Err(error) = self.abort_noted(note)
        {
            // The note stays, and the next start tries again.
            tracing::warn!(%error, "an upload could not be aborted");
            return sent;
        }
        fs::remove_file(note)?;
        sent
    }

    /// Copies an object that is about to be replaced into the history, by its entity tag. Doing it again changes nothing.
    fn keep(&self, relative: &str) -> io::Result<()> {
        let path = self.path(relative)?;
        let tag = match self.ask(self.client.head(&path)) {
            Ok(found) => found.e_tag.unwrap_or_default(),
            Err(Error::NotFound { .. }) => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        let tag: String = tag.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = relative.trim_end_matches(".dcm");
        let kept = self.path(&format!("{}/{name}.{tag}.dcm", history::FOLDER))?;
        self.wait(self.client.copy(&path, &kept))
    }

    fn path(&self, relative: &str) -> io::Result<Path> {
        Path::parse(format!("{}/{relative}", self.prefix)).map_err(io::Error::other)
    }

    fn room_for(&self, bytes: u64) -> io::Result<SemaphorePermit<'_>> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(MOST_UNDER_WAY);
        let room = self.room.acquire_many(kib.min(MOST_UNDER_WAY));
        wait(&self.runtime, room).map_err(io::Error::other)
    }

    fn wait<T>(&self, request: impl Future<Output = Result<T, Error>>) -> io::Result<T> {
        self.ask(request).map_err(failed)
    }

    fn ask<T>(&self, request: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let mut given_up = self.given_up.subscribe();
        wait(&self.runtime, async {
            tokio::select! {
                answer = request => answer,
                _ = given_up.wait_for(|given_up| *given_up) => Err(Error::Generic {
                    store: "S3",
                    source: "the receiver is stopping".into(),
                }),
            }
        })
    }
}

/// Waits on this thread, which may serve an association in a runtime of its own.
fn wait<T>(runtime: &Handle, request: impl Future<Output = T>) -> T {
    let _entered = runtime.enter();
    pollster::block_on(unconstrained(request))
}

/// So many bytes of a file, or what is left of it.
fn take(file: &mut File, count: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(count).unwrap_or_default());
    file.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn failed(error: Error) -> io::Error {
    let kind = match error {
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

/// The bytes of an object as they come.
struct Reader {
    runtime: Handle,
    chunks: BoxStream<'static, Result<Bytes, Error>>,
    chunk: Bytes,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match wait(&self.runtime, self.chunks.next()) {
                Some(chunk) => self.chunk = chunk.map_err(failed)?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        self.chunk
            .copy_to_slice(buffer.get_mut(..count).unwrap_or_default());
        Ok(count)
    }
}
