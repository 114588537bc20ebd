//! Codestreams of other encoders (see `data/make.py`) give the samples that those encoders were given, or, where they
//! are lossy, what `OpenJPEG` and `OpenJPH` decode, to within one.

use std::path::PathBuf;

use codec::{ErrorKind, Expected, Picture, StatedColor};
use codec_jpeg2000::decode;

const ROWS: u32 = 37;
const COLUMNS: u32 = 41;

fn data(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    std::fs::read(path).expect("make.py has made it")
}

fn expected(components: u8, bits_allocated: u8) -> Expected {
    Expected {
        rows: ROWS,
        columns: COLUMNS,
        components,
        bits_allocated,
        max_bytes: 1 << 20,
    }
}

fn values(samples: &[u8], picture: &Picture) -> Vec<i64> {
    samples
        .chunks_exact(picture.sample_bytes())
        .map(|bytes| {
            let value = bytes
                .iter()
                .rev()
                .fold(0, |value, byte| value << 8 | i64::from(*byte));
            let bits = 8 * bytes.len();
            if picture.is_signed && value >> (bits - 1) == 1 {
                value - (1 << bits)
            } else {
                value
            }
        })
        .collect()
}

/// Decodes `name` and compares it with `truth`; `most` is the largest difference that may be.
fn check(name: &str, truth: &str, components: u8, precision: u8, most: i64) -> Picture {
    let bits_allocated = precision.next_multiple_of(8).next_power_of_two();
    let picture = decode(
        &data(&format!("{name}.j2k")),
        &expected(components, bits_allocated),
    )
    .map_err(|error| format!("{name}: {error}"))
    .expect("it is sound");
    assert_eq!((picture.rows, picture.columns), (ROWS, COLUMNS), "{name}");
    assert_eq!(
        (picture.components, picture.precision),
        (components, precision),
        "{name}"
    );
    let truth = data(&format!("{truth}.raw"));
    assert_eq!(picture.samples.len(), truth.len(), "{name}");
    let (own, truth) = (values(&picture.samples, &picture), values(&truth, &picture));
    let worst = own
        .iter()
        .zip(&truth)
        .map(|(own, truth)| (own - truth).abs())
        .max();
    assert!(
        worst.is_some_and(|worst| worst <= most),
        "{name}: differs by {worst:?}"
    );
    picture
}

/// Lossless streams: name, source, components, bits.
const LOSSLESS: &[(&str, &str, u8, u8)] = &[
    ("plain8", "grey8", 1, 8),
    ("plain16", "grey16", 1, 16),
    ("plain_noise16", "noise16", 1, 16),
    ("plain_signed12", "signed12", 1, 12),
    ("plain_bits1", "bits1", 1, 1),
    ("plain_bits20", "bits20", 1, 20),
    ("rct", "rgb8", 3, 8),
    ("rct12", "rgb12", 3, 12),
    ("no_transform", "rgb8", 3, 8),
    ("four", "four8", 4, 8),
    ("one_level", "grey16", 1, 16),
    ("layers_lrcp", "grey16", 1, 16),
    ("layers_rlcp", "grey16", 1, 16),
    ("precincts_rpcl", "grey16", 1, 16),
    ("precincts_pcrl", "rgb8", 3, 8),
    ("precincts_cprl", "rgb8", 3, 8),
    ("bypass", "noise16", 1, 16),
    ("reset", "grey16", 1, 16),
    ("terminate", "grey16", 1, 16),
    ("bypass_terminate", "noise16", 1, 16),
    ("causal", "grey16", 1, 16),
    ("all_styles", "noise16", 1, 16),
    ("tiles", "grey16", 1, 16),
    ("tiles_rct", "rgb8", 3, 8),
    ("offset", "grey16", 1, 16),
    ("changes", "grey16", 1, 16),
    ("region", "region", 1, 8),
    ("ht_plain8", "grey8", 1, 8),
    ("ht_plain16", "grey16", 1, 16),
    ("ht_noise16", "noise16", 1, 16),
    ("ht_signed", "signed12", 1, 16),
    ("ht_rct", "rgb8", 3, 8),
    ("ht_tiles", "grey16", 1, 16),
];

#[test]
fn lossless_streams_are_exact() {
    for (name, source, components, bits) in LOSSLESS {
        check(name, source, *components, *bits, 0);
    }
}

#[test]
fn lossy_streams_are_within_one() {
    for (name, components, bits) in [
        ("lossy", 1, 16),
        ("lossy_signed", 1, 12),
        ("lossy_layers", 3, 8),
        ("lossy_tiles", 3, 8),
        ("lossy_reversible", 1, 16),
        ("ht_lossy", 1, 16),
        ("ht_lossy_rgb", 3, 16),
    ] {
        check(name, name, components, bits, 1);
    }
}

/// A stream of the conformance set whose code blocks have all three passes, which `OpenJPH` does not write.
#[test]
fn ht_refinement_passes() {
    let expected = Expected {
        rows: 37,
        columns: 17,
        components: 1,
        bits_allocated: 8,
        max_bytes: 1 << 20,
    };
    let picture = decode(&data("t803_ht_09.j2k"), &expected).expect("it is sound");
    assert_eq!(picture.samples, data("t803_ht_09.raw"));
}

#[test]
fn signs_and_colours_are_told() {
    assert!(check("plain_signed12", "signed12", 1, 12, 0).is_signed);
    assert!(!check("plain16", "grey16", 1, 16, 0).is_signed);
    assert_eq!(check("rct", "rgb8", 3, 8, 0).color, StatedColor::Rgb);
    assert_eq!(check("ht_rct", "rgb8", 3, 8, 0).color, StatedColor::Rgb);
    assert_eq!(check("no_transform", "rgb8", 3, 8, 0).color, StatedColor::Nothing);
    assert_eq!(check("plain8", "grey8", 1, 8, 0).color, StatedColor::Nothing);
}

#[test]
fn boxes_around_a_codestream_are_ignored() {
    let stream = data("plain8.j2k");
    let mut file = b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 ".to_vec();
    file.extend(u32::try_from(stream.len() + 8).expect("small").to_be_bytes());
    file.extend(b"jp2c");
    file.extend(&stream);
    let picture = decode(&file, &expected(1, 8)).expect("it is sound");
    assert_eq!(picture.samples, data("grey8.raw"));
}

#[test]
fn padding_and_a_missing_end_are_forgiven() {
    let stream = data("plain8.j2k");
    let padded = [stream.as_slice(), &[0, 0]].concat();
    let bare = &stream[..stream.len() - 2];
    for stream in [padded.as_slice(), bare] {
        let picture = decode(stream, &expected(1, 8)).expect("the picture is complete");
        assert_eq!(picture.samples, data("grey8.raw"));
    }
}

#[test]
fn another_picture_than_announced_is_refused() {
    let stream = data("rct.j2k");
    let sound = expected(3, 8);
    for other in [
        Expected { rows: 38, ..sound },
        Expected { columns: 40, ..sound },
        Expected {
            components: 1,
            ..sound
        },
    ] {
        assert_eq!(
            decode(&stream, &other).expect_err("another picture").kind,
            ErrorKind::Malformed
        );
    }
    let deep = decode(&data("plain16.j2k"), &expected(1, 8)).expect_err("16 bits do not fit");
    assert_eq!(deep.kind, ErrorKind::Malformed);
}

#[test]
fn memory_is_bounded_before_it_is_used() {
    for max_bytes in [0, 1 << 10, 12 << 10] {
        let little = Expected {
            max_bytes,
            ..expected(3, 8)
        };
        let error = decode(&data("rct.j2k"), &little).expect_err("too little");
        assert_eq!(error.kind, ErrorKind::Limit);
    }
    // one precinct for each sample: its coding style says 2 by 2, by 1 at the lowest resolution
    let mut stream = data("precincts_rpcl.j2k");
    let cod = stream
        .windows(2)
        .position(|pair| pair == [0xff, 0x52])
        .expect("has COD");
    stream[cod + 14..cod + 17].copy_from_slice(&[0x00, 0x11, 0x11]);
    let error = decode(
        &stream,
        &Expected {
            max_bytes: 60 << 10,
            ..expected(1, 16)
        },
    )
    .expect_err("too many precincts");
    assert_eq!(error.kind, ErrorKind::Limit);
}
