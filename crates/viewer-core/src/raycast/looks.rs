//! What is kept from picture to picture of a volume.

use std::sync::Arc;

use super::{Bricks, Occupancy, RayPlan, RayTable};
use crate::Result;

/// Most looks that are kept: as many views of one volume are drawn in turn without making anything anew.
const KEPT: usize = 4;

/// What backends make of a plan's table and the bricks of a volume, for each table that was drawn with last.
#[derive(Debug)]
pub struct Looks<T> {
    made: Vec<(Key, T)>,
}

#[derive(Debug, PartialEq)]
struct Key {
    table: Arc<RayTable>,
    is_projection: bool,
    revision: u32,
}

impl<T> Default for Looks<T> {
    fn default() -> Self {
        Self { made: Vec::new() }
    }
}

impl<T> Looks<T> {
    /// What `make` made for pictures by plans with this plan's table, of a volume with these bricks.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn get(
        &mut self,
        plan: &RayPlan,
        bricks: &Bricks,
        make: impl FnOnce(&Occupancy) -> Result<T>,
    ) -> Result<&T> {
        let revision = bricks.revision();
        // The volume has more slices now.
        self.made.retain(|(key, _)| key.revision == revision);
        let key = Key {
            table: Arc::clone(&plan.table),
            is_projection: plan.is_projection,
            revision,
        };
        let look = match self.made.iter().position(|(made, _)| *made == key) {
            Some(index) => self.made.remove(index),
            None => (key, make(&Occupancy::new(bricks, plan))?),
        };
        self.made.truncate(KEPT - 1);
        self.made.insert(0, look);
        // Just put there.
        Ok(&self.made[0].1)
    }
}
