//! `cargo xtask wasm`: the browser modules, through wasm-bindgen and wasm-opt, into the npm package and `static/wasm/`.
//!
//! ```text
//! cargo build ─▶ target/wasm/…/viewer_web.wasm ─▶ xtask-bindgen ─▶ wasm-opt ─▶ js-glue/wasm/
//!                                        npm run build ─▶ js-glue/dist/ ─▶ static/wasm/<version>/
//! ```

use crate::compiler::{Compiler, TARGET};
use crate::{cargo, publish, root, run, setup, term};
use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// How wasm-opt runs. Level 1, because LLVM has optimised already: the higher levels take up to five times as long and save
/// 3 % of the bytes, but brotli makes 4 % more of what they leave. The features are those that the
/// compiler may have used.
const WASM_OPT: &[&str] = &[
    "-O1",
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
    "--strip-debug",
    "--strip-producers",
];

/// The decode module holds hundreds of functions that run once a header: inlining fewer of them saves 4 % of its bytes, and
/// the loops over pixels are as fast as before. Other modules gain nothing.
const INLINE_LESS: &str = "'-C', 'llvm-args=-inline-threshold=50'";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Build only these modules
    #[arg(long, value_delimiter = ',')]
    only: Vec<Module>,
    /// Stop after js-glue/wasm/: no npm package, no static/wasm/
    #[arg(long)]
    no_package: bool,
    /// Print the sizes of what was built: raw, gzip, brotli
    #[arg(long)]
    sizes: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Module {
    Decode,
    Volume,
    Measure,
    Attributes,
    Reports,
    Webgpu,
    Webgl2,
    Cpu,
    WebgpuVolumes,
    Webgl2Volumes,
    CpuVolumes,
    Jpeg,
    Jpegls,
    Jpeg2000,
    Jpegxl,
    Icc,
    Deflate,
}

impl Module {
    /// The one that takes longest after compiling comes first.
    const ALL: [Self; 17] = [
        Self::Webgl2Volumes,
        Self::Webgl2,
        Self::WebgpuVolumes,
        Self::Webgpu,
        Self::CpuVolumes,
        Self::Decode,
        Self::Measure,
        Self::Reports,
        Self::Attributes,
        Self::Volume,
        Self::Cpu,
        Self::Jpeg,
        Self::Jpegls,
        Self::Jpeg2000,
        Self::Jpegxl,
        Self::Icc,
        Self::Deflate,
    ];

    /// Whether it is an image codec, which has neither imports nor JavaScript.
    fn is_codec(self) -> bool {
        matches!(
            self,
            Self::Jpeg | Self::Jpegls | Self::Jpeg2000 | Self::Jpegxl | Self::Icc | Self::Deflate
        )
    }

    /// The endings of its files.
    fn suffixes(self) -> &'static [&'static str] {
        if self.is_codec() {
            &["_bg.wasm"]
        } else {
            &[".js", ".d.ts", "_bg.wasm", "_bg.wasm.d.ts"]
        }
    }

    /// The name of the JavaScript file; the wasm file adds `_bg`.
    fn name(self) -> &'static str {
        match self {
            Self::Decode => "noctis_decode",
            Self::Volume => "noctis_volume",
            Self::Measure => "noctis_measure",
            Self::Attributes => "noctis_attributes",
            Self::Reports => "noctis_reports",
            Self::Webgpu => "noctis_viewer",
            Self::Webgl2 => "noctis_viewer_webgl2",
            Self::Cpu => "noctis_viewer_cpu",
            Self::WebgpuVolumes => "noctis_viewer_volumes",
            Self::Webgl2Volumes => "noctis_viewer_webgl2_volumes",
            Self::CpuVolumes => "noctis_viewer_cpu_volumes",
            Self::Jpeg => "noctis_codec_jpeg",
            Self::Jpegls => "noctis_codec_jpegls",
            Self::Jpeg2000 => "noctis_codec_jpeg2000",
            Self::Jpegxl => "noctis_codec_jpegxl",
            Self::Icc => "noctis_codec_icc",
            Self::Deflate => "noctis_codec_deflate",
        }
    }

    fn cargo_arguments(self) -> &'static [&'static str] {
        match self {
            Self::Decode => &["-p", "viewer-decode"],
            Self::Volume => &["-p", "viewer-volume"],
            Self::Measure => &["-p", "viewer-measure"],
            Self::Attributes => &["-p", "viewer-attributes"],
            Self::Reports => &["-p", "viewer-reports"],
            Self::Webgpu => &["-p", "viewer-web", "--features", "webgpu"],
            Self::Webgl2 => &["-p", "viewer-web", "--features", "webgl2"],
            Self::Cpu => &["-p", "viewer-web", "--features", "cpu"],
            Self::WebgpuVolumes => &["-p", "viewer-web", "--features", "webgpu,volumes"],
            Self::Webgl2Volumes => &["-p", "viewer-web", "--features", "webgl2,volumes"],
            Self::CpuVolumes => &["-p", "viewer-web", "--features", "cpu,volumes"],
            Self::Jpeg => &["-p", "viewer-codec", "--features", "jpeg"],
            Self::Jpegls => &["-p", "viewer-codec", "--features", "jpegls"],
            Self::Jpeg2000 => &["-p", "viewer-codec", "--features", "jpeg2000"],
            Self::Jpegxl => &["-p", "viewer-codec", "--features", "jpegxl"],
            Self::Icc => &["-p", "viewer-codec", "--features", "icc"],
            Self::Deflate => &["-p", "viewer-codec", "--features", "deflate"],
        }
    }

    /// The crates of the workspace that the module is made of.
    fn crates(self) -> &'static [&'static str] {
        match self {
            Self::Decode => &["codec", "viewer-core", "viewer-decode", "viewer-js"],
            Self::Volume => &["codec", "viewer-core", "viewer-js", "viewer-volume"],
            Self::Measure => &["codec", "viewer-core", "viewer-js", "viewer-measure"],
            Self::Attributes => &[
                "codec",
                "codec-deflate",
                "viewer-attributes",
                "viewer-core",
                "viewer-js",
            ],
            Self::Reports => &["codec", "viewer-core", "viewer-js", "viewer-reports"],
            Self::Webgpu
            | Self::Webgl2
            | Self::Cpu
            | Self::WebgpuVolumes
            | Self::Webgl2Volumes
            | Self::CpuVolumes => &[
                "codec",
                "viewer-core",
                "viewer-gpu",
                "viewer-js",
                "viewer-shaders",
                "viewer-web",
            ],
            Self::Jpeg => &["codec", "codec-jpeg", "viewer-codec"],
            Self::Jpegls => &["codec", "codec-jpegls", "viewer-codec"],
            Self::Jpeg2000 => &["codec", "codec-jpeg2000", "viewer-codec"],
            Self::Jpegxl => &["codec", "codec-jpegxl", "viewer-codec"],
            Self::Icc => &["codec", "codec-icc", "viewer-codec"],
            Self::Deflate => &["codec", "codec-deflate", "viewer-codec"],
        }
    }

    fn artefact(self) -> &'static str {
        match self {
            Self::Decode => "viewer_decode.wasm",
            Self::Volume => "viewer_volume.wasm",
            Self::Measure => "viewer_measure.wasm",
            Self::Attributes => "viewer_attributes.wasm",
            Self::Reports => "viewer_reports.wasm",
            Self::Webgpu
            | Self::Webgl2
            | Self::Cpu
            | Self::WebgpuVolumes
            | Self::Webgl2Volumes
            | Self::CpuVolumes => "viewer_web.wasm",
            _ => "viewer_codec.wasm",
        }
    }
}

/// Builds what the options ask for.
///
/// # Errors
/// When a tool is missing and cannot be installed, or a step fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    let compiler = setup::wasm()?;
    let modules = if options.only.is_empty() {
        &Module::ALL[..]
    } else {
        &options.only
    };
    build_modules(modules, &compiler, !options.no_package)?;
    if options.sizes {
        publish::print_sizes()?;
    }
    Ok(())
}

/// Builds all modules and the package, for the commands that serve or test them.
///
/// # Errors
/// When a step fails.
pub(crate) fn build_all(compiler: &Compiler) -> Result<()> {
    build_modules(&Module::ALL, compiler, true)
}

fn build_modules(modules: &[Module], compiler: &Compiler, package: bool) -> Result<()> {
    term::heading("Building the browser modules");
    let out = root::path().join("js-glue/wasm");
    std::fs::create_dir_all(out.join(".stamps"))?;
    build_stale(modules, compiler, &out)?;
    if package && Module::ALL.iter().all(|module| outputs_exist(*module, &out)) {
        publish::package()?;
    }
    Ok(())
}

/// Compiles one module after the other; each is processed on a thread of its own while the next one compiles.
fn build_stale(modules: &[Module], compiler: &Compiler, out: &Path) -> Result<()> {
    let mut stale = Vec::new();
    for module in modules {
        let stamp = format!("{:016x}", sources_digest(*module, compiler)?);
        let made_from = std::fs::read_to_string(stamp_file(*module, out)).unwrap_or_default();
        if made_from != stamp || !outputs_exist(*module, out) {
            stale.push((*module, stamp));
        }
    }
    if stale.is_empty() {
        term::done("up to date", Duration::ZERO);
        return Ok(());
    }
    let bindgen = bindgen_program()?;
    std::thread::scope(|scope| {
        let mut threads = Vec::new();
        for (module, stamp) in &stale {
            let compiled = compile(*module, compiler)?;
            threads.push(scope.spawn(|| process(*module, compiled, &bindgen, out, stamp)));
        }
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or_else(|_| bail!("a thread died")))
    })
}

/// What the compiler is told beside the flags in `.cargo/config.toml`. Where crates lie on this machine is nobody's business, and
/// the modules are the same wherever they are built.
fn flags(module: Module) -> Result<String> {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || std::env::home_dir().map(|home| home.join(".cargo")),
        |home| Some(PathBuf::from(home)),
    );
    let home = home.context("neither CARGO_HOME nor a home folder is set")?;
    let sources = home.join("registry/src");
    let mut flags = Vec::new();
    for entry in std::fs::read_dir(&sources).into_iter().flatten() {
        flags.push(format!("'--remap-path-prefix={}/='", entry?.path().display()));
    }
    if module == Module::Decode {
        flags.push(INLINE_LESS.to_owned());
    }
    Ok(format!(
        "target.wasm32-unknown-unknown.rustflags=[{}]",
        flags.join(", ")
    ))
}

/// Compiles a module and moves the artefact away: the next module of the same crate overwrites it.
fn compile(module: Module, compiler: &Compiler) -> Result<PathBuf> {
    let name = module.name();
    let mut command = compiler.build();
    command.args(module.cargo_arguments());
    command.args(["--config", &flags(module)?]);
    run::quietly(&format!("cargo build {name}"), &mut command)?;
    let built = root::target()
        .join("wasm")
        .join(TARGET)
        .join("wasm")
        .join(module.artefact());
    let kept = root::scratch("wasm")?.join(format!("{name}.wasm"));
    std::fs::copy(&built, &kept).with_context(|| format!("{} is missing", built.display()))?;
    Ok(kept)
}

/// From the compiled module to the files in `out`.
fn process(module: Module, compiled: PathBuf, bindgen: &Path, out: &Path, stamp: &str) -> Result<()> {
    let name = module.name();
    let started = Instant::now();
    let work = root::scratch("wasm")?.join(name);
    std::fs::create_dir_all(&work)?;
    if module.is_codec() {
        std::fs::rename(compiled, work.join(format!("{name}_bg.wasm")))?;
    } else {
        let mut command = Command::new(bindgen);
        command.arg(compiled).arg(&work).arg(name);
        run::silently(&format!("wasm-bindgen {name}"), &mut command)?;
    }
    optimise(&work.join(format!("{name}_bg.wasm")), name)?;
    for suffix in module.suffixes() {
        let file = format!("{name}{suffix}");
        replace(&work.join(&file), &out.join(&file))?;
    }
    std::fs::write(stamp_file(module, out), stamp)?;
    let size = std::fs::metadata(out.join(format!("{name}_bg.wasm")))?.len();
    term::done(
        &format!("{name}_bg.wasm: bindings and wasm-opt, {} kB", size / 1000),
        started.elapsed(),
    );
    Ok(())
}

/// Where it is noted what the outputs of a module were made from.
fn stamp_file(module: Module, out: &Path) -> PathBuf {
    out.join(".stamps").join(module.name())
}

fn outputs_exist(module: Module, out: &Path) -> bool {
    module
        .suffixes()
        .iter()
        .all(|suffix| out.join(format!("{}{suffix}", module.name())).is_file())
}

/// What the outputs of a module depend on: sources, lock file, profile, compiler and how the result is processed.
///
/// Cargo cannot say "up to date" here: the three render modules are one crate with other features, and each
/// overwrites the artefact of the one before.
fn sources_digest(module: Module, compiler: &Compiler) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    (
        WASM_OPT,
        module.cargo_arguments(),
        flags(module)?,
        include_str!("../bindgen/src/main.rs"),
        include_str!("../bindgen/src/names.rs"),
        compiler.identity()?,
    )
        .hash(&mut hasher);
    for file in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
        std::fs::read(root::path().join(file))?.hash(&mut hasher);
    }
    for name in module.crates() {
        for file in files_below(&root::path().join("crates").join(name))? {
            file.hash(&mut hasher);
            std::fs::read(&file)?.hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} is missing", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.append(&mut files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The program of `xtask/bindgen`, built on first use.
fn bindgen_program() -> Result<PathBuf> {
    let mut command = cargo::native();
    command.args(["build", "-p", "xtask-bindgen"]);
    run::quietly("cargo build xtask-bindgen", &mut command)?;
    Ok(root::target().join("debug/xtask-bindgen"))
}

fn optimise(file: &Path, name: &str) -> Result<()> {
    let program = root::path().join("node_modules/binaryen/bin/wasm-opt");
    if !program.exists() {
        bail!("wasm-opt is missing: the npm package binaryen must be in the root package.json");
    }
    let mut command = Command::new("node");
    command.arg(program).arg(file).arg("-o").arg(file).args(WASM_OPT);
    if name == Module::Decode.name() {
        // Its header readers, again, are worth it: half a kB.
        command.arg("-Os");
    }
    run::silently(&format!("wasm-opt {name}"), &mut command)
}

/// Moves a finished file in place in one step, so that a reader never sees half of it.
fn replace(from: &Path, to: &Path) -> Result<()> {
    let partial = to.with_extension("partial");
    std::fs::copy(from, &partial).with_context(|| format!("{} is missing", from.display()))?;
    std::fs::rename(partial, to)?;
    Ok(())
}
