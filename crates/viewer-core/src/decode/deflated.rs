//! One deflated frame (PS3.5 annex A.4.13, RFC 1951).

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use crate::{Error, ErrorKind, Result};

/// The frame, which has `size` bytes; what comes after them is padding.
///
/// # Errors
/// [`ErrorKind::Truncated`] when there are fewer, [`ErrorKind::Malformed`] for what is not a deflate stream.
pub(crate) fn inflate(data: &[u8], size: usize) -> Result<Vec<u8>> {
    // deflate makes at most 1032 bytes of one: no memory for a frame that cannot be there
    let truncated = || Error::new(ErrorKind::Truncated, "the deflated frame ends early");
    if size / 1032 > data.len() {
        return Err(truncated());
    }
    let bytes = match decompress_to_vec_with_limit(data, size.saturating_add(1)) {
        Ok(bytes) => bytes,
        Err(error) => match error.status {
            TINFLStatus::HasMoreOutput
            | TINFLStatus::FailedCannotMakeProgress
            | TINFLStatus::NeedsMoreInput => error.output,
            _ => {
                return Err(Error::new(
                    ErrorKind::Malformed,
                    "the frame is not a deflate stream",
                ));
            }
        },
    };
    if bytes.len() < size {
        Err(truncated())
    } else {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_inflate_and_bombs_stop() {
        let frame: Vec<u8> = (0..200).map(|i| i / 3).collect();
        let mut data = miniz_oxide::deflate::compress_to_vec(&frame, 6);
        let kind = |data: &[u8], size| inflate(data, size).map(|_| ()).map_err(|error| error.kind);
        assert_eq!(kind(&data[..data.len() / 2], 200), Err(ErrorKind::Truncated));
        assert_eq!(kind(&data, 201), Err(ErrorKind::Truncated));
        data.push(0);
        assert_eq!(inflate(&data, 200).as_deref(), Ok(&frame[..]));
        assert_eq!(kind(b"\xFF\xFF\xFF", 200), Err(ErrorKind::Malformed));
        assert_eq!(kind(&data, usize::MAX / 2), Err(ErrorKind::Truncated));
        let bomb = miniz_oxide::deflate::compress_to_vec(&vec![0; 1 << 20], 6);
        assert!(inflate(&bomb, 1000).is_ok_and(|bytes| bytes.len() <= 2000));
    }
}
