//! Streams of libjxl (see `data/make.py`) give the samples that it was given, or, where they are lossy, what it decodes,
//! to within one. Cut short or damaged, they give an error or some picture, and never a panic.

use std::path::PathBuf;

use codec::{ErrorKind, Expected, StatedColor};
use codec_jpegxl::decode;

fn data(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    std::fs::read(path).expect("make.py has made it")
}

fn expected(components: u8, bits_allocated: u8) -> Expected {
    Expected {
        rows: 37,
        columns: 41,
        components,
        bits_allocated,
        max_bytes: 8 << 20,
    }
}

/// Name, components, bits, and the largest difference that may be.
const STREAMS: &[(&str, u8, u8, u16)] = &[
    ("grey8", 1, 8, 0),
    ("grey12", 1, 12, 0),
    ("grey16", 1, 16, 0),
    ("noise16", 1, 16, 0),
    ("rgb8", 3, 8, 0),
    ("rgb16", 3, 16, 0),
    ("lossy_grey8", 1, 8, 1),
    ("lossy_grey16", 1, 16, 1),
    ("lossy_rgb8", 3, 8, 1),
    ("jpeg_grey", 1, 8, 1),
    ("jpeg_444", 3, 8, 1),
    ("jpeg_420", 3, 8, 1),
    ("jpeg_rgb", 3, 8, 1),
];

#[test]
fn streams_are_exact_or_within_one() {
    for (name, components, precision, most) in STREAMS {
        let bits_allocated = precision.next_multiple_of(8);
        let picture = decode(
            &data(&format!("{name}.jxl")),
            &expected(*components, bits_allocated),
        )
        .map_err(|error| format!("{name}: {error}"))
        .expect("it is sound");
        assert_eq!((picture.rows, picture.columns), (37, 41), "{name}");
        assert_eq!(
            (picture.components, picture.precision),
            (*components, *precision),
            "{name}"
        );
        let color = if *components == 3 {
            StatedColor::Rgb
        } else {
            StatedColor::Nothing
        };
        assert_eq!((picture.color, picture.is_signed), (color, false), "{name}");
        let values = |bytes: &[u8]| -> Vec<u16> {
            if *precision > 8 {
                bytes
                    .chunks_exact(2)
                    .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                    .collect()
            } else {
                bytes.iter().copied().map(u16::from).collect()
            }
        };
        let (own, truth) = (values(&picture.samples), values(&data(&format!("{name}.raw"))));
        assert_eq!(own.len(), truth.len(), "{name}");
        let worst = own
            .iter()
            .zip(&truth)
            .map(|(own, truth)| own.abs_diff(*truth))
            .max();
        assert!(
            worst.is_some_and(|worst| worst <= *most),
            "{name}: differs by {worst:?}"
        );
    }
}

#[test]
fn another_picture_than_announced_is_refused() {
    let stream = data("rgb8.jxl");
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
    let deep = decode(&data("grey16.jxl"), &expected(1, 8)).expect_err("16 bits do not fit");
    assert_eq!(deep.kind, ErrorKind::Malformed);
    let little = Expected {
        max_bytes: 10_000,
        ..sound
    };
    assert_eq!(
        decode(&stream, &little).expect_err("too little").kind,
        ErrorKind::Limit
    );
    assert_eq!(
        decode(b"", &sound).expect_err("nothing").kind,
        ErrorKind::Truncated
    );
}

#[test]
fn a_stream_cut_short_is_an_error() {
    for (name, components, ..) in STREAMS {
        let stream = data(&format!("{name}.jxl"));
        let expected = expected(*components, 16);
        let whole = decode(&stream, &expected).expect("it is sound");
        for end in 0..stream.len() {
            match decode(&stream[..end], &expected) {
                // what follows the codestream in its container is no part of the picture
                Ok(picture) => assert_eq!(picture.samples, whole.samples, "{name} cut at {end}"),
                Err(error) => assert!(
                    matches!(error.kind, ErrorKind::Truncated | ErrorKind::Malformed),
                    "{name} cut at {end}: {error}"
                ),
            }
        }
    }
}

#[test]
fn damage_never_panics() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    let (mut refused, mut decoded) = (0, 0);
    for (name, components, ..) in STREAMS {
        let stream = data(&format!("{name}.jxl"));
        let expected = expected(*components, 16);
        for _ in 0..300 {
            let mut damaged = stream.clone();
            for _ in 0..=random(4) {
                let at = random(damaged.len());
                damaged[at] = u8::try_from(random(256)).expect("a byte");
            }
            match decode(&damaged, &expected) {
                Ok(_) => decoded += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(
        refused > 500 && decoded > 10,
        "{refused} refused, {decoded} decoded"
    );
}
