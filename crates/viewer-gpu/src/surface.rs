//! Pictures on a canvas.

use viewer_core::{Error, ErrorKind, PixelFormat, Result};
use wgpu::CurrentSurfaceTexture;

use crate::Executor;

/// A canvas that an [`Executor`] draws to.
#[derive(Debug)]
pub struct CanvasSurface {
    surface: wgpu::Surface<'static>,
    config: wgpu::SurfaceConfiguration,
}

impl CanvasSurface {
    /// Prepares `surface` for pictures of `[width, height]` pixels.
    ///
    /// # Errors
    /// [`ErrorKind::DeviceLost`] when the adapter cannot draw to it; [`ErrorKind::Limit`] for a size beyond the device.
    pub fn new(
        surface: wgpu::Surface<'static>,
        adapter: &wgpu::Adapter,
        executor: &Executor,
        canvas: [u32; 2],
    ) -> Result<Self> {
        executor.check_canvas(canvas)?;
        let unusable = || {
            Error::new(
                ErrorKind::DeviceLost,
                "the graphics adapter cannot draw to this canvas",
            )
        };
        let mut config = surface
            .get_default_config(adapter, canvas[0], canvas[1])
            .ok_or_else(unusable)?;
        // Levels are display values already: an sRGB target would encode them once more.
        config.format = config.format.remove_srgb_suffix();
        if !surface.get_capabilities(adapter).formats.contains(&config.format) {
            return Err(unusable());
        }
        surface.configure(&executor.device, &config);
        Ok(Self { surface, config })
    }

    /// `[width, height]` in canvas pixels.
    pub const fn size(&self) -> [u32; 2] {
        [self.config.width, self.config.height]
    }

    /// Makes ready what the first picture of a frame of `pixel_format` needs.
    ///
    /// # Errors
    /// As [`Executor::warm_up`].
    pub fn warm_up(&self, executor: &Executor, pixel_format: PixelFormat) -> Result<()> {
        executor.warm_up(pixel_format, self.config.format)
    }

    /// Changes the size; the canvas is blank until the next picture.
    ///
    /// # Errors
    /// [`ErrorKind::Limit`] for a size beyond the device.
    pub fn resize(&mut self, executor: &Executor, canvas: [u32; 2]) -> Result<()> {
        executor.check_canvas(canvas)?;
        if canvas != self.size() {
            [self.config.width, self.config.height] = canvas;
            self.surface.configure(&executor.device, &self.config);
        }
        Ok(())
    }

    /// Shows what `draw` draws: it is given a target of this size and its non-sRGB format. A canvas that nobody sees is
    /// left as it is.
    ///
    /// # Errors
    /// What `draw` gives; [`ErrorKind::DeviceLost`] when the canvas gives no place to draw.
    pub fn present(
        &self,
        executor: &Executor,
        draw: impl FnOnce(&wgpu::TextureView, wgpu::TextureFormat) -> Result<()>,
    ) -> Result<()> {
        let mut current = self.surface.get_current_texture();
        if matches!(
            current,
            CurrentSurfaceTexture::Outdated | CurrentSurfaceTexture::Lost
        ) {
            self.surface.configure(&executor.device, &self.config);
            current = self.surface.get_current_texture();
        }
        match current {
            CurrentSurfaceTexture::Success(place) | CurrentSurfaceTexture::Suboptimal(place) => {
                let view = place.texture.create_view(&wgpu::TextureViewDescriptor::default());
                draw(&view, self.config.format)?;
                executor.queue.present(place);
                Ok(())
            }
            CurrentSurfaceTexture::Timeout | CurrentSurfaceTexture::Occluded => Ok(()),
            CurrentSurfaceTexture::Outdated
            | CurrentSurfaceTexture::Lost
            | CurrentSurfaceTexture::Validation => Err(Error::new(
                ErrorKind::DeviceLost,
                "the canvas gives no place to draw",
            )),
        }
    }
}
