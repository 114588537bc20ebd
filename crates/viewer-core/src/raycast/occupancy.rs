//! What a ray may skip, a byte a brick: made of [`Bricks`] whenever the transfer function or the volume changes.

use super::{Bricks, RayPlan, RayTable, transfer::TABLE_ENTRIES};

/// Farthest leap, in bricks.
const FARTHEST: u8 = 63;
/// Index units that a brick's range is widened by on both sides: more than f32 loses.
const MARGIN: f64 = 1.0 / 64.0;
/// Steps of [`Occupancy`]'s bounds in a projection.
pub const BOUND_STEPS: f32 = 254.0;

/// A byte a brick.
///
/// In volume rendering: 0 where something can be seen, else `n`: the bricks up to `n - 1` bricks away are empty as well.
/// In a projection: 0 where there are no voxels, else 1 + `b`: no index is above `b / 254` of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupancy {
    size: [usize; 3],
    bytes: Vec<u8>,
}

impl Occupancy {
    /// For pictures by plans with this plan's table.
    pub fn new(bricks: &Bricks, plan: &RayPlan) -> Self {
        let mut occupancy = Self {
            size: bricks.size(),
            bytes: Vec::new(),
        };
        if plan.is_projection {
            occupancy.bytes = bricks
                .ranges()
                .iter()
                .map(|range| bound(&plan.table, *range))
                .collect();
        } else {
            let visible = Visible::new(&plan.table);
            let bytes = bricks.ranges().iter().map(|range| {
                if visible.between(&plan.table, *range) {
                    0
                } else {
                    FARTHEST
                }
            });
            occupancy.bytes = bytes.collect();
            occupancy.measure();
        }
        occupancy
    }

    /// Nothing is skipped.
    pub fn everything(bricks: &Bricks, plan: &RayPlan) -> Self {
        let byte = if plan.is_projection { u8::MAX } else { 0 };
        Self {
            size: bricks.size(),
            bytes: vec![byte; bricks.ranges().len()],
        }
    }

    /// `[slices, rows, columns]` in bricks.
    pub const fn size(&self) -> [usize; 3] {
        self.size
    }

    /// In the shape of [`Occupancy::size`].
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Chessboard distances to the nearest 0, in two sweeps.
    fn measure(&mut self) {
        let [slices, rows, columns] = self.size;
        let sweep = |bytes: &mut [u8], at: [usize; 3], towards: isize| {
            let index = (at[0] * rows + at[1]) * columns + at[2];
            let own = bytes.get(index).copied().unwrap_or_default();
            if own == 0 {
                return;
            }
            let mut nearest = own;
            for number in 0..13 {
                // The 13 neighbours that come earlier, or later.
                let offset = [number / 9, number / 3 % 3, number % 3];
                let step = [offset[0] - 1, offset[1] - 1, offset[2] - 1].map(|part: isize| part * towards);
                let to = [0, 1, 2].map(|axis: usize| at[axis].checked_add_signed(step[axis]));
                if let [Some(slice), Some(row), Some(column)] = to
                    && slice < slices
                    && row < rows
                    && column < columns
                {
                    let neighbour = bytes.get((slice * rows + row) * columns + column);
                    nearest = nearest.min(neighbour.map_or(FARTHEST, |other| other.saturating_add(1)));
                }
            }
            if let Some(byte) = bytes.get_mut(index) {
                *byte = nearest;
            }
        };
        for slice in 0..slices {
            for row in 0..rows {
                for column in 0..columns {
                    sweep(&mut self.bytes, [slice, row, column], 1);
                }
            }
        }
        for slice in (0..slices).rev() {
            for row in (0..rows).rev() {
                for column in (0..columns).rev() {
                    sweep(&mut self.bytes, [slice, row, column], -1);
                }
            }
        }
    }
}

/// Lowest and highest index of a range of values, widened and clamped to the table; nothing for an empty range.
fn indices(table: &RayTable, range: [f32; 2]) -> Option<[f64; 2]> {
    let [one, other] = range.map(|value| table.index_of(f64::from(value)));
    let last = (TABLE_ENTRIES - 1) as f64;
    (range[0] <= range[1])
        .then(|| [one.min(other) - MARGIN, one.max(other) + MARGIN].map(|index| index.clamp(0.0, last)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the table: at most 254"
)]
fn bound(table: &RayTable, range: [f32; 2]) -> u8 {
    let last = (TABLE_ENTRIES - 1) as f64;
    indices(table, range).map_or(0, |[_, high]| {
        1 + (high / last * f64::from(BOUND_STEPS)).ceil() as u8
    })
}

/// How many entries before each one can be seen.
struct Visible(Vec<u32>);

impl Visible {
    fn new(table: &RayTable) -> Self {
        let mut count = 0;
        let mut before = vec![0];
        for [.., opacity] in table.entries() {
            count += u32::from(*opacity > 0.0);
            before.push(count);
        }
        Self(before)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the table"
    )]
    fn between(&self, table: &RayTable, range: [f32; 2]) -> bool {
        let Some([low, high]) = indices(table, range) else {
            return false;
        };
        let before = self.0.get(low.floor() as usize);
        let after = self.0.get(high.ceil() as usize + 1);
        before != after
    }
}
