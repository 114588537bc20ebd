//! Measures on a plane through a volume: geometry in the patient, statistics over stored values of voxels.

use std::sync::Arc;

use glam::DVec3;

use super::{
    Facts, Measured, Region, Tally, ValueHistogram,
    calibration::Scale,
    frame::Reported,
    grid::Grid,
    reading::Reading,
    shape::Shape,
    values::{Inside, Padding, stored_at},
};
use crate::{
    Error, ErrorKind, PixelFormat, Result,
    annotate::Tool,
    lut::{Lut, Voi},
    reslice::Plane,
    space::{ImagePoint, MAX_IMAGE_SIDE},
    volume::{Geometry, SliceSpec},
    words::fixed,
};

/// A voxel that is padding: no value is that.
const PADDING: f64 = f64::INFINITY;

/// What there is of a volume before its voxels.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneVolume {
    /// `[slices, rows, columns]`.
    pub size: [u32; 3],
    /// How a voxel is held.
    pub format: PixelFormat,
    /// Where voxels are.
    pub geometry: Geometry,
    /// One for each slice.
    pub slices: Vec<SliceSpec>,
    /// Stored values in this closed range are padding.
    pub padding: Option<(i64, i64)>,
    /// A Modality LUT instead of the rescale of the slices.
    pub table: Option<Arc<Lut>>,
}

impl PlaneVolume {
    fn check(&self) -> Result<()> {
        let sides = 1..=MAX_IMAGE_SIDE;
        let is_sound = !self.format.is_color()
            && self.size.iter().all(|side| sides.contains(side))
            && self.slices.len() == self.size[0] as usize
            && self.slices.iter().all(|slice| slice.place.is_finite())
            && self.slices.is_sorted_by(|a, b| a.place < b.place);
        is_sound
            .then_some(())
            .ok_or_else(|| Error::new(ErrorKind::Malformed, "this describes no volume of grey values"))
    }

    /// The slice nearest to a place, halves up; none half a step beyond the outermost ones.
    pub(super) fn slice_at(&self, place: f64) -> Option<u32> {
        let after = self.slices.partition_point(|slice| slice.place <= place);
        let (low, high) = (after.saturating_sub(1), after.min(self.slices.len() - 1));
        let (before, behind) = (self.slices.get(low)?.place, self.slices.get(high)?.place);
        let last = self.slices.last()?.place;
        let first = self.slices.first()?.place;
        let is_near = place >= first - 0.5 && place < last + 0.5;
        let number = if place - before < behind - place {
            low
        } else {
            high
        };
        u32::try_from(number).ok().filter(|_| is_near)
    }

    /// From where to where a slice is the nearest one.
    fn places_of(&self, number: u32) -> Option<[f64; 2]> {
        let number = number as usize;
        let place = self.slices.get(number)?.place;
        let before = number.checked_sub(1).and_then(|before| self.slices.get(before));
        let behind = self.slices.get(number + 1);
        Some([
            before.map_or(place - 0.5, |slice| f64::midpoint(slice.place, place)),
            behind.map_or(place + 0.5, |slice| f64::midpoint(slice.place, place)),
        ])
    }

    /// The corners of the volume: half a voxel beyond the centres of its outermost voxels.
    pub(super) fn corners_mm(&self) -> [DVec3; 8] {
        let [_, rows, columns] = self.size;
        let place = |slice: Option<&SliceSpec>| slice.map_or(0.0, |slice| slice.place);
        let low = DVec3::new(0.0, 0.0, place(self.slices.first())) - 0.5;
        let high = DVec3::new(
            f64::from(columns),
            f64::from(rows),
            place(self.slices.last()) + 1.0,
        ) - 0.5;
        [0, 1, 2, 3, 4, 5, 6, 7].map(|corner: u8| {
            let side = |bit: u8, low: f64, high: f64| if corner & bit == 0 { low } else { high };
            self.geometry.patient_from_voxel().transform_point3(DVec3::new(
                side(1, low.x, high.x),
                side(2, low.y, high.y),
                side(4, low.z, high.z),
            ))
        })
    }
}

/// A plane to measure on. Slices of the volume are written as they are wanted; of each it keeps what the plane crosses.
#[derive(Debug, Clone)]
pub struct MeasuredPlane {
    volume: PlaneVolume,
    reading: Reading,
    grid: Grid,
    scale: Scale,
    /// One for each point of the grid; NaN where nothing is known. Empty until the first slice is written.
    values: Vec<f64>,
    written: Vec<bool>,
    /// The voxel that a probe was last wanted of, and its value.
    probed: Option<([u32; 3], Option<f64>)>,
}

impl MeasuredPlane {
    /// Of a plane through a volume, and what its objects say of their values.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] for a description that contradicts itself, [`ErrorKind::Limit`] for too many voxels.
    pub fn new(facts: &Facts, volume: PlaneVolume, plane: &Plane) -> Result<Self> {
        volume.check()?;
        let grid = Grid::new(&volume, plane)?;
        Ok(Self {
            reading: Reading::of(facts, volume.table.is_some()),
            scale: Scale::mm(grid.steps_mm, "PixelSpacing, ImagePositionPatient"),
            written: vec![false; volume.slices.len()],
            values: Vec::new(),
            probed: None,
            volume,
            grid,
        })
    }

    /// The slices that have to be written before the values of a tool are whole. Points are `[right, down]` of the plane's
    /// centre, millimetres.
    ///
    /// # Errors
    /// As [`MeasuredPlane::measure`].
    pub fn wanted(&mut self, tool: Tool, points: &[[f64; 2]]) -> Result<Vec<u32>> {
        let points = self.on_grid(points);
        let shape = Shape::new(tool, &points)?;
        if let Some(point) = shape.probe() {
            let voxel = self.grid.voxel(&self.volume, point);
            let is_known = self
                .probed
                .is_some_and(|(of, value)| Some(of) == voxel && value.is_some());
            if !is_known {
                self.probed = voxel.map(|voxel| (voxel, None));
            }
            return Ok(voxel
                .filter(|_| !is_known)
                .map(|[slice, ..]| slice)
                .into_iter()
                .collect());
        }
        let region = shape.region(self.grid.steps_mm);
        Ok(region.map(|region| self.missing(&region)).unwrap_or_default())
    }

    /// Takes what the plane crosses of a slice of `[rows, columns]` stored values, little-endian.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when there is no such slice or the pixels are not as many; [`ErrorKind::Limit`] when there is no
    /// memory for the values of the plane.
    pub fn write_slice(&mut self, number: u32, pixels: &[u8]) -> Result<()> {
        let [_, rows, columns] = self.volume.size;
        let bytes = u64::from(rows) * u64::from(columns) * self.volume.format.bytes_per_pixel() as u64;
        let (Some(places), true) = (self.volume.places_of(number), pixels.len() as u64 == bytes) else {
            return Err(Error::new(ErrorKind::Malformed, "this is no slice of the volume"));
        };
        self.reserve()?;
        if let Some(([slice, row, column], value)) = &mut self.probed
            && *slice == number
        {
            *value = self.volume.value([*slice, *row, *column], pixels);
        }
        let [grid_rows, grid_columns] = self.grid.size;
        for row in 0..grid_rows {
            for column in self.grid.between(row, places) {
                let point = ImagePoint {
                    column: f64::from(column),
                    row: f64::from(row),
                };
                let voxel = self
                    .grid
                    .voxel(&self.volume, point)
                    .filter(|[slice, ..]| *slice == number);
                let value = voxel.and_then(|voxel| self.volume.value(voxel, pixels));
                let place = row as usize * grid_columns as usize + column as usize;
                if let (Some(value), Some(place)) = (value, self.values.get_mut(place)) {
                    *place = value;
                }
            }
        }
        if let Some(written) = self.written.get_mut(number as usize) {
            *written = true;
        }
        Ok(())
    }

    /// What the points of a tool measure, `[right, down]` of the plane's centre in millimetres. Statistics come with the slices.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the points are not as many as the tool has, or not finite;
    /// [`ErrorKind::Limit`] when there is no memory for the values.
    pub fn measure(&self, tool: Tool, points: &[[f64; 2]]) -> Result<Measured> {
        let points = self.on_grid(points);
        let shape = Shape::new(tool, &points)?;
        let (measurements, notes) = shape.geometry(&self.scale);
        let mut measured = Measured { measurements, notes };
        let waits = "values are still to come";
        if let Some(point) = shape.probe() {
            let of = self.reported("the voxel that the point lies in");
            let voxel = self.grid.voxel(&self.volume, point);
            match (voxel, self.probed) {
                (None, _) => of.probe(None, &mut measured),
                (Some(voxel), Some((of_voxel, Some(value)))) if voxel == of_voxel => {
                    let value = if value < PADDING { Ok(value) } else { Err(Padding) };
                    of.probe(Some(value), &mut measured);
                }
                _ => measured.notes.push(waits.to_owned()),
            }
        } else if let Some(region) = shape.region(self.grid.steps_mm) {
            if self.missing(&region).is_empty() {
                let [down, right] = self.grid.steps_mm.map(|mm| fixed(mm, 3));
                let method = format!("voxels nearest to points of the plane, {right} x {down} mm apart");
                self.reported(&method)
                    .region(self.inside(&region)?, &mut measured);
            } else {
                measured.notes.push(waits.to_owned());
            }
        }
        Ok(measured)
    }

    /// How the values in a region are distributed; none where there are none, or some are still to come.
    ///
    /// # Errors
    /// As [`MeasuredPlane::measure`], and [`ErrorKind::Limit`] for no ranges or too many.
    pub fn histogram(&self, tool: Tool, points: &[[f64; 2]], bins: u32) -> Result<Option<ValueHistogram>> {
        let points = self.on_grid(points);
        let shape = Shape::new(tool, &points)?;
        match shape.region(self.grid.steps_mm) {
            Some(region) if self.missing(&region).is_empty() => {
                self.reading.histogram(self.inside(&region)?, bins)
            }
            _ => Ok(None),
        }
    }

    /// A window for the values in a region, in units after rescale; none where there are none, or some are still to come.
    ///
    /// # Errors
    /// As [`MeasuredPlane::measure`].
    pub fn window(&self, tool: Tool, points: &[[f64; 2]]) -> Result<Option<Voi>> {
        let points = self.on_grid(points);
        let shape = Shape::new(tool, &points)?;
        match shape.region(self.grid.steps_mm) {
            Some(region) if self.missing(&region).is_empty() => Ok(self.inside(&region)?.tally.window()),
            _ => Ok(None),
        }
    }

    fn on_grid(&self, points: &[[f64; 2]]) -> Vec<ImagePoint> {
        points.iter().map(|point| self.grid.point(*point)).collect()
    }

    fn reported<'m>(&'m self, method: &'m str) -> Reported<'m> {
        Reported {
            reading: &self.reading,
            method,
            sample: "point",
        }
    }

    /// The slices of a region that have not been written, ascending.
    fn missing(&self, region: &Region) -> Vec<u32> {
        let slices = &self.volume.slices;
        let (Some(first), Some(last)) = (slices.first(), slices.last()) else {
            return Vec::new();
        };
        let mut wanted = vec![false; slices.len()];
        for span in region.spans(self.grid.size) {
            let places = self.grid.places(span.row, &span.columns);
            if places[1] < first.place - 0.5 || places[0] >= last.place + 0.5 {
                continue;
            }
            let [from, to] = places
                .map(|place| self.volume.slice_at(place.clamp(first.place, last.place)))
                .map(|slice| slice.unwrap_or_default() as usize);
            wanted.get_mut(from..=to).unwrap_or_default().fill(true);
        }
        let missing = (0_u32..).zip(wanted.iter().zip(&self.written));
        missing
            .filter(|(_, (wanted, written))| **wanted && !**written)
            .map(|(number, _)| number)
            .collect()
    }

    fn inside(&self, region: &Region) -> Result<Inside> {
        let [_, columns] = self.grid.size;
        let mut values = Vec::new();
        let mut padding = 0;
        let mut is_cut = region.reaches_beyond(self.grid.size);
        for span in region.spans(self.grid.size) {
            let start = span.row as usize * columns as usize;
            let run = start + span.columns.start as usize..start + span.columns.end as usize;
            for value in self.values.get(run).unwrap_or_default() {
                if value.is_finite() {
                    values.push(*value);
                } else if value.is_infinite() {
                    padding += 1;
                } else {
                    is_cut = true;
                }
            }
        }
        Ok(Inside {
            tally: Tally::of(values.into_iter())?,
            padding,
            is_cut,
        })
    }

    fn reserve(&mut self) -> Result<()> {
        if !self.values.is_empty() {
            return Ok(());
        }
        let [rows, columns] = self.grid.size;
        let count = rows as usize * columns as usize;
        self.values
            .try_reserve_exact(count)
            .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory for the values of the plane"))?;
        self.values.resize(count, f64::NAN);
        Ok(())
    }
}

impl PlaneVolume {
    /// What a voxel holds, of the pixels of its slice, after rescale; [`PADDING`] where it is padding.
    fn value(&self, [slice, row, column]: [u32; 3], pixels: &[u8]) -> Option<f64> {
        let [_, _, columns] = self.size;
        let number = row as usize * columns as usize + column as usize;
        let stored = stored_at(self.format, pixels, number)?;
        if self
            .padding
            .is_some_and(|(low, high)| (low..=high).contains(&stored))
        {
            return Some(PADDING);
        }
        let rescale = self.slices.get(slice as usize)?;
        #[expect(clippy::cast_precision_loss, reason = "at most 32 bits")]
        Some(match &self.table {
            Some(table) => f64::from(table.at(stored)),
            None => stored as f64 * rescale.rescale_slope + rescale.rescale_intercept,
        })
    }
}
