//! Sequential DCT scans of 8-bit samples (process 1; ISO 10918-1 annex F.2) into one plane a component.

use super::{bits::BitReader, huffman::HuffmanTable, idct, malformed};
use codec::Result;

/// The samples of one component, whole blocks wide and high.
#[derive(Debug, Clone)]
pub(crate) struct Plane {
    /// Samples from one row to the next.
    pub(crate) stride: usize,
    /// Columns that belong to the picture (A.1.1).
    pub(crate) columns: usize,
    /// Rows that belong to the picture.
    pub(crate) rows: usize,
    pub(crate) samples: Vec<u8>,
}

impl Plane {
    /// Room for a component of sampling factors `h` and `v`, of a picture of `mcus[0]` by `mcus[1]` MCUs.
    pub(crate) fn new(size: [usize; 2], mcus: [usize; 2], factors: [usize; 2]) -> Self {
        let stride = mcus[0] * factors[0] * 8;
        Self {
            stride,
            columns: size[0],
            rows: size[1],
            samples: vec![0; stride * mcus[1] * factors[1] * 8],
        }
    }

    /// Row `row` without the samples that only fill the last block.
    pub(crate) fn row(&self, row: usize) -> &[u8] {
        let start = row * self.stride;
        self.samples.get(start..start + self.columns).unwrap_or_default()
    }

    fn put(&mut self, block: [usize; 2], samples: &[[u8; 8]; 8]) {
        let start = block[1] * 8 * self.stride + block[0] * 8;
        let rows = self
            .samples
            .get_mut(start..)
            .unwrap_or_default()
            .chunks_mut(self.stride);
        for (to, from) in rows.zip(samples) {
            if let Some(to) = to.get_mut(..8) {
                to.copy_from_slice(from);
            }
        }
    }
}

/// One component of a scan: what is needed to decode its blocks.
#[derive(Debug)]
pub(crate) struct ScanComponent<'a> {
    pub(crate) plane: &'a mut Plane,
    /// Sampling factors.
    pub(crate) factors: [usize; 2],
    pub(crate) dc: &'a HuffmanTable,
    pub(crate) ac: &'a HuffmanTable,
    /// Quantisation table in zigzag order.
    pub(crate) quantisation: &'a [u16; 64],
    /// DC of the block before.
    pub(crate) last_dc: i32,
}

/// Decodes a scan. `mcus` are those of the picture; a scan of one component has its own (A.2.2).
///
/// # Errors
/// `malformed` or `truncated`, as the data is.
pub(crate) fn decode_scan(
    bits: &mut BitReader<'_>,
    components: &mut [ScanComponent<'_>],
    mcus: [usize; 2],
    restart_interval: usize,
) -> Result<()> {
    let (mcus, is_interleaved) = match components {
        [single] => (
            [single.plane.columns.div_ceil(8), single.plane.rows.div_ceil(8)],
            false,
        ),
        _ => (mcus, true),
    };
    let mut until_restart = restart_interval;
    let mut restarts = 0_u8;
    for mcu_row in 0..mcus[1] {
        for mcu_column in 0..mcus[0] {
            if restart_interval != 0 {
                if until_restart == 0 {
                    bits.restart(restarts)?;
                    restarts = restarts.wrapping_add(1);
                    until_restart = restart_interval;
                    components.iter_mut().for_each(|component| component.last_dc = 0);
                }
                until_restart -= 1;
            }
            for component in components.iter_mut() {
                let [h, v] = if is_interleaved { component.factors } else { [1, 1] };
                for y in 0..v {
                    for x in 0..h {
                        decode_block(bits, component, [mcu_column * h + x, mcu_row * v + y])?;
                    }
                }
            }
        }
        bits.check()?;
    }
    Ok(())
}

/// Zigzag order (figure A.6).
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
    14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
    46, 53, 60, 61, 54, 47, 55, 62, 63,
];

fn decode_block(
    bits: &mut BitReader<'_>,
    component: &mut ScanComponent<'_>,
    block: [usize; 2],
) -> Result<()> {
    bits.refill();
    let size = u32::from(component.dc.decode(bits));
    if size > 11 {
        return Err(malformed("a DC difference of more than 11 bits"));
    }
    component.last_dc = component.last_dc.wrapping_add(bits.receive_extend(size));
    let mut coefficients = [0_i32; 64];
    coefficients[0] = component
        .last_dc
        .wrapping_mul(i32::from(component.quantisation[0]));

    let mut k = 1_usize;
    let mut is_flat = true;
    while k < 64 {
        bits.refill();
        let run_size = component.ac.decode(bits);
        let (run, size) = (usize::from(run_size >> 4), u32::from(run_size & 15));
        if size == 0 {
            if run != 15 {
                break;
            }
            k += 16;
            continue;
        }
        k += run;
        let value = bits.receive_extend(size);
        let (Some(&at), Some(&factor)) = (ZIGZAG.get(k), component.quantisation.get(k)) else {
            return Err(malformed("more than 64 coefficients in a block"));
        };
        if let Some(coefficient) = coefficients.get_mut(usize::from(at)) {
            *coefficient = value.wrapping_mul(i32::from(factor));
        }
        is_flat = false;
        k += 1;
    }
    let samples = if is_flat {
        [[idct::inverse_flat(coefficients[0]); 8]; 8]
    } else {
        idct::inverse(&coefficients)
    };
    component.plane.put(block, &samples);
    Ok(())
}
