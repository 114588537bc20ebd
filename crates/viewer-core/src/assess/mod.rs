//! What can be told from the values of a picture: a window that suits them, and whether Hounsfield units are right.
//!
//! Values are in modality units (after rescale: HU for CT), in any order; those that are not finite do not count.

mod auto_window;
mod calibration;
mod order;
mod presets;
mod sample;

pub use auto_window::{auto_window, default_window};
pub use calibration::{Calibration, CalibrationInput, CalibrationStatus, calibrate};
pub use order::{Ordered, quantile};
pub use presets::{Preset, WINDOW_PRESETS, preset_for_range};
pub use sample::Sample;
