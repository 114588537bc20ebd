//! Translates the shaders to GLSL ES 3.00, one for each variant, when the feature `glsl` asks for it.
#![cfg_attr(
    feature = "glsl",
    expect(clippy::panic, reason = "a build that cannot go on says why and stops")
)]

#[cfg(feature = "glsl")]
#[path = "src/variant.rs"]
#[expect(dead_code, unreachable_pub, reason = "the crate itself uses the rest")]
mod variant;
#[cfg(feature = "glsl")]
#[path = "src/wgsl.rs"]
#[expect(unreachable_pub, reason = "the crate itself uses it too")]
mod wgsl;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    #[cfg(feature = "glsl")]
    glsl::write();
}

#[cfg(feature = "glsl")]
mod glsl {
    use crate::variant::{Module, Taps, Variant};
    use naga::{
        ResourceBinding, ShaderStage,
        back::{glsl, pipeline_constants::process_overrides},
        proc::BoundsCheckPolicies,
        valid::{Capabilities, ModuleInfo, ValidationFlags, Validator},
    };
    use std::fmt::Write as _;

    /// Writes `glsl.rs`: the constants that `src/glsl.rs` names.
    pub(crate) fn write() {
        let modules = Module::ALL.map(parsed);
        let (module, info) = &modules[0];
        let (vertex, _) = translated(module, info, ShaderStage::Vertex, "full_screen", &[]);
        let mut written = format!(
            "/// The full-screen triangle, for every fragment shader.\npub const VERTEX: &str = {vertex:?};\n"
        );
        written.push_str("\n/// In the order of [`Variant::all`].\nstatic SOURCES: &[Source] = &[\n");
        for variant in Variant::all() {
            let (module, info) = &modules[variant.module as usize];
            let (fragment, names) = translated(
                module,
                info,
                ShaderStage::Fragment,
                variant.shader.entry_point(),
                &variant.constants(),
            );
            let block = names
                .block
                .unwrap_or_else(|| panic!("{variant:?} reads no uniform"));
            writeln!(
                written,
                "    Source {{ fragment: {fragment:?}, uniform_block: {block:?}, textures: &{:?} }},",
                names.textures
            )
            .expect("a String takes everything");
        }
        written.push_str("];\n");
        let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
        std::fs::write(out.join("glsl.rs"), written).expect("OUT_DIR can be written");
    }

    fn parsed(module: Module) -> (naga::Module, ModuleInfo) {
        let wgsl = Taps::Load.wgsl(module);
        let module = naga::front::wgsl::parse_str(wgsl)
            .unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
        let info = Validator::new(ValidationFlags::all(), Capabilities::empty())
            .validate(&module)
            .unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
        (module, info)
    }

    /// What a shader calls its inputs.
    struct Names {
        block: Option<String>,
        textures: Vec<(u32, String)>,
    }

    fn translated(
        module: &naga::Module,
        info: &ModuleInfo,
        shader_stage: ShaderStage,
        entry_point: &str,
        constants: &[(&str, f64)],
    ) -> (String, Names) {
        let constants = constants
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect();
        let (module, info) = process_overrides(module, info, Some((shader_stage, entry_point)), &constants)
            .unwrap_or_else(|error| panic!("{entry_point}: {error}"));
        let options = glsl::Options {
            version: glsl::Version::Embedded {
                version: 300,
                is_webgl: true,
            },
            writer_flags: glsl::WriterFlags::empty(),
            ..glsl::Options::default()
        };
        let pipeline = glsl::PipelineOptions {
            shader_stage,
            entry_point: entry_point.to_owned(),
            multiview: None,
        };
        let mut text = String::new();
        let names = glsl::Writer::new(
            &mut text,
            &module,
            &info,
            &options,
            &pipeline,
            BoundsCheckPolicies::default(),
        )
        .and_then(|mut writer| writer.write())
        .unwrap_or_else(|error| panic!("{entry_point}: {error}"));
        let mut textures: Vec<_> = names
            .texture_mapping
            .into_iter()
            .map(|(name, mapping)| {
                let ResourceBinding { binding, .. } = module.global_variables[mapping.texture]
                    .binding
                    .unwrap_or_else(|| panic!("{name} is not bound"));
                (binding, name)
            })
            .collect();
        textures.sort();
        let block = names.uniforms.into_values().next();
        (text, Names { block, textures })
    }
}
