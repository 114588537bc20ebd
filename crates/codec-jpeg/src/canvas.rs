//! The picture while scans arrive.

use codec::{Error, ErrorKind, Expected, Result};

use crate::{
    bits::BitReader,
    header::{FrameHeader, Header, Kind, ScanHeader},
    lossless, malformed,
    plane::Plane,
    progressive::{self, Coefficients},
    sample::Sample,
    sequential::{self, ScanComponent},
    upsample,
};

/// The samples so far.
pub(crate) enum Canvas {
    Bytes(Vec<Plane<u8>>),
    Words(Vec<Plane<u16>>),
    Progressive(Vec<Coefficients>),
    /// Colour by pixel, little-endian, in one or two bytes as the precision needs.
    Interleaved(Vec<u8>),
}

impl Canvas {
    /// Room for the picture of the frame header, once it is the expected one.
    pub(crate) fn new(header: &Header, expected: &Expected) -> Result<Self> {
        let frame = frame_of(header)?;
        check(frame, expected)?;
        let mcus = frame.mcus();
        match (frame.kind, frame.precision) {
            (Kind::Sequential, 8) => Ok(Self::Bytes(planes(frame))),
            (Kind::Sequential, _) => Ok(Self::Words(planes(frame))),
            (Kind::Progressive, _) => {
                let components = frame.components.iter();
                let coefficients = components.map(|component| Coefficients::new(mcus, component.factors));
                Ok(Self::Progressive(coefficients.collect()))
            }
            (Kind::Lossless, _)
                if frame
                    .components
                    .iter()
                    .any(|component| component.factors != frame.components[0].factors) =>
            {
                Err(malformed("a lossless stream with subsampled components"))
            }
            (Kind::Lossless, _) => Ok(Self::Interleaved(vec![0; frame.output_bytes()])),
        }
    }

    pub(crate) fn decode_scan(
        &mut self,
        header: &Header,
        scan: &ScanHeader,
        bits: &mut BitReader<'_>,
    ) -> Result<()> {
        let frame = frame_of(header)?;
        match self {
            Self::Bytes(planes) => decode_sequential(planes, header, frame, scan, bits),
            Self::Words(planes) => decode_sequential(planes, header, frame, scan, bits),
            Self::Progressive(components) => progressive::decode_scan(bits, header, frame, scan, components),
            Self::Interleaved(samples) => {
                let tables = scan
                    .components
                    .iter()
                    .map(|selected| header.dc_table(selected.dc));
                let tables = tables.collect::<Result<Vec<_>>>()?;
                let lossless = lossless::Scan {
                    columns: frame.columns,
                    rows: frame.rows,
                    predictor: scan.start,
                    point_transform: scan.low,
                    precision: frame.precision,
                    restart_interval: header.restart_interval,
                };
                lossless::decode_scan(bits, &tables, &lossless, |row, component, values| {
                    if let Some(selected) = scan.components.get(component) {
                        put_row(samples, frame, row, selected.index, values);
                    }
                })
            }
        }
    }

    /// The samples, colour by pixel, little-endian.
    pub(crate) fn finish(self, header: &Header) -> Result<Vec<u8>> {
        let frame = frame_of(header)?;
        match self {
            Self::Interleaved(samples) => Ok(samples),
            Self::Bytes(planes) => interleaved(&planes, frame),
            Self::Words(planes) => interleaved(&planes, frame),
            Self::Progressive(coefficients) if frame.precision == 8 => {
                interleaved(&progressive_planes::<u8>(&coefficients, header, frame)?, frame)
            }
            Self::Progressive(coefficients) => {
                interleaved(&progressive_planes::<u16>(&coefficients, header, frame)?, frame)
            }
        }
    }
}

fn planes<S: Sample>(frame: &FrameHeader) -> Vec<Plane<S>> {
    let mcus = frame.mcus();
    let components = frame.components.iter();
    components
        .map(|component| Plane::new(frame.component_size(component), mcus, component.factors))
        .collect()
}

fn decode_sequential<S: Sample>(
    planes: &mut [Plane<S>],
    header: &Header,
    frame: &FrameHeader,
    scan: &ScanHeader,
    bits: &mut BitReader<'_>,
) -> Result<()> {
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
    sequential::decode_scan(bits, &mut components, frame.mcus(), header.restart_interval)
}

fn progressive_planes<S: Sample>(
    coefficients: &[Coefficients],
    header: &Header,
    frame: &FrameHeader,
) -> Result<Vec<Plane<S>>> {
    let components = coefficients.iter().zip(&frame.components);
    components
        .map(|(coefficients, component)| {
            let quantisation = header.quantisation(component.quantisation)?;
            let size = frame.component_size(component);
            Ok(coefficients.plane(size, frame.mcus(), component.factors, quantisation))
        })
        .collect()
}

fn interleaved<S: Sample>(planes: &[Plane<S>], frame: &FrameHeader) -> Result<Vec<u8>> {
    let components: Vec<_> = planes
        .iter()
        .zip(&frame.components)
        .map(|(plane, component)| upsample::Component {
            plane,
            scale: frame.scale(component),
        })
        .collect();
    upsample::interleave(&components, frame.columns, frame.rows).map(S::into_bytes)
}

fn frame_of(header: &Header) -> Result<&FrameHeader> {
    header
        .frame
        .as_ref()
        .ok_or_else(|| malformed("a scan before its frame header"))
}

/// # Errors
/// Unless the frame is the one that the data set announces, and allowed.
fn check(frame: &FrameHeader, expected: &Expected) -> Result<()> {
    let announced = (
        expected.rows as usize,
        expected.columns as usize,
        usize::from(expected.components),
    );
    if (frame.rows, frame.columns, frame.components.len()) != announced {
        return Err(malformed(format!(
            "the stream is {} x {} with {} components, the data set says {} x {} with {}",
            frame.rows,
            frame.columns,
            frame.components.len(),
            expected.rows,
            expected.columns,
            expected.components
        )));
    }
    if frame.precision > expected.bits_allocated {
        return Err(malformed(format!(
            "samples of {} bits do not fit into the {} that are allocated",
            frame.precision, expected.bits_allocated
        )));
    }
    let needed = needed_bytes(frame);
    if needed > expected.max_bytes {
        let text = format!(
            "decoding the JPEG stream needs {needed} bytes; the limit is {}",
            expected.max_bytes
        );
        return Err(Error::new(ErrorKind::Limit, text));
    }
    Ok(())
}

/// Bytes of coefficients, planes and output, no less than will be allocated.
fn needed_bytes(frame: &FrameHeader) -> u64 {
    let [across, down] = frame.mcus().map(|count| count as u64);
    let output = frame.rows as u64 * frame.columns as u64 * frame.components.len() as u64;
    let blocks: u64 = frame
        .components
        .iter()
        .map(|component| component.factors.iter().product::<usize>() as u64)
        .sum();
    let planes = (across * down).saturating_mul(blocks * 64);
    // words are copied once more on their way to bytes
    let of_planes = match frame.kind {
        Kind::Lossless => 0,
        Kind::Sequential => planes * frame.sample_bytes() as u64,
        Kind::Progressive => planes * (2 + frame.sample_bytes() as u64),
    };
    let copies = if frame.kind == Kind::Lossless {
        1
    } else {
        frame.sample_bytes() as u64
    };
    of_planes + output * frame.sample_bytes() as u64 * copies
}

/// Writes one row of one component of a lossless stream.
fn put_row(samples: &mut [u8], frame: &FrameHeader, row: usize, component: usize, values: &[u16]) {
    let (count, width) = (frame.components.len(), frame.sample_bytes());
    let row_bytes = frame.columns * count * width;
    let start = row * row_bytes;
    let to = samples.get_mut(start..start + row_bytes).unwrap_or_default();
    match (count, width) {
        (1, 2) => {
            for (to, value) in to.as_chunks_mut::<2>().0.iter_mut().zip(values) {
                *to = value.to_le_bytes();
            }
        }
        _ => {
            for (to, value) in to.chunks_exact_mut(count * width).zip(values) {
                let sample = to.get_mut(component * width..).unwrap_or_default();
                sample
                    .iter_mut()
                    .zip(&value.to_le_bytes()[..width])
                    .for_each(|(to, &from)| *to = from);
            }
        }
    }
}
