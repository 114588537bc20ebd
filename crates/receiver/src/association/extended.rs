//! The optional items of a request and what is answered to them (PS3.7 annex D.3.3).

use std::collections::BTreeMap;

use dicom_ul::pdu::{RequestorRoles, UserVariableItem};

use super::negotiation::Context;
use super::syntaxes::{Service, unpadded};

const ASYNCHRONOUS_OPERATIONS_WINDOW: u8 = 0x53;
const COMMON_EXTENDED_NEGOTIATION: u8 = 0x57;

/// PS3.4 table B.3-1: level 2, all elements are kept, private ones too; signature level 3, bit for bit; no coercion.
const STORAGE_INFORMATION: [u8; 6] = [2, 0, 3, 0, 0, 0];

/// A SOP Class Common Extended Negotiation item: what the requestor says about a class that we may not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommonNegotiation {
    pub(super) sop_class: String,
    pub(super) service_class: String,
    /// Related general SOP classes: those that this one specializes.
    pub(super) related: Vec<String>,
}

impl CommonNegotiation {
    /// The items that can be read; it needs no answer, so a broken one is as good as none.
    pub(super) fn all(items: &[UserVariableItem]) -> Vec<Self> {
        let read = |item: &UserVariableItem| match item {
            UserVariableItem::Unknown(COMMON_EXTENDED_NEGOTIATION, bytes) => Self::parse(bytes),
            _ => None,
        };
        items.iter().filter_map(read).collect()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (sop_class, rest) = field(bytes)?;
        let (service_class, rest) = field(rest)?;
        let (mut list, _reserved) = field(rest)?;
        let mut related = Vec::new();
        while !list.is_empty() {
            let (general, rest) = field(list)?;
            related.push(text(general)?);
            list = rest;
        }
        Some(Self {
            sop_class: text(sop_class)?,
            service_class: text(service_class)?,
            related,
        })
    }
}

/// A field that begins with its length in 16 bits, and what follows it.
fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}

fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes)
        .ok()
        .map(|text| unpadded(text).to_owned())
}

/// The roles that were proposed for a class, if any (PS3.7 section D.3.3.4). The first item for a class counts.
pub(super) fn proposed_roles(items: &[UserVariableItem], sop_class: &str) -> Option<RequestorRoles> {
    items.iter().find_map(|item| match item {
        UserVariableItem::ScuScpRoleSelectionSubItem(uid, roles) if unpadded(uid) == sop_class => {
            Some(*roles)
        }
        _ => None,
    })
}

/// Answers for everything in the request that has one.
///
/// We are the provider of every accepted class, so the requestor may be its user and nothing else. It may have as many
/// operations outstanding as it likes, because they wait in its own connection; we invoke one at a time. User identities
/// are not verified, for which the standard has no answer (PS3.7 section D.3.3.7).
pub(super) fn answers(items: &[UserVariableItem], contexts: &BTreeMap<u8, Context>) -> Vec<UserVariableItem> {
    let accepted = |uid: &str| {
        contexts
            .values()
            .find(|context| context.abstract_syntax == unpadded(uid))
    };
    let mut answered = Vec::new();
    let mut first = |kind: u8, uid: &str| {
        let key = (kind, unpadded(uid).to_owned());
        let first = !answered.contains(&key);
        answered.push(key);
        first
    };
    let mut answers = Vec::new();
    for item in items {
        match item {
            UserVariableItem::Unknown(ASYNCHRONOUS_OPERATIONS_WINDOW, window) => {
                let window: Result<[u8; 4], _> = window.as_slice().try_into();
                if let Ok([high, low, _, _]) = window
                    && first(ASYNCHRONOUS_OPERATIONS_WINDOW, "")
                {
                    let window = vec![high, low, 0, 1];
                    answers.push(UserVariableItem::Unknown(ASYNCHRONOUS_OPERATIONS_WINDOW, window));
                }
            }
            UserVariableItem::ScuScpRoleSelectionSubItem(uid, _)
                if accepted(uid).is_some() && first(0x54, uid) =>
            {
                let user = RequestorRoles {
                    scu: true,
                    scp: false,
                };
                answers.push(UserVariableItem::ScuScpRoleSelectionSubItem(uid.clone(), user));
            }
            UserVariableItem::SopClassExtendedNegotiationSubItem(uid, _) => {
                let stored = accepted(uid).is_some_and(|context| context.service == Service::Storage);
                if stored && first(0x56, uid) {
                    let information = STORAGE_INFORMATION.to_vec();
                    answers.push(UserVariableItem::SopClassExtendedNegotiationSubItem(
                        uid.clone(),
                        information,
                    ));
                }
            }
            _ => {}
        }
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(fields: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for field in fields {
            bytes.extend_from_slice(&u16::try_from(field.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }

    #[test]
    fn common_negotiation_is_read_and_a_broken_one_is_none() {
        let bytes = item(&[b"1.2.3", b"1.2.840.10008.4.2", &item(&[b"1.2", b"1.3\0"])]);
        let read = |bytes: &[u8]| {
            let items = [UserVariableItem::Unknown(
                COMMON_EXTENDED_NEGOTIATION,
                bytes.to_vec(),
            )];
            CommonNegotiation::all(&items).pop()
        };
        let common = read(&bytes).unwrap();
        assert_eq!(common.sop_class, "1.2.3");
        assert_eq!(common.service_class, "1.2.840.10008.4.2");
        assert_eq!(common.related, ["1.2", "1.3"]);
        for cut in 0..bytes.len() {
            assert_eq!(read(bytes.get(..cut).unwrap()), None, "cut at {cut}");
        }
    }
}
