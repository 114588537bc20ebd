//! Frames for display: how stored values are to be shown, and colour made ready.

use std::borrow::Cow;

use codec::StatedColor;
use dicom_dictionary_std::tags;

use super::{
    Limits, color,
    dataset::{DataSet, Item},
    depth,
    groups::FrameParameters,
    layout::{Layout, Numbers, Photometric},
    luts::ObjectLuts,
    overlays::Overlays,
    palette::Palette,
    profile::Profiles,
    reduce::{Reduced, reduce},
    text::CharacterSet,
};
use crate::{
    Error, ErrorKind, Frame, FrameSpec, PixelFormat, Result, Warning,
    lut::{Grey, Luts, Voi, VoiFunction},
    mask::Mask,
    metadata::{VoiLut, Window},
};

/// What the object says of how its frames are shown.
#[derive(Debug)]
pub(crate) struct Presentation {
    object: FrameParameters,
    /// For grey; its error is that of each frame.
    luts: Result<ObjectLuts>,
    /// The functional groups of each frame, where there are any.
    frames: Vec<Item>,
    pub(crate) overlays: Overlays,
    /// For PALETTE COLOR, and supplemental for grey frames that are best displayed in colour; its error is that of
    /// each frame.
    palette: Option<Result<Palette>>,
    profiles: Profiles,
    /// Closed range of stored values that are padding.
    padding: Option<(i64, i64)>,
    /// The same for floating point pixels.
    float_padding: Option<(f64, f64)>,
    /// Height over width of a pixel by `PixelAspectRatio`.
    aspect_ratio: Option<f64>,
}

impl Presentation {
    /// Reads what is the object's, and where each frame's functional groups are.
    ///
    /// # Errors
    /// Those of a broken sequence.
    pub(crate) fn read(
        dataset: &DataSet<'_>,
        layout: &Layout,
        charset: &CharacterSet,
        limits: &Limits,
    ) -> Result<Self> {
        let is_palette = layout.photometric == Photometric::Palette;
        let object = FrameParameters::of_object(dataset, charset, limits)?;
        Ok(Self {
            luts: ObjectLuts::read(dataset, layout, &object, charset, limits),
            object,
            frames: dataset.items(
                tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
                layout.frames as usize,
                limits,
            )?,
            overlays: Overlays::read(dataset, layout),
            palette: (is_palette || is_supplemented(dataset, layout))
                .then(|| Palette::read(dataset, layout.is_signed)),
            profiles: Profiles::read(dataset, limits)?,
            padding: padding(dataset, layout.is_signed),
            float_padding: float_padding(dataset, layout),
            aspect_ratio: aspect_ratio(dataset),
        })
    }

    /// Whether frames are displayed in the colours of a palette.
    pub(crate) const fn has_palette(&self) -> bool {
        self.palette.is_some()
    }

    /// The ICC profile of frame `index`, unless its colours are sRGB.
    ///
    /// # Errors
    /// Those of a broken functional group.
    pub(crate) fn color_profile<'b>(
        &self,
        bytes: &'b [u8],
        index: u32,
        limits: &Limits,
    ) -> Result<Option<&'b [u8]>> {
        let groups = self.groups(bytes, index, limits)?;
        self.profiles.of_frame(bytes, groups.as_ref(), limits)
    }

    /// The functional groups of frame `index`, where it has any.
    ///
    /// # Errors
    /// Those of a broken functional group.
    pub(crate) fn groups<'b>(
        &self,
        bytes: &'b [u8],
        index: u32,
        limits: &Limits,
    ) -> Result<Option<DataSet<'b>>> {
        let groups = self.frames.get(index as usize);
        groups.map(|item| item.open(bytes, limits)).transpose()
    }

    /// Closed range of stored values that are padding.
    pub(crate) const fn padding(&self) -> Option<(i64, i64)> {
        self.padding
    }

    /// How a pixel of a frame is held; none for what is not displayed.
    pub(crate) fn format(&self, layout: &Layout) -> Option<PixelFormat> {
        let wide = layout.bits_allocated > 8;
        let color = if wide {
            PixelFormat::Rgba16Uint
        } else {
            PixelFormat::Rgba8Uint
        };
        match (layout.photometric, layout.samples) {
            (Photometric::Monochrome1 | Photometric::Monochrome2, 1) if layout.is_reduced() => {
                Some(PixelFormat::R32Uint)
            }
            (Photometric::Monochrome1 | Photometric::Monochrome2, 1) if self.palette.is_none() => {
                Some(grey_format(layout))
            }
            (Photometric::Monochrome2 | Photometric::Palette, 1) | (_, 3) => Some(color),
            _ => None,
        }
    }

    /// What holds for frame `index`.
    ///
    /// # Errors
    /// Those of a broken functional group.
    pub(crate) fn parameters(
        &self,
        bytes: &[u8],
        index: u32,
        charset: &CharacterSet,
        limits: &Limits,
    ) -> Result<Cow<'_, FrameParameters>> {
        match self.groups(bytes, index, limits)? {
            None => Ok(Cow::Borrowed(&self.object)),
            Some(groups) => self.object.of_frame(&groups, charset, limits).map(Cow::Owned),
        }
    }

    /// What lies over frame `index`, whose `containers` still have their unused bits: none where nothing does.
    pub(crate) fn mask(
        &self,
        layout: &Layout,
        parameters: &FrameParameters,
        bytes: &[u8],
        index: u32,
        containers: &[u8],
    ) -> Option<Mask> {
        if self.overlays.is_empty() && parameters.shutter.is_none() {
            return None;
        }
        let mut bits = vec![0; layout.pixels()];
        self.overlays.mark(layout, bytes, index, containers, &mut bits);
        if let Some(shutter) = &parameters.shutter {
            shutter.mark(layout.columns, self.aspect(parameters), &mut bits);
        }
        bits.iter().any(|bits| *bits != 0).then(|| Mask {
            shutter_level: parameters.shutter.as_ref().map_or(0, |shutter| shutter.level),
            bits,
        })
    }

    /// Height of a pixel over its width.
    fn aspect(&self, parameters: &FrameParameters) -> f64 {
        let spacing = parameters.spacing_mm.map(|([row, column], _)| row / column);
        spacing.or(self.aspect_ratio).unwrap_or(1.0)
    }

    /// What the object says of its VOI LUTs.
    pub(crate) fn voi_luts(&self) -> &[VoiLut] {
        self.luts.as_ref().map_or(&[], |luts| &luts.voi)
    }

    /// The unit after the Modality LUT, where there is one.
    pub(crate) fn modality_type(&self) -> Option<&str> {
        self.luts.as_ref().ok()?.modality_type.as_deref()
    }

    /// The frame of these values, their unused bits cut, with its warnings.
    ///
    /// # Errors
    /// [`ErrorKind::UnsupportedPhotometric`], or what is wrong with the palette or a lookup table.
    pub(crate) fn frame(
        &self,
        layout: &Layout,
        parameters: &FrameParameters,
        values: Vec<u8>,
        coded: Coded,
    ) -> Result<Frame> {
        let mut warnings = coded.warnings;
        let frame = match (layout.photometric, layout.samples) {
            (Photometric::Monochrome1 | Photometric::Monochrome2, 1) if layout.is_reduced() => {
                let reduced = reduce(layout, &values, self.float_padding);
                let spec = self.reduced_spec(layout, parameters, &reduced)?;
                warnings.extend(reduced.warning);
                Frame::new(spec, reduced.levels)
            }
            (Photometric::Monochrome2, 1) if self.palette.is_some() => {
                self.supplemented(layout, parameters, &values)
            }
            (Photometric::Monochrome1 | Photometric::Monochrome2, 1) => {
                let mut spec = self.grey_spec(layout, parameters)?;
                if parameters.windows.is_empty() && spec.voi_lut.is_none() {
                    spec.voi = self.full_range(&spec, layout, &values);
                }
                Frame::new(spec, values)
            }
            (Photometric::Palette, 1) => {
                let palette = self.palette.as_ref().ok_or_else(|| unsupported(layout))?;
                let (format, pixels) = match palette {
                    Ok(palette) => palette.apply(indices(layout, &values)),
                    Err(error) => return Err(error.clone()),
                };
                Frame::new(self.spec(layout, parameters, format), pixels)
            }
            (_, 3) => {
                let (model, warning) = color::model(layout, coded.is_coded, coded.color)?;
                warnings.extend(warning);
                let (format, pixels) = color::rgba(layout, &values, model);
                Frame::new(self.spec(layout, parameters, format), pixels)
            }
            _ => Err(unsupported(layout)),
        };
        frame.map(|frame| frame.with_warnings(warnings))
    }

    /// A frame whose values from the palette's first on are colours; the others are grey by the frame's own window
    /// (Supplemental Palette Color Lookup Table module, C.7.6.19).
    fn supplemented(&self, layout: &Layout, parameters: &FrameParameters, values: &[u8]) -> Result<Frame> {
        let palette = match &self.palette {
            Some(Ok(palette)) => palette,
            Some(Err(error)) => return Err(error.clone()),
            None => return Err(unsupported(layout)),
        };
        let spec = self.grey_spec(layout, parameters)?;
        let window = parameters.windows.first().map(Window::voi);
        let grey = Grey {
            slope: spec.rescale_slope,
            intercept: spec.rescale_intercept,
            voi: window.unwrap_or_else(|| self.full_range(&spec, layout, values)),
            inverted: spec.inverted,
        };
        let (format, pixels) =
            palette.supplement(indices(layout, values), |value| grey.level(f64::from(value)));
        Frame::new(self.spec(layout, parameters, format), pixels)
    }

    /// The description of a frame whose numbers no backend holds.
    ///
    /// # Errors
    /// As [`Presentation::grey_spec`].
    fn reduced_spec(
        &self,
        layout: &Layout,
        parameters: &FrameParameters,
        reduced: &Reduced,
    ) -> Result<FrameSpec> {
        let (slope, intercept) = (parameters.slope, parameters.intercept);
        let window = parameters.windows.first().map(Window::voi);
        let voi = window.unwrap_or_else(|| {
            let (low, high) = reduced.extent.unwrap_or((0.0, 1.0));
            let [a, b] = [low, high].map(|value| value * slope + intercept);
            let exact = Voi {
                center: a / 2.0 + b / 2.0,
                width: (a - b).abs(),
                function: VoiFunction::LinearExact,
            };
            if exact.check().is_ok() {
                exact
            } else {
                Voi::linear(a, 1.0)
            }
        });
        Ok(FrameSpec {
            format: PixelFormat::R32Uint,
            voi,
            // lookup tables are for whole numbers of 16 bits
            voi_lut: None,
            luts: Luts::default(),
            rescale_slope: slope * reduced.quantum,
            rescale_intercept: slope * reduced.zero + intercept,
            padding: reduced.has_padding.then_some((0, 0)),
            ..self.grey_spec(layout, parameters)?
        })
    }

    /// The description of a grey frame, with its first window, else its first VOI LUT, else no window that means anything.
    ///
    /// # Errors
    /// What is wrong with a lookup table.
    pub(crate) fn grey_spec(&self, layout: &Layout, parameters: &FrameParameters) -> Result<FrameSpec> {
        let ObjectLuts {
            luts, is_inverted, ..
        } = self.luts.as_ref().map_err(Clone::clone)?;
        let plain = self.spec(layout, parameters, grey_format(layout));
        let (voi, voi_lut) = match (parameters.windows.first(), luts.voi.first()) {
            (Some(window), _) => (window.voi(), None),
            (None, Some(lut)) => (over(f64::from(lut.first()), real(lut.last())), Some(0)),
            (None, None) => (plain.voi, None),
        };
        Ok(FrameSpec {
            rescale_slope: parameters.slope,
            rescale_intercept: parameters.intercept,
            inverted: *is_inverted,
            voi,
            voi_lut,
            luts: luts.clone(),
            padding: self.padding,
            ..plain
        })
    }

    /// A description without rescale or window: that of colour.
    fn spec(&self, layout: &Layout, parameters: &FrameParameters, format: PixelFormat) -> FrameSpec {
        FrameSpec {
            pixel_aspect: self.aspect(parameters),
            ..FrameSpec::of_size(u32::from(layout.rows), u32::from(layout.columns), format)
        }
    }

    /// The window that shows the frame's smallest value black and its largest white, padding left out.
    fn full_range(&self, spec: &FrameSpec, layout: &Layout, values: &[u8]) -> Voi {
        if let Some(lut) = &spec.luts.modality {
            let outputs = |padding: Option<(i64, i64)>| {
                indices(layout, values)
                    .map(i64::from)
                    .filter(move |value| padding.is_none_or(|(low, high)| *value < low || *value > high))
                    .map(|value| lut.at(value))
            };
            let ends = |padding| outputs(padding).min().zip(outputs(padding).max());
            let (low, high) = ends(self.padding).or_else(|| ends(None)).unwrap_or_default();
            return over(f64::from(low), f64::from(high));
        }
        let extent = depth::extent(spec.format, values, self.padding)
            .or_else(|| depth::extent(spec.format, values, None));
        let (low, high) = extent.unwrap_or_default();
        let [a, b] = [low, high].map(|value| real(value) * spec.rescale_slope + spec.rescale_intercept);
        over(a.min(b), a.max(b))
    }
}

/// What is known of a frame beside its values.
pub(crate) struct Coded {
    /// An image codec gave it.
    pub(crate) is_coded: bool,
    pub(crate) color: StatedColor,
    pub(crate) warnings: Vec<Warning>,
}

/// The window from black at `low` to white at `high`. By C.11.2.1.2.1 LINEAR gives black up to
/// `center - 0.5 - (width - 1) / 2` and white from `center - 0.5 + (width - 1) / 2`, so the width is `high - low + 1`
/// and the centre `(low + high + 1) / 2`.
fn over(low: f64, high: f64) -> Voi {
    let voi = Voi::linear((low + high + 1.0) / 2.0, (high - low) + 1.0);
    // a rescale of absurd numbers must not blank the picture either
    if voi.check().is_ok() {
        voi
    } else {
        Voi::linear(128.0, 256.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most 32 bits")]
const fn real(value: i64) -> f64 {
    value as f64
}

const fn grey_format(layout: &Layout) -> PixelFormat {
    match (layout.sample_bytes(), layout.is_signed) {
        // one bit is unpacked to a byte of 0 or 1
        (1, true) if layout.bits_allocated == 8 => PixelFormat::R8Sint,
        (1, _) => PixelFormat::R8Uint,
        (2, false) => PixelFormat::R16Uint,
        (2, true) => PixelFormat::R16Sint,
        (_, false) => PixelFormat::R32Uint,
        (_, true) => PixelFormat::R32Sint,
    }
}

/// Values as palette indices.
fn indices<'v>(layout: &Layout, values: &'v [u8]) -> impl Iterator<Item = i32> + use<'v> {
    let (width, is_signed) = (layout.sample_bytes(), layout.is_signed);
    values.chunks_exact(width).map(move |value| match *value {
        [a] if is_signed => i32::from(a.cast_signed()),
        [a] => i32::from(a),
        [a, b] if is_signed => i32::from(i16::from_le_bytes([a, b])),
        [a, b] => i32::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] if is_signed => i32::from_le_bytes([a, b, c, d]),
        [a, b, c, d] => i32::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(i32::MAX),
        _ => 0,
    })
}

/// `PixelPaddingValue` and `PixelPaddingRangeLimit` (C.7.5.1.1.2).
fn padding(dataset: &DataSet<'_>, is_signed: bool) -> Option<(i64, i64)> {
    let number = |tag| {
        let word = dataset.word(tag)?;
        Some(if is_signed {
            i64::from(word.cast_signed())
        } else {
            i64::from(word)
        })
    };
    let value = number(tags::PIXEL_PADDING_VALUE)?;
    let limit = number(tags::PIXEL_PADDING_RANGE_LIMIT).unwrap_or(value);
    Some((value.min(limit), value.max(limit)))
}

/// Whether grey frames have a supplemental palette and are best displayed with it (C.8.16.2.1.1.4).
fn is_supplemented(dataset: &DataSet<'_>, layout: &Layout) -> bool {
    layout.photometric == Photometric::Monochrome2
        && !layout.is_reduced()
        && dataset
            .element(tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR)
            .is_some()
        && dataset
            .first_code(tags::PIXEL_PRESENTATION)
            .is_some_and(|term| matches!(term.as_str(), "COLOR" | "MIXED"))
}

/// `FloatPixelPaddingValue` and `DoubleFloatPixelPaddingValue` with their limits (C.7.6.24, C.7.6.25); for 64-bit
/// integers `PixelPaddingValue`.
fn float_padding(dataset: &DataSet<'_>, layout: &Layout) -> Option<(f64, f64)> {
    let (value, limit) = match (layout.numbers, layout.bits_allocated) {
        (Numbers::Float, 32) => (
            dataset.float(tags::FLOAT_PIXEL_PADDING_VALUE),
            dataset.float(tags::FLOAT_PIXEL_PADDING_RANGE_LIMIT),
        ),
        (Numbers::Float, _) => (
            dataset.double(tags::DOUBLE_FLOAT_PIXEL_PADDING_VALUE),
            dataset.double(tags::DOUBLE_FLOAT_PIXEL_PADDING_RANGE_LIMIT),
        ),
        (Numbers::Integer, _) => {
            let (low, high) = padding(dataset, layout.is_signed)?;
            let real = |value| i32::try_from(value).map(f64::from).ok();
            (real(low), real(high))
        }
    };
    let value = value?;
    let limit = limit.unwrap_or(value);
    Some((value.min(limit), value.max(limit)))
}

/// `PixelAspectRatio` (C.7.6.3.1.7): height and width of a pixel as two integers.
fn aspect_ratio(dataset: &DataSet<'_>) -> Option<f64> {
    match dataset.f64s(tags::PIXEL_ASPECT_RATIO).as_slice() {
        &[vertical, horizontal] if vertical > 0.0 && horizontal > 0.0 => Some(vertical / horizontal),
        _ => None,
    }
}

pub(crate) fn unsupported(layout: &Layout) -> Error {
    let term: String = layout
        .photometric_term
        .chars()
        .filter(char::is_ascii_graphic)
        .take(16)
        .collect();
    Error::new(
        ErrorKind::UnsupportedPhotometric,
        format!(
            "{term} with {} samples a pixel is not displayed by this build",
            layout.samples
        ),
    )
    .with_tag(0x0028, 0x0004)
}
