//! Lengths, angles, areas and what is inside of regions, in f64.
//!
//! Points are (column, row) in image pixels, the *centre* of the first pixel at (0, 0). `spacing_mm` is that of the
//! standard: distance of neighbouring rows, then of neighbouring columns (PS3.3 10.7.1.3). A pixel belongs to a region when
//! its centre lies inside or on the edge.

mod planar;
mod region;
mod statistics;

pub use planar::{angle_deg, area, distance, perimeter};
pub use region::Region;
pub use statistics::{Statistics, statistics};
