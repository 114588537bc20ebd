//! The WGSL modules, put together. `build.rs` includes this file.

use super::variant::{Module, Taps};

macro_rules! wgsl {
    ($($file:literal)*) => {
        concat!(
            include_str!("shaders/fixed.wgsl"),
            include_str!("shaders/slice.wgsl"),
            include_str!("shaders/sample.wgsl"),
            $(include_str!(concat!("shaders/", $file, ".wgsl"))),*
        )
    };
}

impl Taps {
    /// The text of a module. Each file has a twin of the same name in `viewer-core/src/cpu`, where it has one.
    pub const fn wgsl(self, module: Module) -> &'static str {
        match (module, self) {
            (Module::Curve, Self::Gather) => wgsl!("taps_gather" "curve" "grey" "color"),
            (Module::Curve, Self::Load) => wgsl!("taps_load" "curve" "grey" "color"),
            (Module::Table, Self::Gather) => wgsl!("taps_gather" "table" "grey"),
            (Module::Table, Self::Load) => wgsl!("taps_load" "table" "grey"),
            (Module::Mask, _) => wgsl!("mask"),
        }
    }
}
