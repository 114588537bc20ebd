//! `cargo xtask package`: the receiver as a folder that can be carried to another machine, and `noctis_dicom_core` as a wheel.

use crate::{cargo, root, run, setup, term};
use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// Build output but for its README.
const FOLDER: &str = "services/dicom_receiver_rust";
/// What goes beside the program.
const FILES: [&str; 3] = [
    "deploy/receiver.toml",
    "deploy/systemd/noctis-pro-dicom-rust.service",
    "deploy/systemd/ROLLBACK.md",
];

/// Builds the program and lays everything out.
///
/// # Errors
/// When it cannot be built or copied, or its own sample configuration is of no use to it.
pub(crate) fn run() -> Result<()> {
    setup::demo()?;
    let folder = root::path().join(FOLDER);
    let program = folder.join("noctis-dicom-rx");
    std::fs::copy(receiver()?, &program).with_context(|| format!("{}", program.display()))?;
    for file in FILES {
        let from = root::path().join(file);
        let name = from.file_name().context("a file has a name")?;
        std::fs::copy(&from, folder.join(name)).with_context(|| format!("{}", from.display()))?;
    }
    let mut check = Command::new(&program);
    check.args(["check-config", "--config"]);
    check.arg(folder.join("receiver.toml"));
    run::quietly("the sample configuration can be used", &mut check)?;
    term::note(&format!(
        "{FOLDER}: program, unit, sample configuration, rollback page"
    ));
    wheel()
}

/// The wheel of `noctis_dicom_core`: one for every Python from 3.11 on, by maturin.
///
/// # Errors
/// When it cannot be built.
fn wheel() -> Result<()> {
    let folder = root::target().join("wheels");
    let mut build = Command::new(root::python());
    build
        .args([
            "-m",
            "pip",
            "wheel",
            "--disable-pip-version-check",
            "--quiet",
            "--no-deps",
        ])
        .arg("--wheel-dir")
        .arg(&folder)
        .arg(root::path().join("crates/core-py"));
    run::quietly("pip wheel crates/core-py", &mut build)?;
    term::note(&format!("{}: the wheel of noctis_dicom_core", folder.display()));
    Ok(())
}

/// The release build of the receiver, with the C library in it.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn receiver() -> Result<PathBuf> {
    let version = run::output(Command::new("rustc").arg("-vV"))?;
    let Some(host) = version.lines().find_map(|line| line.strip_prefix("host: ")) else {
        bail!("rustc does not say what machine this is");
    };
    let mut build = cargo::native();
    build
        .args(["build", "--release", "-p", "noctis-dicom-rx", "--target", host])
        .env("RUSTFLAGS", "-C target-feature=+crt-static");
    run::quietly("cargo build --release noctis-dicom-rx", &mut build)?;
    Ok(root::target().join(host).join("release/noctis-dicom-rx"))
}
