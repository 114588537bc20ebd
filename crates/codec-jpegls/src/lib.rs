//! JPEG-LS as DICOM uses it (ISO 14495-1): lossless and near-lossless, 2 to 16 bit, one frame at a time.
#![forbid(unsafe_code)]

mod bits;
mod header;
mod model;
mod scan;

use bits::BitReader;
use codec::{Error, ErrorKind, Expected, Picture, Result, StatedColor};
use header::{FrameHeader, Header, Segment};
use model::Presets;
use scan::Scan;

/// Decodes one frame.
///
/// # Errors
/// [`ErrorKind::Truncated`] when the stream ends early, [`ErrorKind::Unsupported`] for what has no place in DICOM,
/// [`ErrorKind::Limit`], [`ErrorKind::Malformed`] otherwise.
pub fn decode(stream: &[u8], expected: &Expected) -> Result<Picture> {
    // every line has at least one bit: no memory for a picture that cannot be there
    if u64::from(expected.rows) > 8 * stream.len() as u64 {
        return Err(truncated());
    }
    let mut header = Header::default();
    let mut samples = Vec::new();
    let mut done = 0_usize;
    let mut position = 0;
    while done.count_ones() < u32::from(expected.components) {
        let (segment, after) = header.read_segment(stream, position)?;
        position = match (segment, &header.frame) {
            (Segment::Other, _) => after,
            (Segment::Scan(selected), Some(frame)) => {
                if samples.is_empty() {
                    samples = vec![0; output_bytes(frame, expected)?];
                }
                let near = i32::from(selected.near);
                let scan = Scan {
                    rows: frame.rows,
                    columns: frame.columns,
                    presets: Presets::new(header.presets, frame.precision, near)?,
                    near,
                    interleave: selected.interleave,
                    restart_interval: header.restart_interval,
                };
                let mut bits = BitReader::new(stream, after);
                scan::decode(
                    &mut bits,
                    selected.components.len(),
                    &scan,
                    |row, component, values| {
                        if let Some(&component) = selected.components.get(component) {
                            put_row(&mut samples, frame, row, component, values);
                        }
                    },
                )?;
                done |= selected
                    .components
                    .iter()
                    .fold(0, |all, component| all | 1 << component);
                bits.next_marker().unwrap_or(stream.len())
            }
            _ => return Err(malformed("the end of the image before its last component")),
        };
    }
    let precision = header.frame.map_or(0, |frame| frame.precision);
    Ok(Picture {
        rows: expected.rows,
        columns: expected.columns,
        components: expected.components,
        precision,
        is_signed: false,
        color: StatedColor::Nothing,
        samples,
    })
}

/// The size of the output, once the picture is the expected one and allowed.
fn output_bytes(frame: &FrameHeader, expected: &Expected) -> Result<usize> {
    let stated = (
        frame.rows as u64,
        frame.columns as u64,
        frame.components.len() as u64,
    );
    let announced = (
        u64::from(expected.rows),
        u64::from(expected.columns),
        u64::from(expected.components),
    );
    if stated != announced {
        return Err(malformed(format!(
            "the stream is {} x {} with {} components, the data set says {} x {} with {}",
            stated.0, stated.1, stated.2, announced.0, announced.1, announced.2
        )));
    }
    if frame.precision > expected.bits_allocated {
        return Err(malformed(format!(
            "samples of {} bits do not fit into the {} that are allocated",
            frame.precision, expected.bits_allocated
        )));
    }
    let bytes = stated.0 * stated.1 * stated.2 * u64::from(frame.precision).div_ceil(8);
    // tables and two lines of each component besides
    let needed = bytes + (1 << 18) + stated.1 * stated.2 * 4;
    usize::try_from(bytes)
        .ok()
        .filter(|_| needed <= expected.max_bytes)
        .ok_or_else(|| {
            let text = format!(
                "decoding the JPEG-LS stream needs {needed} bytes; the limit is {}",
                expected.max_bytes
            );
            Error::new(ErrorKind::Limit, text)
        })
}

/// Writes one row of one component.
fn put_row(samples: &mut [u8], frame: &FrameHeader, row: usize, component: usize, values: &[u16]) {
    let count = frame.components.len();
    let width = usize::from(frame.precision).div_ceil(8);
    let row_bytes = frame.columns * count * width;
    let to = samples
        .chunks_exact_mut(row_bytes.max(1))
        .nth(row)
        .unwrap_or_default();
    match (count, width) {
        (1, 1) => to
            .iter_mut()
            .zip(values)
            .for_each(|(to, value)| *to = low(*value)),
        (1, _) => {
            for (to, value) in to.as_chunks_mut::<2>().0.iter_mut().zip(values) {
                *to = value.to_le_bytes();
            }
        }
        (_, 1) => {
            let to = to.iter_mut().skip(component).step_by(count);
            to.zip(values).for_each(|(to, value)| *to = low(*value));
        }
        _ => {
            let to = to
                .as_chunks_mut::<2>()
                .0
                .iter_mut()
                .skip(component)
                .step_by(count);
            to.zip(values).for_each(|(to, value)| *to = value.to_le_bytes());
        }
    }
}

#[inline(always)]
const fn low(value: u16) -> u8 {
    value.to_le_bytes()[0]
}

/// The stream is not as the standard says.
fn malformed(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Malformed, format!("JPEG-LS: {}", what.into()))
}

/// The stream ends before the picture does.
fn truncated() -> Error {
    Error::new(
        ErrorKind::Truncated,
        "the JPEG-LS stream ends before the picture does",
    )
}
