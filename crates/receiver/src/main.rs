//! The command line of the receiver: arguments, logging, signals.

#![forbid(unsafe_code)]

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use noctis_dicom_rx::{Config, Listeners, OutboxCommand, Receiver};
use tokio::signal::unix::{SignalKind, signal};

/// Bad usage or configuration, as clap has it.
const EXIT_USAGE: u8 = 2;

#[derive(Parser)]
#[command(
    name = "noctis-dicom-rx",
    version,
    about = "Receives DICOM objects: durable files, durable events"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Receive until SIGTERM or SIGINT.
    Run(Source),
    /// Say whether the configuration can be used, and what it is.
    CheckConfig(Source),
    /// Look at the events, deliver dead ones again, give some up, write them out.
    Outbox {
        #[command(flatten)]
        source: Source,
        #[command(subcommand)]
        command: OutboxCommand,
    },
}

#[derive(clap::Args)]
struct Source {
    /// TOML file; without it the defaults and the `NOCTIS_RX_...` variables count.
    #[arg(long)]
    config: Option<PathBuf>,
}

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_unset| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(filter)
        .init();
    let (Command::Run(source) | Command::CheckConfig(source) | Command::Outbox { source, .. }) = &command;
    let variables =
        std::env::vars_os().filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()));
    let config = match Config::load(source.config.as_deref(), variables) {
        Ok(config) => config,
        Err(error) => {
            tracing::error!(%error, "configuration");
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let done = match command {
        Command::CheckConfig(_) => say(&format!("{config:#?}")),
        Command::Outbox { command, .. } => command.run(&config, &mut std::io::stdout().lock()),
        Command::Run(_) => runtime(&config).and_then(|runtime| runtime.block_on(run(config))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Each association may need a thread for its object, and the outbox some.
fn runtime(config: &Config) -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(config.max_associations.saturating_add(16))
        .build()
        .map_err(|error| format!("threads: {error}"))
}

async fn run(config: Config) -> Result<(), String> {
    let listen = |kind| signal(kind).map_err(|error| format!("signals: {error}"));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hangup = listen(SignalKind::hangup())?;
    let listeners = Listeners::bind(&config).await?;
    let receiver = Receiver::open(config).map_err(|error| error.to_string())?;
    for address in listeners.addresses() {
        say(&format!("listening on {address}"))?;
    }
    let reloader = receiver.reloader();
    receiver
        .serve(listeners, async {
            loop {
                tokio::select! {
                    _ = terminate.recv() => return,
                    _ = interrupt.recv() => return,
                    _ = hangup.recv() => reloader.reload(),
                }
            }
        })
        .await;
    Ok(())
}

/// One line on standard output, flushed, so that a parent process can wait for it.
fn say(line: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output: {error}"))
}
