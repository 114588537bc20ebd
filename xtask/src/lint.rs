//! `cargo xtask lint`: formatting, linters and type checkers of every language. All of them run; any finding fails.

use crate::{cargo, compiler, root, run, setup, term};
use anyhow::{Result, bail};
use std::process::Command;

const GATEWAY: &str = "services/dicom_fastapi";

/// Runs every linter.
///
/// # Errors
/// When one of them finds something or cannot run.
pub(crate) fn run() -> Result<()> {
    setup::wasm()?;
    setup::test()?;
    term::heading("Linting");
    let mut failed = Vec::new();
    for (label, mut command) in checks() {
        if let Err(error) = run::quietly(label, &mut command) {
            failed.push(format!("{error:#}"));
        }
    }
    if !failed.is_empty() {
        bail!("{} of the checks found something", failed.len());
    }
    Ok(())
}

fn checks() -> Vec<(&'static str, Command)> {
    let deny = ["--", "-D", "warnings"];
    let clippy_wasm = |features: &[&str]| {
        let mut command = cargo::native();
        command
            .args(["clippy", "--target", compiler::TARGET, "--target-dir"])
            .arg(root::target().join("wasm"));
        command.args(features).args(deny);
        command
    };
    let mut checks = vec![("cargo fmt", with(cargo::native(), &["fmt", "--all", "--check"]))];
    let host = with(cargo::native(), &["clippy", "--workspace", "--all-targets"]);
    checks.push(("cargo clippy", with(host, &deny)));
    // Clippy belongs to the active toolchain: it sees the browser's code only if that toolchain has the target.
    if compiler::toolchain_has_target() {
        let viewer = ["-p", "viewer-web", "--features"];
        checks.push((
            "cargo clippy viewer-decode, wasm32",
            clippy_wasm(&["-p", "viewer-decode"]),
        ));
        checks.push((
            "cargo clippy webgpu, wasm32",
            clippy_wasm(&[&viewer[..], &["webgpu,volumes"]].concat()),
        ));
        checks.push((
            "cargo clippy webgl2, wasm32",
            clippy_wasm(&[&viewer[..], &["webgl2,volumes"]].concat()),
        ));
        checks.push((
            "cargo clippy cpu, wasm32",
            clippy_wasm(&[&viewer[..], &["cpu,volumes"]].concat()),
        ));
    }
    let mut doc = with(
        cargo::native(),
        &["doc", "--workspace", "--no-deps", "--document-private-items"],
    );
    doc.env("RUSTDOCFLAGS", "-D warnings");
    checks.push(("cargo doc", doc));
    checks.push((
        "ruff check",
        python(".", &["-m", "ruff", "check", GATEWAY, "tests", "fuzz"]),
    ));
    checks.push((
        "ruff format",
        python(
            ".",
            &["-m", "ruff", "format", "--check", GATEWAY, "tests", "fuzz"],
        ),
    ));
    checks.push(("mypy --strict, gateway", python(GATEWAY, &["-m", "mypy"])));
    checks.push((
        "mypy, tests of the receiver",
        python(".", &["-m", "mypy", "tests/receiver"]),
    ));
    let mut npm = Command::new("npm");
    npm.args(["run", "lint", "--workspaces", "--if-present"])
        .current_dir(root::path());
    checks.push(("biome and tsc", npm));
    checks
}

fn with(mut command: Command, arguments: &[&str]) -> Command {
    command.args(arguments);
    command
}

fn python(folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(root::python());
    command.args(arguments).current_dir(root::path().join(folder));
    command
}
