//! Waits that double, with jitter, so that several receivers do not knock at once.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// The wait after a failure.
pub(super) struct Backoff {
    min_ms: u64,
    max_ms: u64,
    failures: u32,
}

impl Backoff {
    pub(super) fn new(min_ms: u64, max_ms: u64) -> Self {
        Self {
            min_ms,
            max_ms,
            failures: 0,
        }
    }

    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait after one more failure in a row.
    pub(super) fn next(&mut self) -> Duration {
        let wait = self.after(self.failures);
        self.failures = self.failures.saturating_add(1);
        wait
    }

    /// The wait after so many failures before this one: half of it fixed, half of it chance.
    pub(super) fn after(&self, failures: u32) -> Duration {
        let doubled = self
            .min_ms
            .saturating_mul(1u64.checked_shl(failures).unwrap_or(u64::MAX));
        let full = doubled.min(self.max_ms);
        let half = full / 2;
        Duration::from_millis(half + random() % (full - half + 1))
    }
}

/// The standard library keys its hashers by chance.
fn random() -> u64 {
    RandomState::new().hash_one(0u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_limit() {
        let mut backoff = Backoff::new(100, 1000);
        for limit in [100, 200, 400, 800, 1000, 1000] {
            let wait = backoff.next().as_millis();
            assert!((limit / 2..=limit).contains(&wait), "{wait} of {limit}");
        }
        assert!(backoff.after(u32::MAX) <= Duration::from_millis(1000));
        backoff.reset();
        assert!(backoff.next() <= Duration::from_millis(100));
    }
}
