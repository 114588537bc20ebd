//! `cargo xtask bench viewer`: the same images in Chromium through us and through other viewers.

use crate::{root, run, setup, term, wasm};
use anyhow::Result;
use clap::ValueEnum;
use std::process::Command;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What to measure
    what: Subject,
    /// Given to the benchmark as they are
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Subject {
    /// The viewer in the browser, beside cornerstone3D, dwv and dicom.ts
    Viewer,
}

/// Runs the benchmark.
///
/// # Errors
/// When something cannot be built or the benchmark fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    let Subject::Viewer = options.what;
    let compiler = setup::wasm()?;
    setup::test()?;
    let folder = root::path().join("bench/viewer");
    setup::node::packages(&folder)?;
    wasm::build_all(&compiler)?;
    term::heading("Measuring");
    let mut command = Command::new("node");
    command.arg(folder.join("run.mjs")).args(&options.arguments);
    command.current_dir(&folder);
    run::openly(&mut command)
}
