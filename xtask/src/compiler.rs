//! The compiler of the browser modules, found by a rule of three steps:
//!
//! 1. the active toolchain has the wasm32 standard library;
//! 2. `rustup target add` brings it;
//! 3. Debian's `rustc-web` builds it from the source in `rust-web-src`.
//!
//! No source file of the modules depends on which step it was.

use crate::setup::debian::{self, Need};
use crate::{cargo, root, run, term};
use anyhow::{Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of the browser modules.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// Forces a step, for tests of the rule itself: `toolchain` or `debian`.
const CHOICE: &str = "NOCTIS_WASM_COMPILER";
/// `rustup target add` may take this long, in seconds; a slow network gets what it needs in that time.
const RUSTUP_TIMEOUT_SECS: &str = "180";
const LINKER: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

/// A way to compile for wasm32.
pub(crate) struct Compiler {
    /// What to tell a person.
    pub(crate) description: &'static str,
    origin: Origin,
    linker: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq)]
enum Origin {
    Toolchain,
    Debian,
}

impl Compiler {
    /// `cargo build` with everything that this compiler needs.
    pub(crate) fn build(&self) -> Command {
        let mut command = match self.origin {
            Origin::Toolchain => cargo::native(),
            Origin::Debian => debian_cargo(),
        };
        if let Some(linker) = &self.linker {
            command.env(LINKER, linker);
        }
        command.args(["build", "--target", TARGET, "--profile", "wasm", "--target-dir"]);
        command.arg(root::target().join("wasm"));
        if self.origin == Origin::Debian {
            command.arg("-Zbuild-std=std,panic_abort");
        }
        command
    }

    /// The version text of the compiler itself.
    ///
    /// # Errors
    /// When the compiler cannot be asked.
    pub(crate) fn identity(&self) -> Result<String> {
        let mut command = match self.origin {
            Origin::Toolchain => Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())),
            Origin::Debian => Command::new("/usr/bin/rustc"),
        };
        run::output(command.arg("-vV").current_dir(root::path()))
    }
}

/// Finds a compiler by the rule, and installs what is missing.
///
/// # Errors
/// When no step works; the text says what a person can do.
pub(crate) fn ensure() -> Result<Compiler> {
    let choice = std::env::var(CHOICE).unwrap_or_default();
    if choice != "debian" {
        if toolchain_has_target() {
            return Ok(from_toolchain("the active toolchain"));
        }
        if rustup_brings_target()? {
            return Ok(from_toolchain("the active toolchain, completed by rustup"));
        }
        if choice == "toolchain" {
            bail!("{CHOICE}=toolchain, but rustup could not add {TARGET}");
        }
    }
    from_debian()
}

fn from_toolchain(description: &'static str) -> Compiler {
    let linker = if toolchain_linker().is_some() {
        None
    } else {
        wasm_ld()
    };
    Compiler {
        description,
        origin: Origin::Toolchain,
        linker,
    }
}

/// Step 1: whether the active toolchain has the standard library for wasm32.
pub(crate) fn toolchain_has_target() -> bool {
    let Some(sysroot) = sysroot() else { return false };
    let Ok(files) = std::fs::read_dir(sysroot.join("lib/rustlib").join(TARGET).join("lib")) else {
        return false;
    };
    files
        .flatten()
        .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
}

/// Step 2. A refusal is remembered for this toolchain, so that it costs its time only once.
fn rustup_brings_target() -> Result<bool> {
    let (Some(_), Some(sysroot)) = (run::find("rustup"), sysroot()) else {
        return Ok(false);
    };
    let stamp = root::scratch("stamps")?.join("rustup-refused");
    let refused = std::fs::read_to_string(&stamp).unwrap_or_default();
    if refused == sysroot.to_string_lossy() && Path::new(DEBIAN_SOURCE).exists() {
        return Ok(false);
    }
    term::note(&format!(
        "the toolchain lacks {TARGET}: asking rustup for it (about 25 MB)"
    ));
    let mut command = Command::new("timeout");
    command
        .args([RUSTUP_TIMEOUT_SECS, "rustup", "target", "add", TARGET])
        .env("RUSTUP_MAX_RETRIES", "1");
    if run::try_quietly("rustup target add", &mut command)? && toolchain_has_target() {
        return Ok(true);
    }
    term::note("rustup cannot bring it here; using Debian's compiler instead");
    std::fs::write(stamp, sysroot.to_string_lossy().as_bytes())?;
    Ok(false)
}

fn from_debian() -> Result<Compiler> {
    let source = Need::file(
        "rust-web-src",
        DEBIAN_SOURCE,
        "the source of the wasm standard library",
    );
    debian::ensure(&[
        Need::file(
            "rustc-web",
            "/usr/bin/rustc",
            "a Rust compiler that matches that source",
        ),
        Need::file("cargo-web", "/usr/bin/cargo", "its cargo"),
        source,
    ])?;
    let linker = match toolchain_linker().or_else(wasm_ld) {
        Some(linker) => linker,
        None => {
            debian::ensure(&[Need::program("lld", "wasm-ld", "the linker for wasm")])?;
            wasm_ld().unwrap_or_else(|| "wasm-ld".into())
        }
    };
    let description = "Debian's rustc-web, which builds the standard library (about 2 minutes, once)";
    Ok(Compiler {
        description,
        origin: Origin::Debian,
        linker: Some(linker),
    })
}

fn debian_cargo() -> Command {
    let mut path = OsString::from("/usr/bin:");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = Command::new("/usr/bin/cargo");
    cargo::without_outer_cargo(&mut command);
    command
        .env("PATH", path)
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1");
    for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTDOC", "LD_LIBRARY_PATH"] {
        command.env_remove(name);
    }
    command
}

fn sysroot() -> Option<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--print", "sysroot"]).current_dir(root::path());
    run::output(&mut command).ok().map(PathBuf::from)
}

/// `rust-lld` of the active toolchain.
fn toolchain_linker() -> Option<PathBuf> {
    let hosts = std::fs::read_dir(sysroot()?.join("lib/rustlib")).ok()?;
    hosts
        .flatten()
        .map(|host| host.path().join("bin/rust-lld"))
        .find(|file| file.is_file())
}

/// `wasm-ld` on the path, or of any installed LLVM.
fn wasm_ld() -> Option<PathBuf> {
    run::find("wasm-ld").or_else(|| {
        let folders = std::fs::read_dir("/usr/lib").ok()?;
        let mut found: Vec<PathBuf> = folders
            .flatten()
            .filter(|folder| folder.file_name().to_string_lossy().starts_with("llvm-"))
            .map(|folder| folder.path().join("bin/wasm-ld"))
            .filter(|file| file.is_file())
            .collect();
        found.sort();
        found.pop()
    })
}
