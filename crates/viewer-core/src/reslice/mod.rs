//! Planes through a volume, in the patient's millimetres, and their pictures as plain data.
//!
//! A [`Plane`] and how it is looked at (a [`PlaneView`]) become a [`ReslicePlan`]: sample positions of 32.32 fixed point in
//! voxels, what is done with them, and the grey curve. Every backend steps and interpolates with the same integers; see
//! [`ReslicePlan`] for them. A canvas pixel is a square of patient millimetres, so the aspect is right for any spacing.

mod anatomy;
mod crosshair;
mod line;
mod placement;
mod plan;
mod plane;
mod positions;
mod table;
mod view;

pub use anatomy::{acquired_planes, letters};
pub use crosshair::Crosshair;
pub use line::reference_line;
pub use placement::PlanePlacement;
pub use plan::ReslicePlan;
pub use plane::Plane;
pub use positions::{MAX_SAMPLES, SamplePositions};
pub use table::{MULTIPLIER_BITS, SliceEntry, SliceTable};
pub use view::{PlaneView, Projection, VolumeInterpolation};

/// Bits of an interpolation weight: whole is `1 << WEIGHT_BITS`.
pub const WEIGHT_BITS: u32 = 15;
/// Fractional bits of a sample and of all that is made of samples.
pub const SAMPLE_BITS: u32 = 16;

#[cfg(test)]
mod tests;
