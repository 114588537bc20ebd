//! JPEG as DICOM uses it: baseline (8 bit) and lossless (2 to 16 bit), one frame at a time (ISO 10918-1).
//!
//! Samples come out as coded: no colour transform is applied, what the stream says of its colours is told.

mod baseline;
mod bits;
mod header;
mod huffman;
mod idct;
mod lossless;
mod upsample;

use baseline::{Plane, ScanComponent};
use bits::BitReader;
use header::{Header, Kind, ScanHeader, Segment};

use crate::{Error, ErrorKind, Result};

/// The picture that the data set announces; a stream of another size is refused before anything is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) components: usize,
    /// Bytes of a sample in the output: 1, 2 or 4.
    pub(crate) sample_bytes: usize,
}

/// What the stream itself says of its three components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatedColor {
    /// Component names "RGB", or an Adobe marker without a transform.
    Rgb,
    /// A JFIF marker, or an Adobe marker with the YCbCr transform.
    Ybr,
    /// Nothing: Photometric Interpretation decides.
    Nothing,
}

/// A decoded frame: little-endian samples, colour by pixel.
#[derive(Debug)]
pub(crate) struct Decoded {
    pub(crate) samples: Vec<u8>,
    pub(crate) color: StatedColor,
}

/// Decodes one frame.
///
/// # Errors
/// [`ErrorKind::Truncated`] when the stream ends early, [`ErrorKind::UnsupportedTransferSyntax`] for another
/// process of JPEG, [`ErrorKind::Malformed`] otherwise.
pub(crate) fn decode(data: &[u8], expected: &Expected) -> Result<Decoded> {
    // the flattest picture, subsampled as far as the standard goes, has fewer than 1024 samples a byte:
    // no memory for a picture that cannot be there
    if expected.rows * expected.columns * expected.components / 1024 > data.len() {
        return Err(truncated());
    }
    let mut header = Header::default();
    let mut picture = None;
    let mut done = [false; 4];
    let mut position = 0;
    while !expected_components(&header, expected)
        .is_some_and(|count| done.iter().take(count).all(|done| *done))
    {
        let (segment, after) = header.read_segment(data, position)?;
        position = match segment {
            Segment::Other => after,
            Segment::EndOfImage => return Err(malformed("the end of the image before its last component")),
            Segment::Scan(scan) => {
                let picture = match &mut picture {
                    Some(picture) => picture,
                    none => none.insert(Picture::new(&header, expected)?),
                };
                let mut bits = BitReader::new(data, after);
                picture.decode_scan(&header, &scan, expected, &mut bits)?;
                for component in &scan.components {
                    if let Some(done) = done.get_mut(component.index) {
                        *done = true;
                    }
                }
                bits.next_marker().unwrap_or(data.len())
            }
        };
    }
    let samples = match picture {
        Some(picture) => picture.finish(&header, expected)?,
        None => return Err(malformed("no scan")),
    };
    Ok(Decoded {
        samples,
        color: header.stated_color(),
    })
}

fn expected_components(header: &Header, expected: &Expected) -> Option<usize> {
    header.frame.as_ref().map(|_| expected.components)
}

/// The samples while scans arrive.
enum Picture {
    Planes(Vec<Plane>),
    /// Colour by pixel, in the output's width.
    Interleaved(Vec<u8>),
}

impl Picture {
    /// Room for the picture of the frame header, once it is the expected one.
    fn new(header: &Header, expected: &Expected) -> Result<Self> {
        let frame = header
            .frame
            .as_ref()
            .ok_or_else(|| malformed("a scan before its frame header"))?;
        if (frame.rows, frame.columns, frame.components.len())
            != (expected.rows, expected.columns, expected.components)
        {
            return Err(malformed(format!(
                "the JPEG stream is {} x {} with {} components, the data set says {} x {} with {}",
                frame.rows,
                frame.columns,
                frame.components.len(),
                expected.rows,
                expected.columns,
                expected.components
            )));
        }
        if usize::from(frame.precision).div_ceil(8) > expected.sample_bytes {
            return Err(malformed(format!(
                "JPEG samples of {} bits do not fit into the {} that are allocated",
                frame.precision,
                expected.sample_bytes * 8
            )));
        }
        match frame.kind {
            Kind::Sequential => {
                let mcus = frame.mcus();
                let planes = frame
                    .components
                    .iter()
                    .map(|component| Plane::new(frame.component_size(component), mcus, component.factors));
                Ok(Self::Planes(planes.collect()))
            }
            Kind::Lossless
                if frame
                    .components
                    .iter()
                    .any(|component| component.factors != [1, 1]) =>
            {
                Err(malformed("a lossless stream with subsampled components"))
            }
            Kind::Lossless => {
                let bytes = expected.rows * expected.columns * expected.components * expected.sample_bytes;
                Ok(Self::Interleaved(vec![0; bytes]))
            }
        }
    }

    fn decode_scan(
        &mut self,
        header: &Header,
        scan: &ScanHeader,
        expected: &Expected,
        bits: &mut BitReader<'_>,
    ) -> Result<()> {
        let frame = header
            .frame
            .as_ref()
            .ok_or_else(|| malformed("a scan before its frame header"))?;
        match self {
            Self::Planes(planes) => {
                let mut components = Vec::with_capacity(scan.components.len());
                // scan components are in the order of the frame's (B.2.3), so one walk lends each plane once
                let mut planes = planes.iter_mut().enumerate();
                for selected in &scan.components {
                    let plane = planes
                        .find(|(index, _)| *index == selected.index)
                        .map(|(_, plane)| plane);
                    let (Some(plane), Some(component)) = (plane, frame.components.get(selected.index)) else {
                        return Err(malformed("scan components out of order"));
                    };
                    components.push(ScanComponent {
                        plane,
                        factors: component.factors,
                        dc: header.dc_table(selected.dc)?,
                        ac: header.ac_table(selected.ac)?,
                        quantisation: header.quantisation(component.quantisation)?,
                        last_dc: 0,
                    });
                }
                baseline::decode_scan(bits, &mut components, frame.mcus(), header.restart_interval)
            }
            Self::Interleaved(samples) => {
                let tables = scan
                    .components
                    .iter()
                    .map(|selected| header.dc_table(selected.dc));
                let tables = tables.collect::<Result<Vec<_>>>()?;
                let lossless = lossless::Scan {
                    columns: expected.columns,
                    rows: expected.rows,
                    predictor: scan.start,
                    point_transform: scan.low,
                    precision: frame.precision,
                    restart_interval: header.restart_interval,
                };
                lossless::decode_scan(bits, &tables, &lossless, |row, component, values| {
                    if let Some(selected) = scan.components.get(component) {
                        put_row(samples, expected, row, selected.index, values);
                    }
                })
            }
        }
    }

    /// The samples, colour by pixel and in the output's width.
    fn finish(self, header: &Header, expected: &Expected) -> Result<Vec<u8>> {
        let frame = header
            .frame
            .as_ref()
            .ok_or_else(|| malformed("no frame header"))?;
        match self {
            Self::Interleaved(samples) => Ok(samples),
            Self::Planes(planes) => {
                let components: Vec<_> = planes
                    .iter()
                    .zip(&frame.components)
                    .map(|(plane, component)| upsample::Component {
                        plane,
                        scale: frame.scale(component),
                    })
                    .collect();
                let bytes = upsample::interleave(&components, expected.columns, expected.rows)?;
                Ok(match expected.sample_bytes {
                    1 => bytes,
                    wide => {
                        let mut samples = vec![0; bytes.len() * wide];
                        samples
                            .iter_mut()
                            .step_by(wide)
                            .zip(bytes)
                            .for_each(|(to, from)| *to = from);
                        samples
                    }
                })
            }
        }
    }
}

/// Writes one row of one component of a lossless stream.
fn put_row(samples: &mut [u8], expected: &Expected, row: usize, component: usize, values: &[u16]) {
    let (count, width) = (expected.components, expected.sample_bytes);
    let row_bytes = expected.columns * count * width;
    let start = row * row_bytes;
    let to = samples.get_mut(start..start + row_bytes).unwrap_or_default();
    match (count, width) {
        (1, 2) => {
            for (to, value) in to.chunks_exact_mut(2).zip(values) {
                to.copy_from_slice(&value.to_le_bytes());
            }
        }
        _ => {
            let width_used = width.min(2);
            for (to, value) in to.chunks_exact_mut(count * width).zip(values) {
                let sample = to.get_mut(component * width..).unwrap_or_default();
                sample
                    .iter_mut()
                    .zip(&value.to_le_bytes()[..width_used])
                    .for_each(|(to, &from)| *to = from);
            }
        }
    }
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
