//! `cargo xtask bench viewer`: the same images in Chromium through us and through other viewers.
//! `cargo xtask bench volume`: a CT as a volume in Chromium, through us and through other viewers.
//! `cargo xtask bench decode`: the same frames through our codecs and those of cornerstone3D.
//! `cargo xtask bench page`: a session on NoctisPro's page before and after the adapter.
//! `cargo xtask bench receiver`: the same objects into us and into other receivers.
//! `cargo xtask bench gateway`: durable ingest beside the receiver, objects by HTTP beside Orthanc, `noctis_dicom_core` beside
//! pydicom, the study list of a large index.

use crate::{cargo, compiler, package, root, run, setup, term, test, wasm};
use anyhow::Result;
use clap::ValueEnum;
use std::path::PathBuf;
use std::process::Command;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What to measure
    what: Subject,
    /// Given to the benchmark as they are
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Subject {
    /// The viewer in the browser, beside cornerstone3D, dwv and dicom.ts
    Viewer,
    /// Planes, slabs and three dimensions in the browser, beside cornerstone3D and niivue
    Volume,
    /// The codecs in the browser, beside those of cornerstone3D, and natively
    Decode,
    /// NoctisPro's page before and after the adapter
    Page,
    /// The receiver, beside DCMTK, pynetdicom and Orthanc
    Receiver,
    /// The gateway: durable ingest, the lists of a large index, objects by HTTP
    Gateway,
}

/// Runs the benchmark.
///
/// # Errors
/// When something cannot be built or the benchmark fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.what == Subject::Receiver {
        return receiver(&options.arguments);
    }
    if options.what == Subject::Gateway {
        return gateway(&options.arguments);
    }
    let compiler = setup::wasm()?;
    setup::test()?;
    if options.what == Subject::Page {
        return page(&compiler, &options.arguments);
    }
    let folder = root::path().join(match options.what {
        Subject::Viewer | Subject::Volume => "bench/viewer",
        Subject::Decode => "bench/decode",
        Subject::Receiver => "bench/receiver",
        Subject::Page => "bench/page",
        Subject::Gateway => "bench/gateway",
    });
    setup::node::packages(&folder)?;
    wasm::build_all(&compiler)?;
    let mut command = Command::new("node");
    let program = if options.what == Subject::Volume {
        "volume.mjs"
    } else {
        "run.mjs"
    };
    command.arg(folder.join(program)).current_dir(&folder);
    if options.what == Subject::Decode {
        command.arg("--native").arg(native_codecs()?);
    }
    term::heading("Measuring");
    run::openly(command.args(&options.arguments))
}

fn page(compiler: &compiler::Compiler, arguments: &[String]) -> Result<()> {
    wasm::build_all(compiler)?;
    test::build_programs()?;
    term::heading("Measuring");
    let mut command = Command::new("node");
    command
        .arg(root::path().join("bench/page/run.mjs"))
        .args(arguments);
    run::openly(&mut command)
}

fn receiver(arguments: &[String]) -> Result<()> {
    setup::test()?;
    let program = package::receiver()?;
    term::heading("Measuring");
    let mut command = Command::new(root::python());
    command
        .arg(root::path().join("bench/receiver/run.py"))
        .args(arguments)
        .env("NOCTIS_RX_RELEASE", program);
    run::openly(&mut command)
}

fn gateway(arguments: &[String]) -> Result<()> {
    setup::test()?;
    let receiver = package::receiver()?;
    let mut build = cargo::native();
    build.args(["build", "--release", "-p", "core-py"]);
    run::quietly("cargo build --release core-py", &mut build)?;
    let core = test::importable(&root::target().join("release"))?;
    term::heading("Measuring");
    let mut command = Command::new(root::python());
    command
        .arg(root::path().join("bench/gateway/run.py"))
        .args(arguments)
        .env("NOCTIS_RX_RELEASE", receiver)
        .env("PYTHONPATH", core);
    run::openly(&mut command)
}

/// The program that measures the codecs outside the browser.
fn native_codecs() -> Result<PathBuf> {
    let mut command = cargo::native();
    command.args(["build", "--release", "-p", "codecs", "--example", "speed"]);
    run::quietly("cargo build codecs, native", &mut command)?;
    Ok(root::target().join("release/examples/speed"))
}
