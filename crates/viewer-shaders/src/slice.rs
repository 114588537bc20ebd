//! The uniform of `shaders/slice.wgsl`, made from a plan.

use bytemuck::{Pod, Zeroable};
use viewer_core::{
    lut::GreyTable,
    plan::{AxisPositions, CurveShape, FixedCurve, GentleCurve, Shading, SlicePlan, ValueRange},
};

/// Mirror of `Slice` in `shaders/slice.wgsl`; a test compares names and offsets.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
pub struct Slice {
    pub(crate) column_origin: [u32; 2],
    pub(crate) column_step_x: [u32; 2],
    pub(crate) column_step_y: [u32; 2],
    pub(crate) row_origin: [u32; 2],
    pub(crate) row_step_x: [u32; 2],
    pub(crate) row_step_y: [u32; 2],
    pub(crate) curve_low: [u32; 2],
    pub(crate) curve_high: [u32; 2],
    pub(crate) curve_anchor: [u32; 2],
    pub(crate) padding_low: [u32; 2],
    pub(crate) padding_high: [u32; 2],
    pub(crate) size: [u32; 2],
    pub(crate) curve_offset: f32,
    pub(crate) curve_gain: f32,
    pub(crate) gentle_anchor: i32,
    pub(crate) gentle_offset: f32,
    pub(crate) gentle_gain: f32,
    pub(crate) weight_bits: u32,
    pub(crate) is_inverted: u32,
    pub(crate) units_per_level: f32,
    pub(crate) shutter_level: f32,
    pub(crate) shows_overlays: u32,
    pub(crate) unused: [u32; 2],
}

/// A curve for colour frames, whose shader reads none.
pub(crate) const NO_CURVE: FixedCurve = FixedCurve {
    shape: CurveShape::Ramp,
    low: 0,
    high: 0,
    anchor: 0,
    offset: 0.0,
    gain: 0.0,
};

/// For pipelines that read none.
pub(crate) const NOT_GENTLE: GentleCurve = GentleCurve {
    anchor: 0,
    offset: 0.0,
    gain: 0.0,
};

impl Slice {
    /// The same for a target whose first line is the lowest, as that of WebGL.
    pub fn bottom_up(plan: &SlicePlan) -> Self {
        let turned = |axis: AxisPositions| AxisPositions {
            origin: axis.at(0, plan.canvas[1].saturating_sub(1)),
            step_y: axis.step_y.wrapping_neg(),
            ..axis
        };
        Self::new(&SlicePlan {
            column: turned(plan.column),
            row: turned(plan.row),
            ..plan.clone()
        })
    }

    /// The uniform of `plan`.
    pub fn new(plan: &SlicePlan) -> Self {
        let (curve, is_inverted) = match &plan.shading {
            Shading::Grey { fixed, .. } => (*fixed, false),
            Shading::Table(table) => (ends_of(table, plan.range), false),
            Shading::Color { inverted } => (NO_CURVE, *inverted),
        };
        let gentle = curve.gentle(plan.range).unwrap_or(NOT_GENTLE);
        let (padding_low, padding_high) = plan.padding.unwrap_or((i64::MAX, i64::MIN));
        Self {
            column_origin: words(plan.column.origin),
            column_step_x: words(plan.column.step_x),
            column_step_y: words(plan.column.step_y),
            row_origin: words(plan.row.origin),
            row_step_x: words(plan.row.step_x),
            row_step_y: words(plan.row.step_y),
            curve_low: words(curve.low),
            curve_high: words(curve.high),
            curve_anchor: words(curve.anchor),
            padding_low: words(padding_low),
            padding_high: words(padding_high),
            size: plan.size,
            curve_offset: curve.offset,
            curve_gain: curve.gain,
            gentle_anchor: gentle.anchor,
            gentle_offset: gentle.offset,
            gentle_gain: gentle.gain,
            weight_bits: plan.range.weight_bits,
            is_inverted: u32::from(is_inverted),
            units_per_level: if plan.range.max == 0xFFFF { 257.0 } else { 1.0 },
            shutter_level: plan.mask.map_or(0.0, |mask| f32::from(mask.shutter_level)),
            shows_overlays: u32::from(plan.mask.is_some_and(|mask| mask.shows_overlays)),
            unused: [0; 2],
        }
    }
}

/// What `shaders/table.wgsl` takes of a curve: the ends of the table, and half a stored unit before the first.
pub(crate) fn ends_of(table: &GreyTable, range: ValueRange) -> FixedCurve {
    let low = table.first() * range.one();
    FixedCurve {
        low,
        high: table.last() * range.one(),
        anchor: low - range.one() / 2,
        ..NO_CURVE
    }
}

/// Low and high word of a two's complement number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the two halves of the bits are meant"
)]
pub(crate) const fn words(value: i64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}
