//! `--render`: one frame as a PNG.

use std::{fs::File, io::BufWriter, path::Path};

use viewer_core::{
    Error, ErrorKind, Frame, Warning,
    decode::DicomObject,
    mask::Mask,
    metadata::InstanceInfo,
    plan::{Interpolation, SlicePlan, View},
};

use crate::{backend, options::Options};

/// Renders the chosen frame into `target`; gives the frame's warnings.
///
/// # Errors
/// Those of decoding, of the plan, of the backend; `io` for the file.
pub(crate) fn render(object: &DicomObject, options: &Options, target: &Path) -> Result<Vec<Warning>, Error> {
    let frame = object.frame(options.frame, codecs::decode)?;
    let warnings = frame.warnings().to_vec();
    let mut spec = frame.spec().clone();
    let mut view = View::of(&spec);
    if let Some([center, width]) = options.window {
        (view.voi.center, view.voi.width) = (center, width);
        view.voi_lut = None;
    }
    view.overlays = !options.no_overlays;
    if let Some(number) = options.preset {
        choose(&mut view, object.info(), number)?;
    }
    let canvas = options.size.unwrap_or([spec.columns, spec.rows]);
    if options.size.is_none() {
        // one image pixel is one output pixel, whatever its shape
        spec.pixel_aspect = 1.0;
        view.interpolation = Interpolation::Nearest;
    }
    let is_color = spec.format.is_color();
    let plan = SlicePlan::new(&spec, &view, canvas)?;
    let mask = spec.mask.map(|shutter_level| Mask {
        shutter_level,
        bits: frame.mask().to_vec(),
    });
    let frame = Frame::new(spec, frame.into_pixels())?.with_mask(mask)?;
    let picture = backend::render(options.backend, &plan, &frame)?;
    write_png(target, canvas, &picture, is_color)
        .map_err(|error| Error::new(ErrorKind::Io, error.to_string()))?;
    Ok(warnings)
}

/// Takes a window of the object, or one of its VOI LUTs, which are numbered on after the windows.
///
/// # Errors
/// `malformed` when there is none of that number.
fn choose(view: &mut View, info: &InstanceInfo, number: usize) -> Result<(), Error> {
    let windows = info.windows.len();
    view.voi_lut = None;
    match info.windows.get(number) {
        Some(window) => view.voi = window.voi(),
        None if number - windows < info.voi_luts.len() => view.voi_lut = Some(number - windows),
        None => {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!(
                    "there is no preset {number}: the object has {}",
                    windows + info.voi_luts.len()
                ),
            ));
        }
    }
    Ok(())
}

/// Writes RGBA pixels as grey (red is taken) or RGB.
fn write_png(target: &Path, [width, height]: [u32; 2], rgba: &[u8], is_color: bool) -> anyhow::Result<()> {
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(target)?), width, height);
    encoder.set_color(if is_color {
        png::ColorType::Rgb
    } else {
        png::ColorType::Grayscale
    });
    encoder.set_depth(png::BitDepth::Eight);
    let channels = if is_color { 3 } else { 1 };
    let data: Vec<u8> = rgba
        .as_chunks::<4>()
        .0
        .iter()
        .flat_map(|pixel| pixel.iter().take(channels))
        .copied()
        .collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(())
}
