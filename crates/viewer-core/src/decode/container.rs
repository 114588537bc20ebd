//! Part 10 files and bare data sets: where the data set begins and how it is written (PS3.10 section 7).

use codec::Expected;
use dicom_dictionary_std::{tags, uids};

use super::{
    Limits,
    dataset::{malformed, truncated},
    header::{Vr, read_header},
    settle,
    syntax::{Encoding, Syntax, native_uid},
};
use crate::{Error, ErrorKind, Result};

/// An object whose data set can be walked.
#[derive(Debug)]
pub(crate) struct Container {
    /// The object, or the inflated data set of a deflated one.
    pub(crate) bytes: Vec<u8>,
    /// First byte of the data set.
    pub(crate) start: usize,
    pub(crate) syntax: Syntax,
    pub(crate) syntax_uid: String,
}

const PREAMBLE: usize = 128;

/// Inflates a data set.
pub(crate) type Inflate = fn(&[u8], &Limits) -> Result<Vec<u8>>;

/// Finds the data set in an object, inflating it where the syntax says so.
///
/// # Errors
/// [`ErrorKind::Malformed`] for what is not DICOM, [`ErrorKind::UnsupportedTransferSyntax`],
/// [`ErrorKind::Truncated`], [`ErrorKind::Limit`].
pub(crate) fn open(bytes: Vec<u8>, limits: &Limits, inflate: Inflate) -> Result<Container> {
    check_size(&bytes, limits)?;
    let meta_start = meta_start(&bytes);
    let (start, stated_uid) = read_meta(&bytes, meta_start)?;
    let has_meta = meta_start > 0 || start > meta_start;
    if start >= bytes.len() && has_meta {
        return Err(truncated(tags::TRANSFER_SYNTAX_UID));
    }
    let guess = guess_encoding(bytes.get(start..).unwrap_or_default());
    let (syntax, syntax_uid) = match (stated_uid, guess) {
        (Some(uid), guess) => {
            let mut syntax = Syntax::from_uid(&uid)?;
            if !syntax.deflated && syntax.encoding != Encoding::ExplicitBig {
                // practice: some writers state one little-endian encoding and use the other
                syntax.encoding = guess
                    .filter(|g| *g != Encoding::ExplicitBig)
                    .unwrap_or(syntax.encoding);
            }
            (syntax, uid)
        }
        (None, Some(encoding)) => (Syntax::native(encoding), native_uid(encoding).to_owned()),
        // a file with a mark and no stated syntax is what PS3.5 section 10.1 names the default
        (None, None) if has_meta => {
            let encoding = Encoding::ImplicitLittle;
            (Syntax::native(encoding), native_uid(encoding).to_owned())
        }
        (None, None) => {
            return Err(Error::new(
                ErrorKind::Malformed,
                "this is not a DICOM object: no DICM mark at byte 128 and no data set at the beginning",
            ));
        }
    };
    if syntax.deflated {
        return inflated(inflate(bytes.get(start..).unwrap_or_default(), limits)?, limits);
    }
    Ok(Container {
        bytes,
        start,
        syntax,
        syntax_uid,
    })
}

/// # Errors
/// [`ErrorKind::Limit`].
fn check_size(bytes: &[u8], limits: &Limits) -> Result<()> {
    if bytes.len() as u64 <= limits.max_object_bytes {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Limit,
        format!(
            "the object has {} bytes; the limit is {}",
            bytes.len(),
            limits.max_object_bytes
        ),
    ))
}

/// The byte after the preamble and its mark, where they are.
fn meta_start(bytes: &[u8]) -> usize {
    let has_mark = bytes.get(PREAMBLE..PREAMBLE + 4) == Some(b"DICM");
    if has_mark { PREAMBLE + 4 } else { 0 }
}

/// Walks group 0002 by its tags, not by its stated length, which is often wrong.
/// Gives the byte after it and the transfer syntax that it states.
fn read_meta(bytes: &[u8], start: usize) -> Result<(usize, Option<String>)> {
    let mut position = start;
    let mut uid = None;
    while bytes.get(position..position.saturating_add(2)) == Some(&[0x02, 0x00]) {
        let element = read_header(bytes, position, Encoding::ExplicitLittle)?;
        let length = element
            .length
            .and_then(|length| usize::try_from(length).ok())
            .ok_or_else(|| malformed("an undefined length in the file meta information", element.tag))?;
        let end = element
            .start
            .checked_add(length)
            .ok_or_else(|| truncated(element.tag))?;
        let value = bytes
            .get(element.start..end)
            .ok_or_else(|| truncated(element.tag))?;
        if element.tag == tags::TRANSFER_SYNTAX_UID {
            let text = String::from_utf8_lossy(value);
            let text = text.trim_matches(['\0', ' ']);
            uid = (!text.is_empty()).then(|| text.to_owned());
        }
        position = end;
    }
    Ok((position, uid))
}

/// How a data set that begins here is written; none when it does not look like one.
fn guess_encoding(data: &[u8]) -> Option<Encoding> {
    let &[a, b, ..] = data else { return None };
    let (little, big) = (u16::from_le_bytes([a, b]), u16::from_be_bytes([a, b]));
    let vr = data
        .get(4..6)
        .and_then(|vr| <[u8; 2]>::try_from(vr).ok())
        .map(Vr)
        .filter(|vr| vr.is_defined());
    // a data set begins with one of the low groups: 0000 to 0010 in practice, 0028 at most
    let is_first_group = |group: u16| group <= 0x0028 && group.is_multiple_of(2);
    match (vr, is_first_group(little), is_first_group(big)) {
        (Some(_), true, _) => Some(Encoding::ExplicitLittle),
        (Some(_), false, true) => Some(Encoding::ExplicitBig),
        (None, true, _) => implicit_is_plausible(data).then_some(Encoding::ImplicitLittle),
        _ => None,
    }
}

/// Whether the first elements, three or at least two if there are no more, have rising tags and lengths that fit.
fn implicit_is_plausible(data: &[u8]) -> bool {
    let mut position = 0;
    let mut last = None;
    for count in 0..3 {
        let Ok(element) = read_header(data, position, Encoding::ImplicitLittle) else {
            return count >= 2 && position == data.len();
        };
        if last.is_some_and(|last| element.tag <= last) {
            return false;
        }
        last = Some(element.tag);
        match element.length.and_then(|length| usize::try_from(length).ok()) {
            None => return true,
            Some(length) if length > data.len().saturating_sub(element.start) => return false,
            Some(length) => position = element.start.saturating_add(length),
        }
    }
    true
}

/// Inflates a deflated data set (PS3.5 annex A.5). A cut stream gives what it holds: the walk then finds the cut.
///
/// # Errors
/// [`ErrorKind::Malformed`], [`ErrorKind::Truncated`]; one byte more than allowed is given to be refused.
pub(crate) fn inflate(stream: &[u8], limits: &Limits) -> Result<Vec<u8>> {
    let expected = Expected {
        rows: 0,
        columns: 0,
        components: 1,
        bits_allocated: 8,
        max_bytes: limits.max_object_bytes.saturating_add(1),
    };
    let picture = codec_deflate::decode(stream, &expected).map_err(settle::error)?;
    Ok(picture.samples)
}

/// For programs that inflate by a module of its own.
pub(crate) fn refuse(_stream: &[u8], _limits: &Limits) -> Result<Vec<u8>> {
    Err(Error::new(
        ErrorKind::UnsupportedTransferSyntax,
        "the data set is deflated, and has to be inflated before it is opened",
    ))
}

/// Where the deflated data set (PS3.5 annex A.5) begins in an object whose first bytes are these; none for any other
/// object.
pub fn deflated_from(head: &[u8]) -> Option<usize> {
    let meta_start = meta_start(head);
    let (start, uid) = read_meta(head, meta_start).ok()?;
    (uid? == uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN).then_some(start)
}

/// An inflated data set.
///
/// # Errors
/// [`ErrorKind::Limit`].
pub(crate) fn inflated(bytes: Vec<u8>, limits: &Limits) -> Result<Container> {
    check_size(&bytes, limits)?;
    let uid = uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN;
    Ok(Container {
        bytes,
        start: 0,
        syntax: Syntax::from_uid(uid)?,
        syntax_uid: uid.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8]) -> ErrorKind {
        open(bytes.to_vec(), &Limits::default(), inflate)
            .expect_err("not an object")
            .kind
    }

    #[test]
    fn what_is_not_dicom_is_malformed() {
        assert_eq!(kind(b""), ErrorKind::Malformed);
        assert_eq!(
            kind(b"Dear colleague, please find enclosed the images of last week.\n"),
            ErrorKind::Malformed
        );
        assert_eq!(kind(&[0; 4096]), ErrorKind::Malformed);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ErrorKind::Malformed);
    }

    #[test]
    fn a_mark_without_a_data_set_is_truncated() {
        let mut bytes = vec![0; 128];
        bytes.extend_from_slice(b"DICM");
        assert_eq!(kind(&bytes), ErrorKind::Truncated);
    }

    #[test]
    fn limits_come_first() {
        let limits = Limits {
            max_object_bytes: 10,
            ..Limits::default()
        };
        assert_eq!(
            open(vec![0; 11], &limits, inflate).expect_err("too large").kind,
            ErrorKind::Limit
        );
    }

    #[test]
    fn inflation_is_bounded() {
        let bomb = miniz_oxide::deflate::compress_to_vec(&vec![0; 100_000], 6);
        let limits = Limits {
            max_object_bytes: 50_000,
            ..Limits::default()
        };
        let kind = |limits| inflate(&bomb, limits).and_then(|bytes| inflated(bytes, limits));
        assert_eq!(kind(&limits).expect_err("too large").kind, ErrorKind::Limit);
        assert_eq!(kind(&Limits::default()).map(|data| data.bytes.len()), Ok(100_000));
    }
}
