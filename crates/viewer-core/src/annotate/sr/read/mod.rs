//! Reports to annotations: ours, highdicom's, and those in the shape that cornerstone's adapters write (TID 1500 with
//! coordinates under the numbers). What is not understood is left out, and said.

mod evidence;
mod group;
mod shape;
#[cfg(test)]
mod tests;
mod tree;

use dicom_dictionary_std::tags;

use super::{codes, moment};
use crate::{
    Error, ErrorKind, Result,
    annotate::{Annotation, Annotations},
    decode::{DecodeText, Limits, container, dataset::DataSet, text::CharacterSet},
};
use evidence::Evidence;
use tree::{Node, Tree};

/// What a report says.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadReport {
    /// Its annotations, which can be drawn and exported.
    pub set: Annotations,
    /// What was left out or taken otherwise, in words without patient data.
    pub warnings: Vec<String>,
}

/// More warnings are not kept.
const MOST_WARNINGS: usize = 100;

/// Reads the Measurement Groups of a report that is not deflated; `tables` are those of its text.
///
/// # Errors
/// [`ErrorKind::Malformed`] for what is not DICOM or no report, [`ErrorKind::Truncated`], [`ErrorKind::Limit`] for more items
/// or levels than a report needs, [`ErrorKind::UnsupportedTransferSyntax`].
pub fn read_report(bytes: Vec<u8>, limits: &Limits, tables: DecodeText) -> Result<ReadReport> {
    let container = container::open(bytes, limits, container::refuse)?;
    let bytes = &container.bytes;
    let dataset = DataSet::parse(
        bytes,
        container.start..bytes.len(),
        container.syntax.encoding,
        limits,
    )?;
    if dataset.element(tags::CONTENT_SEQUENCE).is_none() {
        return Err(Error::new(
            ErrorKind::Malformed,
            "this is no structured report: it has no content",
        )
        .with_tag(0x0040, 0xA730));
    }
    let charset = CharacterSet::from_terms(dataset.code(tags::SPECIFIC_CHARACTER_SET).as_deref(), tables);
    let tree = Tree::new(limits, charset);
    let report = Report {
        evidence: Evidence::read(&dataset, limits)?,
        created: created(&dataset),
        sop_instance_uid: dataset.first_code(tags::SOP_INSTANCE_UID).unwrap_or_default(),
        tree: &tree,
    };
    let mut found = Found::default();
    for node in tree.children(&dataset)? {
        groups(&report, &node, 1, &mut found)?;
    }
    if found.annotations.is_empty() && found.warnings.is_empty() {
        found.warn("the report has no Measurement Group");
    }
    let set = Annotations::new(found.annotations);
    set.check()?;
    Ok(ReadReport {
        set,
        warnings: found.warnings,
    })
}

/// What holds for the whole report.
struct Report<'r> {
    evidence: Evidence,
    /// When its content was made.
    created: String,
    sop_instance_uid: String,
    tree: &'r Tree,
}

/// What has been found so far.
#[derive(Default)]
struct Found {
    annotations: Vec<Annotation>,
    warnings: Vec<String>,
    /// Groups, counted from 1.
    groups: usize,
}

impl Found {
    fn warn(&mut self, warning: impl Into<String>) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(warning.into());
        }
    }
}

/// Reads the Measurement Groups at a node and below it.
///
/// # Errors
/// Those of a broken sequence, and [`ErrorKind::Limit`].
fn groups(report: &Report<'_>, node: &Node<'_>, depth: u32, found: &mut Found) -> Result<()> {
    report.tree.check_depth(depth)?;
    if node.is(codes::GROUP) {
        found.groups += 1;
        return group::read(report, node, found);
    }
    for child in report.tree.children(&node.dataset)? {
        groups(report, &child, depth + 1, found)?;
    }
    Ok(())
}

/// Content Date and Time, in UTC unless an offset is said.
fn created(dataset: &DataSet<'_>) -> String {
    let code = |tag| dataset.first_code(tag).unwrap_or_default();
    let date = code(tags::CONTENT_DATE);
    let time = code(tags::CONTENT_TIME);
    let (whole, fraction) = time.split_once('.').unwrap_or((&time, ""));
    let point = if fraction.is_empty() { "" } else { "." };
    let offset = code(tags::TIMEZONE_OFFSET_FROM_UTC);
    moment::from_dicom(&format!("{date}{whole:0<6}{point}{fraction}{offset}"))
        .unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
}
