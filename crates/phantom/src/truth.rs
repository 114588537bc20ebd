//! What is true of a generated series, as `truth.json`.

use crate::Point;
use crate::ct::{Depth, INTERCEPT_HU, Options};
use crate::inserts::{self, Form, Insert};
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::path::Path;

/// The description of a series.
#[derive(Debug, Serialize)]
pub struct Truth {
    /// Study Instance UID.
    pub study_instance_uid: String,
    /// Series Instance UID.
    pub series_instance_uid: String,
    /// Number of rows.
    pub rows: u32,
    /// Number of columns.
    pub columns: u32,
    /// Distance of pixel centres, mm.
    pub spacing_mm: f64,
    /// Movement of the couch from slice to slice, mm along z.
    pub couch_step_mm: f64,
    /// Distance of the planes of neighbouring slices, mm along their normal.
    pub plane_distance_mm: f64,
    /// Gantry tilt, degrees.
    pub tilt_deg: f64,
    /// Image Orientation (Patient): row direction, column direction.
    pub orientation: [f64; 6],
    /// Bits Stored.
    pub bits_stored: u16,
    /// Rescale Intercept; the slope is 1.
    pub rescale_intercept: i16,
    /// The slices, from the feet to the head.
    pub instances: Vec<Instance>,
    /// The bodies of known HU whose centre the scan covers.
    pub inserts: Vec<Placed>,
}

/// A slice.
#[derive(Debug, Serialize)]
pub struct Instance {
    /// File name.
    pub file: String,
    /// SOP Instance UID.
    pub sop_instance_uid: String,
    /// Instance Number.
    pub instance_number: u32,
    /// Image Position (Patient), mm.
    pub position_mm: Point,
}

/// An insert and where it is found in the images.
#[derive(Debug, Serialize)]
pub struct Placed {
    /// The insert.
    #[serde(flatten)]
    pub insert: Insert,
    /// Index of slice, row and column of the centre, not rounded. For a rod, on the middle slice.
    pub centre_index: Point,
}

impl Truth {
    /// Describes a series.
    #[must_use]
    pub fn new(options: &Options, study: &str, series: &str, instances: Vec<Instance>) -> Self {
        let geometry = options.geometry;
        let [row, column] = [geometry.row_direction(), geometry.column_direction()];
        Self {
            study_instance_uid: study.to_owned(),
            series_instance_uid: series.to_owned(),
            rows: geometry.rows,
            columns: geometry.columns,
            spacing_mm: geometry.spacing_mm,
            couch_step_mm: geometry.couch_step_mm,
            plane_distance_mm: geometry.couch_step_mm * geometry.normal()[2],
            tilt_deg: geometry.tilt_deg,
            orientation: [row[0], row[1], row[2], column[0], column[1], column[2]],
            bits_stored: if options.depth == Depth::Twelve { 12 } else { 16 },
            rescale_intercept: INTERCEPT_HU,
            instances,
            inserts: inserts::ALL
                .iter()
                .filter_map(|insert| place(options, *insert))
                .collect(),
        }
    }

    /// Writes `truth.json` into the folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let file = folder.join("truth.json");
        std::fs::write(&file, serde_json::to_string_pretty(self)?)
            .with_context(|| format!("cannot write {}", file.display()))
    }
}

/// Where an insert is found, if the scan covers its centre.
fn place(options: &Options, insert: Insert) -> Option<Placed> {
    let geometry = options.geometry;
    let centre_index = match insert.form {
        Form::Sphere { centre_mm, .. } => geometry.pixel_from_patient(centre_mm),
        Form::Rod { axis_mm: [x, y], .. } => {
            // The axis meets the middle slice where the column direction reaches this y.
            let [_, along, up] = geometry.column_direction();
            let middle = geometry.slices / 2;
            geometry.pixel_from_patient([x, y, geometry.centre_mm(middle)[2] + y / along * up])
        }
    };
    let last = [geometry.slices, geometry.rows, geometry.columns].map(|size| f64::from(size - 1));
    let covered = centre_index
        .iter()
        .zip(last)
        .all(|(index, last)| (0.0..=last).contains(index));
    covered.then_some(Placed { insert, centre_index })
}
