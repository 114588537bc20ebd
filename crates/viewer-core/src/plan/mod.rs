//! A picture as plain data: every number that a backend needs, computed once.
//!
//! Sample positions are 32.32 fixed point and interpolated grey values are exact fixed point as well, so that the
//! CPU, WebGPU and WebGL2 take the same decisions to the bit; only the last step, the grey curve between its two
//! plateaus, is f64 on the CPU and f32 on a GPU. Where lookup tables are part of the pipeline, the plan holds the level
//! of every stored value, and every backend reads it at the interpolated value rounded to a whole one, halves up.

mod curve;
mod position;

pub use curve::{CurveShape, FixedCurve, GentleCurve};
pub(crate) use position::fixed;
pub use position::{AxisPositions, ONE};

use std::sync::Arc;

use crate::{
    FrameSpec, PixelFormat, Result,
    lut::{Chain, Grey, GreyTable, Luts},
    mask::MaskPlan,
    space::Placement,
};

pub use crate::view::{Interpolation, View};

/// Where a format's values lie and how finely they are interpolated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueRange {
    /// Lowest stored value that the format holds.
    pub min: i64,
    /// Highest stored value that the format holds.
    pub max: i64,
    /// Bits of an interpolation weight; an interpolated value has twice as many fractional bits and fits an i64.
    pub weight_bits: u32,
}

impl ValueRange {
    /// The range of one channel of `format`.
    pub const fn of(format: PixelFormat) -> Self {
        let (min, max, weight_bits) = match format {
            PixelFormat::R8Uint | PixelFormat::Rgba8Uint => (0, 0xFF, 23),
            PixelFormat::R8Sint => (-0x80, 0x7F, 23),
            PixelFormat::R16Uint | PixelFormat::Rgba16Uint => (0, 0xFFFF, 23),
            PixelFormat::R16Sint => (-0x8000, 0x7FFF, 23),
            PixelFormat::R32Uint => (0, 0xFFFF_FFFF, 15),
            PixelFormat::R32Sint => (-0x8000_0000, 0x7FFF_FFFF, 15),
        };
        Self {
            min,
            max,
            weight_bits,
        }
    }

    /// One stored unit in the fixed point of interpolated values.
    pub const fn one(self) -> i64 {
        1 << (2 * self.weight_bits)
    }

    /// The stored value of an interpolated fixed-point value.
    #[inline]
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits are the precision of the reference"
    )]
    pub const fn stored(self, value: i64) -> f64 {
        // One is a power of two: the reciprocal is exact, and cheaper in a loop than a division.
        value as f64 * (1.0 / self.one() as f64)
    }

    /// The whole stored value nearest to an interpolated fixed-point value, halves up.
    #[inline]
    pub const fn nearest(self, value: i64) -> i64 {
        (value + self.one() / 2) >> (2 * self.weight_bits)
    }

    /// The fixed-point value nearest to a stored value; saturates.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "one is a power of two; the cast to i64 saturates"
    )]
    pub(crate) fn fixed(self, stored: f64) -> i64 {
        libm::round(stored * self.one() as f64) as i64
    }
}

/// What is done with a sample.
#[derive(Debug, Clone, PartialEq)]
pub enum Shading {
    /// Stored grey values through modality LUT, VOI LUT and presentation.
    Grey {
        /// In f64, as the standard writes it: what the CPU executes.
        exact: Grey,
        /// The same curve over fixed-point values: what a GPU executes.
        fixed: FixedCurve,
    },
    /// Stored grey values through a pipeline with lookup tables.
    Table(Arc<GreyTable>),
    /// Display colour, channel by channel; the window does not apply.
    Color {
        /// Whether the negative is shown.
        inverted: bool,
    },
}

/// One slice on one canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct SlicePlan {
    /// `[width, height]` in canvas pixels.
    pub canvas: [u32; 2],
    /// `[columns, rows]` of the frame.
    pub size: [u32; 2],
    /// How a pixel of the frame is held.
    pub format: PixelFormat,
    /// Column position of each canvas pixel's centre.
    pub column: AxisPositions,
    /// Row position of each canvas pixel's centre.
    pub row: AxisPositions,
    /// How a sample between pixel centres is made.
    pub interpolation: Interpolation,
    /// The format's values and the fixed point of interpolation.
    pub range: ValueRange,
    /// Closed range of stored values that are padding, within the format's range; never in a colour frame.
    pub padding: Option<(i64, i64)>,
    /// What is done with a sample.
    pub shading: Shading,
    /// How the frame's mask is drawn over that.
    pub mask: Option<MaskPlan>,
}

impl SlicePlan {
    /// Plans the picture of a frame like `spec` through `view` on a canvas of `[width, height]` pixels.
    ///
    /// # Errors
    /// As [`Placement::new`] and, for grey frames, [`Grey::check`] and [`GreyTable::new`].
    pub fn new(spec: &FrameSpec, view: &View, canvas: [u32; 2]) -> Result<Self> {
        let placement = Placement::new(spec, view, canvas)?;
        let range = ValueRange::of(spec.format);
        let (shading, padding) = if spec.format.is_color() {
            (
                Shading::Color {
                    inverted: view.invert,
                },
                None,
            )
        } else {
            let exact = Grey {
                slope: spec.rescale_slope,
                intercept: spec.rescale_intercept,
                voi: view.voi,
                inverted: spec.inverted != view.invert,
            };
            let shading = grey_shading(exact, &spec.luts, view.voi_lut, range)?;
            let padding = spec
                .padding
                .map(|(low, high)| (low.max(range.min), high.min(range.max)))
                .filter(|(low, high)| low <= high);
            (shading, padding)
        };
        let [column, row] = position::axes(&placement);
        Ok(Self {
            canvas,
            size: [spec.columns, spec.rows],
            format: spec.format,
            column,
            row,
            interpolation: view.interpolation,
            range,
            padding,
            shading,
            mask: spec.mask.map(|shutter_level| MaskPlan {
                shutter_level,
                shows_overlays: view.overlays,
            }),
        })
    }

    /// The same plan with these levels in the place of rescale, window and lookup tables; of a colour frame, as it is.
    #[must_use]
    pub fn with_levels(mut self, levels: Arc<GreyTable>) -> Self {
        if !self.format.is_color() {
            self.shading = Shading::Table(levels);
        }
        self
    }
}

/// From stored values in `range` to grey.
pub(crate) fn grey_shading(
    exact: Grey,
    luts: &Luts,
    voi_lut: Option<usize>,
    range: ValueRange,
) -> Result<Shading> {
    let chain = Chain {
        grey: exact,
        modality: luts.modality.as_deref(),
        voi: voi_lut.and_then(|number| luts.voi.get(number)).map(|lut| &**lut),
        presentation: luts.presentation.as_deref(),
    };
    if chain.has_table() {
        let table = GreyTable::new(&chain, range.min, range.max)?;
        return Ok(Shading::Table(Arc::new(table)));
    }
    Ok(Shading::Grey {
        exact,
        fixed: FixedCurve::new(&exact, range)?,
    })
}
