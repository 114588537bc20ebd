//! The JSON line of a file.

use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};
use viewer_core::{Error, Warning, metadata::InstanceInfo};

/// What is said of one file. The names are the public interface of `noctis-probe`.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    path: String,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ReportedError>,
    #[serde(flatten)]
    picture: Option<Picture>,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<InstanceInfo>,
    /// What was not as it should be and kept nothing from being read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<ReportedWarning>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct ReportedWarning {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<u32>,
}

/// The first thing that went wrong.
#[derive(Debug, Serialize)]
struct ReportedError {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Picture {
    transfer_syntax: String,
    photometric_interpretation: String,
    samples_per_pixel: u16,
    rows: u16,
    columns: u16,
    frames: u32,
    bits_allocated: u16,
    bits_stored: u16,
    pixel_representation: u16,
    /// One a frame; null for a frame that could not be decoded.
    stored_sha256: Vec<Option<String>>,
}

impl Report {
    /// A file of which nothing is known yet.
    pub(crate) fn new(path: &Path) -> Self {
        Self {
            path: path.to_string_lossy().into_owned(),
            ok: true,
            error: None,
            picture: None,
            info: None,
            warnings: Vec::new(),
        }
    }

    /// Adds all that the object says about itself, the patient included.
    pub(crate) fn describe_all(&mut self, info: &InstanceInfo) {
        self.info = Some(info.clone());
    }

    pub(crate) const fn is_ok(&self) -> bool {
        self.ok
    }

    /// Notes a failure; the first one is reported.
    pub(crate) fn fail(&mut self, error: &Error) {
        self.ok = false;
        self.error.get_or_insert_with(|| ReportedError {
            kind: error.kind.as_str(),
            message: error.message.clone(),
            tag: error.tag.map(tag_text),
            frame: error.frame,
        });
    }

    /// Notes warnings that were not noted before.
    pub(crate) fn warn(&mut self, warnings: &[Warning]) {
        for warning in warnings {
            let warning = ReportedWarning {
                kind: warning.kind.as_str(),
                message: warning.message.clone().into_owned(),
                tag: warning.tag.map(tag_text),
                frame: warning.frame,
            };
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }

    /// Notes the shape of the picture.
    pub(crate) fn describe(&mut self, info: &InstanceInfo) {
        self.picture = Some(Picture {
            transfer_syntax: info.transfer_syntax_uid.clone(),
            photometric_interpretation: info.photometric_interpretation.clone(),
            samples_per_pixel: info.samples_per_pixel,
            rows: info.rows,
            columns: info.columns,
            frames: info.frames,
            bits_allocated: info.bits_allocated,
            bits_stored: info.bits_stored,
            pixel_representation: info.pixel_representation,
            stored_sha256: Vec::new(),
        });
    }

    /// Notes the stored values of the next frame.
    pub(crate) fn push_frame(&mut self, values: Option<&[u8]>) {
        if let Some(picture) = &mut self.picture {
            picture.stored_sha256.push(values.map(|values| {
                Sha256::digest(values)
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect()
            }));
        }
    }
}

fn tag_text((group, element): (u16, u16)) -> String {
    format!("{group:04X},{element:04X}")
}
