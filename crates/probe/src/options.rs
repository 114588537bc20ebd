//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};
use viewer_core::{decode::Limits, volume::Budget};

/// Reads DICOM files and prints one JSON line a file: what they are, and the SHA-256 of each frame's stored
/// values (little-endian, in the container's width, colour by pixel).
///
/// Exit code 0 when every file could be read, 1 when one could not (the others are still read), 2 for a wrong
/// command line.
#[derive(Debug, Parser)]
#[command(name = "noctis-probe", version)]
pub(crate) struct Options {
    /// DICOM files, Part 10 or bare data sets; with --volume folders as well.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Print what the object says about itself as well: patient, study, geometry, windows.
    #[arg(long)]
    pub(crate) info: bool,

    /// Write the stored values, frame after frame (one input file), or of a volume.
    #[arg(long, value_name = "OUT.raw")]
    pub(crate) raw: Option<PathBuf>,

    /// Write the displayed picture of one frame as an 8-bit grey or RGB PNG (one input file).
    #[arg(long, value_name = "OUT.png")]
    pub(crate) render: Option<PathBuf>,

    /// Which frame to render, from 0.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "render")]
    pub(crate) frame: u32,

    /// Window centre and width, in place of the object's; its VOI LUT function stays.
    #[arg(long, value_name = "C,W", value_parser = window, allow_hyphen_values = true, requires = "render")]
    pub(crate) window: Option<[f64; 2]>,

    /// One of the object's own windows and, numbered on after them, VOI LUTs, from 0.
    #[arg(long, value_name = "N", conflicts_with = "window", requires = "render")]
    pub(crate) preset: Option<usize>,

    /// Leave out the overlays of the object.
    #[arg(long, requires = "render")]
    pub(crate) no_overlays: bool,

    /// Fit the picture into this many pixels, on black, with linear interpolation.
    /// Without it one image pixel is one output pixel.
    #[arg(long, value_name = "W,H", value_parser = size, requires = "render")]
    pub(crate) size: Option<[u32; 2]>,

    /// What draws: the CPU reference, or a GPU through wgpu (Mesa's lavapipe counts).
    #[arg(long, value_enum, default_value_t = Backend::Cpu, requires = "render")]
    pub(crate) backend: Backend,

    #[command(flatten)]
    pub(crate) volume: VolumeOptions,
}

/// What is asked of the volumes of a series.
#[derive(Debug, Args)]
pub(crate) struct VolumeOptions {
    /// Put the frames of each series together, and print one JSON line a series: its volumes and what was found.
    #[arg(long, conflicts_with_all = ["info", "render"])]
    pub(crate) volume: bool,

    /// Which of the volumes is loaded for --raw and --at, from 0; the first has most slices.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "volume")]
    pub(crate) number: usize,

    /// Print what the volume holds at a patient point, in millimetres (LPS); may be given several times.
    #[arg(long, value_name = "X,Y,Z", value_parser = point, allow_hyphen_values = true, requires = "volume")]
    pub(crate) at: Vec<[f64; 3]>,

    /// Cut planes and slabs through the volume: a JSON file with an array of `plane` (centre of the middle pixel in millimetres,
    /// right, down), `size`, `mmPerPx`, `interpolation`, and where wanted `slabMm` and `projection`.
    #[arg(long, value_name = "IN.json", requires = "volume", requires = "plane_values")]
    pub(crate) planes: Option<PathBuf>,

    /// Write the values of those planes after the rescale: 64-bit numbers, little-endian, not a number outside the volume.
    #[arg(long, value_name = "OUT.raw", requires = "planes")]
    pub(crate) plane_values: Option<PathBuf>,

    /// Reduce a volume that has more voxels along a side.
    #[arg(long, value_name = "N", default_value_t = u32::MAX, requires = "volume")]
    pub(crate) max_side: u32,

    /// Reduce a volume that has more bytes.
    #[arg(long, value_name = "BYTES", default_value_t = u64::MAX, requires = "volume")]
    pub(crate) max_bytes: u64,

    /// Load the volume though nothing is asked of it.
    #[arg(long, requires = "volume")]
    pub(crate) load: bool,
}

impl VolumeOptions {
    /// What the volume must fit.
    pub(crate) const fn budget(&self) -> Budget {
        Budget {
            max_side: self.max_side,
            max_bytes: self.max_bytes,
        }
    }
}

/// What draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    /// The reference.
    Cpu,
    /// A native adapter.
    Gpu,
}

impl Options {
    /// A command line may read what a page may not: an object of 16 GiB, a frame of 4 GiB.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            max_object_bytes: 16 << 30,
            max_frame_bytes: 4 << 30,
            ..Limits::default()
        }
    }

    /// Refuses what needs one input file when there are several.
    pub(crate) fn check(&self) -> Result<(), clap::Error> {
        if !self.volume.volume && self.files.len() > 1 && (self.raw.is_some() || self.render.is_some()) {
            return Err(<Self as clap::CommandFactory>::command().error(
                clap::error::ErrorKind::ArgumentConflict,
                "--raw and --render take one input file",
            ));
        }
        Ok(())
    }
}

/// Two numbers with a comma between them.
fn pair<T: std::str::FromStr>(text: &str) -> Option<[T; 2]> {
    let (a, b) = text.split_once(',')?;
    Some([a.trim().parse().ok()?, b.trim().parse().ok()?])
}

fn point(text: &str) -> Result<[f64; 3], String> {
    let numbers: Vec<f64> = text
        .split(',')
        .map_while(|number| number.trim().parse().ok())
        .collect();
    <[f64; 3]>::try_from(numbers).map_err(|_other| "three numbers are needed, as in 0,-12.5,40".to_owned())
}

fn window(text: &str) -> Result<[f64; 2], String> {
    pair(text).ok_or_else(|| "two numbers are needed, as in 40,400".to_owned())
}

fn size(text: &str) -> Result<[u32; 2], String> {
    let sides = pair(text).filter(|sides: &[u32; 2]| sides.iter().all(|side| (1..=16384).contains(side)));
    sides.ok_or_else(|| "two numbers from 1 to 16384 are needed, as in 512,512".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_checked() {
        assert_eq!(window("-600, 1500"), Ok([-600.0, 1500.0]));
        assert!(window("40").is_err() && window("a,b").is_err());
        assert_eq!(size("512,256"), Ok([512, 256]));
        assert!(size("0,5").is_err() && size("5,99999").is_err());
    }

    #[test]
    fn one_output_needs_one_input() {
        let parse =
            |line: &str| Options::try_parse_from(line.split(' ')).map(|options| options.check().is_ok());
        assert_eq!(parse("noctis-probe a b").ok(), Some(true));
        assert_eq!(parse("noctis-probe a --raw out").ok(), Some(true));
        assert_eq!(parse("noctis-probe a b --raw out").ok(), Some(false));
        assert!(
            parse("noctis-probe a --window 1,2").is_err(),
            "a window needs a picture"
        );
    }
}
