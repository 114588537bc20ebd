//! A volume: stored values of slices that belong together, and where they are in the patient.
//!
//! Arrays are `[slices, rows, columns]`, slowest axis first, two bytes a voxel or one. A voxel point is (column, row, slice);
//! the *centre* of the first voxel is (0, 0, 0). A patient point is in millimetres, LPS (PS3.3 C.7.6.2.1.1).
//!
//! What frames say of themselves ([`Head`]) is put together by [`assemble()`] into [`Layout`]s.

mod assemble;
mod finding;
mod geometry;
mod head;
mod reduce;
mod spec;
mod value;
mod voxels;

pub use assemble::{Assembly, Layout, Source, assemble};
pub use finding::{Finding, FindingKind};
pub use geometry::Geometry;
pub use head::Head;
pub use reduce::{Budget, MAX_FACTOR, ReducedSlice, Reducer};
pub use spec::{SliceSpec, VolumeSpec};
pub use value::Voxel;
pub use voxels::Volume;
