//! Targets of viewer-core and the codecs.

mod annotations;
mod decode_frame;
mod encapsulation;
mod object;
mod open_object;
mod promises;
mod structured_report;
mod voi_lut;

pub use annotations::annotations;
pub use decode_frame::decode_frame;
pub use encapsulation::encapsulation;
pub use open_object::open_object;
pub use structured_report::structured_report;
pub use voi_lut::voi_lut;
