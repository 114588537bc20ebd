//! Native adapters, for tests and for `noctis-probe --backend gpu`; Mesa's lavapipe counts.

use viewer_core::{
    Error, ErrorKind, Frame, Result,
    plan::SlicePlan,
    raycast::{RayPlan, VoxelMask},
    reslice::ReslicePlan,
    volume::Volume,
};

use crate::{Executor, Trouble, VolumeTexture};

/// Opens the first Vulkan adapter.
///
/// # Errors
/// [`ErrorKind::DeviceLost`], saying what to install, when there is none.
pub fn open() -> Result<Executor> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends: wgpu::Backends::VULKAN,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let adapter = pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default())).map_err(
        |_none| {
            Error::new(
                ErrorKind::DeviceLost,
                "no Vulkan adapter; on Debian, `apt-get install mesa-vulkan-drivers` brings one for every machine",
            )
        },
    )?;
    pollster::block_on(Executor::new(&adapter, |trouble| report(&trouble)))
}

/// The picture of `frame` by `plan`: RGBA, 8 bits, `[height, width, 4]`.
///
/// # Errors
/// As [`Executor::upload`] and [`Executor::render_to_pixels`].
pub fn render(executor: &Executor, plan: &SlicePlan, frame: &Frame) -> Result<Vec<u8>> {
    let texture = executor.upload(frame)?;
    pollster::block_on(executor.render_to_pixels(plan, &texture))
}

/// The picture of a plane or slab of `volume` by `plan`: RGBA, 8 bits, `[height, width, 4]`.
///
/// # Errors
/// As [`Executor::allocate_volume`], [`Executor::write_slice`] and [`Executor::plane_to_pixels`].
pub fn render_plane(executor: &Executor, plan: &ReslicePlan, volume: &Volume) -> Result<Vec<u8>> {
    let texture = uploaded(executor, volume)?;
    pollster::block_on(executor.plane_to_pixels(plan, &texture))
}

/// The picture of `volume` in three dimensions, without what is in the mask, by `plan`: RGBA, 8 bits, `[height, width, 4]`.
///
/// # Errors
/// As [`Executor::allocate_volume`], [`Executor::write_slice`] and [`Executor::rays_to_pixels`].
pub fn render_rays(
    executor: &Executor,
    plan: &RayPlan,
    volume: &Volume,
    mask: Option<&VoxelMask>,
) -> Result<Vec<u8>> {
    let texture = uploaded(executor, volume)?;
    let mask = mask.map(|mask| executor.upload_mask(mask));
    pollster::block_on(executor.rays_to_pixels(plan, &texture, mask.as_ref()))
}

/// `volume` with the slices that have arrived.
///
/// # Errors
/// As [`Executor::allocate_volume`] and [`Executor::write_slice`].
pub fn uploaded(executor: &Executor, volume: &Volume) -> Result<VolumeTexture> {
    let texture = executor.allocate_volume(volume.spec().clone())?;
    let bytes = volume.voxels().len() / volume.present().len();
    let slices = volume.voxels().chunks_exact(bytes).zip(volume.present());
    for (slice, (pixels, is_present)) in (0..).zip(slices) {
        if *is_present {
            executor.write_slice(&texture, slice, pixels)?;
        }
    }
    Ok(texture)
}

#[expect(clippy::print_stderr, reason = "a native device has no other listener")]
fn report(trouble: &Trouble) {
    eprintln!("graphics device: {trouble:?}");
}
