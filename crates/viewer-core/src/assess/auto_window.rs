//! A window that suits the values.

use super::{Ordered, Sample};
use crate::{Result, lut::Voi, metadata::InstanceInfo};

/// Where nothing can be told from the values.
const FALLBACK: Voi = Voi::linear(40.0, 400.0);
/// The same for projections.
const FALLBACK_PROJECTION: Voi = Voi::linear(1200.0, 2500.0);

/// How a modality's window is found: shares of the values to leave out at both ends, and the least width.
struct Rule {
    low: f64,
    high: f64,
    least_width: f64,
}

const fn rule(modality: &str, others: (f64, f64)) -> Rule {
    let (low, high, least_width) = match modality.as_bytes() {
        b"CR" | b"DX" | b"DR" => (0.01, 0.99, 500.0),
        b"MG" => (0.005, 0.995, 300.0),
        b"XA" | b"RF" => (0.01, 0.99, 200.0),
        _ => (others.0, others.1, 50.0),
    };
    Rule {
        low,
        high,
        least_width,
    }
}

/// A LINEAR window from one quantile of the values to another: which, and how wide it is at least, depends on the modality.
/// `others` are the shares (0 to 1) for modalities without a rule of their own, 0.02 and 0.98 as a rule.
/// Without a finite value it is 400 wide about 40.
///
/// # Errors
/// As [`Ordered::new`].
pub fn auto_window<S: Sample>(
    values: impl ExactSizeIterator<Item = S>,
    modality: &str,
    others: (f64, f64),
) -> Result<Voi> {
    let ordered = Ordered::new(values)?;
    Ok(from_quantiles(&ordered, &rule(modality, others)).unwrap_or(FALLBACK))
}

/// The window to begin with: the object's first, else [`auto_window`], else one for the modality.
///
/// # Errors
/// As [`auto_window`].
pub fn default_window<S: Sample>(
    info: &InstanceInfo,
    values: impl ExactSizeIterator<Item = S>,
) -> Result<Voi> {
    if let Some(window) = info.windows.first() {
        return Ok(window.voi());
    }
    let modality = info.modality.as_deref().unwrap_or_default();
    let ordered = Ordered::new(values)?;
    let found = from_quantiles(&ordered, &rule(modality, (0.02, 0.98)));
    Ok(found.unwrap_or(match modality {
        "DX" | "CR" | "XA" | "RF" | "MG" => FALLBACK_PROJECTION,
        _ => FALLBACK,
    }))
}

fn from_quantiles(ordered: &Ordered, rule: &Rule) -> Option<Voi> {
    let low = ordered.quantile(rule.low)?;
    let high = ordered.quantile(rule.high)?;
    Some(Voi::linear(
        f64::midpoint(low, high),
        (high - low).max(rule.least_width),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_least_widths() {
        // 0 to 1000: the quantile of a share is 1000 times the share
        let ramp = || (0..=1000_i16).rev();
        for (modality, center, width) in [("CT", 500.0, 960.0), ("CR", 500.0, 980.0), ("MG", 500.0, 990.0)] {
            let voi = auto_window(ramp(), modality, (0.02, 0.98)).expect("a few bytes");
            assert!((voi.center - center).abs() < 1e-9, "{modality}: {voi:?}");
            assert!((voi.width - width).abs() < 1e-9, "{modality}: {voi:?}");
        }
        let flat = || [7_u8; 9].into_iter();
        for (modality, width) in [("MR", 50.0), ("DX", 500.0), ("XA", 200.0), ("MG", 300.0)] {
            assert_eq!(
                auto_window(flat(), modality, (0.02, 0.98)),
                Ok(Voi::linear(7.0, width))
            );
        }
        assert_eq!(
            auto_window([f32::NAN].into_iter(), "MR", (0.02, 0.98)),
            Ok(FALLBACK)
        );
    }

    #[test]
    fn the_object_comes_first() {
        let mut info = InstanceInfo {
            modality: Some("DX".to_owned()),
            ..InstanceInfo::default()
        };
        assert_eq!(
            default_window(&info, [0.0_f64; 0].into_iter()),
            Ok(FALLBACK_PROJECTION)
        );
        info.windows.push(crate::metadata::Window {
            center: 1.0,
            width: 2.0,
            function: crate::lut::VoiFunction::Sigmoid,
            explanation: None,
        });
        assert_eq!(
            default_window(&info, [0_u8; 0].into_iter()),
            Ok(info.windows[0].voi())
        );
    }
}
