//! How many connections there may be: half-open ones push out the oldest, associations over the limit are rejected.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::metrics::METRICS;

/// The limits of one listener.
#[derive(Clone)]
pub(crate) struct Admission {
    associations: Arc<Semaphore>,
    half_open: Arc<Mutex<VecDeque<Arc<Notify>>>>,
    most_half_open: usize,
}

/// The place of one connection; first among the half-open ones, later among the associations.
pub(crate) struct Ticket {
    admission: Admission,
    evict: Arc<Notify>,
    /// Among the half-open ones that are counted.
    counted: bool,
    association: Option<OwnedSemaphorePermit>,
}

impl Admission {
    pub(crate) fn new(most_associations: usize, most_half_open: usize) -> Self {
        Self {
            associations: Arc::new(Semaphore::new(most_associations.min(Semaphore::MAX_PERMITS))),
            half_open: Arc::default(),
            most_half_open,
        }
    }

    /// Lets a new connection in; drops the oldest that has not sent its request yet when there are too many.
    pub(crate) fn enter(&self) -> Ticket {
        let evict = Arc::new(Notify::new());
        let mut half_open = self.half_open.lock().unwrap_or_else(PoisonError::into_inner);
        if half_open.len() >= self.most_half_open
            && let Some(oldest) = half_open.pop_front()
        {
            oldest.notify_one();
        }
        half_open.push_back(Arc::clone(&evict));
        METRICS.half_open.inc();
        drop(half_open);
        Ticket {
            admission: self.clone(),
            evict,
            counted: true,
            association: None,
        }
    }
}

impl Ticket {
    /// Resolves when this connection has to make room.
    pub(crate) fn evicted(&self) -> impl Future<Output = ()> + use<> {
        let evict = Arc::clone(&self.evict);
        async move { evict.notified().await }
    }

    /// The request is here: leaves the half-open ones and takes a place among the associations, if one is free.
    pub(crate) fn establish(&mut self) -> bool {
        self.leave_half_open();
        self.association = Arc::clone(&self.admission.associations).try_acquire_owned().ok();
        self.association.is_some()
    }

    fn leave_half_open(&mut self) {
        let mut half_open = self
            .admission
            .half_open
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        half_open.retain(|other| !Arc::ptr_eq(other, &self.evict));
        drop(half_open);
        if self.counted {
            self.counted = false;
            METRICS.half_open.dec();
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.leave_half_open();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_oldest_half_open_connection_makes_room() {
        let admission = Admission::new(1, 2);
        let oldest = admission.enter();
        let second = admission.enter();
        let _third = admission.enter();
        oldest.evicted().await;
        drop(second);
        assert_eq!(admission.half_open.lock().unwrap().len(), 1);
    }

    #[test]
    fn associations_are_limited_and_places_come_back() {
        let admission = Admission::new(1, 8);
        let mut first = admission.enter();
        let mut second = admission.enter();
        assert!(first.establish());
        assert!(!second.establish());
        drop(first);
        assert!(second.establish());
        assert!(admission.half_open.lock().unwrap().is_empty());
    }
}
