//! The stored values of a frame, and what is in a region of them.

use std::sync::Arc;

use super::{Region, Span, Tally};
use crate::{Error, ErrorKind, PixelFormat, Result, lut::Lut, space::ImagePoint};

/// Stored values, and how they become those of the modality.
#[derive(Clone, PartialEq)]
pub struct StoredValues {
    size: [u32; 2],
    format: PixelFormat,
    pixels: Vec<u8>,
    /// Closed range of stored values that are padding.
    padding: Option<(i64, i64)>,
    slope: f64,
    intercept: f64,
    table: Option<Arc<Lut>>,
}

impl std::fmt::Debug for StoredValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredValues")
            .field("size", &self.size)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// What is in a region.
#[derive(Debug, Default)]
pub(super) struct Inside {
    pub(super) tally: Tally,
    /// Pixels of padding, which are not among the values.
    pub(super) padding: u64,
    /// Whether part of the region is where there is no picture.
    pub(super) is_cut: bool,
}

impl StoredValues {
    /// Grey values `[rows, columns]`, little-endian, of `size` in that order.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedPhotometric`] for colour, which has no values; [`ErrorKind::Malformed`] when the pixels are not as
    /// many.
    pub fn new(size: [u32; 2], format: PixelFormat, pixels: Vec<u8>) -> Result<Self> {
        if format.is_color() {
            return Err(Error::new(
                ErrorKind::UnsupportedPhotometric,
                "colour has no values",
            ));
        }
        let [rows, columns] = size.map(u64::from);
        if pixels.len() as u64 != rows * columns * format.bytes_per_pixel() as u64 {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the pixels are not those of a frame of that size",
            ));
        }
        Ok(Self {
            size,
            format,
            pixels,
            padding: None,
            slope: 1.0,
            intercept: 0.0,
            table: None,
        })
    }

    /// The same with a rescale.
    #[must_use]
    pub const fn with_rescale(mut self, slope: f64, intercept: f64) -> Self {
        self.slope = slope;
        self.intercept = intercept;
        self
    }

    /// The same with padding: stored values in this closed range.
    #[must_use]
    pub const fn with_padding(mut self, padding: Option<(i64, i64)>) -> Self {
        self.padding = padding;
        self
    }

    /// The same with a Modality LUT instead of the rescale.
    #[must_use]
    pub fn with_table(mut self, table: Option<Arc<Lut>>) -> Self {
        self.table = table;
        self
    }

    pub(super) const fn has_table(&self) -> bool {
        self.table.is_some()
    }

    /// The value of the pixel that a point lies in; none outside of the frame. The error is that of padding.
    pub(super) fn at(&self, point: ImagePoint) -> Option<std::result::Result<f64, Padding>> {
        let [rows, columns] = self.size;
        let (row, column) = (near(point.row, rows)?, near(point.column, columns)?);
        let number = row as usize * columns as usize + column as usize;
        let stored = self.stored(number)?;
        Some(if self.is_padding(stored) {
            Err(Padding)
        } else {
            Ok(self.value(stored))
        })
    }

    /// What is in a region.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when there is no memory for it.
    pub(super) fn inside(&self, region: &Region) -> Result<Inside> {
        let counts = match self.format.bytes_per_pixel() {
            1 => self.counted::<1>(region),
            2 => self.counted::<2>(region),
            _ => self.listed(region)?,
        };
        let mut inside = Inside {
            is_cut: region.reaches_beyond(self.size),
            ..Inside::default()
        };
        let mut values = Vec::with_capacity(counts.len());
        for (stored, count) in counts {
            if self.is_padding(stored) {
                inside.padding += count;
            } else {
                values.push((self.value(stored), count));
            }
        }
        inside.tally = Tally::counted(values);
        Ok(inside)
    }

    /// How often each stored value of `N` bytes is there: by a table of all that there can be.
    fn counted<const N: usize>(&self, region: &Region) -> Vec<(i64, u64)> {
        let mut counts = vec![0_u32; 1 << (8 * N)];
        for span in region.spans(self.size) {
            for pixel in self.run(&span).as_chunks::<N>().0 {
                let place = pixel
                    .iter()
                    .rev()
                    .fold(0, |place, byte| place << 8 | usize::from(*byte));
                if let Some(count) = counts.get_mut(place) {
                    *count += 1;
                }
            }
        }
        let signed = 8 * N - 1;
        (0_i64..)
            .zip(counts)
            .filter(|(_, count)| *count > 0)
            .map(|(place, count)| {
                let is_negative = self.format.is_signed() && place >> signed == 1;
                let stored = if is_negative {
                    place - (1 << (8 * N))
                } else {
                    place
                };
                (stored, u64::from(count))
            })
            .collect()
    }

    /// The same of 32 bits: sorted, one by one.
    fn listed(&self, region: &Region) -> Result<Vec<(i64, u64)>> {
        let mut values: Vec<i64> = Vec::new();
        for span in region.spans(self.size) {
            let run = self.run(&span).as_chunks::<4>().0;
            values.try_reserve(run.len()).map_err(|_no_memory| {
                Error::new(ErrorKind::Limit, "no memory for the statistics of so many values")
            })?;
            values.extend(run.iter().filter_map(|pixel| stored_at(self.format, pixel, 0)));
        }
        values.sort_unstable();
        let same = values.chunk_by(i64::eq);
        Ok(same
            .filter_map(|run| Some((*run.first()?, run.len() as u64)))
            .collect())
    }

    fn run(&self, span: &Span) -> &[u8] {
        let [_, columns] = self.size;
        let size = self.format.bytes_per_pixel();
        let start = span.row as usize * columns as usize;
        let [from, to] =
            [span.columns.start, span.columns.end].map(|column| (start + column as usize) * size);
        self.pixels.get(from..to).unwrap_or_default()
    }

    fn stored(&self, number: usize) -> Option<i64> {
        stored_at(self.format, &self.pixels, number)
    }

    fn is_padding(&self, stored: i64) -> bool {
        self.padding
            .is_some_and(|(low, high)| (low..=high).contains(&stored))
    }

    fn value(&self, stored: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "at most 32 bits")]
        match &self.table {
            Some(table) => f64::from(table.at(stored)),
            None => stored as f64 * self.slope + self.intercept,
        }
    }
}

/// That a pixel is padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Padding;

/// The stored grey value of that number.
pub(super) fn stored_at(format: PixelFormat, pixels: &[u8], number: usize) -> Option<i64> {
    let from = pixels.get(number.checked_mul(format.bytes_per_pixel())?..)?;
    Some(match format {
        PixelFormat::R8Uint => i64::from(*from.first()?),
        PixelFormat::R8Sint => i64::from(from.first()?.cast_signed()),
        PixelFormat::R16Uint => i64::from(u16::from_le_bytes(*from.first_chunk()?)),
        PixelFormat::R16Sint => i64::from(i16::from_le_bytes(*from.first_chunk()?)),
        PixelFormat::R32Uint => i64::from(u32::from_le_bytes(*from.first_chunk()?)),
        PixelFormat::R32Sint => i64::from(i32::from_le_bytes(*from.first_chunk()?)),
        PixelFormat::Rgba8Uint | PixelFormat::Rgba16Uint => return None,
    })
}

/// The whole number nearest to a coordinate, halves up, if it is one of `count`.
pub(super) fn near(at: f64, count: u32) -> Option<u32> {
    let number = (at + 0.5).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be in range"
    )]
    (number >= 0.0 && number < f64::from(count)).then_some(number as u32)
}
