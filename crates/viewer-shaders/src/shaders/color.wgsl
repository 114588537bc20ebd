// Colour slices, the twin of viewer-core/src/cpu/color.rs: each channel by itself.

fn load_color(at: vec2<i32>) -> vec3<f32> {
    return vec3<f32>(textureLoad(frame_uint, at, 0).rgb);
}

fn shade_color(channels: vec3<f32>) -> vec4<f32> {
    var y = channels / slice.units_per_level;
    if slice.is_inverted == 1u {
        y = vec3<f32>(255.0) - y;
    }
    return vec4<f32>(level_from_y(y.r), level_from_y(y.g), level_from_y(y.b), 1.0);
}

@fragment
fn color(@builtin(position) canvas: vec4<f32>) -> @location(0) vec4<f32> {
    let sample = sample_at(canvas.xy);
    if !sample.is_inside {
        return BLACK;
    }
    if !is_linear {
        return shade_color(load_color(sample.nearest));
    }
    // At most 23 bits: exact in f32.
    let weight = vec2<f32>(sample.weight) / f32(1u << slice.weight_bits);
    let edge = vec2<i32>(slice.size) - vec2<i32>(1, 1);
    let first = max(sample.first, vec2<i32>(0, 0));
    let last = min(sample.first + vec2<i32>(1, 1), edge);
    let upper_left = load_color(first);
    let upper_right = load_color(vec2<i32>(last.x, first.y));
    let lower_left = load_color(vec2<i32>(first.x, last.y));
    let lower_right = load_color(last);
    let upper = upper_left + (upper_right - upper_left) * weight.x;
    let lower = lower_left + (lower_right - lower_left) * weight.x;
    return shade_color(upper + (lower - upper) * weight.y);
}
