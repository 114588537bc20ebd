//! A program that runs beside the command: started, waited for until it listens, stopped in order.

use crate::{root, term};
use anyhow::{Context as _, Result, anyhow};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// What a service prints when it can be used, followed by its address.
const READY: &str = "listening on ";
const START_TIMEOUT: Duration = Duration::from_secs(30);
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// A running program; killed when it is dropped.
pub(crate) struct Service {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Service {
    /// Starts a program in a process group of its own, so that Ctrl-C reaches only this command, and returns the
    /// address that it says it listens on.
    ///
    /// # Errors
    /// When it cannot start, ends, or does not listen in time.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Result<(Self, String)> {
        let started = Instant::now();
        let log = root::scratch("log")?.join(format!("{name}.log"));
        let file = std::fs::File::create(&log)?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file)
            .process_group(0);
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start the {name}"))?;
        let (sender, addresses) = mpsc::sync_channel(1);
        let output = child.stdout.take();
        std::thread::spawn(move || {
            // The output is read to its end, so that the program never waits for a reader.
            for line in output
                .into_iter()
                .flat_map(|output| BufReader::new(output).lines())
                .map_while(Result::ok)
            {
                if let Some(address) = line.strip_prefix(READY) {
                    drop(sender.try_send(address.trim().to_owned()));
                }
            }
        });
        let mut service = Self { name, child, log };
        loop {
            match addresses.recv_timeout(Duration::from_millis(100)) {
                Ok(address) => {
                    term::done(&format!("{name} listens on {address}"), started.elapsed());
                    return Ok((service, address));
                }
                Err(_) if started.elapsed() > START_TIMEOUT => {
                    return Err(service.last_words("does not say that it listens"));
                }
                Err(_) => service.has_ended().map_or(Ok(()), Err)?,
            }
        }
    }

    /// The error to end with if the program has ended by itself.
    pub(crate) fn has_ended(&mut self) -> Option<anyhow::Error> {
        let status = self.child.try_wait().ok().flatten()?;
        Some(self.last_words(&format!("ended by itself ({status})")))
    }

    /// Asks the program to end, and waits for it.
    pub(crate) fn stop(mut self) {
        let started = Instant::now();
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        while asked.is_ok() && started.elapsed() < STOP_TIMEOUT {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                term::done(&format!("{} stopped", self.name), started.elapsed());
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        term::failed(&format!("{} did not stop in time and is killed", self.name));
    }

    fn last_words(&self, what: &str) -> anyhow::Error {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines
            .get(lines.len().saturating_sub(15)..)
            .unwrap_or_default()
            .join("\n    ");
        anyhow!(
            "the {} {what}. Its log, {}, ends with:\n    {tail}",
            self.name,
            self.log.display()
        )
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
