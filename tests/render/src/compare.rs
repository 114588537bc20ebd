//! What differs between two pictures, and how a failure is shown.

use std::fs;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::Picture;

/// How many places a report names.
const LISTED: usize = 5;

/// Where an actual picture is not the expected one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Largest difference of a channel, in levels.
    pub max: u8,
    /// Pixels that differ at all.
    pub pixels: usize,
    /// `(x, y)` of the first ones beyond the tolerance.
    pub outliers: Vec<(usize, usize)>,
}

/// Compares pictures, channel by channel; more than `tolerance` levels makes an outlier.
///
/// # Errors
/// When the sizes differ.
pub fn compare(expected: &Picture, actual: &Picture, tolerance: u8) -> Result<Difference> {
    let size = |picture: &Picture| (picture.width, picture.height, picture.pixels.len());
    ensure!(
        size(expected) == size(actual),
        "{:?} and {:?}",
        size(expected),
        size(actual)
    );
    let mut difference = Difference {
        max: 0,
        pixels: 0,
        outliers: Vec::new(),
    };
    let width = expected.width as usize;
    for (index, (expected, actual)) in expected.pixels.iter().zip(&actual.pixels).enumerate() {
        let by = channels(*expected, *actual).into_iter().max().unwrap_or_default();
        difference.max = difference.max.max(by);
        difference.pixels += usize::from(by > 0);
        if by > tolerance {
            difference.outliers.push((index % width, index / width));
        }
    }
    Ok(difference)
}

/// Leaves expected | actual | difference (any difference made visible) and the numbers in
/// `target/render-diffs/<backend>/`, and says so.
///
/// # Errors
/// When it cannot be written.
pub fn report(
    backend: &str,
    case: &str,
    expected: &Picture,
    actual: &Picture,
    found: &Difference,
) -> Result<String> {
    let folder = crate::repository().join("target/render-diffs").join(backend);
    let difference = Picture {
        pixels: expected
            .pixels
            .iter()
            .zip(&actual.pixels)
            .map(|(expected, actual)| channels(*expected, *actual).map(visible))
            .collect(),
        ..expected.clone()
    };
    Picture::beside([expected, actual, &difference]).write(&folder.join(format!("{case}.png")))?;
    let outliers = &found.outliers[..found.outliers.len().min(LISTED)];
    let numbers = json!({
        "backend": backend,
        "case": case,
        "max_difference": found.max,
        "different_pixels": found.pixels,
        "outlier_count": found.outliers.len(),
        "first_outliers": outliers,
    });
    fs::write(folder.join(format!("{case}.json")), format!("{numbers:#}\n"))?;
    Ok(format!(
        "{case} on {backend}: {} outliers, up to {} levels, the first at {outliers:?}; see target/render-diffs/{backend}/{case}.png",
        found.outliers.len(),
        found.max
    ))
}

fn channels(one: [u8; 3], other: [u8; 3]) -> [u8; 3] {
    [0, 1, 2].map(|channel: usize| one[channel].abs_diff(other[channel]))
}

/// A difference of one level must be seen.
const fn visible(difference: u8) -> u8 {
    if difference == 0 {
        0
    } else {
        difference.saturating_add(127)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_and_outliers_are_counted() {
        let expected = Picture {
            width: 2,
            height: 2,
            pixels: vec![[0; 3], [10; 3], [20; 3], [30; 3]],
        };
        let mut actual = expected.clone();
        actual.pixels[1] = [10, 11, 10];
        actual.pixels[2] = [20, 20, 25];
        let found = compare(&expected, &actual, 1).unwrap();
        assert_eq!(
            (found.max, found.pixels, found.outliers),
            (5, 2, vec![(0, 1)]),
            "one of two is an outlier"
        );
        actual.width = 4;
        assert!(compare(&expected, &actual, 1).is_err(), "another shape");
    }
}
