//! The command line of the receiver: arguments, logging, signals.

#![forbid(unsafe_code)]

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use noctis_dicom_rx::{Config, OutboxCommand, Receiver};
use tokio::net::TcpListener;
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
    let signals =
        signal(SignalKind::terminate()).and_then(|term| Ok((term, signal(SignalKind::interrupt())?)));
    let (mut terminate, mut interrupt) = signals.map_err(|error| format!("signals: {error}"))?;
    let address = config.listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("listen on {address}: {error}"))?;
    let address = listener
        .local_addr()
        .map_err(|error| format!("listen on {address}: {error}"))?;
    let receiver = Receiver::open(config).map_err(|error| error.to_string())?;
    say(&format!("listening on {address}"))?;
    receiver
        .serve(listener, async {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
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
