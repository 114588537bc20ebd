//! A picture in three dimensions as plain data.

use std::sync::Arc;

use glam::{DVec3, Mat3, Vec3, Vec4};

use super::{
    Lighting, Mode, Quality, RayTable, RayView, SliceRow,
    slices::{gain_and_offset, inner_run, slice_rows},
};
use crate::{
    Error, ErrorKind, PixelFormat, Result,
    plan::ValueRange,
    space::{MAX_CANVAS_AREA, MAX_CANVAS_SIDE},
    volume::VolumeSpec,
};

/// Most cut planes of a view.
pub const MAX_CUTS: usize = 6;
/// Most samples along the diagonal of a volume.
const MAX_STEPS: f64 = 8192.0;

/// Where rays start and go. Of the ray of pixel `(x, y)`: `origin + (x + 0.5) * origin_x + (y + 0.5) * origin_y`, and the
/// same for its direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rays {
    /// Voxel coordinates (column, row, place).
    pub origin: Vec3,
    /// Added for each pixel to the right.
    pub origin_x: Vec3,
    /// Added for each pixel down.
    pub origin_y: Vec3,
    /// Patient millimetres; not of unit length.
    pub direction: Vec3,
    /// Added for each pixel to the right.
    pub direction_x: Vec3,
    /// Added for each pixel down.
    pub direction_y: Vec3,
}

/// From a stored value to an index of the table: `(stored - anchor) * gain + offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Subtracted as an integer.
    pub anchor: i32,
    /// Index units a stored unit.
    pub gain: f32,
    /// Index of the anchor.
    pub offset: f32,
}

/// Light on surfaces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// As in [`Lighting`].
    pub ambient: f32,
    /// As in [`Lighting`].
    pub diffuse: f32,
    /// As in [`Lighting`].
    pub specular: f32,
    /// What a gradient (index units a millimetre) is multiplied with, to be 1 at a full surface.
    pub edge_gain: f32,
    /// Towards the light; patient space, unit length.
    pub towards: Vec3,
}

impl Light {
    /// Colours as they are.
    pub const NONE: Self = Self {
        ambient: 1.0,
        diffuse: 0.0,
        specular: 0.0,
        edge_gain: 0.0,
        towards: Vec3::ZERO,
    };
}

/// One volume on one canvas.
#[derive(Debug, Clone, PartialEq)]
pub struct RayPlan {
    /// `[width, height]` of the picture in canvas pixels.
    pub canvas: [u32; 2],
    /// `[width, height]` in rays: the canvas, or less while something moves.
    pub grid: [u32; 2],
    /// `[columns, rows, slices]` of the volume.
    pub size: [u32; 3],
    /// How a voxel is held.
    pub format: PixelFormat,
    /// Where rays run.
    pub rays: Rays,
    /// Voxels a millimetre, along each patient axis.
    pub voxel_from_mm: Mat3,
    /// Lowest voxel coordinates that are shown.
    pub low: Vec3,
    /// Highest voxel coordinates that are shown.
    pub high: Vec3,
    /// Planes in voxel coordinates: `xyz` times a point plus `w` is not negative where something is shown.
    pub cuts: Vec<Vec4>,
    /// Millimetres from sample to sample.
    pub step_mm: f32,
    /// Whether each ray's samples are moved by a hash of its pixel; else they lie in the middle of steps.
    pub has_jitter: bool,
    /// The largest index is shown, instead of light that passes. For the smallest value the table is reversed.
    pub is_projection: bool,
    /// Colour and opacity by index.
    pub table: Arc<RayTable>,
    /// From stored values to indices.
    pub reading: Reading,
    /// Instead of `reading`, slice by slice, where the volume needs it.
    pub slices: Option<Arc<Vec<SliceRow>>>,
    /// Closed range of stored values that are padding.
    pub padding: Option<[i32; 2]>,
    /// Light on surfaces.
    pub light: Option<Light>,
    /// Behind everything; 0 to 1.
    pub background: Vec3,
}

impl RayPlan {
    /// Plans the picture of a volume, of whose slices some are `present`, through `view` on a canvas of `[width, height]`
    /// pixels.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for numbers in the view that make no picture; [`ErrorKind::Limit`] for an empty or too large
    /// canvas, too many cut planes, or a camera beyond reason; [`ErrorKind::UnsupportedGeometry`] for a volume of another
    /// number of slices.
    pub fn new(spec: &VolumeSpec, present: &[bool], view: &RayView, canvas: [u32; 2]) -> Result<Self> {
        check(spec, present, view, canvas)?;
        let voxel_from_patient = spec.geometry.voxel_from_patient();
        let voxel_mm = spec
            .geometry
            .spacing_mm()
            .into_iter()
            .fold(f64::INFINITY, f64::min);
        let [mut low, mut high] = shown_box(spec, view.crop);
        let steps = spec.geometry.patient_from_voxel().matrix3;
        let diagonal_mm = (steps.abs() * (high - low)).length();
        let pixels = u64::from(canvas[0]) * u64::from(canvas[1]);
        let quality = view.quality.within_bounds(pixels, diagonal_mm / voxel_mm);
        let step_mm = (quality.step * voxel_mm).max(diagonal_mm / MAX_STEPS);
        let grid = grid(canvas, quality);
        let is_projection = view.mode != Mode::Composite;
        let mut table = RayTable::new(&view.transfer, (!is_projection).then_some(step_mm));
        if view.mode == Mode::Minimum {
            table = table.reversed();
        }
        let range = ValueRange::of(spec.format);
        let reading = reading(spec, &table, range);
        let slices = if let Some([first, last]) = inner_run(spec, present).filter(|_| view.is_arriving) {
            low.z = low.z.max(first);
            high.z = high.z.min(last);
            None
        } else {
            slice_rows(spec, present, &table, reading.anchor).map(Arc::new)
        };
        let cuts = view.cuts.iter().map(|cut| {
            // A plane is a covector: it goes to voxels by the transpose of the way back.
            let normal = cut.normal.normalize_or_zero();
            let voxel = steps.transpose() * normal;
            let at_zero = normal.dot(spec.geometry.patient_from_voxel().translation - cut.point_mm);
            voxel.as_vec3().extend(real(at_zero))
        });
        Ok(Self {
            canvas,
            grid,
            size: [spec.size[2], spec.size[1], spec.size[0]],
            format: spec.format,
            rays: rays(spec, view, canvas, grid),
            voxel_from_mm: voxel_from_patient.matrix3.as_mat3(),
            low: low.as_vec3(),
            high: high.as_vec3(),
            cuts: cuts.collect(),
            step_mm: real(step_mm),
            has_jitter: view.has_jitter,
            is_projection,
            reading,
            slices,
            padding: padding(spec, range),
            light: view
                .lighting
                .filter(|_| !is_projection)
                .map(|lighting| light(&lighting, view, &table)),
            table: Arc::new(table),
            background: DVec3::from_array(view.background.map(|level| f64::from(level) / 255.0)).as_vec3(),
        })
    }
}

fn check(spec: &VolumeSpec, present: &[bool], view: &RayView, canvas: [u32; 2]) -> Result<()> {
    view.camera.check()?;
    view.quality.check()?;
    let [width, height] = canvas;
    let area = u64::from(width) * u64::from(height);
    if area == 0 || width.max(height) > MAX_CANVAS_SIDE || area > MAX_CANVAS_AREA {
        return Err(Error::new(ErrorKind::Limit, "the canvas is empty or too large"));
    }
    if view.cuts.len() > MAX_CUTS {
        return Err(Error::new(ErrorKind::Limit, "a view has at most six cut planes"));
    }
    if present.len() != spec.slices.len() || present.len() != spec.size[0] as usize {
        return Err(Error::new(
            ErrorKind::UnsupportedGeometry,
            "the volume has another number of slices",
        ));
    }
    let cuts_are_sound = view
        .cuts
        .iter()
        .all(|cut| cut.point_mm.is_finite() && cut.normal.is_finite() && cut.normal.length() > 0.0);
    let crop = view.crop.unwrap_or_default();
    let crop_is_sound = crop.as_flattened().iter().all(|edge| edge.is_finite());
    let light_is_sound = view.lighting.is_none_or(|lighting| {
        let Lighting {
            ambient,
            diffuse,
            specular,
            edge_per_mm,
            from,
        } = lighting;
        let shares = [ambient, diffuse, specular]
            .iter()
            .all(|share| (0.0..=2.0).contains(share));
        let from = DVec3::from_array(from);
        shares && edge_per_mm >= 0.0 && edge_per_mm.is_finite() && from.is_finite() && from.length() > 0.0
    });
    if cuts_are_sound && crop_is_sound && light_is_sound {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Malformed,
        "crop box, cut planes and light have finite numbers and directions",
    ))
}

/// Lowest and highest voxel coordinates that are shown.
fn shown_box(spec: &VolumeSpec, crop: Option<[[f64; 2]; 3]>) -> [DVec3; 2] {
    let [_, rows, columns] = spec.size.map(f64::from);
    let last = spec.slices.last().map_or(0.0, |slice| slice.place);
    let low = DVec3::splat(-0.5);
    let high = DVec3::new(columns - 0.5, rows - 0.5, last + 0.5);
    let Some([slices, rows, columns]) = crop else {
        return [low, high];
    };
    [
        DVec3::new(columns[0], rows[0], slices[0]).clamp(low, high),
        DVec3::new(columns[1], rows[1], slices[1]).clamp(low, high),
    ]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a canvas side"
)]
fn grid(canvas: [u32; 2], quality: Quality) -> [u32; 2] {
    canvas.map(|side| ((f64::from(side) * quality.resolution).ceil() as u32).clamp(1, side))
}

fn rays(spec: &VolumeSpec, view: &RayView, canvas: [u32; 2], grid: [u32; 2]) -> Rays {
    let camera = &view.camera;
    let voxel_from_patient = spec.geometry.voxel_from_patient();
    let scale = camera.mm_per_pixel(canvas);
    let [x_mm, y_mm] = [0, 1].map(|axis: usize| f64::from(canvas[axis]) / f64::from(grid[axis]) * scale);
    let corner = [0, 1].map(|axis: usize| -(f64::from(canvas[axis]) / 2.0 + camera.pan_px[axis]) * scale);
    let across = camera.right * corner[0] + camera.down * corner[1];
    let forward = camera.forward();
    let [right, down] = [camera.right * x_mm, camera.down * y_mm];
    let linear = |vector: DVec3| (voxel_from_patient.matrix3 * vector).as_vec3();
    let point = |patient: DVec3| voxel_from_patient.transform_point3(patient).as_vec3();
    match camera.eye_mm(canvas) {
        None => Rays {
            origin: point(camera.center_mm + across - forward * behind_mm(spec, view)),
            origin_x: linear(right),
            origin_y: linear(down),
            direction: forward.as_vec3(),
            direction_x: Vec3::ZERO,
            direction_y: Vec3::ZERO,
        },
        Some(eye_mm) => Rays {
            origin: point(camera.center_mm - forward * eye_mm),
            origin_x: Vec3::ZERO,
            origin_y: Vec3::ZERO,
            direction: (across + forward * eye_mm).as_vec3(),
            direction_x: right.as_vec3(),
            direction_y: down.as_vec3(),
        },
    }
}

/// How far before the camera's centre parallel rays start: before all of the volume.
fn behind_mm(spec: &VolumeSpec, view: &RayView) -> f64 {
    let [low, high] = shown_box(spec, None);
    let forward = view.camera.forward();
    let corners = (0..8).map(|corner| {
        let pick = |axis: u32, low: f64, high: f64| if corner >> axis & 1 == 0 { low } else { high };
        let voxel = DVec3::new(
            pick(0, low.x, high.x),
            pick(1, low.y, high.y),
            pick(2, low.z, high.z),
        );
        let patient = spec.geometry.patient_from_voxel().transform_point3(voxel);
        (view.camera.center_mm - patient).dot(forward)
    });
    corners.fold(f64::NEG_INFINITY, f64::max) + 1.0
}

/// By the first slice's rescale; the anchor is the stored value in the middle of the table.
#[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bits")]
fn reading(spec: &VolumeSpec, table: &RayTable, range: ValueRange) -> Reading {
    let first = spec.slices.first();
    let [slope, intercept] = first.map_or([1.0, 0.0], |slice| [slice.rescale_slope, slice.rescale_intercept]);
    let middle = (table.middle() - intercept) / slope;
    let [min, max] = [range.min, range.max].map(|end| end as f64);
    let anchor = if middle.is_nan() {
        0.0
    } else {
        middle.clamp(min, max)
    };
    let anchor = libm::round(anchor) as i32;
    let [gain, offset] = gain_and_offset(table, anchor, slope, intercept);
    Reading { anchor, gain, offset }
}

fn padding(spec: &VolumeSpec, range: ValueRange) -> Option<[i32; 2]> {
    let (low, high) = spec.padding?;
    let (low, high) = (low.max(range.min), high.min(range.max));
    let ends = [i32::try_from(low).ok()?, i32::try_from(high).ok()?];
    (low <= high).then_some(ends)
}

fn light(lighting: &Lighting, view: &RayView, table: &RayTable) -> Light {
    let [right, down, towards] = lighting.from;
    let camera = &view.camera;
    let direction = camera.right * right + camera.down * down - camera.forward() * towards;
    let edge = lighting.edge_per_mm * table.per_unit().abs();
    Light {
        ambient: real(lighting.ambient),
        diffuse: real(lighting.diffuse),
        specular: real(lighting.specular),
        edge_gain: real(1.0 / edge.max(1e-9)),
        towards: direction.normalize().as_vec3(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "f32 is what backends have")]
const fn real(number: f64) -> f32 {
    number as f32
}
