//! The datasets of storage commitment (PS3.4 tables J.3-1 and J.3-2).

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::ingest::Encoding;
use crate::uid::Uid;

/// Longest request that is collected: some ten thousand references.
pub(crate) const LONGEST: usize = 2 << 20;
/// Nesting that is walked; a request needs 2.
const DEEPEST: u8 = 8;
const UNDEFINED: u32 = u32::MAX;
const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// One object of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reference {
    pub(crate) sop_class: Uid,
    pub(crate) sop_instance: Uid,
}

/// One that is not held.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) reference: Reference,
    pub(crate) reason: u16,
}

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) transaction: Uid,
    pub(crate) references: Vec<Reference>,
}

impl Action {
    /// Reads the dataset of an N-ACTION; `None` when it is not one, or names no transaction or a malformed UID.
    pub(crate) fn parse(bytes: &[u8], encoding: Encoding) -> Option<Self> {
        let mut transaction = None;
        let mut references = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (element, after) = element(rest, encoding, 0)?;
            match element.tag {
                tags::TRANSACTION_UID => transaction = Uid::parse(element.value),
                tags::REFERENCED_SOP_SEQUENCE => references = items(element, encoding)?,
                _ => {}
            }
            rest = after;
        }
        Some(Self {
            transaction: transaction?,
            references,
        })
    }
}

fn items(sequence: Element<'_>, encoding: Encoding) -> Option<Vec<Reference>> {
    let mut references = Vec::new();
    let mut rest = sequence.value;
    while !rest.is_empty() {
        let (item, after) = element(rest, encoding, 1)?;
        if item.tag != ITEM {
            return None;
        }
        let (mut class, mut instance, mut inside) = (None, None, item.value);
        while !inside.is_empty() {
            let (element, after) = element(inside, encoding, 2)?;
            match element.tag {
                tags::REFERENCED_SOP_CLASS_UID => class = Uid::parse(element.value),
                tags::REFERENCED_SOP_INSTANCE_UID => instance = Uid::parse(element.value),
                _ => {}
            }
            inside = after;
        }
        references.push(Reference {
            sop_class: class?,
            sop_instance: instance?,
        });
        rest = after;
    }
    Some(references)
}

/// An element or an item; the value of one of undefined length is without its delimiter.
#[derive(Clone, Copy)]
struct Element<'a> {
    tag: Tag,
    value: &'a [u8],
}

/// The first element and what follows it. Every byte is looked at as often as it is nested, at most.
fn element(bytes: &[u8], encoding: Encoding, depth: u8) -> Option<(Element<'_>, &[u8])> {
    let (tag, length, rest) = header(bytes, encoding)?;
    if length != UNDEFINED {
        let (value, rest) = rest.split_at_checked(length as usize)?;
        return Some((Element { tag, value }, rest));
    }
    if depth >= DEEPEST {
        return None;
    }
    let end = if tag == ITEM { ITEM_END } else { SEQUENCE_END };
    let mut inside = rest;
    loop {
        let (next, _, after) = header(inside, encoding)?;
        if next == end {
            let value = rest.get(..rest.len() - inside.len())?;
            return Some((Element { tag, value }, after));
        }
        inside = element(inside, encoding, depth + 1)?.1;
    }
}

/// Tag, length and what follows the header.
fn header(bytes: &[u8], encoding: Encoding) -> Option<(Tag, u32, &[u8])> {
    let ([a, b, c, d, e, f, g, h], rest) = bytes.split_first_chunk()?;
    let tag = Tag(encoding.u16([*a, *b]), encoding.u16([*c, *d]));
    if !encoding.explicit_vr || tag.group() == 0xFFFE {
        return Some((tag, encoding.u32([*e, *f, *g, *h]), rest));
    }
    if Encoding::is_short_vr([*e, *f]) {
        return Some((tag, u32::from(encoding.u16([*g, *h])), rest));
    }
    let (length, rest) = rest.split_first_chunk()?;
    Some((tag, encoding.u32(*length), rest))
}

/// The dataset of an N-EVENT-REPORT.
pub(crate) fn encode_result(transaction: &Uid, outcome: &Outcome, encoding: Encoding) -> Vec<u8> {
    let mut out = Vec::new();
    put_uid(&mut out, tags::TRANSACTION_UID, transaction, encoding);
    if !outcome.failed.is_empty() {
        let items = outcome.failed.iter().map(|failure| {
            let mut item = reference(&failure.reference, encoding);
            put(
                &mut item,
                tags::FAILURE_REASON,
                b"US",
                &short(failure.reason, encoding),
                encoding,
            );
            item
        });
        put_sequence(&mut out, tags::FAILED_SOP_SEQUENCE, items, encoding);
    }
    if !outcome.held.is_empty() {
        let items = outcome.held.iter().map(|held| reference(held, encoding));
        put_sequence(&mut out, tags::REFERENCED_SOP_SEQUENCE, items, encoding);
    }
    out
}

fn reference(reference: &Reference, encoding: Encoding) -> Vec<u8> {
    let mut item = Vec::new();
    put_uid(
        &mut item,
        tags::REFERENCED_SOP_CLASS_UID,
        &reference.sop_class,
        encoding,
    );
    put_uid(
        &mut item,
        tags::REFERENCED_SOP_INSTANCE_UID,
        &reference.sop_instance,
        encoding,
    );
    item
}

fn put_sequence(out: &mut Vec<u8>, tag: Tag, items: impl Iterator<Item = Vec<u8>>, encoding: Encoding) {
    let mut content = Vec::new();
    for item in items {
        content.extend(tag_bytes(ITEM, encoding));
        content.extend(long(item.len(), encoding));
        content.extend(item);
    }
    put(out, tag, b"SQ", &content, encoding);
}

fn put_uid(out: &mut Vec<u8>, tag: Tag, uid: &Uid, encoding: Encoding) {
    let mut value = uid.as_str().as_bytes().to_vec();
    value.resize(value.len().next_multiple_of(2), 0);
    put(out, tag, b"UI", &value, encoding);
}

fn put(out: &mut Vec<u8>, tag: Tag, vr: &[u8; 2], value: &[u8], encoding: Encoding) {
    out.extend(tag_bytes(tag, encoding));
    match (encoding.explicit_vr, Encoding::is_short_vr(*vr)) {
        (false, _) => out.extend(long(value.len(), encoding)),
        (true, true) => {
            out.extend(vr);
            out.extend(short(u16::try_from(value.len()).unwrap_or(u16::MAX), encoding));
        }
        (true, false) => {
            out.extend(vr);
            out.extend([0, 0]);
            out.extend(long(value.len(), encoding));
        }
    }
    out.extend(value);
}

fn tag_bytes(tag: Tag, encoding: Encoding) -> [u8; 4] {
    let ([a, b], [c, d]) = (short(tag.group(), encoding), short(tag.element(), encoding));
    [a, b, c, d]
}

fn short(value: u16, encoding: Encoding) -> [u8; 2] {
    if encoding.big_endian {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    }
}

fn long(value: usize, encoding: Encoding) -> [u8; 4] {
    let value = u32::try_from(value).unwrap_or(u32::MAX);
    if encoding.big_endian {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    }
}

#[cfg(test)]
mod tests {
    use dicom_dictionary_std::uids;

    use super::*;

    fn uid(text: &str) -> Uid {
        Uid::parse(text.as_bytes()).unwrap()
    }

    fn outcome() -> Outcome {
        let reference = |instance: &str| Reference {
            sop_class: uid(uids::CT_IMAGE_STORAGE),
            sop_instance: uid(instance),
        };
        Outcome {
            held: vec![reference("1.2.3"), reference("1.2.34")],
            failed: vec![Failure {
                reference: reference("1.2.345"),
                reason: 0x0112,
            }],
        }
    }

    #[test]
    fn what_is_encoded_is_read_in_every_encoding() {
        for syntax in ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"] {
            let encoding = Encoding::of(syntax);
            let bytes = encode_result(&uid("1.2.9"), &outcome(), encoding);
            let action = Action::parse(&bytes, encoding).unwrap();
            assert_eq!(action.transaction, uid("1.2.9"), "{syntax}");
            assert_eq!(action.references, outcome().held, "{syntax}");
            for cut in 0..bytes.len() {
                let parsed = Action::parse(bytes.get(..cut).unwrap(), encoding);
                assert_ne!(
                    parsed,
                    Some(Action {
                        transaction: uid("1.2.9"),
                        references: outcome().held
                    })
                );
            }
        }
    }

    #[test]
    fn undefined_lengths_are_read_and_deep_ones_are_refused() {
        let encoding = Encoding::of("1.2.840.10008.1.2");
        let mut bytes = Vec::new();
        put_uid(&mut bytes, tags::TRANSACTION_UID, &uid("1.2.9"), encoding);
        let open = |bytes: &mut Vec<u8>, tag| {
            bytes.extend(tag_bytes(tag, encoding));
            bytes.extend([0xFF; 4]);
        };
        let close = |bytes: &mut Vec<u8>, tag| {
            bytes.extend(tag_bytes(tag, encoding));
            bytes.extend([0; 4]);
        };
        let held = outcome().held;
        open(&mut bytes, tags::REFERENCED_SOP_SEQUENCE);
        for one in &held {
            open(&mut bytes, ITEM);
            bytes.extend(reference(one, encoding));
            close(&mut bytes, ITEM_END);
        }
        close(&mut bytes, SEQUENCE_END);
        assert_eq!(Action::parse(&bytes, encoding).unwrap().references, held);
        let mut deep = Vec::new();
        for _ in 0..100_000 {
            open(&mut deep, tags::REFERENCED_SOP_SEQUENCE);
            open(&mut deep, ITEM);
        }
        assert_eq!(Action::parse(&deep, encoding), None);
    }
}
