//! Encapsulated pixel data (PS3.5 annex A.4): which fragments make which frame, without copying one.

use std::borrow::Cow;

use dicom_dictionary_std::tags;

use super::{
    dataset::{DataSet, Element, ITEM, Range, SEQUENCE_END, malformed, truncated},
    header::read_header,
    syntax::{Codec, Encoding},
};
use crate::{Error, ErrorKind, Result};

/// Each costs memory, and an empty one only eight bytes of the object.
const MAX_FRAGMENTS: usize = 1 << 22;

/// (FFFE,E000), little-endian.
const ITEM_TAG: [u8; 4] = [0xFE, 0xFF, 0x00, 0xE0];

/// Where the frames of encapsulated pixel data lie.
#[derive(Debug)]
pub(crate) struct Fragments {
    list: Vec<Fragment>,
    /// By frame: its fragments as a range in `list`.
    frames: Vec<Range>,
}

#[derive(Debug, Clone)]
struct Fragment {
    bytes: Range,
    /// The object ends inside it.
    is_cut: bool,
}

impl Fragments {
    /// Finds the fragments of the pixel data `element` and shares them out among `frames`.
    ///
    /// Offset tables are used when every offset is the beginning of a fragment; other tables are wrong and
    /// are left aside, as are missing ones: then one fragment is one frame, or streams begin and end a frame.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when there are no items where they should be; [`ErrorKind::Truncated`] when there is nothing at all.
    pub(crate) fn index(dataset: &DataSet<'_>, element: &Element, frames: u32, codec: Codec) -> Result<Self> {
        let bytes = dataset.bytes;
        let has_items = bytes
            .get(element.start..)
            .is_some_and(|value| value.starts_with(&ITEM_TAG));
        if element.length.is_some() && !has_items {
            return Err(malformed(
                "compressed pixel data that is not in fragments",
                tags::PIXEL_DATA,
            ));
        }
        let (mut list, table) = read_items(bytes, element.start)?;
        let base = table.end;
        let frames = frames as usize;
        let by_table = extended_offsets(dataset)
            .and_then(|offsets| frames_from_offsets(&list, base, offsets, frames))
            .or_else(|| {
                let offsets = bytes.get(table)?.as_chunks::<4>().0.iter();
                frames_from_offsets(
                    &list,
                    base,
                    offsets.map(|offset| u64::from(u32::from_le_bytes(*offset))),
                    frames,
                )
            });
        if by_table.is_none() {
            // some writers pad with empty fragments
            list.retain(|fragment| !fragment.bytes.is_empty() || fragment.is_cut);
        }
        let frames = match by_table {
            Some(frames) => frames,
            None if frames == 1 => std::iter::once(0..list.len()).collect(),
            None if list.len() <= frames || !matches!(codec, Codec::Image(_)) => {
                (0..list.len().min(frames)).map(|i| i..i + 1).collect()
            }
            None => frames_from_starts(bytes, &list, frames)
                .unwrap_or_else(|| frames_from_ends(bytes, &list, frames)),
        };
        Ok(Self { list, frames })
    }

    /// The compressed bytes of a frame: lent when they are one fragment, joined otherwise.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when the object ends before or inside the frame.
    pub(crate) fn frame<'b>(&self, bytes: &'b [u8], frame: u32) -> Result<Cow<'b, [u8]>> {
        let fragments = self
            .frames
            .get(frame as usize)
            .and_then(|range| self.list.get(range.clone()));
        let fragments = fragments
            .filter(|fragments| !fragments.is_empty())
            .ok_or_else(|| {
                Error::new(ErrorKind::Truncated, "there are fewer fragments than frames")
                    .with_tag(0x7FE0, 0x0010)
            })?;
        if fragments.iter().any(|fragment| fragment.is_cut) {
            return Err(truncated(tags::PIXEL_DATA));
        }
        let slice = |fragment: &Fragment| bytes.get(fragment.bytes.clone()).unwrap_or_default();
        Ok(match fragments {
            [fragment] => Cow::Borrowed(slice(fragment)),
            several => Cow::Owned(several.iter().map(slice).collect::<Vec<_>>().concat()),
        })
    }
}

/// Where the offsets of an offset table count from, and they, of an object whose pixel data need not be there.
pub(crate) fn offsets(dataset: &DataSet<'_>, element: &Element) -> Option<(u64, Vec<u64>)> {
    let bytes = dataset.bytes;
    let item = read_header(bytes, element.start, Encoding::ExplicitLittle).ok()?;
    let length = usize::try_from(item.length?).ok()?;
    let end = item.start.checked_add(length)?;
    let table = bytes.get(item.start..end).filter(|_| item.tag == ITEM)?;
    let offsets = match extended_offsets(dataset) {
        Some(offsets) => offsets.collect(),
        None => {
            let offsets = table.as_chunks::<4>().0.iter();
            offsets
                .map(|offset| u64::from(u32::from_le_bytes(*offset)))
                .collect()
        }
    };
    Some((end as u64, offsets))
}

/// The fragments of one frame, its bytes beginning with the header of the first.
///
/// # Errors
/// [`ErrorKind::Malformed`] when no fragment begins there, [`ErrorKind::Truncated`] when the last one is cut.
pub(crate) fn joined(bytes: &[u8]) -> Result<Cow<'_, [u8]>> {
    let mut position = 0;
    let mut found: Vec<&[u8]> = Vec::new();
    while position < bytes.len() {
        let item = read_header(bytes, position, Encoding::ExplicitLittle)?;
        let (ITEM, Some(length)) = (item.tag, item.length) else {
            break;
        };
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| item.start.checked_add(length));
        let fragment = end.and_then(|end| bytes.get(item.start..end));
        found.push(fragment.ok_or_else(|| truncated(tags::PIXEL_DATA))?);
        position = end.unwrap_or(bytes.len());
    }
    match found.as_slice() {
        [] => Err(malformed(
            "no fragment where a frame should begin",
            tags::PIXEL_DATA,
        )),
        [fragment] => Ok(Cow::Borrowed(fragment)),
        several => Ok(Cow::Owned(several.concat())),
    }
}

/// The fragments, and the place of the Basic Offset Table's value.
fn read_items(bytes: &[u8], start: usize) -> Result<(Vec<Fragment>, Range)> {
    let mut list = Vec::new();
    let mut table = None;
    let mut position = start;
    while position < bytes.len() {
        let Ok(item) = read_header(bytes, position, Encoding::ExplicitLittle) else {
            break; // the object ends between two fragments: the frames before are whole
        };
        match (
            item.tag,
            item.length.and_then(|length| usize::try_from(length).ok()),
        ) {
            (ITEM, Some(length)) => {
                let end = item.start.saturating_add(length);
                let fragment = Fragment {
                    bytes: item.start..end.min(bytes.len()),
                    is_cut: end > bytes.len(),
                };
                position = fragment.bytes.end;
                // a byte that makes the fragment even, and is not counted
                if !length.is_multiple_of(2)
                    && bytes
                        .get(position + 1..)
                        .is_some_and(|rest| rest.starts_with(&ITEM_TAG))
                {
                    position += 1;
                }
                if list.len() >= MAX_FRAGMENTS {
                    return Err(
                        Error::new(ErrorKind::Limit, format!("more than {MAX_FRAGMENTS} fragments"))
                            .with_tag(0x7FE0, 0x0010),
                    );
                }
                match table {
                    None if fragment.is_cut => return Err(truncated(tags::PIXEL_DATA)),
                    None => table = Some(fragment.bytes),
                    Some(_) => list.push(fragment),
                }
            }
            (SEQUENCE_END, _) => break,
            (other, _) if table.is_none() => {
                return Err(malformed("something other than an item in the pixel data", other));
            }
            _ => break, // what follows the last sound fragment is lost, the frames before are not
        }
    }
    Ok((list, table.ok_or_else(|| truncated(tags::PIXEL_DATA))?))
}

/// Extended Offset Table (7FE0,0001), PS3.3 C.7.6.3.1.8.
fn extended_offsets<'d>(dataset: &DataSet<'d>) -> Option<impl Iterator<Item = u64> + use<'d>> {
    let table = dataset.value(tags::EXTENDED_OFFSET_TABLE)?;
    Some(
        table
            .as_chunks::<8>()
            .0
            .iter()
            .map(|offset| u64::from_le_bytes(*offset)),
    )
}

/// Frames by the offsets of their first fragments from `base`; none unless the table is sound for all frames.
fn frames_from_offsets(
    list: &[Fragment],
    base: usize,
    offsets: impl Iterator<Item = u64>,
    frames: usize,
) -> Option<Vec<Range>> {
    let mut starts = Vec::new();
    for offset in offsets.take(frames) {
        let value = base.checked_add(usize::try_from(offset).ok()?)?.checked_add(8)?;
        let at = list
            .binary_search_by_key(&value, |fragment| fragment.bytes.start)
            .ok()?;
        if starts.last().is_some_and(|last| at <= *last) {
            return None;
        }
        starts.push(at);
    }
    if starts.len() != frames {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([list.len()]);
    Some(
        starts
            .iter()
            .copied()
            .zip(ends)
            .map(|(start, end)| start..end)
            .collect(),
    )
}

/// Frames by the fragments that begin as a stream does; none unless there are as many as frames. Coded data holds no
/// such bytes: whatever follows 0xFF there is no marker.
fn frames_from_starts(bytes: &[u8], list: &[Fragment], frames: usize) -> Option<Vec<Range>> {
    const STARTS: [&[u8]; 5] = [
        b"\xFF\xD8\xFF",
        b"\xFF\x4F\xFF\x51",
        b"\x00\x00\x00\x0CjP  ",
        b"\xFF\x0A",
        b"\x00\x00\x00\x0CJXL ",
    ];
    let starts = |fragment: &Fragment| {
        let data = bytes.get(fragment.bytes.clone()).unwrap_or_default();
        STARTS.iter().any(|start| data.starts_with(start))
    };
    // the first fragment begins a frame whatever is in it
    let starts: Vec<usize> = (0..)
        .zip(list)
        .filter(|(at, fragment)| *at == 0 || starts(fragment))
        .map(|(at, _)| at)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([list.len()]);
    (starts.len() == frames).then(|| {
        starts
            .iter()
            .copied()
            .zip(ends)
            .map(|(start, end)| start..end)
            .collect()
    })
}

/// Frames by their JPEG end markers, before any padding.
fn frames_from_ends(bytes: &[u8], list: &[Fragment], frames: usize) -> Vec<Range> {
    let mut result = Vec::new();
    let mut start = 0;
    for (at, fragment) in list.iter().enumerate() {
        let data = bytes.get(fragment.bytes.clone()).unwrap_or_default();
        let padding = data.iter().rev().take_while(|byte| **byte == 0).count();
        let tail = data.get(..data.len() - padding).unwrap_or_default();
        let tail = tail.get(tail.len().saturating_sub(10)..).unwrap_or_default();
        if tail.windows(2).any(|pair| pair == [0xFF, 0xD9]) && result.len() < frames {
            result.push(start..at + 1);
            start = at + 1;
        }
    }
    if result.len() < frames && start < list.len() {
        result.push(start..list.len());
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Limits;

    fn item(bytes: &mut Vec<u8>, value: &[u8]) {
        bytes.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0]);
        bytes.extend_from_slice(&u32::try_from(value.len()).expect("short").to_le_bytes());
        bytes.extend_from_slice(value);
    }

    /// Pixel data of these items, an extended offset table before it where there is one.
    fn object(extended: &[u64], table: &[u32], fragments: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        if !extended.is_empty() {
            bytes.extend_from_slice(&[0xE0, 0x7F, 0x01, 0x00, b'O', b'V', 0, 0]);
            bytes.extend_from_slice(&u32::try_from(extended.len() * 8).expect("short").to_le_bytes());
            bytes.extend(extended.iter().flat_map(|offset| offset.to_le_bytes()));
        }
        bytes.extend_from_slice(&[0xE0, 0x7F, 0x10, 0x00, b'O', b'B', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        let table: Vec<u8> = table.iter().flat_map(|offset| offset.to_le_bytes()).collect();
        item(&mut bytes, &table);
        for fragment in fragments {
            item(&mut bytes, fragment);
        }
        bytes.extend_from_slice(&[0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
        bytes
    }

    fn frames(bytes: &[u8], frames: u32) -> Vec<Result<Vec<u8>>> {
        let dataset = DataSet::parse(
            bytes,
            0..bytes.len(),
            Encoding::ExplicitLittle,
            &Limits::default(),
        )
        .expect("sound");
        let element = dataset.element(tags::PIXEL_DATA).copied().expect("there");
        let fragments =
            Fragments::index(&dataset, &element, frames, Codec::Image(codec::Kind::Jpeg)).expect("items");
        (0..frames)
            .map(|frame| fragments.frame(bytes, frame).map(Cow::into_owned))
            .collect()
    }

    #[test]
    fn offset_tables_and_their_absence() {
        let (a, b, c, d): (&[u8], &[u8], &[u8], &[u8]) = (b"a.", b"b.\xFF\xD9", b"c.", b"d.\xFF\xD9");
        let expected = [Ok([a, b].concat()), Ok([c, d].concat())];
        let parts = [a, b, c, d];
        let cases = [
            object(&[], &[0, 22], &parts),     // basic table
            object(&[0, 22], &[], &parts),     // extended table
            object(&[], &[], &parts),          // none: JPEG ends
            object(&[], &[0, 23], &parts),     // a wrong table is left aside
            object(&[0, 5], &[0, 22], &parts), // a wrong extended table, a sound basic one
            object(&[], &[0], &parts),         // a table that is too short
            object(&[], &[22, 0], &parts),     // a table that goes backwards
        ];
        assert_eq!(cases.len(), 7);
        for (case, bytes) in cases.iter().enumerate() {
            assert_eq!(frames(bytes, 2), expected, "case {case}");
        }
        assert_eq!(
            frames(&object(&[], &[], &[a, b]), 2),
            [Ok(a.to_vec()), Ok(b.to_vec())]
        );
        assert_eq!(frames(&object(&[], &[], &[a, b]), 1), [Ok([a, b].concat())]);
    }

    #[test]
    fn fragments_split_anywhere_without_a_table() {
        let streams: [&[u8]; 3] = [
            b"\xFF\xD8\xFFabcd\xFF\xD9",
            b"\xFF\xD8\xFFef\xFF\xD9\0",
            b"\xFF\xD8\xFFghij\xFF\xD9",
        ];
        let whole = streams.map(|stream| Ok(stream.to_vec()));
        let mut cases = 0;
        for first in 1..9 {
            for second in 1..8 {
                let (a, b) = streams[0].split_at(first);
                let (c, d) = streams[1].split_at(second);
                // a start that is cut in two is known by the end before it, unless that is cut as well
                if second < 3 && first == 8 {
                    continue;
                }
                let bytes = object(&[], &[], &[a, b, c, d, streams[2]]);
                assert_eq!(frames(&bytes, 3), whole, "{first} {second}");
                cases += 1;
            }
        }
        assert_eq!(cases, 54);
    }

    #[test]
    fn padding_empty_fragments_and_odd_lengths() {
        let (a, b): (&[u8], &[u8]) = (b"a\xFF\xD9\0\0\0\0\0\0\0\0\0\0\0\0\0", b"b\xFF\xD9");
        let expected = [Ok(a.to_vec()), Ok(b.to_vec())];
        assert_eq!(frames(&object(&[], &[], &[a, b"", b, b""]), 2), expected);
        assert_eq!(
            frames(&object(&[], &[], &[b"x", a, b]), 2)[1],
            Ok(b.to_vec()),
            "ends after padding"
        );
        // the odd fragment is filled, but its length does not say so
        let mut bytes = object(&[], &[], &[b, b"cd"]);
        let second = bytes.len() - 8 - 10;
        bytes.insert(second, 0);
        assert_eq!(frames(&bytes, 2), [Ok(b.to_vec()), Ok(b"cd".to_vec())]);
        // no delimiter at the end
        let bytes = object(&[], &[], &[a, b]);
        assert_eq!(frames(&bytes[..bytes.len() - 8], 2), expected);
    }

    #[test]
    fn items_in_a_value_of_known_length_are_read() {
        let mut bytes = object(&[], &[], &[b"ab", b"cd"]);
        let length = u32::try_from(bytes.len() - 12).expect("short");
        bytes[8..12].copy_from_slice(&length.to_le_bytes());
        assert_eq!(frames(&bytes, 2), [Ok(b"ab".to_vec()), Ok(b"cd".to_vec())]);
    }

    #[test]
    fn empty_fragments_without_end_are_refused() {
        let mut bytes = object(&[], &[], &[]);
        bytes.truncate(bytes.len() - 8);
        bytes.extend([0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0].repeat(MAX_FRAGMENTS + 2));
        let dataset = DataSet::parse(
            &bytes,
            0..bytes.len(),
            Encoding::ExplicitLittle,
            &Limits::default(),
        )
        .expect("sound");
        let element = dataset.element(tags::PIXEL_DATA).copied().expect("there");
        let outcome = Fragments::index(&dataset, &element, 1, Codec::Rle);
        assert_eq!(
            outcome.map(|_| ()).map_err(|error| error.kind),
            Err(ErrorKind::Limit)
        );
    }

    #[test]
    fn what_is_missing_is_truncated_and_spares_the_rest() {
        let bytes = object(&[], &[], &[b"a.", b"b."]);
        for cut in 0..bytes.len() - 12 {
            let dataset = DataSet::parse(
                &bytes[..cut],
                0..cut,
                Encoding::ExplicitLittle,
                &Limits::default(),
            );
            let Ok(dataset) = dataset else { continue };
            let Some(element) = dataset.element(tags::PIXEL_DATA).copied() else {
                continue;
            };
            match Fragments::index(&dataset, &element, 2, Codec::Rle) {
                Ok(fragments) => {
                    let second = fragments.frame(&bytes[..cut], 1);
                    assert_eq!(
                        second.map(|_| ()).map_err(|error| error.kind),
                        match cut {
                            0..40 => Err(ErrorKind::Truncated),
                            _ => Ok(()),
                        }
                    );
                    assert_eq!(fragments.frame(&bytes[..cut], 0).is_ok(), cut >= 30, "{cut}");
                }
                Err(error) => assert_eq!(error.kind, ErrorKind::Truncated, "{cut}"),
            }
        }
        let whole = frames(&bytes, 3);
        assert!(whole[0].is_ok() && whole[1].is_ok());
        assert_eq!(
            whole[2].as_ref().map_err(|error| error.kind),
            Err(ErrorKind::Truncated)
        );
    }
}
