//! `speed FOLDER ROUNDS`: milliseconds of each coded frame of `cargo xtask bench decode`, as JSON by name.
#![allow(
    clippy::print_stdout,
    reason = "a program of the benchmark talks on its output"
)]

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use codec::{Expected, Kind};
use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rounds] = arguments.as_slice() else {
        return Err("usage: speed FOLDER ROUNDS".into());
    };
    let folder = Path::new(folder);
    let frames: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.join("frames.json"))?)?;
    let mut times = BTreeMap::new();
    for frame in &frames {
        let kind = match frame["kind"].as_str().unwrap_or_default() {
            "jpegls" => Kind::JpegLs,
            "jpeg2000" | "htj2k" => Kind::Jpeg2000,
            "jpeg" | "jpeg-12" | "jpeg-lossless" => Kind::Jpeg,
            _ => continue,
        };
        let number = |name: &str| frame[name].as_u64().unwrap_or_default();
        let expected = Expected {
            rows: u32::try_from(number("rows"))?,
            columns: u32::try_from(number("columns"))?,
            components: u8::try_from(number("components"))?,
            bits_allocated: if number("bits") > 8 { 16 } else { 8 },
            max_bytes: 1 << 31,
        };
        let name = frame["name"].as_str().unwrap_or_default();
        let stream = std::fs::read(folder.join(name))?;
        let mut rounds: Vec<f64> = (0..rounds.parse()?)
            .map(|_| milliseconds(|| codecs::decode(kind, &stream, &expected).map(drop)))
            .collect::<Result<_, _>>()?;
        rounds.sort_by(f64::total_cmp);
        times.insert(name, rounds.get(rounds.len() / 2).copied().unwrap_or_default());
    }
    println!("{}", serde_json::to_string(&times)?);
    Ok(())
}

/// Of one decode, over at least 60 ms.
fn milliseconds(decode: impl Fn() -> codec::Result<()>) -> codec::Result<f64> {
    let start = Instant::now();
    let mut count = 0_u32;
    while count < 2 || start.elapsed() < Duration::from_millis(60) {
        decode()?;
        count += 1;
    }
    Ok(start.elapsed().as_secs_f64() * 1000.0 / f64::from(count))
}
