//! What an executor does with volumes in three dimensions.

use viewer_core::{
    Error, ErrorKind, Result,
    raycast::{RayPlan, VoxelMask},
};

use super::{MaskBits, Rays};
use crate::{Executor, VolumeTexture, readback};

impl Executor {
    /// Uploads what rays through `volume` leave out; nothing lets them see everything again.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the mask does not have the volume's size.
    pub fn set_voxel_mask(&self, volume: &VolumeTexture, mask: Option<&VoxelMask>) -> Result<()> {
        let size = volume.spec().size.map(|side| side as usize);
        if mask.is_some_and(|mask| mask.size() != size) {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the mask does not have the volume's size",
            ));
        }
        let bits = mask.map(|mask| MaskBits::new(&self.device, &self.queue, mask));
        volume.mask.replace(bits);
        Ok(())
    }

    /// Draws `volume` in three dimensions by `plan` into `target`, as [`Executor::draw`] draws a frame.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the plan was made for another volume.
    pub fn draw_rays(
        &self,
        plan: &RayPlan,
        volume: &VolumeTexture,
        target: &wgpu::TextureView,
        format: wgpu::TextureFormat,
    ) -> Result<()> {
        let mut encoder = self
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.encode_rays(plan, volume, (target, format), &mut encoder)?;
        self.queue.submit([encoder.finish()]);
        Ok(())
    }

    /// The picture of `volume` in three dimensions, drawn off screen and read back, as [`Executor::render_to_pixels`].
    ///
    /// # Errors
    /// As [`Executor::draw_rays`] and [`Executor::render_to_pixels`].
    pub async fn rays_to_pixels(&self, plan: &RayPlan, volume: &VolumeTexture) -> Result<Vec<u8>> {
        self.check_canvas(plan.canvas)?;
        let target = readback::Target::new(&self.device, plan.canvas);
        let mut encoder = self
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.encode_rays(plan, volume, (&target.view(), readback::FORMAT), &mut encoder)?;
        target.copy(&mut encoder);
        self.queue.submit([encoder.finish()]);
        target.read(&self.device).await
    }

    fn encode_rays(
        &self,
        plan: &RayPlan,
        volume: &VolumeTexture,
        target: (&wgpu::TextureView, wgpu::TextureFormat),
        encoder: &mut wgpu::CommandEncoder,
    ) -> Result<()> {
        let Self { device, queue, .. } = self;
        let rays = self.rays.get_or_init(|| Rays::new(device));
        rays.draw(device, queue, plan, volume, target, encoder)
    }
}
