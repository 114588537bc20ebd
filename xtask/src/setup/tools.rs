//! Programs of the registry of crates that tests talk to: built once, into `target/tools/bin`.

use crate::{cargo, root, run};
use anyhow::{Context as _, Result};

/// A program, the features that it needs, and how much it is optimised: enough for tests, and built in half the time.
struct Tool {
    name: &'static str,
    version: &'static str,
    features: &'static str,
    opt_level: &'static str,
}

const TOOLS: [Tool; 2] = [
    // An S3 server over a folder: the receiver stores into it, the gateway reads from it.
    Tool {
        name: "s3s-fs",
        version: "0.14.1",
        features: "binary",
        opt_level: "1",
    },
    // Sends to the receiver.
    Tool {
        name: "dicom-storescu",
        version: "0.10.1",
        features: "",
        opt_level: "0",
    },
];

/// Builds what is missing.
///
/// # Errors
/// When a program cannot be built.
pub(crate) fn ensure() -> Result<()> {
    let folder = root::target().join("tools");
    for Tool {
        name,
        version,
        features,
        opt_level,
    } in TOOLS
    {
        let stamp = folder.join(format!(".noctis-{name}"));
        let wanted = format!("{version} {features}");
        if std::fs::read_to_string(&stamp).is_ok_and(|built| built == wanted) {
            continue;
        }
        let mut command = cargo::native();
        command
            .args(["install", "--locked", name, "--version", version])
            .args(["--no-default-features", "--features", features])
            .arg("--root")
            .arg(&folder)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", opt_level)
            .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
        run::quietly(&format!("cargo install {name} {version}"), &mut command)
            .with_context(|| format!("{name} could not be built; is there a network?"))?;
        std::fs::write(stamp, wanted)?;
    }
    Ok(())
}
