//! What a slab shows of its samples.

use super::NOTHING;
use crate::reslice::{Projection, ReslicePlan};

/// Samples taken together, one after the other.
#[derive(Clone, Copy)]
pub(super) struct Projector {
    projection: Projection,
    addend: i64,
    /// The largest, the smallest or the sum.
    value: i64,
    count: i64,
}

impl Projector {
    pub(super) const fn new(plan: &ReslicePlan) -> Self {
        Self {
            projection: plan.projection,
            addend: plan.addend,
            value: match plan.projection {
                Projection::Max => i64::MIN,
                Projection::Min => i64::MAX,
                Projection::Mean | Projection::Sum => 0,
            },
            count: 0,
        }
    }

    #[inline]
    pub(super) fn add(&mut self, sample: i64) {
        if sample == NOTHING {
            return;
        }
        self.count += 1;
        match self.projection {
            Projection::Max => self.value = self.value.max(sample),
            Projection::Min => self.value = self.value.min(sample),
            Projection::Mean | Projection::Sum => self.value += sample,
        }
    }

    /// What is shown, or [`NOTHING`] of no samples.
    #[inline]
    pub(super) const fn value(self) -> i64 {
        if self.count == 0 {
            return NOTHING;
        }
        match self.projection {
            Projection::Max | Projection::Min => self.value,
            Projection::Mean => self.value.div_euclid(self.count),
            Projection::Sum => self.value + self.count * self.addend,
        }
    }
}
