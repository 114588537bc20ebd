//! Who executes a plan: the CPU reference, or a native GPU adapter.

use viewer_core::{Frame, Result, cpu, plan::SlicePlan};
use viewer_gpu::native;

use crate::options::Backend;

/// The picture of `frame` by `plan`: RGBA8, `[height, width, 4]`.
///
/// # Errors
/// Those of the backend; `device-lost`, saying what to install, where there is no adapter.
pub(crate) fn render(backend: Backend, plan: &SlicePlan, frame: &Frame) -> Result<Vec<u8>> {
    match backend {
        Backend::Cpu => cpu::render(plan, frame),
        Backend::Gpu => native::render(&native::open()?, plan, frame),
    }
}
