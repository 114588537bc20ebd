//! Programs of the operating system, installed with apt where that is possible.

use crate::{run, term};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// Something that must be on the machine, and the Debian package that brings it.
#[derive(Clone)]
pub(crate) struct Need {
    package: &'static str,
    why: &'static str,
    present: bool,
}

impl Need {
    /// A program on the `PATH`.
    pub(crate) fn program(package: &'static str, name: &str, why: &'static str) -> Self {
        Self {
            package,
            why,
            present: run::find(name).is_some(),
        }
    }

    /// A file at a fixed place.
    pub(crate) fn file(package: &'static str, file: &str, why: &'static str) -> Self {
        Self {
            package,
            why,
            present: Path::new(file).exists(),
        }
    }

    /// Something that a command of the caller has looked for.
    pub(crate) fn found(package: &'static str, present: bool, why: &'static str) -> Self {
        Self {
            package,
            why,
            present,
        }
    }
}

/// Installs what is missing; says what and why before it does.
///
/// # Errors
/// When something is missing and cannot be installed; the text says what a person can do.
pub(crate) fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !need.present).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    term::note("missing on this machine:");
    for need in &missing {
        term::note(&format!("  {:<24} {}", need.package, need.why));
    }
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if run::find("apt-get").is_none() {
        bail!(
            "this machine has no apt-get. Install the counterparts of these Debian packages, then run the command again: {}",
            packages.join(" ")
        );
    }
    let Some(prefix) = privilege() else {
        bail!("installing needs root. Run this as root, then the command again:\n    {by_hand}");
    };
    let advice = || format!("Debian's packages could not be installed. By hand, as root:\n    {by_hand}");
    let updated = run::try_quietly("apt-get update", &mut apt(prefix, &["update"]))?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(&packages);
    let label = format!("apt-get install {}", packages.join(" "));
    run::quietly(&label, &mut apt(prefix, &arguments)).map_err(|error| {
        let network = if updated {
            ""
        } else {
            " (apt-get update failed: is there a network?)"
        };
        anyhow::anyhow!("{}{network}", advice()).context(error)
    })
}

/// How to become root: nothing to do, `sudo`, or `None`.
fn privilege() -> Option<&'static [&'static str]> {
    let uid = run::output(Command::new("id").arg("-u")).unwrap_or_default();
    if uid == "0" {
        return Some(&[]);
    }
    run::find("sudo")?;
    if run::output(Command::new("sudo").args(["-n", "true"])).is_ok() {
        return Some(&["sudo", "-n"]);
    }
    term::note("installing needs root; sudo may ask for your password");
    run::openly(Command::new("sudo").arg("-v")).ok()?;
    Some(&["sudo", "-n"])
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Command {
    let mut words = prefix.to_vec();
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]);
    words.extend(arguments);
    let mut command = Command::new(words.first().copied().unwrap_or("env"));
    command.args(words.get(1..).unwrap_or_default());
    command
}
