//! A volume in three dimensions, the twin of `viewer-shaders/src/shaders/ray*.wgsl`: the same steps in f32.
//!
//! It is the fallback as well. A sample that nothing skips takes some 10 ns, a lit one some 40; [`crate::raycast::Quality`]
//! bounds their number.

mod march;
mod ray;
mod sample;

use super::texel::{self, Texels};
use crate::{
    Error, ErrorKind, PixelFormat, Result,
    raycast::{Occupancy, RayPlan, VoxelMask},
    volume::Volume,
};

/// What is drawn, beside the plan.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The voxels.
    pub volume: &'a Volume,
    /// What rays skip; made for the plan's table.
    pub occupancy: &'a Occupancy,
    /// What is left out.
    pub mask: Option<&'a VoxelMask>,
}

/// The picture by `plan`: RGBA, 8 bits, `[height, width, 4]`.
///
/// # Errors
/// As [`render_into`].
pub fn render(plan: &RayPlan, scene: Scene<'_>) -> Result<Vec<u8>> {
    let mut picture = Vec::new();
    render_into(plan, scene, &mut picture)?;
    Ok(picture)
}

/// As [`render`], into a buffer that is kept from picture to picture.
///
/// # Errors
/// [`ErrorKind::Malformed`] when plan, volume, occupancy and mask do not belong together; [`ErrorKind::Limit`] when there is
/// no memory for the picture.
pub fn render_into(plan: &RayPlan, scene: Scene<'_>, picture: &mut Vec<u8>) -> Result<()> {
    let mut grid = Vec::new();
    resize(&mut grid, plan.grid)?;
    render_lines(plan, scene, 0, &mut grid)?;
    show_into(plan.grid, &grid, plan.canvas, picture)
}

/// Lines of the rays' picture ([`RayPlan::grid`]), whole ones from line `first` on: RGBA, 8 bits.
///
/// # Errors
/// [`ErrorKind::Malformed`] when plan, volume, occupancy and mask do not belong together.
pub fn render_lines(plan: &RayPlan, scene: Scene<'_>, first: u32, lines: &mut [u8]) -> Result<()> {
    check(plan, scene)?;
    let voxels = scene.volume.voxels();
    match plan.format {
        PixelFormat::R8Sint => draw(plan, scene, texel::of::<i8>(voxels), first, lines),
        PixelFormat::R16Uint => draw(plan, scene, texel::of::<u16>(voxels), first, lines),
        PixelFormat::R16Sint => draw(plan, scene, texel::of::<i16>(voxels), first, lines),
        _ => draw(plan, scene, texel::of::<u8>(voxels), first, lines),
    }
    Ok(())
}

/// The picture on a canvas of `[width, height]` pixels of `rays`, as many as `grid` says along each axis. `picture` is a buffer
/// that is kept from picture to picture.
///
/// # Errors
/// [`ErrorKind::Limit`] when there is no memory for the picture.
pub fn show_into(grid: [u32; 2], rays: &[u8], canvas: [u32; 2], picture: &mut Vec<u8>) -> Result<()> {
    resize(picture, canvas)?;
    if grid == canvas && rays.len() == picture.len() {
        picture.copy_from_slice(rays);
    } else {
        enlarge(grid, rays, canvas, picture);
    }
    Ok(())
}

fn check(plan: &RayPlan, scene: Scene<'_>) -> Result<()> {
    let spec = scene.volume.spec();
    let [slices, rows, columns] = spec.size;
    let size = spec.size.map(|side| side as usize);
    let bricks = size.map(|side| side.div_ceil(crate::raycast::BRICK as usize));
    let fits = plan.size == [columns, rows, slices]
        && plan.format == spec.format
        && scene.occupancy.size() == bricks
        && scene.mask.is_none_or(|mask| mask.size() == size);
    if fits {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Malformed,
        "the plan was made for another volume",
    ))
}

fn resize(picture: &mut Vec<u8>, size: [u32; 2]) -> Result<()> {
    let bytes = size.iter().map(|side| *side as usize).product::<usize>() * 4;
    picture.clear();
    picture
        .try_reserve_exact(bytes)
        .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory for the picture"))?;
    picture.resize(bytes, u8::MAX);
    Ok(())
}

fn draw(plan: &RayPlan, scene: Scene<'_>, texels: impl Texels<Value = i64>, first: u32, lines: &mut [u8]) {
    let marcher = march::Marcher::new(plan, scene, texels);
    let width = plan.grid[0] as usize * 4;
    for (y, line) in (first..plan.grid[1]).zip(lines.chunks_exact_mut(width)) {
        for (x, pixel) in (0..plan.grid[0]).zip(line.as_chunks_mut::<4>().0) {
            let color = marcher.color_at(x, y);
            let [red, green, blue] = color.to_array().map(level);
            *pixel = [red, green, blue, u8::MAX];
        }
    }
}

/// A whole level of a channel of 0 to 1.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=255"
)]
fn level(channel: f32) -> u8 {
    (channel.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

/// Canvas pixels between rays, the twin of `ray_show.wgsl`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "canvas sides have 15 bits"
)]
fn enlarge(grid: [u32; 2], rays: &[u8], canvas: [u32; 2], picture: &mut [u8]) {
    let pixels = rays.as_chunks::<4>().0;
    let [width, height] = grid.map(|side| side as usize);
    let place = |at: u32, axis: usize| {
        let position = (at as f32 + 0.5) * grid[axis] as f32 / canvas[axis] as f32 - 0.5;
        let position = position.clamp(0.0, (grid[axis] - 1) as f32);
        (position as usize, position - position.trunc())
    };
    let line_bytes = canvas[0] as usize * 4;
    for (y, line) in (0..canvas[1]).zip(picture.chunks_exact_mut(line_bytes)) {
        let (row, down) = place(y, 1);
        let below = (row + 1).min(height - 1);
        for (x, pixel) in (0..canvas[0]).zip(line.as_chunks_mut::<4>().0) {
            let (column, right) = place(x, 0);
            let beside = (column + 1).min(width - 1);
            let at =
                |row: usize, column: usize| pixels.get(row * width + column).copied().unwrap_or_default();
            let taps = [
                at(row, column),
                at(row, beside),
                at(below, column),
                at(below, beside),
            ];
            let channel = |channel: usize| {
                let [a, b, c, d] = taps.map(|tap| f32::from(tap[channel]));
                let upper = a + (b - a) * right;
                let lower = c + (d - c) * right;
                (upper + (lower - upper) * down + 0.5) as u8
            };
            *pixel = [channel(0), channel(1), channel(2), u8::MAX];
        }
    }
}

#[cfg(test)]
mod tests;
