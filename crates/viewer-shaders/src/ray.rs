//! The uniforms of `shaders/ray.wgsl` and `shaders/ray_show.wgsl`, and which variant draws a plan.

use bytemuck::{Pod, Zeroable};
use viewer_core::raycast::{Light, MAX_CUTS, RayPlan};

use crate::{layers::layer_bits, ray_variant::RayVariant};

/// Mirror of `RayPicture` in `shaders/ray.wgsl`; a test compares names and offsets.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
pub struct RayPicture {
    pub(crate) origin: [f32; 4],
    pub(crate) origin_x: [f32; 4],
    pub(crate) origin_y: [f32; 4],
    pub(crate) direction: [f32; 4],
    pub(crate) direction_x: [f32; 4],
    pub(crate) direction_y: [f32; 4],
    pub(crate) voxel_from_x: [f32; 4],
    pub(crate) voxel_from_y: [f32; 4],
    pub(crate) voxel_from_z: [f32; 4],
    pub(crate) low: [f32; 4],
    pub(crate) high: [f32; 4],
    pub(crate) cuts: [[f32; 4]; MAX_CUTS],
    pub(crate) light: [f32; 4],
    pub(crate) shares: [f32; 4],
    pub(crate) background: [f32; 4],
    pub(crate) size: [i32; 3],
    pub(crate) cut_count: i32,
    pub(crate) padding_low: i32,
    pub(crate) padding_high: i32,
    pub(crate) anchor: i32,
    pub(crate) gain: f32,
    pub(crate) offset: f32,
    pub(crate) step_mm: f32,
    pub(crate) has_jitter: u32,
    pub(crate) layer_bits: u32,
}

impl RayPicture {
    /// The uniform of `plan`.
    pub fn new(plan: &RayPlan) -> Self {
        let rays = &plan.rays;
        let light = plan.light.unwrap_or(Light::NONE);
        let wide = |vector: [f32; 3]| [vector[0], vector[1], vector[2], 0.0];
        let [from_x, from_y, from_z] = plan.voxel_from_mm.to_cols_array_2d().map(wide);
        let mut cuts = [[0.0; 4]; MAX_CUTS];
        for (place, cut) in cuts.iter_mut().zip(&plan.cuts) {
            *place = cut.to_array();
        }
        let [padding_low, padding_high] = plan.padding.unwrap_or([i32::MAX, i32::MIN]);
        let [x, y, z] = light.towards.to_array();
        Self {
            origin: wide(rays.origin.to_array()),
            origin_x: wide(rays.origin_x.to_array()),
            origin_y: wide(rays.origin_y.to_array()),
            direction: wide(rays.direction.to_array()),
            direction_x: wide(rays.direction_x.to_array()),
            direction_y: wide(rays.direction_y.to_array()),
            voxel_from_x: from_x,
            voxel_from_y: from_y,
            voxel_from_z: from_z,
            low: wide(plan.low.to_array()),
            high: wide(plan.high.to_array()),
            cuts,
            light: [x, y, z, light.edge_gain],
            shares: [light.ambient, light.diffuse, light.specular, 0.0],
            background: wide(plan.background.to_array()),
            size: plan.size.map(|side| i32::try_from(side).unwrap_or(i32::MAX)),
            cut_count: i32::try_from(plan.cuts.len().min(MAX_CUTS)).unwrap_or_default(),
            padding_low,
            padding_high,
            anchor: plan.reading.anchor,
            gain: plan.reading.gain,
            offset: plan.reading.offset,
            step_mm: plan.step_mm,
            has_jitter: u32::from(plan.has_jitter),
            layer_bits: layer_bits(plan.size[2]),
        }
    }
}

/// Mirror of `Shown` in `shaders/ray_show.wgsl`.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct Shown {
    pub(crate) canvas: [u32; 2],
    pub(crate) rays: [u32; 2],
    pub(crate) flipped_height: u32,
    pub(crate) unused_x: u32,
    pub(crate) unused_y: u32,
    pub(crate) unused_z: u32,
}

impl Shown {
    /// For a picture of `rays` on a canvas, each `[width, height]`.
    pub fn new(rays: [u32; 2], canvas: [u32; 2]) -> Self {
        Self {
            canvas,
            rays,
            ..Self::zeroed()
        }
    }

    /// The same for a target whose first line is the lowest, as that of WebGL.
    pub fn bottom_up(rays: [u32; 2], canvas: [u32; 2]) -> Self {
        Self {
            flipped_height: canvas[1],
            ..Self::new(rays, canvas)
        }
    }
}

/// The text of the module that shows a picture of rays, without comments and indents.
pub const RAY_SHOW_WGSL: &str = include_str!(concat!(env!("OUT_DIR"), "/ray_show.wgsl"));

impl RayVariant {
    /// The text of the module, without comments and indents.
    pub const fn wgsl(is_signed: bool) -> &'static str {
        if is_signed {
            include_str!(concat!(env!("OUT_DIR"), "/ray_sint.wgsl"))
        } else {
            include_str!(concat!(env!("OUT_DIR"), "/ray_uint.wgsl"))
        }
    }

    /// The one that draws `plan`, with a mask or without.
    pub const fn of(plan: &RayPlan, has_mask: bool) -> Self {
        Self {
            is_signed: plan.format.is_signed(),
            flags: [
                plan.is_projection,
                plan.light.is_some(),
                plan.padding.is_some(),
                plan.slices.is_some(),
                has_mask,
            ],
        }
    }
}
