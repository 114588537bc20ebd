//! `noctis-phantom`: writes a generated study into a folder.
#![allow(clippy::print_stdout, reason = "a command-line tool talks on its output")]

use anyhow::Result;
use clap::{Parser, ValueEnum};
use phantom::ct::{self, Depth};
use phantom::geometry::Geometry;
use phantom::mammogram;
use std::path::PathBuf;

/// Writes a study of known geometry and known values: Part 10 files, and truth.json for CT.
#[derive(Parser)]
#[command(name = "noctis-phantom", version)]
struct Options {
    /// The folder to write into
    #[arg(long)]
    out: PathBuf,
    /// What to generate
    #[arg(long, value_enum, default_value = "ct")]
    kind: Kind,
    /// Number of slices of the CT
    #[arg(long, default_value_t = 120)]
    slices: u32,
    /// Rows; 512 for CT, 4096 for the mammogram
    #[arg(long)]
    rows: Option<u32>,
    /// Columns; 512 for CT, 3328 for the mammogram
    #[arg(long)]
    columns: Option<u32>,
    /// Pixel spacing of the CT, mm
    #[arg(long, default_value_t = 0.45)]
    spacing: f64,
    /// Movement of the couch from slice to slice, mm
    #[arg(long, default_value_t = 1.25)]
    slice_spacing: f64,
    /// Gantry tilt, degrees
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    tilt: f64,
    /// Bits Stored of the CT: 12 unsigned or 16 signed
    #[arg(long, default_value = "12", value_parser = ["12", "16"])]
    bits: String,
    /// Seed of the noise and the UIDs
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Ct,
    Mg,
}

fn main() -> Result<()> {
    let options = Options::parse();
    match options.kind {
        Kind::Mg => {
            let (rows, columns) = (options.rows.unwrap_or(4096), options.columns.unwrap_or(3328));
            mammogram::generate(rows, columns, options.seed, &options.out)?;
            println!("1 object of {columns} x {rows} in {}", options.out.display());
        }
        Kind::Ct => {
            let geometry = Geometry {
                slices: options.slices,
                rows: options.rows.unwrap_or(512),
                columns: options.columns.unwrap_or(512),
                spacing_mm: options.spacing,
                couch_step_mm: options.slice_spacing,
                tilt_deg: options.tilt,
            };
            let depth = if options.bits == "16" {
                Depth::Sixteen
            } else {
                Depth::Twelve
            };
            let truth = ct::generate(
                &ct::Options {
                    geometry,
                    depth,
                    seed: options.seed,
                },
                &options.out,
            )?;
            println!("{} slices in {}", truth.instances.len(), options.out.display());
        }
    }
    Ok(())
}
