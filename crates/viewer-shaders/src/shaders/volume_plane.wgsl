// A plane or slab: from samples to levels.

// Grey by a table: GreyTable of viewer-core/src/lut/chain.rs, line by line in a texture of 1024 columns.
@group(0) @binding(4) var levels: texture_2d<u32>;

fn level_from_y(y: f32) -> f32 {
    return floor(clamp(y, 0.0, 255.0) + 0.5) / 255.0;
}

fn shade_line(line: f32) -> vec4<f32> {
    var y = line;
    if is_sigmoid {
        y = 255.0 / (1.0 + exp(clamp(line, -40.0, 40.0)));
    }
    let level = level_from_y(y);
    return vec4<f32>(level, level, level, 1.0);
}

fn shade_exact(value: vec2<u32>) -> vec4<f32> {
    let clamped = fixed_clamp(value, plane.curve_low, plane.curve_high);
    let relative = fixed_subtract(clamped, plane.curve_anchor);
    if has_levels {
        let index = (relative.y << 16u) | (relative.x >> 16u);
        let at = vec2<i32>(i32(index & 1023u), i32(index >> 10u));
        let level = f32(textureLoad(levels, at, 0).r) / 255.0;
        return vec4<f32>(level, level, level, 1.0);
    }
    return shade_line(plane.curve_offset + f32_from_fixed(relative) * plane.curve_gain);
}

fn exact_picture(first: Position) -> vec4<f32> {
    if is_slab {
        let slab = exact_slab(first);
        if slab.count == 0u {
            return BLACK;
        }
        return shade_exact(exact_value(slab));
    }
    let sample = around(first);
    if !sample.is_inside {
        return BLACK;
    }
    let found = exact_sample(sample);
    if !found.is_there {
        return BLACK;
    }
    return shade_exact(found.value);
}

fn gentle_picture(first: Position) -> vec4<f32> {
    if is_slab {
        let slab = gentle_slab(first);
        if slab.count == 0u {
            return BLACK;
        }
        return shade_line(gentle_line(slab));
    }
    let sample = around(first);
    if !sample.is_inside {
        return BLACK;
    }
    let found = gentle_sample(sample);
    if !found.is_there {
        return BLACK;
    }
    return shade_line(plane.gentle_offset + found.value * plane.gentle_gain);
}

@fragment
fn plane_picture(@builtin(position) canvas: vec4<f32>) -> @location(0) vec4<f32> {
    let first = position_at(vec2<u32>(canvas.xy));
    if is_gentle {
        return gentle_picture(first);
    }
    return exact_picture(first);
}
