//! The whole grey pipeline of one pixel: stored value to display level.

use super::Voi;
use crate::{Error, ErrorKind, Result};

/// Display level of `y` in 0..=255: floor(y + 0.5), the one rounding of the project.
#[inline]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "y is in 0..=255; the cast saturates and is the floor"
)]
pub fn level_from_y(y: f64) -> u8 {
    (y + 0.5) as u8
}

/// Modality LUT, VOI LUT and presentation of a grey frame: PS3.3 C.11.1, C.11.2, C.7.6.3.1.2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grey {
    /// `RescaleSlope`: output units a stored unit.
    pub slope: f64,
    /// `RescaleIntercept`: output units.
    pub intercept: f64,
    /// The window, in output units.
    pub voi: Voi,
    /// Whether the lowest value is shown white: MONOCHROME1 or an inverted view, not both.
    pub inverted: bool,
}

impl Grey {
    /// Whether the numbers are such that levels can be computed: a finite rescale and a sound window.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`], also as [`Voi::check`].
    pub fn check(&self) -> Result<()> {
        if !self.slope.is_finite() || !self.intercept.is_finite() {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the rescale slope and intercept must be finite",
            )
            .with_tag(0x0028, 0x1053));
        }
        self.voi.check()
    }

    /// The value after the modality LUT: "output units = m * SV + b" (C.11.1.1.2).
    #[inline]
    pub fn modality(&self, stored: f64) -> f64 {
        self.slope * stored + self.intercept
    }

    /// The displayed value in 0..=255, not rounded, of a stored (or interpolated stored) value.
    #[inline]
    pub fn y(&self, stored: f64) -> f64 {
        let y = self.voi.apply(self.modality(stored));
        if self.inverted { 255.0 - y } else { y }
    }

    /// The display level of a stored (or interpolated stored) value.
    #[inline]
    pub fn level(&self, stored: f64) -> u8 {
        level_from_y(self.y(stored))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_up() {
        for (y, level) in [
            (0.0, 0),
            (0.499, 0),
            (0.5, 1),
            (127.5, 128),
            (254.499, 254),
            (254.5, 255),
            (255.0, 255),
        ] {
            assert_eq!(level_from_y(y), level, "y = {y}");
        }
    }

    #[test]
    fn negative_slope_and_inversion_mirror_the_ramp() {
        let voi = Voi::linear(128.0, 256.0);
        let plain = Grey {
            slope: 1.0,
            intercept: 0.0,
            voi,
            inverted: false,
        };
        let inverted = Grey {
            inverted: true,
            ..plain
        };
        let negative = Grey {
            slope: -1.0,
            intercept: 255.0,
            ..plain
        };
        for stored in 0..=255u8 {
            let x = f64::from(stored);
            assert_eq!(plain.level(x), stored, "identity");
            assert_eq!(inverted.level(x), 255 - stored, "inverted");
            assert_eq!(negative.level(x), 255 - stored, "negative slope");
        }
    }

    #[test]
    fn slope_of_zero_is_one_level() {
        let grey = Grey {
            slope: 0.0,
            intercept: 40.0,
            voi: Voi::linear(40.0, 400.0),
            inverted: false,
        };
        assert_eq!(grey.level(-1e6), grey.level(1e6), "constant");
    }
}
