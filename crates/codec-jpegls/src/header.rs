//! Marker segments of a JPEG-LS stream (ISO 14495-1 annex C).

use codec::{Error, ErrorKind, Result};

use crate::{malformed, scan::Interleave, truncated};

/// The frame header.
#[derive(Debug, Clone)]
pub(crate) struct FrameHeader {
    /// Bits a sample, 2 to 16.
    pub(crate) precision: u8,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Names of the components.
    pub(crate) components: Vec<u8>,
}

/// A scan header.
#[derive(Debug, Clone)]
pub(crate) struct ScanHeader {
    /// Places of its components in the frame header.
    pub(crate) components: Vec<usize>,
    pub(crate) near: u8,
    pub(crate) interleave: Interleave,
}

/// What a segment was, apart from what it left in the [`Header`].
pub(crate) enum Segment {
    Other,
    Scan(ScanHeader),
    EndOfImage,
}

/// All that the segments so far have said.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) frame: Option<FrameHeader>,
    /// Lines between restart markers.
    pub(crate) restart_interval: usize,
    /// MAXVAL, T1, T2, T3, RESET; 0 for the default.
    pub(crate) presets: [u16; 5],
}

impl Header {
    /// Reads the segment at `position`; gives it and the byte after it.
    ///
    /// # Errors
    /// `truncated`, `malformed`, or `unsupported`.
    pub(crate) fn read_segment(&mut self, data: &[u8], position: usize) -> Result<(Segment, usize)> {
        let rest = data.get(position..).unwrap_or_default();
        let fill = rest.iter().take_while(|byte| **byte == 0xFF).count();
        let marker = *rest.get(fill).ok_or_else(truncated)?;
        if fill == 0 {
            return Err(malformed("a byte where a marker should be"));
        }
        let position = position + fill + 1;
        match marker {
            0xD8 | 0x01 | 0xD0..=0xD7 => return Ok((Segment::Other, position)),
            0xD9 => return Ok((Segment::EndOfImage, position)),
            _ => {}
        }
        let length = data
            .get(position..)
            .and_then(|rest| rest.first_chunk::<2>())
            .ok_or_else(truncated)?;
        let end = position + usize::from(u16::from_be_bytes(*length));
        let body = match data.get(position + 2..end) {
            Some(body) => body,
            None if end < position + 2 => return Err(malformed("a segment shorter than its length field")),
            None => return Err(truncated()),
        };
        match marker {
            0xF7 => self.read_frame(body)?,
            0xF8 => self.read_presets(body)?,
            0xDA => return Ok((Segment::Scan(self.read_scan(body)?), end)),
            0xDD => {
                self.restart_interval = body
                    .iter()
                    .take(4)
                    .fold(0, |all, &byte| all << 8 | usize::from(byte));
            }
            0xE8 => check_transform(body)?,
            0xC0..=0xC3 | 0xC5..=0xCF => return Err(unsupported("the frame is another kind of JPEG")),
            _ => {}
        }
        Ok((Segment::Other, end))
    }

    fn read_frame(&mut self, body: &[u8]) -> Result<()> {
        let (&[precision, r0, r1, c0, c1, count], components) = body
            .split_first_chunk::<6>()
            .ok_or_else(|| malformed("a short frame header"))?;
        let components = components.as_chunks::<3>().0;
        if self.frame.is_some() || components.len() != usize::from(count) || !(1..=4).contains(&count) {
            return Err(malformed("an impossible frame header"));
        }
        if !(2..=16).contains(&precision) {
            return Err(malformed(format!("samples of {precision} bits")));
        }
        if components
            .iter()
            .any(|&[_, factors, _]| factors != components[0][1])
        {
            return Err(unsupported("components of different sizes"));
        }
        self.frame = Some(FrameHeader {
            precision,
            rows: usize::from(u16::from_be_bytes([r0, r1])),
            columns: usize::from(u16::from_be_bytes([c0, c1])),
            components: components.iter().map(|&[id, _, _]| id).collect(),
        });
        Ok(())
    }

    /// LSE: coding parameters; mapping tables and sizes of more than 16 bits have no place in DICOM.
    fn read_presets(&mut self, body: &[u8]) -> Result<()> {
        match body {
            [1, values @ ..] if values.len() == 10 => {
                for (to, from) in self.presets.iter_mut().zip(values.as_chunks::<2>().0) {
                    *to = u16::from_be_bytes(*from);
                }
                Ok(())
            }
            [2..=4, ..] => Err(unsupported("mapping tables or a size of more than 16 bits")),
            _ => Err(malformed("unknown coding parameters")),
        }
    }

    fn read_scan(&self, body: &[u8]) -> Result<ScanHeader> {
        let short = || malformed("a short scan header");
        let frame = self
            .frame
            .as_ref()
            .ok_or_else(|| malformed("a scan before its frame header"))?;
        let (&count, rest) = body.split_first().ok_or_else(short)?;
        let (selectors, rest) = rest.split_at_checked(2 * usize::from(count)).ok_or_else(short)?;
        let &[near, interleave, transform] = rest.first_chunk::<3>().ok_or_else(short)?;
        let mut components = Vec::with_capacity(usize::from(count));
        for &[id, table] in selectors.as_chunks::<2>().0 {
            let index = frame
                .components
                .iter()
                .position(|component| *component == id)
                .ok_or_else(|| malformed("a scan of a component that is not in the frame"))?;
            if table != 0 {
                return Err(unsupported("mapping tables"));
            }
            components.push(index);
        }
        if transform != 0 {
            return Err(unsupported("a point transform"));
        }
        let interleave = match (interleave, components.len()) {
            (_, 1) => Interleave::None,
            (1, 2..) => Interleave::Line,
            (2, 3) => Interleave::Sample,
            (2, _) => return Err(unsupported("other than three interleaved samples")),
            _ => return Err(malformed("several components that are not interleaved")),
        };
        if components.len() > frame.components.len() {
            return Err(malformed("a scan of more components than there are"));
        }
        Ok(ScanHeader {
            components,
            near,
            interleave,
        })
    }
}

/// "mrfx" is the colour transform of HP's first encoder, which DICOM does not have.
fn check_transform(body: &[u8]) -> Result<()> {
    match body {
        [b'm', b'r', b'f', b'x', 1..=3, ..] => Err(unsupported("a colour transform of HP")),
        _ => Ok(()),
    }
}

fn unsupported(what: &'static str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("JPEG-LS: the frame uses {what}, which this build does not decode"),
    )
}
