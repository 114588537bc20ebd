//! A plane or slab through a volume as plain data.

use std::sync::Arc;

use super::{
    PlanePlacement, PlaneView, Projection, SAMPLE_BITS, SamplePositions, SliceTable, VolumeInterpolation,
    positions,
};
use crate::{
    Error, ErrorKind, PixelFormat, Result,
    lut::Grey,
    plan::{GentleCurve, Shading, ValueRange, grey_shading},
    space::MAX_IMAGE_SIDE,
    volume::VolumeSpec,
};

/// One picture of a plane or slab on one canvas.
///
/// A sample has [`SAMPLE_BITS`] fractional bits. It is made within each of its slices first (weights of
/// [`super::WEIGHT_BITS`] bits, rounded; the sum exact, then cut to [`SAMPLE_BITS`] bits), rescaled by the slice table
/// where there is one, then between slices (cut again). Voxels of weight 0 are not looked at. Mean and sum add samples up
/// as integers; the mean is cut to [`SAMPLE_BITS`] bits. Cuts go down.
#[derive(Debug, Clone, PartialEq)]
pub struct ReslicePlan {
    /// `[width, height]` in canvas pixels.
    pub canvas: [u32; 2],
    /// `[slices, rows, columns]` of the volume.
    pub size: [u32; 3],
    /// How a voxel is held.
    pub format: PixelFormat,
    /// Column positions of samples.
    pub column: SamplePositions,
    /// Row positions of samples.
    pub row: SamplePositions,
    /// Slice positions of samples.
    pub slice: SamplePositions,
    /// Samples through the slab, at least 1.
    pub samples: u32,
    /// What is shown of several samples.
    pub projection: Projection,
    /// How a sample between voxel centres is made.
    pub interpolation: VolumeInterpolation,
    /// Closed range of stored values that are padding, within the format's range.
    pub padding: Option<(i32, i32)>,
    /// The slices, where they are not all alike.
    pub table: Option<Arc<SliceTable>>,
    /// `[slope, intercept]` of what is shown: the rescale where all slices have one, else that of the table.
    pub rescale: [f64; 2],
    /// Added to a sum for each sample, in the fixed point of samples: the intercept in units of the slope.
    pub addend: i64,
    /// The values that are shown and their fixed point.
    pub range: ValueRange,
    /// What is done with what is shown.
    pub shading: Shading,
}

impl ReslicePlan {
    /// Plans the picture of a volume like `spec`, of which the slices `present` have arrived, through `view` on a canvas
    /// of `[width, height]` pixels.
    ///
    /// # Errors
    /// As [`PlanePlacement::new`], and for slabs and planes beyond reason, volumes of colour or 32 bits, and as
    /// [`Grey::check`].
    pub fn new(spec: &VolumeSpec, present: &[bool], view: &PlaneView, canvas: [u32; 2]) -> Result<Self> {
        let sides = 1..=MAX_IMAGE_SIDE;
        if spec.format.is_color()
            || spec.format.bytes_per_pixel() > 2
            || !spec.size.iter().all(|side| sides.contains(side))
        {
            return Err(Error::new(
                ErrorKind::UnsupportedGeometry,
                "a volume holds grey values of 8 or 16 bits, 1 to 65535 a side",
            ));
        }
        let placement = PlanePlacement::new(spec, view, canvas)?;
        let ([column, row, slice], samples) = positions::of(spec, view, &placement, canvas)?;
        let (table, slope, intercept) = SliceTable::new(spec, present)?;
        let stored = ValueRange::of(spec.format);
        let (grey, addend, range) = Shown {
            view,
            samples,
            inverted: spec.inverted != view.invert,
            slope,
            intercept,
        }
        .over(table.as_ref().map_or((stored.min, stored.max), |table| {
            table.span(stored.min, stored.max)
        }))?;
        let padding = spec
            .padding
            .map(|(low, high)| (low.max(stored.min), high.min(stored.max)))
            .filter(|(low, high)| low <= high)
            .and_then(|(low, high)| Some((i32::try_from(low).ok()?, i32::try_from(high).ok()?)));
        Ok(Self {
            canvas,
            size: spec.size,
            format: spec.format,
            column,
            row,
            slice,
            samples,
            projection: view.projection,
            interpolation: view.interpolation,
            padding,
            table: table.map(Arc::new),
            rescale: [grey.slope, grey.intercept],
            addend,
            range,
            shading: grey_shading(grey, &spec.luts, view.voi_lut, range)?,
        })
    }

    /// Whether no slice has arrived: the picture is black.
    pub fn is_blank(&self) -> bool {
        let table = self.table.as_ref();
        table.is_some_and(|table| table.entries.iter().all(|entry| !entry.is_present))
    }

    /// Whether several samples are summed up, not averaged or compared.
    pub fn is_sum(&self) -> bool {
        self.samples > 1 && self.projection == Projection::Sum
    }

    /// The curve for machines with f32 only, where it climbs so gently that f32 does for the samples as well.
    ///
    /// Taps are exact. Each of the three interpolations is off by less than 2^-6 of a stored unit, of a cubic one by less
    /// than 2^-3 (its weights add up to 1.25 a step, and overshoot needs a bit more); a sum is off by that for each sample.
    pub fn gentle(&self) -> Option<GentleCurve> {
        let Shading::Grey { fixed, .. } = &self.shading else {
            return None;
        };
        // Whole units of a sum have 31 bits.
        if self.samples > 8192 {
            return None;
        }
        let steepest = match self.interpolation {
            VolumeInterpolation::Nearest | VolumeInterpolation::Linear => 16.0,
            VolumeInterpolation::Cubic => 4.0,
        };
        let widest = if self.is_sum() { 1 << 30 } else { 0x1_FFFF };
        let samples = if self.is_sum() {
            f64::from(self.samples)
        } else {
            1.0
        };
        fixed.gentle_up_to(self.range, steepest / samples, widest)
    }

    /// Along which voxel axis (0 columns, 1 rows, 2 slices) every sample lies at a whole voxel, the others being the same
    /// for all samples: there only voxels in one layer are looked at.
    pub fn flat_axis(&self) -> Option<usize> {
        let axes = [self.column, self.row, self.slice];
        let still = |axis: &SamplePositions| axis.step_sample == 0;
        let is_flat = |number: usize| {
            let others = axes.iter().enumerate().filter(|(other, _)| *other != number);
            axes.get(number).is_some_and(|axis| axis.is_whole()) && others.map(|(_, axis)| axis).all(still)
        };
        let slices_are_even = self.table.as_ref().is_none_or(|table| table.is_even);
        [2, 1, 0]
            .into_iter()
            .find(|number| is_flat(*number) && (slices_are_even || *number != 2))
    }
}

/// What the grey curve is made of.
struct Shown<'a> {
    view: &'a PlaneView,
    samples: u32,
    inverted: bool,
    slope: f64,
    intercept: f64,
}

impl Shown<'_> {
    /// The pipeline after samples of values in `min..=max`, what a sum gains a sample, and the values that it is over.
    fn over(&self, (min, max): (i64, i64)) -> Result<(Grey, i64, ValueRange)> {
        let mut grey = Grey {
            slope: self.slope,
            intercept: self.intercept,
            voi: self.view.voi,
            inverted: self.inverted,
        };
        grey.check()?;
        let weight_bits = SAMPLE_BITS / 2;
        if self.samples > 1 && self.view.projection == Projection::Sum {
            let offset = self.intercept / self.slope;
            let is_bounded = offset.abs() <= 1e9;
            if !is_bounded {
                return Err(Error::new(
                    ErrorKind::Limit,
                    "the rescale intercept is too large for its slope to sum values up",
                )
                .with_tag(0x0028, 0x1052));
            }
            grey.intercept = 0.0;
            let addend = crate::plan::fixed(offset) >> (32 - SAMPLE_BITS);
            let one = addend >> SAMPLE_BITS;
            let samples = i64::from(self.samples);
            let range = ValueRange {
                min: ((min + one) * samples).min(0),
                max: ((max + one + 1) * samples).max(0),
                weight_bits,
            };
            return Ok((grey, addend, range));
        }
        let overshoot = match self.view.interpolation {
            VolumeInterpolation::Cubic => (max - min + 1) / 2,
            VolumeInterpolation::Nearest | VolumeInterpolation::Linear => 0,
        };
        let range = ValueRange {
            min: min - overshoot,
            max: max + overshoot,
            weight_bits,
        };
        Ok((grey, 0, range))
    }
}
