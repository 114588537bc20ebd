//! The shaders, checked on the host: they are valid, WebGL2's become GLSL ES 3.00, nothing filters and nothing takes a
//! derivative, and their uniform has the layout of [`Slice`].

use std::mem::{offset_of, size_of};

use naga::{
    Expression, ShaderStage, TypeInner,
    back::{glsl, pipeline_constants},
    valid::{Capabilities, ModuleInfo, ValidationFlags, Validator},
};

use crate::{
    pipeline::{Module, Shader, Taps, Variant},
    slice::Slice,
};

/// The modules and their fragment shaders.
const MODULES: [(Module, &[Shader]); 2] = [
    (
        Module::Curve,
        &[Shader::GreySint, Shader::GreyUint, Shader::Color],
    ),
    (Module::Table, &[Shader::GreySint, Shader::GreyUint]),
];

fn module(module: Module, taps: Taps) -> (naga::Module, ModuleInfo) {
    let wgsl = taps.wgsl(module);
    let module =
        naga::front::wgsl::parse_str(wgsl).unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
    // No capability: nothing beyond what WebGL2 and the WebGPU core have.
    let info = Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
    (module, info)
}

#[test]
fn every_entry_point_becomes_glsl_es_3() {
    let mut pictures = std::collections::BTreeSet::new();
    for (name, shaders) in MODULES {
        let (module, info) = module(name, Taps::Load);
        assert_eq!(
            module.entry_points.len(),
            shaders.len() + 1,
            "{name:?}: a vertex shader and one fragment shader a kind"
        );
        let written = glsl_es_3(&module, &info, ShaderStage::Vertex, "full_screen", []);
        assert!(written.starts_with("#version 300 es"), "{written}");
        for variant in variants(name, shaders) {
            let entry_point = variant.shader.entry_point();
            let written = glsl_es_3(
                &module,
                &info,
                ShaderStage::Fragment,
                entry_point,
                variant.constants(),
            );
            assert!(written.starts_with("#version 300 es"), "{variant:?}: {written}");
            pictures.insert(written);
        }
    }
    assert!(
        pictures.len() > 22,
        "the overrides decide nothing: {}",
        pictures.len()
    );
}

/// Every kind of frame with every combination of what its pipeline decides.
fn variants(module: Module, shaders: &[Shader]) -> impl Iterator<Item = Variant> {
    shaders.iter().flat_map(move |&shader| {
        (0..16).map(move |bits: u8| Variant {
            module,
            shader,
            is_linear: bits & 1 != 0,
            is_sigmoid: bits & 2 != 0,
            has_padding: bits & 4 != 0,
            is_gentle: bits & 8 != 0,
        })
    })
}

/// What wgpu hands to WebGL2.
fn glsl_es_3<const N: usize>(
    module: &naga::Module,
    info: &ModuleInfo,
    shader_stage: ShaderStage,
    entry_point: &str,
    constants: [(&str, f64); N],
) -> String {
    let constants = constants
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect();
    let (module, info) =
        pipeline_constants::process_overrides(module, info, Some((shader_stage, entry_point)), &constants)
            .unwrap_or_else(|error| panic!("{entry_point}: {error}"));
    let options = glsl::Options {
        version: glsl::Version::Embedded {
            version: 300,
            is_webgl: true,
        },
        ..glsl::Options::default()
    };
    let pipeline = glsl::PipelineOptions {
        shader_stage,
        entry_point: entry_point.to_owned(),
        multiview: None,
    };
    let mut written = String::new();
    glsl::Writer::new(
        &mut written,
        &module,
        &info,
        &options,
        &pipeline,
        naga::proc::BoundsCheckPolicies::default(),
    )
    .and_then(|mut writer| writer.write())
    .unwrap_or_else(|error| panic!("{entry_point}: {error}"));
    written
}

#[test]
fn shaders_read_stored_values_as_they_are() {
    for (name, taps, expected) in [
        (Module::Curve, Taps::Load, (11, 0)),
        (Module::Curve, Taps::Gather, (3, 2)),
        (Module::Table, Taps::Load, (11, 0)),
        (Module::Table, Taps::Gather, (3, 2)),
    ] {
        let (module, _) = module(name, taps);
        let functions = module.functions.iter().map(|(_, function)| function);
        let entry_points = module
            .entry_points
            .iter()
            .map(|entry_point| &entry_point.function);
        let (mut loads, mut gathers) = (0, 0);
        for function in functions.chain(entry_points) {
            for (_, expression) in function.expressions.iter() {
                match expression {
                    Expression::ImageLoad { .. } => loads += 1,
                    Expression::ImageSample { gather: Some(_), .. } => gathers += 1,
                    Expression::ImageSample { .. } | Expression::Derivative { .. } => {
                        panic!("{:?}: {expression:?}", function.name)
                    }
                    _ => {}
                }
            }
        }
        assert_eq!(
            (loads, gathers),
            expected,
            "{name:?}, {taps:?}: loads and gathers"
        );
    }
}

#[test]
fn the_uniform_has_the_layout_of_slice() {
    macro_rules! fields {
        ($($field:ident)*) => { [$((stringify!($field), offset_of!(Slice, $field))),*] };
    }
    let fields = fields! {
        column_origin column_step_x column_step_y row_origin row_step_x row_step_y
        curve_low curve_high curve_anchor padding_low padding_high size
        curve_offset curve_gain gentle_anchor gentle_offset gentle_gain weight_bits is_inverted units_per_level
    };
    let (module, _) = module(Module::Curve, Taps::Load);
    let uniform = module
        .types
        .iter()
        .find(|(_, kind)| kind.name.as_deref() == Some("Slice"))
        .map(|(_, kind)| &kind.inner);
    let Some(TypeInner::Struct { members, span }) = uniform else {
        panic!("no struct Slice: {uniform:?}");
    };
    assert_eq!(*span as usize, size_of::<Slice>(), "size");
    assert_eq!(size_of::<Slice>() % 16, 0, "WebGL2 wants whole vec4s");
    let reflected: Vec<_> = members
        .iter()
        .map(|member| (member.name.as_deref().unwrap_or("?"), member.offset as usize))
        .collect();
    assert_eq!(reflected, fields, "names and offsets");
}
