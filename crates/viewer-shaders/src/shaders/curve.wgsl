// Grey by the curve: FixedCurve of viewer-core/src/plan/curve.rs.

fn is_padding(value: vec2<u32>) -> bool {
    if is_gentle {
        // At most 16 bits: the low words say it all.
        let low_word = bitcast<i32>(value.x);
        return low_word >= bitcast<i32>(slice.padding_low.x) && low_word <= bitcast<i32>(slice.padding_high.x);
    }
    return !fixed_less(value, slice.padding_low) && !fixed_less(slice.padding_high, value);
}

fn shade_line(line: f32) -> vec4<f32> {
    var y = line;
    if is_sigmoid {
        y = 255.0 / (1.0 + exp(clamp(line, -40.0, 40.0)));
    }
    let level = level_from_y(y);
    return vec4<f32>(level, level, level, 1.0);
}

// The displayed grey of a fixed-point value; f32 only relative to the anchor.
fn shade_fixed(value: vec2<u32>) -> vec4<f32> {
    let clamped = fixed_clamp(value, slice.curve_low, slice.curve_high);
    let relative = f32_from_fixed(fixed_subtract(clamped, slice.curve_anchor));
    return shade_line(slice.curve_offset + relative * slice.curve_gain);
}

// A stored value of a gentle curve's format, which has at most 16 bits.
fn gentle_tap(value: vec2<u32>) -> f32 {
    return f32(bitcast<i32>(value.x) - slice.gentle_anchor);
}

fn shade_gentle(relative: f32) -> vec4<f32> {
    return shade_line(slice.gentle_offset + relative * slice.gentle_gain);
}

fn shade_stored(value: vec2<u32>) -> vec4<f32> {
    if is_gentle {
        return shade_gentle(gentle_tap(value));
    }
    return shade_fixed(fixed_shift_left(fixed_shift_left(value, slice.weight_bits), slice.weight_bits));
}

// Upper left, upper right, lower left, lower right.
fn shade_taps(a: vec2<u32>, b: vec2<u32>, c: vec2<u32>, d: vec2<u32>, weight: vec2<u32>) -> vec4<f32> {
    if is_gentle {
        // At most 23 bits: exact in f32.
        let share = vec2<f32>(weight) / f32(1u << slice.weight_bits);
        let upper = gentle_tap(a) + (gentle_tap(b) - gentle_tap(a)) * share.x;
        let lower = gentle_tap(c) + (gentle_tap(d) - gentle_tap(c)) * share.x;
        return shade_gentle(upper + (lower - upper) * share.y);
    }
    return shade_fixed(bilinear(a, b, c, d, weight));
}
