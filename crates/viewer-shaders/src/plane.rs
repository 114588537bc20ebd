//! The uniform of `shaders/volume.wgsl`, the texels of its slice table, and which variant draws a plan.

use bytemuck::{Pod, Zeroable};
use viewer_core::{
    plan::{CurveShape, Shading},
    reslice::{Projection, ReslicePlan, SamplePositions, SliceTable, VolumeInterpolation},
};

use crate::{
    layers::layer_bits,
    plane_variant::{PlaneVariant, Voxels},
    slice::{NO_CURVE, NOT_GENTLE, ends_of, words},
    variant::Taps,
};

/// Mirror of `Plane` in `shaders/volume.wgsl`; a test compares names and offsets.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
pub struct Plane {
    pub(crate) column_origin: [u32; 2],
    pub(crate) column_step_x: [u32; 2],
    pub(crate) column_step_y: [u32; 2],
    pub(crate) column_step_sample: [u32; 2],
    pub(crate) row_origin: [u32; 2],
    pub(crate) row_step_x: [u32; 2],
    pub(crate) row_step_y: [u32; 2],
    pub(crate) row_step_sample: [u32; 2],
    pub(crate) slice_origin: [u32; 2],
    pub(crate) slice_step_x: [u32; 2],
    pub(crate) slice_step_y: [u32; 2],
    pub(crate) slice_step_sample: [u32; 2],
    pub(crate) curve_low: [u32; 2],
    pub(crate) curve_high: [u32; 2],
    pub(crate) curve_anchor: [u32; 2],
    pub(crate) addend: [u32; 2],
    pub(crate) size: [i32; 3],
    pub(crate) samples: u32,
    pub(crate) padding_low: i32,
    pub(crate) padding_high: i32,
    pub(crate) curve_offset: f32,
    pub(crate) curve_gain: f32,
    pub(crate) gentle_anchor: i32,
    pub(crate) gentle_offset: f32,
    pub(crate) gentle_gain: f32,
    pub(crate) gentle_addend: f32,
    pub(crate) is_sum: u32,
    pub(crate) is_even: u32,
    pub(crate) sum_anchor: i32,
    pub(crate) layer_bits: u32,
}

impl Plane {
    /// The same for a target whose first line is the lowest, as that of WebGL.
    pub fn bottom_up(plan: &ReslicePlan) -> Self {
        let turned = |axis: SamplePositions| SamplePositions {
            origin: axis.at(0, plan.canvas[1].saturating_sub(1)),
            step_y: axis.step_y.wrapping_neg(),
            ..axis
        };
        Self::new(&ReslicePlan {
            column: turned(plan.column),
            row: turned(plan.row),
            slice: turned(plan.slice),
            ..plan.clone()
        })
    }

    /// The uniform of `plan`.
    pub fn new(plan: &ReslicePlan) -> Self {
        let curve = match &plan.shading {
            Shading::Grey { fixed, .. } => *fixed,
            Shading::Table(table) => ends_of(table, plan.range),
            Shading::Color { .. } => NO_CURVE,
        };
        let gentle = plan.gentle().unwrap_or(NOT_GENTLE);
        let (padding_low, padding_high) = plan.padding.unwrap_or((i32::MAX, i32::MIN));
        let [slices, rows, columns] = plan.size.map(|side| i32::try_from(side).unwrap_or(i32::MAX));
        Self {
            column_origin: words(plan.column.origin),
            column_step_x: words(plan.column.step_x),
            column_step_y: words(plan.column.step_y),
            column_step_sample: words(plan.column.step_sample),
            row_origin: words(plan.row.origin),
            row_step_x: words(plan.row.step_x),
            row_step_y: words(plan.row.step_y),
            row_step_sample: words(plan.row.step_sample),
            slice_origin: words(plan.slice.origin),
            slice_step_x: words(plan.slice.step_x),
            slice_step_y: words(plan.slice.step_y),
            slice_step_sample: words(plan.slice.step_sample),
            curve_low: words(curve.low),
            curve_high: words(curve.high),
            curve_anchor: words(curve.anchor),
            addend: words(plan.addend),
            size: [columns, rows, slices],
            samples: plan.samples,
            padding_low,
            padding_high,
            curve_offset: curve.offset,
            curve_gain: curve.gain,
            gentle_anchor: if plan.is_sum() { 0 } else { gentle.anchor },
            gentle_offset: gentle.offset,
            gentle_gain: gentle.gain,
            gentle_addend: addend_in_f32(plan.addend) * gentle.gain,
            is_sum: u32::from(plan.is_sum()),
            is_even: u32::from(plan.table.as_ref().is_none_or(|table| table.is_even)),
            sum_anchor: if plan.is_sum() { gentle.anchor } else { 0 },
            layer_bits: layer_bits(plan.size[0]),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "f32 is what a GPU has"
)]
fn addend_in_f32(addend: i64) -> f32 {
    (addend as f64 / 65_536.0) as f32
}

impl Voxels {
    /// The text of the module, without comments and indents.
    pub const fn wgsl(self) -> &'static str {
        match self {
            Self::Sint => include_str!(concat!(env!("OUT_DIR"), "/plane_sint.wgsl")),
            Self::Uint => include_str!(concat!(env!("OUT_DIR"), "/plane_uint.wgsl")),
        }
    }
}

impl PlaneVariant {
    /// The one that draws `plan`.
    pub fn of(plan: &ReslicePlan, taps: Taps) -> Self {
        let is_sigmoid =
            matches!(&plan.shading, Shading::Grey { fixed, .. } if fixed.shape == CurveShape::Sigmoid);
        let is_slab = plan.samples > 1;
        let is_cubic = plan.interpolation == VolumeInterpolation::Cubic;
        let is_nearest = plan.interpolation == VolumeInterpolation::Nearest;
        let table = plan.table.as_deref();
        // Of a plane along columns or rows only loads are fewer: it is not worth a program of its own where they are gathered.
        let is_worth = |axis: &usize| taps == Taps::Load || is_slab || *axis == 2;
        let flat = plan.flat_axis().filter(|axis| !is_nearest && is_worth(axis));
        Self {
            voxels: if plan.format.is_signed() {
                Voxels::Sint
            } else {
                Voxels::Uint
            },
            flags: [
                // A cubic sample with padding is linear.
                !is_nearest && (!is_cubic || plan.padding.is_some() || table.is_some_and(has_gaps)),
                is_cubic,
                is_slab,
                is_slab && plan.projection == Projection::Max,
                is_slab && plan.projection == Projection::Min,
                flat == Some(0),
                flat == Some(1),
                flat == Some(2),
                plan.padding.is_some(),
                table.is_some_and(has_gaps),
                table.is_some_and(|table| !table.is_even || table.is_rescaled),
                plan.gentle().is_some(),
                is_sigmoid,
                matches!(plan.shading, Shading::Table(_)),
            ],
        }
    }
}

fn has_gaps(table: &SliceTable) -> bool {
    table.entries.iter().any(|entry| !entry.is_present)
}

/// The texels of a slice table, `[slices, 2, 4]`: place (low and high word), shift with the highest bit for a slice that is
/// there, reciprocal; multiplier, nothing, addend.
pub fn slice_texels(table: &SliceTable) -> Vec<u32> {
    let mut texels = Vec::with_capacity(table.entries.len() * 8);
    for entry in &table.entries {
        let [low, high] = words(entry.place);
        let is_present = u32::from(entry.is_present) << 31;
        texels.extend([low, high, entry.shift | is_present, entry.reciprocal]);
        let [low, high] = words(entry.addend);
        texels.extend([entry.multiplier.cast_unsigned(), 0, low, high]);
    }
    texels
}
