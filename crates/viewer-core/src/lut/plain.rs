//! The window as NoctisPro's server and page apply it.

/// A window without the terms of PS3.3 C.11.2.1.2: from `center - width / 2` to `center + width / 2`, the fraction cut off.
/// A width that is not above 0 is a step at the centre.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 0..=255; cutting off is what is meant"
)]
pub fn plain_level(x: f64, center: f64, width: f64, inverted: bool) -> u8 {
    let share = if width > 0.0 {
        ((x - (center - width / 2.0)) / width).clamp(0.0, 1.0)
    } else if x < center {
        0.0
    } else {
        1.0
    };
    let level = (share * 255.0) as u8;
    if inverted { 255 - level } else { level }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // 0 to 400: a unit is 0.6375 levels
        for (x, level) in [
            (-1.0, 0),
            (0.0, 0),
            (1.0, 0),
            (2.0, 1),
            (200.0, 127),
            (399.0, 254),
            (400.0, 255),
        ] {
            assert_eq!(plain_level(x, 200.0, 400.0, false), level, "{x}");
            assert_eq!(plain_level(x, 200.0, 400.0, true), 255 - level, "{x}");
        }
        assert_eq!([39.0, 40.0].map(|x| plain_level(x, 40.0, 0.0, false)), [0, 255]);
    }
}
