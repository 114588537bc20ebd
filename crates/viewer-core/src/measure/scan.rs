//! Polygons row by row.

use std::ops::Range;

use super::{
    planar::edges,
    region::{ON_EDGE, is_on},
};
use crate::space::ImagePoint;

/// An edge, from its upper end.
#[derive(Debug, Clone, Copy)]
struct Edge {
    upper: ImagePoint,
    lower: ImagePoint,
}

impl Edge {
    /// Where it crosses a row.
    fn column(&self, row: f64) -> f64 {
        let Self { upper, lower } = self;
        (lower.column - upper.column) * (row - upper.row) / (lower.row - upper.row) + upper.column
    }
}

/// The edges of a polygon, of which those at the present row are known.
#[derive(Debug)]
pub(super) struct Scan {
    /// By their upper ends, the last one first.
    waiting: Vec<Edge>,
    active: Vec<Edge>,
}

impl Scan {
    pub(super) fn new(corners: &[ImagePoint]) -> Self {
        let is_finite = |point: ImagePoint| point.column.is_finite() && point.row.is_finite();
        let mut waiting: Vec<Edge> = edges(corners)
            .filter(|(a, b)| is_finite(*a) && is_finite(*b))
            .map(|(a, b)| {
                let (upper, lower) = if a.row <= b.row { (a, b) } else { (b, a) };
                Edge { upper, lower }
            })
            .collect();
        waiting.sort_unstable_by(|a, b| b.upper.row.total_cmp(&a.upper.row));
        Self {
            waiting,
            active: Vec::new(),
        }
    }

    /// The columns of a row that are inside or on an edge, as runs that neither touch nor overlap. Rows are asked for from the top down.
    pub(super) fn row(&mut self, row: u32, within: &Range<u32>) -> Vec<Range<u32>> {
        let y = f64::from(row);
        while let Some(edge) = self.waiting.pop_if(|edge| edge.upper.row <= y + ON_EDGE) {
            self.active.push(edge);
        }
        self.active.retain(|edge| edge.lower.row >= y - ON_EDGE);
        let mut crossings = Vec::new();
        let mut runs = Vec::new();
        for edge in &self.active {
            if edge.upper.row <= y && edge.lower.row > y {
                crossings.push(edge.column(y));
            }
            on_edge(edge, row, within, &mut runs);
        }
        crossings.sort_unstable_by(f64::total_cmp);
        for pair in crossings.as_chunks::<2>().0 {
            // what is right of an odd number of crossings
            let [from, to] = pair.map(|column| {
                whole(column, f64::INFINITY, within.end)
                    .start
                    .clamp(within.start, within.end)
            });
            if from < to {
                runs.push(from..to);
            }
        }
        joined(runs)
    }
}

/// The pixels of a row that lie on an edge.
fn on_edge(edge: &Edge, row: u32, within: &Range<u32>, runs: &mut Vec<Range<u32>>) {
    let Edge { upper, lower } = *edge;
    let y = f64::from(row);
    let (left, right) = (upper.column.min(lower.column), upper.column.max(lower.column));
    let height = lower.row - upper.row;
    let length = libm::hypot(right - left, height);
    // How far along the row a point may be from the edge to lie on it; all of a level edge.
    let reach = 2.0 * ON_EDGE * length.max(ON_EDGE) / height;
    let (low, high) = if reach < right - left {
        let at = edge.column(y);
        ((at - reach).max(left - reach), (at + reach).min(right + reach))
    } else {
        (left - ON_EDGE, right + ON_EDGE)
    };
    for column in whole(low, high, within.end) {
        let point = ImagePoint {
            column: f64::from(column),
            row: y,
        };
        if column >= within.start && is_on(upper, lower, point) {
            runs.push(column..column + 1);
        }
    }
}

/// The same runs, ascending, those that touch or overlap as one.
fn joined(mut runs: Vec<Range<u32>>) -> Vec<Range<u32>> {
    runs.sort_unstable_by_key(|run| run.start);
    let mut joined: Vec<Range<u32>> = Vec::with_capacity(runs.len());
    for run in runs {
        match joined.last_mut() {
            Some(last) if run.start <= last.end => last.end = last.end.max(run.end),
            _ => joined.push(run),
        }
    }
    joined
}

/// Whole numbers from `low` to `high` within `0..length`; empty where the numbers make no sense.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the casts saturate, and NaN becomes 0"
)]
pub(super) fn whole(low: f64, high: f64, length: u32) -> Range<u32> {
    let end = (high.floor() + 1.0).max(0.0) as u32;
    low.ceil().max(0.0) as u32..end.min(length)
}
