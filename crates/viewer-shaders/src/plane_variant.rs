//! What is decided for a picture of a volume when its program is made. Nothing here depends on another file: `build.rs`
//! includes this one.

/// How a volume's voxels are held; each has a WGSL module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voxels {
    /// Signed.
    Sint,
    /// Unsigned.
    Uint,
}

impl Voxels {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sint, Self::Uint];
}

/// Binding number of the voxels' texture.
pub const VOXELS_BINDING: u32 = 1;
/// Binding number of the slice table's texture.
pub const SLICES_BINDING: u32 = 2;
/// The fragment shader's name in the module.
pub const PLANE_ENTRY_POINT: &str = "plane_picture";

/// Names of the overrides of `shaders/volume.wgsl`, in the order of [`PlaneVariant::flags`].
pub const PLANE_FLAGS: [&str; 14] = [
    "is_linear",
    "is_cubic",
    "is_slab",
    "is_max",
    "is_min",
    "is_flat_column",
    "is_flat_row",
    "is_flat_slice",
    "has_padding",
    "has_gaps",
    "has_slices",
    "is_gentle",
    "is_sigmoid",
    "has_levels",
];

/// What holds for every pixel of a plane's picture; a program is made for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaneVariant {
    /// The module.
    pub voxels: Voxels,
    /// The values of [`PLANE_FLAGS`].
    pub flags: [bool; PLANE_FLAGS.len()],
}

impl PlaneVariant {
    /// The values of the overrides.
    pub fn constants(self) -> [(&'static str, f64); PLANE_FLAGS.len()] {
        let mut constants = PLANE_FLAGS.map(|name| (name, 0.0));
        for ((_, value), flag) in constants.iter_mut().zip(self.flags) {
            *value = f64::from(u8::from(flag));
        }
        constants
    }

    /// The lines of the translated text that differ from variant to variant: naga writes overrides as constants of their own.
    pub fn glsl_flags(self) -> String {
        let mut lines = String::new();
        for (name, flag) in PLANE_FLAGS.into_iter().zip(self.flags) {
            lines.push_str("const bool ");
            lines.push_str(name);
            lines.push_str(if flag { " = true;\n" } else { " = false;\n" });
        }
        lines
    }
}
