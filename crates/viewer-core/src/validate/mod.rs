//! What of an object is not as the standard says. Each finding names the attribute and the part of the standard, and no value.
//!
//! Looked at are the file's head, the order and form of elements, values by their representation, UIDs, private blocks, and
//! the attributes that every object and every image needs, with those of slices (CT, MR, PET), radiographs (CR, DX, MG, XA, RF),
//! ultrasound, nuclear medicine, secondary captures and structured reports.

mod classes;
mod elements;
mod head;
mod modules;
mod pixels;
mod value;

use dicom_core::{Tag, dictionary::DataDictionary as _};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use serde::{Serialize, Serializer};

use crate::{
    ErrorKind, Result,
    decode::{
        Limits,
        container::{self, Container},
        dataset::DataSet,
        decode_text,
        syntax::Syntax,
        text::CharacterSet,
    },
};

/// More findings than this say no more.
const MOST: usize = 1000;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The standard forbids it.
    Error,
    /// It is allowed, retired or harmless, and seldom meant.
    Warning,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What, in words; without values.
    pub message: String,
    /// The attribute, `(group, element)`; inside of sequences the innermost.
    #[serde(serialize_with = "tag_text")]
    pub tag: Option<(u16, u16)>,
    /// Where the standard says so, as in `"PS3.5 6.2"`.
    pub part: &'static str,
}

#[expect(clippy::ref_option, reason = "serde's own way")]
fn tag_text<S: Serializer>(tag: &Option<(u16, u16)>, to: S) -> std::result::Result<S::Ok, S::Error> {
    tag.map(|(group, element)| format!("{group:04X},{element:04X}"))
        .serialize(to)
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, tag: Tag, part: &'static str, message: impl Into<String>) {
        self.add(Severity::Error, Some(tag), part, message.into());
    }

    fn warning(&mut self, tag: Tag, part: &'static str, message: impl Into<String>) {
        self.add(Severity::Warning, Some(tag), part, message.into());
    }

    fn add(&mut self, severity: Severity, tag: Option<Tag>, part: &'static str, message: String) {
        if self.0.len() < MOST {
            self.0.push(Finding {
                severity,
                message,
                tag: tag.map(|Tag(group, element)| (group, element)),
                part,
            });
        }
    }
}

/// The attribute's keyword, of a private or unknown one its tag.
fn name(tag: Tag) -> String {
    StandardDataDictionary.by_tag(tag).map_or_else(
        || format!("({:04X},{:04X})", tag.0, tag.1),
        |entry| entry.alias.to_owned(),
    )
}

/// Checks an object: a Part 10 file or a bare data set.
///
/// # Errors
/// [`ErrorKind::Limit`], and [`ErrorKind::UnsupportedTransferSyntax`] where the data set cannot be read for it. What is no
/// DICOM or ends early is a finding.
pub fn validate(bytes: Vec<u8>, limits: &Limits) -> Result<Vec<Finding>> {
    let mut found = Findings::default();
    match checked(bytes, limits, &mut found) {
        Err(error) if matches!(error.kind, ErrorKind::Malformed | ErrorKind::Truncated) => {
            let tag = error.tag.map(|(group, element)| Tag(group, element));
            found.add(Severity::Error, tag, "PS3.5 7.1", error.message);
        }
        done => done?,
    }
    Ok(found.0)
}

fn checked(bytes: Vec<u8>, limits: &Limits, found: &mut Findings) -> Result<()> {
    let head = head::check(&bytes, found);
    let Container {
        bytes,
        start,
        syntax,
        syntax_uid,
    } = container::open(bytes, limits, container::inflate)?;
    let stated = Syntax::from_uid(&syntax_uid)?;
    if stated.encoding != syntax.encoding {
        let message = "the data set is not written as its transfer syntax says";
        found.error(tags::TRANSFER_SYNTAX_UID, "PS3.5 10", message);
    }
    let dataset = DataSet::parse(&bytes, start..bytes.len(), syntax.encoding, limits)?;
    let terms = dataset.code(tags::SPECIFIC_CHARACTER_SET);
    let charset = CharacterSet::from_terms(terms.as_deref(), decode_text);
    if charset.warning().is_some() {
        let message = "names a character set that there is not";
        found.error(tags::SPECIFIC_CHARACTER_SET, "PS3.3 C.12.1.1.2", message);
    }
    elements::check(&dataset, &charset, limits, limits.max_depth, found)?;
    head.compare(&dataset, found);
    modules::check(&dataset, found);
    pixels::check(&dataset, syntax.codec, found)
}

#[cfg(test)]
mod tests;
