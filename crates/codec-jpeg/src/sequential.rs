//! Sequential DCT scans (processes 1, 2 and 4; ISO 10918-1 annex F.2) into one plane a component.

use codec::Result;

use crate::{
    bits::BitReader,
    huffman::HuffmanTable,
    idct, malformed,
    plane::{Plane, ZIGZAG},
    sample::Sample,
};

/// One component of a scan: what is needed to decode its blocks.
#[derive(Debug)]
pub(crate) struct ScanComponent<'a, S> {
    pub(crate) plane: &'a mut Plane<S>,
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
pub(crate) fn decode_scan<S: Sample>(
    bits: &mut BitReader<'_>,
    components: &mut [ScanComponent<'_, S>],
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

fn decode_block<S: Sample>(
    bits: &mut BitReader<'_>,
    component: &mut ScanComponent<'_, S>,
    block: [usize; 2],
) -> Result<()> {
    bits.refill();
    let size = u32::from(component.dc.decode(bits));
    if size > S::LARGEST_DIFFERENCE {
        return Err(malformed("a DC difference of too many bits"));
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
        [[idct::inverse_flat::<S>(coefficients[0]); 8]; 8]
    } else {
        idct::inverse(&coefficients)
    };
    component.plane.put(block, &samples);
    Ok(())
}
