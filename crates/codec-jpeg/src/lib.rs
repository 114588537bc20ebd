//! JPEG as DICOM uses it: baseline (8 bit) and lossless (2 to 16 bit), one frame at a time (ISO 10918-1).
//!
//! Samples come out as coded: no colour transform is applied, what the stream says of its colours is told.
#![forbid(unsafe_code)]

mod baseline;
mod bits;
mod canvas;
mod header;
mod huffman;
mod idct;
mod lossless;
mod upsample;

use bits::BitReader;
use canvas::Canvas;
use codec::{Error, ErrorKind, Expected, Picture, Result};
use header::{Header, Segment};

/// Decodes one frame. Samples come out as coded, all components of the picture's size.
///
/// # Errors
/// [`ErrorKind::Truncated`] when the stream ends early, [`ErrorKind::Unsupported`] for another process of JPEG,
/// [`ErrorKind::Limit`], [`ErrorKind::Malformed`] otherwise.
pub fn decode(stream: &[u8], expected: &Expected) -> Result<Picture> {
    let samples = u64::from(expected.rows) * u64::from(expected.columns) * u64::from(expected.components);
    // the flattest picture, subsampled as far as the standard goes, has fewer than 1024 samples a byte:
    // no memory for a picture that cannot be there
    if samples / 1024 > stream.len() as u64 {
        return Err(truncated());
    }
    let mut header = Header::default();
    let mut canvas = None;
    let mut done = [false; 4];
    let mut position = 0;
    let wanted = usize::from(expected.components);
    while header.frame.is_none() || !done.iter().take(wanted).all(|done| *done) {
        let (segment, after) = header.read_segment(stream, position)?;
        position = match segment {
            Segment::Other => after,
            Segment::EndOfImage => return Err(malformed("the end of the image before its last component")),
            Segment::Scan(scan) => {
                let canvas = match &mut canvas {
                    Some(canvas) => canvas,
                    none => none.insert(Canvas::new(&header, expected)?),
                };
                let mut bits = BitReader::new(stream, after);
                canvas.decode_scan(&header, &scan, &mut bits)?;
                for component in &scan.components {
                    if let Some(done) = done.get_mut(component.index) {
                        *done = true;
                    }
                }
                bits.next_marker().unwrap_or(stream.len())
            }
        };
    }
    let (Some(canvas), Some(frame)) = (canvas, &header.frame) else {
        return Err(malformed("no scan"));
    };
    Ok(Picture {
        rows: expected.rows,
        columns: expected.columns,
        components: expected.components,
        precision: frame.precision,
        is_signed: false,
        color: header.stated_color(),
        samples: canvas.finish(frame)?,
    })
}

/// The stream is not as the standard says.
fn malformed(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Malformed, format!("JPEG: {}", what.into()))
}

/// The stream ends before the picture does.
fn truncated() -> Error {
    Error::new(
        ErrorKind::Truncated,
        "the JPEG stream ends before the picture does",
    )
}
