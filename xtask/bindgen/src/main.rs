//! `xtask-bindgen IN.wasm OUT_DIR NAME`: writes `NAME.js`, `NAME_bg.wasm` and their TypeScript declarations.
//!
//! The library and the `wasm-bindgen` that the modules link come from one lock file, so that they cannot drift apart.

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, out_dir, name] = arguments.as_slice() else {
        bail!("usage: xtask-bindgen IN.wasm OUT_DIR NAME");
    };
    Bindgen::new()
        .input_path(input)
        .out_name(name)
        .web(true)?
        .omit_default_module_path(true)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out_dir)
        .with_context(|| format!("wasm-bindgen could not process {input}"))
}
