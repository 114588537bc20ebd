//! The shaders for WebGL2, which takes no WGSL: translated by `build.rs`.

use crate::{PlaneVariant, RayVariant, Variant};

/// A fragment shader and the names in it.
#[derive(Debug)]
pub struct Source {
    /// GLSL ES 3.00.
    pub fragment: &'static str,
    /// Name of the block that holds a [`crate::Slice`].
    pub uniform_block: &'static str,
    /// Binding number in the WGSL, and name here, of each texture.
    pub textures: &'static [(u32, &'static str)],
}

include!(concat!(env!("OUT_DIR"), "/glsl.rs"));

/// The fragment shader of a variant; each that [`Variant::of`] gives has one.
pub fn source(variant: Variant) -> Option<&'static Source> {
    let index = Variant::all().position(|other| other == variant)?;
    SOURCES.get(index)
}

/// The fragment shader of a plane: its text, and the names in it.
pub fn plane_source(variant: PlaneVariant) -> Option<(String, &'static Source)> {
    let (before, source) = PLANE_SOURCES.get(variant.voxels as usize)?;
    Some((
        [before, variant.glsl_flags().as_str(), source.fragment].concat(),
        source,
    ))
}

/// The fragment shader of a volume in three dimensions, of which [`RayVariant::glsl`] makes that of the variant.
pub fn ray_source(variant: RayVariant) -> Option<&'static Source> {
    RAY_SOURCES.get(usize::from(variant.is_signed))
}

/// The fragment shader that shows a picture of rays.
pub fn ray_show_source() -> Option<&'static Source> {
    RAY_SOURCES.get(2)
}
