//! How far apart the slices of a stack are.

use super::{Finding, FindingKind, Image, counted, sorted::median};
use crate::words::fixed;

/// Slices that are no farther from even places are evenly apart, mm: what the millimetres of every plane keep to.
const EVEN_MM: f64 = 0.01;
/// The same as a part of their distance.
const EVEN: f64 = 0.05;
/// A gap is this much wider than the steps beside it.
const GAP: f64 = 1.5;
/// Gaps that a finding names.
const NAMED: usize = 4;

/// How far apart slices are.
pub(super) struct Steps {
    /// The distance from slice to slice along the normal: the same for all where they are even, else the median.
    pub(super) usual: f64,
    /// Of each slice, in that distance; whole numbers where they are even.
    pub(super) places: Vec<f64>,
    /// Each distance, mm.
    between: Vec<f64>,
    is_even: bool,
    /// What the one slice is thick, where there is one only.
    alone: Option<Option<f64>>,
}

#[expect(clippy::cast_precision_loss, reason = "at most 65536 slices")]
impl Steps {
    pub(super) fn of(images: &[Image<'_>], thickness: Option<f64>) -> Self {
        let alongs: Vec<f64> = images.iter().map(|image| image.along).collect();
        let between: Vec<f64> = alongs
            .windows(2)
            .map(|pair| pair.last().unwrap_or(&0.0) - pair.first().unwrap_or(&0.0))
            .collect();
        let first = alongs.first().copied().unwrap_or_default();
        let last = alongs.last().copied().unwrap_or_default();
        let whole = |count: usize| (0..count).map(|number| number as f64).collect();
        if between.is_empty() {
            return Self {
                usual: thickness.unwrap_or(1.0),
                places: whole(alongs.len()),
                between,
                is_even: true,
                alone: Some(thickness),
            };
        }
        let mean = (last - first) / between.len() as f64;
        let tolerance = EVEN_MM.min(EVEN * mean);
        let is_even = alongs
            .iter()
            .enumerate()
            .all(|(number, along)| (along - (first + mean * number as f64)).abs() <= tolerance);
        if is_even {
            return Self {
                usual: mean,
                places: whole(alongs.len()),
                between,
                is_even,
                alone: None,
            };
        }
        let usual = median(&between).unwrap_or(mean);
        let place = |along: f64| {
            let place = (along - first) / usual;
            let near = libm::round(place);
            if (place - near).abs() * usual <= tolerance {
                near
            } else {
                place
            }
        };
        Self {
            usual,
            places: alongs.into_iter().map(place).collect(),
            between,
            is_even,
            alone: None,
        }
    }

    pub(super) fn tell(&self, findings: &mut Vec<Finding>) {
        if let Some(thickness) = self.alone {
            let taken = match thickness {
                Some(mm) => format!("its SliceThickness of {} mm is taken for its depth", fixed(mm, 3)),
                None => "without a SliceThickness: 1 mm is taken for its depth".to_owned(),
            };
            findings.push(Finding::new(
                FindingKind::SingleSlice,
                format!("a single slice; {taken}"),
            ));
        }
        if self.is_even {
            return;
        }
        let gaps = self.gaps();
        if !gaps.is_empty() {
            findings.push(self.gap_finding(&gaps));
        }
        let rest: Vec<f64> = (0_usize..)
            .zip(&self.between)
            .filter(|(number, _)| !gaps.contains(number))
            .map(|(_, step)| *step)
            .collect();
        let low = rest.iter().copied().fold(f64::INFINITY, f64::min);
        let high = rest.iter().copied().fold(0.0, f64::max);
        if high - low > EVEN_MM.min(EVEN * self.usual) {
            let text = format!(
                "slices are {} to {} mm apart, most of them {} mm: each is drawn where it is",
                fixed(low, 3),
                fixed(high, 3),
                fixed(self.usual, 3)
            );
            findings.push(Finding::new(FindingKind::Irregular, text));
        }
    }

    /// Numbers of the steps that are wider than those beside them.
    fn gaps(&self) -> Vec<usize> {
        let beside = |number: usize, step: f64| {
            let before = number.checked_sub(1).and_then(|number| self.between.get(number));
            let neighbours = [before, self.between.get(number + 1)];
            let widest = neighbours.into_iter().flatten().copied().fold(0.0, f64::max);
            widest > 0.0 && step > GAP * widest
        };
        (0..)
            .zip(&self.between)
            .filter(|(number, step)| beside(*number, **step))
            .map(|(number, _)| number)
            .collect()
    }

    fn gap_finding(&self, gaps: &[usize]) -> Finding {
        let mut named: Vec<String> = gaps
            .iter()
            .take(NAMED)
            .filter_map(|number| {
                let step = self.between.get(*number)?;
                let [before, after] = [number + 1, number + 2];
                Some(format!(
                    "{} mm between slices {before} and {after}",
                    fixed(*step, 3)
                ))
            })
            .collect();
        if gaps.len() > NAMED {
            named.push(format!("{} more", gaps.len() - NAMED));
        }
        let text = format!(
            "{}: {}, where slices are {} mm apart; what lies between is interpolated across",
            counted(gaps.len(), "gap"),
            named.join(", "),
            fixed(self.usual, 3)
        );
        Finding::new(FindingKind::Gap, text)
    }
}
