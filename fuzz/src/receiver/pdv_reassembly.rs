//! Messages out of fragments.

use noctis_dicom_rx::fuzzing::{Message, command, messages, pdus};

use crate::input::Input;

/// What reading holds besides the messages: room to read ahead.
const BESIDES: usize = 128 << 10;
const MAX_PDUS: [u32; 4] = [64, 4096, 16_384, 131_072];
/// Longest command set that is collected.
const LONGEST_COMMAND: usize = 16 << 10;

/// Puts messages together, and holds them against a plain reading of the same bytes; then sends the bytes as a message and
/// reads that. The first byte says how long PDUs may be.
///
/// # Panics
/// When a promise is broken.
pub fn pdv_reassembly(bytes: &[u8]) {
    let mut input = Input(bytes);
    let max_pdu = input.one_of(&MAX_PDUS);
    let bytes = input.0;
    let bound = 8 * bytes.len() + BESIDES;
    let ((found, end), _) = peak::within(bound, || messages(bytes, max_pdu));
    assert!(
        ["Released", "Aborted", "Closed"].contains(&end.as_str()) || end.starts_with("Fault("),
        "{end}"
    );
    assert_eq!(found, plainly(bytes, max_pdu), "then {end}");
    there_and_back(bytes, max_pdu);
}

/// A C-STORE request with these bytes for its dataset.
fn there_and_back(dataset: &[u8], max_pdu: u32) {
    const REQUEST: &[u8] =
        b"\0\0\x00\x01\x02\0\0\0\x01\0\0\0\x10\x01\x02\0\0\0\x07\0\0\0\x00\x08\x02\0\0\0\0\0";
    let mut sent = pdus(3, true, REQUEST, Some(max_pdu));
    sent.extend(pdus(3, false, dataset, Some(max_pdu)));
    let (found, _end) = messages(&sent, max_pdu);
    let expected = Message {
        context: 3,
        field: 1,
        message_id: 7,
        sop_instance: None,
        dataset: Some(dataset.to_vec()),
    };
    // an empty dataset has no fragment
    let expected = (!dataset.is_empty()).then_some(expected);
    assert_eq!(found.into_iter().next(), expected);
}

/// A fragment: context, whether it is of a command, whether it is the last, and its bytes.
type Fragment<'b> = (u8, bool, bool, &'b [u8]);

/// The fragments up to the first thing that is none.
fn fragments(mut bytes: &[u8], max_pdu: u32) -> Vec<Fragment<'_>> {
    let mut found = Vec::new();
    while let Some(([kind, _, a, b, c, d], rest)) = bytes.split_first_chunk() {
        let length = u32::from_be_bytes([*a, *b, *c, *d]);
        if *kind != 4 || length == 0 || length > max_pdu {
            break;
        }
        // a fragment that is whole counts even where its PDU is not
        let mut pdu = rest.get(..length as usize).unwrap_or(rest);
        let mut left = length as usize;
        while let Some(([a, b, c, d, context, control], value)) = pdu.split_first_chunk() {
            let item = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            if left < 6 || item < 2 || item > left - 4 {
                return found;
            }
            let Some(value) = value.get(..item - 2) else {
                return found;
            };
            found.push((*context, control & 1 != 0, control & 2 != 0, value));
            pdu = &pdu[4 + item..];
            left -= 4 + item;
        }
        if left > 0 {
            return found;
        }
        bytes = rest.get(length as usize..).unwrap_or_default();
    }
    found
}

/// The messages in PDUs, read from bytes that are all there.
fn plainly(bytes: &[u8], max_pdu: u32) -> Vec<Message> {
    let mut found = Vec::new();
    let mut fragments = fragments(bytes, max_pdu).into_iter();
    while let Some(message) = message(&mut fragments) {
        found.push(message);
    }
    found
}

fn message<'b>(fragments: &mut impl Iterator<Item = Fragment<'b>>) -> Option<Message> {
    let mut context = None;
    let mut read = |is_command: bool| {
        let mut bytes = Vec::new();
        loop {
            let fragment = fragments.next()?;
            if fragment.1 != is_command || fragment.0 != *context.get_or_insert(fragment.0) {
                return None;
            }
            bytes.extend_from_slice(fragment.3);
            if is_command && bytes.len() > LONGEST_COMMAND {
                return None;
            }
            if fragment.2 {
                return Some(bytes);
            }
        }
    };
    let mut message = command(&read(true)?)?;
    if message.dataset.is_some() {
        message.dataset = Some(read(false)?);
    }
    message.context = context?;
    Some(message)
}
