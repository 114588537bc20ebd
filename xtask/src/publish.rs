//! From `js-glue/wasm/` to the npm package and to `static/wasm/<version>/`, where the gateway serves it.

use crate::{root, run, term};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Builds the npm package and lays its files under `static/wasm/<version>/`, with compressed copies.
///
/// # Errors
/// When the build of the package fails or a file cannot be written.
pub(crate) fn package() -> Result<()> {
    let mut command = Command::new("npm");
    command
        .args(["run", "build", "--workspace", "js-glue"])
        .current_dir(root::path());
    run::quietly("npm run build, js-glue", &mut command)?;
    let from = root::path().join("js-glue/dist");
    let to = folder();
    std::fs::create_dir_all(&to)?;
    let wanted = names(&from)?;
    if wanted.is_empty() {
        bail!("{} is empty after the build of js-glue", from.display());
    }
    let mut changed = Vec::new();
    for name in &wanted {
        let (source, target) = (from.join(name), to.join(name));
        let bytes = std::fs::read(&source)?;
        if std::fs::read(&target).is_ok_and(|old| old == bytes) && compressed_copies_exist(&target) {
            continue;
        }
        std::fs::write(&target, bytes)?;
        if is_compressed(name) {
            changed.push(target);
        }
    }
    remove_others(&to, &wanted)?;
    if !changed.is_empty() {
        let mut command = Command::new("node");
        command
            .arg(root::path().join("xtask/js/compress.mjs"))
            .args(&changed);
        run::quietly("brotli and gzip copies", &mut command)?;
    }
    term::note(&format!("the package is in static/wasm/{}/", root::VERSION));
    Ok(())
}

/// Prints a table of the sizes of what browsers load.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn print_sizes() -> Result<()> {
    term::heading("Sizes, bytes");
    println!("  {:<36} {:>10} {:>10} {:>10}", "file", "raw", "gzip", "brotli");
    let folder = folder();
    for name in names(&folder)?.iter().filter(|name| is_compressed(name)) {
        let size = |suffix: &str| {
            std::fs::metadata(folder.join(format!("{name}{suffix}")))
                .map(|meta| meta.len())
                .unwrap_or_default()
        };
        println!(
            "  {name:<36} {:>10} {:>10} {:>10}",
            size(""),
            size(".gz"),
            size(".br")
        );
    }
    Ok(())
}

fn folder() -> PathBuf {
    root::path().join("static/wasm").join(root::VERSION)
}

/// The files that have compressed copies: what a browser loads.
fn is_compressed(name: &str) -> bool {
    name.ends_with(".wasm") || name.ends_with(".js")
}

fn compressed_copies_exist(file: &Path) -> bool {
    let name = file.to_string_lossy();
    !is_compressed(&name)
        || [".br", ".gz"]
            .iter()
            .all(|end| Path::new(&format!("{name}{end}")).exists())
}

/// Removes what an earlier build left, so that the folder holds exactly the package.
fn remove_others(folder: &Path, wanted: &[String]) -> Result<()> {
    for name in names(folder)? {
        let original = name.trim_end_matches(".br").trim_end_matches(".gz");
        if !wanted.iter().any(|kept| kept == original) {
            std::fs::remove_file(folder.join(name))?;
        }
    }
    Ok(())
}

/// The names of the files in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} is missing", folder.display()))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    Ok(names)
}
