//! Annotations as data: what a person marked on a picture, where it is in the patient, and what was measured there.
//!
//! The JSON form is `schemas/annotations.v1.json`. Image points are (column, row), the *centre* of the first pixel at (0, 0);
//! patient points are millimetres, LPS.

mod csv;
mod model;
pub mod sr;

pub use csv::to_csv;
pub use model::{Anchor, Annotation, AnnotationPlane, Annotations, Measurement, SCHEMA, Tool, merged};
