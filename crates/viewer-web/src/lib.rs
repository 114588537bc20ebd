//! The render module of the page: `Renderer` over one backend, chosen by a feature, so that a page loads only what
//! its browser needs. The modules have the same JavaScript interface; with the feature `volumes` there is more of it.
//!
//! This crate converts and delegates: DICOM stays in the decode module, pictures in `viewer-core`, `viewer-gpu` and
//! `viewer-shaders`. What WebGL2 needs is here, because it is JavaScript all through.
#![deny(unsafe_code)]
#![cfg_attr(
    not(feature = "volumes"),
    allow(
        dead_code,
        reason = "the backends know volumes, and this module does not call them"
    )
)]
#![cfg(any(target_arch = "wasm32", feature = "cpu"))]

#[cfg(all(
    target_arch = "wasm32",
    not(any(
        all(feature = "webgpu", not(feature = "webgl2"), not(feature = "cpu")),
        all(feature = "webgl2", not(feature = "webgpu"), not(feature = "cpu")),
        all(feature = "cpu", not(feature = "webgpu"), not(feature = "webgl2")),
    ))
))]
compile_error!("viewer-web needs exactly one of the features webgpu, webgl2, cpu");

#[cfg(feature = "cpu")]
#[path = "cpu.rs"]
mod backend;
#[cfg(all(target_arch = "wasm32", feature = "webgpu"))]
#[path = "webgpu.rs"]
mod backend;
#[cfg(all(target_arch = "wasm32", feature = "webgl2"))]
#[path = "webgl2/mod.rs"]
mod backend;
#[cfg(any(feature = "cpu", feature = "webgl2"))]
mod canvas2d;
mod listeners;
mod luts;
#[cfg(feature = "volumes")]
mod masks;
#[cfg(feature = "volumes")]
mod plane_view;
#[cfg(feature = "volumes")]
mod ray_view;
#[cfg(feature = "volumes")]
mod rays;
mod renderer;
mod spec;
mod view;
#[cfg(feature = "volumes")]
mod volume_spec;
#[cfg(feature = "volumes")]
mod volumes;

#[cfg(feature = "volumes")]
pub use plane_view::PlaneView;
#[cfg(feature = "volumes")]
pub use ray_view::RayView;
pub use renderer::Renderer;
pub use spec::FrameSpec;
pub use view::View;
#[cfg(feature = "volumes")]
pub use volume_spec::VolumeSpec;
