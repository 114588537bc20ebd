//! The sinks behind one door.

use super::answer::{Verdict, judge};
use super::backoff::Backoff;
#[cfg(feature = "nats")]
use super::nats::JetStream;
#[cfg(feature = "redis")]
use super::redis::RedisStream;
use super::webhook::Webhook;
use crate::config::{self, Config, Pace};
use crate::outbox::{Due, now_ms};

/// Where events go, and at what pace.
pub(super) struct Sink {
    pub(super) pace: Pace,
    target: Target,
}

enum Target {
    Webhook(Webhook),
    #[cfg(feature = "redis")]
    Redis(Box<RedisStream>),
    #[cfg(feature = "nats")]
    Nats(Box<JetStream>),
}

impl Sink {
    /// The sink of this name; nothing is connected yet.
    ///
    /// # Errors
    /// What is wrong with its configuration.
    pub(super) fn new(name: &str, config: &Config) -> Result<Self, String> {
        match name {
            config::WEBHOOK => Ok(Self {
                pace: config.webhook.pace(),
                target: Target::Webhook(Webhook::new(&config.webhook)?),
            }),
            #[cfg(feature = "redis")]
            config::REDIS => Ok(Self {
                pace: config.redis.pace(),
                target: Target::Redis(Box::new(RedisStream::new(&config.redis)?)),
            }),
            #[cfg(feature = "nats")]
            config::NATS => Ok(Self {
                pace: config.nats.pace(),
                target: Target::Nats(Box::new(JetStream::new(&config.nats)?)),
            }),
            _ => Err("not built into this program".to_owned()),
        }
    }

    /// Delivers a batch; says what became of its events.
    pub(super) async fn deliver(&mut self, due: &[Due], backoff: &Backoff) -> Verdict {
        match &mut self.target {
            Target::Webhook(webhook) => {
                let reply = webhook.post(&body(due)).await;
                judge(due, &reply, now_ms(), backoff)
            }
            #[cfg(feature = "redis")]
            Target::Redis(stream) => stream.add(due).await,
            #[cfg(feature = "nats")]
            Target::Nats(stream) => stream.publish(due).await,
        }
    }
}

/// The events as a JSON array.
fn body(due: &[Due]) -> String {
    let payloads: Vec<&str> = due.iter().map(|event| event.payload.as_str()).collect();
    format!("[{}]", payloads.join(","))
}
