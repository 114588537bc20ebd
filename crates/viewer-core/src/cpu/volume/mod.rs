//! Planes and slabs through a volume; the twin of `viewer-shaders/src/shaders/volume*.wgsl`.

mod cubic;
mod flat;
mod plain;
mod project;
mod sample;

use super::{
    grey::Shade,
    texel::{self, Channel},
};
use crate::{
    Error, ErrorKind, PixelFormat, Result,
    plan::Shading,
    reslice::{ReslicePlan, SAMPLE_BITS, VolumeInterpolation},
    volume::Volume,
};
use plain::Plain;
use project::Projector;
use sample::Sampler;

/// No sample: outside the volume, padding, or a slice that has not arrived.
const NOTHING: i64 = i64::MIN;

/// The picture of a plane or slab by `plan`: RGBA, `[height, width, 4]`, black where there is no sample.
///
/// # Errors
/// [`ErrorKind::Malformed`] when the plan was made for another volume; [`ErrorKind::Limit`] when there is no memory
/// for the picture.
pub fn render_plane(plan: &ReslicePlan, volume: &Volume) -> Result<Vec<u8>> {
    let mut picture = Vec::new();
    render_plane_into(plan, volume, &mut picture)?;
    Ok(picture)
}

/// As [`render_plane`], into a buffer that is kept from picture to picture.
///
/// # Errors
/// As [`render_plane`].
pub fn render_plane_into(plan: &ReslicePlan, volume: &Volume, picture: &mut Vec<u8>) -> Result<()> {
    check(plan, volume)?;
    super::make_room(plan.canvas, picture)?;
    match &plan.shading {
        Shading::Grey { exact, .. } => draw(plan, volume, exact, picture),
        Shading::Table(table) => draw(plan, volume, &**table, picture),
        // A volume is never of colour.
        Shading::Color { .. } => {}
    }
    Ok(())
}

/// The values of a plane or slab by `plan` after the rescale, `[height, width]`; not a number where there is no sample.
/// They are interpolated, as the picture is; a Modality LUT is not applied.
///
/// # Errors
/// As [`render_plane`].
pub fn plane_values(plan: &ReslicePlan, volume: &Volume) -> Result<Vec<f64>> {
    check(plan, volume)?;
    let count = plan.canvas.iter().map(|side| *side as usize).product::<usize>();
    let mut values = Vec::new();
    values
        .try_reserve_exact(count)
        .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory for the values"))?;
    let [slope, intercept] = plan.rescale;
    each_line(plan, volume, &mut |_, line| {
        values.extend(line.iter().map(|value| match *value {
            NOTHING => f64::NAN,
            value => slope * plan.range.stored(value) + intercept,
        }));
    });
    Ok(values)
}

fn check(plan: &ReslicePlan, volume: &Volume) -> Result<()> {
    let spec = volume.spec();
    let is_complete = volume.present().iter().all(|is_present| *is_present);
    if plan.size != spec.size || plan.format != spec.format || (plan.table.is_none() && !is_complete) {
        return Err(Error::new(
            ErrorKind::Malformed,
            "the plan was made for another volume",
        ));
    }
    Ok(())
}

fn draw(plan: &ReslicePlan, volume: &Volume, shade: &impl Shade, picture: &mut [u8]) {
    let width = plan.canvas[0] as usize * 4;
    each_line(plan, volume, &mut |y, values| {
        let start = y as usize * width;
        let line = picture.get_mut(start..start + width).unwrap_or_default();
        for (pixel, value) in line.as_chunks_mut::<4>().0.iter_mut().zip(values) {
            let grey = if *value == NOTHING {
                0
            } else {
                shade.fixed(plan.range, *value)
            };
            *pixel = [grey, grey, grey, u8::MAX];
        }
    });
}

/// Takes a line of the canvas: its number, and what is shown at its pixels in the plan's fixed point, or [`NOTHING`].
type Take<'a> = dyn FnMut(u32, &[i64]) + 'a;

/// Calls `take` with every line of the canvas.
fn each_line(plan: &ReslicePlan, volume: &Volume, take: &mut Take<'_>) {
    let voxels = volume.voxels();
    match plan.format {
        PixelFormat::R8Sint => lines_of_any(plan, &texel::of::<i8>(voxels), take),
        PixelFormat::R16Uint => lines_of::<u16>(plan, voxels, take),
        PixelFormat::R16Sint => lines_of::<i16>(plan, voxels, take),
        _ => lines_of_any(plan, &texel::of::<u8>(voxels), take),
    }
}

/// In one piece of code for all kinds of voxels and pictures: those that are rare.
fn lines_of_any(plan: &ReslicePlan, texels: &dyn texel::Texels<Value = i64>, take: &mut Take<'_>) {
    let sampler = Sampler::new(plan, texels);
    lines(plan, take, |at| sampler.sample(at));
}

/// In code of its own for a kind of voxels, where the picture is a common one.
fn lines_of<C: Channel>(plan: &ReslicePlan, voxels: &[u8], take: &mut Take<'_>) {
    let texels = texel::of::<C>(voxels);
    if plan.table.is_some() || plan.interpolation == VolumeInterpolation::Cubic {
        lines_of_any(plan, &texels, take);
        return;
    }
    let plain = Plain::new(plan, texels);
    if !flat::draw(plan, &|line| line.fill(|at| plain.load(at)), take) {
        lines(plan, take, |at| plain.sample(at));
    }
}

/// Every line, sample by sample.
fn lines(plan: &ReslicePlan, take: &mut Take<'_>, sample: impl Fn([i64; 3]) -> i64) {
    let mut values = vec![NOTHING; plan.canvas[0] as usize];
    for y in 0..plan.canvas[1] {
        let mut at = [plan.column, plan.row, plan.slice].map(|axis| axis.at(0, y));
        for value in &mut values {
            *value = pixel(plan, at, &sample);
            for (position, axis) in at.iter_mut().zip([plan.column, plan.row, plan.slice]) {
                *position = position.wrapping_add(axis.step_x);
            }
        }
        take(y, &values);
    }
}

/// What is shown of the samples from `at` on.
#[inline]
fn pixel(plan: &ReslicePlan, at: [i64; 3], sample: impl Fn([i64; 3]) -> i64) -> i64 {
    if plan.samples == 1 {
        return sample(at);
    }
    let [mut column, mut row, mut slice] = at;
    let mut projector = Projector::new(plan);
    for _ in 0..plan.samples {
        projector.add(sample([column, row, slice]));
        column = column.wrapping_add(plan.column.step_sample);
        row = row.wrapping_add(plan.row.step_sample);
        slice = slice.wrapping_add(plan.slice.step_sample);
    }
    projector.value()
}

/// A stored value in the fixed point of samples.
#[inline]
const fn whole(stored: i64) -> i64 {
    stored << SAMPLE_BITS
}
