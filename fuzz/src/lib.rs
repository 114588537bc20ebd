//! Fuzz targets: functions that take any bytes and panic when something is not as it is promised to be.
//!
//! Each promises more than that nothing panics: errors are of the kinds that are documented, memory stays within what
//! `viewer_core::decode::Limits` and the receiver state, what is given has the size that it says. `cargo xtask fuzz` runs
//! them instrumented for coverage, by libFuzzer (`targets`); a plain `cargo test` gives them every file of `corpus` and of
//! `regressions`, and `cargo run -p fuzz -- TARGET FILE` a single one.
#![allow(clippy::panic, reason = "a target panics when a promise is broken")]

mod input;
#[cfg(feature = "receiver")]
pub mod receiver;
#[cfg(feature = "viewer")]
pub mod viewer;

#[global_allocator]
static ALLOCATOR: peak::Counting = peak::Counting;

/// A target.
pub type Target = fn(&[u8]);

/// Every target and its name, which is that of its folder in `corpus`.
pub const TARGETS: &[(&str, Target)] = &[
    #[cfg(feature = "viewer")]
    ("annotations", viewer::annotations),
    #[cfg(feature = "receiver")]
    ("command_set", receiver::command_set),
    #[cfg(feature = "receiver")]
    ("dataset_walk", receiver::dataset_walk),
    #[cfg(feature = "viewer")]
    ("decode_frame", viewer::decode_frame),
    #[cfg(feature = "viewer")]
    ("encapsulation", viewer::encapsulation),
    #[cfg(feature = "viewer")]
    ("open_object", viewer::open_object),
    #[cfg(feature = "receiver")]
    ("pdu_stream", receiver::pdu_stream),
    #[cfg(feature = "receiver")]
    ("pdv_reassembly", receiver::pdv_reassembly),
    #[cfg(feature = "viewer")]
    ("structured_report", viewer::structured_report),
    #[cfg(feature = "viewer")]
    ("voi_lut", viewer::voi_lut),
];
