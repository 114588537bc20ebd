//! Measures on a frame.

use serde::Serialize;

use super::{
    Calibration, Facts, Histogram, StoredValues,
    calibration::Place,
    reading::Reading,
    shape::Shape,
    values::{Inside, Padding},
};
use crate::{
    Result,
    annotate::{Measurement, Tool},
    lut::Voi,
    space::ImagePoint,
};

/// What was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Measured {
    /// The numbers.
    pub measurements: Vec<Measurement>,
    /// What a reader must know, and what was refused, in words.
    pub notes: Vec<String>,
}

/// A histogram, and the unit of its values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValueHistogram {
    /// The counts.
    #[serde(flatten)]
    pub histogram: Histogram,
    /// Of UCUM.
    pub unit: &'static str,
}

/// A frame to measure on: its scales, and its values where it has any. How it is shown does not matter.
#[derive(Debug, Clone)]
pub struct MeasuredFrame {
    own: Calibration,
    known: Option<Calibration>,
    reading: Reading,
    values: Option<StoredValues>,
    /// Why there are no values.
    why_not: Option<&'static str>,
}

impl MeasuredFrame {
    /// Of what the object says, and the values of a frame.
    pub fn new(facts: &Facts, values: Option<StoredValues>) -> Self {
        Self {
            own: Calibration::of(facts),
            known: None,
            reading: Reading::of(facts, values.as_ref().is_some_and(StoredValues::has_table)),
            values,
            why_not: None,
        }
    }

    /// Of a frame in colour, which has no values.
    pub fn of_color(facts: &Facts) -> Self {
        Self {
            why_not: Some("colour has no values"),
            ..Self::new(facts, None)
        }
    }

    /// What holds: a person's calibration, or the object's own.
    pub fn calibration(&self) -> &Calibration {
        self.known.as_ref().unwrap_or(&self.own)
    }

    /// Takes a length that a person knows between two points, or forgets it.
    ///
    /// # Errors
    /// As [`Calibration::with_known`]; what held before then holds on.
    pub fn calibrate(&mut self, known: Option<([ImagePoint; 2], f64)>) -> Result<()> {
        self.known = known
            .map(|([from, to], mm)| self.own.with_known(from, to, mm))
            .transpose()?;
        Ok(())
    }

    /// What the points of a tool measure.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Malformed`] when the points are not as many as the tool has, or not finite;
    /// [`crate::ErrorKind::Limit`] when there is no memory for the values.
    pub fn measure(&self, tool: Tool, points: &[ImagePoint]) -> Result<Measured> {
        let shape = Shape::new(tool, points)?;
        let place = self.calibration().at(points);
        let (measurements, notes) = match &place {
            Place::Plane(scale) => shape.geometry(scale),
            Place::Axes(axes) => shape.along_axes(axes),
        };
        let mut measured = Measured { measurements, notes };
        if let Place::Plane(scale) = &place
            && let Some(note) = &scale.note
            && !measured.measurements.is_empty()
        {
            measured.notes.push(note.clone().into_owned());
        }
        if let Some(point) = shape.probe() {
            self.probe(point, &mut measured);
        } else if let Some(inside) = self.inside(&shape, &place)? {
            let of = Reported {
                reading: &self.reading,
                method: "pixels whose centre is inside or on the edge",
                sample: "pixel",
            };
            of.region(inside, &mut measured);
        } else if shape.is_region() {
            measured.notes.extend(self.why_not.map(str::to_owned));
        }
        Ok(measured)
    }

    /// How the values in a region are distributed; none where there are none.
    ///
    /// # Errors
    /// As [`MeasuredFrame::measure`], and [`crate::ErrorKind::Limit`] for no ranges or too many.
    pub fn histogram(&self, tool: Tool, points: &[ImagePoint], bins: u32) -> Result<Option<ValueHistogram>> {
        let shape = Shape::new(tool, points)?;
        let place = self.calibration().at(points);
        let Some(inside) = self.inside(&shape, &place)? else {
            return Ok(None);
        };
        self.reading.histogram(inside, bins)
    }

    /// A window for the values in a region, in units after rescale; none where there are none.
    ///
    /// # Errors
    /// As [`MeasuredFrame::measure`].
    pub fn window(&self, tool: Tool, points: &[ImagePoint]) -> Result<Option<Voi>> {
        let shape = Shape::new(tool, points)?;
        let place = self.calibration().at(points);
        let inside = self.inside(&shape, &place)?;
        Ok(inside.and_then(|inside| inside.tally.window()))
    }

    /// What is in the region of a shape; none where there is no region or there are no values.
    fn inside(&self, shape: &Shape<'_>, place: &Place<'_>) -> Result<Option<Inside>> {
        let spacing = match place {
            Place::Plane(scale) => scale.spacing,
            Place::Axes(_) => [1.0, 1.0],
        };
        let region = shape.region(spacing).zip(self.values.as_ref());
        region.map(|(region, values)| values.inside(&region)).transpose()
    }

    fn probe(&self, point: ImagePoint, measured: &mut Measured) {
        let of = Reported {
            reading: &self.reading,
            method: "the pixel that the point lies in",
            sample: "pixel",
        };
        match self.values.as_ref().map(|values| values.at(point)) {
            Some(value) => of.probe(value, measured),
            None => measured.notes.extend(self.why_not.map(str::to_owned)),
        }
    }
}

/// How values are reported.
pub(super) struct Reported<'r> {
    pub(super) reading: &'r Reading,
    /// Which values they are.
    pub(super) method: &'r str,
    /// What one of them is called.
    pub(super) sample: &'r str,
}

impl Reported<'_> {
    /// The value at a point, if there is one.
    pub(super) fn probe(&self, found: Option<std::result::Result<f64, Padding>>, measured: &mut Measured) {
        match found {
            Some(Ok(value)) => {
                measured.measurements.push(self.measurement(
                    "value",
                    value * self.reading.factor,
                    self.reading.unit,
                    "",
                ));
                measured.notes.extend(self.reading.note.clone());
            }
            Some(Err(Padding)) => measured.notes.push("the point is on padding".to_owned()),
            None => measured
                .notes
                .push("the point is outside of the picture".to_owned()),
        }
    }

    /// The statistics of a region.
    pub(super) fn region(&self, inside: Inside, measured: &mut Measured) {
        let Reading { unit, factor, .. } = *self.reading;
        if inside.padding > 0 {
            let Inside { padding, .. } = inside;
            measured.notes.push(match padding {
                1 => format!("one {} of padding is left out", self.sample),
                _ => format!("{padding} {}s of padding are left out", self.sample),
            });
        }
        let Some(found) = inside.tally.scaled(factor).statistics() else {
            measured.notes.push(format!("no {} is inside", self.sample));
            return;
        };
        if inside.is_cut {
            let note = "partly outside of the picture";
            measured.notes.push(note.to_owned());
        }
        measured.notes.extend(self.reading.note.clone());
        let mut add = |name: &str, value: f64, unit: &str, method: &str| {
            measured
                .measurements
                .push(self.measurement(name, value, unit, method));
        };
        add("mean", found.mean, unit, "");
        if found.count > 1 {
            add("sd", found.sd, unit, "sample standard deviation (n - 1); ");
        }
        add("min", found.min, unit, "");
        add("max", found.max, unit, "");
        add("median", found.median, unit, "");
        #[expect(clippy::cast_precision_loss, reason = "a count of pixels")]
        add("count", found.count as f64, "1", "");
    }

    fn measurement(&self, name: &str, value: f64, unit: &str, method: &str) -> Measurement {
        Measurement {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            method: Some(format!("{method}{}", self.method)),
            source: Some(self.reading.source.to_owned()),
        }
    }
}

impl Reading {
    /// How values are distributed, in this unit.
    pub(super) fn histogram(&self, inside: Inside, bins: u32) -> Result<Option<ValueHistogram>> {
        let found = inside.tally.scaled(self.factor).histogram(bins)?;
        Ok(found.map(|histogram| ValueHistogram {
            histogram,
            unit: self.unit,
        }))
    }
}
