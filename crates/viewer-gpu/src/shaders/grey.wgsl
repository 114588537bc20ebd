// Grey slices, the twin of viewer-core/src/cpu/grey.rs; the curve is FixedCurve of viewer-core/src/plan/curve.rs.

@group(0) @binding(1) var frame_sint: texture_2d<i32>;
@group(0) @binding(2) var frame_uint: texture_2d<u32>;

fn load_sint(at: vec2<i32>) -> vec2<u32> {
    return fixed_from_i32(textureLoad(frame_sint, at, 0).r);
}

fn load_uint(at: vec2<i32>) -> vec2<u32> {
    return vec2<u32>(textureLoad(frame_uint, at, 0).r, 0u);
}

fn is_padding(value: vec2<u32>) -> bool {
    return !fixed_less(value, slice.padding_low) && !fixed_less(slice.padding_high, value);
}

// The displayed grey of a fixed-point value; f32 only relative to the anchor.
fn shade_grey(value: vec2<u32>) -> vec4<f32> {
    let clamped = fixed_clamp(value, slice.curve_low, slice.curve_high);
    let relative = f32_from_fixed(fixed_subtract(clamped, slice.curve_anchor));
    let line = slice.curve_offset + relative * slice.curve_gain;
    var y = line;
    if slice.curve_is_sigmoid == 1u {
        y = 255.0 / (1.0 + exp(clamp(line, -40.0, 40.0)));
    }
    let level = level_from_y(y);
    return vec4<f32>(level, level, level, 1.0);
}

fn shade_stored(value: vec2<u32>) -> vec4<f32> {
    return shade_grey(fixed_shift_left(fixed_shift_left(value, slice.weight_bits), slice.weight_bits));
}

fn shade_taps(nearest: vec2<u32>, a: vec2<u32>, b: vec2<u32>, c: vec2<u32>, d: vec2<u32>, weight: vec2<u32>) -> vec4<f32> {
    if is_padding(a) || is_padding(b) || is_padding(c) || is_padding(d) {
        return shade_stored(nearest);
    }
    return shade_grey(bilinear(a, b, c, d, weight));
}

@fragment
fn grey_sint(@builtin(position) canvas: vec4<f32>) -> @location(0) vec4<f32> {
    let sample = sample_at(canvas.xy);
    if !sample.is_inside {
        return BLACK;
    }
    let nearest = load_sint(sample.nearest);
    if slice.is_linear == 0u {
        return shade_stored(nearest);
    }
    let upper_right = load_sint(vec2<i32>(sample.last.x, sample.first.y));
    let lower_left = load_sint(vec2<i32>(sample.first.x, sample.last.y));
    return shade_taps(nearest, load_sint(sample.first), upper_right, lower_left, load_sint(sample.last), sample.weight);
}

@fragment
fn grey_uint(@builtin(position) canvas: vec4<f32>) -> @location(0) vec4<f32> {
    let sample = sample_at(canvas.xy);
    if !sample.is_inside {
        return BLACK;
    }
    let nearest = load_uint(sample.nearest);
    if slice.is_linear == 0u {
        return shade_stored(nearest);
    }
    let upper_right = load_uint(vec2<i32>(sample.last.x, sample.first.y));
    let lower_left = load_uint(vec2<i32>(sample.first.x, sample.last.y));
    return shade_taps(nearest, load_uint(sample.first), upper_right, lower_left, load_uint(sample.last), sample.weight);
}
