//! Objects that end early: `tests/conformance/test_truncation.py` names files and where to cut them.
//!
//! A line of the input is a path, a tab, and lengths with commas between. For each line one of JSON is printed: how many cuts
//! were refused by which kind of error, how many gave a frame or more, and the most memory that one took, over the bytes of
//! the object. The program ends badly when a frame of a cut object is not that of the whole, or more memory is held
//! than [`Limits`] states.
#![expect(clippy::print_stdout, reason = "a command-line tool")]

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _},
};

use viewer_core::{
    ErrorKind,
    decode::{DicomObject, Limits, StoredFrame},
};

#[global_allocator]
static ALLOCATOR: peak::Counting = peak::Counting;

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (path, cuts) = line.split_once('\t').unwrap_or((&line, ""));
        let bytes = std::fs::read(path)?;
        let cuts: Vec<usize> = cuts.split(',').filter_map(|cut| cut.parse().ok()).collect();
        println!("{}", serde_json::to_string(&cut_everywhere(path, &bytes, &cuts))?);
    }
    Ok(())
}

/// What became of the cuts of one object.
#[derive(serde::Serialize)]
struct Outcome {
    refused: BTreeMap<&'static str, usize>,
    shown: usize,
    peak_per_byte: usize,
}

fn cut_everywhere(path: &str, bytes: &[u8], cuts: &[usize]) -> Outcome {
    let mut limits = Limits::default();
    let whole = DicomObject::open(bytes.to_vec(), &limits).ok();
    if let Some(whole) = &whole {
        let info = whole.info();
        let samples = u64::from(info.rows) * u64::from(info.columns) * u64::from(info.samples_per_pixel);
        limits.max_frame_bytes = 8 * samples + (1 << 20);
    }
    let frames: Vec<Option<StoredFrame>> = whole.iter().flat_map(every_frame).collect();
    let mut outcome = Outcome {
        refused: BTreeMap::new(),
        shown: 0,
        peak_per_byte: 0,
    };
    for &cut in cuts {
        let bytes = &bytes[..cut];
        let length = bytes.len() as u64;
        // a deflated one becomes larger; none of the files by more than this
        let bound = usize::try_from(limits.to_open(4 * length)).unwrap_or(usize::MAX);
        let (opened, peak) = peak::within(bound, || DicomObject::open(bytes.to_vec(), &limits));
        outcome.peak_per_byte = outcome.peak_per_byte.max(peak / cut.max(4096));
        let object = match opened {
            Ok(object) => object,
            Err(error) => {
                refuse(&mut outcome, error.kind);
                continue;
            }
        };
        let mut error = None;
        let mut shown = 0;
        let bound = usize::try_from(limits.to_decode(4 * length)).unwrap_or(usize::MAX);
        for number in 0..object.frame_count() {
            let (frame, _) = peak::within(bound, || object.stored_frame(number, codecs::decode));
            match frame {
                Ok(frame) => {
                    shown += 1;
                    let expected = frames.get(number as usize).and_then(Option::as_ref);
                    assert!(
                        expected.is_some_and(|expected| expected.pixels == frame.pixels),
                        "frame {number} of {path} cut at {cut} is another"
                    );
                }
                Err(first) => {
                    error.get_or_insert(first.kind);
                }
            }
        }
        match error {
            Some(kind) if shown == 0 => refuse(&mut outcome, kind),
            _ => outcome.shown += 1,
        }
    }
    outcome
}

fn refuse(outcome: &mut Outcome, kind: ErrorKind) {
    *outcome.refused.entry(kind.as_str()).or_default() += 1;
}

fn every_frame(object: &DicomObject) -> Vec<Option<StoredFrame>> {
    (0..object.frame_count())
        .map(|frame| object.stored_frame(frame, codecs::decode).ok())
        .collect()
}
