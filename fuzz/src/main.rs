//! Runs a fuzz target with files: to see again what a fuzzer has found, in a debugger if need be.
#![expect(clippy::print_stderr, reason = "a command-line tool")]

use std::{io, process::ExitCode};

fn main() -> io::Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let name = arguments.next().unwrap_or_default();
    let Some((_, target)) = fuzz::TARGETS.iter().find(|(known, _)| name == *known) else {
        let names: Vec<_> = fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
        eprintln!(
            "usage: fuzz TARGET FILE...\nTARGET is one of {}",
            names.join(", ")
        );
        return Ok(ExitCode::from(2));
    };
    for path in arguments {
        target(&std::fs::read(path)?);
    }
    Ok(ExitCode::SUCCESS)
}
