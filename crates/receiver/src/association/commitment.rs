//! The N-ACTION that asks for storage commitment, and its result on the same association (PS3.4 annex J).

use super::dimse::{self, Command, field};
use super::negotiation::Context;
use super::pdv::pdus;
use super::service::{Answer, Messages};
use super::{End, Fault, status};
use crate::commitment::{Action, Commitments, Job, LONGEST, PUSH_MODEL_INSTANCE, encode_result};
use crate::ingest::Encoding;

/// Action Type ID: request storage commitment.
const REQUEST: u16 = 1;
/// Event Type IDs (PS3.4 table J.3-2).
const ALL_HELD: u16 = 1;
const SOME_FAILED: u16 = 2;

/// Command and dataset that tell a result, as PDUs.
pub(super) fn report_pdus(
    context_id: u8,
    context: &Context,
    job: &Job,
    outcome: &crate::commitment::Outcome,
    peer_max_pdu: Option<u32>,
) -> Vec<u8> {
    let event = if outcome.failed.is_empty() {
        ALL_HELD
    } else {
        SOME_FAILED
    };
    let command = dimse::event_report(1, &context.abstract_syntax, PUSH_MODEL_INSTANCE, event);
    let encoding = Encoding::of(context.transfer_syntax.as_str());
    let dataset = encode_result(&job.transaction, outcome, encoding);
    let mut bytes = pdus(context_id, true, &command, peer_max_pdu);
    bytes.extend(pdus(context_id, false, &dataset, peer_max_pdu));
    bytes
}

impl Messages<'_> {
    /// Answers a request; then its result follows, or is on its way to the address of the sender.
    pub(super) async fn commit(
        &mut self,
        commitments: &std::sync::Arc<Commitments>,
        context_id: u8,
        context: &Context,
        command: &Command,
    ) -> Result<(), End> {
        let dataset = self.collect_dataset(context_id, command).await?;
        let association = self.association;
        let asked = judge(command, dataset.as_deref(), context);
        let job = asked.map(|action| Job {
            calling_aet: association.calling_aet.clone(),
            called_aet: association.called_aet.clone(),
            transaction: action.transaction,
            references: action.references,
        });
        let elsewhere = commitments.address_of(&association.calling_aet).is_some();
        let (answer, job): (Answer, _) = match job {
            Err(answer) => (answer, None),
            Ok(job) if !elsewhere => ((status::SUCCESS, String::new()), Some(job)),
            Ok(job) => match commitments.keep(job).await {
                Ok(true) => ((status::SUCCESS, String::new()), None),
                Ok(false) => (
                    (status::RESOURCE_LIMITATION, "too many requests wait".to_owned()),
                    None,
                ),
                Err(error) => {
                    tracing::error!(%error, "a commitment request could not be kept");
                    ((status::PROCESSING_FAILURE, String::new()), None)
                }
            },
        };
        let response = dimse::response(command, answer.0, &answer.1);
        let peer_max_pdu = association.peer_max_pdu;
        self.fragments
            .wire
            .send(&pdus(context_id, true, &response, peer_max_pdu))
            .await?;
        let Some(job) = job else {
            commitments.notify();
            return Ok(());
        };
        match commitments.outcome(&job).await {
            Ok(outcome) => {
                let report = report_pdus(context_id, context, &job, &outcome, peer_max_pdu);
                self.reports += 1;
                self.fragments.wire.send(&report).await
            }
            Err(error) => {
                tracing::error!(%error, "objects of a commitment request could not be looked at");
                Ok(())
            }
        }
    }

    /// The response to a result that was sent on this association.
    pub(super) fn reported(&mut self, response: &Command) -> Result<(), End> {
        if response.field != field::N_EVENT_REPORT_RQ | field::RESPONSE
            || self.reports == 0
            || response.has_dataset
        {
            return Err(Fault::User.into());
        }
        self.reports -= 1;
        tracing::info!(status = response.status, "commitment result delivered");
        Ok(())
    }

    /// The dataset of a message; `None` when there is none, or it is too long and was thrown away.
    async fn collect_dataset(&mut self, context_id: u8, command: &Command) -> Result<Option<Vec<u8>>, End> {
        if !command.has_dataset {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        loop {
            let fragment = self.fragments.of_dataset(context_id).await?;
            if bytes.len() + fragment.left > LONGEST {
                self.fragments.wire.skip(fragment.left).await?;
                if !fragment.is_last {
                    self.discard_dataset(context_id).await?;
                }
                return Ok(None);
            }
            self.fragments.wire.append(&mut bytes, fragment.left).await?;
            if fragment.is_last {
                return Ok(Some(bytes));
            }
        }
    }
}

fn judge(command: &Command, dataset: Option<&[u8]>, context: &Context) -> Result<Action, Answer> {
    let class = command.sop_class.as_ref().map(crate::uid::Uid::as_str);
    if class != Some(context.abstract_syntax.as_str()) {
        return Err((status::NO_SUCH_SOP_CLASS, String::new()));
    }
    let instance = command.sop_instance.as_ref().map(crate::uid::Uid::as_str);
    if instance != Some(PUSH_MODEL_INSTANCE) {
        return Err((status::NO_SUCH_SOP_INSTANCE, String::new()));
    }
    if command.action != Some(REQUEST) {
        return Err((status::NO_SUCH_ACTION, String::new()));
    }
    let invalid = || (status::INVALID_ARGUMENT, "no commitment request".to_owned());
    let dataset = dataset.ok_or_else(invalid)?;
    let action =
        Action::parse(dataset, Encoding::of(context.transfer_syntax.as_str())).ok_or_else(invalid)?;
    if action.references.is_empty() {
        return Err(invalid());
    }
    Ok(action)
}
