// One slice on one canvas: the uniform (`Slice` in slice.rs) and the full-screen triangle.

struct Slice {
    // Positions of canvas pixel centres, 32.32 image pixels.
    column_origin: vec2<u32>,
    column_step_x: vec2<u32>,
    column_step_y: vec2<u32>,
    row_origin: vec2<u32>,
    row_step_x: vec2<u32>,
    row_step_y: vec2<u32>,
    // The grey curve over fixed-point values.
    curve_low: vec2<u32>,
    curve_high: vec2<u32>,
    curve_anchor: vec2<u32>,
    // Closed range of stored values; low above high when there is no padding.
    padding_low: vec2<u32>,
    padding_high: vec2<u32>,
    // Columns, rows.
    size: vec2<u32>,
    curve_offset: f32,
    curve_gain: f32,
    // 1: the curve is a sigmoid, 0: a ramp.
    curve_is_sigmoid: u32,
    // 1: linear, 0: nearest.
    is_linear: u32,
    weight_bits: u32,
    // Colour only: 1 shows the negative.
    is_inverted: u32,
    // Colour only: channel units of one grey level, 1 or 257.
    units_per_level: f32,
    unused: u32,
}

@group(0) @binding(0) var<uniform> slice: Slice;

const BLACK = vec4<f32>(0.0, 0.0, 0.0, 1.0);

@vertex
fn full_screen(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    let x = select(-1.0, 3.0, index == 1u);
    let y = select(-1.0, 3.0, index == 2u);
    return vec4<f32>(x, y, 0.0, 1.0);
}

// A displayed channel: y in 0..=255 rounded to a whole level.
fn level_from_y(y: f32) -> f32 {
    return floor(clamp(y, 0.0, 255.0) + 0.5) / 255.0;
}
