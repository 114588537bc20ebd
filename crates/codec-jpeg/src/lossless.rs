//! JPEG lossless (process 14): differences, predictors 1 to 7, point transform (ISO 10918-1 annex H).

use super::{
    bits::BitReader,
    huffman::{DifferenceTable, HuffmanTable},
    malformed,
};
use codec::Result;

/// What a lossless scan header and the frame header say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Ss: predictor 1 to 7.
    pub(crate) predictor: u8,
    /// Al: how many low bits were left out.
    pub(crate) point_transform: u8,
    /// Bits a sample, 2 to 16.
    pub(crate) precision: u8,
    /// Restart interval in samples; 0 for none.
    pub(crate) restart_interval: usize,
}

/// Decodes a scan of the components whose tables are given; `emit(row, component of the scan, samples)`
/// gets every row of every component once.
///
/// # Errors
/// `malformed` or `truncated`, as the data is.
pub(crate) fn decode_scan(
    bits: &mut BitReader<'_>,
    tables: &[&HuffmanTable],
    scan: &Scan,
    mut emit: impl FnMut(usize, usize, &[u16]),
) -> Result<()> {
    let transformed = scan
        .precision
        .checked_sub(scan.point_transform)
        .filter(|bits| (1..=16).contains(bits));
    let (Some(transformed), 1..=7) = (transformed, scan.predictor) else {
        return Err(malformed(
            "a lossless scan with an impossible predictor or point transform",
        ));
    };
    let first = 1_i32 << (transformed - 1);
    if !scan.restart_interval.is_multiple_of(scan.columns) {
        return Err(malformed("a lossless restart interval that is not whole rows"));
    }
    let rows_a_restart = scan.restart_interval / scan.columns;

    let tables: Vec<DifferenceTable<'_>> = tables.iter().map(|table| DifferenceTable::new(table)).collect();
    let mut differences = vec![0_i32; scan.columns * tables.len()];
    let mut rows = vec![(vec![0_u16; scan.columns], vec![0_u16; scan.columns]); tables.len()];
    let mut output = vec![0_u16; scan.columns];
    let mut restarts = 0_u8;
    for row in 0..scan.rows {
        let is_restart = rows_a_restart != 0 && row != 0 && row % rows_a_restart == 0;
        if is_restart {
            bits.restart(restarts)?;
            restarts = restarts.wrapping_add(1);
        }
        read_differences(bits, &tables, &mut differences);
        for (component, (above, current)) in rows.iter_mut().enumerate() {
            std::mem::swap(above, current);
            let differences = differences.iter().skip(component).step_by(tables.len());
            if row == 0 || is_restart {
                predict_first_row(differences, current, first);
            } else {
                predict_row(scan.predictor, differences, above, current);
            }
            if scan.point_transform == 0 {
                emit(row, component, current);
            } else {
                for (output, &sample) in output.iter_mut().zip(current.iter()) {
                    *output = sample << scan.point_transform;
                }
                emit(row, component, &output);
            }
        }
        bits.check()?;
    }
    Ok(())
}

/// One row of differences, the components side by side.
fn read_differences(bits: &mut BitReader<'_>, tables: &[DifferenceTable<'_>], differences: &mut [i32]) {
    if let [table] = tables {
        for difference in differences {
            *difference = table.decode(bits);
        }
    } else {
        for pixel in differences.chunks_exact_mut(tables.len()) {
            for (difference, table) in pixel.iter_mut().zip(tables) {
                *difference = table.decode(bits);
            }
        }
    }
}

/// The sum modulo 2^16 of H.1.2.1.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "modulo 2^16"
)]
const fn sum(prediction: i32, difference: i32) -> u16 {
    prediction.wrapping_add(difference) as u16
}

/// The first row, and each one after a restart: half the range, then the sample to the left.
fn predict_first_row<'d>(differences: impl Iterator<Item = &'d i32>, current: &mut [u16], first: i32) {
    let mut left = first;
    for (sample, &difference) in current.iter_mut().zip(differences) {
        *sample = sum(left, difference);
        left = i32::from(*sample);
    }
}

/// Any other row: its first sample from above, the rest by the predictor (table H.1).
fn predict_row<'d>(
    predictor: u8,
    differences: impl Iterator<Item = &'d i32>,
    above: &[u16],
    current: &mut [u16],
) {
    match predictor {
        1 => predict_with(differences, above, current, |left, _, _| left),
        2 => predict_with(differences, above, current, |_, up, _| up),
        3 => predict_with(differences, above, current, |_, _, corner| corner),
        4 => predict_with(differences, above, current, |left, up, corner| left + up - corner),
        5 => predict_with(differences, above, current, |left, up, corner| {
            left + ((up - corner) >> 1)
        }),
        6 => predict_with(differences, above, current, |left, up, corner| {
            up + ((left - corner) >> 1)
        }),
        _ => predict_with(differences, above, current, |left, up, _| (left + up) >> 1),
    }
}

#[inline(always)]
fn predict_with<'d>(
    differences: impl Iterator<Item = &'d i32>,
    above: &[u16],
    current: &mut [u16],
    predict: impl Fn(i32, i32, i32) -> i32,
) {
    // at the first sample all three neighbours are the one above, which every predictor then gives
    let above_first = above.first().copied().map_or(0, i32::from);
    let (mut left, mut corner) = (above_first, above_first);
    for ((sample, &up), &difference) in current.iter_mut().zip(above).zip(differences) {
        let up = i32::from(up);
        *sample = sum(predict(left, up, corner), difference);
        left = i32::from(*sample);
        corner = up;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One code a category, all of five bits: categories 0 to 16.
    fn table() -> HuffmanTable {
        let mut counts = [0; 16];
        counts[4] = 17;
        HuffmanTable::new(&counts, &(0..17).collect::<Vec<u8>>()).expect("sound")
    }

    /// The scan of `samples` under that table, by the definition of annex H.
    fn encode(
        samples: &[u16],
        columns: usize,
        predictor: u8,
        precision: u8,
        rows_a_restart: usize,
    ) -> Vec<u8> {
        let mut bits: Vec<u8> = Vec::new();
        let mut bytes = Vec::new();
        let flush = |bits: &mut Vec<u8>, bytes: &mut Vec<u8>| {
            while !bits.len().is_multiple_of(8) {
                bits.push(1);
            }
            for byte in bits.chunks(8) {
                let byte = byte.iter().fold(0, |byte, bit| byte << 1 | bit);
                bytes.push(byte);
                if byte == 0xFF {
                    bytes.push(0);
                }
            }
            bits.clear();
        };
        let mut restarts = 0;
        for (at, &sample) in samples.iter().enumerate() {
            let (row, column) = (at / columns, at % columns);
            let first_row = row == 0 || rows_a_restart != 0 && row % rows_a_restart == 0;
            if column == 0 && row != 0 && first_row {
                flush(&mut bits, &mut bytes);
                bytes.extend_from_slice(&[0xFF, 0xD0 + restarts % 8]);
                restarts += 1;
            }
            let value = |back: usize| i32::from(samples[at - back]);
            let prediction = match (first_row, column) {
                (true, 0) => 1 << (precision - 1),
                (true, _) => value(1),
                (false, 0) => value(columns),
                (false, _) => {
                    let (a, b, c) = (value(1), value(columns), value(columns + 1));
                    match predictor {
                        1 => a,
                        2 => b,
                        3 => c,
                        4 => a + b - c,
                        5 => a + ((b - c) >> 1),
                        6 => b + ((a - c) >> 1),
                        _ => (a + b) >> 1,
                    }
                }
            };
            let mut difference = (i32::from(sample) - prediction) & 0xFFFF;
            if difference > 32768 {
                difference -= 65536;
            }
            let category = if difference == 32768 {
                16
            } else {
                32 - difference.unsigned_abs().leading_zeros()
            };
            bits.extend((0..5).rev().map(|bit| u8::from(category >> bit & 1 == 1)));
            let value = if difference < 0 {
                difference - 1
            } else {
                difference
            };
            let size = if category == 16 { 0 } else { category };
            bits.extend((0..size).rev().map(|bit| u8::from(value >> bit & 1 == 1)));
        }
        flush(&mut bits, &mut bytes);
        bytes
    }

    #[test]
    fn every_predictor_depth_and_restart_round_trips() {
        let (columns, rows, mut cases) = (13, 9, 0);
        for predictor in 1..=7 {
            for precision in [2, 8, 12, 15, 16] {
                for rows_a_restart in [0, 1, 4] {
                    let mut seed = u32::from(predictor) * 77 + u32::from(precision);
                    let samples: Vec<u16> = (0..columns * rows)
                        .map(|_| {
                            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                            u16::try_from(seed >> (32 - u32::from(precision))).expect("16 bits")
                        })
                        .collect();
                    let data = encode(&samples, columns, predictor, precision, rows_a_restart);
                    let scan = Scan {
                        columns,
                        rows,
                        predictor,
                        point_transform: 0,
                        precision,
                        restart_interval: rows_a_restart * columns,
                    };
                    let mut decoded = Vec::new();
                    decode_scan(&mut BitReader::new(&data, 0), &[&table()], &scan, |_, _, row| {
                        decoded.extend_from_slice(row);
                    })
                    .expect("sound");
                    assert_eq!(
                        decoded, samples,
                        "predictor {predictor}, {precision} bits, {rows_a_restart} rows"
                    );

                    let cut = &data[..data.len() / 2];
                    assert!(
                        decode_scan(&mut BitReader::new(cut, 0), &[&table()], &scan, |_, _, _| {}).is_err()
                    );
                    cases += 1;
                }
            }
        }
        assert_eq!(cases, 7 * 5 * 3);
    }
}
