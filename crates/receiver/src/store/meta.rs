//! The head of a Part 10 file (PS3.10 section 7.1): preamble, prefix and file meta group.

use std::io::{self, Read};

use crate::uid::Uid;
use crate::{IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME};

const PREAMBLE: usize = 128;
/// Our own heads are below 1 KiB; a longer one was not written here.
const LONGEST_GROUP: u32 = 64 << 10;

/// What a file's head says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) transfer_syntax: Uid,
    pub(crate) sop_class: Option<Uid>,
    /// Bytes before the dataset.
    pub(crate) dataset_at: u64,
}

/// Encodes everything that comes before the dataset.
pub(crate) fn encode_meta(
    sop_class: &Uid,
    sop_instance: &Uid,
    transfer_syntax: &str,
    sending_aet: &str,
    receiving_aet: &str,
) -> Vec<u8> {
    let mut group = Vec::with_capacity(512);
    // (0002,0001) File Meta Information Version is the only element with a 32-bit length here.
    group.extend_from_slice(&[0x02, 0, 0x01, 0, b'O', b'B', 0, 0, 2, 0, 0, 0, 0, 1]);
    put_text(&mut group, 0x0002, b"UI", sop_class.as_str());
    put_text(&mut group, 0x0003, b"UI", sop_instance.as_str());
    put_text(&mut group, 0x0010, b"UI", transfer_syntax);
    put_text(&mut group, 0x0012, b"UI", IMPLEMENTATION_CLASS_UID);
    put_text(&mut group, 0x0013, b"SH", IMPLEMENTATION_VERSION_NAME);
    put_text(&mut group, 0x0017, b"AE", sending_aet);
    put_text(&mut group, 0x0018, b"AE", receiving_aet);

    let mut head = vec![0; PREAMBLE];
    head.extend_from_slice(b"DICM");
    head.extend_from_slice(&[0x02, 0, 0, 0, b'U', b'L', 4, 0]);
    let length = u32::try_from(group.len()).unwrap_or(u32::MAX);
    head.extend_from_slice(&length.to_le_bytes());
    head.extend_from_slice(&group);
    head
}

/// One element of group 0002, padded to an even length. The values are UIDs and AE titles of at most 64 bytes.
fn put_text(group: &mut Vec<u8>, element: u16, vr: &[u8; 2], value: &str) {
    let padding: &[u8] = match (value.len() % 2, vr) {
        (0, _) => b"",
        (_, b"UI") => b"\0",
        _ => b" ",
    };
    let length = u16::try_from(value.len() + padding.len()).unwrap_or(u16::MAX);
    group.extend_from_slice(&[0x02, 0]);
    group.extend_from_slice(&element.to_le_bytes());
    group.extend_from_slice(vr);
    group.extend_from_slice(&length.to_le_bytes());
    group.extend_from_slice(value.as_bytes());
    group.extend_from_slice(padding);
}

/// Reads the head of a stored file, up to its dataset; `None` when it is not one that this receiver could have written.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read_head(mut file: impl Read) -> io::Result<Option<Head>> {
    let mut fixed = [0; PREAMBLE + 4 + 12];
    if let Err(error) = file.read_exact(&mut fixed) {
        return if error.kind() == io::ErrorKind::UnexpectedEof {
            Ok(None)
        } else {
            Err(error)
        };
    }
    let Some((b"DICM\x02\0\0\0UL\x04\0", length)) =
        fixed.get(PREAMBLE..).and_then(|rest| rest.split_at_checked(12))
    else {
        return Ok(None);
    };
    let length = length.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    if length > LONGEST_GROUP {
        return Ok(None);
    }
    let mut group = Vec::new();
    file.by_ref().take(u64::from(length)).read_to_end(&mut group)?;
    if group.len() != length as usize {
        return Ok(None);
    }
    let transfer_syntax = find_text(&group, 0x0010).and_then(Uid::parse);
    Ok(transfer_syntax.map(|transfer_syntax| Head {
        transfer_syntax,
        sop_class: find_text(&group, 0x0002).and_then(Uid::parse),
        dataset_at: fixed.len() as u64 + u64::from(length),
    }))
}

/// The value of a short-form element of group 0002.
fn find_text(mut group: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (header, rest) = group.split_first_chunk::<8>()?;
        let [_, _, low, high, v, r, a, b] = *header;
        let long_form = matches!(&[v, r], b"OB" | b"UN");
        let (length, rest) = if long_form {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            (u32::from_le_bytes(*length) as usize, rest)
        } else {
            (usize::from(u16::from_le_bytes([a, b])), rest)
        };
        let (value, rest) = rest.split_at_checked(length)?;
        if u16::from_le_bytes([low, high]) == wanted {
            return Some(value);
        }
        group = rest;
    }
}
