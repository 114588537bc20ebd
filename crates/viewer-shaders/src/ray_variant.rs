//! What is decided for a picture in three dimensions when its program is made. Nothing here depends on another file:
//! `build.rs` includes this one.

/// Binding number of the bricks' bytes.
pub const RAY_BRICKS_BINDING: u32 = 3;
/// Binding number of the table of colours.
pub const RAY_TABLE_BINDING: u32 = 4;
/// Binding number of the mask's bits.
pub const RAY_MASK_BINDING: u32 = 5;
/// The fragment shader's name in the module.
pub const RAY_ENTRY_POINT: &str = "ray_picture";
/// Binding number of the rays' picture, of which `shaders/ray_show.wgsl` makes that of the canvas.
pub const RAY_GRID_BINDING: u32 = 1;
/// The fragment shader's name in `shaders/ray_show.wgsl`.
pub const RAY_SHOW_ENTRY_POINT: &str = "ray_show";

/// Names of the overrides of `shaders/ray.wgsl`, in the order of [`RayVariant::flags`].
pub const RAY_FLAGS: [&str; 5] = ["is_projection", "is_lit", "has_padding", "has_slices", "has_mask"];

/// What holds for every pixel of a picture; a program is made for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RayVariant {
    /// Whether voxels are signed; each of both has a module.
    pub is_signed: bool,
    /// The values of [`RAY_FLAGS`].
    pub flags: [bool; RAY_FLAGS.len()],
}

impl RayVariant {
    /// The values of the overrides.
    pub fn constants(self) -> [(&'static str, f64); RAY_FLAGS.len()] {
        let mut constants = RAY_FLAGS.map(|name| (name, 0.0));
        for ((_, value), flag) in constants.iter_mut().zip(self.flags) {
            *value = f64::from(u8::from(flag));
        }
        constants
    }

    /// The translated text of this variant, from that of the one whose flags are all false: naga writes overrides as
    /// constants of their own, a line each.
    pub fn glsl(self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, flag) in RAY_FLAGS.iter().zip(self.flags) {
            if flag {
                let line = |flag| format!("const bool {name} = {flag};");
                text = text.replace(&line(false), &line(true));
            }
        }
        text
    }
}
