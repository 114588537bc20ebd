//! Planes and slabs through a volume; the twin of `viewer-shaders/src/shaders/volume*.wgsl`.

mod cubic;
mod flat;
mod project;
mod sample;

use super::{
    grey::Shade,
    texel::{self, Channel},
};
use crate::{
    Error, ErrorKind, PixelFormat, Result,
    plan::Shading,
    reslice::{ReslicePlan, SAMPLE_BITS},
    volume::Volume,
};
use flat::Flat;
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
    each_line(plan, volume, |_, line| {
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
    each_line(plan, volume, |y, values| {
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

/// Calls `take` with every line of the canvas: what is shown at its pixels, in the plan's fixed point, or [`NOTHING`].
fn each_line(plan: &ReslicePlan, volume: &Volume, take: impl FnMut(u32, &[i64])) {
    let voxels = volume.voxels();
    match plan.format {
        PixelFormat::R8Sint => lines_of::<i8>(plan, voxels, take),
        PixelFormat::R16Uint => lines_of::<u16>(plan, voxels, take),
        PixelFormat::R16Sint => lines_of::<i16>(plan, voxels, take),
        _ => lines_of::<u8>(plan, voxels, take),
    }
}

fn lines_of<C: Channel>(plan: &ReslicePlan, voxels: &[u8], mut take: impl FnMut(u32, &[i64])) {
    let sampler = Sampler::new(plan, texel::of::<C>(voxels));
    let mut values = vec![NOTHING; plan.canvas[0] as usize];
    if let Some(mut flat) = Flat::new(plan, &sampler) {
        for y in 0..plan.canvas[1] {
            flat.line(y, &mut values);
            take(y, &values);
        }
        return;
    }
    for y in 0..plan.canvas[1] {
        let mut at = [plan.column, plan.row, plan.slice].map(|axis| axis.at(0, y));
        for value in &mut values {
            *value = pixel(plan, &sampler, at);
            for (position, axis) in at.iter_mut().zip([plan.column, plan.row, plan.slice]) {
                *position = position.wrapping_add(axis.step_x);
            }
        }
        take(y, &values);
    }
}

/// What is shown of the samples from `at` on.
#[inline]
fn pixel<T: texel::Texels<Value = i64>>(plan: &ReslicePlan, sampler: &Sampler<'_, T>, at: [i64; 3]) -> i64 {
    if plan.samples == 1 {
        return sampler.sample(at);
    }
    let [mut column, mut row, mut slice] = at;
    let mut projector = Projector::new(plan);
    for _ in 0..plan.samples {
        projector.add(sampler.sample([column, row, slice]));
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
