//! The Python environment of the repository, `.venv/`.

use super::debian::{self, Need};
use crate::{root, run};
use anyhow::{Context as _, Result, bail};
use std::process::Command;

/// What the gateway needs to run.
pub(crate) const SERVICE: &str = "services/dicom_fastapi/requirements.txt";
/// What the tests and linters need on top.
pub(crate) const TESTS: &str = "tests/requirements.txt";
/// What `cargo xtask conformance` reads on top: large.
pub(crate) const CONFORMANCE: &str = "tests/conformance/requirements.txt";

/// Brings `.venv/` to what the requirement files say; instant when it is there already.
///
/// # Errors
/// When there is no Python 3.11 or newer, or the packages cannot be installed.
pub(crate) fn environment(requirements: &[&str]) -> Result<()> {
    let venv = root::path().join(".venv");
    for file in requirements {
        let wanted = std::fs::read(file).with_context(|| format!("{file} is missing"))?;
        let stamp = venv.join(format!(".noctis-{}", file.replace('/', "-")));
        if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
            continue;
        }
        if !root::python().exists() {
            create()?;
        }
        let mut command = Command::new(root::python());
        command.args([
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--quiet",
            "-r",
            file,
        ]);
        run::quietly(&format!("pip install -r {file}"), &mut command)
            .context("the Python packages could not be installed; is there a network?")?;
        std::fs::write(stamp, wanted)?;
    }
    Ok(())
}

fn create() -> Result<()> {
    let Some(python) = interpreter() else {
        bail!("Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)");
    };
    let has_venv = run::output(Command::new(python).args(["-c", "import ensurepip, venv"])).is_ok();
    debian::ensure(&[Need::found(
        "python3-venv",
        has_venv,
        "makes the Python environment of the gateway",
    )])?;
    let mut command = Command::new(python);
    command
        .args(["-m", "venv", "--clear", ".venv"])
        .current_dir(root::path());
    run::quietly("python environment in .venv", &mut command)
}

fn interpreter() -> Option<&'static str> {
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11"]
        .into_iter()
        .find(|name| {
            let check = "import sys; sys.exit(sys.version_info < (3, 11))";
            run::output(Command::new(name).args(["-c", check])).is_ok()
        })
}
