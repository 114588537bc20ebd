//! What happened in one association, for its `association.closed` event.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use time::OffsetDateTime;

use super::End;
use super::negotiation::Association;
use crate::ingest::{AssociationClosed, Party, Stored};
use crate::metrics::METRICS;

pub(super) struct Record {
    party: Party,
    started: OffsetDateTime,
    stored: AtomicU64,
    duplicates: AtomicU64,
    rejected: AtomicU64,
    echoes: AtomicU64,
}

/// Counts a connection that is over, and returns how it is called in events.
pub(super) fn count(end: &End) -> &'static str {
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
    name
}

impl Record {
    pub(super) fn begin(association: &Association, remote_address: IpAddr) -> Self {
        METRICS.associations_active.inc();
        let none = || AtomicU64::new(0);
        Self {
            party: Party {
                calling_aet: association.calling_aet.clone(),
                called_aet: association.called_aet.clone(),
                remote_address,
                canary: association.canary,
            },
            started: OffsetDateTime::now_utc(),
            stored: none(),
            duplicates: none(),
            rejected: none(),
            echoes: none(),
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

    /// The association is over; returns what there is to announce.
    pub(super) fn close(self, end: &End) -> AssociationClosed {
        METRICS.associations_active.dec();
        AssociationClosed {
            party: self.party,
            started: self.started,
            end: count(end),
            stored: self.stored.into_inner(),
            duplicates: self.duplicates.into_inner(),
            rejected: self.rejected.into_inner(),
            echoes: self.echoes.into_inner(),
        }
    }
}
