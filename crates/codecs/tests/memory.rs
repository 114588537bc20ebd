//! What each codec holds at once: no more for each sample than the table at [`codecs`] says, and no more than it is allowed,
//! however little that is.

use std::path::PathBuf;

use codec::{ErrorKind, Expected, Kind};
use codecs::BESIDES;

#[global_allocator]
static ALLOCATOR: peak::Counting = peak::Counting;

const ROWS: u32 = 384;
const COLUMNS: u32 = 512;

/// A stream of `data/make.py`.
struct Stream {
    name: String,
    kind: Kind,
    expected: Expected,
    bytes: Vec<u8>,
}

impl Stream {
    fn samples(&self) -> usize {
        (ROWS * COLUMNS) as usize * usize::from(self.expected.components)
    }

    /// Bytes of the picture.
    fn picture(&self) -> usize {
        self.samples() * usize::from(self.expected.bits_allocated / 8)
    }

    fn peak(&self, max_bytes: usize) -> (Result<(), ErrorKind>, usize) {
        let expected = Expected {
            max_bytes: max_bytes as u64,
            ..self.expected
        };
        let (outcome, most) = peak::of(|| codecs::decode(self.kind, &self.bytes, &expected));
        (outcome.map(|_| ()).map_err(|error| error.kind), most)
    }
}

fn streams() -> Vec<Stream> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut streams: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .filter_map(|entry| stream(&entry.expect("can be listed").path()))
        .collect();
    streams.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(streams.len() >= 20, "{} streams", streams.len());
    streams
}

fn stream(path: &std::path::Path) -> Option<Stream> {
    let name = path.file_name()?.to_str()?.to_owned();
    let [_, components, bits, kind] = *name.split('.').collect::<Vec<_>>() else {
        return None;
    };
    let kinds = [
        Kind::Jpeg,
        Kind::JpegLs,
        Kind::Jpeg2000,
        Kind::JpegXl,
        Kind::Deflate,
    ];
    let kind = kinds.into_iter().find(|known| known.as_str() == kind)?;
    let bits: u8 = bits.parse().ok()?;
    let expected = Expected {
        rows: ROWS,
        columns: COLUMNS,
        components: components.parse().ok()?,
        bits_allocated: bits.next_multiple_of(8),
        max_bytes: 0,
    };
    let bytes = std::fs::read(path).ok()?;
    Some(Stream {
        name,
        kind,
        expected,
        bytes,
    })
}

/// The table, in bytes a sample.
fn stated(stream: &Stream) -> usize {
    let bytes = usize::from(stream.expected.bits_allocated / 8);
    match stream.kind {
        Kind::Jpeg => 4 * bytes,
        Kind::JpegLs => bytes,
        Kind::Jpeg2000 => 14,
        Kind::JpegXl => 20,
        Kind::Deflate => 2 * bytes,
        Kind::Icc => 4,
    }
}

#[test]
fn no_codec_holds_more_than_the_table_says() {
    for stream in streams() {
        let (outcome, most) = stream.peak(usize::MAX >> 1);
        assert_eq!(outcome, Ok(()), "{}", stream.name);
        let bound = stated(&stream) * stream.samples() + BESIDES;
        assert!(
            most <= bound,
            "{} holds {most} bytes instead of {bound}",
            stream.name
        );
    }
}

#[test]
fn no_codec_holds_more_than_it_is_allowed() {
    for stream in streams() {
        for percent in [0, 10, 50, 90, 100, 150, 200, 400, 800, 1600, 3200, 6400] {
            let allowed = stream.picture() * percent / 100;
            let (outcome, most) = stream.peak(allowed);
            // deflate is told how much to give, and holds that twice
            let bound = if stream.kind == Kind::Deflate {
                2 * allowed
            } else {
                allowed
            };
            let name = &stream.name;
            assert!(most <= bound + BESIDES, "{name} holds {most} of {allowed} bytes");
            let is_right =
                stream.kind == Kind::Deflate || outcome == Ok(()) || outcome == Err(ErrorKind::Limit);
            assert!(is_right, "{name} with {allowed} bytes: {outcome:?}");
            assert!(
                percent < 6400 || outcome.is_ok(),
                "{name} has enough with {allowed} bytes"
            );
        }
    }
}
