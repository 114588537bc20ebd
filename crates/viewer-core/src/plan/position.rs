//! Sample positions as 32.32 fixed point.

use crate::space::{CanvasPoint, Placement};

/// One image pixel.
pub const ONE: i64 = 1 << 32;

/// Positions along one image axis (column or row), in image pixels of 32.32 fixed point, of canvas pixel centres.
///
/// [`Placement`] has bounded them, so that no position of the canvas leaves an i64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AxisPositions {
    /// At the centre of the first canvas pixel.
    pub origin: i64,
    /// Added for each canvas pixel to the right.
    pub step_x: i64,
    /// Added for each canvas pixel down.
    pub step_y: i64,
}

impl AxisPositions {
    /// The position at canvas pixel (`x`, `y`).
    #[inline]
    pub const fn at(self, x: u32, y: u32) -> i64 {
        self.origin
            .wrapping_add(self.step_x.wrapping_mul(x as i64))
            .wrapping_add(self.step_y.wrapping_mul(y as i64))
    }
}

/// Column and row positions of a placed image.
pub(super) fn axes(placement: &Placement) -> [AxisPositions; 2] {
    let origin = placement.image_from_canvas(CanvasPoint { x: 0.5, y: 0.5 });
    let step_x = placement.image_step_x();
    let step_y = placement.image_step_y();
    [
        AxisPositions {
            origin: fixed(origin.column),
            step_x: fixed(step_x.column),
            step_y: fixed(step_y.column),
        },
        AxisPositions {
            origin: fixed(origin.row),
            step_x: fixed(step_x.row),
            step_y: fixed(step_y.row),
        },
    ]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "ONE is a power of two; positions are bounded by 2^30, so the product is below 2^63"
)]
pub(crate) fn fixed(image_px: f64) -> i64 {
    libm::round(image_px * ONE as f64) as i64
}
