//! Palette Color Lookup Tables (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6 and C.7.9).

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{
    dataset::{DataSet, malformed},
    segments,
};
use crate::{PixelFormat, Result};

/// The three tables, as RGBA of full range.
#[derive(Debug, Clone)]
pub(crate) struct Palette {
    /// The stored value of the first entry.
    first: i32,
    colors: Colors,
}

#[derive(Debug, Clone)]
enum Colors {
    Eight(Vec<[u8; 4]>),
    Sixteen(Vec<[u16; 4]>),
}

/// One table: its entries as numbers of its own depth.
struct Table {
    first: i32,
    is_deep: bool,
    entries: Vec<u16>,
}

impl Palette {
    /// Reads the tables.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Malformed`] naming the attribute.
    pub(crate) fn read(dataset: &DataSet<'_>, is_signed: bool) -> Result<Self> {
        let red = Table::read(
            dataset,
            is_signed,
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        )?;
        let green = Table::read(
            dataset,
            is_signed,
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        )?;
        let blue = Table::read(
            dataset,
            is_signed,
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
            tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
        )?;
        let entries = red.entries.iter().zip(&green.entries).zip(&blue.entries);
        #[expect(clippy::cast_possible_truncation, reason = "entries of eight bits")]
        let colors = if red.is_deep || green.is_deep || blue.is_deep {
            Colors::Sixteen(entries.map(|((&r, &g), &b)| [r, g, b, u16::MAX]).collect())
        } else {
            Colors::Eight(
                entries
                    .map(|((&r, &g), &b)| [r as u8, g as u8, b as u8, u8::MAX])
                    .collect(),
            )
        };
        Ok(Self {
            first: red.first,
            colors,
        })
    }

    /// Looks every value up; those outside the table get its first or last entry.
    pub(crate) fn apply(&self, values: impl Iterator<Item = i32>) -> (PixelFormat, Vec<u8>) {
        match &self.colors {
            Colors::Eight(colors) => (
                PixelFormat::Rgba8Uint,
                values.flat_map(|value| at(colors, self.first, value)).collect(),
            ),
            Colors::Sixteen(colors) => (
                PixelFormat::Rgba16Uint,
                values
                    .flat_map(|value| at(colors, self.first, value))
                    .flat_map(u16::to_le_bytes)
                    .collect(),
            ),
        }
    }

    /// Looks up the values from the first entry on; the others are grey of `level` (C.7.6.19).
    pub(crate) fn supplement(
        &self,
        values: impl Iterator<Item = i32>,
        level: impl Fn(i32) -> u8,
    ) -> (PixelFormat, Vec<u8>) {
        match &self.colors {
            Colors::Eight(colors) => {
                let pixels = values.flat_map(|value| {
                    if value < self.first {
                        let grey = level(value);
                        [grey, grey, grey, u8::MAX]
                    } else {
                        at(colors, self.first, value)
                    }
                });
                (PixelFormat::Rgba8Uint, pixels.collect())
            }
            Colors::Sixteen(colors) => {
                let pixels = values.flat_map(|value| {
                    if value < self.first {
                        let grey = u16::from(level(value)) * 257;
                        [grey, grey, grey, u16::MAX]
                    } else {
                        at(colors, self.first, value)
                    }
                });
                (
                    PixelFormat::Rgba16Uint,
                    pixels.flat_map(u16::to_le_bytes).collect(),
                )
            }
        }
    }
}

/// The entry of `value` where the first entry is that of `first`.
fn at<T: Copy + Default>(colors: &[T], first: i32, value: i32) -> T {
    let index = usize::try_from(i64::from(value) - i64::from(first)).unwrap_or(0);
    colors
        .get(index.min(colors.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

impl Table {
    fn read(dataset: &DataSet<'_>, is_signed: bool, descriptor: Tag, data: Tag) -> Result<Self> {
        let &[count, first, bits] = dataset
            .words(descriptor)
            .as_deref()
            .and_then(|words| words.first_chunk::<3>())
            .ok_or_else(|| malformed("missing or short palette descriptor", descriptor))?;
        let count = if count == 0 { 1 << 16 } else { usize::from(count) };
        if !matches!(bits, 8 | 16) {
            return Err(malformed(
                format!("palette entries of {bits} bits; 8 and 16 are allowed"),
                descriptor,
            ));
        }
        let segmented = Tag(data.0, data.1 + 0x20);
        let entries = match (dataset.value(data), dataset.value(segmented)) {
            // entries of 8 bits may be packed, or stand in words of their own
            (Some(value), _) if bits == 8 && value.len() < 2 * count => bytes(dataset, data),
            (Some(_), _) => dataset.words(data).unwrap_or_default(),
            (None, Some(_)) => {
                let numbers = if bits == 8 {
                    bytes(dataset, segmented)
                } else {
                    dataset.words(segmented).unwrap_or_default()
                };
                segments::expand(&numbers, bits == 16, count, segmented)?
            }
            (None, None) => return Err(malformed("missing or empty palette", data)),
        };
        if entries.len() < count {
            return Err(malformed(
                format!(
                    "a palette of {} entries where {count} are announced",
                    entries.len()
                ),
                data,
            ));
        }
        let entries: Vec<u16> = entries.into_iter().take(count).collect();
        Ok(Self {
            first: if is_signed {
                i32::from(first.cast_signed())
            } else {
                i32::from(first)
            },
            // a word of an 8-bit table that holds more says that the descriptor is wrong
            is_deep: bits == 16 || entries.iter().any(|&entry| entry > 0xFF),
            entries,
        })
    }
}

/// The bytes of a value, which is of 16-bit words: the first of each is the lower.
fn bytes(dataset: &DataSet<'_>, tag: Tag) -> Vec<u16> {
    let words = dataset.words(tag).unwrap_or_default();
    let odd = dataset.value(tag).unwrap_or_default().as_chunks::<2>().1;
    words
        .into_iter()
        .flat_map(u16::to_le_bytes)
        .chain(odd.iter().copied())
        .map(u16::from)
        .collect()
}
