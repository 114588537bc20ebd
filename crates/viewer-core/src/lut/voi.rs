//! The three VOI functions for the output range 0..=255, word for word from the standard.

/// The standard's ymax of the output range; ymin is 0.
const Y_MAX: f64 = 255.0;

/// Beyond this many quarters of a width from the centre, a sigmoid is nearer to its end than one
/// ten-thousandth of a grey level (255 / (1 + e^17) = 1.06e-5).
const SIGMOID_PLATEAU: f64 = 17.0;

/// Part of a VOI function that a value lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plateau {
    /// y = 0 (for a sigmoid: rounds to 0).
    Dark,
    /// Between the plateaus.
    Slope,
    /// y = 255 (for a sigmoid: rounds to 255).
    Bright,
}

/// LINEAR, PS3.3 C.11.2.1.2.1: "if (x <= c - 0.5 - (w-1)/2), then y = ymin;
/// else if (x > c - 0.5 + (w-1)/2), then y = ymax;
/// else y = ((x - (c - 0.5)) / (w-1) + 0.5) * (ymax - ymin) + ymin".
///
/// `w` is at least 1; for `w` = 1 it is the step at c - 0.5 (the third case is never reached).
#[inline]
pub fn linear(x: f64, c: f64, w: f64) -> f64 {
    match linear_plateau(x, c, w) {
        Plateau::Dark => 0.0,
        Plateau::Slope => ((x - (c - 0.5)) / (w - 1.0) + 0.5) * Y_MAX,
        Plateau::Bright => Y_MAX,
    }
}

/// The plateau of [`linear`].
#[inline]
pub(super) fn linear_plateau(x: f64, c: f64, w: f64) -> Plateau {
    if x <= c - 0.5 - (w - 1.0) / 2.0 {
        Plateau::Dark
    } else if x > c - 0.5 + (w - 1.0) / 2.0 {
        Plateau::Bright
    } else {
        Plateau::Slope
    }
}

/// `LINEAR_EXACT`, PS3.3 C.11.2.1.3.2: "if (x <= c - w/2), then y = ymin; else if (x > c + w/2), then y = ymax;
/// else y = ((x - c) / w + 0.5) * (ymax - ymin) + ymin". `w` is more than 0.
#[inline]
pub fn linear_exact(x: f64, c: f64, w: f64) -> f64 {
    match linear_exact_plateau(x, c, w) {
        Plateau::Dark => 0.0,
        Plateau::Slope => ((x - c) / w + 0.5) * Y_MAX,
        Plateau::Bright => Y_MAX,
    }
}

/// The plateau of [`linear_exact`].
#[inline]
pub(super) fn linear_exact_plateau(x: f64, c: f64, w: f64) -> Plateau {
    if x <= c - w / 2.0 {
        Plateau::Dark
    } else if x > c + w / 2.0 {
        Plateau::Bright
    } else {
        Plateau::Slope
    }
}

/// SIGMOID, PS3.3 C.11.2.1.3.1: "y = (ymax - ymin) / (1 + exp(-4 * (x - c) / w)) + ymin". `w` is more than 0.
#[inline]
pub fn sigmoid(x: f64, c: f64, w: f64) -> f64 {
    Y_MAX / (1.0 + libm::exp(-4.0 * (x - c) / w))
}

/// The plateau of [`sigmoid`]: where it rounds to the end of the range whatever the rounding of the last digits.
pub(super) fn sigmoid_plateau(x: f64, c: f64, w: f64) -> Plateau {
    let exponent = 4.0 * (x - c) / w;
    if exponent <= -SIGMOID_PLATEAU {
        Plateau::Dark
    } else if exponent > SIGMOID_PLATEAU {
        Plateau::Bright
    } else {
        Plateau::Slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lut::level_from_y;

    /// (x, expected level) worked by hand from the formula of the standard.
    fn check(function: fn(f64, f64, f64) -> f64, c: f64, w: f64, expected: &[(f64, u8)]) {
        for &(x, level) in expected {
            let y = function(x, c, w);
            assert_eq!(level_from_y(y), level, "x = {x}, c = {c}, w = {w}, y = {y}");
        }
    }

    #[test]
    fn linear_of_the_identity_window() {
        // c = 128, w = 256: edges 0 and 255, y = x (the note in C.11.2.1.2.1).
        check(
            linear,
            128.0,
            256.0,
            &[
                (-1.0, 0),
                (0.0, 0),
                (1.0, 1),
                (127.0, 127),
                (254.0, 254),
                (255.0, 255),
                (256.0, 255),
            ],
        );
    }

    #[test]
    fn linear_of_width_one_is_a_step() {
        // C.11.2.1.2.1: c = 2048, w = 1: x <= 2047.5 gives 0, above gives 255.
        check(
            linear,
            2048.0,
            1.0,
            &[(2047.0, 0), (2047.5, 0), (2_047.500_001, 255), (2048.0, 255)],
        );
        check(linear, 0.0, 1.0, &[(-1.0, 0), (-0.5, 0), (0.0, 255)]);
    }

    #[test]
    fn linear_of_width_two_has_one_slope() {
        // c = 0, w = 2: edges -1 and 0; the slope covers (-1, 0]; x = -0.5 is the middle, 127.5 rounds to 128.
        check(
            linear,
            0.0,
            2.0,
            &[(-1.0, 0), (-0.5, 128), (0.0, 255), (0.1, 255)],
        );
    }

    #[test]
    fn linear_of_a_soft_tissue_window() {
        // c = 40, w = 400: edges -160 and 239; y(0) = ((0 - 39.5) / 399 + 0.5) * 255 = 102.255...
        check(
            linear,
            40.0,
            400.0,
            &[(-160.0, 0), (-159.0, 1), (0.0, 102), (40.0, 128), (239.0, 255)],
        );
    }

    #[test]
    fn linear_exact_has_its_edges_half_a_width_from_the_centre() {
        // c = 0, w = 100: edges -50 and 50; y(0) = 127.5; y(25) = 0.75 * 255 = 191.25.
        check(
            linear_exact,
            0.0,
            100.0,
            &[
                (-50.0, 0),
                (-49.9, 0),
                (0.0, 128),
                (25.0, 191),
                (50.0, 255),
                (50.1, 255),
            ],
        );
        // Narrower than 1 is allowed.
        check(
            linear_exact,
            0.5,
            0.5,
            &[(0.25, 0), (0.5, 128), (0.75, 255), (1.0, 255)],
        );
    }

    #[test]
    fn sigmoid_meets_its_known_points() {
        // y(c) = 127.5; y(c + w/4) = 255 / (1 + e^-1) = 186.41...; y(c - w/4) = 255 / (1 + e) = 68.58...
        check(
            sigmoid,
            100.0,
            40.0,
            &[(100.0, 128), (110.0, 186), (90.0, 69), (-1e9, 0), (1e9, 255)],
        );
    }

    #[test]
    fn plateaus_agree_with_the_functions() {
        for (c, w) in [(0.0, 1.0), (40.0, 400.0), (20_000.0, 257.0)] {
            let mut x = c - w;
            while x < c + w {
                let y = linear(x, c, w);
                match linear_plateau(x, c, w) {
                    Plateau::Dark => assert!(y.abs() < 1e-12, "dark at {x}"),
                    Plateau::Slope => assert!((-1e-9..=255.000_001).contains(&y), "slope at {x}"),
                    Plateau::Bright => assert!((y - 255.0).abs() < 1e-12, "bright at {x}"),
                }
                if sigmoid_plateau(x, c, w / 20.0) == Plateau::Dark {
                    assert_eq!(level_from_y(sigmoid(x, c, w / 20.0)), 0, "dark sigmoid at {x}");
                }
                x += 0.5;
            }
        }
    }
}
