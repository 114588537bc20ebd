//! Render cases: reading them, comparing pictures, reporting differences.
//!
//! It is a crate of its own, beside the crates that it tests, because it is the only place that sees the CPU and a GPU
//! together. `tests/browser/render/` runs the same cases in a browser.

mod case;
mod compare;
mod picture;
mod ray;
mod volume;

pub use case::{Case, Drawn, all_cases};
pub use compare::{Difference, compare, report};
pub use picture::Picture;
pub use ray::Rays;

use std::path::PathBuf;

/// The repository.
pub fn repository() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
