//! Running other programs: quietly with a status line and a log, or in the open.

use crate::{root, term};
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How many of its last lines a failed program may say.
const LAST_WORDS: usize = 40;
/// How often a long task says that it is alive where there is no status line.
const HEARTBEAT: Duration = Duration::from_secs(60);

/// Runs `command` as the task `label`: its output goes to a log, its last line to the status line.
///
/// # Errors
/// When it cannot start or does not succeed; its last lines are printed.
pub(crate) fn quietly(label: &str, command: &mut Command) -> Result<()> {
    let started = Instant::now();
    match observe(label, command, started)? {
        Ok(()) => {
            term::done(label, started.elapsed());
            Ok(())
        }
        Err(last_words) => fail(label, command, &last_words),
    }
}

/// Like [`quietly`], but success is not worth a line.
///
/// # Errors
/// As [`quietly`].
pub(crate) fn silently(label: &str, command: &mut Command) -> Result<()> {
    observe(label, command, Instant::now())?.or_else(|last_words| fail(label, command, &last_words))
}

fn fail(label: &str, command: &Command, last_words: &[String]) -> Result<()> {
    term::failed(label);
    for line in last_words {
        println!("    {line}");
    }
    bail!("{label}: {} did not succeed", program(command));
}

/// Like [`quietly`], but failing is an answer: says whether it succeeded, and prints nothing if not.
///
/// # Errors
/// When the program cannot start.
pub(crate) fn try_quietly(label: &str, command: &mut Command) -> Result<bool> {
    let started = Instant::now();
    let succeeded = observe(label, command, started)?.is_ok();
    term::clear_status();
    if succeeded {
        term::done(label, started.elapsed());
    }
    Ok(succeeded)
}

/// Runs `command` in the open, its output as it is.
///
/// # Errors
/// When it cannot start or does not succeed.
pub(crate) fn openly(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", program(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", program(command));
    }
    Ok(())
}

/// What `command` prints, trimmed.
///
/// # Errors
/// When it cannot start or does not succeed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", program(command)))?;
    if !output.status.success() {
        bail!(
            "{} ended with {}: {}",
            program(command),
            output.status,
            tail(&output.stderr)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where a program of this name is on the `PATH`.
pub(crate) fn find(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| is_program(file))
}

/// Runs and watches; the inner error holds the last lines that the program said.
fn observe(
    label: &str,
    command: &mut Command,
    started: Instant,
) -> Result<std::result::Result<(), Vec<String>>> {
    let slug: String = label
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let mut log = std::fs::File::create(root::scratch("log")?.join(format!("{slug}.log")))?;
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {}", program(command)))?;
    let (sender, lines) = mpsc::sync_channel(64);
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);
    let mut last_words = std::collections::VecDeque::new();
    let mut last_line = String::new();
    let mut next_heartbeat = HEARTBEAT;
    loop {
        match lines.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => {
                writeln!(log, "{line}")?;
                if last_words.len() == LAST_WORDS {
                    last_words.pop_front();
                }
                last_words.push_back(line.clone());
                last_line = line;
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
        term::status(label, &last_line, started.elapsed());
        if !term::is_terminal() && started.elapsed() > next_heartbeat {
            term::note(&format!("{label}: {} so far", term::seconds(started.elapsed())));
            next_heartbeat += HEARTBEAT;
        }
    }
    let succeeded = child.wait()?.success();
    Ok(if succeeded { Ok(()) } else { Err(last_words.into()) })
}

/// Sends the lines of `from` to the channel, on a thread of its own.
fn forward(from: Option<impl Read + Send + 'static>, to: mpsc::SyncSender<String>) {
    let Some(from) = from else { return };
    std::thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if to.send(text).is_err() {
                return;
            }
        }
    });
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(5)..)
        .unwrap_or_default()
        .join("\n")
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
