//! Executes the plans of `viewer-core` on a GPU.
//!
//! Stored values go up once, as integer textures ([`Executor::allocate`], [`Executor::write_rows`]); a picture is
//! then one uniform and one triangle ([`Executor::draw`]). Pictures stay within one grey level of
//! `viewer_core::cpu`, whatever the window: see `viewer_core::plan`.
//!
//! The same code runs on the browser's WebGPU (feature `webgpu`) and on native adapters (`native`); shaders read whole
//! texels and need no optional feature.
#![deny(unsafe_code)]

mod caps;
mod executor;
#[cfg(feature = "native")]
pub mod native;
mod pipeline;
mod plane;
mod ray;
mod readback;
mod surface;
mod table;
mod texture;
mod volume;

pub use caps::{Caps, Trouble};
pub use executor::Executor;
pub use ray::{MaskTexture, RayTarget};
pub use surface::CanvasSurface;
pub use texture::{BAND_BYTES, FrameTexture, rows_per_band};
pub use volume::VolumeTexture;
pub use wgpu;
