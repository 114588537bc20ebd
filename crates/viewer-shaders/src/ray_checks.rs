//! The shaders of volumes in three dimensions, checked on the host.

use std::mem::{offset_of, size_of};

use naga::{
    Expression, TypeInner,
    valid::{Capabilities, ValidationFlags, Validator},
};

use crate::{RAY_FLAGS, RAY_SHOW_WGSL, RayPicture, RayVariant, Shown};

fn valid(wgsl: &str) -> naga::Module {
    let module =
        naga::front::wgsl::parse_str(wgsl).unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
    // No capability: nothing beyond what WebGL2 and the WebGPU core have.
    Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
    module
}

/// Names and offsets of a structure, and its size.
fn layout(module: &naga::Module, name: &str) -> (Vec<(String, usize)>, usize) {
    let found = module
        .types
        .iter()
        .find(|(_, kind)| kind.name.as_deref() == Some(name));
    let Some(TypeInner::Struct { members, span }) = found.map(|(_, kind)| &kind.inner) else {
        panic!("no struct {name}");
    };
    let members = members
        .iter()
        .map(|member| (member.name.clone().unwrap_or_default(), member.offset as usize));
    (members.collect(), *span as usize)
}

#[test]
fn uniforms_of_rays_have_the_layout_of_their_twins() {
    macro_rules! fields {
        ($of:ident: $($field:ident)*) => {
            (vec![$((stringify!($field).to_owned(), offset_of!($of, $field))),*], size_of::<$of>())
        };
    }
    let picture = fields! { RayPicture:
        origin origin_x origin_y direction direction_x direction_y voxel_from_x voxel_from_y voxel_from_z
        low high cuts light shares background size cut_count padding_low padding_high anchor gain offset
        step_mm has_jitter layer_bits
    };
    let shown = fields! { Shown: canvas rays flipped_height unused_x unused_y unused_z };
    for is_signed in [false, true] {
        assert_eq!(layout(&valid(RayVariant::wgsl(is_signed)), "RayPicture"), picture);
    }
    assert_eq!(layout(&valid(RAY_SHOW_WGSL), "Shown"), shown);
    for size in [picture.1, shown.1] {
        assert_eq!(size % 16, 0, "WebGL2 wants whole vec4s");
    }
}

#[test]
fn rays_read_voxels_as_they_are() {
    for is_signed in [false, true] {
        let module = valid(RayVariant::wgsl(is_signed));
        let overrides: Vec<_> = module
            .overrides
            .iter()
            .filter_map(|(_, flag)| flag.name.clone())
            .collect();
        assert_eq!(overrides, RAY_FLAGS, "every override is a flag");
        let functions = module.functions.iter().map(|(_, function)| function);
        let expressions = functions.flat_map(|function| function.expressions.iter());
        let (mut loads, mut gathers) = (0, 0);
        for (_, expression) in expressions {
            match expression {
                Expression::ImageLoad { .. } => loads += 1,
                Expression::ImageSample { gather: Some(_), .. } => gathers += 1,
                Expression::ImageSample { .. } | Expression::Derivative { .. } => panic!("{expression:?}"),
                _ => {}
            }
        }
        // Voxels, slices, mask and bricks in one place each; the table in two.
        assert_eq!((loads, gathers), (6, 1));
    }
}
