//! `--planes`: the values that planes and slabs through a volume show.

use std::path::Path;

use serde::Deserialize;
use viewer_core::{
    Error, ErrorKind, cpu,
    reslice::{Plane, PlanePlacement, PlaneView, Projection, ReslicePlan, VolumeInterpolation},
    volume::Volume,
};

/// One plane of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Asked {
    /// Centre of the middle pixel in patient millimetres, right, down.
    plane: [[f64; 3]; 3],
    /// `[width, height]` in pixels, both odd.
    size: [u32; 2],
    mm_per_px: f64,
    #[serde(default)]
    slab_mm: f64,
    #[serde(default = "max")]
    projection: String,
    interpolation: String,
}

fn max() -> String {
    "max".to_owned()
}

/// Writes to `out` what the planes of the JSON file `asked` show: 64-bit numbers, little-endian, plane after plane, row after
/// row; not a number outside the volume.
///
/// # Errors
/// When a file cannot be read or written, or a plane not be drawn.
pub(crate) fn write(volume: &Volume, asked: &Path, out: &Path) -> Result<(), Error> {
    let io = |error: std::io::Error| Error::new(ErrorKind::Io, error.to_string());
    let text = std::fs::read(asked).map_err(io)?;
    let asked: Vec<Asked> =
        serde_json::from_slice(&text).map_err(|error| Error::new(ErrorKind::Malformed, error.to_string()))?;
    let mut bytes = Vec::new();
    for one in &asked {
        bytes.extend(values(volume, one)?.into_iter().flat_map(f64::to_le_bytes));
    }
    std::fs::write(out, bytes).map_err(io)
}

fn values(volume: &Volume, asked: &Asked) -> Result<Vec<f64>, Error> {
    let spec = volume.spec();
    let unknown = || Error::new(ErrorKind::Malformed, "unknown projection or interpolation");
    let [center, right, down] = asked.plane.map(Into::into);
    let view = PlaneView {
        slab_mm: asked.slab_mm,
        projection: Projection::from_name(&asked.projection).ok_or_else(unknown)?,
        interpolation: VolumeInterpolation::from_name(&asked.interpolation).ok_or_else(unknown)?,
        ..PlaneView::new(Plane::new(center, right, down)?, spec)
    };
    let fitting = PlanePlacement::new(spec, &view, asked.size)?.mm_per_px();
    let view = PlaneView {
        zoom: fitting / asked.mm_per_px,
        ..view
    };
    let plan = ReslicePlan::new(spec, volume.present(), &view, asked.size)?;
    cpu::plane_values(&plan, volume)
}
