//! Events into a Redis stream: XADD with the fields `event_id`, `type` and `event` (the JSON).
//!
//! A batch is one transaction, so events stay in order and none of it is there twice but when the answer was lost.

use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Client, Pipeline, TlsCertificates};
use tokio::time::timeout;

use super::answer::{Verdict, all_done};
use crate::config;
use crate::outbox::Due;

pub(super) struct RedisStream {
    client: Client,
    stream: String,
    max_len: u64,
    answer_within: Duration,
    connection: Option<MultiplexedConnection>,
}

impl RedisStream {
    pub(super) fn new(settings: &config::Redis) -> Result<Self, String> {
        let url = settings.url.as_deref().unwrap_or_default();
        let client = match &settings.ca {
            None => Client::open(url),
            Some(path) => {
                let root_cert = std::fs::read(path).map_err(|error| format!("redis.ca: {error}"))?;
                let certificates = TlsCertificates {
                    client_tls: None,
                    root_cert: Some(root_cert),
                };
                Client::build_with_tls(url, certificates)
            }
        };
        let client = client.map_err(|error| format!("redis.url: {:?}", error.kind()))?;
        Ok(Self {
            client,
            stream: settings.stream.clone(),
            max_len: settings.max_len,
            answer_within: Duration::from_millis(settings.timeout_ms),
            connection: None,
        })
    }

    pub(super) async fn add(&mut self, due: &[Due]) -> Verdict {
        match timeout(self.answer_within, self.exchange(due)).await {
            Ok(Ok(())) => Verdict::Settled(all_done(due)),
            // What a server says of its trouble names no patient: it has not looked into the events.
            Ok(Err(error)) => Verdict::Later(error.to_string()),
            Err(_elapsed) => Verdict::Later("no answer in time".to_owned()),
        }
    }

    /// The connection is kept only when the exchange went well (and this future was not dropped).
    async fn exchange(&mut self, due: &[Due]) -> redis::RedisResult<()> {
        let mut connection = match self.connection.take() {
            Some(kept) => kept,
            None => self.client.get_multiplexed_async_connection().await?,
        };
        self.pipeline(due).query_async::<()>(&mut connection).await?;
        self.connection = Some(connection);
        Ok(())
    }

    fn pipeline(&self, due: &[Due]) -> Pipeline {
        let mut pipeline = redis::pipe();
        pipeline.atomic();
        for event in due {
            let command = pipeline.cmd("XADD").arg(&self.stream);
            if self.max_len > 0 {
                command.arg("MAXLEN").arg("~").arg(self.max_len);
            }
            command
                .arg("*")
                .arg("event_id")
                .arg(&event.event_id)
                .arg("type")
                .arg(&event.kind)
                .arg("event")
                .arg(&event.payload)
                .ignore();
        }
        pipeline
    }
}
