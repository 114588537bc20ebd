//! Objects of many frames of which only the header is there: where each frame lies, and frames from those bytes alone.

use std::{borrow::Cow, ops::Range};

use dicom_dictionary_std::tags;

use super::{
    DicomObject, Extent, Limits, Pixels, container,
    dataset::{DataSet, Element, truncated},
    fragments,
    layout::Layout,
    native::{self, Order},
    text::DecodeText,
};
use crate::{Error, ErrorKind, Result};

/// Where the frames of an object lie that is not there as a whole.
#[derive(Debug)]
pub(crate) struct Remote {
    /// First byte of each frame, and the end of the last.
    bounds: Bounds,
    /// Of uncompressed pixels.
    order: Order,
    /// The frame that is there, and its bytes.
    part: Option<(u32, Vec<u8>)>,
}

#[derive(Debug)]
enum Bounds {
    /// Frames of so many bytes from there on.
    Even { start: u64, size: u64, end: u64 },
    /// By an offset table: items of encapsulated pixel data.
    Table(Vec<u64>),
    /// Nowhere: frames of at most so many bytes come without an object around them.
    Apart(u64),
}

impl Remote {
    /// The frames of uncompressed pixel data, where each begins at a byte and needs no other.
    pub(crate) fn native(value: &Range<usize>, order: Order, layout: &Layout) -> Option<Self> {
        let size = layout.native_bits();
        if !size.is_multiple_of(8) || (order.is_big_endian && order.is_words && layout.sample_bytes() == 1) {
            return None;
        }
        Some(Self {
            bounds: Bounds::Even {
                start: value.start as u64,
                size: size / 8,
                end: value.end as u64,
            },
            order,
            part: None,
        })
    }

    /// The frames of encapsulated pixel data by its offset table, which has to be in the header.
    pub(crate) fn encapsulated(
        dataset: &DataSet<'_>,
        element: &Element,
        frames: u32,
        total: u64,
    ) -> Option<Self> {
        let (base, offsets) = fragments::offsets(dataset, element)?;
        let starts = offsets.into_iter().map(|offset| offset.checked_add(base));
        let mut bounds: Vec<u64> = starts.take(frames as usize).collect::<Option<_>>()?;
        bounds.push(total);
        let is_rising = bounds.windows(2).all(|pair| pair.first() < pair.last());
        (bounds.len() as u64 == u64::from(frames) + 1 && is_rising).then_some(Self {
            bounds: Bounds::Table(bounds),
            order: Order::LITTLE,
            part: None,
        })
    }

    /// Frames that come one by one, each as WADO-RS gives it: its values or its stream and nothing around it.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedPhotometric`] for uncompressed frames that share bytes.
    pub(crate) fn apart(layout: &Layout, limits: &Limits) -> Result<Self> {
        if layout.frames > 1 && !layout.native_bits().is_multiple_of(8) {
            let message = "frames that do not end with a byte cannot be had one by one";
            return Err(Error::new(ErrorKind::UnsupportedPhotometric, message));
        }
        Ok(Self {
            bounds: Bounds::Apart(limits.max_object_bytes),
            order: Order::LITTLE,
            part: None,
        })
    }

    fn range(&self, frame: u32) -> Option<Range<u64>> {
        match &self.bounds {
            Bounds::Even { start, size, end } => {
                let first = start.checked_add(u64::from(frame).checked_mul(*size)?)?;
                let last = first.checked_add(*size)?;
                (last <= *end).then_some(first..last)
            }
            Bounds::Table(bounds) => match bounds.get(frame as usize..)? {
                [first, last, ..] => Some(*first..*last),
                _ => None,
            },
            Bounds::Apart(_) => None,
        }
    }

    /// Whether these can be the bytes of a frame.
    fn takes(&self, frame: u32, length: u64) -> bool {
        match self.bounds {
            Bounds::Apart(most) => (1..=most).contains(&length),
            _ => self
                .range(frame)
                .is_some_and(|range| range.end - range.start == length),
        }
    }

    fn part(&self, frame: u32) -> Result<&[u8]> {
        match &self.part {
            Some((there, bytes)) if *there == frame => Ok(bytes),
            _ => Err(truncated(tags::PIXEL_DATA)),
        }
    }

    /// The stored values of an uncompressed frame.
    pub(crate) fn values(&self, layout: &Layout, frame: u32) -> Result<Vec<u8>> {
        native::frame(layout, self.part(frame)?, self.order, 0)
    }

    /// The compressed bytes of a frame.
    pub(crate) fn stream(&self, frame: u32) -> Result<Cow<'_, [u8]>> {
        let part = self.part(frame)?;
        match self.bounds {
            Bounds::Apart(_) => Ok(Cow::Borrowed(part)),
            _ => fragments::joined(part),
        }
    }
}

impl DicomObject {
    /// Opens an object of several frames and `total` bytes of which only the first are there, to have its frames one
    /// by one: [`DicomObject::frame_range`] says what a frame needs, [`DicomObject::set_part`] takes it. None when
    /// the object has to be opened whole: the header ends later, there is no offset table, or frames share bytes.
    pub fn open_remote(head: Vec<u8>, total: u64, limits: &Limits, tables: DecodeText) -> Option<Self> {
        if total > limits.max_object_bytes || head.len() as u64 > total {
            return None;
        }
        let container = container::open(head, limits, container::refuse).ok()?;
        let mut object = Self::read(
            container,
            Extent::Bytes(usize::try_from(total).ok()?),
            limits,
            tables,
        )
        .ok()?;
        if let Pixels::Native { value, order } = &object.pixels {
            object.pixels = Pixels::Remote(Remote::native(value, *order, &object.layout)?);
        }
        let is_remote = matches!(object.pixels, Pixels::Remote(_));
        (is_remote && object.layout.frames > 1).then_some(object)
    }

    /// Opens an object of which only the header is there, up to an empty pixel data element; [`DicomObject::set_part`] takes
    /// each frame as WADO-RS gives it (PS3.18 10.4.1.1.4): its values, little-endian, or its stream.
    ///
    /// # Errors
    /// As [`DicomObject::open`], and [`ErrorKind::UnsupportedPhotometric`] for uncompressed frames that share bytes.
    pub fn open_header(head: Vec<u8>, limits: &Limits, tables: DecodeText) -> Result<Self> {
        let container = container::open(head, limits, container::refuse)?;
        Self::read(container, Extent::Header, limits, tables)
    }

    /// The bytes of the object that frame `index` (from 0) needs, of one opened by [`DicomObject::open_remote`];
    /// none when the object ends before.
    pub fn frame_range(&self, index: u32) -> Option<Range<u64>> {
        match &self.pixels {
            Pixels::Remote(remote) if index < self.layout.frames => remote.range(index),
            _ => None,
        }
    }

    /// Takes the bytes of [`DicomObject::frame_range`], or a frame that came on its own, in place of those that were there.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when they are not as many, or none.
    pub fn set_part(&mut self, index: u32, bytes: Vec<u8>) -> Result<()> {
        let is_there = index < self.layout.frames;
        match &mut self.pixels {
            Pixels::Remote(remote) if is_there && remote.takes(index, bytes.len() as u64) => {
                remote.part = Some((index, bytes));
                Ok(())
            }
            _ => Err(Error::new(
                ErrorKind::Truncated,
                "these are not the bytes of the frame; fetch them again",
            )
            .with_frame(index)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decode_text;

    fn put(bytes: &mut Vec<u8>, tag: (u16, u16), vr: &[u8; 2], value: &[u8]) {
        bytes.extend(tag.0.to_le_bytes());
        bytes.extend(tag.1.to_le_bytes());
        bytes.extend(vr);
        let length = u32::try_from(value.len()).expect("short");
        if [b"OB", b"OW", b"OV"].contains(&vr) {
            bytes.extend([0, 0]);
            bytes.extend(length.to_le_bytes());
        } else {
            bytes.extend(u16::try_from(length).expect("short").to_le_bytes());
        }
        bytes.extend(value);
    }

    fn item(bytes: &mut Vec<u8>, value: &[u8]) {
        bytes.extend([0xFE, 0xFF, 0x00, 0xE0]);
        bytes.extend(u32::try_from(value.len()).expect("short").to_le_bytes());
        bytes.extend(value);
    }

    /// An object of three frames of 2 x 4 pixels of 16 bits, up to its pixel data.
    fn header(syntax: &[u8], bits: u16) -> Vec<u8> {
        let mut bytes = vec![0; 128];
        bytes.extend(b"DICM");
        put(&mut bytes, (2, 0x10), b"UI", syntax);
        put(&mut bytes, (0x28, 2), b"US", &1_u16.to_le_bytes());
        put(&mut bytes, (0x28, 4), b"CS", b"MONOCHROME2 ");
        put(&mut bytes, (0x28, 8), b"IS", b"3 ");
        for (element, value) in [
            (0x10, 2),
            (0x11, 4),
            (0x100, bits),
            (0x101, bits),
            (0x102, bits - 1),
            (0x103, 0),
        ] {
            put(&mut bytes, (0x28, element), b"US", &u16::to_le_bytes(value));
        }
        bytes
    }

    fn pixels() -> Vec<u8> {
        (0..48).collect()
    }

    /// The object with its fragments in pairs of 6 and 10 bytes.
    fn encapsulated(is_extended: bool) -> (Vec<u8>, usize) {
        let mut bytes = header(b"1.2.840.10008.1.2.1.98", 16);
        if is_extended {
            let table: Vec<u8> = [0_u64, 32, 64]
                .iter()
                .flat_map(|offset| offset.to_le_bytes())
                .collect();
            put(&mut bytes, (0x7FE0, 1), b"OV", &table);
        }
        bytes.extend([0xE0, 0x7F, 0x10, 0x00, b'O', b'B', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]);
        let table: Vec<u8> = [0_u32, 32, 64]
            .iter()
            .flat_map(|offset| offset.to_le_bytes())
            .collect();
        item(&mut bytes, if is_extended { &[] } else { &table });
        let head = bytes.len();
        for frame in pixels().chunks(16) {
            item(&mut bytes, &frame[..6]);
            item(&mut bytes, &frame[6..]);
        }
        bytes.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
        (bytes, head)
    }

    fn native(bits: u16) -> (Vec<u8>, usize) {
        let mut bytes = header(b"1.2.840.10008.1.2.1", bits);
        let size = 3 * usize::from(bits);
        put(&mut bytes, (0x7FE0, 0x10), b"OW", &pixels()[..size]);
        let head = bytes.len() - size;
        (bytes, head)
    }

    fn remote(bytes: &[u8], head: usize) -> Option<DicomObject> {
        DicomObject::open_remote(
            bytes[..head].to_vec(),
            bytes.len() as u64,
            &Limits::default(),
            decode_text,
        )
    }

    #[test]
    fn frames_from_their_own_bytes_are_those_of_the_whole_object() {
        for (bytes, head) in [
            native(16),
            native(8),
            native(1),
            encapsulated(false),
            encapsulated(true),
        ] {
            let whole = DicomObject::open(bytes.clone(), &Limits::default()).expect("sound");
            let mut parts = remote(&bytes, head).expect("can be had by frames");
            assert_eq!(parts.info(), whole.info());
            for frame in [2, 0, 1] {
                let range = parts.frame_range(frame).expect("is there");
                let range =
                    usize::try_from(range.start).unwrap_or(0)..usize::try_from(range.end).unwrap_or(0);
                assert!(range.len() <= 40, "no more than the frame: {range:?}");
                parts
                    .set_part(frame, bytes[range].to_vec())
                    .expect("as many as asked for");
                assert_eq!(
                    parts.stored_frame(frame, codec::none),
                    whole.stored_frame(frame, codec::none)
                );
                assert!(
                    parts.stored_frame((frame + 1) % 3, codec::none).is_err(),
                    "not there"
                );
            }
            assert!(parts.frame_range(3).is_none());
            assert!(parts.set_part(0, vec![0; 5]).is_err());
        }
    }

    #[test]
    fn frames_that_come_on_their_own_are_those_of_the_whole_object() {
        let table = [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0];
        for ((bytes, head), is_native) in [(native(16), true), (native(8), true), (encapsulated(true), false)]
        {
            let whole = DicomObject::open(bytes.clone(), &Limits::default()).expect("sound");
            let open = |head: &[u8]| DicomObject::open_header(head.to_vec(), &Limits::default(), decode_text);
            let mut apart = open(&bytes[..head]).expect("the header is whole");
            assert!(is_native || bytes[..head].ends_with(&table));
            let size = whole.stored_frame(0, codec::none).expect("sound").pixels.len();
            for frame in [1, 2, 0] {
                assert!(apart.stored_frame(frame, codec::none).is_err(), "not there");
                let start = frame as usize * size;
                let values = pixels()[start..start + size].to_vec();
                apart.set_part(frame, values).expect("one of three frames");
                assert_eq!(
                    apart.stored_frame(frame, codec::none),
                    whole.stored_frame(frame, codec::none)
                );
            }
            apart
                .set_part(1, vec![0; size - 1])
                .expect("its length is not known before");
            let error = apart.stored_frame(1, codec::none).expect_err("a byte is missing");
            assert_eq!(error.kind, ErrorKind::Truncated);
            assert!(apart.set_part(3, vec![0; size]).is_err() && apart.set_part(0, Vec::new()).is_err());
            assert!(apart.frame_range(0).is_none());
        }
        let shared = native(1);
        let error = DicomObject::open_header(shared.0[..shared.1].to_vec(), &Limits::default(), decode_text);
        assert!(error.is_ok(), "two rows of four bits are a byte");
    }

    #[test]
    fn what_cannot_be_had_by_frames_is_opened_whole() {
        let (bytes, head) = native(16);
        assert!(remote(&bytes, head - 9).is_none(), "the header ends later");
        let (bytes, head) = encapsulated(false);
        assert!(remote(&bytes, head - 1).is_none(), "the offset table ends later");
        assert!(
            remote(&bytes[..head + 40], head).is_none(),
            "the table leads out of the object"
        );
    }

    #[test]
    fn a_table_that_is_wrong_is_found_out() {
        let (mut bytes, head) = encapsulated(false);
        bytes[head - 8] = 30;
        let mut parts = remote(&bytes, head).expect("looks sound");
        let range = parts.frame_range(1).expect("is there");
        let range = usize::try_from(range.start).unwrap_or(0)..usize::try_from(range.end).unwrap_or(0);
        parts
            .set_part(1, bytes[range].to_vec())
            .expect("as many as asked for");
        let error = parts
            .stored_frame(1, codec::none)
            .expect_err("no fragment begins there");
        assert_eq!((error.kind, error.frame), (ErrorKind::Malformed, Some(1)));
    }
}
