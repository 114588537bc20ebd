//! JPEG as DICOM uses it (ISO 10918-1), one frame at a time: sequential and progressive DCT of 8 and 12 bits, and
//! lossless of 2 to 16 bits.
//!
//! Samples come out as coded: no colour transform is applied, what the stream says of its colours is told.
#![forbid(unsafe_code)]

mod bits;
mod canvas;
mod encode;
mod header;
mod huffman;
mod idct;
mod lossless;
mod plane;
mod progressive;
mod sample;
mod sequential;
mod upsample;

use bits::BitReader;
use canvas::Canvas;
use codec::{Error, ErrorKind, Expected, Picture, Result};
use header::{Header, Kind, Segment};

pub use encode::encode;

/// A scan of a few bytes may go over the whole picture. Progressive encoders use about ten.
const MAX_SCANS: u32 = 256;

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
    let mut done = 0_u8;
    let mut scans = 0;
    let mut position = 0;
    loop {
        let is_whole = done.count_ones() == u32::from(expected.components);
        let is_progressive = header
            .frame
            .as_ref()
            .is_some_and(|frame| frame.kind == Kind::Progressive);
        if is_whole && !is_progressive {
            break;
        }
        let (segment, after) = match header.read_segment(stream, position) {
            // the end of the image is missing, or what follows it is
            Err(_) if is_whole => break,
            other => other?,
        };
        position = match segment {
            Segment::Other => after,
            Segment::EndOfImage if is_whole => break,
            Segment::EndOfImage => return Err(malformed("the end of the image before its last component")),
            Segment::Scan(scan) => {
                scans += 1;
                if scans > MAX_SCANS {
                    return Err(Error::new(
                        ErrorKind::Limit,
                        format!("JPEG: more than {MAX_SCANS} scans"),
                    ));
                }
                let canvas = match &mut canvas {
                    Some(canvas) => canvas,
                    none => none.insert(Canvas::new(&header, expected)?),
                };
                let mut bits = BitReader::new(stream, after);
                canvas.decode_scan(&header, &scan, &mut bits)?;
                done |= scan
                    .components
                    .iter()
                    .fold(0, |all, component| all | 1 << component.index);
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
        samples: canvas.finish(&header)?,
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
