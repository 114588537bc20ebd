//! Progressive DCT scans (ISO 10918-1 annex G): coefficients come in bands and bit by bit.

use codec::Result;

use crate::{
    bits::BitReader,
    header::{FrameHeader, Header, ScanHeader},
    huffman::HuffmanTable,
    idct, malformed,
    plane::{Plane, ZIGZAG},
    sample::Sample,
};

/// The coefficients of one component, in zigzag order.
#[derive(Debug)]
pub(crate) struct Coefficients {
    /// Blocks from one row of them to the next.
    stride: usize,
    blocks: Vec<[i16; 64]>,
}

impl Coefficients {
    /// Room for a component of sampling factors `h` and `v`, of a picture of `mcus[0]` by `mcus[1]` MCUs.
    pub(crate) fn new(mcus: [usize; 2], factors: [usize; 2]) -> Self {
        let stride = mcus[0] * factors[0];
        Self {
            stride,
            blocks: vec![[0; 64]; stride * mcus[1] * factors[1]],
        }
    }

    /// The samples of these coefficients.
    pub(crate) fn plane<S: Sample>(
        &self,
        size: [usize; 2],
        mcus: [usize; 2],
        factors: [usize; 2],
        quantisation: &[u16; 64],
    ) -> Plane<S> {
        let mut plane = Plane::new(size, mcus, factors);
        for (at, block) in self.blocks.iter().enumerate() {
            let mut coefficients = [0_i32; 64];
            for ((&at, &value), &factor) in ZIGZAG.iter().zip(block).zip(quantisation) {
                if let Some(to) = coefficients.get_mut(usize::from(at)) {
                    *to = i32::from(value).wrapping_mul(i32::from(factor));
                }
            }
            plane.put(
                [at % self.stride, at / self.stride],
                &idct::inverse(&coefficients),
            );
        }
        plane
    }
}

/// Decodes a scan into the coefficients of the picture's components.
///
/// # Errors
/// `malformed` or `truncated`, as the data is.
pub(crate) fn decode_scan(
    bits: &mut BitReader<'_>,
    header: &Header,
    frame: &FrameHeader,
    scan: &ScanHeader,
    components: &mut [Coefficients],
) -> Result<()> {
    let band = usize::from(scan.start)..=usize::from(scan.end);
    let is_sound = match (scan.start, scan.end) {
        (0, 0) => true,
        (1.., _) => scan.start <= scan.end && scan.end < 64 && scan.components.len() == 1,
        _ => false,
    };
    if !is_sound || scan.low > 13 {
        return Err(malformed("a progressive scan of an impossible band"));
    }
    let mut state = State {
        low: scan.low,
        is_refinement: scan.high != 0,
        end_of_band: 0,
    };
    let mut tables = Vec::with_capacity(scan.components.len());
    for selected in &scan.components {
        tables.push(match (scan.start, scan.high) {
            (0, 0) => Some(header.dc_table(selected.dc)?),
            (0, _) => None,
            _ => Some(header.ac_table(selected.ac)?),
        });
    }
    let is_interleaved = scan.components.len() > 1;
    let mcus = match (is_interleaved, scan.components.first()) {
        (false, Some(selected)) => frame.components.get(selected.index).map_or([0; 2], |component| {
            frame.component_size(component).map(|size| size.div_ceil(8))
        }),
        _ => frame.mcus(),
    };
    let mut last_dc = vec![0_i32; tables.len()];
    let mut until_restart = header.restart_interval;
    let mut restarts = 0_u8;
    for mcu_row in 0..mcus[1] {
        for mcu_column in 0..mcus[0] {
            if header.restart_interval != 0 {
                if until_restart == 0 {
                    bits.restart(restarts)?;
                    restarts = restarts.wrapping_add(1);
                    until_restart = header.restart_interval;
                    last_dc.fill(0);
                    state.end_of_band = 0;
                }
                until_restart -= 1;
            }
            for ((selected, table), last_dc) in scan.components.iter().zip(&tables).zip(&mut last_dc) {
                let (Some(component), Some(to)) = (
                    frame.components.get(selected.index),
                    components.get_mut(selected.index),
                ) else {
                    return Err(malformed("a scan of a component that is not in the frame"));
                };
                let [h, v] = if is_interleaved { component.factors } else { [1, 1] };
                for y in 0..v {
                    for x in 0..h {
                        let at = (mcu_row * v + y) * to.stride + mcu_column * h + x;
                        let block = to
                            .blocks
                            .get_mut(at)
                            .ok_or_else(|| malformed("a block outside the picture"))?;
                        match table {
                            None => state.refine_dc(bits, block),
                            Some(table) if scan.start == 0 => state.first_dc(bits, table, last_dc, block)?,
                            Some(table) => {
                                let band = block.get_mut(band.clone()).unwrap_or_default();
                                if state.is_refinement {
                                    state.refine_ac(bits, table, band)?;
                                } else {
                                    state.first_ac(bits, table, band)?;
                                }
                            }
                        }
                    }
                }
            }
        }
        bits.check()?;
    }
    Ok(())
}

struct State {
    /// Al: the bit that this scan gives.
    low: u8,
    is_refinement: bool,
    /// Blocks whose band has nothing more, the current one included.
    end_of_band: u32,
}

impl State {
    /// G.1.2.1, first scan.
    fn first_dc(
        &self,
        bits: &mut BitReader<'_>,
        table: &HuffmanTable,
        last_dc: &mut i32,
        block: &mut [i16; 64],
    ) -> Result<()> {
        bits.refill();
        let size = u32::from(table.decode(bits));
        if size > 15 {
            return Err(malformed("a DC difference of too many bits"));
        }
        *last_dc = last_dc.wrapping_add(bits.receive_extend(size));
        block[0] = low_word(last_dc.wrapping_shl(self.low.into()));
        Ok(())
    }

    fn refine_dc(&self, bits: &mut BitReader<'_>, block: &mut [i16; 64]) {
        block[0] |= i16::from(bit(bits)) << self.low;
    }

    /// G.1.2.2, first scan of a band.
    fn first_ac(&mut self, bits: &mut BitReader<'_>, table: &HuffmanTable, band: &mut [i16]) -> Result<()> {
        if self.end_of_band > 0 {
            self.end_of_band -= 1;
            return Ok(());
        }
        let mut k = 0;
        while k < band.len() {
            bits.refill();
            let run_size = table.decode(bits);
            let (run, size) = (run_size >> 4, u32::from(run_size & 15));
            if size == 0 {
                if run < 15 {
                    self.end_of_band = blocks(bits, run) - 1;
                    break;
                }
                k += 16;
                continue;
            }
            k += usize::from(run);
            let value = bits.receive_extend(size);
            *band.get_mut(k).ok_or_else(too_many)? = low_word(value.wrapping_shl(self.low.into()));
            k += 1;
        }
        Ok(())
    }

    /// G.1.2.3: a bit for each coefficient that is not zero, and new ones in between.
    fn refine_ac(&mut self, bits: &mut BitReader<'_>, table: &HuffmanTable, band: &mut [i16]) -> Result<()> {
        let one = 1_i16 << self.low;
        let mut k = 0;
        while self.end_of_band == 0 && k < band.len() {
            bits.refill();
            let run_size = table.decode(bits);
            let (mut zeros, size) = (run_size >> 4, run_size & 15);
            let mut new = 0;
            match (size, zeros) {
                (0, 15) => {}
                (0, run) => {
                    self.end_of_band = blocks(bits, run);
                    break;
                }
                _ => new = if bit(bits) == 1 { one } else { -one },
            }
            loop {
                let Some(value) = band.get_mut(k) else {
                    // a run of sixteen zeros may end the band, a new coefficient may not be outside it
                    if new != 0 {
                        return Err(too_many());
                    }
                    break;
                };
                k += 1;
                if *value != 0 {
                    refine(bits, value, one);
                } else if zeros == 0 {
                    *value = new;
                    break;
                } else {
                    zeros -= 1;
                }
            }
        }
        if self.end_of_band > 0 {
            for value in band.iter_mut().skip(k).filter(|value| **value != 0) {
                refine(bits, value, one);
            }
            self.end_of_band -= 1;
        }
        Ok(())
    }
}

/// How many blocks end with a code of that run (G.1.2.2).
fn blocks(bits: &mut BitReader<'_>, run: u8) -> u32 {
    let size = u32::from(run);
    bits.refill();
    let more = bits.peek(size);
    bits.consume(size);
    (1 << size) + more
}

fn bit(bits: &mut BitReader<'_>) -> u8 {
    bits.refill();
    let bit = bits.peek(1);
    bits.consume(1);
    u8::from(bit == 1)
}

/// One more bit of a coefficient, away from zero.
fn refine(bits: &mut BitReader<'_>, value: &mut i16, one: i16) {
    if bit(bits) == 1 && *value & one == 0 {
        *value = value.wrapping_add(if *value < 0 { -one } else { one });
    }
}

/// Sound coefficients have 16 bits.
#[expect(clippy::cast_possible_truncation, reason = "what is cut off was never sound")]
const fn low_word(value: i32) -> i16 {
    value as i16
}

fn too_many() -> codec::Error {
    malformed("more than 64 coefficients in a block")
}
