//! The fields of a case that is a volume in three dimensions.

use anyhow::{Result, anyhow};
use glam::DVec3;
use serde::Deserialize;
use viewer_core::{
    raycast::{
        Bricks, Camera, CutPlane, Lighting, MaskBuilder, Mode, Occupancy, Part, Perspective, Preset, Quality,
        RayPlan, RayView, Side, TissuePreset, TransferFunction, TransferPoint, VoxelMask,
    },
    volume::{Volume, VolumeSpec},
};

/// Names and defaults are explained in `tests/cases/README.md`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(crate) struct RayFields {
    from: String,
    /// Centre in millimetres, right, down.
    camera: Option<[[f64; 3]; 3]>,
    /// Degrees to the right and down.
    turn: [f64; 2],
    zoom: f64,
    pan: [f64; 2],
    field: f64,
    mode: Option<String>,
    preset: Option<String>,
    /// Value, red, green, blue, opacity.
    transfer: Option<Vec<[f64; 5]>>,
    invert: bool,
    /// Ambient, diffuse, specular, edge, right, down, towards the viewer; or nothing.
    light: Option<Vec<f64>>,
    crop: Option<[[f64; 2]; 3]>,
    /// Point in millimetres, normal.
    cuts: Vec<[[f64; 3]; 2]>,
    step: f64,
    resolution: f64,
    jitter: bool,
    background: [u8; 3],
    arriving: bool,
    mask: Option<MaskFields>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MaskFields {
    threshold: f64,
    voxel: Option<[u32; 3]>,
    #[serde(default)]
    layers: u32,
}

impl Default for RayFields {
    fn default() -> Self {
        Self {
            from: "anterior".to_owned(),
            camera: None,
            turn: [0.0; 2],
            zoom: 1.0,
            pan: [0.0; 2],
            field: 0.0,
            mode: None,
            preset: None,
            transfer: None,
            invert: false,
            light: None,
            crop: None,
            cuts: Vec::new(),
            step: 0.6,
            resolution: 1.0,
            jitter: true,
            background: [0; 3],
            arriving: false,
            mask: None,
        }
    }
}

/// A volume in three dimensions, and what is skipped and left out.
#[derive(Debug)]
pub struct Rays {
    /// The voxels.
    pub volume: Volume,
    /// How it is drawn.
    pub plan: RayPlan,
    /// What rays skip.
    pub occupancy: Occupancy,
    /// What is left out.
    pub mask: Option<VoxelMask>,
}

impl RayFields {
    pub(crate) fn rays(&self, volume: Volume, canvas: [u32; 2]) -> Result<Rays> {
        let spec = volume.spec();
        let plan = RayPlan::new(spec, volume.present(), &self.view(spec)?, canvas)?;
        let mut bricks = Bricks::new(spec)?;
        let slices = volume.voxels().chunks(volume.voxels().len() / spec.slices.len());
        for ((number, slice), is_present) in (0..).zip(slices.clone()).zip(volume.present()) {
            if *is_present {
                bricks.write_slice(number, slice)?;
            }
        }
        let mask = self.mask.as_ref().map(|fields| {
            let mut builder = MaskBuilder::new(spec, fields.threshold)?;
            for (number, slice) in (0..).zip(slices) {
                builder.write_slice(number, slice)?;
            }
            let mut mask = builder.finish(fields.voxel.map_or(Part::Largest, Part::With))?;
            for _ in 0..fields.layers {
                mask = mask.grown()?;
            }
            anyhow::Ok(mask)
        });
        Ok(Rays {
            mask: mask.transpose()?,
            occupancy: Occupancy::new(&bricks, &plan),
            plan,
            volume,
        })
    }

    fn view(&self, spec: &VolumeSpec) -> Result<RayView> {
        let side = Side::from_name(&self.from).ok_or_else(|| anyhow!("side {}", self.from))?;
        let mut camera = Camera::around(spec, side);
        if let Some(camera_points) = self.camera {
            [camera.center_mm, camera.right, camera.down] = camera_points.map(DVec3::from_array);
        }
        camera = camera.turned(self.turn[0], self.turn[1]);
        camera.zoom = self.zoom;
        camera.pan_px = self.pan;
        if self.field > 0.0 {
            camera.perspective = Perspective::FieldDeg(self.field);
        }
        let mut view = RayView::new(camera, self.preset(spec)?);
        if let Some(points) = &self.transfer {
            let points = points
                .iter()
                .map(|[value, red, green, blue, opacity]| TransferPoint {
                    value: *value,
                    color: [*red, *green, *blue],
                    opacity: *opacity,
                });
            view.transfer = TransferFunction::new(points.collect())?;
        }
        match self.light.as_deref() {
            None => {}
            Some([]) => view.lighting = None,
            Some(&[ambient, diffuse, specular, edge_per_mm, right, down, towards]) => {
                let from = [right, down, towards];
                view.lighting = Some(Lighting {
                    ambient,
                    diffuse,
                    specular,
                    edge_per_mm,
                    from,
                });
            }
            Some(other) => return Err(anyhow!("light {other:?}")),
        }
        let cuts = self.cuts.iter().map(|[point, normal]| CutPlane {
            point_mm: DVec3::from_array(*point),
            normal: DVec3::from_array(*normal),
        });
        view.cuts = cuts.collect();
        view.crop = self.crop;
        view.has_jitter = self.jitter;
        view.background = self.background;
        view.is_arriving = self.arriving;
        view.quality = Quality {
            step: self.step,
            resolution: self.resolution,
            ..Quality::STILL_ON_CPU
        };
        Ok(view)
    }

    fn preset(&self, spec: &VolumeSpec) -> Result<Preset> {
        let inverted = spec.inverted != self.invert;
        if let Some(name) = &self.mode {
            let mode = Mode::from_name(name).ok_or_else(|| anyhow!("mode {name}"))?;
            return Ok(Preset::projection(mode, &spec.voi, inverted)?);
        }
        let name = self.preset.as_deref().unwrap_or("bone");
        let preset = TissuePreset::from_name(name).ok_or_else(|| anyhow!("preset {name}"))?;
        Ok(Preset::tissue(preset)?)
    }
}
