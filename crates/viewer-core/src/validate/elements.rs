//! Elements one by one: their order, their form, and what they hold.

use dicom_core::{
    Tag,
    dictionary::{DataDictionary as _, VirtualVr},
};
use dicom_dictionary_std::{StandardDataDictionary, tags};

use super::{Findings, name, value};
use crate::{
    Result,
    decode::{Limits, dataset::DataSet, header::Vr, syntax::Encoding, text::CharacterSet},
};

/// Checks a data set and the items in it, `depth` levels of them.
///
/// # Errors
/// As [`DataSet::parse`].
pub(super) fn check(
    dataset: &DataSet<'_>,
    charset: &CharacterSet,
    limits: &Limits,
    depth: u32,
    found: &mut Findings,
) -> Result<()> {
    let mut last: Option<Tag> = None;
    let mut creators: Vec<Tag> = Vec::new();
    for (element, bytes) in dataset.entries() {
        let tag = element.tag;
        match last {
            Some(last) if tag == last => {
                found.error(tag, "PS3.5 7.1", format!("{} comes twice", name(tag)));
            }
            Some(last) if tag < last => {
                let message = format!("{} comes after an element of a higher tag", name(tag));
                found.error(tag, "PS3.5 7.1", message);
            }
            _ => {}
        }
        last = Some(tag);
        if tag.0 < 8 {
            found.error(tag, "PS3.5 7.1", "an element of a group that no data set has");
        }
        if element.length.is_some_and(|length| !length.is_multiple_of(2)) {
            found.error(tag, "PS3.5 7.1.1", format!("{} has an odd length", name(tag)));
        }
        check_private(tag, &mut creators, found);
        let vr = representation(dataset.encoding, element.vr, tag, found);
        if let (Some(vr), Some(bytes)) = (vr, bytes) {
            value::check(vr, tag, bytes, charset, found);
        }
        if vr == Some(Vr(*b"SQ")) && depth > 0 {
            for item in dataset.items_of(element, usize::MAX, limits)? {
                check(
                    &item.open(dataset.bytes, limits)?,
                    charset,
                    limits,
                    depth - 1,
                    found,
                )?;
            }
        }
    }
    Ok(())
}

/// A private element needs the creator of its block before it.
fn check_private(tag: Tag, creators: &mut Vec<Tag>, found: &mut Findings) {
    let Tag(group, element) = tag;
    if group.is_multiple_of(2) || element == 0 {
        return;
    }
    if (0x10..=0xFF).contains(&element) {
        creators.push(tag);
    } else if element < 0x1000 || !creators.contains(&Tag(group, element >> 8)) {
        found.error(
            tag,
            "PS3.5 7.8.1",
            format!("{} has no private creator", name(tag)),
        );
    }
}

/// How the value is represented: as it is written, else as the dictionary says; none where that depends or is not known.
fn representation(encoding: Encoding, written: Vr, tag: Tag, found: &mut Findings) -> Option<Vr> {
    let known = StandardDataDictionary
        .by_tag(tag)
        .and_then(|entry| match entry.vr {
            VirtualVr::Exact(vr) => vr.to_string().as_bytes().first_chunk::<2>().copied().map(Vr),
            _ => None,
        });
    if encoding == Encoding::ImplicitLittle {
        return known;
    }
    if written == Vr::UN {
        if known.is_some() && tag.0.is_multiple_of(2) {
            let message = format!(
                "{} is written as UN, though its representation is known",
                name(tag)
            );
            found.warning(tag, "PS3.5 6.2.2", message);
        }
        return None;
    }
    if let Some(known) = known.filter(|known| *known != written && tag != tags::PIXEL_DATA) {
        let letters = String::from_utf8_lossy(&known.0).into_owned();
        found.error(
            tag,
            "PS3.6 6",
            format!("{} is not written as {letters}", name(tag)),
        );
        return None;
    }
    Some(written)
}
