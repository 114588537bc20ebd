//! `cargo xtask demo`: receiver, gateway and page on free ports, a study sent into them, until Ctrl-C.

mod send;
mod service;

use crate::{cargo, root, run, setup, term, test, wasm};
use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use service::Service;
use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Send the DICOM files of this folder instead of the generated head
    #[arg(long, value_name = "FOLDER", value_parser = absolute)]
    send: Option<PathBuf>,
    /// Gantry tilt of the generated head, degrees
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    tilt: f64,
    /// Number of slices of the generated head
    #[arg(long, default_value_t = 120)]
    slices: u32,
    /// Make the page use this backend instead of the best that the browser has
    #[arg(long, value_enum)]
    backend: Option<Backend>,
    /// Port of the page; a free one if not given
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Keep what was received in this folder; if not given, in a folder that is removed at the end
    #[arg(long, value_name = "FOLDER", value_parser = absolute)]
    storage: Option<PathBuf>,
}

/// Paths of the command line are relative to where the command was given, not to the root of the repository.
fn absolute(path: &str) -> std::io::Result<PathBuf> {
    std::path::absolute(path)
}

#[derive(Clone, Copy, ValueEnum)]
enum Backend {
    Webgpu,
    Webgl2,
    Cpu,
}

/// What the demo waits for while it runs.
enum Event {
    /// Ctrl-C, a closed terminal, or a request to end.
    Stop,
    /// A line on the input: another study is wanted.
    Again,
}

/// Runs the demo until it is stopped.
///
/// # Errors
/// When something cannot be built or started, or a service ends by itself.
pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(folder) = &options.send
        && !folder.is_dir()
    {
        bail!("{} is not a folder", folder.display());
    }
    let compiler = setup::wasm()?;
    setup::demo()?;
    // Both take minutes the first time, and much of each runs on one core.
    let programs = std::thread::scope(|scope| {
        let programs = scope.spawn(build_programs);
        wasm::build_all(&compiler)?;
        programs.join().unwrap_or_else(|_| bail!("a thread died"))
    })?;
    let events = listen()?;
    let place = Place::new(options.storage.as_deref())?;
    term::heading("Starting");
    let study = |index| send::Study::new(options, &programs, index);
    study(0).prepare()?;
    let (mut services, url, port) = start(&programs, &place, options.port)?;
    let page = match options.backend.and_then(|backend| backend.to_possible_value()) {
        Some(backend) => format!("{url}/?backend={}", backend.get_name()),
        None => url,
    };
    announce(&page, &place, options);
    let mut index = 0;
    let mut sender = send::start(study(0), study(1), port);
    let outcome = loop {
        match events.recv_timeout(Duration::from_millis(300)) {
            Ok(Event::Stop) | Err(mpsc::RecvTimeoutError::Disconnected) => break Ok(()),
            Ok(Event::Again) => {
                if sender.is_finished() {
                    index += 1;
                    sender = send::start(study(index), study(index + 1), port);
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        if let Some(error) = services.iter_mut().find_map(Service::has_ended) {
            break Err(error);
        }
    };
    send::STOPPING.store(true, Ordering::Relaxed);
    println!();
    for service in services.into_iter().rev() {
        service.stop();
    }
    outcome
}

/// The programs of the demo.
struct Programs {
    receiver: PathBuf,
    phantom: PathBuf,
    /// The folder of Python's `noctis_dicom_core`.
    core: PathBuf,
}

fn build_programs() -> Result<Programs> {
    let mut command = cargo::native();
    command.args([
        "build",
        "--release",
        "-p",
        "noctis-dicom-rx",
        "-p",
        "phantom",
        "-p",
        "core-py",
    ]);
    run::quietly(
        "cargo build noctis-dicom-rx, noctis-phantom, noctis_dicom_core",
        &mut command,
    )?;
    let folder = root::target().join("release");
    Ok(Programs {
        receiver: folder.join("noctis-dicom-rx"),
        phantom: folder.join("noctis-phantom"),
        core: test::importable(&folder)?,
    })
}

/// Where the demo keeps what it receives. A folder of its own is removed when the demo ends.
struct Place {
    folder: PathBuf,
    temporary: bool,
}

impl Place {
    fn new(storage: Option<&Path>) -> Result<Self> {
        let (folder, temporary) = match storage {
            Some(folder) => (folder.to_path_buf(), false),
            None => (root::scratch("demo")?.join(std::process::id().to_string()), true),
        };
        std::fs::create_dir_all(folder.join("received"))
            .with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { folder, temporary })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.temporary {
            // A folder that is left over harms nobody; the next `cargo clean` takes it.
            drop(std::fs::remove_dir_all(&self.folder));
        }
    }
}

/// Starts gateway and receiver; returns them with the URL of the page and the DICOM port.
fn start(programs: &Programs, place: &Place, port: u16) -> Result<(Vec<Service>, String, u16)> {
    let token = token()?;
    let storage = place.folder.join("received");
    let mut gateway = Command::new(root::python());
    gateway
        .args(["main.py", "--host", "127.0.0.1", "--port", &port.to_string()])
        .current_dir(root::path().join("services/dicom_fastapi"))
        .env("PYTHONPATH", &programs.core)
        .env("NOCTIS_FASTAPI_TOKEN", &token)
        .env("NOCTIS_STORAGE", &storage)
        .env("NOCTIS_READ_ACCESS", "loopback")
        .env("NOCTIS_GATEWAY_DATABASE", place.folder.join("gateway.sqlite"))
        .env("NOCTIS_WASM_ROOT", root::path().join("static/wasm"))
        .env("NOCTIS_PAGE_ROOT", root::path().join("examples/viewer"));
    let (gateway, url) = Service::start("gateway", &mut gateway)?;
    let mut receiver = Command::new(&programs.receiver);
    receiver
        .arg("run")
        .env("NOCTIS_RX_LISTEN", "127.0.0.1:0")
        .env("NOCTIS_RX_AE_TITLE", "NOCTIS")
        .env("NOCTIS_RX_STORAGE", &storage)
        .env("NOCTIS_RX_OUTBOX", place.folder.join("outbox.sqlite"))
        .env("NOCTIS_RX_WEBHOOK_URL", format!("{url}/ingest"))
        .env("NOCTIS_FASTAPI_TOKEN", &token);
    let (receiver, address) = Service::start("receiver", &mut receiver)?;
    let port = address.rsplit(':').next().and_then(|text| text.parse().ok());
    let port = port.with_context(|| format!("the receiver listens on {address:?}, which names no port"))?;
    Ok((vec![gateway, receiver], url, port))
}

fn announce(page: &str, place: &Place, options: &Options) {
    term::heading("Ready");
    println!("\n    {}\n", term::paint("1;36", page));
    term::note("Open it now and watch the slices arrive; who comes later sees the whole study.");
    term::note("Wheel or arrow keys: slices.  Drag: window.  Shift + drag: pan.  Ctrl + wheel: zoom.");
    if options.send.is_none() {
        term::note("Enter: send another study.  Ctrl-C: stop.");
    } else {
        term::note("Enter: send the folder again.  Ctrl-C: stop.");
    }
    let fate = if place.temporary {
        ", removed at the end (--storage FOLDER keeps it)"
    } else {
        ""
    };
    term::note(&format!("Received files: {}{fate}", place.folder.display()));
    println!();
}

/// Turns signals and lines of the input into events.
fn listen() -> Result<mpsc::Receiver<Event>> {
    let (sender, events) = mpsc::sync_channel(4);
    let stop = sender.clone();
    ctrlc::set_handler(move || {
        // A full channel means that a stop is waiting already.
        drop(stop.try_send(Event::Stop));
    })
    .context("cannot listen for Ctrl-C")?;
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            if line.is_err() || sender.send(Event::Again).is_err() {
                return;
            }
        }
        // The input is closed: the handler above still holds the channel open.
    });
    Ok(events)
}

/// A secret for this run, 32 hexadecimal digits.
fn token() -> Result<String> {
    use std::io::Read as _;
    let mut bytes = [0; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
