//! What happened in one association, for its `association.closed` event.

use std::net::IpAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use time::OffsetDateTime;

use super::End;
use super::negotiation::Association;
use crate::ingest::{AssociationClosed, Party, Stored};
use crate::metrics::METRICS;

#[derive(Default)]
pub(super) struct Record {
    accepted: OnceLock<(Party, OffsetDateTime)>,
    stored: AtomicU64,
    duplicates: AtomicU64,
    rejected: AtomicU64,
    echoes: AtomicU64,
}

impl Record {
    pub(super) fn accepted(&self, association: &Association, remote_address: IpAddr) {
        let party = Party {
            calling_aet: association.calling_aet.clone(),
            called_aet: association.called_aet.clone(),
            remote_address,
            canary: association.canary,
        };
        if self.accepted.set((party, OffsetDateTime::now_utc())).is_ok() {
            METRICS.associations_active.inc();
        }
    }

    pub(super) fn echoed(&self) {
        self.echoes.fetch_add(1, Ordering::Relaxed);
        METRICS.cecho.inc();
    }

    pub(super) fn stored(&self, stored: Stored) {
        let count = match stored {
            Stored::New => &self.stored,
            Stored::Replaced => {
                METRICS.duplicate("replaced");
                &self.stored
            }
            Stored::Duplicate => {
                METRICS.duplicate("same");
                &self.duplicates
            }
            Stored::Kept => {
                METRICS.duplicate("kept");
                &self.duplicates
            }
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn rejected(&self) {
        self.rejected.fetch_add(1, Ordering::Relaxed);
    }

    /// The connection is over; returns what there is to announce when there was an association.
    pub(super) fn close(self, end: &End) -> Option<AssociationClosed> {
        let (name, by) = match end {
            End::Released => ("released", None),
            End::Rejected => ("rejected", None),
            End::Aborted => ("aborted", Some("peer")),
            End::Closed => ("closed", None),
            End::Silent => ("silent", Some("receiver")),
            End::Fault(_) => ("fault", Some("receiver")),
        };
        METRICS.association_ended(name);
        if let Some(by) = by {
            let reason = match end {
                End::Fault(fault) => format!("{fault:?}"),
                _ => name.to_owned(),
            };
            METRICS.aborted(by, &reason);
        }
        let (party, started) = self.accepted.into_inner()?;
        METRICS.associations_active.dec();
        Some(AssociationClosed {
            party,
            started,
            end: name,
            stored: self.stored.into_inner(),
            duplicates: self.duplicates.into_inner(),
            rejected: self.rejected.into_inner(),
            echoes: self.echoes.into_inner(),
        })
    }
}
