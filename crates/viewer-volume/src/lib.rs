//! `noctis_volume`: the JavaScript door to what makes volumes of series in [`viewer_core::volume`]. Loaded when the first
//! volume is wanted.

mod assembler;
mod reducer;

pub use assembler::Assembler;
pub use reducer::{Reduced, Reducer};
