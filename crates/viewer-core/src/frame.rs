//! A decoded frame as it is handed to a backend: stored values and what is needed to show them.
//!
//! Shape: `[rows, columns]` (grey) or `[rows, columns, 4]` (colour), slowest axis first, little-endian.

use crate::{
    Error, ErrorKind, Result, Warning,
    lut::{Luts, Voi},
    mask::Mask,
};

/// How one pixel is held. Grey formats hold the stored values (masked to `BitsStored` and
/// sign-extended); colour formats hold display RGBA with alpha at its maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelFormat {
    /// Unsigned 8-bit stored values.
    R8Uint,
    /// Signed 8-bit stored values.
    R8Sint,
    /// Unsigned 16-bit stored values.
    R16Uint,
    /// Signed 16-bit stored values.
    R16Sint,
    /// Unsigned 32-bit stored values.
    R32Uint,
    /// Signed 32-bit stored values.
    R32Sint,
    /// 8-bit red, green, blue, alpha.
    Rgba8Uint,
    /// 16-bit red, green, blue, alpha; 0 is none and 65535 is full intensity.
    Rgba16Uint,
}

impl PixelFormat {
    /// Every format, for tables and tests.
    pub const ALL: [Self; 8] = [
        Self::R8Uint,
        Self::R8Sint,
        Self::R16Uint,
        Self::R16Sint,
        Self::R32Uint,
        Self::R32Sint,
        Self::Rgba8Uint,
        Self::Rgba16Uint,
    ];

    /// The stable name that crosses the JavaScript boundary, as in `"r16sint"`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::R8Uint => "r8uint",
            Self::R8Sint => "r8sint",
            Self::R16Uint => "r16uint",
            Self::R16Sint => "r16sint",
            Self::R32Uint => "r32uint",
            Self::R32Sint => "r32sint",
            Self::Rgba8Uint => "rgba8uint",
            Self::Rgba16Uint => "rgba16uint",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Bytes of one pixel.
    pub const fn bytes_per_pixel(self) -> usize {
        match self {
            Self::R8Uint | Self::R8Sint => 1,
            Self::R16Uint | Self::R16Sint => 2,
            Self::R32Uint | Self::R32Sint | Self::Rgba8Uint => 4,
            Self::Rgba16Uint => 8,
        }
    }

    /// Whether stored values are signed.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::R8Sint | Self::R16Sint | Self::R32Sint)
    }

    /// Whether pixels hold colour, not stored grey values.
    pub const fn is_color(self) -> bool {
        matches!(self, Self::Rgba8Uint | Self::Rgba16Uint)
    }
}

impl serde::Serialize for PixelFormat {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// All that a picture of a frame depends on, apart from the pixels and the view.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameSpec {
    /// Rows (height in pixels), at least 1.
    pub rows: u32,
    /// Columns (width in pixels), at least 1.
    pub columns: u32,
    /// How a pixel is held.
    pub format: PixelFormat,
    /// `RescaleSlope` (1 if absent), PS3.3 C.11.1; not used for colour.
    pub rescale_slope: f64,
    /// `RescaleIntercept` (0 if absent).
    pub rescale_intercept: f64,
    /// True for MONOCHROME1: the lowest value is shown white (PS3.3 C.7.6.3.1.2).
    pub inverted: bool,
    /// The window to begin with: the object's first, else minimum and maximum (see [`Voi`]); where a VOI LUT comes
    /// first, the window over its input range.
    pub voi: Voi,
    /// Which of `luts.voi` is applied to begin with, instead of the window.
    pub voi_lut: Option<usize>,
    /// Lookup tables between stored values and grey; not used for colour.
    pub luts: Luts,
    /// Stored values in this closed range are padding (PS3.3 C.7.5.1.1.2): never mixed into a neighbour.
    pub padding: Option<(i64, i64)>,
    /// Of a frame that comes with a [`Mask`]: the level of shuttered pixels.
    pub mask: Option<u8>,
    /// Height of a pixel over its width, from `PixelSpacing`, `ImagerPixelSpacing` or `PixelAspectRatio`; 1 if unknown.
    pub pixel_aspect: f64,
}

impl FrameSpec {
    /// A frame of that size and format and nothing else: stored values 0 to 255 are shown as they are.
    pub fn of_size(rows: u32, columns: u32, format: PixelFormat) -> Self {
        Self {
            rows,
            columns,
            format,
            rescale_slope: 1.0,
            rescale_intercept: 0.0,
            inverted: false,
            voi: Voi::linear(128.0, 256.0),
            voi_lut: None,
            luts: Luts::default(),
            padding: None,
            mask: None,
            pixel_aspect: 1.0,
        }
    }
}

/// A frame: its description and its pixels.
#[derive(Clone, PartialEq)]
pub struct Frame {
    spec: FrameSpec,
    pixels: Vec<u8>,
    /// Bits of the mask; none without one.
    mask: Vec<u8>,
    warnings: Vec<Warning>,
    color_profile: Option<Vec<u8>>,
}

impl Frame {
    /// Joins a description with its pixels.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when `pixels` is not exactly `rows * columns * bytes_per_pixel` long.
    pub fn new(spec: FrameSpec, pixels: Vec<u8>) -> Result<Self> {
        let expected = u64::from(spec.rows) * u64::from(spec.columns) * spec.format.bytes_per_pixel() as u64;
        if expected == 0 || pixels.len() as u64 != expected {
            return Err(Error::new(
                ErrorKind::Malformed,
                format!(
                    "a frame of {} x {} needs {expected} bytes, got {}",
                    spec.rows,
                    spec.columns,
                    pixels.len()
                ),
            ));
        }
        Ok(Self {
            spec,
            pixels,
            mask: Vec::new(),
            warnings: Vec::new(),
            color_profile: None,
        })
    }

    /// The description.
    pub const fn spec(&self) -> &FrameSpec {
        &self.spec
    }

    /// The pixels, little-endian, row after row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The same frame with a mask over it.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when the mask does not have the frame's size.
    pub fn with_mask(mut self, mask: Option<Mask>) -> Result<Self> {
        let pixels = u64::from(self.spec.rows) * u64::from(self.spec.columns);
        if mask.as_ref().is_some_and(|mask| mask.bits.len() as u64 != pixels) {
            return Err(Error::new(
                ErrorKind::Malformed,
                "the mask does not have the frame's size",
            ));
        }
        self.spec.mask = mask.as_ref().map(|mask| mask.shutter_level);
        self.mask = mask.map(|mask| mask.bits).unwrap_or_default();
        Ok(self)
    }

    /// What is drawn over each pixel (see [`crate::mask`]), row after row; empty where there is no mask.
    pub fn mask(&self) -> &[u8] {
        &self.mask
    }

    /// The same frame with what was not as it should be.
    #[must_use]
    pub fn with_warnings(mut self, warnings: Vec<Warning>) -> Self {
        self.warnings = warnings;
        self
    }

    /// What was not as it should be in this frame, beside the object's own warnings.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The same frame, whose colours are those of a device with this ICC profile.
    #[must_use]
    pub(crate) fn with_color_profile(mut self, profile: Vec<u8>) -> Self {
        self.color_profile = Some(profile);
        self
    }

    /// The same frame with other pixels of its format.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when they are not as many.
    pub(crate) fn with_pixels(self, pixels: Vec<u8>) -> Result<Self> {
        let Self { pixels: painted, .. } = Self::new(self.spec.clone(), pixels)?;
        Ok(Self {
            pixels: painted,
            ..self
        })
    }

    /// The same frame, its colours taken as sRGB.
    #[must_use]
    pub(crate) fn without_color_profile(mut self) -> Self {
        self.color_profile = None;
        self
    }

    /// The ICC profile by which the colours, of 8 bits, are still to be converted; none when they are sRGB.
    pub fn color_profile(&self) -> Option<&[u8]> {
        self.color_profile.as_deref()
    }

    /// Gives the pixels away.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("spec", &self.spec)
            .field("bytes", &self.pixels.len())
            .finish()
    }
}
