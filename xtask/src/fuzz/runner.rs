//! Runs programs of libFuzzer side by side, and reads what they say.

use super::Target;
use crate::{root, term};
use anyhow::{Context as _, Result};
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// Longer inputs find little and take long.
const LONGEST_INPUT: usize = 8192;
/// An input that takes so many seconds is a finding.
const SLOWEST_SECONDS: u32 = 10;
/// How many of its last lines a program may say.
const LAST_WORDS: usize = 25;
/// How often is said how far a target is, where there is no status line.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// A broken promise.
pub(super) struct Finding {
    pub(super) target: Target,
    /// The input that breaks it, where the program could save it.
    pub(super) input: Option<PathBuf>,
    pub(super) last_words: Vec<String>,
}

/// Where a program is, from its own words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Progress {
    inputs: u64,
    edges: u64,
    kept: u64,
}

impl Progress {
    /// Reads `#8192 pulse cov: 812 ft: 2030 corp: 214/31Kb exec/s: 4096 rss: 61Mb`, a tab after the number.
    fn read(&mut self, line: &str) -> bool {
        let Some((inputs, rest)) = line.strip_prefix('#').and_then(|rest| rest.split_once('\t')) else {
            return false;
        };
        let after = |label: &str| {
            let number = rest.split_once(label)?.1.trim_start();
            let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
            number.get(..end)?.parse().ok()
        };
        let (Ok(inputs), Some(edges)) = (inputs.parse(), after("cov:")) else {
            return false;
        };
        *self = Self {
            inputs,
            edges,
            kept: after("corp:").unwrap_or(self.kept),
        };
        true
    }
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} inputs, {} edges, {} kept",
            self.inputs, self.edges, self.kept
        )
    }
}

/// Runs each target for so many seconds; gives what was found.
///
/// # Errors
/// When a program cannot run.
pub(super) fn run(targets: &[Target], programs: &Path, seconds: u64) -> Result<Vec<Finding>> {
    let side_by_side = std::thread::available_parallelism().map_or(1, usize::from);
    let queue = Mutex::new(targets.iter().copied().collect::<VecDeque<_>>());
    let (sender, outcomes) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..side_by_side.min(targets.len()) {
            let (queue, sender) = (&queue, sender.clone());
            scope.spawn(move || {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(target) = next else { break };
                    // nobody listens any more only when this function has failed already
                    drop(sender.send(watch(target, programs, seconds)));
                }
            });
        }
        drop(sender);
        let mut findings = Vec::new();
        for outcome in outcomes {
            findings.extend(outcome?);
        }
        Ok(findings)
    })
}

fn watch(target: Target, programs: &Path, seconds: u64) -> Result<Option<Finding>> {
    let started = Instant::now();
    let mut child = start(target, programs, seconds)?;
    let mut lines = BufReader::new(child.stderr.take().context("no output")?).split(b'\n');
    let mut progress = Progress::default();
    let mut last_words = VecDeque::new();
    let mut next_heartbeat = HEARTBEAT;
    let name = target.name();
    while let Some(Ok(line)) = lines.next() {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if !progress.read(&line) {
            if last_words.len() == LAST_WORDS {
                last_words.pop_front();
            }
            last_words.push_back(line);
            continue;
        }
        term::status(&name, &progress.to_string(), started.elapsed());
        if !term::is_terminal() && started.elapsed() > next_heartbeat {
            term::note(&format!("{name}: {progress}"));
            next_heartbeat += HEARTBEAT;
        }
    }
    if child.wait()?.success() {
        term::done(&format!("{name}: {progress}"), started.elapsed());
        return Ok(None);
    }
    term::failed(&format!("{name}: {progress}"));
    let saved = last_words
        .iter()
        .find_map(|line| line.split_once("Test unit written to ").map(|(_, path)| path));
    Ok(Some(Finding {
        target,
        input: saved.map(PathBuf::from),
        last_words: last_words
            .iter()
            .filter(|line| !is_noise(line))
            .cloned()
            .collect(),
    }))
}

/// What libFuzzer says beside what it found.
fn is_noise(line: &str) -> bool {
    let noise = [
        "INFO:",
        "NOTE:",
        "SUMMARY:",
        "MS:",
        "0x",
        "Base64:",
        "artifact_prefix=",
        "\\",
    ];
    line.is_empty() || noise.iter().any(|start| line.starts_with(start))
}

fn start(target: Target, programs: &Path, seconds: u64) -> Result<Child> {
    let (learned, regressions) = (target.learned(), target.regressions());
    for folder in [&learned, &regressions, &target.corpus()] {
        std::fs::create_dir_all(folder)?;
    }
    let program = programs.join(target.name());
    Command::new(&program)
        .arg(learned)
        .arg(target.corpus())
        .arg(regressions.as_path())
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST_INPUT}"))
        .arg(format!("-timeout={SLOWEST_SECONDS}"))
        // a folder, because it ends so
        .arg(format!("-artifact_prefix={}/", regressions.display()))
        .current_dir(root::path())
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn progress_is_read_from_the_words_of_the_fuzzer() {
        let mut progress = Progress::default();
        assert!(
            progress.read("#8192\tpulse  cov: 812 ft: 2030 corp: 214/31Kb lim: 163 exec/s: 4096 rss: 61Mb")
        );
        assert_eq!(progress.to_string(), "8192 inputs, 812 edges, 214 kept");
        assert!(
            progress.read("#9000\tDONE   cov: 813 ft: 2031 corp: 215/31Kb lim: 163 exec/s: 4500 rss: 61Mb")
        );
        for other in [
            "INFO: Seed: 7",
            "",
            "#7",
            "#1\tthread panicked",
            "Done 9000 runs in 2 second(s)",
        ] {
            assert!(!progress.read(other), "{other}");
        }
        assert_eq!(progress.inputs, 9000);
    }
}
