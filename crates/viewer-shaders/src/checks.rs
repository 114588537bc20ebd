//! The shaders, checked on the host: they are valid, nothing filters and nothing takes a derivative, and their uniform has the
//! layout of [`Slice`]. That WebGL2's become GLSL ES 3.00 is seen when they are translated.

use std::mem::{offset_of, size_of};

use naga::{
    Expression, TypeInner,
    valid::{Capabilities, ValidationFlags, Validator},
};

use crate::{Module, Slice, Taps};

fn module(module: Module, taps: Taps) -> naga::Module {
    let wgsl = taps.wgsl(module);
    let module =
        naga::front::wgsl::parse_str(wgsl).unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
    // No capability: nothing beyond what WebGL2 and the WebGPU core have.
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
    module
}

#[test]
fn shaders_read_stored_values_as_they_are() {
    for (name, taps, expected) in [
        (Module::Curve, Taps::Load, (11, 0)),
        (Module::Curve, Taps::Gather, (3, 2)),
        (Module::Table, Taps::Load, (11, 0)),
        (Module::Table, Taps::Gather, (3, 2)),
        (Module::Mask, Taps::Load, (1, 0)),
        (Module::Mask, Taps::Gather, (1, 0)),
    ] {
        let module = module(name, taps);
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
        shutter_level shows_overlays unused
    };
    let module = module(Module::Curve, Taps::Load);
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
