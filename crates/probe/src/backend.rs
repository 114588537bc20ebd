//! Who executes a plan: the CPU reference, or a native GPU adapter.

use viewer_core::{Error, Frame, cpu, plan::SlicePlan};

use crate::options::Backend;

/// The picture of `frame` by `plan`: RGBA8, `[height, width, 4]`.
///
/// # Errors
/// Those of the backend; `device-lost` where there is no adapter.
pub(crate) fn render(backend: Backend, plan: &SlicePlan, frame: &Frame) -> Result<Vec<u8>, Error> {
    match backend {
        Backend::Cpu => cpu::render(plan, frame),
        Backend::Gpu => todo_gpu(),
    }
}
fn todo_gpu() -> Result<Vec<u8>, Error> {
    unreachable!()
}
