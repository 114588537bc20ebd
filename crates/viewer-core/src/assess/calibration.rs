//! Whether the Hounsfield units of a CT are where they should be: water at 0, air at -1000.
//!
//! Water and air are looked for where they may be wrong, not only where they should be: each is the highest peak of the
//! histogram in a wide range. So a scanner that is off by 100 HU is found to be off by 100 HU.

use serde::Serialize;

use super::{Ordered, Sample};
use crate::{Result, metadata::InstanceInfo};

/// Where the peak of water, or of what a body mostly is, is looked for, HU.
const WATER_RANGE: (f64, f64) = (-200.0, 200.0);
/// Where the peak of air is looked for, HU.
const AIR_RANGE: (f64, f64) = (-1400.0, -600.0);
/// Peaks that are muscle and organs rather than water, HU.
const SOFT_TISSUE: (f64, f64) = (15.0, 80.0);
/// Half the width of a peak, HU.
const PEAK: f64 = 25.0;
/// A peak of fewer values says nothing.
const LEAST_VALUES: usize = 100;
/// How far water and air may be off, HU.
const WATER_TOLERANCE: f64 = 5.0;
const AIR_TOLERANCE: f64 = 50.0;
/// Above this standard deviation the middle of the picture is noisy, HU.
const NOISE_LIMIT: f64 = 10.0;

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationStatus {
    /// Nothing speaks against it.
    Valid,
    /// Something is wrong; see the issues.
    Invalid,
    /// Not a CT.
    NotApplicable,
    /// Neither water nor air could be found: nothing is known.
    Unknown,
}

/// The findings, by the names that NoctisPro's pages know.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// Whether there are no issues.
    pub is_valid: bool,
    /// In a word.
    pub calibration_status: CalibrationStatus,
    /// What is wrong.
    pub issues: Vec<String>,
    /// What is worth a look.
    pub warnings: Vec<String>,
    /// Median about the peak that is taken for water, HU.
    pub water_hu: Option<f64>,
    /// Median about the peak that is taken for air, HU.
    pub air_hu: Option<f64>,
    /// Standard deviation (n - 1) of the middle tenth of rows and columns, HU.
    pub noise_level: Option<f64>,
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct CalibrationInput<'p, S> {
    /// What the object says about itself.
    pub info: &'p InstanceInfo,
    /// Whether the object has a rescale slope and intercept of its own.
    pub has_rescale: bool,
    /// HU, `[rows, columns]`.
    pub values: &'p [S],
    /// Length of a row.
    pub columns: usize,
}

/// Checks a CT picture.
///
/// # Errors
/// As [`Ordered::new`].
pub fn calibrate<S: Sample>(input: &CalibrationInput<'_, S>) -> Result<Calibration> {
    let info = input.info;
    if info.modality.as_deref() != Some("CT") {
        return Ok(Calibration {
            is_valid: true,
            calibration_status: CalibrationStatus::NotApplicable,
            issues: Vec::new(),
            warnings: vec!["Hounsfield units are a matter of CT".to_owned()],
            water_hu: None,
            air_hu: None,
            noise_level: None,
        });
    }
    let mut issues = Vec::new();
    let mut warnings = rescale_warnings(info);
    if !input.has_rescale {
        issues
            .push("Rescale Slope or Rescale Intercept is missing: values are not known to be HU".to_owned());
    }
    let ordered = Ordered::new(input.values.iter().copied())?;
    let air_hu = peak(&ordered, AIR_RANGE);
    let tissue = peak(&ordered, WATER_RANGE);
    let is_tissue = tissue.is_some_and(|hu| (SOFT_TISSUE.0..=SOFT_TISSUE.1).contains(&hu));
    let water_hu = tissue.filter(|_| !is_tissue);
    if let Some(hu) = water_hu.filter(|hu| hu.abs() > WATER_TOLERANCE) {
        issues.push(format!(
            "water is at {hu:.1} HU instead of 0 (tolerance {WATER_TOLERANCE})"
        ));
    }
    if let Some(hu) = tissue.filter(|_| is_tissue) {
        warnings.push(format!(
            "the highest peak near water is at {hu:.1} HU, where muscle and organs are: if this is a water phantom, \
             it is off by as much"
        ));
    }
    if let Some(hu) = air_hu.filter(|hu| (hu + 1000.0).abs() > AIR_TOLERANCE) {
        issues.push(format!(
            "air is at {hu:.1} HU instead of -1000 (tolerance {AIR_TOLERANCE})"
        ));
    }
    let noise_level = noise(input.values, input.columns);
    if let Some(noise) = noise_level.filter(|noise| *noise > NOISE_LIMIT) {
        warnings.push(format!(
            "the middle of the picture varies by {noise:.1} HU (limit {NOISE_LIMIT})"
        ));
    }
    let status = match (issues.is_empty(), tissue.or(air_hu)) {
        (false, _) => CalibrationStatus::Invalid,
        (true, Some(_)) => CalibrationStatus::Valid,
        (true, None) => CalibrationStatus::Unknown,
    };
    Ok(Calibration {
        is_valid: issues.is_empty(),
        calibration_status: status,
        issues,
        warnings,
        water_hu,
        air_hu,
        noise_level,
    })
}

fn rescale_warnings(info: &InstanceInfo) -> Vec<String> {
    let mut warnings = Vec::new();
    if (info.rescale_slope - 1.0).abs() > 0.01 {
        warnings.push(format!("Rescale Slope is {}, unusual for CT", info.rescale_slope));
    }
    match info.rescale_type.as_deref() {
        None | Some("HU") => {}
        Some(other) => warnings.push(format!("Rescale Type is {other}, not HU")),
    }
    warnings
}

/// The median of the values about the place where most of them are, if they are enough to say something.
fn peak(ordered: &Ordered, (low, high): (f64, f64)) -> Option<f64> {
    let values = ordered.within(low, high);
    let mut best: &[f64] = &[];
    let mut first = 0;
    // The window of one peak's width with the most values: both its ends only ever move up.
    for (last, value) in values.iter().enumerate() {
        while values
            .get(first)
            .is_some_and(|lowest| value - lowest > 2.0 * PEAK)
        {
            first += 1;
        }
        let window = values.get(first..=last).unwrap_or_default();
        if window.len() > best.len() {
            best = window;
        }
    }
    if best.len() < LEAST_VALUES {
        return None;
    }
    super::quantile(best, 0.5)
}

/// Standard deviation (n - 1) of the middle tenth of rows and columns.
#[expect(clippy::cast_precision_loss, reason = "counts of pixels")]
fn noise<S: Sample>(values: &[S], columns: usize) -> Option<f64> {
    let rows = values.len().checked_div(columns)?;
    let middle = |length: usize| {
        let part = (length / 10).max(1);
        let first = (length - part.min(length)) / 2;
        first..(first + part).min(length)
    };
    let lines = values
        .chunks_exact(columns)
        .take(middle(rows).end)
        .skip(middle(rows).start);
    let block: Vec<f64> = lines
        .flat_map(|line| line.get(middle(columns)).unwrap_or_default())
        .map(|value| value.value())
        .filter(|value| value.is_finite())
        .collect();
    let count = block.len() as f64;
    if count < 2.0 {
        return None;
    }
    let mean = block.iter().sum::<f64>() / count;
    let squares = block
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum::<f64>();
    Some(libm::sqrt(squares / (count - 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 100;

    /// A disc of `tissue` in `air`.
    fn phantom(tissue: f64, air: f64) -> Vec<f64> {
        let inside = |number: usize| {
            let (row, column) = (number / SIDE, number % SIDE);
            row.abs_diff(SIDE / 2).pow(2) + column.abs_diff(SIDE / 2).pow(2) < 900
        };
        (0..SIDE * SIDE)
            .map(|number| {
                let grain = if number % 2 == 0 { 1.0 } else { -1.0 };
                grain + if inside(number) { tissue } else { air }
            })
            .collect()
    }

    fn check(tissue: f64, air: f64, modality: &str, has_rescale: bool) -> Calibration {
        let info = InstanceInfo {
            modality: Some(modality.to_owned()),
            rescale_slope: 1.0,
            ..InstanceInfo::default()
        };
        let values = phantom(tissue, air);
        let input = CalibrationInput {
            info: &info,
            has_rescale,
            values: &values,
            columns: SIDE,
        };
        calibrate(&input).expect("a few bytes")
    }

    #[test]
    fn a_sound_water_phantom_is_valid() {
        let found = check(0.0, -1000.0, "CT", true);
        assert_eq!(found.calibration_status, CalibrationStatus::Valid, "{found:?}");
        assert!(found.water_hu.is_some_and(|hu| hu.abs() < 1.5), "{found:?}");
        assert!(
            found.air_hu.is_some_and(|hu| (hu + 1000.0).abs() < 1.5),
            "{found:?}"
        );
        assert!(
            found
                .noise_level
                .is_some_and(|noise| (noise - 1.005).abs() < 0.01),
            "{found:?}"
        );
    }

    #[test]
    fn a_scanner_that_is_far_off_is_found() {
        for (water, air) in [(120.0, -1000.0), (-90.0, -1000.0), (0.0, -900.0), (0.0, -1080.0)] {
            let found = check(water, air, "CT", true);
            assert_eq!(
                found.calibration_status,
                CalibrationStatus::Invalid,
                "{water} {air}: {found:?}"
            );
            assert_eq!(found.issues.len(), 1, "{found:?}");
        }
    }

    #[test]
    fn soft_tissue_is_not_taken_for_water() {
        let found = check(45.0, -1000.0, "CT", true);
        assert_eq!(found.calibration_status, CalibrationStatus::Valid);
        assert_eq!((found.water_hu, found.warnings.len()), (None, 1));
    }

    #[test]
    fn what_cannot_be_known_is_said() {
        assert_eq!(
            check(700.0, 500.0, "CT", true).calibration_status,
            CalibrationStatus::Unknown
        );
        assert_eq!(
            check(0.0, -1000.0, "MR", true).calibration_status,
            CalibrationStatus::NotApplicable
        );
        let without = check(0.0, -1000.0, "CT", false);
        assert_eq!((without.is_valid, without.issues.len()), (false, 1));
    }
}
