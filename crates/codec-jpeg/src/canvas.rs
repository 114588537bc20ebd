//! The picture while scans arrive.

use codec::{Error, ErrorKind, Expected, Result};

use crate::{
    baseline::{self, Plane, ScanComponent},
    bits::BitReader,
    header::{FrameHeader, Header, Kind, ScanHeader},
    lossless, malformed, upsample,
};

/// The samples so far.
pub(crate) enum Canvas {
    Planes(Vec<Plane>),
    /// Colour by pixel, little-endian, in one or two bytes as the precision needs.
    Interleaved(Vec<u8>),
}

impl Canvas {
    /// Room for the picture of the frame header, once it is the expected one.
    pub(crate) fn new(header: &Header, expected: &Expected) -> Result<Self> {
        let frame = frame_of(header)?;
        if (frame.rows, frame.columns, frame.components.len())
            != (
                expected.rows as usize,
                expected.columns as usize,
                usize::from(expected.components),
            )
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
        if frame.precision > expected.bits_allocated {
            return Err(malformed(format!(
                "JPEG samples of {} bits do not fit into the {} that are allocated",
                frame.precision, expected.bits_allocated
            )));
        }
        let needed = needed_bytes(frame);
        if needed > expected.max_bytes {
            return Err(Error::new(
                ErrorKind::Limit,
                format!(
                    "decoding the JPEG stream needs {needed} bytes; the limit is {}",
                    expected.max_bytes
                ),
            ));
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
            Kind::Lossless => Ok(Self::Interleaved(vec![0; frame.output_bytes()])),
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
    pub(crate) fn finish(self, frame: &FrameHeader) -> Result<Vec<u8>> {
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
                upsample::interleave(&components, frame.columns, frame.rows)
            }
        }
    }
}

fn frame_of(header: &Header) -> Result<&FrameHeader> {
    header
        .frame
        .as_ref()
        .ok_or_else(|| malformed("a scan before its frame header"))
}

/// Bytes of the planes and of the output, no less than will be allocated.
fn needed_bytes(frame: &FrameHeader) -> u64 {
    let [across, down] = frame.mcus().map(|count| count as u64);
    let planes: u64 = match frame.kind {
        Kind::Lossless => 0,
        Kind::Sequential => frame
            .components
            .iter()
            .map(|component| component.factors.iter().product::<usize>() as u64 * 64)
            .sum(),
    };
    let output = frame.rows as u64 * frame.columns as u64 * frame.components.len() as u64;
    (across * down).saturating_mul(planes) + output * frame.sample_bytes() as u64
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
