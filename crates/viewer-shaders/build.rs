//! Translates the shaders to GLSL ES 3.00, one for each variant, when the feature `glsl` asks for it.
#![cfg_attr(
    feature = "glsl",
    expect(clippy::panic, reason = "a build that cannot go on says why and stops")
)]

#[path = "src/plane_variant.rs"]
#[expect(dead_code, unreachable_pub, reason = "the crate itself uses the rest")]
mod plane_variant;
#[cfg(feature = "glsl")]
#[path = "src/ray_variant.rs"]
#[expect(dead_code, unreachable_pub, reason = "the crate itself uses the rest")]
mod ray_variant;
#[path = "src/variant.rs"]
#[expect(dead_code, unreachable_pub, reason = "the crate itself uses the rest")]
mod variant;
#[cfg(feature = "glsl")]
#[path = "src/wgsl.rs"]
#[expect(unreachable_pub, reason = "the crate itself uses it too")]
mod wgsl;

use plane_variant::Voxels;
use variant::Taps;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    write_wgsl();
    #[cfg(feature = "glsl")]
    glsl::write();
}

/// The WGSL of planes, put together.
fn plane_wgsl(voxels: Voxels, taps: Taps) -> String {
    let load_or_gather = match taps {
        Taps::Gather => "volume_gather",
        Taps::Load => "volume_load",
    };
    let own = [
        "fixed",
        "volume",
        "volume_slices",
        "volume_taps",
        load_or_gather,
        "volume_cubic",
        "volume_gentle",
        "volume_sample",
        "volume_slab",
        "volume_plane",
    ];
    stripped(&own) + &stripped(voxels_wgsl(voxels, taps))
}

/// The WGSL of rays, put together.
fn ray_wgsl(is_signed: bool, taps: Taps) -> String {
    let voxels = if is_signed { Voxels::Sint } else { Voxels::Uint };
    let load_or_gather = match taps {
        Taps::Gather => "ray_gather",
        Taps::Load => "ray_load",
    };
    let own = [
        "ray",
        "ray_slices",
        "ray_sample",
        load_or_gather,
        "ray_light",
        "ray_march",
    ];
    stripped(&own) + &stripped(voxels_wgsl(voxels, taps))
}

/// How voxels are read.
fn voxels_wgsl(voxels: Voxels, taps: Taps) -> &'static [&'static str] {
    match (voxels, taps) {
        (Voxels::Sint, Taps::Gather) => &["layers_sint", "layers"],
        (Voxels::Uint, Taps::Gather) => &["layers_uint", "layers"],
        (Voxels::Sint, Taps::Load) => &["volume_sint"],
        (Voxels::Uint, Taps::Load) => &["volume_uint"],
    }
}

/// Files of `src/shaders` without comments, indents and empty lines: as modules carry them.
fn stripped(names: &[&str]) -> String {
    let mut stripped = String::new();
    for name in names {
        let text = std::fs::read_to_string(format!("src/shaders/{name}.wgsl")).expect("the file is there");
        let lines = text
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default().trim());
        stripped.extend(
            lines
                .filter(|line| !line.is_empty())
                .flat_map(|line| [line, "\n"]),
        );
    }
    stripped
}

fn write_wgsl() {
    let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for (name, text) in [
        ("plane_sint", plane_wgsl(Voxels::Sint, Taps::Gather)),
        ("plane_uint", plane_wgsl(Voxels::Uint, Taps::Gather)),
        ("ray_sint", ray_wgsl(true, Taps::Gather)),
        ("ray_uint", ray_wgsl(false, Taps::Gather)),
        ("ray_show", stripped(&["ray_show"])),
    ] {
        std::fs::write(out.join(format!("{name}.wgsl")), text).expect("OUT_DIR can be written");
    }
}

#[cfg(feature = "glsl")]
mod glsl {
    use crate::plane_variant::{PLANE_ENTRY_POINT, PLANE_FLAGS, PlaneVariant, Voxels};
    use crate::ray_variant::{RAY_ENTRY_POINT, RAY_FLAGS, RAY_SHOW_ENTRY_POINT, RayVariant};
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
        let modules = Module::ALL.map(|module| parsed(Taps::Load.wgsl(module)));
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
            write_source(&mut written, &fragment, names);
        }
        written.push_str("];\n");
        write_planes(&mut written);
        write_rays(&mut written);
        let out = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
        std::fs::write(out.join("glsl.rs"), written).expect("OUT_DIR can be written");
    }

    /// Two texts for each kind of voxels: before the flags, which are written when a program is made, and after them.
    fn write_planes(written: &mut String) {
        written.push_str(
            "\n/// In the order of [`crate::Voxels`].\nstatic PLANE_SOURCES: &[(&str, Source)] = &[\n",
        );
        for voxels in Voxels::ALL {
            let (module, info) = parsed(&crate::plane_wgsl(voxels, Taps::Load));
            let parts = |flag| {
                let flags = [flag; PLANE_FLAGS.len()];
                let variant = PlaneVariant { voxels, flags };
                let constants = variant.constants();
                let (text, names) = translated(
                    &module,
                    &info,
                    ShaderStage::Fragment,
                    PLANE_ENTRY_POINT,
                    &constants,
                );
                let parts = text.split_once(&variant.glsl_flags());
                let (before, after) = parts.expect("the flags are lines of their own in the translation");
                (before.to_owned(), after.to_owned(), names)
            };
            let (before, after, names) = parts(false);
            let (before_true, after_true, _) = parts(true);
            assert!(
                before == before_true && after == after_true,
                "a flag of volume.wgsl is more than a line of its own in the translation"
            );
            write!(written, "    ({before:?},").expect("a String takes everything");
            write_source(written, &after, names);
            written.push_str("    ),\n");
        }
        written.push_str("];\n");
    }

    /// One text for unsigned and one for signed voxels, in which flags are lines that are replaced when a program is made;
    /// and the text that shows a picture of rays.
    fn write_rays(written: &mut String) {
        written.push_str("\n/// Unsigned, signed, shown.\nstatic RAY_SOURCES: &[Source] = &[\n");
        for is_signed in [false, true] {
            let (module, info) = parsed(&crate::ray_wgsl(is_signed, Taps::Load));
            let translated = |flag| {
                let flags = [flag; RAY_FLAGS.len()];
                let constants = RayVariant { is_signed, flags }.constants();
                translated(&module, &info, ShaderStage::Fragment, RAY_ENTRY_POINT, &constants)
            };
            let (fragment, names) = translated(false);
            let flags = [true; RAY_FLAGS.len()];
            let replaced = RayVariant { is_signed, flags }.glsl(&fragment);
            assert!(
                replaced == translated(true).0,
                "a flag of ray.wgsl is more than a line of its own in the translation"
            );
            write_source(written, &fragment, names);
        }
        let (module, info) = parsed(&crate::stripped(&["ray_show"]));
        let (fragment, names) = translated(&module, &info, ShaderStage::Fragment, RAY_SHOW_ENTRY_POINT, &[]);
        write_source(written, &fragment, names);
        written.push_str("];\n");
    }

    fn write_source(written: &mut String, fragment: &str, names: Names) {
        let block = names.block.unwrap_or_else(|| panic!("no uniform is read"));
        writeln!(
            written,
            "    Source {{ fragment: {fragment:?}, uniform_block: {block:?}, textures: &{:?} }},",
            names.textures
        )
        .expect("a String takes everything");
    }

    fn parsed(wgsl: &str) -> (naga::Module, ModuleInfo) {
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
        let text = text.lines().flat_map(|line| [line.trim(), "\n"]).collect();
        let block = names.uniforms.into_values().next();
        (text, Names { block, textures })
    }
}
