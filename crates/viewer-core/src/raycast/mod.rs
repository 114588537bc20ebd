//! A volume in three dimensions: rays from a camera through the voxels, as plain data.
//!
//! A [`RayPlan`] is made of a [`RayView`] and says where each pixel's ray runs, where it is sampled and how samples become
//! colour. CPU, WebGPU and WebGL2 take the same steps in f32, in the same order: their pictures differ by two levels at most,
//! but for a thousandth of the pixels. Rays run in voxel coordinates, so that sheared volumes (tilted gantries), mirrored ones
//! and voxels of any shape need nothing of their own; steps are in millimetres, light in patient space.
//!
//! A sample is interpolated between eight voxels. Padding, slices that have not arrived and voxels that a
//! [`VoxelMask`] leaves out are empty: a sample whose nearest voxel is empty is nothing, and an empty voxel beside it takes
//! the nearest one's value. Lookup tables of the objects are not applied: transfer functions are over rescaled values.

mod bricks;
mod camera;
mod components;
mod looks;
mod mask;
mod occupancy;
mod plan;
mod presets;
mod quality;
mod slices;
mod stored;
#[cfg(test)]
pub(crate) mod testing;
mod transfer;

pub use bricks::{BRICK, Bricks};
pub use camera::{Camera, Perspective, Side};
pub use looks::Looks;
pub use mask::{MaskBuilder, Part, VoxelMask};
pub use occupancy::{BOUND_STEPS, Occupancy};
pub use plan::{Light, MAX_CUTS, RayPlan, Rays, Reading};
pub use presets::{Preset, TissuePreset};
pub use quality::Quality;
pub use slices::SliceRow;
pub use transfer::{RayTable, TABLE_ENTRIES, TransferFunction, TransferPoint};

use glam::DVec3;

/// How samples along a ray become a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Volume rendering: light that passes, sample by sample, from front to back.
    Composite,
    /// The largest value (MIP), through the transfer function's colours.
    Maximum,
    /// The smallest value (`MinIP`), through the transfer function's colours.
    Minimum,
}

impl Mode {
    /// The mode of that stable name: `"volume"`, `"max"` or `"min"`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "volume" => Self::Composite,
            "max" => Self::Maximum,
            "min" => Self::Minimum,
            _ => return None,
        })
    }
}

/// Light on surfaces, where the gradient of the values says how they lie. Both sides of a surface are lit alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lighting {
    /// Share of the colour that is there without light.
    pub ambient: f64,
    /// Share of the colour by the angle to the light.
    pub diffuse: f64,
    /// White by the mirrored light.
    pub specular: f64,
    /// Gradient from which a place is a surface and fully lit by its angle, modality units a millimetre; places without a
    /// gradient, as on cuts, are lit evenly.
    pub edge_per_mm: f64,
    /// Where the light comes from: `[right, down, towards the viewer]` on the canvas, of any length.
    pub from: [f64; 3],
}

/// Leaves out what lies behind a plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutPlane {
    /// Any point of the plane, patient millimetres.
    pub point_mm: DVec3,
    /// Towards what is kept; of any length.
    pub normal: DVec3,
}

/// How a volume is looked at in three dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct RayView {
    /// From where.
    pub camera: Camera,
    /// How samples become a colour.
    pub mode: Mode,
    /// Colour and opacity of values.
    pub transfer: TransferFunction,
    /// Light on surfaces; none shows colours as they are. Projections have none.
    pub lighting: Option<Lighting>,
    /// What is shown of the volume, `[slices, rows, columns]` in voxel coordinates; voxel `n` covers `n - 0.5` to `n + 0.5`.
    pub crop: Option<[[f64; 2]; 3]>,
    /// Planes that cut parts away; at most [`MAX_CUTS`].
    pub cuts: Vec<CutPlane>,
    /// How finely rays are laid and sampled.
    pub quality: Quality,
    /// Moves each ray's samples by up to a step, by a hash of its pixel: grain instead of rings.
    pub has_jitter: bool,
    /// Behind everything: red, green, blue.
    pub background: [u8; 3],
    /// More slices are on their way: only those that lie together are shown, read as fast as those of a whole volume.
    pub is_arriving: bool,
}

impl RayView {
    /// By a preset, from a camera.
    pub fn new(camera: Camera, preset: Preset) -> Self {
        Self {
            camera,
            mode: preset.mode,
            transfer: preset.transfer,
            lighting: preset.lighting,
            crop: None,
            cuts: Vec::new(),
            quality: Quality::STILL,
            has_jitter: true,
            background: [0; 3],
            is_arriving: false,
        }
    }
}
