//! A walk over every element of a dataset, fed in pieces as they arrive from the network.
//!
//! It finds out two things in constant memory: the values of a few top-level elements, and whether the stream
//! ends exactly where the last element ends. Values are skipped by their length, so pixel data costs nothing.
//! Sequences and items of undefined length are entered, those of defined length are skipped as a whole.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::syntax::Encoding;

const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);
const UNDEFINED: u32 = u32::MAX;

/// Nesting of undefined lengths that is still walked; real objects stay below 10.
const DEEPEST: usize = 64;
/// A wanted value longer than this is treated as absent.
const LONGEST_VALUE: u32 = 4096;

/// Why a dataset cannot be what its transfer syntax says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WalkError {
    #[error("element {tag} at byte {at}: {what}")]
    Malformed { tag: Tag, at: u64, what: &'static str },
    #[error("the dataset ends inside an element, after {at} bytes")]
    Truncated { at: u64 },
    #[error("the deflated stream is damaged")]
    Deflate,
}

/// What surrounds the next element header.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// In a sequence of undefined length; the encoding to go back to when it ends.
    Sequence { outer: Encoding },
    /// In an item of undefined length.
    Item,
    /// In encapsulated pixel data (PS3.5 annex A.4).
    Fragments,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Header,
    Skip(u64),
    Value { tag: Tag, left: usize },
}

/// The push parser. Feed it, then call [`Walker::finish`].
pub(crate) struct Walker {
    encoding: Encoding,
    stack: Vec<Frame>,
    step: Step,
    header: [u8; 12],
    have: usize,
    at: u64,
    value: Vec<u8>,
    values: Vec<(Tag, Vec<u8>)>,
}

impl Walker {
    pub(crate) fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            stack: Vec::new(),
            step: Step::Header,
            header: [0; 12],
            have: 0,
            at: 0,
            value: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Takes the next bytes of the dataset.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), WalkError> {
        while !bytes.is_empty() {
            bytes = match self.step {
                Step::Header => self.take_header(bytes)?,
                Step::Skip(left) => {
                    let count = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    self.step = next_skip(left - count as u64);
                    self.advance(bytes, count)
                }
                Step::Value { tag, left } => {
                    let count = left.min(bytes.len());
                    self.value
                        .extend_from_slice(bytes.get(..count).unwrap_or_default());
                    self.step = Step::Value {
                        tag,
                        left: left - count,
                    };
                    if left == count {
                        self.values.push((tag, std::mem::take(&mut self.value)));
                        self.step = Step::Header;
                    }
                    self.advance(bytes, count)
                }
            };
        }
        Ok(())
    }

    /// The values found, if the dataset ended where an element ends.
    pub(crate) fn finish(self) -> Result<Vec<(Tag, Vec<u8>)>, WalkError> {
        let whole = matches!(self.step, Step::Header) && self.have == 0 && self.stack.is_empty();
        if whole {
            Ok(self.values)
        } else {
            Err(WalkError::Truncated { at: self.at })
        }
    }

    /// The values found so far, for a dataset of which only a prefix is walked.
    pub(crate) fn into_values(self) -> Vec<(Tag, Vec<u8>)> {
        self.values
    }

    fn advance<'b>(&mut self, bytes: &'b [u8], count: usize) -> &'b [u8] {
        self.at += count as u64;
        bytes.get(count..).unwrap_or_default()
    }

    /// Collects header bytes; acts when the header is complete.
    fn take_header<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], WalkError> {
        let wanted = self.header_length();
        let count = (wanted - self.have).min(bytes.len());
        if let (Some(to), Some(from)) = (
            self.header.get_mut(self.have..self.have + count),
            bytes.get(..count),
        ) {
            to.copy_from_slice(from);
        }
        self.have += count;
        let rest = self.advance(bytes, count);
        if self.have == wanted && self.header_length() == wanted {
            self.have = 0;
            self.open_element()?;
        }
        Ok(rest)
    }

    /// Bytes that the header at hand needs, as far as it can be told from what is there.
    fn header_length(&self) -> usize {
        if self.have >= 8 && self.long_form() { 12 } else { 8 }
    }

    /// Explicit VR with a 32-bit length (PS3.5 table 7.1-1).
    fn long_form(&self) -> bool {
        let [_, _, _, _, first, second, ..] = self.header;
        self.encoding.explicit_vr && self.tag().group() != 0xFFFE && !Encoding::is_short_vr([first, second])
    }

    fn tag(&self) -> Tag {
        let [a, b, c, d, ..] = self.header;
        Tag(self.encoding.u16([a, b]), self.encoding.u16([c, d]))
    }

    fn malformed(&self, tag: Tag, what: &'static str) -> WalkError {
        WalkError::Malformed {
            tag,
            at: self.at,
            what,
        }
    }

    fn open_element(&mut self) -> Result<(), WalkError> {
        let tag = self.tag();
        let [_, _, _, _, a, b, c, d, e, f, g, h] = self.header;
        if tag.group() == 0xFFFE {
            return self.open_delimiter(tag, self.encoding.u32([a, b, c, d]));
        }
        if matches!(self.stack.last(), Some(Frame::Sequence { .. } | Frame::Fragments)) {
            return Err(self.malformed(tag, "an item was expected"));
        }
        if !self.encoding.explicit_vr {
            return self.open_value(tag, None, self.encoding.u32([a, b, c, d]));
        }
        let vr = [a, b];
        if !vr.iter().all(u8::is_ascii_uppercase) {
            return Err(self.malformed(tag, "no value representation"));
        }
        let length = if Encoding::is_short_vr(vr) {
            u32::from(self.encoding.u16([c, d]))
        } else {
            self.encoding.u32([e, f, g, h])
        };
        self.open_value(tag, Some(vr), length)
    }

    fn open_value(&mut self, tag: Tag, vr: Option<[u8; 2]>, length: u32) -> Result<(), WalkError> {
        if length != UNDEFINED {
            let wanted = self.stack.is_empty() && WANTED.contains(&tag) && length <= LONGEST_VALUE;
            // the first counts, and others would be held without end
            let is_known = || self.values.iter().any(|(known, _)| *known == tag);
            self.step = if wanted && length > 0 && !is_known() {
                Step::Value {
                    tag,
                    left: length as usize,
                }
            } else {
                next_skip(u64::from(length))
            };
            return Ok(());
        }
        let outer = self.encoding;
        match vr {
            None | Some([b'S', b'Q']) => self.enter(tag, Frame::Sequence { outer }),
            Some([b'U', b'N']) => {
                self.encoding = Encoding::IMPLICIT;
                self.enter(tag, Frame::Sequence { outer })
            }
            Some([b'O', b'B' | b'W']) => self.enter(tag, Frame::Fragments),
            Some(_) => Err(self.malformed(tag, "undefined length where none is allowed")),
        }
    }

    fn open_delimiter(&mut self, tag: Tag, length: u32) -> Result<(), WalkError> {
        match (self.stack.last().copied(), tag) {
            (Some(Frame::Sequence { .. }), ITEM) if length == UNDEFINED => self.enter(tag, Frame::Item),
            (Some(Frame::Sequence { .. } | Frame::Fragments), ITEM) if length != UNDEFINED => {
                self.step = next_skip(u64::from(length));
                Ok(())
            }
            (Some(Frame::Sequence { outer }), SEQUENCE_END) => {
                self.encoding = outer;
                self.leave(length)
            }
            (Some(Frame::Fragments), SEQUENCE_END) | (Some(Frame::Item), ITEM_END) => self.leave(length),
            _ => Err(self.malformed(tag, "a delimiter that does not belong here")),
        }
    }

    fn enter(&mut self, tag: Tag, frame: Frame) -> Result<(), WalkError> {
        if self.stack.len() >= DEEPEST {
            return Err(self.malformed(tag, "nested too deeply"));
        }
        self.stack.push(frame);
        Ok(())
    }

    fn leave(&mut self, length: u32) -> Result<(), WalkError> {
        self.stack.pop();
        self.step = next_skip(u64::from(length));
        Ok(())
    }
}

fn next_skip(left: u64) -> Step {
    if left == 0 { Step::Header } else { Step::Skip(left) }
}

/// The top-level elements whose values are kept.
const WANTED: [Tag; 22] = [
    tags::SPECIFIC_CHARACTER_SET,
    tags::SOP_CLASS_UID,
    tags::SOP_INSTANCE_UID,
    tags::STUDY_DATE,
    tags::STUDY_TIME,
    tags::ACCESSION_NUMBER,
    tags::MODALITY,
    tags::REFERRING_PHYSICIAN_NAME,
    tags::STUDY_DESCRIPTION,
    tags::SERIES_DESCRIPTION,
    tags::PATIENT_NAME,
    tags::PATIENT_ID,
    tags::STUDY_INSTANCE_UID,
    tags::SERIES_INSTANCE_UID,
    tags::STUDY_ID,
    tags::SERIES_NUMBER,
    tags::INSTANCE_NUMBER,
    tags::IMAGE_POSITION_PATIENT,
    tags::IMAGE_ORIENTATION_PATIENT,
    tags::NUMBER_OF_FRAMES,
    tags::ROWS,
    tags::COLUMNS,
];
