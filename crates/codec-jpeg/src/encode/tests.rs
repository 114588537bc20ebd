//! What is written is read back by the decoder of this crate.

use codec::Expected;

use super::encode;

/// A smooth picture with an edge.
fn level(x: u32, y: u32, channel: u32) -> u8 {
    let ramp = x * (3 + channel) + y * 2 + if x > y { 60 } else { 0 };
    u8::try_from(ramp % 200 + 20).expect("a level")
}

fn picture([width, height]: [u16; 2], channels: u32) -> Vec<u8> {
    let pixels = (0..u32::from(height)).flat_map(|y| (0..u32::from(width)).map(move |x| (x, y)));
    pixels
        .flat_map(|(x, y)| (0..channels).map(move |channel| level(x, y, channel)))
        .collect()
}

fn decoded(file: &[u8], [width, height]: [u16; 2], components: u8) -> Vec<u8> {
    let expected = Expected {
        rows: height.into(),
        columns: width.into(),
        components,
        bits_allocated: 8,
        max_bytes: 1 << 30,
    };
    crate::decode(file, &expected).expect("a picture").samples
}

#[test]
fn grey_comes_back_the_better_the_higher_the_quality() {
    for size in [[1, 1], [8, 8], [17, 9], [64, 40], [255, 33]] {
        let samples = picture(size, 1);
        let mut before = f64::MAX;
        for quality in [30, 85, 100] {
            let file = encode(&samples, size, quality).expect("a file");
            let found = decoded(&file, size, 1);
            assert_eq!(found.len(), samples.len());
            let squares = samples
                .iter()
                .zip(&found)
                .map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2));
            #[expect(clippy::cast_precision_loss, reason = "few samples")]
            let error = (squares.sum::<f64>() / samples.len() as f64).sqrt();
            assert!(error <= before + 0.3, "{size:?} at {quality}: {error}");
            before = error;
        }
        assert!(before < 0.8, "{size:?}: {before}");
    }
}

#[test]
fn strong_edges_and_bytes_of_ones_come_back() {
    // all signs and sizes of coefficients
    let samples: Vec<u8> = (0..64 * 64_u32)
        .map(|at| {
            if (at / 3 + at / 64 * 5).is_multiple_of(2) {
                0
            } else {
                255
            }
        })
        .collect();
    let file = encode(&samples, [64, 64], 100).expect("a file");
    assert!(file.windows(2).any(|two| two == [0xFF, 0]), "no byte was stuffed");
    let found = decoded(&file, [64, 64], 1);
    assert!(samples.iter().zip(&found).all(|(a, b)| a.abs_diff(*b) <= 3));
}

#[test]
fn what_is_no_picture_is_refused() {
    assert_eq!(encode(&[], [0, 4], 85), None);
    assert_eq!(encode(&[0; 7], [2, 4], 85), None);
    assert!(encode(&[0; 24], [2, 4], 200).is_some());
}
