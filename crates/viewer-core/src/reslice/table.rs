//! What is not the same for all slices of a volume: places, presence, rescale.

use crate::{Error, ErrorKind, Result, plan::fixed, volume::VolumeSpec};

use super::SAMPLE_BITS;

/// Fractional bits of [`SliceEntry::multiplier`].
pub const MULTIPLIER_BITS: u32 = 24;
/// Largest offset of a slice's rescale, in stored units of the largest slope.
const MAX_ADDEND: f64 = 8_388_608.0;

/// One slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SliceEntry {
    /// Its third voxel coordinate, 32.32 fixed point.
    pub place: i64,
    /// Whether it has arrived.
    pub is_present: bool,
    /// The weight of the next slice at `place + d` is `((d >> shift) * reciprocal) >> 16`, at most whole.
    pub shift: u32,
    /// See `shift`; at most 2^16.
    pub reciprocal: u32,
    /// Its slope over the table's, [`MULTIPLIER_BITS`] fractional bits, -1 to 1.
    pub multiplier: i32,
    /// Its intercept in units of the table's slope, of [`SAMPLE_BITS`] fractional bits.
    pub addend: i64,
}

/// The slices of a volume that is irregular, incomplete, or of several rescales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SliceTable {
    /// Whether slice `n` is at place `n`.
    pub is_even: bool,
    /// Whether slices differ in rescale; else multipliers are whole and addends 0.
    pub is_rescaled: bool,
    /// One for each slice.
    pub entries: Vec<SliceEntry>,
}

impl SliceTable {
    /// The table of a volume and the slope and intercept that remain to be applied; none where no slice differs.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`] when `present` has another length, places do not ascend from 0 on, or a rescale is not finite.
    pub(super) fn new(spec: &VolumeSpec, present: &[bool]) -> Result<(Option<Self>, f64, f64)> {
        check(spec, present)?;
        let first = spec.slices.first();
        let (slope, intercept) =
            first.map_or((1.0, 0.0), |slice| (slice.rescale_slope, slice.rescale_intercept));
        let is_even = spec.is_even();
        let is_rescaled = !spec.has_one_rescale();
        if is_even && !is_rescaled && present.iter().all(|is_present| *is_present) {
            return Ok((None, slope, intercept));
        }
        let largest = spec
            .slices
            .iter()
            .map(|slice| slice.rescale_slope.abs())
            .fold(0.0, f64::max);
        let (slope, intercept) = if is_rescaled {
            (if largest > 0.0 { largest } else { 1.0 }, 0.0)
        } else {
            (slope, intercept)
        };
        let mut entries = Vec::with_capacity(spec.slices.len());
        for (number, (slice, is_present)) in spec.slices.iter().zip(present).enumerate() {
            let gap = spec
                .slices
                .get(number + 1)
                .map_or(1.0, |next| next.place - slice.place);
            let (shift, reciprocal) = weight_of(fixed(gap));
            let (multiplier, addend) = if is_rescaled {
                rescale(slice.rescale_slope / slope, slice.rescale_intercept / slope)?
            } else {
                (1 << MULTIPLIER_BITS, 0)
            };
            entries.push(SliceEntry {
                place: fixed(slice.place),
                is_present: *is_present,
                shift,
                reciprocal,
                multiplier,
                addend,
            });
        }
        let table = Self {
            is_even,
            is_rescaled,
            entries,
        };
        Ok((Some(table), slope, intercept))
    }

    /// Lowest and highest of stored values in `min..=max` after the slices' rescale, in units of the table's slope.
    pub(super) fn span(&self, min: i64, max: i64) -> (i64, i64) {
        let mut span = (i64::MAX, i64::MIN);
        for entry in &self.entries {
            for value in [min, max] {
                let value = ((value << SAMPLE_BITS) * i64::from(entry.multiplier)) >> MULTIPLIER_BITS;
                let value = value + entry.addend;
                span.0 = span.0.min(value >> SAMPLE_BITS);
                span.1 = span.1.max((value >> SAMPLE_BITS) + 1);
            }
        }
        span
    }
}

fn check(spec: &VolumeSpec, present: &[bool]) -> Result<()> {
    let malformed = |message: &str| Err(Error::new(ErrorKind::Malformed, message));
    if present.len() != spec.slices.len() || spec.slices.len() != spec.size[0] as usize {
        return malformed("the description of the volume contradicts itself");
    }
    // Apart by so much that the places differ in fixed point as well; as far as a slice may be at all.
    let ascending = spec.slices.windows(2).all(|pair| {
        let [first, second] = pair else { return true };
        let gap = second.place - first.place;
        (1e-4..=8192.0).contains(&gap)
    });
    let starts = spec.slices.first().is_some_and(|slice| slice.place == 0.0);
    let ends = spec.slices.last().is_some_and(|slice| slice.place <= 1e6);
    if !(ascending && starts && ends) {
        return malformed("the places of the slices of a volume must ascend from 0 on");
    }
    let finite = |slice: &crate::volume::SliceSpec| {
        slice.rescale_slope.is_finite() && slice.rescale_intercept.is_finite()
    };
    if !spec.slices.iter().all(finite) {
        return malformed("the rescale slope and intercept of a slice must be finite");
    }
    Ok(())
}

/// Shift and reciprocal of [`SliceEntry`] for slices that far apart.
const fn weight_of(gap: i64) -> (u32, u32) {
    // The gap keeps its first 16 bits.
    let shift = (i64::BITS - gap.leading_zeros()).saturating_sub(16);
    let whole = gap >> shift;
    let whole = if whole < 1 { 1 } else { whole };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "2^31 over 2^15 at least"
    )]
    let reciprocal = ((1_i64 << 31) / whole) as u32;
    (shift, reciprocal)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the ratio to the largest slope is at most 1, and the offset is checked"
)]
fn rescale(ratio: f64, offset: f64) -> Result<(i32, i64)> {
    if offset.abs() > MAX_ADDEND {
        return Err(Error::new(
            ErrorKind::Limit,
            "the rescale intercepts of the slices differ too much for their slopes",
        )
        .with_tag(0x0028, 0x1052));
    }
    let multiplier = libm::round(ratio * f64::from(1 << MULTIPLIER_BITS)) as i32;
    let addend = libm::round(offset * f64::from(1 << SAMPLE_BITS)) as i64;
    Ok((multiplier, addend))
}
