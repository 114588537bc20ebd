//! `tests/cases/<name>/case.json`; see `tests/cases/README.md`.

use std::{fs, path::PathBuf, sync::Arc};

use anyhow::{Context as _, Result, anyhow};
use serde::Deserialize;
use viewer_core::{
    Frame, FrameSpec, PixelFormat, cpu,
    lut::{Lut, Luts, Voi, VoiFunction},
    mask::Mask,
    plan::{Interpolation, SlicePlan, View},
    reslice::ReslicePlan,
    volume::Volume,
};

use crate::{
    ray::{RayFields, Rays},
    volume::{PlaneFields, VolumeFields},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(rename = "about")]
    _about: String,
    input: String,
    frame: Option<FrameFields>,
    #[serde(default)]
    view: ViewFields,
    volume: Option<VolumeFields>,
    #[serde(default)]
    plane: PlaneFields,
    rays: Option<RayFields>,
    canvas: [u32; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FrameFields {
    columns: u32,
    rows: u32,
    format: String,
    #[serde(default = "one")]
    rescale_slope: f64,
    #[serde(default)]
    rescale_intercept: f64,
    #[serde(default)]
    inverted: bool,
    window: Window,
    padding: Option<[i64; 2]>,
    #[serde(default = "one")]
    pixel_aspect: f64,
    modality_lut: Option<LutFields>,
    #[serde(default)]
    voi_luts: Vec<LutFields>,
    voi_lut: Option<usize>,
    presentation_lut: Option<LutFields>,
    /// A file of `tests/inputs`: bits over each pixel.
    mask: Option<String>,
    #[serde(default)]
    shutter_level: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LutFields {
    first: i32,
    bits: u32,
    entries: Vec<u16>,
}

impl LutFields {
    pub(crate) fn lut(&self) -> viewer_core::Result<Arc<Lut>> {
        Lut::new(self.first, self.bits, self.entries.clone()).map(Arc::new)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct ViewFields {
    zoom: f64,
    pan: [f64; 2],
    rotation_deg: f64,
    flip_horizontal: bool,
    flip_vertical: bool,
    invert: bool,
    interpolation: String,
    voi_lut: Option<usize>,
    overlays: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Window {
    center: f64,
    width: f64,
    #[serde(default = "linear")]
    function: String,
}

impl Default for ViewFields {
    fn default() -> Self {
        Self {
            zoom: 1.0,
            pan: [0.0; 2],
            rotation_deg: 0.0,
            flip_horizontal: false,
            flip_vertical: false,
            invert: false,
            interpolation: "linear".to_owned(),
            voi_lut: None,
            overlays: true,
        }
    }
}

impl Window {
    pub(crate) fn voi(&self) -> Result<Voi> {
        let Self {
            center,
            width,
            function,
        } = self;
        Ok(Voi {
            center: *center,
            width: *width,
            function: VoiFunction::from_name(function).ok_or_else(|| anyhow!("function {function}"))?,
        })
    }
}

pub(crate) const fn one() -> f64 {
    1.0
}

fn linear() -> String {
    "LINEAR".to_owned()
}

/// What is drawn, and how.
#[derive(Debug)]
pub enum Drawn {
    /// A frame.
    Slice(Frame, SlicePlan),
    /// A plane or slab through a volume.
    Plane(Volume, ReslicePlan),
    /// A volume in three dimensions.
    Rays(Rays),
}

/// One case: a picture, and where its golden lies.
#[derive(Debug)]
pub struct Case {
    /// The name of its folder.
    pub name: String,
    /// `expected.png`, which only the CPU writes.
    pub golden: PathBuf,
    /// What is drawn.
    pub drawn: Drawn,
}

impl Case {
    /// `[width, height]` of the picture.
    pub const fn canvas(&self) -> [u32; 2] {
        match &self.drawn {
            Drawn::Slice(_, plan) => plan.canvas,
            Drawn::Plane(_, plan) => plan.canvas,
            Drawn::Rays(rays) => rays.plan.canvas,
        }
    }

    /// What the CPU reference draws: RGBA.
    ///
    /// # Errors
    /// As the reference.
    pub fn on_cpu(&self) -> viewer_core::Result<Vec<u8>> {
        match &self.drawn {
            Drawn::Slice(frame, plan) => cpu::render(plan, frame),
            Drawn::Plane(volume, plan) => cpu::render_plane(plan, volume),
            Drawn::Rays(rays) => {
                let scene = cpu::raycast::Scene {
                    volume: &rays.volume,
                    occupancy: &rays.occupancy,
                    mask: rays.mask.as_ref(),
                };
                cpu::raycast::render(&rays.plan, scene)
            }
        }
    }
}

/// Every folder of `tests/cases`, by name.
///
/// # Errors
/// When a folder is not a sound case: none is left out in silence.
pub fn all_cases() -> Result<Vec<Case>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(crate::repository().join("tests/cases"))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    folders
        .into_iter()
        .map(|folder| load(&folder).with_context(|| format!("{}", folder.display())))
        .collect()
}

fn load(folder: &std::path::Path) -> Result<Case> {
    let text = fs::read_to_string(folder.join("case.json")).context("case.json")?;
    let file: CaseFile = serde_json::from_str(&text)?;
    let input = crate::repository().join("tests/inputs").join(&file.input);
    let pixels = fs::read(&input).with_context(|| format!("{}", input.display()))?;
    let drawn = match (&file.frame, &file.volume) {
        (Some(frame), None) => {
            let mask = frame.mask.as_ref().map(|name| {
                let bits = fs::read(input.with_file_name(name)).with_context(|| name.clone())?;
                let shutter_level = frame.shutter_level;
                anyhow::Ok(Mask { shutter_level, bits })
            });
            let mask = mask.transpose()?;
            let mut spec = spec(frame)?;
            spec.mask = mask.as_ref().map(|mask| mask.shutter_level);
            let plan = SlicePlan::new(&spec, &view(&file.view, &spec)?, file.canvas)?;
            Drawn::Slice(Frame::new(spec, pixels)?.with_mask(mask)?, plan)
        }
        (None, Some(volume)) => {
            let volume = volume.volume(&pixels)?;
            if let Some(rays) = &file.rays {
                Drawn::Rays(rays.rays(volume, file.canvas)?)
            } else {
                let view = file.plane.view(volume.spec())?;
                let plan = ReslicePlan::new(volume.spec(), volume.present(), &view, file.canvas)?;
                Drawn::Plane(volume, plan)
            }
        }
        _ => return Err(anyhow!("neither a frame nor a volume, or both")),
    };
    Ok(Case {
        name: folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        golden: folder.join("expected.png"),
        drawn,
    })
}

fn spec(fields: &FrameFields) -> Result<FrameSpec> {
    Ok(FrameSpec {
        rows: fields.rows,
        columns: fields.columns,
        format: PixelFormat::from_name(&fields.format).ok_or_else(|| anyhow!("format {}", fields.format))?,
        rescale_slope: fields.rescale_slope,
        rescale_intercept: fields.rescale_intercept,
        inverted: fields.inverted,
        voi: fields.window.voi()?,
        padding: fields.padding.map(|[low, high]| (low, high)),
        pixel_aspect: fields.pixel_aspect,
        mask: None,
        luts: luts(fields)?,
        voi_lut: fields.voi_lut,
    })
}

fn luts(fields: &FrameFields) -> Result<Luts> {
    Ok(Luts {
        modality: fields.modality_lut.as_ref().map(LutFields::lut).transpose()?,
        voi: fields
            .voi_luts
            .iter()
            .map(LutFields::lut)
            .collect::<viewer_core::Result<_>>()?,
        presentation: fields.presentation_lut.as_ref().map(LutFields::lut).transpose()?,
    })
}

fn view(fields: &ViewFields, spec: &FrameSpec) -> Result<View> {
    Ok(View {
        zoom: fields.zoom,
        pan_px: fields.pan,
        rotation_deg: fields.rotation_deg,
        flip_horizontal: fields.flip_horizontal,
        flip_vertical: fields.flip_vertical,
        invert: fields.invert,
        interpolation: Interpolation::from_name(&fields.interpolation)
            .ok_or_else(|| anyhow!("interpolation {}", fields.interpolation))?,
        voi: spec.voi,
        voi_lut: fields.voi_lut.or(spec.voi_lut),
        overlays: fields.overlays,
    })
}
