//! Sending studies with DCMTK, as a modality would.

use super::{Options, Programs};
use crate::{root, run, term};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

/// Sends a study on a thread of its own and says how it went; then makes ready the one after it.
pub(super) fn start(study: Study, next: Study, port: u16) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let outcome = study
            .prepare()
            .and_then(|()| study.send(port))
            .and_then(|()| next.prepare());
        if let Err(error) = outcome
            && !STOPPING.load(Ordering::Relaxed)
        {
            term::failed(&format!("{error:#}"));
        }
    })
}

/// Set when the demo ends: a sender that is interrupted then is no failure.
pub(super) static STOPPING: AtomicBool = AtomicBool::new(false);

/// Something to send.
pub(super) enum Study {
    Folder(PathBuf),
    Phantom {
        program: PathBuf,
        slices: u32,
        tilt: f64,
        seed: u32,
    },
}

impl Study {
    /// Study number `index` of the demo.
    pub(super) fn new(options: &Options, programs: &Programs, index: u32) -> Self {
        match &options.send {
            Some(folder) => Self::Folder(folder.clone()),
            None => Self::Phantom {
                program: programs.phantom.clone(),
                slices: options.slices,
                tilt: options.tilt,
                seed: index + 1,
            },
        }
    }

    /// Generates what is to be sent, unless an earlier run has.
    pub(super) fn prepare(&self) -> Result<()> {
        match self {
            Self::Folder(_) => Ok(()),
            Self::Phantom {
                program,
                slices,
                tilt,
                seed,
            } => generate(
                program,
                &self.folder()?,
                &[slices.to_string(), tilt.to_string(), seed.to_string()],
            ),
        }
    }

    fn folder(&self) -> Result<PathBuf> {
        match self {
            Self::Folder(folder) => Ok(folder.clone()),
            Self::Phantom {
                slices, tilt, seed, ..
            } => Ok(root::scratch("phantom")?.join(format!("{slices}-{tilt}-{seed}"))),
        }
    }

    fn send(&self, port: u16) -> Result<()> {
        let (mut command, what) = match self {
            Self::Folder(folder) => {
                // The user's files may be compressed: dcmsend proposes the syntax that each file has.
                let mut command = Command::new("dcmsend");
                command.args(["+sd", "+r", "-nh", "-dn"]);
                (command, format!("sent {} with dcmsend", folder.display()))
            }
            Self::Phantom { slices, .. } => {
                let mut command = Command::new("storescu");
                command.args(["+sd", "+r", "+sp", "*.dcm"]);
                (command, format!("sent a head of {slices} slices with storescu"))
            }
        };
        command.args(["-aet", "DEMO", "-aec", "NOCTIS", "127.0.0.1", &port.to_string()]);
        report(&what, command.arg(self.folder()?))
    }
}

/// Generates the phantom unless it is there; `truth.json` is written last.
fn generate(program: &Path, folder: &Path, [slices, tilt, seed]: &[String; 3]) -> Result<()> {
    if folder.join("truth.json").exists() {
        return Ok(());
    }
    let mut command = Command::new(program);
    command
        .args(["--slices", slices, "--tilt", tilt, "--seed", seed, "--out"])
        .arg(folder);
    report(&format!("generated a head of {slices} slices"), &mut command)
}

fn report(done: &str, command: &mut Command) -> Result<()> {
    let started = Instant::now();
    match run::output(command) {
        Ok(_) => term::done(done, started.elapsed()),
        Err(error) => bail!("this did not work: {done}: {error:#}"),
    }
    Ok(())
}
