//! The CPU renderer against the formulas of PS3.3 C.11 written out once more, over every 16-bit stored value.

use viewer_core::{
    Frame, FrameSpec, PixelFormat, cpu,
    lut::{Voi, VoiFunction},
    plan::{Interpolation, SlicePlan, View},
};

/// The grey level by the letter of the standard, in one piece.
fn textbook(stored: f64, slope: f64, intercept: f64, voi: Voi, inverted: bool) -> u8 {
    let x = slope * stored + intercept;
    let (c, w) = (voi.center, voi.width);
    let y = match voi.function {
        VoiFunction::Linear if x <= c - 0.5 - (w - 1.0) / 2.0 => 0.0,
        VoiFunction::Linear if x > c - 0.5 + (w - 1.0) / 2.0 => 255.0,
        VoiFunction::Linear => ((x - (c - 0.5)) / (w - 1.0) + 0.5) * 255.0,
        VoiFunction::LinearExact if x <= c - w / 2.0 => 0.0,
        VoiFunction::LinearExact if x > c + w / 2.0 => 255.0,
        VoiFunction::LinearExact => ((x - c) / w + 0.5) * 255.0,
        VoiFunction::Sigmoid => 255.0 / (1.0 + libm::exp(-4.0 * (x - c) / w)),
    };
    let y = if inverted { 255.0 - y } else { y };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "y is in 0..=255"
    )]
    let level = (y + 0.5).floor() as u8;
    level
}

fn every_value(format: PixelFormat) -> Vec<u8> {
    let first: i32 = if format == PixelFormat::R16Sint {
        -32_768
    } else {
        0
    };
    (first..first + 65_536)
        .flat_map(|value| value.to_le_bytes()[..2].to_vec())
        .collect()
}

#[test]
fn the_cpu_is_the_textbook_at_every_stored_value() {
    let mut compared = 0_u64;
    for format in [PixelFormat::R16Uint, PixelFormat::R16Sint] {
        let first = if format == PixelFormat::R16Sint {
            -32_768.0
        } else {
            0.0
        };
        let pixels = every_value(format);
        for function in [
            VoiFunction::Linear,
            VoiFunction::LinearExact,
            VoiFunction::Sigmoid,
        ] {
            for (center, width) in [
                (40.0, 400.0),
                (20_000.0, 257.0),
                (0.0, 1.0),
                (19_999.5, 2.0),
                (-600.0, 1500.0),
            ] {
                for (slope, intercept) in [(1.0, 0.0), (1.0, -1024.0), (-0.5, 3.25), (0.1, 7.3), (0.0, 40.0)]
                {
                    for (monochrome1, invert) in [(false, false), (true, false), (true, true)] {
                        for interpolation in [Interpolation::Nearest, Interpolation::Linear] {
                            let voi = Voi {
                                center,
                                width,
                                function,
                            };
                            let spec = FrameSpec {
                                rescale_slope: slope,
                                rescale_intercept: intercept,
                                inverted: monochrome1,
                                voi,
                                ..FrameSpec::of_size(256, 256, format)
                            };
                            let view = View {
                                invert,
                                interpolation,
                                ..View::of(&spec)
                            };
                            let plan = SlicePlan::new(&spec, &view, [256, 256]).unwrap();
                            let picture =
                                cpu::render(&plan, &Frame::new(spec, pixels.clone()).unwrap()).unwrap();
                            let mut stored = first;
                            for pixel in picture.as_chunks::<4>().0 {
                                let level = textbook(stored, slope, intercept, voi, monochrome1 != invert);
                                assert_eq!(
                                    *pixel,
                                    [level, level, level, 255],
                                    "{stored} through {voi:?}, {slope}, {intercept}"
                                );
                                stored += 1.0;
                                compared += 1;
                            }
                        }
                    }
                }
            }
        }
    }
    assert_eq!(
        compared,
        2 * 3 * 5 * 5 * 3 * 2 * 65_536,
        "every value of every window"
    );
}
