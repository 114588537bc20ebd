//! Packets: which code blocks go on in a layer, and their bytes (T.800, B.9, B.10 and B.12).

use codec::{Error, ErrorKind, Result};

use crate::{
    block::style,
    codestream::{TileParts, TileSettings},
    error::{malformed, truncated, unsupported},
    markers::Progression,
    reader::{Bits, Reader},
    tile::{Block, Component, MOST_PLANES, Tile},
};

/// Bytes of a code block from one packet, of one segment.
#[derive(Debug)]
pub(crate) struct Chunk<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) passes: u16,
    pub(crate) segment: u16,
    pub(crate) next: Option<u32>,
}

/// What is read of a block before its bytes come.
struct Pending {
    block: usize,
    passes: u16,
    segment: u16,
    length: usize,
}

struct Packets<'t, 'a> {
    tile: &'t mut Tile,
    bodies: std::vec::IntoIter<&'a [u8]>,
    body: Reader<'a>,
    /// Packet headers, where they are apart.
    headers: Option<(std::vec::IntoIter<&'a [u8]>, Reader<'a>)>,
    has_end_marker: bool,
    chunks: Vec<Chunk<'a>>,
    /// The most chunks that memory was allowed for.
    most: u64,
    pending: Vec<Pending>,
}

/// Reads the packets of a tile. A picture that lacks packets is complete only if it was `may_end` early: at the end of a
/// packet, as when layers were left out. `budget`: bytes that may be used.
pub(crate) fn read<'a>(
    tile: &mut Tile,
    parts: &TileParts<'a>,
    settings: &TileSettings,
    budget: u64,
    may_end: bool,
) -> Result<Vec<Chunk<'a>>> {
    let layers = settings.packets.layers;
    let mut bodies = parts.bodies.clone().into_iter();
    let body = Reader(bodies.next().unwrap_or_default());
    let headers = (!parts.headers.is_empty()).then(|| (parts.headers.clone().into_iter(), Reader(&[])));
    let has_end_marker = settings.packets.has_end_marker;
    let mut packets = Packets {
        tile,
        bodies,
        body,
        headers,
        has_end_marker,
        chunks: Vec::new(),
        // the list doubles as it grows
        most: budget / (3 * size_of::<Chunk<'_>>() as u64),
        pending: Vec::new(),
    };
    for progression in &settings.progressions {
        for (precinct, layer) in order(packets.tile, progression, layers) {
            // a packet comes once, even where progressions overlap
            if packets.tile.precincts[precinct].next_layer != layer {
                continue;
            }
            packets.advance();
            if may_end && packets.is_at_end() {
                return Ok(packets.chunks);
            }
            packets.packet(precinct, layer)?;
            packets.tile.precincts[precinct].next_layer = layer + 1;
        }
    }
    Ok(packets.chunks)
}

/// The packets of a progression, as precinct and layer.
fn order(tile: &Tile, progression: &Progression, layers: u16) -> impl Iterator<Item = (usize, u16)> + use<> {
    let layers = layers.min(progression.layers);
    let within = |index: usize| {
        let precinct = &tile.precincts[index];
        (progression.resolutions[0]..progression.resolutions[1]).contains(&precinct.resolution)
            && (usize::from(progression.components[0])..usize::from(progression.components[1]))
                .contains(&precinct.component)
    };
    let mut precincts: Vec<usize> = (0..tile.precincts.len()).filter(|index| within(*index)).collect();
    precincts.sort_by_key(|index| {
        let precinct = &tile.precincts[*index];
        let (component, resolution) = (precinct.component as u64, u64::from(precinct.resolution));
        let [row, column] = precinct.place;
        match progression.order {
            // layer or resolution first
            0 | 1 => [resolution, component, 0, 0],
            2 => [resolution, row, column, component],
            3 => [row, column, component, resolution],
            _ => [component, row, column, resolution],
        }
    });
    // runs of precincts that go through all layers together
    let runs: Vec<usize> = match progression.order {
        0 => vec![precincts.len()],
        1 => precincts
            .chunk_by(|a, b| tile.precincts[*a].resolution == tile.precincts[*b].resolution)
            .map(<[_]>::len)
            .collect(),
        _ => vec![1; precincts.len()],
    };
    // the layers that an earlier progression has taken from all of a run are passed over at once
    let mut rest = precincts.as_slice();
    let mut starts = Vec::with_capacity(runs.len());
    for count in runs {
        let (run, after) = rest.split_at(count);
        rest = after;
        let start = run.iter().map(|at| tile.precincts[*at].next_layer).min();
        starts.push((count, start.unwrap_or(0)));
    }
    let mut rest = precincts.into_iter();
    starts.into_iter().flat_map(move |(count, start)| {
        let run: Vec<usize> = rest.by_ref().take(count).collect();
        (start..layers).flat_map(move |layer| run.clone().into_iter().map(move |precinct| (precinct, layer)))
    })
}

impl<'a> Packets<'_, 'a> {
    /// On to the next tile-part when one is used up.
    fn advance(&mut self) {
        while self.body.0.is_empty() {
            match self.bodies.next() {
                Some(body) => self.body = Reader(body),
                None => break,
            }
        }
        if let Some((rest, header)) = &mut self.headers {
            while header.0.is_empty() {
                match rest.next() {
                    Some(next) => *header = Reader(next),
                    None => break,
                }
            }
        }
    }

    fn is_at_end(&self) -> bool {
        match &self.headers {
            Some((_, header)) => header.0.is_empty(),
            None => self.body.0.is_empty(),
        }
    }

    fn packet(&mut self, precinct: usize, layer: u16) -> Result<()> {
        // start of packet: six bytes that tell nothing new
        if self.body.0.starts_with(&[0xff, 0x91, 0, 4]) {
            self.body.take(6)?;
        }
        let mut apart = self.headers.take();
        let mut body = self.body.clone();
        {
            let header = apart.as_mut().map_or(&mut body, |(_, header)| header);
            self.header(precinct, layer, header)?;
            if self.has_end_marker && header.0.starts_with(&[0xff, 0x92]) {
                header.take(2)?;
            }
        }
        self.headers = apart;
        self.body = body;
        if (self.chunks.len() + self.pending.len()) as u64 > self.most {
            return Err(Error::new(
                ErrorKind::Limit,
                "the codestream has more packets than memory was allowed for",
            ));
        }
        for pending in self.pending.drain(..) {
            let data = self
                .body
                .take(pending.length)
                .map_err(|_end| truncated("the codestream ends within a packet"))?;
            let at = u32::try_from(self.chunks.len()).map_err(|_many| malformed("too many packets"))?;
            let block = &mut self.tile.blocks[pending.block];
            if let Some([_, last]) = block.chunks {
                self.chunks[last as usize].next = Some(at);
            }
            block.chunks = Some([block.chunks.map_or(at, |[first, _]| first), at]);
            let Pending { passes, segment, .. } = pending;
            self.chunks.push(Chunk {
                data,
                passes,
                segment,
                next: None,
            });
        }
        Ok(())
    }

    fn header(&mut self, precinct: usize, layer: u16, header: &mut Reader<'a>) -> Result<()> {
        self.pending.clear();
        let mut bits = Bits::new(header);
        if !bits.bit()? {
            return bits.finish();
        }
        let Tile {
            components,
            precincts,
            groups,
            blocks,
            nodes,
            ..
        } = &mut *self.tile;
        let precinct = &precincts[precinct];
        let component = &components[precinct.component];
        for group in &groups[precinct.groups.clone()] {
            for at in group.blocks.clone() {
                let block = &mut blocks[at];
                let leaf = at - group.blocks.start;
                let is_included = if block.passes > 0 {
                    bits.bit()?
                } else {
                    group.inclusion.read(nodes, leaf, layer + 1, &mut bits)?.is_some()
                };
                if !is_included {
                    continue;
                }
                if block.passes == 0 {
                    block.missing_planes = missing_planes(component, group.band, |limit| {
                        group.missing_planes.read(nodes, leaf, limit, &mut bits)
                    })?;
                }
                lengths(
                    at,
                    block,
                    component.settings.coding.style,
                    &mut bits,
                    &mut self.pending,
                )?;
            }
        }
        bits.finish()
    }
}

fn missing_planes(
    component: &Component,
    band: usize,
    mut read: impl FnMut(u16) -> Result<Option<u16>>,
) -> Result<u8> {
    let planes = component.bands[band].planes;
    for limit in 1..=u16::from(planes) + 1 {
        if let Some(missing) = read(limit)? {
            let missing = u8::try_from(missing).unwrap_or(u8::MAX);
            if planes - missing > MOST_PLANES {
                return Err(unsupported("more bit planes than 30"));
            }
            return Ok(missing);
        }
    }
    Err(malformed(
        "a code block lacks more bit planes than its sub-band has",
    ))
}

/// B.10.6 and B.10.7: how many passes a block gets, and how many bytes.
fn lengths(
    index: usize,
    block: &mut Block,
    style: u8,
    bits: &mut Bits<'_, '_>,
    pending: &mut Vec<Pending>,
) -> Result<()> {
    let mut passes = passes(bits)?;
    while bits.bit()? {
        block.length_bits += 1;
        if block.length_bits > 31 {
            return Err(malformed("a code block states a length that cannot be"));
        }
    }
    let before = block.passes;
    block.passes += passes;
    if block.passes > 3 * 40 {
        return Err(malformed("a code block has too many passes"));
    }
    if style & style::HIGH_THROUGHPUT != 0 {
        return high_throughput_lengths(index, block, (before, passes), bits, pending);
    }
    if before == 0 {
        block.segment_left = capacity(style, 0);
    }
    while passes > 0 {
        let count = passes.min(block.segment_left);
        let length = length(block, count, bits)?;
        pending.push(Pending {
            block: index,
            passes: count,
            segment: block.segment,
            length,
        });
        passes -= count;
        block.segment_left -= count;
        if block.segment_left == 0 {
            block.segment += 1;
            block.segment_left = capacity(style, block.segment);
        }
    }
    Ok(())
}

/// The length of `count` passes that belong together.
fn length(block: &Block, count: u16, bits: &mut Bits<'_, '_>) -> Result<usize> {
    let length_bits = u32::from(block.length_bits) + count.ilog2();
    if length_bits > 32 {
        return Err(malformed("a code block states a length that cannot be"));
    }
    Ok(bits.take(length_bits)? as usize)
}

/// T.814, B.3: passes without bytes stand for missing bit planes until the first cleanup pass; after that, each cleanup
/// pass is a segment, and so are the two that refine it.
fn high_throughput_lengths(
    index: usize,
    block: &mut Block,
    (mut before, mut passes): (u16, u16),
    bits: &mut Bits<'_, '_>,
    pending: &mut Vec<Pending>,
) -> Result<()> {
    let has_cleanup = block.segment > 0;
    if !has_cleanup {
        let refining = (before + passes - 1) % 3;
        let up_to_cleanup = passes.checked_sub(refining).filter(|count| *count > 0);
        let first = length(block, up_to_cleanup.unwrap_or(passes), bits)?;
        match up_to_cleanup {
            Some(count) if first > 0 => {
                before += count;
                passes = refining;
                block.segment = 1;
                pending.push(Pending {
                    block: index,
                    passes: 1,
                    segment: (before - 1) / 3 * 2,
                    length: first,
                });
            }
            _ => {
                // all of them are placeholders: the length is read as if for all
                let more = passes.ilog2() - up_to_cleanup.unwrap_or(passes).ilog2();
                if first > 0 || bits.take(more)? > 0 {
                    return Err(malformed("a placeholder pass of an HTJ2K code block has bytes"));
                }
                return Ok(());
            }
        }
    }
    while passes > 0 {
        let refines = before % 3 > 0;
        let count = if refines { passes.min(3 - before % 3) } else { 1 };
        let length = length(block, count, bits)?;
        let segment = before / 3 * 2 + u16::from(refines);
        pending.push(Pending {
            block: index,
            passes: count,
            segment,
            length,
        });
        before += count;
        passes -= count;
    }
    Ok(())
}

/// The passes that a segment takes.
const fn capacity(style: u8, segment: u16) -> u16 {
    if style & style::TERMINATE_ALL != 0 {
        1
    } else if style & style::BYPASS != 0 {
        match segment {
            0 => 10,
            _ if segment % 2 == 1 => 2,
            _ => 1,
        }
    } else {
        u16::MAX
    }
}

/// Table B.4.
#[expect(clippy::cast_possible_truncation, reason = "at most 164")]
fn passes(bits: &mut Bits<'_, '_>) -> Result<u16> {
    if !bits.bit()? {
        return Ok(1);
    }
    if !bits.bit()? {
        return Ok(2);
    }
    let more = bits.take(2)?;
    if more < 3 {
        return Ok(3 + more as u16);
    }
    let more = bits.take(5)?;
    if more < 31 {
        return Ok(6 + more as u16);
    }
    Ok(37 + bits.take(7)? as u16)
}
