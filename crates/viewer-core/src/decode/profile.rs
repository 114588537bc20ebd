//! ICC profiles of colour frames (PS3.3 C.11.15): of the object, or of the optical path of a frame.

use codec::{Decode, Expected, Kind};
use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{
    Limits,
    dataset::{DataSet, Range},
};
use crate::{Frame, PixelFormat, Result, Warning, WarningKind};

/// Where the profiles of an object are.
#[derive(Debug, Default)]
pub(crate) struct Profiles {
    /// The object's own.
    object: Option<Range>,
    /// By the identifier of their optical path.
    paths: Vec<(Option<String>, Option<Range>)>,
    /// The path of all frames, where the Shared Functional Groups name one.
    shared: Option<String>,
}

/// No slide scanner has more paths of light.
const MOST_PATHS: usize = 256;

impl Profiles {
    /// Finds the profiles that are not sRGB anyway.
    ///
    /// # Errors
    /// Those of a broken sequence.
    pub(crate) fn read(dataset: &DataSet<'_>, limits: &Limits) -> Result<Self> {
        let mut paths = Vec::new();
        for item in dataset.items(tags::OPTICAL_PATH_SEQUENCE, MOST_PATHS, limits)? {
            let path = item.open(dataset.bytes, limits)?;
            paths.push((path.first_code(tags::OPTICAL_PATH_IDENTIFIER), profile(&path)));
        }
        let shared = dataset.first_item(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, limits)?;
        Ok(Self {
            object: profile(dataset),
            paths,
            shared: match shared {
                Some(groups) => path_of(&groups, limits)?,
                None => None,
            },
        })
    }

    /// The profile of a frame with these functional groups.
    ///
    /// # Errors
    /// Those of a broken sequence.
    pub(crate) fn of_frame<'b>(
        &self,
        bytes: &'b [u8],
        groups: Option<&DataSet<'_>>,
        limits: &Limits,
    ) -> Result<Option<&'b [u8]>> {
        let named = match groups {
            Some(groups) => path_of(groups, limits)?,
            None => None,
        };
        let named = named.or_else(|| self.shared.clone());
        let path = match &named {
            Some(_) => self.paths.iter().find(|(path, _)| *path == named),
            None => self.paths.first(),
        };
        let range = self
            .object
            .clone()
            .or_else(|| path.and_then(|(_, range)| range.clone()));
        Ok(range.and_then(|range| bytes.get(range)))
    }
}

/// The identifier of the optical path that functional groups name.
fn path_of(groups: &DataSet<'_>, limits: &Limits) -> Result<Option<String>> {
    let item = groups.first_item(tags::OPTICAL_PATH_IDENTIFICATION_SEQUENCE, limits)?;
    Ok(item.and_then(|item| item.first_code(tags::OPTICAL_PATH_IDENTIFIER)))
}

/// Where the profile of a data set is; none that says that it is sRGB.
fn profile(dataset: &DataSet<'_>) -> Option<Range> {
    const TAG: Tag = tags::ICC_PROFILE;
    const SRGB: &[u8] = b"sRGB IEC61966-2";
    let start = dataset.element(TAG)?.start;
    let value = dataset.value(TAG)?;
    let is_srgb = dataset.first_code(tags::COLOR_SPACE).as_deref() == Some("SRGB")
        || value.windows(SRGB.len()).any(|text| text == SRGB);
    (!is_srgb).then_some(start..start + value.len())
}

/// The frame in sRGB, by the profile that it comes with. Without the codec for that it stays as it is, with its
/// profile; with a profile that cannot be used it stays as it is, with a warning.
///
/// # Errors
/// None that a sound frame has.
pub(crate) fn to_srgb(frame: Frame, decode: Decode, max_bytes: u64) -> Result<Frame> {
    let Some(profile) = frame.color_profile() else {
        return Ok(frame);
    };
    let length = u32::try_from(profile.len()).unwrap_or(u32::MAX);
    let stream = [&length.to_le_bytes(), profile, frame.pixels()].concat();
    let expected = Expected {
        rows: frame.spec().rows,
        columns: frame.spec().columns,
        components: 4,
        bits_allocated: 8,
        max_bytes,
    };
    match decode(Kind::Icc, &stream, &expected) {
        Ok(picture) => frame.without_color_profile().with_pixels(picture.samples),
        Err(error) if error.kind == codec::ErrorKind::Unsupported => Ok(frame),
        Err(error) => {
            let mut warnings = frame.warnings().to_vec();
            warnings.push(unusable(&error));
            Ok(frame.without_color_profile().with_warnings(warnings))
        }
    }
}

fn unusable(error: &codec::Error) -> Warning {
    let text = format!("the colour profile cannot be used, colours are shown without it: {error}");
    Warning::new(WarningKind::ColorProfile, text).with_tag(0x0028, 0x2000)
}

/// The frame with its profile, its colours in 8 bits: what profiles are applied to.
///
/// # Errors
/// None that a sound frame has.
pub(crate) fn with_profile(frame: Frame, profile: &[u8]) -> Result<Frame> {
    if !frame.spec().format.is_color() {
        return Ok(frame);
    }
    if frame.spec().format == PixelFormat::Rgba8Uint {
        return Ok(frame.with_color_profile(profile.to_vec()));
    }
    let mut spec = frame.spec().clone();
    spec.format = PixelFormat::Rgba8Uint;
    let warnings = frame.warnings().to_vec();
    let levels = super::color::eight_bits(frame.pixels());
    Ok(Frame::new(spec, levels)?
        .with_warnings(warnings)
        .with_color_profile(profile.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        FrameSpec,
        mask::{GRAPHICS, Mask},
    };
    use codec::{Picture, StatedColor};

    fn darker(_kind: Kind, stream: &[u8], expected: &Expected) -> codec::Result<Picture> {
        Ok(Picture {
            rows: expected.rows,
            columns: expected.columns,
            components: 4,
            precision: 8,
            is_signed: false,
            color: StatedColor::Rgb,
            samples: stream[7..].iter().map(|level| level / 2).collect(),
        })
    }

    #[test]
    fn what_lies_over_a_frame_stays_over_its_converted_colors() {
        let mask = Mask {
            shutter_level: 0,
            bits: vec![0, GRAPHICS],
        };
        let frame = Frame::new(FrameSpec::of_size(1, 2, PixelFormat::Rgba8Uint), vec![8; 8])
            .and_then(|frame| with_profile(frame, b"icc"))
            .and_then(|frame| frame.with_mask(Some(mask)))
            .and_then(|frame| to_srgb(frame, darker, 100))
            .expect("sound");
        assert_eq!((frame.pixels(), frame.mask()), (&[4; 8][..], &[0, GRAPHICS][..]));
        assert_eq!(frame.color_profile(), None);
    }
}
