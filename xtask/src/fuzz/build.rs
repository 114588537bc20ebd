//! The instrumented programs: with the stable toolchain, in a target folder of their own.

use super::Target;
use crate::{cargo, root, run};
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use std::process::Command;

/// What `cargo fuzz` asks of the compiler where no sanitizer is wanted: a count for each edge, and what is compared with what.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Builds them; gives the folder in which they are.
///
/// # Errors
/// When they cannot be built.
pub(super) fn programs(targets: &[Target]) -> Result<PathBuf> {
    let host = host()?;
    let folder = root::target().join("fuzz");
    let mut command = cargo::native();
    // with a target named, build scripts and macros are not instrumented
    command
        .args([
            "build",
            "-p",
            "fuzz",
            "--no-default-features",
            "--profile",
            "fuzz",
        ])
        .args(["--target", &host, "--target-dir"])
        .arg(&folder)
        .env("RUSTFLAGS", FLAGS)
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    let mut features = vec!["libfuzzer"];
    features.extend(targets.iter().map(|target| target.feature()));
    command.args(["--features", &features.join(",")]);
    for target in targets {
        command.args(["--bin", &target.name()]);
    }
    run::quietly("cargo build fuzz, instrumented", &mut command)?;
    Ok(folder.join(host).join("fuzz"))
}

/// The machine that the compiler compiles for when it is not told.
fn host() -> Result<String> {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let text = run::output(command.arg("-vV").current_dir(root::path()))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .context("rustc does not say what its host is")
}
