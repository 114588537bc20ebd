//! Content items as they are read, within bounds.

use std::cell::Cell;

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::super::codes::Code;
use crate::{
    Error, ErrorKind, Result,
    decode::{Limits, dataset::DataSet, text::CharacterSet},
};

/// Items of all sequences that are looked at.
const MOST_ITEMS: usize = 1 << 18;
/// Levels of content items.
const MOST_LEVELS: u32 = 24;

/// How content items are read, and how many may still be.
pub(super) struct Tree {
    limits: Limits,
    charset: CharacterSet,
    items: Cell<usize>,
}

/// A code: its value, scheme and meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Coded {
    pub(super) value: String,
    pub(super) scheme: String,
    pub(super) meaning: String,
}

/// A content item.
pub(super) struct Node<'a> {
    pub(super) dataset: DataSet<'a>,
    /// Value Type, as in `NUM`.
    pub(super) kind: String,
    pub(super) concept: Coded,
}

impl Node<'_> {
    /// Whether its concept is that.
    pub(super) fn is(&self, code: Code) -> bool {
        self.concept.value == code.value
    }
}

impl Tree {
    pub(super) const fn new(limits: &Limits, charset: CharacterSet) -> Self {
        Self {
            limits: *limits,
            charset,
            items: Cell::new(MOST_ITEMS),
        }
    }

    /// # Errors
    /// [`ErrorKind::Limit`] for a level that no report needs.
    pub(super) fn check_depth(&self, depth: u32) -> Result<()> {
        if depth <= MOST_LEVELS.min(self.limits.max_depth) {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Limit,
            format!("the report nests deeper than {MOST_LEVELS} items"),
        ))
    }

    /// The items of a sequence.
    ///
    /// # Errors
    /// Those of a broken sequence; [`ErrorKind::Limit`] when there are too many in all.
    pub(super) fn items<'a>(&self, dataset: &DataSet<'a>, tag: Tag) -> Result<Vec<DataSet<'a>>> {
        let items = dataset.items(tag, MOST_ITEMS + 1, &self.limits)?;
        let left = self.items.get().checked_sub(items.len()).ok_or_else(|| {
            Error::new(
                ErrorKind::Limit,
                format!("the report has more than {MOST_ITEMS} items"),
            )
        })?;
        self.items.set(left);
        items
            .iter()
            .map(|item| item.open(dataset.bytes, &self.limits))
            .collect()
    }

    /// The content items below one.
    ///
    /// # Errors
    /// As [`Tree::items`].
    pub(super) fn children<'a>(&self, dataset: &DataSet<'a>) -> Result<Vec<Node<'a>>> {
        let items = self.items(dataset, tags::CONTENT_SEQUENCE)?;
        items
            .into_iter()
            .map(|dataset| {
                Ok(Node {
                    kind: dataset.first_code(tags::VALUE_TYPE).unwrap_or_default(),
                    concept: self.coded(&dataset, tags::CONCEPT_NAME_CODE_SEQUENCE)?,
                    dataset,
                })
            })
            .collect()
    }

    /// The code of a sequence; empty where there is none.
    ///
    /// # Errors
    /// As [`Tree::items`].
    pub(super) fn coded(&self, dataset: &DataSet<'_>, tag: Tag) -> Result<Coded> {
        let items = self.items(dataset, tag)?;
        let Some(item) = items.first() else {
            return Ok(Coded::default());
        };
        let long = || item.first_code(tags::LONG_CODE_VALUE);
        Ok(Coded {
            value: item
                .first_code(tags::CODE_VALUE)
                .or_else(long)
                .unwrap_or_default(),
            scheme: item
                .first_code(tags::CODING_SCHEME_DESIGNATOR)
                .unwrap_or_default(),
            meaning: self.text(item, tags::CODE_MEANING).unwrap_or_default(),
        })
    }

    /// Text in the report's character set.
    pub(super) fn text(&self, dataset: &DataSet<'_>, tag: Tag) -> Option<String> {
        dataset.text(tag, &self.charset)
    }
}
