//! Where things are in this repository.

use std::path::{Path, PathBuf};

/// The version of the workspace: the name of the folder under `static/wasm/`.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The root of the repository. Cargo says at run time where this package is; the place at compile time is another one
/// when two checkouts share a target folder.
pub(crate) fn path() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = Path::new(&here);
    here.parent().unwrap_or(here).to_path_buf()
}

/// The target folder of cargo: `target/`, or what `CARGO_TARGET_DIR` says.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => path().join(folder),
        None => path().join("target"),
    }
}

/// A folder for logs, stamps and reports of the commands, made if it is missing.
///
/// # Errors
/// When the folder cannot be made.
pub(crate) fn scratch(name: &str) -> std::io::Result<PathBuf> {
    let folder = target().join("xtask").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The Python interpreter of the repository's own environment.
pub(crate) fn python() -> PathBuf {
    path().join(".venv/bin/python")
}
