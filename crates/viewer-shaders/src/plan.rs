//! Which variant draws a plan.

use viewer_core::{
    FrameSpec, PixelFormat, Result,
    plan::{CurveShape, Interpolation, Shading, SlicePlan, View},
};

use crate::variant::{Module, Shader, Variant};

impl Shader {
    /// The one for frames of `format`.
    pub const fn of(format: PixelFormat) -> Self {
        match format {
            PixelFormat::R8Sint | PixelFormat::R16Sint | PixelFormat::R32Sint => Self::GreySint,
            PixelFormat::R8Uint | PixelFormat::R16Uint | PixelFormat::R32Uint => Self::GreyUint,
            PixelFormat::Rgba8Uint | PixelFormat::Rgba16Uint => Self::Color,
        }
    }
}

impl Variant {
    /// The one that draws `plan`.
    pub fn of(plan: &SlicePlan) -> Self {
        let (is_sigmoid, is_gentle) = match &plan.shading {
            Shading::Grey { fixed, .. } => (
                fixed.shape == CurveShape::Sigmoid,
                fixed.gentle(plan.range).is_some(),
            ),
            Shading::Table(_) | Shading::Color { .. } => (false, false),
        };
        let is_linear = plan.interpolation == Interpolation::Linear;
        let module = match plan.shading {
            Shading::Table(_) => Module::Table,
            Shading::Grey { .. } | Shading::Color { .. } => Module::Curve,
        };
        Self {
            module,
            shader: Shader::of(plan.format),
            is_linear,
            is_sigmoid,
            // The nearest pixel is shown whether it is padding or not.
            has_padding: is_linear && plan.padding.is_some(),
            is_gentle,
        }
    }
}

/// The plainest picture of a frame of `format`, one pixel of one pixel: to have a program made before it is needed.
///
/// # Errors
/// None for any format that there is.
pub fn warm_up_plan(format: PixelFormat) -> Result<(FrameSpec, SlicePlan)> {
    let spec = FrameSpec::of_size(1, 1, format);
    let plan = SlicePlan::new(&spec, &View::of(&spec), [1, 1])?;
    Ok((spec, plan))
}
