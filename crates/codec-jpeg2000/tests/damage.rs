//! Streams that are cut short or damaged: an error or some picture, never a panic, and never a lossless picture that is
//! not whole.

use std::path::PathBuf;

use codec::{ErrorKind, Expected};
use codec_jpeg2000::decode;

fn streams() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut streams: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "j2k"))
        .map(|path| {
            let name = path
                .file_stem()
                .expect("has a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(path).expect("can be read"))
        })
        .collect();
    streams.sort();
    assert!(streams.len() > 30);
    streams
}

/// What SIZ says, so that nothing is refused before it is decoded.
fn announced(stream: &[u8]) -> Expected {
    let long = |at: usize| u32::from_be_bytes(stream[at..at + 4].try_into().expect("four bytes"));
    Expected {
        rows: long(12) - long(20),
        columns: long(8) - long(16),
        components: stream[41],
        bits_allocated: 32,
        max_bytes: 1 << 20,
    }
}

#[test]
fn a_stream_cut_short_is_an_error() {
    for (name, stream) in streams() {
        let expected = announced(&stream);
        let whole = decode(&stream, &expected).expect("sound");
        for end in 0..stream.len() {
            match decode(&stream[..end], &expected) {
                // without its end marker the picture is still whole
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
    for (_, stream) in streams() {
        let expected = announced(&stream);
        for _ in 0..100 {
            let mut damaged = stream.clone();
            for _ in 0..=random(4) {
                let at = random(damaged.len());
                damaged[at] = match random(4) {
                    0 => 0,
                    1 => 0xff,
                    2 => damaged[at] ^ 1 << random(8),
                    _ => u8::try_from(random(256)).expect("a byte"),
                };
            }
            match decode(&damaged, &expected) {
                Ok(_) => decoded += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(
        refused > 500 && decoded > 500,
        "{refused} refused, {decoded} decoded"
    );
}
