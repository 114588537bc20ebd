//! Events into NATS JetStream, each under its type, with its id as `Nats-Msg-Id`: within its duplicate window the
//! stream keeps an event once, however often it is delivered.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::{self, context::PublishErrorKind, stream};
use async_nats::{Client, ConnectOptions, HeaderMap, header};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::answer::Verdict;
use crate::config;
use crate::outbox::{Due, Outcome, Settlement};

/// For how long a stream that is made here recognises an event that comes again.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(600);

pub(super) struct JetStream {
    settings: config::Nats,
    answer_within: Duration,
    /// Present once the stream is known to be there.
    context: Option<jetstream::Context>,
    client: Option<Client>,
}

/// What became of one event.
enum Published {
    Kept,
    /// It never can be.
    Never(String),
    /// Not now; nothing after it in its study was tried.
    Not(String),
}

impl JetStream {
    pub(super) fn new(settings: &config::Nats) -> Result<Self, String> {
        Ok(Self {
            settings: settings.clone(),
            answer_within: Duration::from_millis(settings.timeout_ms),
            context: None,
            client: None,
        })
    }

    /// Studies go side by side; within one, each event waits until the one before it is kept.
    pub(super) async fn publish(&mut self, due: &[Due]) -> Verdict {
        let context = match timeout(self.answer_within, self.context()).await {
            Ok(Ok(context)) => context,
            Ok(Err(reason)) => return Verdict::Later(reason),
            Err(_elapsed) => return Verdict::Later("no answer in time".to_owned()),
        };
        let mut studies: BTreeMap<&str, Vec<Due>> = BTreeMap::new();
        for event in due {
            studies.entry(&event.study).or_default().push(event.clone());
        }
        let mut under_way = JoinSet::new();
        for events in studies.into_values() {
            under_way.spawn(one_by_one(context.clone(), self.settings.subject.clone(), events));
        }
        let mut settlements = Vec::new();
        let mut trouble = None;
        while let Some(ended) = under_way.join_next().await {
            for (seq, published) in ended.unwrap_or_default() {
                let outcome = match published {
                    Published::Kept => Outcome::Done,
                    Published::Never(reason) => Outcome::Dead { reason },
                    Published::Not(reason) => {
                        trouble = Some(reason);
                        continue;
                    }
                };
                settlements.push(Settlement { seq, outcome });
            }
        }
        if trouble.is_some() {
            // The stream may be gone: look for it before the next try.
            self.context = None;
        }
        match (settlements.is_empty(), trouble) {
            (true, trouble) => Verdict::Later(trouble.unwrap_or_else(|| "nothing was published".to_owned())),
            // What is left is due at once, and its failure then pauses the sink.
            (false, _) => Verdict::Settled(settlements),
        }
    }

    async fn context(&mut self) -> Result<jetstream::Context, String> {
        let client = match &self.client {
            Some(client) => client.clone(),
            None => self.connect().await?,
        };
        // A client that is not connected would keep what it is given, and send it later a second time.
        if client.connection_state() != State::Connected {
            self.context = None;
            return Err("not connected".to_owned());
        }
        if let Some(context) = &self.context {
            return Ok(context.clone());
        }
        let mut context = jetstream::new(client);
        context.set_timeout(self.answer_within);
        if self.settings.create_stream {
            let wanted = stream::Config {
                name: self.settings.stream.clone(),
                subjects: vec![format!("{}.>", self.settings.subject)],
                duplicate_window: DUPLICATE_WINDOW,
                ..stream::Config::default()
            };
            context
                .get_or_create_stream(wanted)
                .await
                .map_err(|error| format!("stream {}: {error}", self.settings.stream))?;
        }
        self.context = Some(context.clone());
        Ok(context)
    }

    async fn connect(&mut self) -> Result<Client, String> {
        let url = self.settings.url.clone().unwrap_or_default();
        let mut options = ConnectOptions::new().connection_timeout(self.answer_within);
        if let Some(token) = &self.settings.token {
            options = options.token(token.clone());
        }
        if let Some(ca) = &self.settings.ca {
            options = options.add_root_certificates(ca.clone());
        }
        // The error's kind only: its text may hold the URL with a password.
        let client = options
            .connect(url)
            .await
            .map_err(|error| format!("no connection: {}", error.kind()))?;
        self.client = Some(client.clone());
        Ok(client)
    }
}

async fn one_by_one(context: jetstream::Context, subject: String, events: Vec<Due>) -> Vec<(i64, Published)> {
    let mut done = Vec::with_capacity(events.len());
    for event in events {
        let mut headers = HeaderMap::new();
        headers.insert(header::NATS_MESSAGE_ID, event.event_id.as_str());
        let subject = format!("{subject}.{}", event.kind);
        let sent = context
            .publish_with_headers(subject, headers, event.payload.into())
            .await;
        let kept = match sent {
            Ok(acknowledgement) => acknowledgement.await.map(|_kept| ()),
            Err(error) => Err(error),
        };
        let published = match kept {
            Ok(()) => Published::Kept,
            Err(error) if error.kind() == PublishErrorKind::MaxPayloadExceeded => {
                Published::Never(error.to_string())
            }
            Err(error) => Published::Not(error.to_string()),
        };
        let failed = matches!(published, Published::Not(_));
        done.push((event.seq, published));
        if failed {
            break;
        }
    }
    done
}
