//! Pictures as bytes of a file.

use image_webp::{ColorType as WebPColor, WebPEncoder};
use viewer_core::{Error, ErrorKind, Result};

/// 8 bits a channel, row after row: grey, or RGB.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) is_color: bool,
    pub(crate) bytes: Vec<u8>,
}

impl Pixels {
    /// Of grey levels.
    pub(crate) const fn of_grey(bytes: Vec<u8>, [width, height]: [u32; 2]) -> Self {
        Self {
            width,
            height,
            is_color: false,
            bytes,
        }
    }

    /// Of RGBA; of grey, one channel is kept.
    pub(crate) fn of_rgba(rgba: &[u8], [width, height]: [u32; 2], is_color: bool) -> Self {
        let channels = if is_color { 3 } else { 1 };
        let pixels = rgba.as_chunks::<4>().0;
        Self {
            width,
            height,
            is_color,
            bytes: pixels
                .iter()
                .flat_map(|pixel| pixel.iter().take(channels))
                .copied()
                .collect(),
        }
    }

    /// The file: `png`, `jpeg` (of this quality, 1 to 100) or `webp` (lossless).
    pub(crate) fn encode(&self, format: &str, quality: u8) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        let failed = |error: &dyn std::fmt::Display| Error::new(ErrorKind::Limit, error.to_string());
        match format {
            "png" => self.png(&mut file).map_err(|error| failed(&error))?,
            "jpeg" => return self.jpeg(quality),
            "webp" => {
                let color = if self.is_color {
                    WebPColor::Rgb8
                } else {
                    WebPColor::L8
                };
                WebPEncoder::new(&mut file)
                    .encode(&self.bytes, self.width, self.height, color)
                    .map_err(|error| failed(&error))?;
            }
            other => {
                return Err(Error::new(
                    ErrorKind::Malformed,
                    format!("{other} is none of png, jpeg, webp"),
                ));
            }
        }
        Ok(file)
    }

    fn png(&self, file: &mut Vec<u8>) -> std::result::Result<(), png::EncodingError> {
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(if self.is_color {
            png::ColorType::Rgb
        } else {
            png::ColorType::Grayscale
        });
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.bytes)?;
        writer.finish()
    }

    fn jpeg(&self, quality: u8) -> Result<Vec<u8>> {
        let size = [u16::try_from(self.width), u16::try_from(self.height)];
        let [Ok(width), Ok(height)] = size else {
            return Err(Error::new(
                ErrorKind::Limit,
                "a JPEG has at most 65535 pixels a side",
            ));
        };
        codec_jpeg::encode(&self.bytes, [width, height], quality)
            .ok_or_else(|| Error::new(ErrorKind::Malformed, "a picture without pixels"))
    }
}
