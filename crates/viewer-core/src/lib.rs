//! Pure DICOM viewing: bytes to stored values, stored values to grey, plans, and the CPU reference.
//!
//! No IO, no clock, no threads, no wasm-bindgen and no GPU live here; see `ARCHITECTURE.md`.
#![forbid(unsafe_code)]

pub mod annotate;
pub mod assess;
pub mod cpu;
pub mod decode;
pub mod enhance;
mod error;
mod field;
mod frame;
pub mod lut;
pub mod mask;
pub mod measure;
pub mod mesh;
pub mod metadata;
pub mod plan;
pub mod raycast;
pub mod reslice;
pub mod space;
pub mod validate;
mod view;
pub mod volume;
mod warning;
mod words;
pub mod write;

pub use error::{Error, ErrorKind, Result};
pub use field::Field;
pub use frame::{Frame, FrameSpec, PixelFormat};
pub use warning::{Warning, WarningKind};
