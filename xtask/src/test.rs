//! `cargo xtask test`: every test of every language, in order of cost. A runner that ran no test is a failure.

mod count;

use crate::{cargo, fuzz, root, setup, term, wasm};
use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use count::Counts;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only these
    suites: Vec<Suite>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Suite {
    /// Unit and integration tests of the workspace
    Rust,
    /// Unit tests of the npm package
    Js,
    /// Fuzz targets, half a minute each
    Fuzz,
    /// Gateway, receiver with real peers, Python, conformance with pydicom
    Python,
    /// Pictures and behaviour in Chromium, and the pictures in WebKit
    Browser,
    /// Pictures, decoding and the adapter in Firefox
    Firefox,
    /// A study from the modality to the lit pixel
    E2e,
}

struct Outcome {
    suite: Suite,
    counts: Counts,
    succeeded: bool,
    took: Duration,
}

impl Suite {
    const ALL: [Self; 7] = [
        Self::Rust,
        Self::Js,
        Self::Fuzz,
        Self::Python,
        Self::Browser,
        Self::Firefox,
        Self::E2e,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Js => "npm package",
            Self::Fuzz => "fuzz targets",
            Self::Python => "gateway, receiver, Python, pixels",
            Self::Browser => "browser",
            Self::Firefox => "Firefox",
            Self::E2e => "end to end",
        }
    }

    /// The runner of its tests; the fuzz targets have none.
    fn command(self) -> Option<Command> {
        let mut command = match self {
            Self::Fuzz => return None,
            Self::Rust => cargo::native(),
            Self::Python => Command::new(root::python()),
            Self::Js | Self::Browser | Self::Firefox | Self::E2e => Command::new("npm"),
        };
        command.current_dir(root::path());
        command.args(match self {
            Self::Rust => &["test", "--workspace", "--no-fail-fast"][..],
            Self::Fuzz => &[],
            Self::Js => &["test", "--workspace", "js-glue"],
            Self::Python => &[
                "-m",
                "pytest",
                "-q",
                "services/dicom_fastapi/tests",
                "tests/receiver",
                "tests/conformance",
                "tests/core_py",
            ],
            Self::Browser => &["test", "--workspace", "tests/browser"],
            Self::Firefox => &["run", "firefox", "--workspace", "tests/browser"],
            Self::E2e => &["test", "--workspace", "tests/e2e"],
        });
        // The gateway draws pictures by noctis_dicom_core.
        command.env("PYTHONPATH", root::target().join("debug/python"));
        if term::is_terminal() {
            command
                .env("CARGO_TERM_COLOR", "always")
                .env("FORCE_COLOR", "1")
                .env("PY_COLORS", "1");
        }
        Some(command)
    }
}

/// Runs the suites, then says what passed.
///
/// # Errors
/// When a test failed, a suite could not run, or a suite ran no test.
pub(crate) fn run(options: &Options) -> Result<()> {
    let suites = if options.suites.is_empty() {
        &Suite::ALL[..]
    } else {
        &options.suites
    };
    let started = Instant::now();
    let compiler = setup::wasm()?;
    setup::test()?;
    if suites.iter().any(|suite| *suite != Suite::Rust) {
        wasm::build_all(&compiler)?;
    }
    let mut outcomes = Vec::new();
    for suite in suites {
        if matches!(
            suite,
            Suite::Python | Suite::Browser | Suite::Firefox | Suite::E2e
        ) {
            build_programs()?;
        }
        outcomes.push(run_suite(*suite)?);
    }
    summarise(&outcomes, started.elapsed())
}

/// The programs that tests in other languages start, as the tests of the workspace build them.
///
/// # Errors
/// When they cannot be built.
pub(crate) fn build_programs() -> Result<()> {
    let mut command = cargo::native();
    command.args([
        "build",
        "-p",
        "noctis-dicom-rx",
        "-p",
        "noctis-probe",
        "-p",
        "phantom",
        "-p",
        "core-py",
        "-p",
        "fuzz",
    ]);
    crate::run::quietly(
        "cargo build noctis-dicom-rx, noctis-probe, noctis-phantom, noctis_dicom_core, cuts",
        &mut command,
    )?;
    importable(&root::target().join("debug")).map(drop)
}

/// Puts `noctis_dicom_core` where Python finds it: a folder of its own, which is returned, and a name that Python knows.
///
/// # Errors
/// When it has not been built.
pub(crate) fn importable(built: &Path) -> Result<PathBuf> {
    let folder = built.join("python");
    std::fs::create_dir_all(&folder)?;
    let library = built.join("libnoctis_dicom_core.so");
    std::fs::copy(&library, folder.join("noctis_dicom_core.abi3.so"))
        .with_context(|| format!("{} is missing", library.display()))?;
    Ok(folder)
}

fn run_suite(suite: Suite) -> Result<Outcome> {
    term::heading(&format!("Tests: {}", suite.title()));
    let started = Instant::now();
    let Some(mut command) = suite.command() else {
        let (passed, failed) = fuzz::as_tests()?;
        return Ok(Outcome {
            suite,
            counts: Counts { passed, failed },
            succeeded: failed == 0,
            took: started.elapsed(),
        });
    };
    let folder = root::target().join("debug");
    command
        .env("NOCTIS_PROGRAMS", &folder)
        .env("NOCTIS_REPORTS", root::target());
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start the tests of {}", suite.title()))?;
    let mut counts = Counts::default();
    let mut output = BufReader::new(child.stdout.take().context("no output")?);
    let mut line = Vec::new();
    let mut here = std::io::stdout().lock();
    while output.read_until(b'\n', &mut line)? > 0 {
        here.write_all(&line)?;
        counts.read(&String::from_utf8_lossy(&line));
        line.clear();
    }
    let succeeded = child.wait()?.success();
    Ok(Outcome {
        suite,
        counts,
        succeeded,
        took: started.elapsed(),
    })
}

fn summarise(outcomes: &[Outcome], took: Duration) -> Result<()> {
    term::heading("Summary");
    let mut total = Counts::default();
    let mut bad = Vec::new();
    for Outcome {
        suite,
        counts,
        succeeded,
        took,
    } in outcomes
    {
        total.add(*counts);
        let good = *succeeded && counts.failed == 0 && counts.passed > 0;
        let line = format!(
            "{:<32} {:>5} passed {:>4} failed",
            suite.title(),
            counts.passed,
            counts.failed
        );
        if good {
            term::done(&line, *took);
        } else {
            let reason = if counts.passed + counts.failed == 0 {
                ", ran no test"
            } else {
                ""
            };
            term::failed(&format!("{line}{reason}"));
            bad.push(suite.title());
        }
    }
    println!("\n{} passed, {} failed", total.passed, total.failed);
    if !bad.is_empty() {
        bail!("tests of: {}", bad.join(", "));
    }
    term::done("all tests", took);
    Ok(())
}
