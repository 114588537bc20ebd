//! Connected parts of a mask, by runs of bits along rows. Runs are found twice in the same order: once to join those that
//! touch, once to keep those of the part that is meant; so a run costs a label and a size and no more.

use super::mask::VoxelMask;
use crate::{Error, ErrorKind, Result};

/// Most runs: 128 MB.
const MAX_RUNS: usize = 1 << 24;

/// The largest part, or the one with `voxel`, `[slice, row, column]`.
pub(super) fn pick(mask: &VoxelMask, voxel: Option<[usize; 3]>) -> Result<VoxelMask> {
    let [_, rows, _] = mask.size;
    let mut parts = Parts::default();
    let mut lines = Lines::new(rows);
    let mut wanted = None;
    for (number, words) in mask.words.chunks_exact(mask.stride).enumerate() {
        let (slice, row) = (number / rows, number % rows);
        let first = parts.parents.len();
        let runs = runs_of(words);
        for run in &runs {
            parts.add(run[1] - run[0])?;
        }
        if let Some([at_slice, at_row, column]) = voxel
            && [at_slice, at_row] == [slice, row]
        {
            wanted = runs
                .iter()
                .position(|[start, end]| (*start..*end).contains(&column))
                .map(|at| first + at);
        }
        if row > 0 {
            parts.join(first, &runs, &lines.above);
        }
        if slice > 0
            && let Some(behind) = lines.slice.get(row)
        {
            parts.join(first, &runs, behind);
        }
        lines.keep(row, Line { first, runs });
    }
    let wanted = match voxel {
        Some(_) => wanted.map(|run| parts.root(run)).ok_or_else(|| {
            Error::new(
                ErrorKind::Malformed,
                "the voxel is not in the volume or below the threshold",
            )
        })?,
        None => parts.largest(),
    };
    let mut kept = mask.emptied()?;
    let mut number = 0;
    let lines = kept.words.chunks_exact_mut(mask.stride);
    for (words, out) in mask.words.chunks_exact(mask.stride).zip(lines) {
        for [start, end] in runs_of(words) {
            if parts.root(number) == wanted {
                set(out, start, end);
            }
            number += 1;
        }
    }
    Ok(kept)
}

/// A row's runs, `[start, end)`, and the number of the first.
#[derive(Default)]
struct Line {
    first: usize,
    runs: Vec<[usize; 2]>,
}

/// The rows that the next one may touch.
struct Lines {
    above: Line,
    slice: Vec<Line>,
}

impl Lines {
    fn new(rows: usize) -> Self {
        Self {
            above: Line::default(),
            slice: (0..rows).map(|_| Line::default()).collect(),
        }
    }

    fn keep(&mut self, row: usize, line: Line) {
        self.above = Line {
            first: line.first,
            runs: line.runs.clone(),
        };
        if let Some(place) = self.slice.get_mut(row) {
            *place = line;
        }
    }
}

/// Runs and the parts that they belong to.
#[derive(Default)]
struct Parts {
    parents: Vec<u32>,
    /// Voxels of a part, at its root; beyond four milliards they are no more counted.
    sizes: Vec<u32>,
}

impl Parts {
    fn add(&mut self, voxels: usize) -> Result<()> {
        let number = self.parents.len();
        if number >= MAX_RUNS {
            return Err(Error::new(
                ErrorKind::Limit,
                "what lies above the threshold has too many pieces; take a higher one",
            ));
        }
        self.parents.push(u32::try_from(number).unwrap_or_default());
        self.sizes.push(u32::try_from(voxels).unwrap_or(u32::MAX));
        Ok(())
    }

    fn root(&mut self, run: usize) -> usize {
        let mut at = run;
        while let Some(parent) = self.parents.get(at).map(|parent| *parent as usize)
            && parent != at
        {
            // Halves the way for the next time.
            let beyond = self.parents.get(parent).copied().unwrap_or_default();
            if let Some(place) = self.parents.get_mut(at) {
                *place = beyond;
            }
            at = beyond as usize;
        }
        at
    }

    fn join_roots(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return;
        }
        let size = |parts: &Self, root: usize| parts.sizes.get(root).copied().unwrap_or_default();
        let sizes = [size(self, one), size(self, other)];
        let (large, small) = if sizes[0] >= sizes[1] {
            (one, other)
        } else {
            (other, one)
        };
        if let (Some(parent), Some(sum)) = (self.parents.get_mut(small), self.sizes.get_mut(large)) {
            *parent = u32::try_from(large).unwrap_or_default();
            *sum = sizes[0].saturating_add(sizes[1]);
        }
    }

    /// Joins runs from `first` on with those of a row beside that they overlap.
    fn join(&mut self, first: usize, runs: &[[usize; 2]], beside: &Line) {
        let (mut own, mut other) = (0, 0);
        while let (Some([start, end]), Some([other_start, other_end])) =
            (runs.get(own), beside.runs.get(other))
        {
            if start < other_end && other_start < end {
                self.join_roots(first + own, beside.first + other);
            }
            if end <= other_end {
                own += 1;
            } else {
                other += 1;
            }
        }
    }

    fn largest(&mut self) -> usize {
        let mut best = (0, 0);
        for number in 0..self.parents.len() {
            let size = self.sizes.get(number).copied().unwrap_or_default();
            if self.root(number) == number && size > best.0 {
                best = (size, number);
            }
        }
        best.1
    }
}

/// Runs of bits, `[start, end)`.
fn runs_of(words: &[u32]) -> Vec<[usize; 2]> {
    let mut runs: Vec<[usize; 2]> = Vec::new();
    for (number, word) in words.iter().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            let start = rest.trailing_zeros();
            let length = (rest >> start).trailing_ones();
            let begin = number * 32 + start as usize;
            let end = begin + length as usize;
            match runs.last_mut() {
                Some(last) if last[1] == begin => last[1] = end,
                _ => runs.push([begin, end]),
            }
            rest &= u32::MAX.checked_shl(start + length).unwrap_or(0);
        }
    }
    runs
}

fn set(words: &mut [u32], start: usize, end: usize) {
    for (number, word) in words.iter_mut().enumerate() {
        let base = number * 32;
        if base + 32 <= start || end <= base {
            continue;
        }
        let from = start.saturating_sub(base).min(31);
        let to = (end - base).min(32);
        *word |= (u32::MAX >> (32 - (to - from))) << from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        PixelFormat,
        raycast::{
            MaskBuilder, Part,
            testing::{noise, spec_of},
        },
    };

    fn builder(size: [u32; 3], value: impl Fn([usize; 3]) -> u8) -> MaskBuilder {
        let mut builder = MaskBuilder::new(&spec_of(size, PixelFormat::R8Uint), 100.0).unwrap();
        let [slices, rows, columns] = size.map(|side| side as usize);
        for slice in 0..slices {
            let bytes: Vec<u8> = (0..rows * columns)
                .map(|at| value([slice, at / columns, at % columns]))
                .collect();
            builder
                .write_slice(u32::try_from(slice).unwrap(), &bytes)
                .unwrap();
        }
        builder
    }

    /// A flood, voxel by voxel.
    fn flooded(mask: &VoxelMask, start: [usize; 3]) -> Vec<[usize; 3]> {
        let mut reached = vec![start];
        let mut at = 0;
        while at < reached.len() {
            let here = reached[at];
            for axis in 0..3 {
                for step in [-1, 1] {
                    let mut next = here;
                    let Some(moved) = here[axis].checked_add_signed(step) else {
                        continue;
                    };
                    next[axis] = moved;
                    let inside = (0..3).all(|axis| next[axis] < mask.size[axis]);
                    if inside && mask.has(next[0], next[1], next[2]) && !reached.contains(&next) {
                        reached.push(next);
                    }
                }
            }
            at += 1;
        }
        reached.sort_unstable();
        reached
    }

    fn voxels(mask: &VoxelMask) -> Vec<[usize; 3]> {
        let [slices, rows, columns] = mask.size;
        let mut found = Vec::new();
        for slice in 0..slices {
            for row in 0..rows {
                for column in 0..columns {
                    if mask.has(slice, row, column) {
                        found.push([slice, row, column]);
                    }
                }
            }
        }
        found
    }

    #[test]
    fn parts_are_those_of_a_flood() {
        // Two thirds of the voxels, above what percolates in one piece; 70 columns are words and a part of one.
        let size = [4, 5, 70];
        let value = |[slice, row, column]: [usize; 3]| {
            let at = u32::try_from((slice * 5 + row) * 70 + column).unwrap();
            if noise(at) > 6000 { 100 } else { 99 }
        };
        let all = builder(size, value).finish(Part::All).unwrap();
        let set = voxels(&all);
        let largest = set
            .iter()
            .map(|start| flooded(&all, *start))
            .max_by_key(Vec::len)
            .unwrap();
        let found = builder(size, value).finish(Part::Largest).unwrap();
        assert_eq!(voxels(&found).len(), largest.len());
        for start in set.iter().step_by(17) {
            let picked = Part::With(start.map(|index| u32::try_from(index).unwrap()));
            let found = builder(size, value).finish(picked).unwrap();
            assert_eq!(voxels(&found), flooded(&all, *start), "from {start:?}");
        }
    }

    #[test]
    fn a_voxel_below_the_threshold_picks_nothing() {
        let size = [2, 2, 40];
        let made = || {
            builder(
                size,
                |[slice, _, column]| if slice == 0 && column == 33 { 200 } else { 0 },
            )
        };
        assert_eq!(made().finish(Part::With([0, 1, 33])).unwrap().count(), 2);
        for voxel in [[0, 0, 0], [5, 0, 0], [0, 0, 400]] {
            let error = made().finish(Part::With(voxel)).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Malformed);
        }
        assert_eq!(builder(size, |_| 0).finish(Part::Largest).unwrap().count(), 0);
    }

    #[test]
    fn growing_adds_the_six_neighbours_and_stays_inside() {
        let center = |at: [usize; 3]| {
            if at == [1, 1, 31] || at == [0, 0, 39] {
                200
            } else {
                0
            }
        };
        let grown = builder([3, 3, 40], center)
            .finish(Part::All)
            .unwrap()
            .grown()
            .unwrap();
        let mut expected = vec![
            [1, 1, 31],
            [0, 1, 31],
            [2, 1, 31],
            [1, 0, 31],
            [1, 2, 31],
            [1, 1, 30],
            [1, 1, 32],
        ];
        expected.extend([[0, 0, 39], [0, 0, 38], [0, 1, 39], [1, 0, 39]]);
        expected.sort_unstable();
        assert_eq!(voxels(&grown), expected);
    }

    #[test]
    fn thresholds_are_of_each_slice() {
        let mut spec = spec_of([3, 1, 2], PixelFormat::R16Sint);
        for (slice, [slope, intercept]) in
            spec.slices
                .iter_mut()
                .zip([[2.0, -10.0], [-1.0, 0.0], [0.0, 50.0]])
        {
            (slice.rescale_slope, slice.rescale_intercept) = (slope, intercept);
        }
        spec.padding = Some((-2000, -2000));
        let mut builder = MaskBuilder::new(&spec, 50.0).unwrap();
        for (slice, values) in (0..).zip([[29_i16, 30], [-50, -49], [-2000, 7]]) {
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            builder.write_slice(slice, &bytes).unwrap();
        }
        let mask = builder.finish(Part::All).unwrap();
        // 2 * 30 - 10 = 50; 50 = -(-50); everything but padding.
        assert_eq!(voxels(&mask), [[0, 0, 1], [1, 0, 0], [2, 0, 1]]);
    }
}
