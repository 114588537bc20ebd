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
    // The same curve over stored values, where `is_gentle`.
    gentle_anchor: i32,
    gentle_offset: f32,
    gentle_gain: f32,
    weight_bits: u32,
    // Colour only: 1 shows the negative.
    is_inverted: u32,
    // Colour only: channel units of one grey level, 1 or 257.
    units_per_level: f32,
    // Of the mask over the frame; see mask.wgsl.
    shutter_level: f32,
    shows_overlays: u32,
    unused: vec2<u32>,
}

// What is decided for a whole picture is decided when its pipeline is made (`Variant` in pipeline.rs): a
// machine that takes both sides of every branch then runs a third of the instructions.
override is_linear: bool = true;
// The curve is a sigmoid, else a ramp.
override is_sigmoid: bool = false;
override has_padding: bool = false;
// The curve climbs so gently that f32 is exact enough for the interpolation: GentleCurve of viewer-core/src/plan/curve.rs.
override is_gentle: bool = false;

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
