//! From the code blocks of a tile to samples of the picture.

use codec::Result;

use crate::{
    block::{self, Coded, Scratch, Segment, style},
    ht,
    markers::Size,
    packets::Chunk,
    tile::{Block, Component, MOST_PLANES, Orientation, Rect, Tile, height, width},
    wavelet::{self, Filter, Irreversible, Level, Reversible},
};

/// The picture as it grows, tile by tile.
#[derive(Debug)]
pub(crate) struct Canvas {
    pub(crate) samples: Vec<u8>,
    columns: usize,
    components: usize,
    precision: u8,
    is_signed: bool,
    /// Left and top of the image area.
    origin: [u32; 2],
}

/// A component's samples before they are shifted and clamped.
#[derive(Debug)]
enum Plane {
    Integer(Vec<i32>),
    Real(Vec<f32>),
}

/// Room that one code block needs, kept for the next.
#[derive(Debug, Default)]
pub(crate) struct Room {
    scratch: Scratch,
    rows: ht::Rows,
    data: Vec<u8>,
    segments: Vec<Segment>,
}

impl Canvas {
    pub(crate) fn new(size: &Size, sample_bytes: usize) -> Self {
        let (columns, components) = (size.width() as usize, usize::from(size.components));
        Self {
            samples: vec![0; columns * size.height() as usize * components * sample_bytes],
            columns,
            components,
            precision: size.precision,
            is_signed: size.is_signed,
            origin: [size.image[0], size.image[1]],
        }
    }

    /// Decodes a tile whose packets are read. `has_transform`: its first three components are a colour transform's.
    pub(crate) fn tile(
        &mut self,
        tile: &Tile,
        chunks: &[Chunk<'_>],
        has_transform: bool,
        room: &mut Room,
    ) -> Result<()> {
        let mut planes = Vec::with_capacity(self.components);
        let mut blocks = tile.blocks.as_slice();
        for (index, component) in tile.components.iter().enumerate() {
            let count = blocks.iter().take_while(|block| block.component == index).count();
            let (own, rest) = blocks.split_at(count);
            blocks = rest;
            planes.push(if component.settings.coding.is_reversible {
                Plane::Integer(samples::<Reversible>(component, own, chunks, room)?)
            } else {
                Plane::Real(samples::<Irreversible>(component, own, chunks, room)?)
            });
        }
        if has_transform {
            undo_transform(&mut planes);
        }
        self.store(&tile.rect, &planes);
        Ok(())
    }

    /// Shifts, clamps and interleaves the samples of a tile.
    fn store(&mut self, rect: &Rect, planes: &[Plane]) {
        let half = 1_i32 << (self.precision - 1);
        let shift = if self.is_signed { 0 } else { half };
        let range = if self.is_signed {
            [-half, half - 1]
        } else {
            [0, 2 * half - 1]
        };
        let tile_columns = width(rect) as usize;
        let left = (rect[0] - self.origin[0]) as usize;
        let top = (rect[1] - self.origin[1]) as usize;
        let mut rows = vec![vec![0; tile_columns]; planes.len()];
        for y in 0..height(rect) as usize {
            let own = y * tile_columns..(y + 1) * tile_columns;
            for (row, plane) in rows.iter_mut().zip(planes) {
                match plane {
                    Plane::Integer(plane) => {
                        for (to, sample) in row.iter_mut().zip(&plane[own.clone()]) {
                            *to = sample.wrapping_add(shift).clamp(range[0], range[1]);
                        }
                    }
                    Plane::Real(plane) => {
                        for (to, sample) in row.iter_mut().zip(&plane[own.clone()]) {
                            *to = round(*sample, shift, range);
                        }
                    }
                }
            }
            let to = ((top + y) * self.columns + left) * self.components;
            match self.precision {
                0..=8 => put::<1>(&rows, &mut self.samples[to..]),
                9..=16 => put::<2>(&rows, &mut self.samples[to * 2..]),
                _ => put::<4>(&rows, &mut self.samples[to * 4..]),
            }
        }
    }
}

/// Shifts, clamps and rounds: what is added puts the integer into the low bits of the number.
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "lossy samples have at most 20 bits")]
fn round(sample: f32, shift: i32, [low, high]: [i32; 2]) -> i32 {
    const MAGIC: f32 = 12_582_912.0;
    let (low, high) = (low as f32, high as f32);
    let shifted = sample + shift as f32;
    // written so that it becomes two instructions; what is no number becomes the highest
    let below = if shifted < high { shifted } else { high };
    let within = if below > low { below } else { low };
    #[expect(
        clippy::cast_possible_wrap,
        reason = "the exponent of the magic number leaves the sign free"
    )]
    let bits = ((within + MAGIC).to_bits() & 0x7f_ffff) as i32;
    bits - 0x40_0000
}

/// Interleaves a row of all components, `N` bytes a sample.
#[inline]
fn put<const N: usize>(rows: &[Vec<i32>], out: &mut [u8]) {
    let out = out.as_chunks_mut::<N>().0;
    let bytes = |sample: &i32| {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&sample.to_le_bytes()[..N]);
        bytes
    };
    match rows {
        [grey] => {
            for (to, sample) in out.iter_mut().zip(grey) {
                *to = bytes(sample);
            }
        }
        [red, green, blue] => {
            let pixels = out.as_chunks_mut::<3>().0;
            for (((to, red), green), blue) in pixels.iter_mut().zip(red).zip(green).zip(blue) {
                *to = [bytes(red), bytes(green), bytes(blue)];
            }
        }
        _ => {
            for (component, row) in rows.iter().enumerate() {
                for (to, sample) in out.chunks_mut(rows.len()).zip(row) {
                    to[component] = bytes(sample);
                }
            }
        }
    }
}

/// Decodes the blocks of a component and undoes its wavelet transform.
fn samples<F: Filter>(
    component: &Component,
    blocks: &[Block],
    chunks: &[Chunk<'_>],
    room: &mut Room,
) -> Result<Vec<F::Sample>> {
    let area = |rect: &Rect| width(rect) as usize * height(rect) as usize;
    let total = component.bands.iter().map(|band| area(&band.rect)).sum();
    let mut coefficients = vec![F::Sample::default(); total];
    for block in blocks {
        decode_block::<F>(component, block, chunks, room, &mut coefficients)?;
    }
    let mut rest = coefficients;
    let mut levels = component.resolutions.iter();
    let first = levels.next().map_or(0, |lowest| area(&lowest.rect));
    let mut joined = if component.resolutions.len() == 1 {
        return Ok(rest);
    } else {
        rest[..first].to_vec()
    };
    let mut rest = &mut rest[first..];
    for level in levels {
        let [high_low, low_high, high_high] =
            [0, 1, 2].map(|at| area(&component.bands[level.bands.start + at].rect));
        let (own, after) = rest.split_at_mut(high_low + low_high + high_high);
        rest = after;
        let (high_low, own) = own.split_at_mut(high_low);
        let (low_high, high_high) = own.split_at_mut(low_high);
        let mut out = vec![F::Sample::default(); area(&level.rect)];
        let mut bands = Level::<F> {
            low_low: &mut joined,
            high_low,
            low_high,
            high_high,
            rect: level.rect,
        };
        wavelet::join(&mut bands, &mut out);
        joined = out;
    }
    Ok(joined)
}

fn decode_block<F: Filter>(
    component: &Component,
    block: &Block,
    chunks: &[Chunk<'_>],
    room: &mut Room,
    coefficients: &mut [F::Sample],
) -> Result<()> {
    let Some([first, last]) = block.chunks else {
        return Ok(());
    };
    let band = &component.bands[block.band];
    room.segments.clear();
    room.data.clear();
    let mut at = Some(first);
    while let Some(chunk) = at.and_then(|at| chunks.get(at as usize)) {
        if first != last {
            room.data.extend_from_slice(chunk.data);
        }
        match room.segments.last_mut() {
            Some(last) if last.index == chunk.segment => {
                last.passes += chunk.passes;
                last.length += chunk.data.len();
            }
            _ => room.segments.push(Segment {
                index: chunk.segment,
                passes: chunk.passes,
                length: chunk.data.len(),
            }),
        }
        at = chunk.next;
    }
    let coding = &component.settings.coding;
    let coded = Coded {
        data: if first == last {
            chunks[first as usize].data
        } else {
            &room.data
        },
        segments: &room.segments,
        width: block.width.into(),
        height: block.height.into(),
        planes: (band.planes - block.missing_planes).min(MOST_PLANES),
        orientation: band.orientation,
        style: coding.style,
    };
    if coding.style & style::HIGH_THROUGHPUT != 0 {
        ht::decode(&coded, &mut room.scratch, &mut room.rows)?;
    } else {
        block::decode(&coded, &mut room.scratch);
    }
    let samples = &mut room.scratch.samples;
    let shift = u32::from(component.settings.region_shift);
    if shift > 0 {
        raise_background(samples, shift);
    }
    let (high, above) = levels_of(band.orientation, component, block.band);
    let step = if component.resolutions.len() > 1 {
        band.step * F::gain(high, above)
    } else {
        band.step
    };
    let stride = width(&band.rect) as usize;
    let start = band.start + block.top as usize * stride + block.left as usize;
    for (row, out) in samples
        .chunks(coded.width)
        .zip(coefficients[start..].chunks_mut(stride))
    {
        for (out, value) in out.iter_mut().zip(row) {
            *out = F::coefficient(*value, step);
        }
    }
    Ok(())
}

/// How many high-pass filters made a sub-band, and through how many levels its picture goes on as the low one.
fn levels_of(orientation: Orientation, component: &Component, band: usize) -> (u32, u32) {
    let high = match orientation {
        Orientation::LowLow => 0,
        Orientation::HighLow | Orientation::LowHigh => 1,
        Orientation::HighHigh => 2,
    };
    let level = band.saturating_sub(1) / 3;
    let levels = u32::from(component.settings.coding.levels);
    (
        high,
        levels
            .saturating_sub(1)
            .saturating_sub(u32::try_from(level).unwrap_or(0)),
    )
}

/// H.1: the region of interest lies above the background, by `shift` planes.
fn raise_background(samples: &mut [i32], shift: u32) {
    for sample in samples {
        let magnitude = sample.unsigned_abs();
        if u64::from(magnitude) >> 1 >= 1_u64 << shift.min(40) {
            #[expect(clippy::cast_possible_wrap, reason = "smaller than before")]
            let lowered = (magnitude >> shift.min(31)) as i32;
            *sample = if *sample < 0 { -lowered } else { lowered };
        }
    }
}

/// Annex G.2 and G.3: the first three components are red, green and blue again.
fn undo_transform(planes: &mut [Plane]) {
    match planes {
        [Plane::Integer(y), Plane::Integer(u), Plane::Integer(v), ..] => {
            for ((y, u), v) in y.iter_mut().zip(u).zip(v) {
                let green = y.wrapping_sub(u.wrapping_add(*v) >> 2);
                (*y, *u, *v) = (v.wrapping_add(green), green, u.wrapping_add(green));
            }
        }
        [Plane::Real(y), Plane::Real(u), Plane::Real(v), ..] => {
            for ((y, u), v) in y.iter_mut().zip(u).zip(v) {
                let (luma, blue, red) = (*y, *u, *v);
                (*y, *u, *v) = (
                    luma + 1.402 * red,
                    luma - 0.344_13 * blue - 0.714_14 * red,
                    luma + 1.772 * blue,
                );
            }
        }
        _ => {}
    }
}
