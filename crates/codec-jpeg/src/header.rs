//! Marker segments of a JPEG stream (ISO 10918-1 annex B.2).

use codec::{Error, ErrorKind, Result, StatedColor};

use super::{huffman::HuffmanTable, malformed, truncated};

/// The processes that this build decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// SOF0 or SOF1.
    Sequential,
    /// SOF2.
    Progressive,
    /// SOF3.
    Lossless,
}

/// One component of the frame header.
#[derive(Debug, Clone)]
pub(crate) struct Component {
    pub(crate) id: u8,
    /// Horizontal and vertical sampling factors, 1 to 4.
    pub(crate) factors: [usize; 2],
    /// Which quantisation table, 0 to 3.
    pub(crate) quantisation: u8,
}

/// The frame header.
#[derive(Debug, Clone)]
pub(crate) struct FrameHeader {
    pub(crate) kind: Kind,
    /// Bits a sample.
    pub(crate) precision: u8,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) components: Vec<Component>,
}

impl FrameHeader {
    /// Bytes of a sample in the output.
    pub(crate) fn sample_bytes(&self) -> usize {
        usize::from(self.precision).div_ceil(8)
    }

    /// Bytes of the output.
    pub(crate) fn output_bytes(&self) -> usize {
        self.rows * self.columns * self.components.len() * self.sample_bytes()
    }

    fn largest_factors(&self) -> [usize; 2] {
        [0, 1].map(|axis| {
            self.components
                .iter()
                .map(|component| component.factors[axis])
                .max()
                .unwrap_or(1)
        })
    }

    /// MCUs across and down, of interleaved scans.
    pub(crate) fn mcus(&self) -> [usize; 2] {
        let [h, v] = self.largest_factors();
        [self.columns.div_ceil(8 * h), self.rows.div_ceil(8 * v)]
    }

    /// Columns and rows of a component (A.1.1).
    pub(crate) fn component_size(&self, component: &Component) -> [usize; 2] {
        let largest = self.largest_factors();
        [
            (self.columns * component.factors[0]).div_ceil(largest[0]),
            (self.rows * component.factors[1]).div_ceil(largest[1]),
        ]
    }

    /// How many times larger the picture is than a component; 0 where that is not a whole number.
    pub(crate) fn scale(&self, component: &Component) -> [usize; 2] {
        let largest = self.largest_factors();
        [0, 1].map(|axis| {
            let factor = component.factors[axis];
            if largest[axis].is_multiple_of(factor) {
                largest[axis] / factor
            } else {
                0
            }
        })
    }
}

/// A component of a scan header.
#[derive(Debug, Clone)]
pub(crate) struct Selected {
    /// Its place in the frame header.
    pub(crate) index: usize,
    pub(crate) dc: u8,
    pub(crate) ac: u8,
}

/// A scan header.
#[derive(Debug, Clone)]
pub(crate) struct ScanHeader {
    pub(crate) components: Vec<Selected>,
    /// Ss: first coefficient, or the predictor.
    pub(crate) start: u8,
    /// Se: last coefficient.
    pub(crate) end: u8,
    /// Ah: the bit before, in scans that refine coefficients.
    pub(crate) high: u8,
    /// Al: the point transform.
    pub(crate) low: u8,
}

/// What a segment was, apart from tables that it left in the [`Header`].
pub(crate) enum Segment {
    Other,
    Scan(ScanHeader),
    EndOfImage,
}

/// All that the segments so far have said.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub(crate) frame: Option<FrameHeader>,
    pub(crate) restart_interval: usize,
    dc: [Option<HuffmanTable>; 4],
    ac: [Option<HuffmanTable>; 4],
    quantisation: [Option<[u16; 64]>; 4],
    has_jfif: bool,
    adobe_transform: Option<u8>,
}

impl Header {
    /// Reads the segment at `position`; gives it and the byte after it.
    ///
    /// # Errors
    /// `truncated`, `malformed`, or an unsupported process.
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
        let segment = match marker {
            0xC0..=0xC3 => {
                self.read_frame(marker, body)?;
                Segment::Other
            }
            0xC4 => {
                self.read_huffman(body)?;
                Segment::Other
            }
            0xC5..=0xCF => return Err(unsupported(marker)),
            0xDA => Segment::Scan(self.read_scan(body)?),
            0xDB => {
                self.read_quantisation(body)?;
                Segment::Other
            }
            0xDD => {
                let interval = body
                    .first_chunk::<2>()
                    .ok_or_else(|| malformed("an empty restart interval"))?;
                self.restart_interval = usize::from(u16::from_be_bytes(*interval));
                Segment::Other
            }
            0xE0 => {
                self.has_jfif |= body.starts_with(b"JFIF\0");
                Segment::Other
            }
            0xEE => {
                if let (true, Some(&transform)) = (body.starts_with(b"Adobe"), body.get(11)) {
                    self.adobe_transform = Some(transform);
                }
                Segment::Other
            }
            _ => Segment::Other,
        };
        Ok((segment, end))
    }

    fn read_frame(&mut self, marker: u8, body: &[u8]) -> Result<()> {
        let (&[precision, r0, r1, c0, c1, count], components) = body
            .split_first_chunk::<6>()
            .ok_or_else(|| malformed("a short frame header"))?;
        let kind = match marker {
            0xC2 => Kind::Progressive,
            0xC3 => Kind::Lossless,
            _ => Kind::Sequential,
        };
        match (kind, precision) {
            (Kind::Sequential | Kind::Progressive, 8 | 12) | (Kind::Lossless, 2..=16) => {}
            _ => return Err(malformed(format!("samples of {precision} bits"))),
        }
        let components: Vec<Component> = components
            .chunks_exact(3)
            .take(usize::from(count))
            .filter_map(|component| match *component {
                [id, factors, quantisation] => Some(Component {
                    id,
                    factors: [usize::from(factors >> 4), usize::from(factors & 15)],
                    quantisation,
                }),
                _ => None,
            })
            .collect();
        let are_sound = components
            .iter()
            .all(|c| c.factors.iter().all(|factor| (1..=4).contains(factor)));
        if self.frame.is_some()
            || components.len() != usize::from(count)
            || !are_sound
            || !(1..=4).contains(&count)
        {
            return Err(malformed("an impossible frame header"));
        }
        self.frame = Some(FrameHeader {
            kind,
            precision,
            rows: usize::from(u16::from_be_bytes([r0, r1])),
            columns: usize::from(u16::from_be_bytes([c0, c1])),
            components,
        });
        Ok(())
    }

    fn read_scan(&self, body: &[u8]) -> Result<ScanHeader> {
        let short = || malformed("a short scan header");
        let frame = self
            .frame
            .as_ref()
            .ok_or_else(|| malformed("a scan before its frame header"))?;
        let (&count, rest) = body.split_first().ok_or_else(short)?;
        let (selectors, rest) = rest.split_at_checked(2 * usize::from(count)).ok_or_else(short)?;
        let &[start, end, approximation] = rest.first_chunk::<3>().ok_or_else(short)?;
        let mut components = Vec::with_capacity(usize::from(count));
        for selector in selectors.chunks_exact(2) {
            let &[id, tables] = selector else {
                return Err(short());
            };
            let index = frame
                .components
                .iter()
                .position(|component| component.id == id)
                .ok_or_else(|| malformed("a scan of a component that is not in the frame"))?;
            components.push(Selected {
                index,
                dc: tables >> 4,
                ac: tables & 15,
            });
        }
        if components.is_empty() || components.len() > frame.components.len() {
            return Err(malformed("a scan without components"));
        }
        Ok(ScanHeader {
            components,
            start,
            end,
            high: approximation >> 4,
            low: approximation & 15,
        })
    }

    fn read_huffman(&mut self, mut body: &[u8]) -> Result<()> {
        while let Some((&class_and_place, rest)) = body.split_first() {
            let (counts, rest) = rest
                .split_first_chunk::<16>()
                .ok_or_else(|| malformed("a short Huffman table"))?;
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, rest) = rest
                .split_at_checked(total)
                .ok_or_else(|| malformed("a short Huffman table"))?;
            let tables = if class_and_place >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            let place = tables.get_mut(usize::from(class_and_place & 15));
            *place.ok_or_else(|| malformed("a fifth Huffman table"))? =
                Some(HuffmanTable::new(counts, symbols)?);
            body = rest;
        }
        Ok(())
    }

    fn read_quantisation(&mut self, mut body: &[u8]) -> Result<()> {
        while let Some((&precision_and_place, rest)) = body.split_first() {
            let width = if precision_and_place >> 4 == 0 { 1 } else { 2 };
            let (values, rest) = rest
                .split_at_checked(64 * width)
                .ok_or_else(|| malformed("a short quantisation table"))?;
            let mut table = [0; 64];
            for (to, from) in table.iter_mut().zip(values.chunks_exact(width)) {
                *to = from.iter().fold(0, |value, &byte| value << 8 | u16::from(byte));
            }
            let place = self.quantisation.get_mut(usize::from(precision_and_place & 15));
            *place.ok_or_else(|| malformed("a fifth quantisation table"))? = Some(table);
            body = rest;
        }
        Ok(())
    }

    pub(crate) fn dc_table(&self, place: u8) -> Result<&HuffmanTable> {
        table(&self.dc, place)
    }

    pub(crate) fn ac_table(&self, place: u8) -> Result<&HuffmanTable> {
        table(&self.ac, place)
    }

    pub(crate) fn quantisation(&self, place: u8) -> Result<&[u16; 64]> {
        table(&self.quantisation, place)
    }

    /// What the stream says of its colours: names first, then Adobe's marker, then JFIF's.
    pub(crate) fn stated_color(&self) -> StatedColor {
        let ids = self
            .frame
            .iter()
            .flat_map(|frame| frame.components.iter().map(|component| component.id));
        if ids.clone().eq(*b"RGB") || ids.eq(*b"rgb") {
            return StatedColor::Rgb;
        }
        match (self.adobe_transform, self.has_jfif) {
            (Some(0), _) => StatedColor::Rgb,
            (Some(1), _) | (None, true) => StatedColor::Ybr,
            _ => StatedColor::Nothing,
        }
    }
}

fn table<T>(tables: &[Option<T>; 4], place: u8) -> Result<&T> {
    let table = tables.get(usize::from(place)).and_then(Option::as_ref);
    table.ok_or_else(|| malformed("a scan that needs a table which is not there"))
}

fn unsupported(marker: u8) -> Error {
    let process = match marker {
        0xC9..=0xCF => "arithmetic coding",
        _ => "hierarchical",
    };
    Error::new(
        ErrorKind::Unsupported,
        format!("the frame is JPEG of a process ({process}) that this build does not decode"),
    )
}
