//! `xtask-bindgen IN.wasm OUT_DIR NAME`: writes `NAME.js`, `NAME_bg.wasm` and their TypeScript declarations.
//!
//! The library and the `wasm-bindgen` that the modules link come from one lock file, so that they cannot drift apart.

mod names;

use anyhow::{Context as _, Result, bail};
use names::Names;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, out_dir, name] = arguments.as_slice() else {
        bail!("usage: xtask-bindgen IN.wasm OUT_DIR NAME");
    };
    let mut output = Bindgen::new()
        .input_path(input)
        .out_name(name)
        .web(true)?
        .omit_default_module_path(true)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen could not process {input}"))?;
    let names = Names::new(output.wasm().imports.iter().map(|import| import.name.as_str()));
    for import in output.wasm_mut().imports.iter_mut() {
        if let Some(new) = names.get(&import.name) {
            new.clone_into(&mut import.name);
        }
    }
    output.emit(out_dir)?;
    let script = Path::new(out_dir).join(name).with_extension("js");
    let text = std::fs::read_to_string(&script)?;
    // Nothing starts a module on the spot; what is not exported is left out of the bundle.
    let text = names.rewrite(&text).replace("export { initSync, ", "export { ");
    std::fs::write(&script, text).with_context(|| format!("{} cannot be written", script.display()))
}
