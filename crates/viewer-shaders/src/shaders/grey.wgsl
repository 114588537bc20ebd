// Grey slices, the twin of viewer-core/src/cpu/grey.rs. How values become grey is in curve.wgsl or in table.wgsl.

fn load_sint(at: vec2<i32>) -> vec2<u32> {
    return fixed_from_i32(textureLoad(frame_sint, at, 0).r);
}

fn load_uint(at: vec2<i32>) -> vec2<u32> {
    return vec2<u32>(textureLoad(frame_uint, at, 0).r, 0u);
}

@fragment
fn grey_sint(@builtin(position) canvas: vec4<f32>) -> @location(0) vec4<f32> {
    let sample = sample_at(canvas.xy);
    if !sample.is_inside {
        return BLACK;
    }
    if !is_linear {
        return shade_stored(load_sint(sample.nearest));
    }
    let taps = taps_sint(sample);
    let a = fixed_from_i32(taps.x);
    let b = fixed_from_i32(taps.y);
    let c = fixed_from_i32(taps.z);
    let d = fixed_from_i32(taps.w);
    if has_padding {
        if is_padding(a) || is_padding(b) || is_padding(c) || is_padding(d) {
            return shade_stored(load_sint(sample.nearest));
        }
    }
    return shade_taps(a, b, c, d, sample.weight);
}

@fragment
fn grey_uint(@builtin(position) canvas: vec4<f32>) -> @location(0) vec4<f32> {
    let sample = sample_at(canvas.xy);
    if !sample.is_inside {
        return BLACK;
    }
    if !is_linear {
        return shade_stored(load_uint(sample.nearest));
    }
    let taps = taps_uint(sample);
    let a = vec2<u32>(taps.x, 0u);
    let b = vec2<u32>(taps.y, 0u);
    let c = vec2<u32>(taps.z, 0u);
    let d = vec2<u32>(taps.w, 0u);
    if has_padding {
        if is_padding(a) || is_padding(b) || is_padding(c) || is_padding(d) {
            return shade_stored(load_uint(sample.nearest));
        }
    }
    return shade_taps(a, b, c, d, sample.weight);
}
