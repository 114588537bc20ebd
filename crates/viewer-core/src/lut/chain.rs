//! Grey pipelines with lookup tables: as one table from stored values to levels.

use std::sync::Arc;

use super::{Grey, Lut, level_from_y};
use crate::{Error, ErrorKind, Result};

/// Stored values that a [`GreyTable`] may hold: what a texture of 1024 columns holds on every GPU.
const MAX_LEVELS: i64 = 1 << 21;

/// The lookup tables that a frame comes with; without any, rescale and window are the whole pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Luts {
    /// Modality LUT (C.11.1), instead of the rescale.
    pub modality: Option<Arc<Lut>>,
    /// VOI LUTs (C.11.2) to choose from, instead of a window.
    pub voi: Vec<Arc<Lut>>,
    /// Presentation LUT (C.11.6).
    pub presentation: Option<Arc<Lut>>,
}

/// A grey pipeline of which at least one step is a lookup table: PS3.3 C.11.1, C.11.2, C.11.6.
///
/// Lookup tables are defined for whole numbers, so what comes between is rounded, halves up: interpolated stored values,
/// the rescaled value before a VOI LUT, and the VOI output (scaled to the table's number of entries) before a
/// Presentation LUT.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chain<'a> {
    /// Rescale, window and inversion, used where no table takes their place.
    pub grey: Grey,
    /// Instead of the rescale.
    pub modality: Option<&'a Lut>,
    /// Instead of the window.
    pub voi: Option<&'a Lut>,
    /// After rescale and window, before an inversion.
    pub presentation: Option<&'a Lut>,
}

impl Chain<'_> {
    /// Whether a table is part of it.
    pub const fn has_table(&self) -> bool {
        self.modality.is_some() || self.voi.is_some() || self.presentation.is_some()
    }

    /// The value after the modality LUT.
    pub fn modality(&self, stored: i64) -> f64 {
        match self.modality {
            Some(lut) => f64::from(lut.at(stored)),
            None => self.grey.modality(real(stored)),
        }
    }

    /// The display level of a stored value.
    pub fn level(&self, stored: i64) -> u8 {
        let x = self.modality(stored);
        let y = match self.voi {
            Some(lut) => lut.y(rounded(x)),
            None => self.grey.voi.apply(x),
        };
        let y = match self.presentation {
            Some(lut) => lut.y(i64::from(lut.first()) + rounded(y * real(lut.steps()) / 255.0)),
            None => y,
        };
        level_from_y(if self.grey.inverted { 255.0 - y } else { y })
    }

    /// The stored values in `min..=max` beyond which the level does not change any more.
    fn span(&self, min: i64, max: i64) -> (i64, i64) {
        let (first, last) = match (self.modality, self.voi) {
            (Some(lut), _) => (i64::from(lut.first()), lut.last()),
            (None, Some(lut)) => self.stored(f64::from(lut.first()), real(lut.last())),
            (None, None) => (min, max),
        };
        (first.clamp(min, max), last.clamp(min, max))
    }

    /// Stored values around those that the rescale brings between `low` and `high`.
    fn stored(&self, low: f64, high: f64) -> (i64, i64) {
        let Grey { slope, intercept, .. } = self.grey;
        let [a, b] = [low, high].map(|x| (x - intercept) / slope);
        let reach = 1.0 / slope.abs() + 1.0;
        if !reach.is_finite() || a.is_nan() || b.is_nan() {
            return (0, 0);
        }
        (rounded(a.min(b) - reach), rounded(a.max(b) + reach))
    }
}

/// The level of every stored value, of a format whose values are whole numbers.
#[derive(Clone, PartialEq, Eq)]
pub struct GreyTable {
    first: i64,
    levels: Vec<u8>,
}

impl GreyTable {
    /// The table of `chain` for stored values in `min..=max`.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for a rescale that is not finite; [`ErrorKind::Limit`] for a pipeline of 32-bit values
    /// whose levels change over more than 2,097,152 of them.
    pub fn new(chain: &Chain<'_>, min: i64, max: i64) -> Result<Self> {
        chain.grey.check()?;
        let (first, last) = chain.span(min, max);
        if last - first >= MAX_LEVELS {
            return Err(Error::new(
                ErrorKind::Limit,
                "a lookup table over more than 2097152 stored values is not displayed",
            )
            .with_tag(0x0028, 0x3002));
        }
        Ok(Self {
            first,
            levels: (first..=last).map(|stored| chain.level(stored)).collect(),
        })
    }

    /// Levels that somebody has worked out, those of `first` and the stored values after it.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for no level; [`ErrorKind::Limit`] for more than 2,097,152 of them.
    pub fn of_levels(first: i64, levels: Vec<u8>) -> Result<Self> {
        if levels.is_empty() {
            return Err(Error::new(ErrorKind::Malformed, "a table needs a level"));
        }
        if levels.len() as u64 > MAX_LEVELS.unsigned_abs() {
            return Err(Error::new(
                ErrorKind::Limit,
                "a table of more than 2097152 levels is not displayed",
            ));
        }
        Ok(Self { first, levels })
    }

    /// The stored value of the first level; smaller ones have the same.
    pub const fn first(&self) -> i64 {
        self.first
    }

    /// The stored value of the last level; larger ones have the same.
    pub fn last(&self) -> i64 {
        self.first + i64::try_from(self.levels.len()).unwrap_or(i64::MAX) - 1
    }

    /// The levels, at least one.
    pub fn levels(&self) -> &[u8] {
        &self.levels
    }

    /// The level of a stored value.
    #[inline]
    pub fn level(&self, stored: i64) -> u8 {
        let index = usize::try_from(stored - self.first).unwrap_or_default();
        let last = self.levels.len().saturating_sub(1);
        self.levels.get(index.min(last)).copied().unwrap_or_default()
    }
}

impl std::fmt::Debug for GreyTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GreyTable")
            .field("first", &self.first)
            .field("levels", &self.levels.len())
            .finish()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates, far beyond the ends of every table"
)]
fn rounded(x: f64) -> i64 {
    libm::floor(x + 0.5) as i64
}

#[expect(clippy::cast_precision_loss, reason = "at most 33 bits")]
const fn real(value: i64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lut::Voi;

    const IDENTITY: Grey = Grey {
        slope: 1.0,
        intercept: 0.0,
        voi: Voi::linear(128.0, 256.0),
        inverted: false,
    };

    fn lut(first: i32, bits: u32, entries: impl IntoIterator<Item = u16>) -> Lut {
        Lut::new(first, bits, entries.into_iter().collect()).unwrap()
    }

    #[test]
    fn a_modality_lut_comes_before_the_window() {
        let modality = lut(10, 16, [0, 100, 255, 7]);
        let chain = Chain {
            grey: IDENTITY,
            modality: Some(&modality),
            voi: None,
            presentation: None,
        };
        let table = GreyTable::new(&chain, 0, 255).unwrap();
        assert_eq!((table.first(), table.last()), (10, 13), "only what changes");
        let found = [0, 10, 11, 12, 13, 255].map(|stored| table.level(stored));
        assert_eq!(found, [0, 0, 100, 255, 7, 7]);
    }

    #[test]
    fn a_voi_lut_is_read_at_the_rounded_rescaled_value() {
        let voi = lut(-1, 8, [5, 50, 250]);
        let chain = Chain {
            grey: Grey {
                slope: 0.25,
                intercept: -1.0,
                ..IDENTITY
            },
            modality: None,
            voi: Some(&voi),
            presentation: None,
        };
        let table = GreyTable::new(&chain, -32_768, 32_767).unwrap();
        // rescaled: 1 -> -0.75, 2 -> -0.5 (rounds up to 0), 5 -> 0.25, 6 -> 0.5 (to 1), 99 -> beyond the end
        let found = [-99, 1, 2, 5, 6, 99].map(|stored| table.level(stored));
        assert_eq!(found, [5, 5, 50, 50, 250, 250]);
        for stored in -500..500 {
            assert_eq!(table.level(stored), chain.level(stored), "at {stored}");
        }
    }

    #[test]
    fn a_presentation_lut_comes_last_and_takes_the_full_range() {
        let presentation = lut(0, 8, [0, 10, 240, 255]);
        let chain = Chain {
            grey: IDENTITY,
            modality: None,
            voi: None,
            presentation: Some(&presentation),
        };
        // y * 3 / 255 rounded: 42 -> 0.49 -> 0, 43 -> 0.51 -> 1, 128 -> 1.506 -> 2, 255 -> 3
        let found = [0, 42, 43, 127, 128, 255].map(|stored| chain.level(stored));
        assert_eq!(found, [0, 0, 10, 10, 240, 255]);
        let inverted = Chain {
            grey: Grey {
                inverted: true,
                ..IDENTITY
            },
            ..chain
        };
        assert_eq!(inverted.level(43), 245);
    }

    #[test]
    fn levels_of_others_hold_beyond_their_ends() {
        let table = GreyTable::of_levels(-1, vec![9, 7, 200]).unwrap();
        let found = [-5, -1, 0, 1, 5].map(|stored| table.level(stored));
        assert_eq!(found, [9, 9, 7, 200, 200]);
        assert_eq!(
            GreyTable::of_levels(0, Vec::new()).unwrap_err().kind,
            ErrorKind::Malformed
        );
        assert_eq!(
            GreyTable::of_levels(0, vec![0; (1 << 21) + 1]).unwrap_err().kind,
            ErrorKind::Limit
        );
    }

    #[test]
    fn wide_values_need_no_wide_table() {
        let voi = lut(0, 16, 0..=u16::MAX);
        let chain = |slope| Chain {
            grey: Grey {
                slope,
                intercept: 0.0,
                ..IDENTITY
            },
            modality: None,
            voi: Some(&voi),
            presentation: None,
        };
        let table = GreyTable::new(&chain(2.0), -0x8000_0000, 0x7FFF_FFFF).unwrap();
        assert!(table.levels().len() < 33_000, "{table:?}");
        assert_eq!(table.level(i64::from(i32::MAX)), 255);
        let error = GreyTable::new(&chain(0.001), -0x8000_0000, 0x7FFF_FFFF).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Limit);
        for slope in [0.0, 1e-300, -1e300] {
            let found = GreyTable::new(&chain(slope), -0x8000, 0x7FFF).unwrap();
            assert_eq!(found.level(0), 0, "slope {slope}");
        }
        assert!(GreyTable::new(&chain(f64::NAN), 0, 255).is_err());
    }
}
