//! The JSON line of a series.

use std::{
    io::{self, Write},
    path::Path,
};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use viewer_core::{
    Error,
    volume::{Assembly, Finding, Geometry, SliceSpec, Volume},
};

use super::series::Series;

/// What is said of one series. The names are the public interface of `noctis-probe`.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'s> {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
    series: &'s str,
    /// Files; `object` of a source is a place in this list, from 0.
    objects: Vec<String>,
    #[serde(flatten)]
    pub(crate) assembly: Assembly,
    /// The volume that was loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) written: Option<Written>,
    /// What it holds at the points that were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<Value>,
}

impl<'s> Report<'s> {
    /// A series of which nothing but its objects is known.
    pub(crate) fn new(series: &'s Series) -> Self {
        let objects = &series.objects;
        Self {
            ok: true,
            error: None,
            series: objects
                .first()
                .map_or("", |(_, info)| info.series_instance_uid.as_str()),
            objects: objects
                .iter()
                .map(|(path, _)| path.to_string_lossy().into_owned())
                .collect(),
            assembly: Assembly::default(),
            written: None,
            values: Vec::new(),
        }
    }

    pub(crate) const fn is_ok(&self) -> bool {
        self.ok
    }

    /// Notes that the volume was reduced, if it was.
    pub(crate) fn reduced(&mut self, volume: usize, finding: Option<Finding>) {
        let volume = u32::try_from(volume).ok();
        self.assembly
            .findings
            .extend(finding.map(|finding| Finding { volume, ..finding }));
    }

    /// Notes a failure, if it is one.
    pub(crate) fn fail(&mut self, error: Option<&Error>) {
        if let Some(error) = error {
            self.ok = false;
            self.error = Some(worded(error));
        }
    }
}

/// A loaded volume; its voxels are in the file of `--raw`.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    size: [u32; 3],
    format: &'static str,
    reduction: [u32; 3],
    geometry: Geometry,
    slices: Vec<SliceSpec>,
    sha256: String,
}

impl Written {
    pub(crate) fn of(volume: &Volume) -> Self {
        let spec = volume.spec();
        let digest = Sha256::digest(volume.voxels());
        Self {
            size: spec.size,
            format: spec.format.as_str(),
            reduction: spec.reduction,
            geometry: spec.geometry,
            slices: spec.slices.clone(),
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// What a volume holds at a patient point: the nearest voxel, and between voxels; null outside.
pub(crate) fn value(volume: &Volume, at: [f64; 3]) -> Value {
    let at = at.into();
    let Some(voxel) = volume.value_at(at) else {
        return Value::Null;
    };
    json!({
        "slice": voxel.slice,
        "row": voxel.row,
        "column": voxel.column,
        "stored": voxel.stored,
        "value": voxel.value,
        "padding": voxel.is_padding,
        "interpolated": volume.interpolated_at(at),
    })
}

/// A file that could not be read.
pub(crate) fn failure(path: &Path, error: &Error) -> Value {
    json!({ "ok": false, "path": path.to_string_lossy(), "error": worded(error) })
}

fn worded(error: &Error) -> Value {
    json!({ "kind": error.kind.as_str(), "message": error.message })
}

/// One line.
///
/// # Errors
/// Those of the output.
pub(crate) fn write(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")?;
    out.flush()
}
