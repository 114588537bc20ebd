//! Sampling by the CPU renderer: hand-worked pictures.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;

use viewer_core::{
    ErrorKind, Frame, FrameSpec, PixelFormat, cpu,
    lut::{GreyTable, Voi},
    plan::{Interpolation, SlicePlan, View},
};

/// A frame whose stored values are its levels.
fn frame(
    format: PixelFormat,
    columns: u32,
    rows: u32,
    padding: Option<(i64, i64)>,
    pixels: Vec<u8>,
) -> Frame {
    let spec = FrameSpec {
        padding,
        ..FrameSpec::of_size(rows, columns, format)
    };
    Frame::new(spec, pixels).unwrap()
}

/// The red channel, line by line.
fn levels(frame: &Frame, change: impl Fn(&mut View), canvas: [u32; 2]) -> Vec<Vec<u8>> {
    let mut view = View::of(frame.spec());
    change(&mut view);
    let plan = SlicePlan::new(frame.spec(), &view, canvas).unwrap();
    let picture = cpu::render(&plan, frame).unwrap();
    picture
        .chunks(canvas[0] as usize * 4)
        .map(|line| line.as_chunks::<4>().0.iter().map(|pixel| pixel[0]).collect())
        .collect()
}

#[test]
fn nearest_repeats_pixels() {
    let frame = frame(PixelFormat::R8Uint, 2, 2, None, vec![10, 20, 30, 40]);
    assert_eq!(
        levels(&frame, |view| view.interpolation = Interpolation::Nearest, [4, 4]),
        [
            [10, 10, 20, 20],
            [10, 10, 20, 20],
            [30, 30, 40, 40],
            [30, 30, 40, 40]
        ],
        "each pixel twice"
    );
}

#[test]
fn one_pixel_for_each_of_the_frame_and_levels_of_others() {
    let frame = frame(PixelFormat::R8Uint, 3, 2, None, vec![10, 20, 30, 40, 50, 60]);
    let nearest = |view: &mut View| view.interpolation = Interpolation::Nearest;
    let flipped = |view: &mut View| {
        nearest(view);
        view.flip_horizontal = true;
    };
    assert_eq!(levels(&frame, nearest, [3, 2]), [[10, 20, 30], [40, 50, 60]]);
    assert_eq!(levels(&frame, flipped, [3, 2]), [[30, 20, 10], [60, 50, 40]]);
    let mut view = View::of(frame.spec());
    nearest(&mut view);
    let table = Arc::new(GreyTable::of_levels(20, vec![1, 2, 3]).unwrap());
    for canvas in [[3, 2], [6, 4]] {
        let plan = SlicePlan::new(frame.spec(), &view, canvas)
            .unwrap()
            .with_levels(Arc::clone(&table));
        let picture = cpu::render(&plan, &frame).unwrap();
        let corners = [picture[0], picture[picture.len() - 4]];
        assert_eq!(
            corners,
            [1, 3],
            "{canvas:?}: the first level and the last hold beyond"
        );
    }
}

#[test]
fn linear_clamps_at_the_edge_and_weighs_inside() {
    // Samples lie at -0.25, 0.25, 0.75, 1.25: 10, 10 + 0.25 * 20, 10 + 0.75 * 20, 30.
    let frame = frame(PixelFormat::R8Uint, 2, 1, None, vec![10, 30]);
    assert_eq!(
        levels(&frame, |_| (), [4, 2]),
        [[10, 15, 25, 30], [10, 15, 25, 30]],
        "clamped and weighed"
    );
}

#[test]
fn outside_is_black_even_when_inverted() {
    let frame = frame(PixelFormat::R8Uint, 1, 1, None, vec![200]);
    assert_eq!(
        levels(&frame, |view| view.invert = true, [3, 1]),
        [[0, 55, 0]],
        "black bars"
    );
}

#[test]
fn padding_is_never_mixed_into_a_neighbour() {
    let frame = frame(PixelFormat::R8Uint, 3, 1, Some((0, 0)), vec![0, 100, 200]);
    // Samples at -0.25, 0.25 | 0.75, 1.25 | 1.75, 2.25; the first three touch padding.
    assert_eq!(
        levels(&frame, |_| (), [6, 2])[0],
        [0, 0, 100, 125, 175, 200],
        "nearest beside padding"
    );
}

#[test]
fn flips_and_quarter_turns_move_pixels() {
    let frame = frame(PixelFormat::R8Uint, 3, 2, None, vec![1, 2, 3, 4, 5, 6]);
    assert_eq!(
        levels(&frame, |view| view.flip_horizontal = true, [3, 2]),
        [[3, 2, 1], [6, 5, 4]],
        "left to right"
    );
    assert_eq!(
        levels(&frame, |view| view.flip_vertical = true, [3, 2]),
        [[4, 5, 6], [1, 2, 3]],
        "top to bottom"
    );
    assert_eq!(
        levels(&frame, |view| view.rotation_deg = 90.0, [2, 3]),
        [[4, 1], [5, 2], [6, 3]],
        "clockwise"
    );
    assert_eq!(
        levels(&frame, |view| view.rotation_deg = 180.0, [3, 2]),
        [[6, 5, 4], [3, 2, 1]],
        "half a turn"
    );
}

#[test]
fn pan_moves_right_and_down() {
    let frame = frame(PixelFormat::R8Uint, 2, 2, None, vec![1, 2, 3, 4]);
    assert_eq!(
        levels(&frame, |view| view.pan_px = [1.0, 1.0], [2, 2]),
        [[0, 0], [0, 1]],
        "moved"
    );
}

#[test]
fn colour_is_interpolated_by_channel_and_scaled() {
    let rgba16: Vec<u8> = [0_u16, 257 * 100, 65_535, 65_535, 257 * 40, 257 * 200, 0, 65_535]
        .into_iter()
        .flat_map(u16::to_le_bytes)
        .collect();
    let frame = frame(PixelFormat::Rgba16Uint, 2, 1, None, rgba16);
    let plan = SlicePlan::new(frame.spec(), &View::of(frame.spec()), [4, 2]).unwrap();
    let picture = cpu::render(&plan, &frame).unwrap();
    assert_eq!(
        picture[..16],
        [
            0, 100, 255, 255, 10, 125, 191, 255, 30, 175, 64, 255, 40, 200, 0, 255
        ],
        "quarter steps; 0.75 * 255 = 191.25"
    );
}

#[test]
fn every_grey_format_shows_its_values() {
    let values = [-7_i64, 0, 100, 127];
    let mut checked = 0;
    for format in PixelFormat::ALL.into_iter().filter(|format| !format.is_color()) {
        let signed = matches!(
            format,
            PixelFormat::R8Sint | PixelFormat::R16Sint | PixelFormat::R32Sint
        );
        let stored = values.map(|value| if signed { value } else { value.max(0) });
        let bytes = format.bytes_per_pixel();
        let pixels = stored
            .iter()
            .flat_map(|value| value.to_le_bytes()[..bytes].to_vec())
            .collect();
        let frame = frame(format, 4, 1, None, pixels);
        for interpolation in [Interpolation::Nearest, Interpolation::Linear] {
            let shown = levels(&frame, |view| view.interpolation = interpolation, [4, 1]);
            assert_eq!(shown, [[0, 0, 100, 127]], "{format:?} {interpolation:?}");
            checked += 1;
        }
    }
    assert_eq!(checked, 12, "six formats, two interpolations");
}

#[test]
fn full_range_32_bit_values_interpolate_without_overflow() {
    let pixels: Vec<u8> = [0_u32, u32::MAX].into_iter().flat_map(u32::to_le_bytes).collect();
    let mut frame = frame(PixelFormat::R32Uint, 2, 1, None, pixels.clone());
    let mut spec = frame.spec().clone();
    spec.voi = Voi::linear(2_147_483_648.0, 4_294_967_296.0);
    frame = Frame::new(spec, pixels).unwrap();
    assert_eq!(
        levels(&frame, |_| (), [4, 2])[0],
        [0, 64, 191, 255],
        "quarters of the range"
    );
}

#[test]
fn a_plan_for_another_frame_is_refused() {
    let one = frame(PixelFormat::R8Uint, 2, 2, None, vec![0; 4]);
    let other = frame(PixelFormat::R8Uint, 4, 1, None, vec![0; 4]);
    let plan = SlicePlan::new(one.spec(), &View::of(one.spec()), [2, 2]).unwrap();
    assert_eq!(
        cpu::render(&plan, &other).unwrap_err().kind,
        ErrorKind::Malformed,
        "sizes differ"
    );
}
