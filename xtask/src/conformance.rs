//! `cargo xtask conformance`: DICOM files held against the standard, by us and by other viewers beside us.

use crate::{cargo, root, run, setup, term, wasm};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// The other viewers come with the benchmark.
const PEERS: &str = "bench/viewer";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// A folder of DICOM files instead of the repository's set
    // before the command moves to the root of the repository
    #[arg(value_parser = |text: &str| std::path::absolute(text))]
    folder: Option<PathBuf>,
    /// Only files whose source or name contains this
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
    /// Leave the other viewers out
    #[arg(long)]
    no_peers: bool,
    /// Only this backend in the browser
    #[arg(long)]
    backend: Option<String>,
}

/// Makes ready what it needs, and runs `tests/conformance/suite.py`.
///
/// # Errors
/// When something cannot be built, or when something of ours is wrong.
pub(crate) fn run(options: &Options) -> Result<()> {
    let compiler = setup::wasm()?;
    setup::test()?;
    setup::python::environment(&[setup::python::CONFORMANCE])?;
    if !options.no_peers {
        setup::node::packages(&root::path().join(PEERS))?;
    }
    wasm::build_all(&compiler)?;
    let mut build = cargo::native();
    build.args(["build", "--release", "-p", "noctis-probe"]);
    run::quietly("cargo build noctis-probe", &mut build)?;
    term::heading("Conformance");
    let mut command = Command::new(root::python());
    command
        .arg(root::path().join("tests/conformance/suite.py"))
        .args(&options.folder)
        .env("NOCTIS_PROBE", root::target().join("release/noctis-probe"));
    if let Some(only) = &options.only {
        command.arg("--only").arg(only);
    }
    if let Some(backend) = &options.backend {
        command.arg("--backend").arg(backend);
    }
    if options.no_peers {
        command.arg("--no-peers");
    }
    run::openly(&mut command)
}
