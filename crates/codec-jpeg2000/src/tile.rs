//! How a tile is divided: components, resolutions, sub-bands, precincts, code blocks (T.800, annex B).

use codec::{Error, ErrorKind, Result};

use crate::{
    codestream::{ComponentSettings, TileSettings},
    error::{malformed, unsupported},
    markers::Size,
    tag_tree::{Node, TagTree},
};

/// Which filters made a sub-band: horizontal first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Orientation {
    LowLow,
    HighLow,
    LowHigh,
    HighHigh,
}

/// Left, top, right, bottom.
pub(crate) type Rect = [u32; 4];

#[derive(Debug)]
pub(crate) struct Band {
    pub(crate) rect: Rect,
    pub(crate) orientation: Orientation,
    /// Where its coefficients start among those of the component.
    pub(crate) start: usize,
    /// Magnitude bit planes, Mb.
    pub(crate) planes: u8,
    /// Quantization step.
    pub(crate) step: f32,
}

#[derive(Debug)]
pub(crate) struct Resolution {
    pub(crate) rect: Rect,
    /// Indices into [`Component::bands`].
    pub(crate) bands: std::ops::Range<usize>,
}

#[derive(Debug)]
pub(crate) struct Component {
    pub(crate) settings: ComponentSettings,
    pub(crate) resolutions: Vec<Resolution>,
    pub(crate) bands: Vec<Band>,
}

/// The code blocks of one precinct in one sub-band.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) band: usize,
    pub(crate) blocks: std::ops::Range<usize>,
    pub(crate) inclusion: TagTree,
    pub(crate) missing_planes: TagTree,
}

#[derive(Debug)]
pub(crate) struct Precinct {
    pub(crate) component: usize,
    pub(crate) resolution: u8,
    /// Where it stands on the reference grid: row and column, for the orders by position.
    pub(crate) place: [u64; 2],
    pub(crate) groups: std::ops::Range<usize>,
    pub(crate) next_layer: u16,
}

#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) component: usize,
    pub(crate) band: usize,
    /// Within the sub-band.
    pub(crate) left: u32,
    pub(crate) top: u32,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) missing_planes: u8,
    /// Lblock: bits of a length.
    pub(crate) length_bits: u8,
    pub(crate) passes: u16,
    pub(crate) segment: u16,
    /// Passes that the current segment still takes.
    pub(crate) segment_left: u16,
    /// First and last of its chunks.
    pub(crate) chunks: Option<[u32; 2]>,
}

#[derive(Debug)]
pub(crate) struct Tile {
    pub(crate) rect: Rect,
    pub(crate) components: Vec<Component>,
    pub(crate) precincts: Vec<Precinct>,
    pub(crate) groups: Vec<Group>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) nodes: Vec<Node>,
}

/// The most bit planes of a block that fit into samples that hold twice the value.
pub(crate) const MOST_PLANES: u8 = 30;

#[expect(clippy::cast_possible_truncation, reason = "no larger than the value")]
const fn ceil_shift(value: u32, shift: u32) -> u32 {
    ((value as u64 + (1 << shift) - 1) >> shift) as u32
}

#[expect(clippy::cast_possible_truncation, reason = "smaller than the value")]
const fn ceil_half(value: u32, low: u64, shift: u32) -> u32 {
    (((value as u64).saturating_sub(low) + (1 << shift) - 1) >> shift) as u32
}

pub(crate) const fn width(rect: &Rect) -> u32 {
    rect[2] - rect[0]
}

pub(crate) const fn height(rect: &Rect) -> u32 {
    rect[3] - rect[1]
}

/// The area of tile `index` on the reference grid, within the image.
pub(crate) fn tile_rect(size: &Size, index: u16) -> Rect {
    let columns = size.tiles()[0];
    let place = [u32::from(index) % columns, u32::from(index) / columns];
    let edge = |axis: usize, at: u32| {
        let edge = u64::from(size.tile_origin[axis]) + u64::from(at) * u64::from(size.tile[axis]);
        let edge = edge.clamp(u64::from(size.image[axis]), u64::from(size.image[axis + 2]));
        u32::try_from(edge).unwrap_or(u32::MAX)
    };
    [
        edge(0, place[0]),
        edge(1, place[1]),
        edge(0, place[0] + 1),
        edge(1, place[1] + 1),
    ]
}

impl Tile {
    /// Divides a tile. `budget`: bytes that its division may take; what is left of them.
    pub(crate) fn new(size: &Size, rect: Rect, settings: &TileSettings, budget: &mut u64) -> Result<Self> {
        let mut tile = Self {
            rect,
            components: Vec::new(),
            precincts: Vec::new(),
            groups: Vec::new(),
            blocks: Vec::new(),
            nodes: Vec::new(),
        };
        for (index, settings) in settings.components.iter().enumerate() {
            let component = component(size, &rect, settings)?;
            for (resolution, at) in component.resolutions.iter().zip(0..) {
                tile.divide(index, &component, resolution, at, budget)?;
            }
            tile.components.push(component);
        }
        Ok(tile)
    }

    fn divide(
        &mut self,
        index: usize,
        component: &Component,
        resolution: &Resolution,
        level: u8,
        budget: &mut u64,
    ) -> Result<()> {
        let coding = &component.settings.coding;
        let [across, down] = coding.precincts[usize::from(level)].map(u32::from);
        let rect = &resolution.rect;
        if width(rect) == 0 || height(rect) == 0 {
            return Ok(());
        }
        // in a sub-band, precincts are half as large as in the resolution it makes
        let halved = u32::from(level > 0);
        let precinct = [across - halved, down - halved];
        let block = [
            precinct[0].min(u32::from(coding.block[0])),
            precinct[1].min(u32::from(coding.block[1])),
        ];
        let columns = rect[0] >> across..ceil_shift(rect[2], across);
        let rows = rect[1] >> down..ceil_shift(rect[3], down);
        let up = u32::from(coding.levels - level);
        for row in rows {
            for column in columns.clone() {
                let first_group = self.groups.len();
                for band in resolution.bands.clone() {
                    let [left, top, right, bottom] = component.bands[band].rect;
                    let cell = |at: u32, shift: u32, low: u32, high: u32| {
                        let edge = u64::from(at) << shift;
                        u32::try_from(edge).unwrap_or(u32::MAX).clamp(low, high)
                    };
                    let area = [
                        cell(column, precinct[0], left, right),
                        cell(row, precinct[1], top, bottom),
                        cell(column + 1, precinct[0], left, right),
                        cell(row + 1, precinct[1], top, bottom),
                    ];
                    self.group(index, band, [left, top], &area, block, budget)?;
                }
                let place = |at: u32, shift: u32, start: u32, tile: u32| {
                    let own = u64::from(at) << shift;
                    if own < u64::from(start) {
                        u64::from(tile)
                    } else {
                        own << up
                    }
                };
                spend(budget, size_of::<Precinct>())?;
                self.precincts.push(Precinct {
                    component: index,
                    resolution: level,
                    place: [
                        place(row, down, rect[1], self.rect[1]),
                        place(column, across, rect[0], self.rect[0]),
                    ],
                    groups: first_group..self.groups.len(),
                    next_layer: 0,
                });
            }
        }
        Ok(())
    }

    /// The code blocks of `area`, a precinct's part of a sub-band that starts at `origin`.
    fn group(
        &mut self,
        component: usize,
        band: usize,
        origin: [u32; 2],
        area: &Rect,
        block: [u32; 2],
        budget: &mut u64,
    ) -> Result<()> {
        if width(area) == 0 || height(area) == 0 {
            return Ok(());
        }
        let columns = area[0] >> block[0]..ceil_shift(area[2], block[0]);
        let rows = area[1] >> block[1]..ceil_shift(area[3], block[1]);
        let count = columns.len() * rows.len();
        // two trees have at most two nodes for each block each
        spend(
            budget,
            size_of::<Group>() + count * (size_of::<Block>() + 4 * size_of::<Node>()),
        )?;
        let first = self.blocks.len();
        for row in rows.clone() {
            for column in columns.clone() {
                let left = (column << block[0]).max(area[0]);
                let top = (row << block[1]).max(area[1]);
                let right = ((column + 1) << block[0]).min(area[2]);
                let bottom = ((row + 1) << block[1]).min(area[3]);
                #[expect(clippy::cast_possible_truncation, reason = "at most 1024")]
                self.blocks.push(Block {
                    component,
                    band,
                    left: left - origin[0],
                    top: top - origin[1],
                    width: (right - left) as u16,
                    height: (bottom - top) as u16,
                    missing_planes: 0,
                    length_bits: 3,
                    passes: 0,
                    segment: 0,
                    segment_left: 0,
                    chunks: None,
                });
            }
        }
        let inclusion = TagTree::new(columns.len(), rows.len(), &mut self.nodes);
        let missing_planes = TagTree::new(columns.len(), rows.len(), &mut self.nodes);
        self.groups.push(Group {
            band,
            blocks: first..self.blocks.len(),
            inclusion,
            missing_planes,
        });
        Ok(())
    }
}

fn spend(budget: &mut u64, bytes: usize) -> Result<()> {
    *budget = budget.checked_sub(bytes as u64).ok_or_else(|| {
        Error::new(
            ErrorKind::Limit,
            "the codestream has more code blocks than memory was allowed for",
        )
    })?;
    Ok(())
}

fn component(size: &Size, tile: &Rect, settings: &ComponentSettings) -> Result<Component> {
    let levels = settings.coding.levels;
    let mut component = Component {
        settings: settings.clone(),
        resolutions: Vec::new(),
        bands: Vec::new(),
    };
    let mut start = 0;
    for level in 0..=levels {
        let up = u32::from(levels - level);
        let first = component.bands.len();
        let orientations: &[Orientation] = if level == 0 {
            &[Orientation::LowLow]
        } else {
            &[Orientation::HighLow, Orientation::LowHigh, Orientation::HighHigh]
        };
        for &orientation in orientations {
            // how often the signal was halved up to this sub-band
            let halved = if level == 0 { up } else { up + 1 };
            let [x, y] = match orientation {
                Orientation::LowLow => [0, 0],
                Orientation::HighLow => [1, 0],
                Orientation::LowHigh => [0, 1],
                Orientation::HighHigh => [1, 1],
            };
            let edge = |at: u32, high: u64| {
                if halved == 0 {
                    at
                } else {
                    ceil_half(at, high << (halved - 1), halved)
                }
            };
            let rect = [
                edge(tile[0], x),
                edge(tile[1], y),
                edge(tile[2], x),
                edge(tile[3], y),
            ];
            let band = band(
                size,
                settings,
                orientation,
                component.bands.len(),
                level,
                rect,
                start,
            )?;
            start += width(&rect) as usize * height(&rect) as usize;
            component.bands.push(band);
        }
        component.resolutions.push(Resolution {
            rect: [
                ceil_shift(tile[0], up),
                ceil_shift(tile[1], up),
                ceil_shift(tile[2], up),
                ceil_shift(tile[3], up),
            ],
            bands: first..component.bands.len(),
        });
    }
    Ok(component)
}

fn band(
    size: &Size,
    settings: &ComponentSettings,
    orientation: Orientation,
    index: usize,
    level: u8,
    rect: Rect,
    start: usize,
) -> Result<Band> {
    let (exponent, mantissa) = settings.quantization.step(index, level.saturating_sub(1))?;
    let gain = match orientation {
        Orientation::LowLow => 0,
        Orientation::HighLow | Orientation::LowHigh => 1,
        Orientation::HighHigh => 2,
    };
    // equations E-2, E-3 and H-1
    let planes = (u16::from(settings.quantization.guard_bits)
        + u16::from(exponent)
        + u16::from(settings.region_shift))
    .checked_sub(1)
    .ok_or_else(|| malformed("a sub-band has no bit planes"))?;
    let planes = u8::try_from(planes).map_err(|_large| unsupported("more bit planes than 30"))?;
    let power = i32::from(size.precision) + gain - i32::from(exponent);
    let step = (1.0 + f32::from(mantissa) / 2048.0) * 2_f32.powi(power);
    Ok(Band {
        rect,
        orientation,
        start,
        planes,
        step,
    })
}
