//! The shaders of the viewer and what they read, for whatever executes them: WGSL for wgpu, and with the feature `glsl`
//! the same translated to GLSL ES 3.00 for WebGL2.
//!
//! A picture is one uniform ([`Slice`]), the textures that its [`Variant`] names, and one triangle that covers the canvas.
#![forbid(unsafe_code)]

#[cfg(test)]
mod checks;
#[cfg(feature = "glsl")]
pub mod glsl;
mod layers;
mod plan;
mod plane;
mod plane_variant;
mod ray;
#[cfg(test)]
mod ray_checks;
mod ray_variant;
mod slice;
mod variant;
mod wgsl;

pub use layers::layer_bits;
pub use plan::warm_up_plan;
pub use plane::{Plane, slice_texels};
pub use plane_variant::{
    PLANE_ENTRY_POINT, PLANE_FLAGS, PlaneVariant, SLICES_BINDING, VOXELS_BINDING, Voxels,
};
pub use ray::{RAY_SHOW_WGSL, RayPicture, Shown};
pub use ray_variant::{
    RAY_BRICKS_BINDING, RAY_ENTRY_POINT, RAY_FLAGS, RAY_GRID_BINDING, RAY_MASK_BINDING, RAY_SHOW_ENTRY_POINT,
    RAY_TABLE_BINDING, RayVariant,
};
pub use slice::Slice;
pub use variant::{Module, Shader, TABLE_BINDING, TABLE_COLUMNS, Taps, Variant};
