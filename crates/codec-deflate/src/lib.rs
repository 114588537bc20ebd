//! Deflate (RFC 1951), as data sets (PS3.5 annex A.5) and frames (annex A.4.13) are compressed; in the shape of an image
//! codec, so that a page loads it only when an object needs it.
#![forbid(unsafe_code)]

use codec::{Error, ErrorKind, Expected, Picture, Result, StatedColor};
use miniz_oxide::inflate::{
    TINFLStatus,
    core::{DecompressorOxide, decompress, inflate_flags},
};

/// The bytes of a stream, as [`Picture::samples`]: at most [`Expected::max_bytes`], the rest is left. A stream that is cut
/// gives what it holds. The other fields of both mean nothing.
///
/// Holds at most twice the bytes that it gives.
///
/// # Errors
/// [`ErrorKind::Malformed`] for what is not such a stream, [`ErrorKind::Truncated`] when it is cut before its first byte.
pub fn decode(stream: &[u8], expected: &Expected) -> Result<Picture> {
    let most = usize::try_from(expected.max_bytes).unwrap_or(usize::MAX);
    let samples = inflate(stream, most)?;
    Ok(Picture {
        rows: expected.rows,
        columns: expected.columns,
        components: expected.components,
        precision: expected.bits_allocated,
        is_signed: false,
        color: StatedColor::Nothing,
        samples,
    })
}

/// The bytes, at most `most`. `miniz_oxide`'s own function of this kind gives zeros after the bytes of a cut stream.
fn inflate(mut stream: &[u8], most: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; stream.len().saturating_mul(2).min(most)];
    let mut length = 0;
    let mut state = DecompressorOxide::default();
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    loop {
        let (status, read, written) = decompress(&mut state, stream, &mut bytes, length, flags);
        length += written;
        match status {
            TINFLStatus::HasMoreOutput if bytes.len() < most => {
                stream = stream.get(read..).unwrap_or_default();
                bytes.resize(bytes.len().max(1).saturating_mul(2).min(most), 0);
            }
            TINFLStatus::Done | TINFLStatus::HasMoreOutput => break,
            TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput if length > 0 => break,
            TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => {
                let what = "the deflated stream ends before its first byte";
                return Err(Error::new(ErrorKind::Truncated, what));
            }
            _ => return Err(Error::new(ErrorKind::Malformed, "this is not a deflate stream")),
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(stream: &[u8], max_bytes: u64) -> std::result::Result<Vec<u8>, ErrorKind> {
        let expected = Expected {
            rows: 0,
            columns: 0,
            components: 1,
            bits_allocated: 8,
            max_bytes,
        };
        decode(stream, &expected)
            .map(|picture| picture.samples)
            .map_err(|error| error.kind)
    }

    #[test]
    fn streams_inflate_up_to_the_bound() {
        let bytes: Vec<u8> = (0..200).map(|i| i / 3).collect();
        let mut stream = miniz_oxide::deflate::compress_to_vec(&bytes, 6);
        let cut = decoded(&stream[..stream.len() / 2], 1000).expect("a part");
        assert!(!cut.is_empty() && bytes.starts_with(&cut));
        stream.push(0);
        assert_eq!(decoded(&stream, 1000).as_ref(), Ok(&bytes));
        assert_eq!(decoded(&stream, 50).as_deref(), Ok(&bytes[..50]));
        assert_eq!(decoded(b"\xFF\xFF\xFF", 200), Err(ErrorKind::Malformed));
        assert_eq!(decoded(b"", 200), Err(ErrorKind::Truncated));
        let bomb = miniz_oxide::deflate::compress_to_vec(&vec![0; 1 << 20], 6);
        assert_eq!(decoded(&bomb, 1000).map(|bytes| bytes.len()), Ok(1000));
    }
}
