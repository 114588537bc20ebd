//! `cargo xtask bench`: measures against other viewers.

use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What to measure
    #[arg(default_value = "viewer")]
    what: String,
}

/// Runs the benchmark.
///
/// # Errors
/// When it cannot run.
pub(crate) fn run(_options: &Options) -> Result<()> {
    Ok(())
}
