//! The fields of a case that is a plane or slab through a volume.

use anyhow::{Context as _, Result, anyhow, ensure};
use glam::DVec3;
use serde::Deserialize;
use viewer_core::{
    PixelFormat,
    lut::Luts,
    reslice::{Plane, PlaneView, Projection, VolumeInterpolation},
    volume::{Geometry, SliceSpec, Volume, VolumeSpec},
};

use crate::case::{LutFields, Window, one};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct VolumeFields {
    slices: u32,
    rows: u32,
    columns: u32,
    format: String,
    /// First voxel, steps from column to column, row to row, slice to slice: millimetres.
    geometry: [[f64; 3]; 4],
    #[serde(default)]
    places: Vec<f64>,
    #[serde(default = "one")]
    rescale_slope: f64,
    #[serde(default)]
    rescale_intercept: f64,
    /// Slope and intercept of each slice.
    #[serde(default)]
    rescales: Vec<[f64; 2]>,
    /// Numbers of slices that have not arrived.
    #[serde(default)]
    missing: Vec<u32>,
    window: Window,
    #[serde(default)]
    inverted: bool,
    padding: Option<[i64; 2]>,
    presentation_lut: Option<LutFields>,
}

impl VolumeFields {
    pub(crate) fn volume(&self, pixels: &[u8]) -> Result<Volume> {
        let mut volume = Volume::new(self.spec()?)?;
        let bytes = pixels.len() / self.slices as usize;
        ensure!(bytes * self.slices as usize == pixels.len(), "not whole slices");
        for (slice, pixels) in (0..).zip(pixels.chunks_exact(bytes)) {
            if !self.missing.contains(&slice) {
                volume.write_slice(slice, pixels)?;
            }
        }
        Ok(volume)
    }

    fn spec(&self) -> Result<VolumeSpec> {
        let [first, column, row, slice] = self.geometry.map(DVec3::from_array);
        let listed = |count: usize| count == 0 || count == self.slices as usize;
        ensure!(
            listed(self.places.len()) && listed(self.rescales.len()),
            "one for each slice"
        );
        let slices = (0..self.slices).map(|number| {
            let rescale = self.rescales.get(number as usize);
            let [rescale_slope, rescale_intercept] = rescale
                .copied()
                .unwrap_or([self.rescale_slope, self.rescale_intercept]);
            SliceSpec {
                place: self
                    .places
                    .get(number as usize)
                    .copied()
                    .unwrap_or(f64::from(number)),
                rescale_slope,
                rescale_intercept,
            }
        });
        Ok(VolumeSpec {
            size: [self.slices, self.rows, self.columns],
            format: PixelFormat::from_name(&self.format).with_context(|| self.format.clone())?,
            geometry: Geometry::new(first, column, row, slice)?,
            slices: slices.collect(),
            padding: self.padding.map(|[low, high]| (low, high)),
            inverted: self.inverted,
            voi: self.window.voi()?,
            luts: Luts {
                presentation: self.presentation_lut.as_ref().map(LutFields::lut).transpose()?,
                ..Luts::default()
            },
            reduction: [1; 3],
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct PlaneFields {
    /// Centre in millimetres, right, down.
    plane: Option<[[f64; 3]; 3]>,
    zoom: f64,
    pan: [f64; 2],
    slab_mm: f64,
    projection: String,
    interpolation: String,
    invert: bool,
}

impl Default for PlaneFields {
    fn default() -> Self {
        Self {
            plane: None,
            zoom: 1.0,
            pan: [0.0; 2],
            slab_mm: 0.0,
            projection: "max".to_owned(),
            interpolation: "linear".to_owned(),
            invert: false,
        }
    }
}

impl PlaneFields {
    pub(crate) fn view(&self, spec: &VolumeSpec) -> Result<PlaneView> {
        let plane = match self.plane {
            None => Plane::axial(spec.middle_mm()),
            Some(points) => {
                let [center, right, down] = points.map(DVec3::from_array);
                Plane::new(center, right, down)?
            }
        };
        Ok(PlaneView {
            zoom: self.zoom,
            pan_px: self.pan,
            slab_mm: self.slab_mm,
            projection: Projection::from_name(&self.projection)
                .ok_or_else(|| anyhow!("projection {}", self.projection))?,
            interpolation: VolumeInterpolation::from_name(&self.interpolation)
                .ok_or_else(|| anyhow!("interpolation {}", self.interpolation))?,
            invert: self.invert,
            ..PlaneView::new(plane, spec)
        })
    }
}
