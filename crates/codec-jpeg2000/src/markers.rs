//! Marker segments that say how a picture is coded (T.800, annex A).

use codec::Result;

use crate::{
    block::style,
    error::{malformed, unsupported},
    reader::Reader,
};

pub(crate) const SOC: u16 = 0xff4f;
pub(crate) const SOT: u16 = 0xff90;
pub(crate) const SOD: u16 = 0xff93;
pub(crate) const EOC: u16 = 0xffd9;
pub(crate) const SIZ: u16 = 0xff51;
const COD: u16 = 0xff52;
const COC: u16 = 0xff53;
const QCD: u16 = 0xff5c;
const QCC: u16 = 0xff5d;
const RGN: u16 = 0xff5e;
const POC: u16 = 0xff5f;
pub(crate) const PPM: u16 = 0xff60;
pub(crate) const PPT: u16 = 0xff61;

/// SIZ: the reference grid and the components.
#[derive(Debug, Clone)]
pub(crate) struct Size {
    /// Left, top, right and bottom of the image area.
    pub(crate) image: [u32; 4],
    pub(crate) tile: [u32; 2],
    pub(crate) tile_origin: [u32; 2],
    pub(crate) components: u16,
    pub(crate) precision: u8,
    pub(crate) is_signed: bool,
}

impl Size {
    pub(crate) fn read(segment: &mut Reader<'_>) -> Result<Self> {
        segment.short()?; // capabilities; what is beyond us has markers of its own
        let (right, bottom, left, top) = (segment.long()?, segment.long()?, segment.long()?, segment.long()?);
        let tile = [segment.long()?, segment.long()?];
        let tile_origin = [segment.long()?, segment.long()?];
        let components = segment.short()?;
        let is_sound = left < right
            && top < bottom
            && right <= i32::MAX as u32
            && bottom <= i32::MAX as u32
            && tile_origin[0] <= left
            && tile_origin[1] <= top
            && tile_origin[0].checked_add(tile[0]).is_none_or(|end| end > left)
            && tile_origin[1].checked_add(tile[1]).is_none_or(|end| end > top)
            && tile[0] > 0
            && tile[1] > 0
            && components > 0;
        if !is_sound {
            return Err(malformed("the codestream states a size that cannot be"));
        }
        let mut depth = None;
        for _ in 0..components {
            let (own, step) = (segment.byte()?, (segment.byte()?, segment.byte()?));
            if step != (1, 1) {
                return Err(unsupported("subsampled components"));
            }
            if *depth.get_or_insert(own) != own {
                return Err(unsupported("components of different depths"));
            }
        }
        let depth = depth.unwrap_or(0);
        let precision = (depth & 0x7f) + 1;
        if precision > 38 {
            return Err(malformed("the codestream states a precision that cannot be"));
        }
        if precision > 24 {
            return Err(unsupported("more than 24 bits a sample"));
        }
        Ok(Self {
            image: [left, top, right, bottom],
            tile,
            tile_origin,
            components,
            precision,
            is_signed: depth & 0x80 != 0,
        })
    }

    pub(crate) const fn width(&self) -> u32 {
        self.image[2] - self.image[0]
    }

    pub(crate) const fn height(&self) -> u32 {
        self.image[3] - self.image[1]
    }

    /// Columns and rows of tiles.
    pub(crate) const fn tiles(&self) -> [u32; 2] {
        [
            (self.image[2] - self.tile_origin[0]).div_ceil(self.tile[0]),
            (self.image[3] - self.tile_origin[1]).div_ceil(self.tile[1]),
        ]
    }
}

/// COD without the part that COC repeats.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Packets {
    pub(crate) has_end_marker: bool,
    pub(crate) progression: u8,
    pub(crate) layers: u16,
    pub(crate) has_component_transform: bool,
}

/// How a component is transformed and divided: COD or COC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coding {
    pub(crate) levels: u8,
    /// Binary logarithms of the width and height of code blocks.
    pub(crate) block: [u8; 2],
    pub(crate) style: u8,
    pub(crate) is_reversible: bool,
    /// Binary logarithms of precinct width and height by resolution.
    pub(crate) precincts: [[u8; 2]; 33],
}

/// QCD or QCC.
#[derive(Debug, Clone)]
pub(crate) struct Quantization {
    style: u8,
    pub(crate) guard_bits: u8,
    steps: Vec<u16>,
}

impl Quantization {
    /// Exponent and mantissa of a sub-band, in the order of the codestream. `level`: how often its resolution was
    /// halved before the lowest.
    pub(crate) fn step(&self, band: usize, below: u8) -> Result<(u8, u16)> {
        let at = if self.style == 1 { 0 } else { band };
        let step = *self
            .steps
            .get(at)
            .ok_or_else(|| malformed("a sub-band has no quantization step"))?;
        let exponent = (step >> 11) as u8;
        let exponent = if self.style == 1 {
            exponent.saturating_sub(below)
        } else {
            exponent
        };
        Ok((exponent, step & 0x7ff))
    }
}

/// One change of progression.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progression {
    pub(crate) order: u8,
    pub(crate) resolutions: [u8; 2],
    pub(crate) components: [u16; 2],
    pub(crate) layers: u16,
}

/// The marker segments of one header, as they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Segments {
    pub(crate) cod: Option<(Packets, Coding)>,
    pub(crate) coc: Vec<(u16, Coding)>,
    pub(crate) qcd: Option<Quantization>,
    pub(crate) qcc: Vec<(u16, Quantization)>,
    pub(crate) rgn: Vec<(u16, u8)>,
    pub(crate) poc: Vec<Progression>,
}

impl Segments {
    /// Reads a segment of the main header or of a tile-part's.
    pub(crate) fn read(&mut self, marker: u16, segment: &mut Reader<'_>, components: u16) -> Result<()> {
        let index = |segment: &mut Reader<'_>| {
            if components < 257 {
                segment.byte().map(u16::from)
            } else {
                segment.short()
            }
        };
        match marker {
            COD => {
                let flags = segment.byte()?;
                let progression = segment.byte()?;
                let layers = segment.short()?;
                let transform = segment.byte()?;
                if progression > 4 || layers == 0 {
                    return Err(malformed("COD states a progression or layers that cannot be"));
                }
                if transform > 1 {
                    return Err(unsupported("a component transform of JPEG 2000 Part 2"));
                }
                let packets = Packets {
                    has_end_marker: flags & 4 != 0,
                    progression,
                    layers,
                    has_component_transform: transform == 1,
                };
                self.cod = Some((packets, coding(segment, flags & 1 != 0)?));
            }
            COC => {
                let component = index(segment)?;
                let has_precincts = segment.byte()? & 1 != 0;
                self.coc.push((component, coding(segment, has_precincts)?));
            }
            QCD => self.qcd = Some(quantization(segment)?),
            QCC => {
                let component = index(segment)?;
                self.qcc.push((component, quantization(segment)?));
            }
            RGN => {
                let component = index(segment)?;
                if segment.byte()? != 0 {
                    return Err(unsupported("a region of interest of JPEG 2000 Part 2"));
                }
                self.rgn.push((component, segment.byte()?));
            }
            POC => {
                while !segment.0.is_empty() {
                    let first = segment.byte()?;
                    let from = index(segment)?;
                    let layers = segment.short()?;
                    let last = segment.byte()?;
                    let to = index(segment)?;
                    let order = segment.byte()?;
                    if order > 4 {
                        return Err(malformed("POC states a progression that cannot be"));
                    }
                    // a byte cannot say 256, so 0 does
                    let to = if to == 0 { u16::MAX } else { to };
                    if self.poc.len() >= 100 {
                        return Err(unsupported("more than 100 changes of progression"));
                    }
                    self.poc.push(Progression {
                        order,
                        resolutions: [first, last],
                        components: [from, to],
                        layers,
                    });
                }
            }
            0xff72..=0xff79 => return Err(unsupported("an extension of JPEG 2000 Part 2")),
            _ => {}
        }
        Ok(())
    }
}

fn coding(segment: &mut Reader<'_>, has_precincts: bool) -> Result<Coding> {
    let levels = segment.byte()?;
    let block = [segment.byte()?, segment.byte()?];
    let style = segment.byte()?;
    let transform = segment.byte()?;
    if levels > 32 || block[0] > 8 || block[1] > 8 || block[0] + block[1] > 8 {
        return Err(malformed("the codestream states a coding style that cannot be"));
    }
    if transform > 1 {
        return Err(unsupported("a wavelet of JPEG 2000 Part 2"));
    }
    if style & style::MIXED != 0 {
        return Err(unsupported("code blocks of HTJ2K and Part 1 mixed"));
    }
    let mut precincts = [[15, 15]; 33];
    if has_precincts {
        for (at, precinct) in precincts.iter_mut().enumerate().take(usize::from(levels) + 1) {
            let size = segment.byte()?;
            *precinct = [size & 15, size >> 4];
            if at > 0 && (precinct[0] == 0 || precinct[1] == 0) {
                return Err(malformed("the codestream states a precinct that cannot be"));
            }
        }
    }
    Ok(Coding {
        levels,
        block: [block[0] + 2, block[1] + 2],
        style,
        is_reversible: transform == 1,
        precincts,
    })
}

fn quantization(segment: &mut Reader<'_>) -> Result<Quantization> {
    let flags = segment.byte()?;
    let mut steps = Vec::new();
    while !segment.0.is_empty() && steps.len() < 97 {
        steps.push(match flags & 31 {
            0 => u16::from(segment.byte()?) << 8,
            1 | 2 => segment.short()?,
            _ => return Err(malformed("the codestream states a quantization that cannot be")),
        });
    }
    Ok(Quantization {
        style: flags & 31,
        guard_bits: flags >> 5,
        steps,
    })
}
