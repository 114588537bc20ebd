//! Lengths, angles, areas and what is inside of regions, in f64, and what they are measured in.
//!
//! Points are (column, row) in image pixels, the *centre* of the first pixel at (0, 0). `spacing_mm` is that of the
//! standard: distance of neighbouring rows, then of neighbouring columns (PS3.3 10.7.1.3). A pixel belongs to a region when
//! its centre lies inside or on the edge.
//!
//! [`MeasuredFrame`] and [`MeasuredPlane`] say what the points of a tool measure: numbers with a unit, how they were computed and
//! what they come from. What cannot be measured rightly is refused, in words. Zoom, rotation, flips, windows and screens do
//! not enter.

mod calibration;
mod crossing;
mod facts;
mod frame;
mod grid;
mod planar;
mod plane;
mod reading;
mod region;
mod scan;
mod shape;
mod statistics;
mod tally;
mod ultrasound;
mod values;

pub use calibration::{Calibration, Scale};
pub use facts::Facts;
pub use frame::{Measured, MeasuredFrame, ValueHistogram};
pub use planar::{angle_deg, area, distance, perimeter};
pub use plane::{MeasuredPlane, PlaneVolume};
pub use region::{Region, Span};
pub use statistics::{Statistics, statistics};
pub use tally::{Histogram, Tally};
pub use ultrasound::{Axes, Axis, RegionScale};
pub use values::StoredValues;
