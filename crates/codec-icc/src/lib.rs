//! Colours of a device to sRGB by its ICC profile (ISO 15076-1, PS3.3 C.11.15), through `qcms`.
//!
//! It has the shape of an image codec so that a page loads it as one. The stream is the length of the profile as four
//! little-endian bytes, the profile, and the pixels, RGBA of 8 bits each; so is the picture that comes out.
#![forbid(unsafe_code)]

use codec::{Error, ErrorKind, Expected, Picture, Result, StatedColor};
use qcms::{DataType, Intent, Profile, Transform};

/// The stream for pixels and their profile.
pub fn stream(profile: &[u8], rgba: &[u8]) -> Vec<u8> {
    // a profile states its own length in four bytes as well
    let length = u32::try_from(profile.len()).unwrap_or(u32::MAX);
    [&length.to_le_bytes(), profile, rgba].concat()
}

/// Converts the pixels of a stream to sRGB, by the perceptual intent of the profile.
///
/// # Errors
/// [`ErrorKind::Malformed`] for a profile that cannot be used, [`ErrorKind::Truncated`], [`ErrorKind::Limit`].
pub fn decode(stream: &[u8], expected: &Expected) -> Result<Picture> {
    let truncated = || Error::new(ErrorKind::Truncated, "the stream ends before its pixels do");
    let (length, rest) = stream.split_first_chunk::<4>().ok_or_else(truncated)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_too_long| truncated())?;
    let (profile, pixels) = rest.split_at_checked(length).ok_or_else(truncated)?;
    let size = u64::from(expected.rows) * u64::from(expected.columns) * 4;
    if expected.components != 4 || pixels.len() as u64 != size {
        return Err(truncated());
    }
    if size > expected.max_bytes {
        return Err(Error::new(
            ErrorKind::Limit,
            "converting the colours needs too much memory",
        ));
    }
    let unusable = || Error::new(ErrorKind::Malformed, "it is not the profile of an RGB device");
    // its header says so, and the library takes grey and CMYK as well
    if profile.get(16..20) != Some(b"RGB ") {
        return Err(unusable());
    }
    let device = Profile::new_from_slice(profile, false).ok_or_else(unusable)?;
    let mut srgb = Profile::new_sRGB();
    srgb.precache_output_transform();
    let transform =
        Transform::new(&device, &srgb, DataType::RGBA8, Intent::Perceptual).ok_or_else(unusable)?;
    let mut samples = pixels.to_vec();
    transform.apply(&mut samples);
    Ok(Picture {
        rows: expected.rows,
        columns: expected.columns,
        components: 4,
        precision: 8,
        is_signed: false,
        color: StatedColor::Rgb,
        samples,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_profile_is_refused() {
        let expected = Expected {
            rows: 1,
            columns: 2,
            components: 4,
            bits_allocated: 8,
            max_bytes: 100,
        };
        let kind = |stream: &[u8]| decode(stream, &expected).map(|_| ()).map_err(|error| error.kind);
        assert_eq!(kind(&[]), Err(ErrorKind::Truncated));
        assert_eq!(kind(&stream(b"", &[0; 7])), Err(ErrorKind::Truncated));
        assert_eq!(kind(&stream(b"", &[0; 8])), Err(ErrorKind::Malformed));
        assert_eq!(kind(&stream(&[0; 128], &[0; 8])), Err(ErrorKind::Malformed));
        let mut cmyk = [0; 132];
        cmyk[16..20].copy_from_slice(b"CMYK");
        assert_eq!(kind(&stream(&cmyk, &[0; 8])), Err(ErrorKind::Malformed));
        assert_eq!(kind(&[9, 0, 0, 0, 1]), Err(ErrorKind::Truncated));
    }
}
