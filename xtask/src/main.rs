//! The commands of this repository. Each one sets up what it needs by itself; `cargo xtask setup` does all of it.
#![allow(clippy::print_stdout, reason = "a command-line tool talks on its output")]

mod bench;
mod cargo;
mod chaos;
mod compiler;
mod conformance;
mod demo;
mod fuzz;
mod lint;
mod package;
mod publish;
mod root;
mod run;
mod setup;
mod term;
mod test;
mod wasm;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "The commands of Noctis Viewer",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring this machine to working state: Debian packages, wasm compiler, npm packages, Python environment
    Setup,
    /// Build the browser modules and the npm package into static/wasm/VERSION/
    Wasm(wasm::Options),
    /// Start receiver, gateway and page, send a study, and stay up until Ctrl-C
    Demo(demo::Options),
    /// Run every test
    Test(test::Options),
    /// Hold DICOM files against the standard: stored values, pictures on every backend, other viewers beside ours
    Conformance(conformance::Options),
    /// Check formatting and run every linter and type checker
    Lint,
    /// Put the receiver's release program, unit and sample configuration into a folder of `services`
    Package,
    /// Measure against other viewers, or against other receivers
    Bench(bench::Options),
    /// Kill the receiver at random instants, fill its disk, and look for what is missing
    Chaos(chaos::Options),
    /// Give the parsers and decoders bytes that nobody has sent yet, guided by what they reach
    Fuzz(fuzz::Options),
}

fn main() {
    let outcome = dispatch(Cli::parse().command);
    if let Err(error) = outcome {
        term::failure(&error);
        std::process::exit(1);
    }
}

fn dispatch(command: Command) -> Result<()> {
    std::env::set_current_dir(root::path())?;
    match command {
        Command::Setup => setup::everything(),
        Command::Wasm(options) => wasm::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Conformance(options) => conformance::run(&options),
        Command::Lint => lint::run(),
        Command::Package => package::run(),
        Command::Bench(options) => bench::run(&options),
        Command::Chaos(options) => chaos::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
    }
}

#[cfg(test)]
mod tests {
    use super::{Cli, Command};
    use clap::{CommandFactory as _, Parser as _};

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_of_the_benchmark_go_through() {
        let cli =
            Cli::try_parse_from(["xtask", "bench", "viewer", "--runs", "5", "--only", "noctis"]).unwrap();
        let Command::Bench(options) = cli.command else {
            panic!("another command")
        };
        assert_eq!(options.arguments, ["--runs", "5", "--only", "noctis"]);
    }
}
