//! How a frame is looked at: placement, interpolation, window.

use crate::{FrameSpec, lut::Voi};

/// How a sample between pixel centres is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Interpolation {
    /// The value of the nearest pixel.
    Nearest,
    /// Between the four pixels around, except where one of them is padding: there the nearest one.
    #[default]
    Linear,
}

impl Interpolation {
    /// The stable name that crosses the JavaScript boundary.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Linear => "linear",
        }
    }

    /// The interpolation of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Nearest, Self::Linear]
            .into_iter()
            .find(|one| one.as_str() == name)
    }
}

/// What the user chose. The picture is flipped first (along the image's own columns and rows), then rotated about
/// its centre, then scaled, then moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// 1 = the whole (rotated) image just fits the canvas; 2 = twice as large.
    pub zoom: f64,
    /// Where the image's centre lies from the canvas's centre, `[right, down]` in canvas pixels.
    pub pan_px: [f64; 2],
    /// Clockwise on the screen, in degrees.
    pub rotation_deg: f64,
    /// Left and right exchanged.
    pub flip_horizontal: bool,
    /// Top and bottom exchanged.
    pub flip_vertical: bool,
    /// Grey (or each colour) shown as its negative, on top of MONOCHROME1's own.
    pub invert: bool,
    /// How samples between pixel centres are made.
    pub interpolation: Interpolation,
    /// Whether the frame's overlays are drawn.
    pub overlays: bool,
    /// The window; grey frames only.
    pub voi: Voi,
    /// Which of the frame's VOI LUTs is applied instead of the window; one that the frame does not have is none.
    pub voi_lut: Option<usize>,
}

impl View {
    /// The whole image, as stored, through `voi`.
    pub const fn new(voi: Voi) -> Self {
        Self {
            zoom: 1.0,
            pan_px: [0.0, 0.0],
            rotation_deg: 0.0,
            flip_horizontal: false,
            flip_vertical: false,
            invert: false,
            interpolation: Interpolation::Linear,
            overlays: true,
            voi,
            voi_lut: None,
        }
    }

    /// The whole image, as stored, through the window or VOI LUT that the frame comes with.
    pub const fn of(spec: &FrameSpec) -> Self {
        let mut view = Self::new(spec.voi);
        view.voi_lut = spec.voi_lut;
        view
    }

    /// The same view, `factor` times larger, with the image point under `point_px` (canvas pixels) held in place.
    #[must_use]
    pub fn zoomed_about(mut self, factor: f64, point_px: [f64; 2], canvas: [u32; 2]) -> Self {
        for ((pan, point), size) in self.pan_px.iter_mut().zip(point_px).zip(canvas) {
            let from_center = point - f64::from(size) / 2.0;
            *pan = from_center - (from_center - *pan) * factor;
        }
        self.zoom *= factor;
        self
    }
}
