//! What a device can do, how it is asked for, and how it says that it is in trouble.

use std::sync::Arc;

use viewer_core::{Error, ErrorKind, Result};

/// What matters of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caps {
    /// Largest rows or columns of a frame, and largest canvas side, in pixels.
    pub max_side: u32,
    /// Largest slices, rows or columns of a volume.
    pub max_volume_side: u32,
    /// The adapter as its driver names it; empty where the browser does not say.
    pub adapter: String,
}

/// What a device reports by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The device is gone; everything on it must be made anew.
    Lost(String),
    /// An allocation failed; pictures may be incomplete.
    OutOfMemory,
    /// A command was refused: a defect of this crate or of the driver.
    Refused(String),
}

/// The smallest limits that our shaders need, with the adapter's own texture sizes.
fn limits(adapter: &wgpu::Adapter) -> wgpu::Limits {
    wgpu::Limits::downlevel_webgl2_defaults().using_resolution(adapter.limits())
}

/// Opens the device of an adapter.
///
/// # Errors
/// [`ErrorKind::DeviceLost`] when the adapter gives none.
pub(crate) async fn open(adapter: &wgpu::Adapter) -> Result<(wgpu::Device, wgpu::Queue, Caps)> {
    let required_limits = limits(adapter);
    let caps = Caps {
        max_side: required_limits.max_texture_dimension_2d,
        max_volume_side: required_limits.max_texture_dimension_3d,
        adapter: adapter.get_info().name,
    };
    let (device, queue) = adapter
        .request_device(&wgpu::DeviceDescriptor {
            required_limits,
            ..Default::default()
        })
        .await
        .map_err(|_refusal| Error::new(ErrorKind::DeviceLost, "the graphics adapter gave no device"))?;
    Ok((device, queue, caps))
}

/// Calls `tell` whenever the device is lost (unless by being dropped) or refuses a command.
pub(crate) fn watch(device: &wgpu::Device, tell: impl Fn(Trouble) + Clone + Send + Sync + 'static) {
    let tell_error = tell.clone();
    device.on_uncaptured_error(Arc::new(move |error| {
        tell_error(match error {
            wgpu::Error::OutOfMemory { .. } => Trouble::OutOfMemory,
            wgpu::Error::Validation { description, .. } | wgpu::Error::Internal { description, .. } => {
                Trouble::Refused(description)
            }
        });
    }));
    device.set_device_lost_callback(move |reason, message| {
        if reason != wgpu::DeviceLostReason::Destroyed {
            tell(Trouble::Lost(message));
        }
    });
}
