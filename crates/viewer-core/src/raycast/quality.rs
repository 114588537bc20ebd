//! How finely a picture is made.

use crate::{Error, ErrorKind, Result};

/// How finely rays are laid and sampled: what is given away while something moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// From sample to sample, in the smallest distance of neighbouring voxels.
    pub step: f64,
    /// Rays a canvas pixel along each axis, 0 to 1; what lies between is interpolated.
    pub resolution: f64,
    /// Most samples of a picture, if no space were skipped and no ray ended early: beyond, steps and resolution get coarser.
    pub max_samples: u64,
}

impl Quality {
    /// When nothing moves.
    pub const STILL: Self = Self {
        step: 0.6,
        resolution: 1.0,
        max_samples: 4_000_000_000,
    };

    /// While something moves.
    pub const MOVING: Self = Self {
        step: 1.0,
        resolution: 0.5,
        max_samples: 200_000_000,
    };

    /// When nothing moves, on a CPU. A sample takes 10 to 30 ns, most are skipped.
    pub const STILL_ON_CPU: Self = Self {
        step: 0.8,
        resolution: 1.0,
        max_samples: 300_000_000,
    };

    /// While something moves, on a CPU.
    pub const MOVING_ON_CPU: Self = Self {
        step: 1.5,
        resolution: 0.34,
        max_samples: 12_000_000,
    };

    /// # Errors
    /// [`ErrorKind::Malformed`] for numbers that make no picture.
    pub(super) fn check(&self) -> Result<()> {
        let step = (0.05..=16.0).contains(&self.step);
        let resolution = (0.01..=1.0).contains(&self.resolution);
        if step && resolution && self.max_samples > 0 {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Malformed,
            "steps are 0.05 to 16 voxels and the resolution 0.01 to 1",
        ))
    }

    /// The same, coarser where a canvas of `pixels` pixels with rays of `length` smallest voxels asks for too many samples.
    #[expect(clippy::cast_precision_loss, reason = "a rough number is enough")]
    pub(super) fn within_bounds(self, pixels: u64, length: f64) -> Self {
        let samples = pixels as f64 * self.resolution * self.resolution * length / self.step;
        let over = samples / self.max_samples as f64;
        if over <= 1.0 {
            return self;
        }
        let coarser = libm::cbrt(over);
        Self {
            step: (self.step * coarser).min(16.0),
            resolution: (self.resolution / coarser).max(0.01),
            ..self
        }
    }
}
