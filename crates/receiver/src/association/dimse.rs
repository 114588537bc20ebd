//! Command sets (PS3.7 section 6.3 and annex E): always Implicit VR Little Endian, always small.

use crate::uid::Uid;

/// Longest command set that is collected. Real ones have some 200 bytes.
pub(super) const LONGEST: usize = 16 << 10;

/// Command fields (PS3.7 section E.1).
pub(super) mod field {
    pub(in super::super) const C_STORE_RQ: u16 = 0x0001;
    pub(in super::super) const C_ECHO_RQ: u16 = 0x0030;
    pub(in super::super) const N_EVENT_REPORT_RQ: u16 = 0x0100;
    pub(in super::super) const N_ACTION_RQ: u16 = 0x0130;
    pub(in super::super) const C_CANCEL_RQ: u16 = 0x0FFF;
    pub(in super::super) const RESPONSE: u16 = 0x8000;
}

/// Command Data Set Type: nothing follows.
const NO_DATASET: u16 = 0x0101;

/// What a request says. A UID that is absent or malformed is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) field: u16,
    pub(super) message_id: u16,
    pub(super) has_dataset: bool,
    pub(super) sop_class: Option<Uid>,
    pub(super) sop_instance: Option<Uid>,
    /// Action Type ID.
    pub(super) action: Option<u16>,
    /// Of a response.
    pub(super) status: Option<u16>,
}

impl Command {
    /// Parses a command set; `None` when it is not one.
    pub(super) fn parse(mut bytes: &[u8]) -> Option<Self> {
        let mut command = Self {
            field: 0,
            message_id: 0,
            has_dataset: false,
            sop_class: None,
            sop_instance: None,
            action: None,
            status: None,
        };
        let mut has_field = false;
        while !bytes.is_empty() {
            let (header, rest) = bytes.split_first_chunk::<8>()?;
            let [group_low, group_high, low, high, length @ ..] = *header;
            let (value, rest) = rest.split_at_checked(u32::from_le_bytes(length) as usize)?;
            if (group_low, group_high) != (0, 0) {
                return None;
            }
            match u16::from_le_bytes([low, high]) {
                0x0002 | 0x0003 => command.sop_class = Uid::parse(value),
                0x0100 => {
                    command.field = short(value)?;
                    has_field = true;
                }
                0x0110 => command.message_id = short(value)?,
                0x0800 => command.has_dataset = short(value)? != NO_DATASET,
                0x0900 => command.status = Some(short(value)?),
                0x1008 => command.action = Some(short(value)?),
                0x1000 | 0x1001 => command.sop_instance = Uid::parse(value),
                _ => {}
            }
            bytes = rest;
        }
        has_field.then_some(command)
    }
}

fn short(value: &[u8]) -> Option<u16> {
    value.try_into().ok().map(u16::from_le_bytes)
}

/// The response to a request: status, and a comment of at most 64 characters without patient data.
pub(super) fn response(request: &Command, status: u16, comment: &str) -> Vec<u8> {
    let mut elements = Vec::with_capacity(256);
    if let Some(uid) = &request.sop_class {
        put_text(&mut elements, 0x0002, uid.as_str(), b'\0');
    }
    put_short(&mut elements, 0x0100, request.field | field::RESPONSE);
    put_short(&mut elements, 0x0120, request.message_id);
    put_short(&mut elements, 0x0800, NO_DATASET);
    put_short(&mut elements, 0x0900, status);
    if !comment.is_empty() {
        let short: String = comment
            .chars()
            .filter(|c| (' '..='~').contains(c))
            .take(64)
            .collect();
        put_text(&mut elements, 0x0902, &short, b' ');
    }
    if let Some(uid) = &request.sop_instance {
        put_text(&mut elements, 0x1000, uid.as_str(), b'\0');
    }
    with_group_length(&elements)
}

/// An N-EVENT-REPORT request, with a dataset to follow (PS3.7 table 10.3-1).
pub(super) fn event_report(message_id: u16, sop_class: &str, sop_instance: &str, event: u16) -> Vec<u8> {
    let mut elements = Vec::with_capacity(256);
    put_text(&mut elements, 0x0002, sop_class, b'\0');
    put_short(&mut elements, 0x0100, field::N_EVENT_REPORT_RQ);
    put_short(&mut elements, 0x0110, message_id);
    put_short(&mut elements, 0x0800, 1);
    put_text(&mut elements, 0x1000, sop_instance, b'\0');
    put_short(&mut elements, 0x1002, event);
    with_group_length(&elements)
}

fn with_group_length(elements: &[u8]) -> Vec<u8> {
    let mut command = Vec::with_capacity(elements.len() + 12);
    put(
        &mut command,
        0x0000,
        &u32::try_from(elements.len()).unwrap_or(u32::MAX).to_le_bytes(),
    );
    command.extend_from_slice(elements);
    command
}

fn put_short(to: &mut Vec<u8>, element: u16, value: u16) {
    put(to, element, &value.to_le_bytes());
}

fn put_text(to: &mut Vec<u8>, element: u16, value: &str, padding: u8) {
    let mut padded = value.as_bytes().to_vec();
    if padded.len() % 2 == 1 {
        padded.push(padding);
    }
    put(to, element, &padded);
}

fn put(to: &mut Vec<u8>, element: u16, value: &[u8]) {
    to.extend_from_slice(&[0, 0]);
    to.extend_from_slice(&element.to_le_bytes());
    to.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
    to.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store_request() -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, 0x0000, &[0; 4]);
        put_text(&mut bytes, 0x0002, "1.2.840.10008.5.1.4.1.1.2", b'\0');
        put_short(&mut bytes, 0x0100, field::C_STORE_RQ);
        put_short(&mut bytes, 0x0110, 7);
        put_short(&mut bytes, 0x0800, 1);
        put_text(&mut bytes, 0x1000, "1.2.3", b'\0');
        bytes
    }

    #[test]
    fn a_request_is_read() {
        let command = Command::parse(&store_request()).unwrap();
        assert_eq!(
            command,
            Command {
                field: field::C_STORE_RQ,
                message_id: 7,
                has_dataset: true,
                sop_class: Uid::parse(b"1.2.840.10008.5.1.4.1.1.2"),
                sop_instance: Uid::parse(b"1.2.3"),
                action: None,
                status: None,
            }
        );
    }

    #[test]
    fn a_cut_request_is_none_at_every_byte_inside_an_element() {
        let whole = store_request();
        let command = Command::parse(&whole).unwrap();
        let mut cuts = 0;
        for cut in 0..whole.len() {
            let parsed = Command::parse(whole.get(..cut).unwrap());
            assert_ne!(parsed.as_ref(), Some(&command), "cut at {cut}");
            cuts += usize::from(parsed.is_none());
        }
        assert!(cuts > whole.len() / 2);
    }

    #[test]
    fn a_response_answers_its_request() {
        let request = Command::parse(&store_request()).unwrap();
        let bytes = response(&request, 0xA900, "why\nnot");
        let group_length = u32::from_le_bytes(*bytes.get(8..).unwrap().first_chunk().unwrap());
        assert_eq!(group_length as usize, bytes.len() - 12);
        let parsed = Command::parse(&bytes).unwrap();
        assert_eq!(parsed.field, 0x8001);
        assert_eq!(parsed.sop_instance, request.sop_instance);
        assert!(!parsed.has_dataset);
    }
}
