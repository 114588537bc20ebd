//! What each command needs on the machine. Nothing is installed that is there already.

pub(crate) mod debian;
pub(crate) mod node;
pub(crate) mod python;
mod tools;

use crate::{compiler, root, term};
use anyhow::Result;
use debian::Need;
use std::time::Instant;

/// All of it: `cargo xtask setup`.
///
/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn everything() -> Result<()> {
    let started = Instant::now();
    wasm()?;
    test()?;
    term::done("this machine is ready", started.elapsed());
    Ok(())
}

/// What `cargo xtask wasm` needs; the first part of every other command.
///
/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn wasm() -> Result<compiler::Compiler> {
    term::heading("Setting up");
    let compiler = compiler::ensure()?;
    term::note(&format!("wasm compiler: {}", compiler.description));
    node::packages(&root::path())?;
    Ok(compiler)
}

/// What `cargo xtask demo` and `package` need besides.
///
/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn demo() -> Result<()> {
    debian::ensure(&native(&[]))?;
    python::environment(&[python::SERVICE])
}

/// What `cargo xtask test`, `lint` and `bench` need besides.
///
/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn test() -> Result<()> {
    debian::ensure(&native(&[
        Need::program("chromium", "chromium", "the browser of the tests"),
        Need::program("firefox-esr", "firefox-esr", "another browser of the tests"),
        Need::program(
            "webkit2gtk-driver",
            "WebKitWebDriver",
            "a third browser of the tests",
        ),
        Need::program(
            "xvfb",
            "Xvfb",
            "a display for browsers that have WebGL2 on one only",
        ),
        Need::program("dicom3tools", "dciodvfy", "checks reports against the standard"),
        Need::file(
            "mesa-vulkan-drivers",
            "/usr/share/vulkan/icd.d",
            "a software GPU for the native tests of the shaders",
        ),
        Need::file(
            "fonts-dejavu-core",
            "/usr/share/fonts/truetype/dejavu",
            "letters for the browser",
        ),
        Need::program(
            "strace",
            "strace",
            "shows the tests in which order the receiver syncs its files",
        ),
        Need::program(
            "faketime",
            "faketime",
            "sets the clock of the receiver back in its tests",
        ),
        Need::file(
            "redis-server",
            "/usr/bin/redis-server",
            "takes events in the tests of the receiver",
        ),
        Need::file(
            "postgresql",
            "/usr/lib/postgresql",
            "holds the index in the tests of the gateway",
        ),
        Need::program("prometheus", "promtool", "tries the alert rules"),
        Need::program("systemd", "systemd-analyze", "judges the unit files"),
        Need::program(
            "dbus",
            "dbus-daemon",
            "a bus for the stand-in of systemd in the tests of the gateway",
        ),
        Need::file(
            "nginx-light",
            "/usr/sbin/nginx",
            "stands before the gateway in its tests",
        ),
        Need::file(
            "nats-server",
            "/usr/sbin/nats-server",
            "takes events in the tests of the receiver",
        ),
        Need::file(
            "orthanc",
            "/usr/sbin/Orthanc",
            "sends to the receiver in its tests, and is compared with it",
        ),
        Need::file(
            "orthanc-dicomweb",
            "/usr/share/orthanc/plugins/libOrthancDicomWeb.so",
            "a DICOMweb server for the page that is not ours",
        ),
    ]))?;
    python::environment(&[python::SERVICE, python::TESTS])?;
    node::packages(&root::path().join("tests/receiver/senders"))?;
    tools::ensure()
}

/// What `cargo xtask fuzz` needs besides, and with it `test`.
///
/// # Errors
/// When something is missing and cannot be installed.
pub(crate) fn fuzz() -> Result<()> {
    debian::ensure(&native(&[Need::program(
        "g++",
        "c++",
        "the compiler of libFuzzer",
    )]))
}

fn native(more: &[Need]) -> Vec<Need> {
    let mut needs = vec![
        Need::program(
            "gcc",
            "cc",
            "the linker of Rust and the compiler of the embedded SQLite",
        ),
        Need::program("dcmtk", "storescu", "sends studies to the receiver"),
    ];
    needs.extend(more.iter().cloned());
    needs
}
