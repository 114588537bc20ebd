//! The smallest and largest value of every brick of a volume, fed slice by slice, so that rays can skip empty space.
//!
//! A brick is [`BRICK`] cells a side; a cell is the space between eight voxels, so a brick knows the voxels of its cells
//! and one more to each later side. Eight bytes a brick: 1/128 of a volume of two bytes a voxel.

use super::stored::{Stored, Visitor, visit};
use crate::{Error, ErrorKind, Result, volume::VolumeSpec};

/// Cells of a brick along each axis.
pub const BRICK: u32 = 8;
/// [`BRICK`] as an index.
const SIDE: usize = BRICK as usize;
/// Of a brick without voxels.
const NOTHING: [f32; 2] = [f32::INFINITY, f32::NEG_INFINITY];

/// Smallest and largest values by brick, in modality units, padding left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Bricks {
    spec: BrickSpec,
    ranges: Vec<[f32; 2]>,
    revision: u32,
}

/// What of a volume's description counts here.
#[derive(Debug, Clone, PartialEq)]
struct BrickSpec {
    volume: [usize; 3],
    size: [usize; 3],
    format: crate::PixelFormat,
    padding: Option<[i32; 2]>,
    rescale: Vec<[f64; 2]>,
}

impl Bricks {
    /// Of a volume without slices yet.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when there is no memory.
    pub fn new(spec: &VolumeSpec) -> Result<Self> {
        let volume = spec.size.map(|side| side as usize);
        let size = volume.map(|side| side.div_ceil(SIDE));
        let count = size.iter().product();
        let mut ranges = Vec::new();
        ranges
            .try_reserve_exact(count)
            .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory for the bricks of the volume"))?;
        ranges.resize(count, NOTHING);
        let bounded = |value: i64| i32::try_from(value.clamp(-0x10000, 0x1_0000)).unwrap_or_default();
        Ok(Self {
            spec: BrickSpec {
                volume,
                size,
                format: spec.format,
                padding: spec.padding.map(|(low, high)| [bounded(low), bounded(high)]),
                rescale: spec
                    .slices
                    .iter()
                    .map(|slice| [slice.rescale_slope, slice.rescale_intercept])
                    .collect(),
            },
            ranges,
            revision: 0,
        })
    }

    /// Takes note of a slice's stored values: `[rows, columns]`, little-endian. Of a slice that is written again, bricks keep
    /// the old values as well: they then skip less than they could.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when there is no such slice or `pixels` is not a whole slice.
    pub fn write_slice(&mut self, slice: u32, pixels: &[u8]) -> Result<()> {
        let spec = &self.spec;
        let [_, rows, columns] = spec.volume;
        let slice = slice as usize;
        let bytes = rows * columns * spec.format.bytes_per_pixel();
        let (Some(rescale), true) = (spec.rescale.get(slice), pixels.len() == bytes) else {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the volume has no such slice, or its slices have another size",
            ));
        };
        let [_, brick_rows, brick_columns] = spec.size;
        let layer_len = brick_rows * brick_columns;
        let mut layer = vec![[i32::MAX, i32::MIN]; layer_len];
        visit(
            spec.format,
            pixels,
            Layer {
                columns,
                brick_columns,
                padding: spec.padding,
                layer: &mut layer,
            },
        );
        // The first slice of a layer of bricks is the last of the layer before.
        let own = slice / SIDE;
        let before = (slice.is_multiple_of(SIDE) && own > 0).then(|| own - 1);
        for layer_number in before.into_iter().chain([own]) {
            let start = layer_number * layer_len;
            let ranges = self.ranges.get_mut(start..start + layer_len).unwrap_or_default();
            for (range, [low, high]) in ranges.iter_mut().zip(&layer) {
                if low <= high {
                    widen(range, *rescale, [*low, *high]);
                }
            }
        }
        self.revision = self.revision.wrapping_add(1);
        Ok(())
    }

    /// `[slices, rows, columns]` in bricks.
    pub const fn size(&self) -> [usize; 3] {
        self.spec.size
    }

    /// Smallest and largest value of each brick; the smallest is above the largest where there are no voxels.
    pub fn ranges(&self) -> &[[f32; 2]] {
        &self.ranges
    }

    /// Another number after each slice.
    pub const fn revision(&self) -> u32 {
        self.revision
    }
}

/// Makes `range` hold the modality values of `[low, high]`; rounded outwards.
#[expect(clippy::cast_possible_truncation, reason = "rounded outwards just after")]
fn widen(range: &mut [f32; 2], [slope, intercept]: [f64; 2], ends: [i32; 2]) {
    let [one, other] = ends.map(|stored| f64::from(stored) * slope + intercept);
    let (low, high) = (one.min(other) as f32, one.max(other) as f32);
    range[0] = range[0].min(low.next_down());
    range[1] = range[1].max(high.next_up());
}

/// The bricks that one slice runs through.
struct Layer<'a> {
    columns: usize,
    brick_columns: usize,
    padding: Option<[i32; 2]>,
    layer: &'a mut [[i32; 2]],
}

impl Visitor for Layer<'_> {
    fn visit<S: Stored>(mut self, voxels: &[S::Bytes]) {
        // Columns by themselves first: that is what vector units are good at.
        let mut ends = vec![S::ENDS; self.columns];
        let mut brick_row = 0;
        for (row, values) in voxels.chunks_exact(self.columns).enumerate() {
            self.widen::<S>(&mut ends, values);
            // The first row of bricks is the last of the bricks before.
            if row.is_multiple_of(SIDE) && row > 0 {
                self.flush(&ends, brick_row);
                brick_row += 1;
                ends.fill(S::ENDS);
                self.widen::<S>(&mut ends, values);
            }
        }
        self.flush(&ends, brick_row);
    }
}

impl Layer<'_> {
    #[inline]
    fn widen<S: Stored>(&self, ends: &mut [[S; 2]], values: &[S::Bytes]) {
        let Some([low, high]) = self.padding else {
            for ([least, most], bytes) in ends.iter_mut().zip(values) {
                let value = S::of(*bytes);
                *least = (*least).min(value);
                *most = (*most).max(value);
            }
            return;
        };
        for ([least, most], bytes) in ends.iter_mut().zip(values) {
            let value = S::of(*bytes);
            let stored: i32 = value.into();
            if stored < low || stored > high {
                *least = (*least).min(value);
                *most = (*most).max(value);
            }
        }
    }

    fn flush<S: Stored>(&mut self, ends: &[[S; 2]], brick_row: usize) {
        let start = brick_row * self.brick_columns;
        let bricks = self.layer.get_mut(start..start + self.brick_columns);
        for (number, brick) in bricks.unwrap_or_default().iter_mut().enumerate() {
            let first = number * SIDE;
            // The first column of a brick is the last of the brick before.
            let columns = ends
                .get(first..(first + SIDE + 1).min(ends.len()))
                .unwrap_or_default();
            for [least, most] in columns {
                brick[0] = brick[0].min((*least).into());
                brick[1] = brick[1].max((*most).into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        PixelFormat,
        raycast::testing::{noise, spec_of},
    };

    /// Every voxel of the cells of a brick, one by one.
    fn by_hand(spec: &VolumeSpec, values: &[i16], brick: [usize; 3]) -> [f64; 2] {
        let size = spec.size.map(|side| side as usize);
        let span = |axis: usize| brick[axis] * SIDE..=((brick[axis] + 1) * SIDE).min(size[axis] - 1);
        let mut range = [f64::INFINITY, f64::NEG_INFINITY];
        for slice in span(0) {
            for row in span(1) {
                for column in span(2) {
                    let value = values[(slice * size[1] + row) * size[2] + column];
                    if spec
                        .padding
                        .is_some_and(|(low, high)| (low..=high).contains(&i64::from(value)))
                    {
                        continue;
                    }
                    let rescale = spec.slices[slice];
                    let value = f64::from(value) * rescale.rescale_slope + rescale.rescale_intercept;
                    range = [range[0].min(value), range[1].max(value)];
                }
            }
        }
        range
    }

    #[test]
    fn bricks_hold_the_values_of_their_cells() {
        for padding in [None, Some((-2000, 0))] {
            let mut spec = spec_of([19, 17, 24], PixelFormat::R16Sint);
            spec.padding = padding;
            for (number, slice) in (0..).zip(&mut spec.slices) {
                slice.rescale_slope = if number % 3 == 0 { -0.5 } else { 2.0 };
                slice.rescale_intercept = f64::from(number);
            }
            let values: Vec<i16> = (0..19 * 17 * 24).map(|at| noise(at) / 16).collect();
            let mut bricks = Bricks::new(&spec).unwrap();
            assert_eq!(bricks.size(), [3, 3, 3]);
            for (slice, values) in (0..).zip(values.chunks(17 * 24)) {
                let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                bricks.write_slice(slice, &bytes).unwrap();
            }
            for (index, range) in bricks.ranges().iter().enumerate() {
                let expected = by_hand(&spec, &values, [index / 9, index / 3 % 3, index % 3]);
                for (found, expected) in range.iter().zip(expected) {
                    assert!(
                        (f64::from(*found) - expected).abs() < 1e-3,
                        "brick {index}: {found}, {expected}"
                    );
                }
                assert!(f64::from(range[0]) <= expected[0] && expected[1] <= f64::from(range[1]));
            }
        }
    }

    #[test]
    fn slices_that_are_none_are_refused() {
        let mut bricks = Bricks::new(&spec_of([2, 3, 4], PixelFormat::R8Uint)).unwrap();
        assert!(bricks.write_slice(2, &[0; 12]).is_err());
        assert!(bricks.write_slice(0, &[0; 11]).is_err());
        assert_eq!(bricks.ranges(), [NOTHING], "nothing was written");
        bricks.write_slice(0, &[7; 12]).unwrap();
        assert!((bricks.ranges()[0][0] - 7.0).abs() < 1e-3);
    }
}
