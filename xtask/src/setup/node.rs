//! Node.js and the packages of the lock file.

use crate::{root, run};
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::Command;

const OLDEST: u32 = 20;

/// `npm ci` in `folder`, unless what is installed is what its lock file says.
///
/// # Errors
/// When Node.js is missing or too old, or the packages cannot be installed.
pub(crate) fn packages(folder: &Path) -> Result<()> {
    check_node()?;
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("{} is missing", lock.display()))?;
    let stamp = folder.join("node_modules/.noctis-lock");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let name = folder
        .strip_prefix(root::path())
        .unwrap_or(folder)
        .display()
        .to_string();
    let label = if name.is_empty() {
        "npm ci".to_owned()
    } else {
        format!("npm ci in {name}")
    };
    let mut command = Command::new("npm");
    command
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(folder);
    run::quietly(&label, &mut command).context("the npm packages of the lock file could not be installed")?;
    std::fs::write(stamp, wanted)?;
    Ok(())
}

fn check_node() -> Result<()> {
    let version = run::output(Command::new("node").arg("--version")).unwrap_or_default();
    let major: u32 = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or_default();
    if major < OLDEST || run::find("npm").is_none() {
        bail!("Node.js {OLDEST} or newer with npm is needed, found {version:?}. It comes from nodejs.org");
    }
    Ok(())
}
