//! `cargo xtask fuzz`: bytes that nobody has sent yet, for as long as one likes, by libFuzzer.
//!
//! What the fuzzer learns stays in `target/fuzz/corpus`; what it begins with is `fuzz/corpus`. An input that breaks a promise
//! is put into `fuzz/regressions`, where a plain `cargo test` tries it from then on.

mod build;
mod corpus;
mod runner;

use crate::{root, run, setup, term, wasm};
use anyhow::{Result, bail};
use clap::ValueEnum;
use runner::Finding;
use std::path::PathBuf;
use std::process::Command;

/// How long each target runs with all other tests.
const SECONDS_IN_TESTS: u64 = 24;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only these
    targets: Vec<Target>,
    /// How long each of them runs; as many run side by side as there are processors
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// Make the seeds again instead, and keep of them and of all that was found the fewest inputs that reach as much
    #[arg(long)]
    collect: bool,
    /// Give so many damaged files to the page in Chromium instead
    #[arg(long, value_name = "N", conflicts_with_all = ["targets", "collect"])]
    in_browser: Option<u32>,
    /// Of the damage in the browser: other seeds, other damage
    #[arg(long, requires = "in_browser")]
    seed: Option<u32>,
}

/// A target of `fuzz`, by the name of its program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Target {
    /// Whole objects
    OpenObject,
    /// One frame of every transfer syntax
    DecodeFrame,
    /// Offset tables and fragments
    Encapsulation,
    /// Rescale, windows, lookup tables, palettes, overlays, shutters
    VoiLut,
    /// Annotations from JSON
    Annotations,
    /// Annotations from structured reports
    StructuredReport,
    /// Connections to the receiver, from the first byte on
    PduStream,
    /// Messages out of fragments
    PdvReassembly,
    /// Command sets
    CommandSet,
    /// Datasets as they stream into the receiver
    DatasetWalk,
}

impl Target {
    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The feature of the package that has it.
    fn feature(self) -> &'static str {
        match self {
            Self::OpenObject
            | Self::DecodeFrame
            | Self::Encapsulation
            | Self::VoiLut
            | Self::Annotations
            | Self::StructuredReport => "viewer",
            Self::PduStream | Self::PdvReassembly | Self::CommandSet | Self::DatasetWalk => "receiver",
        }
    }

    /// What the repository begins with.
    fn corpus(self) -> PathBuf {
        root::path().join("fuzz/corpus").join(self.name())
    }

    /// What the fuzzer has learned on this machine.
    fn learned(self) -> PathBuf {
        root::target().join("fuzz/corpus").join(self.name())
    }

    /// Inputs that have broken a promise.
    fn regressions(self) -> PathBuf {
        root::path().join("fuzz/regressions").join(self.name())
    }
}

/// Builds and runs the targets.
///
/// # Errors
/// When something cannot be built, or a promise is broken.
pub(crate) fn run(options: &Options) -> Result<()> {
    let targets = if options.targets.is_empty() {
        Target::value_variants()
    } else {
        &options.targets
    };
    if let Some(files) = options.in_browser {
        return in_browser(files, options.seed);
    }
    setup::fuzz()?;
    if options.collect {
        setup::test()?;
        let programs = build::programs(targets)?;
        return corpus::collect(targets, &programs);
    }
    let failed = find(targets, options.seconds)?;
    if failed > 0 {
        bail!("{failed} of {} targets broke a promise", targets.len());
    }
    Ok(())
}

/// Damaged files through the modules as a page has them.
fn in_browser(files: u32, seed: Option<u32>) -> Result<()> {
    let compiler = setup::wasm()?;
    setup::test()?;
    wasm::build_all(&compiler)?;
    term::heading("Damaged files in the browser");
    let mut command = Command::new("node");
    command
        .args(["--test", "tests/browser/mutated.test.mjs"])
        .env("NOCTIS_MUTATIONS", files.to_string());
    if let Some(seed) = seed {
        command.env("NOCTIS_SEED", seed.to_string());
    }
    run::openly(command.current_dir(root::path()))
}

/// All targets for the time that they have among the other tests; gives how many passed and failed.
///
/// # Errors
/// When they cannot be built or run.
pub(crate) fn as_tests() -> Result<(u64, u64)> {
    setup::fuzz()?;
    let targets = Target::value_variants();
    let failed = find(targets, SECONDS_IN_TESTS)? as u64;
    Ok((targets.len() as u64 - failed, failed))
}

/// Gives how many targets failed, each of which is told.
fn find(targets: &[Target], seconds: u64) -> Result<usize> {
    let programs = build::programs(targets)?;
    term::heading("Fuzzing");
    let findings = runner::run(targets, &programs, seconds)?;
    for finding in &findings {
        tell(finding);
    }
    Ok(findings.len())
}

/// What was found, and what to do with it.
fn tell(finding: &Finding) {
    let name = finding.target.name();
    println!("\n{}", term::paint("1", &format!("{name} broke a promise")));
    for line in &finding.last_words {
        println!("    {line}");
    }
    let Some(input) = &finding.input else { return };
    let input = input.strip_prefix(root::path()).unwrap_or(input).display();
    println!("  The input is {input}. See it again, then commit it with what mends it:");
    println!("    cargo run -p fuzz -- {name} {input}");
    println!("  From then on cargo test -p fuzz tries it.");
}
