//! Studies of known geometry and known HU, for the demo, the tests and the benchmarks.
//!
//! A study is a head that looks like one in a CT window ([`anatomy`]) with objects of exact HU at exact places
//! ([`inserts`]), cut into slices that may be tilted as by a gantry ([`geometry`]), written as DICOM objects ([`ct`]),
//! with a description of the truth beside them ([`truth`]). A mammogram-like object ([`mammogram`]) is there for its size.
//!
//! All of it is a function of the options: the same options give the same bytes.
//!
//! Coordinates are patient coordinates (LPS) in millimetres: x to the patient's left, y to the back, z to the head.
#![forbid(unsafe_code)]

pub mod anatomy;
pub mod ct;
pub mod geometry;
pub mod inserts;
pub mod mammogram;
pub mod noise;
pub mod shape;
pub mod truth;
pub mod uid;

mod objects;

/// A point or a direction in patient coordinates (LPS), mm.
pub type Point = [f64; 3];
