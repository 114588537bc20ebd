//! The reference renderer: executes a plan on the CPU. A GPU must match it within one grey level.
//!
//! Output shape: `[height, width, 4]`, RGBA, 8 bits, alpha 255; black where the canvas lies outside the image.

mod color;
mod grey;
mod lines;
mod mask;
pub mod raycast;
mod sample;
mod texel;
mod thumbnail;
mod volume;

pub use thumbnail::{MAX_THUMBNAIL_SIDE, thumbnail};
pub use volume::{plane_values, render_plane, render_plane_into};

use crate::{Error, ErrorKind, Frame, PixelFormat, Result, plan::Shading, plan::SlicePlan};

/// The picture of `frame` by `plan`.
///
/// # Errors
/// [`ErrorKind::Malformed`] when the plan was made for a frame of another size or format; [`ErrorKind::Limit`] when
/// there is no memory for the picture.
pub fn render(plan: &SlicePlan, frame: &Frame) -> Result<Vec<u8>> {
    let mut picture = Vec::new();
    render_into(plan, frame, &mut picture)?;
    Ok(picture)
}

/// As [`render`], into a buffer that is kept from picture to picture.
///
/// # Errors
/// As [`render`].
pub fn render_into(plan: &SlicePlan, frame: &Frame, picture: &mut Vec<u8>) -> Result<()> {
    let spec = frame.spec();
    if plan.size != [spec.columns, spec.rows] || plan.format != spec.format {
        return Err(Error::new(
            ErrorKind::Malformed,
            "the plan was made for another frame",
        ));
    }
    make_room(plan.canvas, picture)?;
    let pixels = frame.pixels();
    match (&plan.shading, plan.format) {
        (Shading::Grey { exact, .. }, _) => grey_slice(plan, exact, pixels, picture),
        (Shading::Table(table), _) => grey_slice(plan, &**table, pixels, picture),
        (Shading::Color { inverted }, PixelFormat::Rgba16Uint) => {
            color::slice(plan, *inverted, texel::rgba_of::<u16>(pixels), picture);
        }
        (Shading::Color { inverted }, _) => {
            color::slice(plan, *inverted, texel::rgba_of::<u8>(pixels), picture);
        }
    }
    if let Some(mask) = plan.mask {
        mask::draw(plan, mask, frame.mask(), picture);
    }
    Ok(())
}

/// Makes `picture` one of `[width, height]` pixels.
fn make_room(canvas: [u32; 2], picture: &mut Vec<u8>) -> Result<()> {
    let bytes = canvas.iter().map(|side| *side as usize).product::<usize>() * 4;
    picture.clear();
    picture
        .try_reserve_exact(bytes)
        .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory for the picture"))?;
    picture.resize(bytes, 0);
    Ok(())
}

/// Grey pixels of the plan's format.
fn grey_slice(plan: &SlicePlan, shade: &impl grey::Shade, pixels: &[u8], picture: &mut [u8]) {
    match plan.format {
        PixelFormat::R8Sint => grey::slice(plan, shade, texel::of::<i8>(pixels), picture),
        PixelFormat::R16Uint => grey::slice(plan, shade, texel::of::<u16>(pixels), picture),
        PixelFormat::R16Sint => grey::slice(plan, shade, texel::of::<i16>(pixels), picture),
        PixelFormat::R32Uint => grey::slice(plan, shade, texel::of::<u32>(pixels), picture),
        PixelFormat::R32Sint => grey::slice(plan, shade, texel::of::<i32>(pixels), picture),
        PixelFormat::R8Uint | PixelFormat::Rgba8Uint | PixelFormat::Rgba16Uint => {
            grey::slice(plan, shade, texel::of::<u8>(pixels), picture);
        }
    }
}

/// Calls `shade` with the column and row position of every canvas pixel and stores what it gives.
#[inline]
fn for_each_pixel(plan: &SlicePlan, picture: &mut [u8], mut shade: impl FnMut(i64, i64) -> [u8; 3]) {
    let width = plan.canvas[0] as usize * 4;
    for (y, line) in (0..plan.canvas[1]).zip(picture.chunks_exact_mut(width)) {
        let mut column = plan.column.at(0, y);
        let mut row = plan.row.at(0, y);
        for pixel in line.as_chunks_mut::<4>().0 {
            let [red, green, blue] = shade(column, row);
            *pixel = [red, green, blue, u8::MAX];
            column = column.wrapping_add(plan.column.step_x);
            row = row.wrapping_add(plan.row.step_x);
        }
    }
}
