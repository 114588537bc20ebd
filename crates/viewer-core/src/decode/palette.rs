//! Palette Color Lookup Tables (PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6).

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::dataset::{DataSet, malformed};
use crate::{Error, ErrorKind, PixelFormat, Result};

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
    /// [`ErrorKind::Malformed`] naming the attribute, [`ErrorKind::UnsupportedPhotometric`] for segmented tables.
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
        fn at(value: i32, first: i32, count: usize) -> usize {
            let index = i64::from(value) - i64::from(first);
            usize::try_from(index).unwrap_or(0).min(count.saturating_sub(1))
        }
        match &self.colors {
            Colors::Eight(colors) => (
                PixelFormat::Rgba8Uint,
                values
                    .flat_map(|v| {
                        colors
                            .get(at(v, self.first, colors.len()))
                            .copied()
                            .unwrap_or_default()
                    })
                    .collect(),
            ),
            Colors::Sixteen(colors) => (
                PixelFormat::Rgba16Uint,
                values
                    .flat_map(|v| {
                        colors
                            .get(at(v, self.first, colors.len()))
                            .copied()
                            .unwrap_or_default()
                    })
                    .flat_map(u16::to_le_bytes)
                    .collect(),
            ),
        }
    }
}

impl Table {
    fn read(dataset: &DataSet<'_>, is_signed: bool, descriptor: Tag, data: Tag) -> Result<Self> {
        let &[count, first, bits] = dataset
            .words(descriptor)
            .as_deref()
            .and_then(|words| words.first_chunk::<3>())
            .ok_or_else(|| malformed("missing or short palette descriptor", descriptor))?;
        let Some(value) = dataset.value(data) else {
            let segmented = Tag(data.0, data.1 + 0x20);
            return Err(if dataset.element(segmented).is_some() {
                Error::new(
                    ErrorKind::UnsupportedPhotometric,
                    "segmented palettes are not displayed by this build",
                )
                .with_tag(segmented.0, segmented.1)
            } else {
                malformed("missing or empty palette", data)
            });
        };
        let count = if count == 0 { 1 << 16 } else { usize::from(count) };
        if !matches!(bits, 8 | 16) {
            return Err(malformed(
                format!("palette entries of {bits} bits; 8 and 16 are allowed"),
                descriptor,
            ));
        }
        // entries of 8 bits may be packed, or stand in words of their own
        let entries: Vec<u16> = if value.len() >= 2 * count {
            dataset.words(data).unwrap_or_default()
        } else if bits == 8 {
            let words = dataset.words(data).unwrap_or_default();
            let mut bytes: Vec<u16> = words
                .into_iter()
                .flat_map(u16::to_le_bytes)
                .map(u16::from)
                .collect();
            bytes.extend(value.as_chunks::<2>().1.iter().copied().map(u16::from));
            bytes
        } else {
            Vec::new()
        };
        if entries.len() < count {
            return Err(malformed(
                format!("a palette of {} bytes for {count} entries", value.len()),
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
