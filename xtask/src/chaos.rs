//! `cargo xtask chaos`: the receiver is killed again and again, alone and beside another one, its disk fills or turns
//! read-only, its folders refuse, its listener, its brokers and its object store come and go, hang and lie, its clock is set
//! back, an object is huge; nothing that it acknowledged may be missing.

use crate::{root, run, setup, term, test};
use anyhow::Result;
use std::process::Command;

const TESTS: [&str; 8] = [
    "tests/receiver/test_commitment.py",
    "tests/receiver/test_scale_out.py",
    "tests/receiver/test_object_store.py",
    "tests/receiver/test_disk_faults.py",
    "tests/receiver/test_sinks.py",
    "tests/receiver/test_webhook.py",
    "tests/receiver/test_clock.py",
    "tests/receiver/test_bounds.py",
];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Rounds of kill -9 under four associations
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// Repeat the instants of an earlier run
    #[arg(long)]
    seed: Option<u32>,
}

/// Runs the fault tests of the receiver, with as many rounds as asked for.
///
/// # Errors
/// When something acknowledged is lost, or the tests cannot run.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::test()?;
    test::build_programs()?;
    term::heading("Faults");
    let mut command = Command::new(root::python());
    command
        .args(["-m", "pytest", "-q", "-s", "-rs"])
        .args(TESTS)
        .env("NOCTIS_CHAOS_ROUNDS", options.rounds.to_string());
    if let Some(seed) = options.seed {
        command.env("NOCTIS_CHAOS_SEED", seed.to_string());
    }
    command.current_dir(root::path());
    run::openly(&mut command)
}
