//! From stored values to grey: modality LUT, VOI LUT, presentation (PS3.3 C.11), in f64 and whole numbers.
//!
//! [`Grey`] is rescale and window; a pipeline with lookup tables is a [`Chain`], and is drawn by its [`GreyTable`].

mod chain;
mod grey;
mod plain;
mod table;
mod voi;

pub use chain::{Chain, GreyTable, Luts};
pub use grey::{Grey, level_from_y};
pub use plain::plain_level;
pub use table::Lut;
pub use voi::{Plateau, linear, linear_exact, sigmoid};

use crate::{Error, ErrorKind, Result};

/// VOI LUT Function (0028,1056), PS3.3 C.11.2.1.2 and C.11.2.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VoiFunction {
    /// LINEAR, the default.
    #[default]
    Linear,
    /// `LINEAR_EXACT`.
    LinearExact,
    /// SIGMOID.
    Sigmoid,
}

impl VoiFunction {
    /// The defined term of the standard, as in `"LINEAR_EXACT"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Linear => "LINEAR",
            Self::LinearExact => "LINEAR_EXACT",
            Self::Sigmoid => "SIGMOID",
        }
    }

    /// The function of that defined term.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Linear, Self::LinearExact, Self::Sigmoid]
            .into_iter()
            .find(|function| function.as_str() == name)
    }
}

/// A window: `WindowCenter`, `WindowWidth` and its function, in units after the modality LUT.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Voi {
    /// `WindowCenter` (0028,1050).
    pub center: f64,
    /// `WindowWidth` (0028,1051); LINEAR needs at least 1, the others more than 0.
    pub width: f64,
    /// How values between the edges are mapped.
    pub function: VoiFunction,
}

impl Voi {
    /// A window of function LINEAR.
    pub const fn linear(center: f64, width: f64) -> Self {
        Self {
            center,
            width,
            function: VoiFunction::Linear,
        }
    }

    /// Whether the standard allows these numbers (C.11.2.1.2.1, C.11.2.1.3): width at least 1 for LINEAR,
    /// more than 0 for the others, both finite.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`], naming `WindowCenter` or `WindowWidth`.
    pub fn check(&self) -> Result<()> {
        if !self.center.is_finite() {
            return Err(
                Error::new(ErrorKind::Malformed, "the window centre must be finite").with_tag(0x0028, 0x1050),
            );
        }
        let (enough, text) = match self.function {
            VoiFunction::Linear => (
                self.width >= 1.0,
                "a LINEAR window needs a finite width of at least 1",
            ),
            VoiFunction::LinearExact | VoiFunction::Sigmoid => {
                (self.width > 0.0, "the window needs a finite width of more than 0")
            }
        };
        if !enough || !self.width.is_finite() {
            return Err(Error::new(ErrorKind::Malformed, text).with_tag(0x0028, 0x1051));
        }
        Ok(())
    }

    /// The displayed value y in 0..=255, not rounded, of `x` (a value after the modality LUT).
    #[inline]
    pub fn apply(&self, x: f64) -> f64 {
        match self.function {
            VoiFunction::Linear => linear(x, self.center, self.width),
            VoiFunction::LinearExact => linear_exact(x, self.center, self.width),
            VoiFunction::Sigmoid => sigmoid(x, self.center, self.width),
        }
    }

    /// Where `x` lies: on the dark plateau, on the slope, or on the bright plateau.
    pub fn plateau(&self, x: f64) -> Plateau {
        match self.function {
            VoiFunction::Linear => voi::linear_plateau(x, self.center, self.width),
            VoiFunction::LinearExact => voi::linear_exact_plateau(x, self.center, self.width),
            VoiFunction::Sigmoid => voi::sigmoid_plateau(x, self.center, self.width),
        }
    }
}
