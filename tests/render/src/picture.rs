//! Pictures as PNG files (8-bit RGB).

use std::{fs, io, path::Path};

use anyhow::{Result, ensure};

/// RGB, 8 bits, line after line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// `[height, width]` of red, green, blue.
    pub pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Takes a backend's RGBA picture.
    ///
    /// # Errors
    /// When a pixel is not opaque or the length is wrong.
    pub fn from_rgba(canvas: [u32; 2], rgba: &[u8]) -> Result<Self> {
        let [width, height] = canvas;
        let (pixels, rest) = rgba.as_chunks::<4>();
        let length = u64::from(width) * u64::from(height);
        ensure!(
            rest.is_empty() && pixels.len() as u64 == length,
            "{} bytes",
            rgba.len()
        );
        ensure!(
            pixels.iter().all(|pixel| pixel[3] == u8::MAX),
            "a pixel is not opaque"
        );
        let pixels = pixels
            .iter()
            .map(|[red, green, blue, _]| [*red, *green, *blue])
            .collect();
        Ok(Self {
            width,
            height,
            pixels,
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is not an 8-bit RGB PNG.
    pub fn read(path: &Path) -> Result<Self> {
        let mut reader = png::Decoder::new(io::BufReader::new(fs::File::open(path)?)).read_info()?;
        let mut bytes = vec![0; reader.output_buffer_size().unwrap_or_default()];
        let info = reader.next_frame(&mut bytes)?;
        let kind = (info.color_type, info.bit_depth);
        ensure!(
            kind == (png::ColorType::Rgb, png::BitDepth::Eight),
            "{} is {kind:?}",
            path.display()
        );
        Ok(Self {
            width: info.width,
            height: info.height,
            pixels: bytes.as_chunks::<3>().0.to_vec(),
        })
    }

    /// Writes a file, with its folder.
    ///
    /// # Errors
    /// When it cannot.
    pub fn write(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut encoder = png::Encoder::new(
            io::BufWriter::new(fs::File::create(path)?),
            self.width,
            self.height,
        );
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(self.pixels.as_flattened())?;
        writer.finish()?;
        Ok(())
    }

    /// Pictures of one size, side by side.
    pub fn beside(pictures: [&Self; 3]) -> Self {
        let [first, ..] = pictures;
        let mut pixels = Vec::with_capacity(first.pixels.len() * 3);
        for line in 0..first.height as usize {
            for picture in pictures {
                let width = picture.width as usize;
                pixels.extend_from_slice(&picture.pixels[line * width..(line + 1) * width]);
            }
        }
        Self {
            width: first.width * 3,
            height: first.height,
            pixels,
        }
    }
}
