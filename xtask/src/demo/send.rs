//! Sending studies with DCMTK, as a modality would.

use super::{Options, Programs};
use crate::{root, run, term};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;
use std::time::Instant;

/// Sends study number `index` on a thread of its own and says how it went.
pub(super) fn start(options: &Options, programs: &Programs, index: u32, port: u16) -> JoinHandle<()> {
    let study = match &options.send {
        Some(folder) => Study::Folder(folder.clone()),
        None => Study::Phantom {
            program: programs.phantom.clone(),
            slices: options.slices,
            tilt: options.tilt,
            seed: index + 1,
        },
    };
    std::thread::spawn(move || {
        if let Err(error) = study.send(port) {
            term::failed(&format!("{error:#}"));
        }
    })
}

enum Study {
    Folder(PathBuf),
    Phantom {
        program: PathBuf,
        slices: u32,
        tilt: f64,
        seed: u32,
    },
}

impl Study {
    fn send(&self, port: u16) -> Result<()> {
        match self {
            Self::Folder(folder) => {
                // The user's files may be compressed: dcmsend proposes the syntax that each file has.
                let mut command = Command::new("dcmsend");
                command.args([
                    "+sd",
                    "+r",
                    "-nh",
                    "-dn",
                    "-aet",
                    "DEMO",
                    "-aec",
                    "NOCTIS",
                    "127.0.0.1",
                ]);
                command.arg(port.to_string()).arg(folder);
                report(&format!("sent {} with dcmsend", folder.display()), &mut command)
            }
            Self::Phantom {
                program,
                slices,
                tilt,
                seed,
            } => {
                let folder = root::scratch("phantom")?.join(format!("{slices}-{tilt}-{seed}"));
                generate(
                    program,
                    &folder,
                    &[slices.to_string(), tilt.to_string(), seed.to_string()],
                )?;
                let mut command = Command::new("storescu");
                command.args([
                    "+sd",
                    "+r",
                    "+sp",
                    "*.dcm",
                    "-aet",
                    "DEMO",
                    "-aec",
                    "NOCTIS",
                    "127.0.0.1",
                ]);
                command.arg(port.to_string()).arg(folder);
                report(
                    &format!("sent a head of {slices} slices with storescu"),
                    &mut command,
                )
            }
        }
    }
}

/// Generates the phantom unless an earlier run has; `truth.json` is written last.
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
        Err(error) => bail!("not everything was {done}: {error:#}"),
    }
    Ok(())
}
