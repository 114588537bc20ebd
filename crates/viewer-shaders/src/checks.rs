//! The shaders, checked on the host: they are valid, nothing filters and nothing takes a derivative, and their uniform has the
//! layout of [`Slice`]. That WebGL2's become GLSL ES 3.00 is seen when they are translated.

use std::mem::{offset_of, size_of};

use naga::{
    Expression, TypeInner,
    valid::{Capabilities, ValidationFlags, Validator},
};

use crate::{Module, PLANE_FLAGS, Plane, Slice, Taps, Voxels};

fn module(module: Module, taps: Taps) -> naga::Module {
    valid(taps.wgsl(module))
}

fn valid(wgsl: &str) -> naga::Module {
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
        let (loads, gathers) = reads(&module(name, taps));
        assert_eq!(
            (loads, gathers),
            expected,
            "{name:?}, {taps:?}: loads and gathers"
        );
    }
}

/// Loads and gathers; anything that filters or takes a derivative is a defect.
fn reads(module: &naga::Module) -> (usize, usize) {
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
    (loads, gathers)
}

#[test]
fn volumes_are_read_as_they_are() {
    for voxels in Voxels::ALL {
        let module = valid(voxels.wgsl());
        let (loads, gathers) = reads(&module);
        // Voxels are read in one place each.
        assert_eq!((loads, gathers), (7, 1), "{voxels:?}");
        let overrides: Vec<_> = module
            .overrides
            .iter()
            .filter_map(|(_, flag)| flag.name.clone())
            .collect();
        let mut expected = PLANE_FLAGS.map(str::to_owned).to_vec();
        expected.sort_by_key(|name| overrides.iter().position(|other| other == name));
        assert_eq!(overrides, expected, "every override is a flag");
    }
}

#[test]
fn the_uniforms_have_the_layout_of_their_twins() {
    macro_rules! fields {
        ($of:ident: $($field:ident)*) => { vec![$((stringify!($field), offset_of!($of, $field))),*] };
    }
    let slice = fields! { Slice:
        column_origin column_step_x column_step_y row_origin row_step_x row_step_y
        curve_low curve_high curve_anchor padding_low padding_high size
        curve_offset curve_gain gentle_anchor gentle_offset gentle_gain weight_bits is_inverted units_per_level
        shutter_level shows_overlays unused
    };
    let plane = fields! { Plane:
        column_origin column_step_x column_step_y column_step_sample
        row_origin row_step_x row_step_y row_step_sample
        slice_origin slice_step_x slice_step_y slice_step_sample
        curve_low curve_high curve_anchor addend size samples padding_low padding_high
        curve_offset curve_gain gentle_anchor gentle_offset gentle_gain gentle_addend is_sum is_even sum_anchor layer_bits
    };
    for (module, name, fields, size) in [
        (
            module(Module::Curve, Taps::Load),
            "Slice",
            slice,
            size_of::<Slice>(),
        ),
        (valid(Voxels::Sint.wgsl()), "Plane", plane, size_of::<Plane>()),
    ] {
        let uniform = module
            .types
            .iter()
            .find(|(_, kind)| kind.name.as_deref() == Some(name))
            .map(|(_, kind)| &kind.inner);
        let Some(TypeInner::Struct { members, span }) = uniform else {
            panic!("no struct {name}: {uniform:?}");
        };
        assert_eq!(*span as usize, size, "size of {name}");
        assert_eq!(size % 16, 0, "WebGL2 wants whole vec4s");
        let reflected: Vec<_> = members
            .iter()
            .map(|member| (member.name.as_deref().unwrap_or("?"), member.offset as usize))
            .collect();
        assert_eq!(reflected, fields, "names and offsets of {name}");
    }
}
