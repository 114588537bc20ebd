//! The main header and the tile-parts of a codestream, and the boxes around it.

use std::collections::BTreeMap;

use codec::Result;

use crate::{
    error::{malformed, truncated, unsupported},
    markers::{
        Coding, EOC, PPM, PPT, Packets, Progression, Quantization, SIZ, SOC, SOD, SOT, Segments, Size,
    },
    reader::Reader,
};

/// The codestream inside of a JP2 or JPH file, or `stream` itself. PS3.5 8.2.4 wants the codestream alone.
pub(crate) fn unwrap(stream: &[u8]) -> Result<&[u8]> {
    const SIGNATURE: &[u8] = b"\0\0\0\x0cjP  \r\n\x87\n";
    if !stream.starts_with(SIGNATURE) {
        return Ok(stream);
    }
    let mut boxes = Reader(stream);
    loop {
        let length = boxes.long()?;
        let name = boxes.take(4)?;
        let length = match length {
            0 => boxes.0.len(),
            1 => {
                boxes.long()?; // a codestream of four gigabytes is none of ours
                (boxes.long()? as usize).saturating_sub(16)
            }
            length => (length as usize).saturating_sub(8),
        };
        let body = &boxes.0[..length.min(boxes.0.len())];
        if name == b"jp2c" {
            return Ok(body);
        }
        boxes.take(length)?;
    }
}

/// All tile-parts of one tile.
#[derive(Debug, Default)]
pub(crate) struct TileParts<'a> {
    segments: Segments,
    /// Bytes after SOD, by tile-part.
    pub(crate) bodies: Vec<&'a [u8]>,
    /// Packet headers that are kept apart (PPT), in order.
    pub(crate) headers: Vec<&'a [u8]>,
}

/// A codestream, taken apart.
#[derive(Debug)]
pub(crate) struct Codestream<'a> {
    pub(crate) size: Size,
    main: Segments,
    pub(crate) tiles: BTreeMap<u16, TileParts<'a>>,
    /// Whether the last tile-part lacks bytes that it announces.
    pub(crate) is_cut: bool,
}

/// How a component of a tile is coded.
#[derive(Debug, Clone)]
pub(crate) struct ComponentSettings {
    pub(crate) coding: Coding,
    pub(crate) quantization: Quantization,
    pub(crate) region_shift: u8,
}

/// How a tile is coded.
#[derive(Debug, Clone)]
pub(crate) struct TileSettings {
    pub(crate) packets: Packets,
    pub(crate) components: Vec<ComponentSettings>,
    pub(crate) progressions: Vec<Progression>,
}

/// Reads SIZ only, so that a picture of another size is refused first.
pub(crate) fn size(stream: &[u8]) -> Result<(Size, Reader<'_>)> {
    let mut reader = Reader(stream);
    if reader.short()? != SOC || reader.short()? != SIZ {
        return Err(malformed("no JPEG 2000 codestream"));
    }
    let size = Size::read(&mut reader.segment()?)?;
    Ok((size, reader))
}

impl<'a> Codestream<'a> {
    pub(crate) fn read(size: Size, mut reader: Reader<'a>) -> Result<Self> {
        let mut main = Segments::default();
        loop {
            match reader.short()? {
                SOT => break,
                PPM => return Err(unsupported("packet headers in the main header")),
                marker @ (SOD | EOC | 0..=0xfeff) => {
                    return Err(malformed(format!("marker {marker:04x} in the main header")));
                }
                0xff30..=0xff3f => {}
                marker => main.read(marker, &mut reader.segment()?, size.components)?,
            }
        }
        let mut stream = Self {
            size,
            main,
            tiles: BTreeMap::new(),
            is_cut: false,
        };
        while stream.tile_part(&mut reader)? {}
        Ok(stream)
    }

    /// Reads a tile-part, whose SOT is taken already. Says whether another follows.
    fn tile_part(&mut self, reader: &mut Reader<'a>) -> Result<bool> {
        let start = reader.0.len() + 2;
        let mut segment = reader.segment()?;
        let (tile, length) = (segment.short()?, segment.long()? as usize);
        let [columns, rows] = self.size.tiles();
        if u64::from(tile) >= u64::from(columns) * u64::from(rows) {
            return Err(malformed("a tile-part of a tile that is none"));
        }
        let parts = self.tiles.entry(tile).or_default();
        loop {
            match reader.short()? {
                SOD => break,
                marker @ (SOT | EOC | 0..=0xfeff) => {
                    return Err(malformed(format!(
                        "marker {marker:04x} in the header of a tile-part"
                    )));
                }
                0xff30..=0xff3f => {}
                PPT => {
                    let mut segment = reader.segment()?;
                    segment.byte()?;
                    parts.headers.push(segment.0);
                }
                marker => parts
                    .segments
                    .read(marker, &mut reader.segment()?, self.size.components)?,
            }
        }
        let header = start - reader.0.len();
        let body = if length == 0 {
            // the last one, up to the end of the codestream
            let padded = reader.0.len() - reader.0.iter().rev().take_while(|byte| **byte == 0).count();
            let end = if reader.0[..padded].ends_with(&EOC.to_be_bytes()) {
                padded - 2
            } else {
                reader.0.len()
            };
            reader.take(end)?
        } else {
            let length = length
                .checked_sub(header)
                .ok_or_else(|| malformed("a tile-part is shorter than its header"))?;
            self.is_cut |= length > reader.0.len();
            reader.take(length.min(reader.0.len()))?
        };
        parts.bodies.push(body);
        // an end without EOC is forgiven: what matters is whether the packets are there
        Ok(reader.short().is_ok_and(|marker| marker == SOT))
    }

    /// What holds for a tile: its own COC before its COD, before the main header's COC and COD (T.800, A.6.1).
    pub(crate) fn settings(&self, tile: &TileParts<'_>) -> Result<TileSettings> {
        let (main, own) = (&self.main, &tile.segments);
        let (packets, default) = own
            .cod
            .or(main.cod)
            .ok_or_else(|| malformed("the codestream states no coding style"))?;
        let of = |list: &[(u16, Coding)], component| {
            list.iter()
                .rev()
                .find(|(at, _)| *at == component)
                .map(|(_, coding)| *coding)
        };
        let steps = |list: &[(u16, Quantization)], component| {
            list.iter()
                .rev()
                .find(|(at, _)| *at == component)
                .map(|(_, steps)| steps.clone())
        };
        let components = (0..self.size.components)
            .map(|component| {
                let coding = of(&own.coc, component)
                    .or(own.cod.map(|(_, coding)| coding))
                    .or_else(|| of(&main.coc, component))
                    .unwrap_or(default);
                let quantization = steps(&own.qcc, component)
                    .or_else(|| own.qcd.clone())
                    .or_else(|| steps(&main.qcc, component))
                    .or_else(|| main.qcd.clone())
                    .ok_or_else(|| malformed("the codestream states no quantization"))?;
                let shift = |list: &[(u16, u8)]| {
                    list.iter()
                        .rev()
                        .find(|(at, _)| *at == component)
                        .map(|(_, shift)| *shift)
                };
                let region_shift = shift(&own.rgn).or_else(|| shift(&main.rgn)).unwrap_or(0);
                Ok(ComponentSettings {
                    coding,
                    quantization,
                    region_shift,
                })
            })
            .collect::<Result<_>>()?;
        let mut progressions = if own.poc.is_empty() {
            main.poc.clone()
        } else {
            own.poc.clone()
        };
        // whatever POC leaves out follows in the order of COD
        progressions.push(Progression {
            order: packets.progression,
            resolutions: [0, 33],
            components: [0, u16::MAX],
            layers: packets.layers,
        });
        Ok(TileSettings {
            packets,
            components,
            progressions,
        })
    }

    /// Whether every tile has begun.
    pub(crate) fn check_tiles(&self) -> Result<()> {
        let [columns, rows] = self.size.tiles();
        if self.tiles.len() as u64 != u64::from(columns) * u64::from(rows) {
            return Err(truncated("the codestream lacks tiles"));
        }
        Ok(())
    }
}
