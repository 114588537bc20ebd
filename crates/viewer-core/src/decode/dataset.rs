//! A data set as a list of places in the object's bytes; values stay where they are until asked for.
//!
//! This file walks from one element header to the next, so that the place of every value, of the pixel data above all,
//! is known to the byte and nothing is copied.

use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;

use super::{
    Limits,
    header::{Vr, read_header},
    syntax::Encoding,
};
use crate::{Error, ErrorKind, Result};

/// Begins an item (PS3.5 section 7.5).
pub(crate) const ITEM: Tag = Tag(0xFFFE, 0xE000);
/// Ends an item of undefined length.
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
/// Ends a sequence of undefined length.
pub(crate) const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// One data element: its tag and where its value lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element {
    pub(crate) tag: Tag,
    pub(crate) vr: Vr,
    /// First byte of the value.
    pub(crate) start: usize,
    /// Stated length of the value; absent when undefined.
    pub(crate) length: Option<u32>,
}

impl Element {
    /// The byte after the value, where the length is defined and the bytes are there.
    fn end(&self, bytes: &[u8]) -> Result<usize> {
        let length = self
            .length
            .ok_or_else(|| malformed("an undefined length where a value is needed", self.tag))?;
        usize::try_from(length)
            .ok()
            .and_then(|length| self.start.checked_add(length))
            .filter(|&end| end <= bytes.len())
            .ok_or_else(|| truncated(self.tag))
    }
}

/// A data set, or an item of a sequence: elements in order, up to and with the pixel data.
#[derive(Debug, Clone)]
pub(crate) struct DataSet<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) encoding: Encoding,
    elements: Vec<Element>,
}

/// A half-open range of bytes.
pub(crate) type Range = std::ops::Range<usize>;

/// The inside of an item of a sequence.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    range: Range,
    encoding: Encoding,
}

impl Item {
    /// Indexes the item's elements; `bytes` are the object's.
    ///
    /// # Errors
    /// As [`DataSet::parse`].
    pub(crate) fn open<'a>(&self, bytes: &'a [u8], limits: &Limits) -> Result<DataSet<'a>> {
        DataSet::parse(bytes, self.range.clone(), self.encoding, limits)
    }
}

impl<'a> DataSet<'a> {
    /// Indexes the elements in `range`, which holds a whole data set or the inside of an item.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] when an element ends past the bytes, [`ErrorKind::Malformed`] for misplaced
    /// delimiters, [`ErrorKind::Limit`] for too many elements or too deep sequences.
    pub(crate) fn parse(bytes: &'a [u8], range: Range, encoding: Encoding, limits: &Limits) -> Result<Self> {
        let bytes = bytes.get(..range.end).ok_or_else(|| truncated(ITEM))?;
        let mut elements = Vec::new();
        let mut position = range.start;
        while position < bytes.len() {
            if elements.len() >= limits.max_elements as usize {
                return Err(Error::new(
                    ErrorKind::Limit,
                    format!("more than {} elements before the pixel data", limits.max_elements),
                ));
            }
            let element = read_header(bytes, position, encoding)?;
            if element.tag == ITEM_END {
                break;
            }
            elements.push(element);
            if is_pixel_data(element.tag) {
                break;
            }
            position = skip_value(bytes, &element, encoding, limits)?;
        }
        Ok(Self {
            bytes,
            encoding,
            elements,
        })
    }

    /// How many elements there are.
    pub(crate) const fn len(&self) -> usize {
        self.elements.len()
    }

    /// The tags of all elements, in order.
    pub(crate) fn tags(&self) -> impl Iterator<Item = Tag> {
        self.elements.iter().map(|element| element.tag)
    }

    /// Which of the bytes of a number comes first.
    pub(crate) fn is_big_endian(&self) -> bool {
        self.encoding == Encoding::ExplicitBig
    }

    /// The value representation that is stated of an attribute, UN where it is not said; none where the attribute is missing.
    pub(crate) fn stated_vr(&self, tag: Tag) -> Option<VR> {
        let Vr(letters) = self.element(tag)?.vr;
        Some(VR::from_binary(letters).unwrap_or(VR::UN))
    }

    /// The elements in order, each with the bytes of its value where that is of defined length.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&Element, Option<&'a [u8]>)> {
        self.elements.iter().map(|element| {
            let end = element.end(self.bytes).ok();
            (element, end.and_then(|end| self.bytes.get(element.start..end)))
        })
    }

    /// The element of that tag.
    pub(crate) fn element(&self, tag: Tag) -> Option<&Element> {
        self.elements.iter().find(|element| element.tag == tag)
    }

    /// The bytes of the value of that tag; absent when missing or empty.
    pub(crate) fn value(&self, tag: Tag) -> Option<&'a [u8]> {
        let element = self.element(tag)?;
        let end = element.end(self.bytes).ok()?;
        self.bytes
            .get(element.start..end)
            .filter(|value| !value.is_empty())
    }

    /// The insides of the items of the sequence of that tag, at most `most` of them.
    ///
    /// # Errors
    /// As [`DataSet::parse`].
    pub(crate) fn items(&self, tag: Tag, most: usize, limits: &Limits) -> Result<Vec<Item>> {
        self.element(tag)
            .map_or_else(|| Ok(Vec::new()), |element| self.items_of(element, most, limits))
    }

    /// The insides of the items of a sequence, at most `most` of them.
    ///
    /// # Errors
    /// As [`DataSet::parse`].
    pub(crate) fn items_of(&self, element: &Element, most: usize, limits: &Limits) -> Result<Vec<Item>> {
        let encoding = inner_encoding(element, self.encoding);
        let end = match element.length {
            Some(_) => element.end(self.bytes)?,
            None => self.bytes.len(),
        };
        let bytes = self.bytes.get(..end).ok_or_else(|| truncated(element.tag))?;
        let mut items = Vec::new();
        let mut position = element.start;
        while position < end && items.len() < most {
            let item = read_header(bytes, position, encoding)?;
            match item.tag {
                ITEM => {}
                SEQUENCE_END => break,
                other => return Err(malformed("something other than an item in a sequence", other)),
            }
            position = match item.length {
                Some(_) => item.end(bytes)?,
                None => skip_levels(bytes, item.start, Level::Item, encoding, limits)?,
            };
            items.push(Item {
                range: item.start..position,
                encoding,
            });
        }
        Ok(items)
    }

    /// The first item of the sequence of that tag.
    ///
    /// # Errors
    /// As [`DataSet::parse`].
    pub(crate) fn first_item(&self, tag: Tag, limits: &Limits) -> Result<Option<Self>> {
        let items = self.items(tag, 1, limits)?;
        items
            .first()
            .map(|item| item.open(self.bytes, limits))
            .transpose()
    }
}

/// Pixel Data, Float Pixel Data or Double Float Pixel Data.
pub(crate) fn is_pixel_data(tag: Tag) -> bool {
    matches!(
        tag,
        tags::PIXEL_DATA | tags::FLOAT_PIXEL_DATA | tags::DOUBLE_FLOAT_PIXEL_DATA
    )
}

/// An undefined-length UN holds implicit little-endian items whatever surrounds it (PS3.5 section 6.2.2).
fn inner_encoding(element: &Element, outer: Encoding) -> Encoding {
    if element.vr == Vr::UN && element.length.is_none() {
        Encoding::ImplicitLittle
    } else {
        outer
    }
}

/// The byte after the value of `element`.
fn skip_value(bytes: &[u8], element: &Element, encoding: Encoding, limits: &Limits) -> Result<usize> {
    match element.length {
        Some(_) => element.end(bytes),
        None => skip_levels(
            bytes,
            element.start,
            Level::Sequence,
            inner_encoding(element, encoding),
            limits,
        ),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// Between items.
    Sequence,
    /// Between the elements of an item.
    Item,
}

/// From inside a sequence or item of undefined length to the byte after its delimiter.
fn skip_levels(
    bytes: &[u8],
    start: usize,
    level: Level,
    encoding: Encoding,
    limits: &Limits,
) -> Result<usize> {
    let mut position = start;
    let mut stack = vec![(level, encoding)];
    while let Some(&(level, encoding)) = stack.last() {
        let element = read_header(bytes, position, encoding)?;
        position = element.start;
        match (level, element.tag) {
            (Level::Sequence, SEQUENCE_END) | (Level::Item, ITEM_END) => {
                stack.pop();
                continue;
            }
            (Level::Sequence, ITEM) | (Level::Item, _) if element.length.is_some() => {
                position = element.end(bytes)?;
                continue;
            }
            (Level::Sequence, ITEM) => stack.push((Level::Item, encoding)),
            (Level::Sequence, other) | (Level::Item, other)
                if other.0 == 0xFFFE || level == Level::Sequence =>
            {
                return Err(malformed("a misplaced item or delimiter in a sequence", other));
            }
            _ => stack.push((Level::Sequence, inner_encoding(&element, encoding))),
        }
        if stack.len() > limits.max_depth as usize {
            return Err(Error::new(
                ErrorKind::Limit,
                format!("sequences nest deeper than {}", limits.max_depth),
            ));
        }
    }
    Ok(position)
}

/// The object ends inside the value of `tag`.
pub(crate) fn truncated(tag: Tag) -> Error {
    Error::new(
        ErrorKind::Truncated,
        "the object ends inside this element; fetch or send it again",
    )
    .with_tag(tag.0, tag.1)
}

/// `what` is wrong at `tag`.
pub(crate) fn malformed(what: impl Into<String>, tag: Tag) -> Error {
    Error::new(ErrorKind::Malformed, what).with_tag(tag.0, tag.1)
}
