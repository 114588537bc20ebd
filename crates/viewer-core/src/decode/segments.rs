//! Segmented palettes (PS3.3 C.7.9.2): discrete, linear and indirect segments.

use super::dataset::malformed;
use crate::Result;
use dicom_core::Tag;

/// How many segments may be read for one table, those that indirect ones name included.
const MOST_SEGMENTS: usize = 1 << 17;

/// Expands `data`, numbers of 8 or 16 bits, to `count` entries; what is left over is left aside.
///
/// # Errors
/// [`crate::ErrorKind::Malformed`] when the segments end before the table does, or are of no known kind.
pub(crate) fn expand(data: &[u16], is_deep: bool, count: usize, tag: Tag) -> Result<Vec<u16>> {
    let mut table = Expansion {
        data,
        is_deep,
        count,
        entries: Vec::with_capacity(count),
        segments: 0,
    };
    let mut position = 0;
    while table.entries.len() < count {
        position = table.segment(position, true).ok_or_else(|| {
            malformed(
                "a segmented palette that ends early or has an unknown segment",
                tag,
            )
        })?;
    }
    Ok(table.entries)
}

struct Expansion<'d> {
    data: &'d [u16],
    is_deep: bool,
    count: usize,
    entries: Vec<u16>,
    segments: usize,
}

impl Expansion<'_> {
    /// Reads one segment; gives the place of the next.
    fn segment(&mut self, position: usize, may_be_indirect: bool) -> Option<usize> {
        self.segments += 1;
        if self.segments > MOST_SEGMENTS {
            return None;
        }
        let rest = self.data.get(position..)?;
        let (&[kind, length], rest) = rest.split_first_chunk::<2>()?;
        let steps = i64::from(length);
        let length = usize::from(length);
        let room = self.count.saturating_sub(self.entries.len());
        match kind {
            0 => {
                self.entries.extend(rest.get(..length)?.iter().take(room));
                Some(position + 2 + length)
            }
            1 => {
                let (&end, &start) = (rest.first()?, self.entries.last()?);
                let (from, to) = (i64::from(start), i64::from(end));
                // evenly from the entry before to `end`, rounded to the nearest
                let entries = (1..=steps).map(|step| {
                    let rise = (to - from) * step;
                    u16::try_from(from + (2 * rise + steps).div_euclid(2 * steps)).unwrap_or(end)
                });
                self.entries.extend(entries.take(room));
                Some(position + 3)
            }
            // `length` segments from a place in the data; they are not indirect themselves
            2 if may_be_indirect => {
                let (mut at, words) = if self.is_deep {
                    let &[low, high] = rest.first_chunk::<2>()?;
                    ((usize::from(high) << 16 | usize::from(low)) / 2, 2)
                } else {
                    let bytes = rest.first_chunk::<4>()?;
                    let offset = bytes
                        .iter()
                        .rev()
                        .fold(0, |offset, &byte| offset << 8 | usize::from(byte & 0xFF));
                    (offset, 4)
                };
                for _ in 0..length {
                    if self.entries.len() < self.count {
                        at = self.segment(at, false)?;
                    }
                }
                Some(position + 2 + words)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(data: &[u16], is_deep: bool, count: usize) -> Option<Vec<u16>> {
        expand(data, is_deep, count, Tag(0x28, 0x1221)).ok()
    }

    #[test]
    fn the_three_kinds() {
        // two entries, then four steps from 20 to 100, then both once more
        let deep = [0, 2, 10, 20, 1, 4, 100, 2, 2, 0, 0];
        let entries = [10, 20, 40, 60, 80, 100, 10, 20, 40, 60, 80, 100];
        assert_eq!(table(&deep, true, 12).as_deref(), Some(&entries[..]));
        assert_eq!(table(&deep, true, 7).as_deref(), Some(&entries[..7]));
        let shallow = [0, 2, 10, 20, 1, 4, 100, 2, 1, 4, 0, 0, 0];
        let entries = [10, 20, 40, 60, 80, 100, 100, 100, 100, 100];
        assert_eq!(table(&shallow, false, 10).as_deref(), Some(&entries[..]));
        // downwards, and rounded
        assert_eq!(table(&[0, 1, 9, 1, 4, 0], true, 5), Some(vec![9, 7, 5, 2, 0]));
    }

    #[test]
    fn what_is_broken_ends() {
        for data in [
            &[][..],
            &[0, 5, 1],             // fewer values than said
            &[1, 3, 7],             // nothing to begin from
            &[3, 1, 1],             // no such kind
            &[0, 1, 1, 2, 9, 6, 0], // names itself
            &[0, 1, 1, 2, 9, 0xFFFF, 0xFFFF],
            &[0, 0, 0, 0],
        ] {
            assert_eq!(table(data, true, 300), None, "{data:?}");
        }
        let endless = [0, 0].repeat(1 << 18);
        assert_eq!(table(&endless, true, 300), None);
    }
}
