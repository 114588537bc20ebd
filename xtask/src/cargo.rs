//! Cargo of the machine's own toolchain, for everything that is not wasm.

use crate::root;
use std::process::Command;

/// `cargo` as it runs this command, in the root of the repository, without what the outer cargo said about xtask.
pub(crate) fn native() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    without_outer_cargo(&mut command);
    command
}

/// Removes the variables with which the outer `cargo run` describes this very package.
pub(crate) fn without_outer_cargo(command: &mut Command) {
    command.current_dir(root::path());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
}
