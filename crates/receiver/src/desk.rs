//! `noctis-dicom-rx outbox`: what an operator does with the events.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::config::Config;
use crate::outbox::{Desk, OutboxError, Pick, Row};

/// What to do with the outbox; the receiver may be running.
#[derive(Debug, Clone, Subcommand)]
pub enum OutboxCommand {
    /// Show deliveries (no patient data): sequence number, event, type, sink, state, attempts, last error
    List {
        /// Which deliveries
        #[command(flatten)]
        which: Which,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
        /// Deliveries to show, at most
        #[arg(long, default_value_t = 1000)]
        limit: usize,
    },
    /// Deliver dead and dropped letters again, and waiting events at once
    Retry(Chosen),
    /// Give up deliveries that are dead or wait
    Drop(Chosen),
    /// Write events as JSON lines. They hold patient data
    Export {
        /// Of which deliveries
        #[command(flatten)]
        which: Which,
        /// A new file, readable by its owner only; standard output without it
        #[arg(long)]
        to: Option<PathBuf>,
    },
}

/// Which deliveries; all where nothing is said.
#[derive(Debug, Clone, Args)]
pub struct Which {
    /// `webhook`, `redis` or `nats`
    #[arg(long)]
    sink: Option<String>,
    /// `staged`, `ready`, `done`, `dead` or `dropped`
    #[arg(long, value_delimiter = ',')]
    state: Vec<String>,
    /// Ids of events
    event_ids: Vec<String>,
}

/// Deliveries that are to be changed: by id, or all of a state or sink by `--all`.
#[derive(Debug, Clone, Args)]
pub struct Chosen {
    #[command(flatten)]
    which: Which,
    /// Without ids: all that `--sink` and `--state` leave
    #[arg(long)]
    all: bool,
}

impl OutboxCommand {
    /// Does it, and says so on `out`.
    ///
    /// # Errors
    /// When the outbox cannot be opened, read or written, or nothing was chosen.
    pub fn run(self, config: &Config, out: &mut impl Write) -> Result<(), String> {
        let path = config.outbox_path();
        let failed = |error: OutboxError| format!("{}: {error}", path.display());
        match self {
            Self::List { which, json, limit } => list(&path, &which.into(), json, limit, out).map_err(failed),
            Self::Retry(chosen) => {
                let pick = chosen.pick()?;
                let changed = Desk::open(&path, true).and_then(|mut desk| desk.retry(&pick));
                say(out, "to be delivered again", changed).map_err(failed)
            }
            Self::Drop(chosen) => {
                let pick = chosen.pick()?;
                let changed = Desk::open(&path, true).and_then(|mut desk| desk.drop_deliveries(&pick));
                say(out, "dropped", changed).map_err(failed)
            }
            Self::Export { which, to: None } => export(&path, &which.into(), out).map_err(failed),
            Self::Export { which, to: Some(to) } => {
                let file = File::options().write(true).create_new(true).mode(0o600).open(&to);
                let file = file.map_err(|error| format!("{}: {error}", to.display()))?;
                let written = export(&path, &which.into(), &mut BufWriter::new(&file));
                written.and_then(|()| Ok(file.sync_all()?)).map_err(failed)
            }
        }
    }
}

fn list(path: &Path, pick: &Pick, json: bool, limit: usize, out: &mut impl Write) -> Result<(), OutboxError> {
    Desk::open(path, false)?.list(pick, limit, |row| {
        if json {
            writeln!(out, "{}", serde_json::to_string(&row).unwrap_or_default())?;
            return Ok(());
        }
        let Row {
            seq,
            event_id,
            kind,
            sink,
            state,
            attempts,
            last_error,
            path: _,
        } = row;
        let (sink, error) = (
            sink.unwrap_or_else(|| "-".to_owned()),
            last_error.unwrap_or_default(),
        );
        writeln!(
            out,
            "{seq:>8} {event_id} {kind:<18} {sink:<8} {state:<8} {attempts:>4} {error}"
        )?;
        Ok(())
    })?;
    Ok(out.flush()?)
}

fn export(path: &Path, pick: &Pick, out: &mut impl Write) -> Result<(), OutboxError> {
    Desk::open(path, false)?.export(pick, |payload| Ok(writeln!(out, "{payload}")?))?;
    Ok(out.flush()?)
}

fn say(out: &mut impl Write, what: &str, changed: Result<usize, OutboxError>) -> Result<(), OutboxError> {
    let changed = changed?;
    let said: io::Result<()> = writeln!(out, "{changed} {what}");
    Ok(said?)
}

impl From<Which> for Pick {
    fn from(which: Which) -> Self {
        let Which {
            sink,
            state,
            event_ids,
        } = which;
        Self {
            sink,
            states: state,
            event_ids,
        }
    }
}

impl Chosen {
    fn pick(self) -> Result<Pick, String> {
        if self.which.event_ids.is_empty() && !self.all {
            return Err("name events, or say --all".to_owned());
        }
        Ok(self.which.into())
    }
}
