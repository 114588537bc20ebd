//! Associations over bytes that are there already, without anything that is stored.

use std::io::Cursor;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::admission::Admission;
use super::dimse::{self, Command};
use super::pdv::Fragments;
use super::service::read_command;
use super::stream::Stream;
use super::wire::Wire;
use super::{End, acse};
use crate::config::Config;

/// Nothing is waited for: what is not there does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Presentation context.
    pub context: u8,
    /// Command Field.
    pub field: u16,
    /// Message ID.
    pub message_id: u16,
    /// Affected or Requested SOP Instance UID.
    pub sop_instance: Option<String>,
    /// The dataset, where one is announced.
    pub dataset: Option<Vec<u8>>,
}

/// What became of a connection.
#[derive(Debug)]
pub struct Conversation {
    /// What was sent.
    pub answers: Vec<u8>,
    /// Whether an association came about.
    pub is_accepted: bool,
    /// The messages that were whole.
    pub messages: Vec<Message>,
    /// Why it is over, as the log says it.
    pub end: String,
}

/// A whole connection, by the default configuration: request, messages, release.
pub fn conversation(bytes: &[u8]) -> Conversation {
    let config = Config::default();
    let mut ticket = Admission::new(1, 1).enter();
    let mut wire = given(bytes);
    let mut messages = Vec::new();
    let accepted = runtime().block_on(acse::accept(&mut wire, &config, &mut ticket));
    let is_accepted = accepted.is_ok();
    let end = match accepted {
        Ok(_association) => runtime().block_on(read_messages(&mut wire, config.max_pdu, &mut messages)),
        Err(end) => end,
    };
    let answers = match wire.into_stream() {
        Stream::Given { answers, .. } => answers,
        Stream::Plain(_) | Stream::Secure(_) => Vec::new(),
    };
    Conversation {
        answers,
        is_accepted,
        messages,
        end: format!("{end:?}"),
    }
}

/// The messages in the PDUs of an association, and why there are no more.
pub fn messages(bytes: &[u8], max_pdu: u32) -> (Vec<Message>, String) {
    let mut messages = Vec::new();
    let end = runtime().block_on(read_messages(&mut given(bytes), max_pdu, &mut messages));
    (messages, format!("{end:?}"))
}

/// A message as PDUs that a peer takes.
pub fn pdus(context: u8, is_command: bool, message: &[u8], peer_max_pdu: Option<u32>) -> Vec<u8> {
    super::pdv::pdus(context, is_command, message, peer_max_pdu)
}

/// What a command set says; its context is 0, and whether a dataset follows, an empty one.
pub fn command(bytes: &[u8]) -> Option<Message> {
    Command::parse(bytes).map(|command| message(0, &command, command.has_dataset.then(Vec::new)))
}

/// The response to the request that a command set is.
pub fn response(request: &[u8], status: u16, comment: &str) -> Option<Vec<u8>> {
    Command::parse(request).map(|command| dimse::response(&command, status, comment))
}

fn message(context: u8, command: &Command, dataset: Option<Vec<u8>>) -> Message {
    Message {
        context,
        field: command.field,
        message_id: command.message_id,
        sop_instance: command.sop_instance.as_ref().map(ToString::to_string),
        dataset,
    }
}

async fn read_messages(wire: &mut Wire, max_pdu: u32, messages: &mut Vec<Message>) -> End {
    let mut fragments = Fragments::new(wire, max_pdu);
    loop {
        match read_message(&mut fragments).await {
            Ok(message) => messages.push(message),
            Err(end) => return end,
        }
    }
}

async fn read_message(fragments: &mut Fragments<'_>) -> Result<Message, End> {
    let (context, command) = read_command(fragments, PATIENCE).await?;
    let mut dataset = None;
    if command.has_dataset {
        let bytes = dataset.insert(Vec::new());
        loop {
            let fragment = fragments.of_dataset(context).await?;
            fragments.wire.append(bytes, fragment.left).await?;
            if fragment.is_last {
                break;
            }
        }
    }
    Ok(message(context, &command, dataset))
}

fn given(bytes: &[u8]) -> Wire {
    let stream = Stream::Given {
        bytes: Cursor::new(bytes.to_vec()),
        answers: Vec::new(),
    };
    Wire::new(stream, PATIENCE)
}

/// One for each thread: it is only there because reading has deadlines.
fn runtime() -> &'static Runtime {
    thread_local! {
        static RUNTIME: &'static Runtime = Box::leak(Box::new(
            Builder::new_current_thread().enable_time().build().expect("a runtime without threads and sockets"),
        ));
    }
    RUNTIME.with(|runtime| *runtime)
}
