//! Ultrasound regions: parts of a picture with scales of their own (PS3.3 C.8.5.5).

use serde::Serialize;

use super::calibration::Scale;
use crate::{metadata::UltrasoundRegion, space::ImagePoint};

/// The code of centimetres among Physical Units.
const CENTIMETRES: u16 = 3;

/// What an axis of a region counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Axis {
    /// The name of a measurement along it, as in `"velocity"`; none where the region does not say what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'static str>,
    /// Of UCUM.
    pub unit: &'static str,
    /// Units a pixel to the right or down; negative where values fall.
    pub step: f64,
    /// What the axis says at pixel 0 of the frame; none where there is no reference pixel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zero: Option<f64>,
}

/// Both axes of a region: along a row, and down a column.
pub type Axes = [Axis; 2];

/// A region, as far as measures need it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegionScale {
    /// Left, top, right and bottom pixel, all within.
    pub bounds: [u32; 4],
    /// Along a row, and down a column.
    pub axes: Axes,
    /// Whether its pixels give way to those of another region (bit 0 of Region Flags).
    pub is_low_priority: bool,
}

/// What regions say of some points.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'r> {
    Space(Scale),
    Axes(&'r Axes),
    Nothing,
}

impl RegionScale {
    /// None for a region that is empty or has no step.
    pub(super) fn of(region: &UltrasoundRegion) -> Option<Self> {
        let [left, top, right, bottom] = region.bounds;
        let has_steps = region
            .deltas
            .iter()
            .all(|delta| delta.is_finite() && delta.abs() > 0.0);
        let [ux, uy] = region.units;
        let [dx, dy] = region.deltas;
        let zero = |corner: u32, reference: fn([i32; 2]) -> i32, value: f64, step: f64| {
            let pixel = f64::from(corner) + f64::from(reference(region.reference?));
            Some(value - pixel * step)
        };
        let [vx, vy] = region.reference_values;
        let axes = [
            axis(ux, dx, zero(left, |[x, _]| x, vx, dx)),
            axis(uy, dy, zero(top, |[_, y]| y, vy, dy)),
        ];
        (left <= right && top <= bottom && has_steps).then_some(Self {
            bounds: region.bounds,
            axes,
            is_low_priority: region.flags & 1 == 1,
        })
    }

    /// Whether both axes are lengths in the patient.
    pub(super) fn is_spatial(&self) -> bool {
        self.axes.iter().all(Axis::is_length)
    }

    fn contains(&self, point: ImagePoint) -> bool {
        let [left, top, right, bottom] = self.bounds.map(f64::from);
        (left - 0.5..right + 0.5).contains(&point.column) && (top - 0.5..bottom + 0.5).contains(&point.row)
    }

    fn pixels(&self) -> u64 {
        let [left, top, right, bottom] = self.bounds.map(u64::from);
        (right - left + 1) * (bottom - top + 1)
    }
}

impl Axis {
    fn is_length(&self) -> bool {
        self.unit == "mm"
    }

    /// What it says at a pixel.
    pub(super) fn value(&self, pixel: f64) -> Option<f64> {
        Some(self.zero? + pixel * self.step)
    }
}

/// An axis by the code of its unit (C.8.5.5.1.15); centimetres become millimetres.
fn axis(code: u16, delta: f64, zero: Option<f64>) -> Axis {
    let (name, unit) = match code {
        1 => (Some("percentage"), "%"),
        2 => (Some("level"), "dB"),
        CENTIMETRES => (Some("depth"), "mm"),
        4 => (Some("time"), "s"),
        5 => (Some("frequency"), "Hz"),
        6 => (Some("levelRate"), "dB/s"),
        7 => (Some("velocity"), "cm/s"),
        8 => (Some("crossSection"), "cm2"),
        9 => (Some("crossSectionRate"), "cm2/s"),
        10 => (Some("volume"), "cm3"),
        11 => (Some("flow"), "cm3/s"),
        12 => (Some("phase"), "deg"),
        _ => (None, "1"),
    };
    let factor = if code == CENTIMETRES { 10.0 } else { 1.0 };
    Axis {
        name,
        unit,
        step: delta * factor,
        zero: zero.map(|zero| zero * factor),
    }
}

/// What holds where all points are: in one region, or in several that scale space alike.
pub(super) fn at<'r>(regions: &'r [RegionScale], points: &[ImagePoint]) -> Found<'r> {
    let mut found: Option<&RegionScale> = None;
    for point in points {
        let Some(here) = region_at(regions, *point) else {
            return Found::Nothing;
        };
        let is_alike = found.is_none_or(|first| std::ptr::eq(first, here) || scale_alike(first, here));
        if !is_alike {
            return Found::Nothing;
        }
        found = found.or(Some(here));
    }
    match found {
        Some(region) if region.is_spatial() => {
            let [x, y] = region.axes;
            Found::Space(Scale::mm(
                [y.step.abs(), x.step.abs()],
                "SequenceOfUltrasoundRegions",
            ))
        }
        Some(region) => Found::Axes(&region.axes),
        None => Found::Nothing,
    }
}

/// The region that a point belongs to: of high priority before low, then the smaller one.
fn region_at(regions: &[RegionScale], point: ImagePoint) -> Option<&RegionScale> {
    regions
        .iter()
        .filter(|region| region.contains(point))
        .min_by_key(|region| (region.is_low_priority, region.pixels()))
}

/// Whether two regions have one scale of space, as a colour box and the picture around it have.
#[expect(clippy::float_cmp, reason = "the same number is meant to the bit")]
fn scale_alike(a: &RegionScale, b: &RegionScale) -> bool {
    let both = a.is_spatial() && b.is_spatial();
    both && a
        .axes
        .iter()
        .zip(&b.axes)
        .all(|(a, b)| a.step.abs() == b.step.abs())
}
