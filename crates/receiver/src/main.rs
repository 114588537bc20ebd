//! The command line of the receiver: arguments, logging, signals.

#![forbid(unsafe_code)]

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use noctis_dicom_rx::{Config, ConfigError, Listeners, OutboxCommand, Receiver, conformance};
use sd_notify::{NotifyState, notify};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Bad usage or configuration, as clap has it.
const EXIT_USAGE: u8 = 2;
const DAY: Duration = Duration::from_secs(86_400);

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
    /// Print the DICOM conformance statement of this configuration, as Markdown.
    Conformance(Source),
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

impl Source {
    fn load(&self) -> Result<Config, ConfigError> {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()));
        Config::load(self.config.as_deref(), variables)
    }
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
    let (Command::Run(source)
    | Command::CheckConfig(source)
    | Command::Conformance(source)
    | Command::Outbox { source, .. }) = &command;
    let config = match source.load() {
        Ok(config) => config,
        Err(error) => {
            tracing::error!(%error, "configuration");
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let done = match command {
        Command::CheckConfig(_) => say(&format!("{config:#?}")),
        Command::Conformance(_) => say(&conformance(&config)),
        Command::Outbox { command, .. } => command.run(&config, &mut std::io::stdout().lock()),
        Command::Run(source) => runtime(&config).and_then(|runtime| runtime.block_on(run(config, &source))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Each association has a thread, and the outbox needs some.
fn runtime(config: &Config) -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(config.max_associations.saturating_add(16))
        .build()
        .map_err(|error| format!("threads: {error}"))
}

async fn run(config: Config, source: &Source) -> Result<(), String> {
    let listen = |kind| signal(kind).map_err(|error| format!("signals: {error}"));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hangup = listen(SignalKind::hangup())?;
    let listeners = Listeners::bind(&config).await?;
    let status = match config.status_listen {
        None => None,
        Some(address) => Some(
            TcpListener::bind(address)
                .await
                .map_err(|error| format!("status_listen on {address}: {error}"))?,
        ),
    };
    let mut receiver = Receiver::open(config).await.map_err(|error| error.to_string())?;
    for address in listeners.addresses() {
        say(&format!("listening on {address}"))?;
    }
    if let Some(listener) = status {
        if let Ok(address) = listener.local_addr() {
            say(&format!("status on {address}"))?;
        }
        receiver = receiver.with_status(listener);
    }
    let reloader = receiver.reloader();
    tell(&[NotifyState::Ready]);
    let mut watchdog = tokio::time::interval(sd_notify::watchdog_enabled().unwrap_or(DAY) / 2);
    receiver
        .serve(listeners, async {
            loop {
                tokio::select! {
                    _ = terminate.recv() => break,
                    _ = interrupt.recv() => break,
                    _ = hangup.recv() => {
                        match source.load() {
                            Ok(config) => reloader.reload(&config),
                            Err(error) => tracing::error!(%error, "the configuration stays as it was"),
                        }
                    }
                    _ = watchdog.tick() => tell(&[NotifyState::Watchdog]),
                }
            }
            tell(&[NotifyState::Stopping]);
        })
        .await;
    Ok(())
}

/// Tells systemd, where it started this program.
fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = notify(state) {
        tracing::debug!(%error, "systemd was not told");
    }
}

/// One line on standard output, flushed, so that a parent process can wait for it.
fn say(line: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output: {error}"))
}
