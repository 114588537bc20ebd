//! Targets of the receiver.

mod command_set;
mod dataset_walk;
mod pdu_stream;
mod pdv_reassembly;

pub use command_set::command_set;
pub use dataset_walk::dataset_walk;
pub use pdu_stream::pdu_stream;
pub use pdv_reassembly::pdv_reassembly;
