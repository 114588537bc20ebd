//! The messages of an association: C-ECHO, C-STORE, and a plain refusal of everything else.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::dimse::{self, Command, field};
use super::negotiation::{Association, Context};
use super::pdv::{Fragment, Fragments, pdus};
use super::record::Record;
use super::status;
use super::syntaxes::Service;
use super::wire::Wire;
use super::{End, Fault};
use crate::commitment::Commitments;
use crate::config::Config;
use crate::ingest::{Announcement, Ingest, InstanceRejected, ObjectSink, Party, Refusal, Stored};
use crate::metrics::METRICS;

/// A status and the comment that goes with it.
pub(super) type Answer = (u16, String);

/// Serves messages until the association ends.
pub(super) async fn run(
    wire: &mut Wire,
    config: &Config,
    ingest: &Arc<Ingest>,
    commitments: &Arc<Commitments>,
    association: &Association,
    record: &Record,
) -> End {
    let Ok(peer) = wire.peer() else { return End::Closed };
    let fragments = Fragments::new(wire, config.max_pdu);
    let mut service = Messages {
        fragments,
        ingest,
        commitments,
        reports: 0,
        association,
        record,
        remote_address: peer,
        idle: config.idle(),
        dataset_bytes: 0,
        chunk: Vec::new(),
    };
    loop {
        if let Err(end) = service.serve_one().await {
            return end;
        }
    }
}

pub(super) struct Messages<'a> {
    pub(super) fragments: Fragments<'a>,
    ingest: &'a Arc<Ingest>,
    commitments: &'a Arc<Commitments>,
    /// Commitment results that were sent here and are not answered yet.
    pub(super) reports: usize,
    pub(super) association: &'a Association,
    record: &'a Record,
    remote_address: IpAddr,
    idle: Duration,
    /// Taken so far, in this association.
    dataset_bytes: u64,
    /// What the bytes of objects pass through.
    chunk: Vec<u8>,
}

impl Messages<'_> {
    async fn serve_one(&mut self) -> Result<(), End> {
        let (context_id, command) = read_command(&mut self.fragments, self.idle).await?;
        let association = self.association;
        let Some(context) = association.contexts.get(&context_id) else {
            return Err(Fault::UnexpectedParameter.into());
        };
        let (status, comment) = match command.field {
            field::C_STORE_RQ => {
                let (begun, before) = (Instant::now(), self.dataset_bytes);
                let answer = self.store(context_id, context, &command).await?;
                if judged_bad(answer.0) {
                    self.reject(&command, &answer);
                }
                METRICS.stored(answer.0, self.dataset_bytes - before, begun);
                answer
            }
            field::C_CANCEL_RQ => return Ok(()),
            field::N_ACTION_RQ if context.service == Service::Commitment => {
                let commitments = self.commitments;
                return self.commit(commitments, context_id, context, &command).await;
            }
            response if response & field::RESPONSE != 0 => return self.reported(&command),
            other => {
                if command.has_dataset {
                    self.discard_dataset(context_id).await?;
                }
                match (other, context.service) {
                    (field::C_ECHO_RQ, Service::Verification) => {
                        self.record.echoed();
                        (status::SUCCESS, String::new())
                    }
                    (field::C_ECHO_RQ, Service::Storage | Service::Commitment) => {
                        (status::SOP_CLASS_NOT_SUPPORTED, String::new())
                    }
                    _ => (status::UNRECOGNIZED_OPERATION, String::new()),
                }
            }
        };
        let response = dimse::response(&command, status, &comment);
        let pdus = pdus(context_id, true, &response, association.peer_max_pdu);
        self.fragments.wire.send(&pdus).await
    }

    pub(super) async fn discard_dataset(&mut self, context: u8) -> Result<(), End> {
        loop {
            let fragment = self.fragments.of_dataset(context).await?;
            self.fragments.wire.skip(fragment.left).await?;
            if fragment.is_last {
                return Ok(());
            }
        }
    }

    async fn store(&mut self, context_id: u8, context: &Context, command: &Command) -> Result<Answer, End> {
        if !command.has_dataset {
            return Ok((status::CANNOT_UNDERSTAND, "no dataset".to_owned()));
        }
        let announcement = match self.announcement(context, command) {
            Ok(announcement) => announcement,
            Err(answer) => {
                self.discard_dataset(context_id).await?;
                tracing::warn!(
                    status = format_args!("{:04X}", answer.0),
                    reason = answer.1,
                    "object refused"
                );
                return Ok(answer);
            }
        };
        let sop_instance = announcement.sop_instance.clone();
        let mut sink = ObjectSink::begin(self.ingest, announcement, &mut self.chunk);
        loop {
            let mut fragment = self.fragments.of_dataset(context_id).await?;
            while fragment.left > 0 {
                let (chunk, room) = sink.room();
                let count = room.min(fragment.left);
                self.fragments.wire.append(chunk, count).await?;
                fragment.left -= count;
                self.dataset_bytes += count as u64;
            }
            if fragment.is_last {
                break;
            }
        }
        let outcome = sink.finish();
        match &outcome {
            Ok(stored) => {
                self.record.stored(*stored);
                tracing::debug!(sop_instance = %sop_instance, ?stored, "object stored");
            }
            Err(refusal) => tracing::warn!(sop_instance = %sop_instance, %refusal, "object refused"),
        }
        Ok(judge(&outcome))
    }

    /// Counts and announces a C-STORE that is answered with a failure.
    fn reject(&self, command: &Command, answer: &Answer) {
        self.record.rejected();
        let rejected = InstanceRejected {
            party: Party {
                calling_aet: self.association.calling_aet.clone(),
                called_aet: self.association.called_aet.clone(),
                remote_address: self.remote_address,
                canary: self.association.canary,
            },
            sop_class: command.sop_class.clone(),
            sop_instance: command.sop_instance.clone(),
            status: answer.0,
            reason: answer.1.clone(),
        };
        self.ingest.rejected(rejected);
    }

    fn announcement(&self, context: &Context, command: &Command) -> Result<Announcement, Answer> {
        let missing = |what: &str| (status::CANNOT_UNDERSTAND, format!("no valid {what}"));
        let sop_class = command
            .sop_class
            .clone()
            .ok_or_else(|| missing("Affected SOP Class UID"))?;
        let sop_instance = command
            .sop_instance
            .clone()
            .ok_or_else(|| missing("Affected SOP Instance UID"))?;
        if sop_class.as_str() != context.abstract_syntax || context.service != Service::Storage {
            return Err((
                status::DOES_NOT_MATCH,
                "SOP Class is not that of the presentation context".to_owned(),
            ));
        }
        Ok(Announcement {
            sop_class,
            sop_instance,
            transfer_syntax: context.transfer_syntax.clone(),
            calling_aet: self.association.calling_aet.clone(),
            called_aet: self.association.called_aet.clone(),
            remote_address: self.remote_address,
            canary: self.association.canary,
        })
    }
}

/// Every status but success and the warnings (PS3.7 annex C).
fn judged_bad(status: u16) -> bool {
    status != status::SUCCESS && status & 0xF000 != 0xB000
}

/// Collects the next command set, from however many fragments.
pub(super) async fn read_command(
    fragments: &mut Fragments<'_>,
    idle: Duration,
) -> Result<(u8, Command), End> {
    let mut bytes = Vec::new();
    let mut first: Option<Fragment> = None;
    loop {
        let between_messages = first.is_none().then_some(idle);
        let fragment = fragments.next(between_messages).await?;
        let context = first.get_or_insert(fragment).context;
        if !fragment.is_command || fragment.context != context {
            return Err(Fault::UnexpectedParameter.into());
        }
        if bytes.len() + fragment.left > dimse::LONGEST {
            return Err(Fault::User.into());
        }
        fragments.wire.append(&mut bytes, fragment.left).await?;
        if fragment.is_last {
            return match Command::parse(&bytes) {
                Some(command) => Ok((context, command)),
                None => Err(Fault::User.into()),
            };
        }
    }
}

/// What the sender hears. System errors stay in the log.
fn judge(outcome: &Result<Stored, Refusal>) -> Answer {
    let refusal = match outcome {
        Ok(_) => return (status::SUCCESS, String::new()),
        Err(refusal) => refusal,
    };
    match refusal {
        Refusal::Dataset(_) | Refusal::Identifier(_) => (status::CANNOT_UNDERSTAND, refusal.to_string()),
        Refusal::Mismatch(_) => (status::DOES_NOT_MATCH, refusal.to_string()),
        Refusal::Conflict => (status::DUPLICATE_SOP_INSTANCE, refusal.to_string()),
        Refusal::TooLarge(_) => (status::OUT_OF_RESOURCES, refusal.to_string()),
        Refusal::Storage(_) | Refusal::Outbox(_) => (
            status::OUT_OF_RESOURCES,
            "the object could not be stored".to_owned(),
        ),
    }
}
