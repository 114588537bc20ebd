//! What an executor does with volumes in three dimensions.

use std::ops::Range;

use futures_channel::oneshot;
use viewer_core::{
    Error, ErrorKind, Result,
    raycast::{RayPlan, VoxelMask},
};

use super::{MaskTexture, RayTarget, Rays};
use crate::{Executor, VolumeTexture, readback};

impl Executor {
    /// Uploads what rays through a volume leave out.
    pub fn upload_mask(&self, mask: &VoxelMask) -> MaskTexture {
        MaskTexture::new(&self.device, &self.queue, mask)
    }

    /// Memory for the picture of the rays of `plan`.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] when the canvas is larger than the device draws.
    pub fn ray_target(&self, plan: &RayPlan) -> Result<RayTarget> {
        self.check_canvas(plan.canvas)?;
        Ok(RayTarget::new(&self.device, plan.grid))
    }

    /// Makes what draws `plan` and draws a line with it: drivers put off much of their work to the first use.
    ///
    /// # Errors
    /// As [`Executor::draw_rays`]; [`ErrorKind::DeviceLost`] when the device does not take it.
    pub async fn prepare_rays(
        &self,
        plan: &RayPlan,
        volume: &VolumeTexture,
        mask: Option<&MaskTexture>,
        target: &RayTarget,
    ) -> Result<()> {
        let scope = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let drawn = self.draw_rays(plan, volume, mask, target, 0..1);
        let refusal = scope.pop().await;
        drawn?;
        if let Some(refusal) = refusal {
            return Err(Error::new(ErrorKind::DeviceLost, refusal.to_string()));
        }
        self.finished().await;
        Ok(())
    }

    /// Draws lines of the picture of the rays through `volume` by `plan`, without what is in the mask; those not drawn stay as
    /// they are. A picture that takes long is drawn bit by bit, so that others can be drawn between.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when plan, volume, mask and target do not belong together.
    pub fn draw_rays(
        &self,
        plan: &RayPlan,
        volume: &VolumeTexture,
        mask: Option<&MaskTexture>,
        target: &RayTarget,
        lines: Range<u32>,
    ) -> Result<()> {
        let Self { device, queue, .. } = self;
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.rays()
            .draw(device, queue, plan, (volume, mask), (target, lines), &mut encoder)?;
        queue.submit([encoder.finish()]);
        Ok(())
    }

    /// Shows the picture of rays on a canvas of `[width, height]` pixels, as [`Executor::draw`] draws a frame.
    pub fn show_rays(
        &self,
        target: &RayTarget,
        canvas: [u32; 2],
        view: &wgpu::TextureView,
        format: wgpu::TextureFormat,
    ) {
        let Self { device, queue, .. } = self;
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.rays()
            .show(device, queue, target, canvas, (view, format), &mut encoder);
        queue.submit([encoder.finish()]);
    }

    /// The same off screen and read back, as [`Executor::render_to_pixels`].
    ///
    /// # Errors
    /// As [`Executor::render_to_pixels`].
    pub async fn show_rays_to_pixels(&self, target: &RayTarget, canvas: [u32; 2]) -> Result<Vec<u8>> {
        self.check_canvas(canvas)?;
        let Self { device, queue, .. } = self;
        let picture = readback::Target::new(device, canvas);
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let place = (&picture.view(), readback::FORMAT);
        self.rays()
            .show(device, queue, target, canvas, place, &mut encoder);
        picture.copy(&mut encoder);
        queue.submit([encoder.finish()]);
        picture.read(device).await
    }

    /// The picture of `volume` in three dimensions by `plan`, as [`Executor::render_to_pixels`].
    ///
    /// # Errors
    /// As [`Executor::draw_rays`] and [`Executor::render_to_pixels`].
    pub async fn rays_to_pixels(
        &self,
        plan: &RayPlan,
        volume: &VolumeTexture,
        mask: Option<&MaskTexture>,
    ) -> Result<Vec<u8>> {
        let target = self.ray_target(plan)?;
        self.draw_rays(plan, volume, mask, &target, 0..plan.grid[1])?;
        self.show_rays_to_pixels(&target, plan.canvas).await
    }

    /// Waits until the device has done all that it was given so far.
    pub async fn finished(&self) {
        let (tell, told) = oneshot::channel();
        self.queue.on_submitted_work_done(move || {
            // Nobody listens any more when the caller dropped the future.
            let _is_heard = tell.send(()).is_ok();
        });
        // WebGPU tells by itself.
        drop(self.device.poll(wgpu::PollType::wait_indefinitely()));
        // A device that is gone does nothing more either.
        let _is_done = told.await.is_ok();
    }

    fn rays(&self) -> &Rays {
        self.rays.get_or_init(|| Rays::new(&self.device))
    }
}
