//! How a plane through a volume is looked at.

use super::Plane;
use crate::{lut::Voi, volume::VolumeSpec};

/// How a sample between voxel centres is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VolumeInterpolation {
    /// The value of the nearest voxel; halves go to the later one.
    Nearest,
    /// Between the eight voxels around, except where one of them is padding: there the nearest one.
    #[default]
    Linear,
    /// Through the 64 voxels around by cubic convolution (Keys 1981, a = -1/2: Catmull-Rom), except where one of them is padding:
    /// there linear. Between slices that are not evenly apart, linear from slice to slice.
    Cubic,
}

impl VolumeInterpolation {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Nearest, Self::Linear, Self::Cubic];

    /// The stable name that crosses the JavaScript boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Linear => "linear",
            Self::Cubic => "cubic",
        }
    }

    /// The interpolation of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// What a slab shows of the samples through it; those outside the volume, in padding and in slices that have not arrived
/// are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Projection {
    /// The largest stored value (MIP).
    #[default]
    Max,
    /// The smallest (`MinIP`).
    Min,
    /// The mean.
    Mean,
    /// The sum of the values after the rescale, whatever the sample distance: a window over it is as many times wider.
    Sum,
}

impl Projection {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Max, Self::Min, Self::Mean, Self::Sum];

    /// The stable name that crosses the JavaScript boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Max => "max",
            Self::Min => "min",
            Self::Mean => "mean",
            Self::Sum => "sum",
        }
    }

    /// The projection of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// What the user chose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaneView {
    /// The plane; its centre is shown in the middle of the canvas, moved by `pan_px`.
    pub plane: Plane,
    /// 1 = as large as the volume's outline on the plane fits the canvas; 2 = twice as large.
    pub zoom: f64,
    /// Where the plane's centre lies from the canvas's centre, `[right, down]` in canvas pixels.
    pub pan_px: [f64; 2],
    /// Thickness of the slab, half of it on each side of the plane; 0 is the plane alone. Samples are the plane's own and
    /// those whole steps of [`Plane::sample_step_mm`] away that the slab reaches.
    pub slab_mm: f64,
    /// What a slab shows.
    pub projection: Projection,
    /// How samples between voxel centres are made.
    pub interpolation: VolumeInterpolation,
    /// Shown as a negative, on top of MONOCHROME1's own.
    pub invert: bool,
    /// The window.
    pub voi: Voi,
    /// Which of the volume's VOI LUTs is applied instead of the window; one that it does not have is none.
    pub voi_lut: Option<usize>,
}

impl PlaneView {
    /// The plane alone, through the volume's own window.
    pub const fn new(plane: Plane, spec: &VolumeSpec) -> Self {
        Self {
            plane,
            zoom: 1.0,
            pan_px: [0.0, 0.0],
            slab_mm: 0.0,
            projection: Projection::Max,
            interpolation: VolumeInterpolation::Linear,
            invert: false,
            voi: spec.voi,
            voi_lut: None,
        }
    }
}
