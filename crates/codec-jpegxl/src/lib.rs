//! JPEG XL frames: lossless, recompressed JPEG, and lossy, by `jxl`, the decoder of the JPEG XL project (Chromium and
//! Firefox carry it).
//!
//! Samples are those of the stream: no orientation is applied and no colour is managed. JPEG XL states its colour, so
//! three components are red, green and blue, whichever transform was undone.
#![forbid(unsafe_code)]

use std::borrow::Cow;

use codec::{Error, ErrorKind, Expected, Picture, Result, StatedColor};
use jxl::api::{
    Endianness, Event, JxlBasicInfo, JxlBitDepth, JxlColorType, JxlDataFormat, JxlDecoder, JxlDecoderOptions,
    JxlOutputBuffer, JxlPixelFormat, ProfileLevel,
};

/// Decodes one frame, a bare codestream or in its container.
///
/// # Errors
/// [`ErrorKind::Malformed`] for a stream that breaks its standard or is not the `expected` picture,
/// [`ErrorKind::Truncated`] where it ends early, [`ErrorKind::Unsupported`] for animations, extra channels, floats and
/// more than 16 bits, [`ErrorKind::Limit`] before more than `expected.max_bytes` are used.
pub fn decode(stream: &[u8], expected: &Expected) -> Result<Picture> {
    let mut rest = stream;
    let mut decoder = JxlDecoder::new(options(expected));
    advance(&mut decoder, &mut rest, None)?;
    let info = decoder
        .basic_info()
        .ok_or_else(|| malformed("no JPEG XL stream"))?;
    let components = match decoder
        .embedded_color_profile()
        .map(jxl::api::JxlColorProfile::channels)
    {
        Some(1) => 1,
        Some(3) => 3,
        _ => {
            return Err(unsupported(
                "a JPEG XL frame of other than one or three components",
            ));
        }
    };
    let precision = check(info, components, expected)?;
    let sample_bytes = if precision > 8 { 2 } else { 1 };
    let row = expected.columns as usize * usize::from(components) * sample_bytes;
    let bytes = row * expected.rows as usize;
    let extra_channel_format = vec![None; info.extra_channels.len()];
    let data = if precision > 8 {
        JxlDataFormat::U16 {
            endianness: Endianness::LittleEndian,
            bit_depth: precision,
        }
    } else {
        JxlDataFormat::U8 { bit_depth: precision }
    };
    let format = JxlPixelFormat {
        color_type: if components == 1 {
            JxlColorType::Grayscale
        } else {
            JxlColorType::Rgb
        },
        color_data_format: Some(data),
        extra_channel_format,
    };
    decoder.set_pixel_format(format).map_err(|error| named(&error))?;
    advance(&mut decoder, &mut rest, None)?;
    // the decoder wants rows of aligned samples
    let mut samples = vec![0; bytes + 1];
    let start = samples.as_ptr().align_offset(2).min(1);
    let mut out = [JxlOutputBuffer::new(
        &mut samples[start..start + bytes],
        expected.rows as usize,
        row,
    )];
    let event = advance(&mut decoder, &mut rest, Some(&mut out))?;
    if !matches!(event, Event::FrameComplete { .. }) {
        return Err(malformed("a JPEG XL stream without a frame"));
    }
    samples.drain(..start);
    samples.truncate(bytes);
    Ok(Picture {
        rows: expected.rows,
        columns: expected.columns,
        components,
        precision,
        is_signed: false,
        color: if components == 3 {
            StatedColor::Rgb
        } else {
            StatedColor::Nothing
        },
        samples,
    })
}

fn options(expected: &Expected) -> JxlDecoderOptions {
    let samples =
        u64::from(expected.rows) * u64::from(expected.columns) * u64::from(expected.components.max(3));
    let mut options = JxlDecoderOptions::default();
    options.adjust_orientation = false;
    options.high_precision = true;
    options.max_profile_level = ProfileLevel::Main10;
    // frames within the stream may be larger than the picture, by blocks at the edges
    options.sample_limit = usize::try_from(samples.saturating_mul(2).max(1 << 16)).ok();
    options
}

/// The next event; a stream that ends before it is cut short.
fn advance(
    decoder: &mut JxlDecoder,
    rest: &mut &[u8],
    out: Option<&mut [JxlOutputBuffer<'_>]>,
) -> Result<Event> {
    match decoder.process(rest, out, None) {
        Ok(Event::NeedMoreInput { .. }) => Err(Error::new(
            ErrorKind::Truncated,
            "the JPEG XL stream ends before its picture does",
        )),
        Ok(event) => Ok(event),
        Err(error) => Err(named(&error)),
    }
}

/// Holds the stream against the data set; gives the bits of a sample.
fn check(info: &JxlBasicInfo, components: u8, expected: &Expected) -> Result<u8> {
    let (columns, rows) = info.size;
    if (rows, columns) != (expected.rows as usize, expected.columns as usize) {
        return Err(malformed(format!(
            "the JPEG XL stream is a picture of {rows} rows and {columns} columns, not {} and {}",
            expected.rows, expected.columns
        )));
    }
    if components != expected.components {
        return Err(malformed(format!(
            "the JPEG XL stream has {components} components, not {}",
            expected.components
        )));
    }
    if info.animation.is_some() {
        return Err(unsupported("an animated JPEG XL frame"));
    }
    if !info.extra_channels.is_empty() {
        return Err(unsupported("a JPEG XL frame with extra channels"));
    }
    let bits = match &info.bit_depth {
        JxlBitDepth::Int { bits_per_sample } => u8::try_from(*bits_per_sample).unwrap_or(u8::MAX),
        JxlBitDepth::Float { .. } => return Err(unsupported("a JPEG XL frame of floats")),
    };
    if bits > 16 {
        return Err(unsupported("a JPEG XL frame of more than 16 bits a sample"));
    }
    if bits > expected.bits_allocated {
        return Err(malformed(format!(
            "samples of {bits} bits do not fit into {}",
            expected.bits_allocated
        )));
    }
    // integers and floats of every channel while they are filtered, and the picture itself
    let samples = info.size.0 as u64 * info.size.1 as u64 * u64::from(components);
    let needed = samples * BYTES_PER_SAMPLE + BYTES_OF_GROUPS;
    if needed > expected.max_bytes {
        return Err(Error::new(
            ErrorKind::Limit,
            format!("a JPEG XL frame would need {needed} bytes"),
        ));
    }
    Ok(bits)
}

/// What the decoder may hold for each sample, by its buffers (integers, floats, filters). Counted, pictures of one component
/// that are lossy take most, 8.2 bytes (`crates/codecs/tests/memory.rs`).
const BYTES_PER_SAMPLE: u64 = 20;
/// Groups have 256 x 256 samples, however small the picture is, and several stages.
const BYTES_OF_GROUPS: u64 = 4 << 20;

fn malformed(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Malformed, message)
}

fn unsupported(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Unsupported, message)
}

/// The decoder's own errors, by whose fault they are. They state numbers and names, nothing of the picture.
fn named(error: &jxl::error::Error) -> Error {
    use jxl::error::Error as Cause;
    let kind = match error {
        Cause::OutOfBounds(_) => ErrorKind::Truncated,
        Cause::OutOfMemory(_) | Cause::ImageSizeTooLarge(..) => ErrorKind::Limit,
        _ => ErrorKind::Malformed,
    };
    Error::new(kind, format!("JPEG XL: {error}"))
}
