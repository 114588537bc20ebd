// Samples in f32, relative to the anchor of a gentle curve: GentleCurve of viewer-core/src/plan/curve.rs.

struct Gentle {
    value: f32,
    is_there: bool,
}

fn gentle_tap(value: i32) -> f32 {
    if has_slices {
        // The anchor is subtracted after the rescale.
        return f32(value);
    }
    return f32(value - plane.gentle_anchor);
}

fn lerp(a: f32, b: f32, share: f32) -> f32 {
    return a + (b - a) * share;
}

fn gentle_within(taps: vec4<i32>, share: vec2<f32>) -> f32 {
    if is_flat_column {
        return lerp(gentle_tap(taps.x), gentle_tap(taps.z), share.y);
    }
    let upper = lerp(gentle_tap(taps.x), gentle_tap(taps.y), share.x);
    if is_flat_row {
        return upper;
    }
    return lerp(upper, lerp(gentle_tap(taps.z), gentle_tap(taps.w), share.x), share.y);
}

fn gentle_between(taps: Taps, sample: Around) -> f32 {
    // At most 16 bits: exact in f32.
    let share = vec3<f32>(sample.weight) * (1.0 / 32768.0);
    let below = rescaled_gentle(sample.below.z, gentle_within(taps.below, share.xy));
    if is_flat_slice {
        return below;
    }
    return lerp(below, rescaled_gentle(sample.above.z, gentle_within(taps.above, share.xy)), share.z);
}

fn gentle_cubic(cube: Cube) -> f32 {
    var lines = cube;
    let share = vec4<f32>(cube.column.weight) * (1.0 / 32768.0);
    var sum = 0.0;
    for (var z = 0; z < 4; z++) {
        var layer = 0.0;
        for (var y = 0; y < 4; y++) {
            let taps = taps_along(cube, lines.row.at[y], lines.slice.at[z]);
            let line = gentle_tap(taps.x) * share.x + gentle_tap(taps.y) * share.y
                + gentle_tap(taps.z) * share.z + gentle_tap(taps.w) * share.w;
            layer += line * (f32(lines.row.weight[y]) * (1.0 / 32768.0));
        }
        sum += rescaled_gentle(lines.slice.at[z], layer) * (f32(lines.slice.weight[z]) * (1.0 / 32768.0));
    }
    return sum;
}

// Of a sample inside the volume.
fn gentle_sample(sample: Around) -> Gentle {
    if is_cubic {
        let cube = cube_at(sample);
        if !is_cube_gapped(cube) {
            return Gentle(gentle_cubic(cube), true);
        }
    }
    if is_linear {
        let taps = taps_of(sample);
        if !is_gapped(taps, sample) {
            return Gentle(gentle_between(taps, sample), true);
        }
    }
    let value = voxel(sample.nearest);
    return Gentle(rescaled_gentle(sample.nearest.z, gentle_tap(value)), !is_nothing(value, sample.nearest.z));
}

// What a slab shows of its samples, so far.
struct GentleSlab {
    value: f32,
    // Of a sum: whole units, which f32 would lose.
    units: i32,
    count: u32,
}

fn gentle_start() -> GentleSlab {
    if is_max {
        return GentleSlab(-1e9, 0, 0u);
    }
    if is_min {
        return GentleSlab(1e9, 0, 0u);
    }
    return GentleSlab(0.0, 0, 0u);
}

fn gentle_add(slab: GentleSlab, value: f32) -> GentleSlab {
    if is_max {
        return GentleSlab(max(slab.value, value), 0, slab.count + 1u);
    }
    if is_min {
        return GentleSlab(min(slab.value, value), 0, slab.count + 1u);
    }
    let units = floor(value);
    return GentleSlab(slab.value + (value - units), slab.units + i32(units), slab.count + 1u);
}

// The linear form of the curve.
fn gentle_line(slab: GentleSlab) -> f32 {
    var value = slab.value;
    if is_max {
        return plane.gentle_offset + value * plane.gentle_gain;
    }
    if is_min {
        return plane.gentle_offset + value * plane.gentle_gain;
    }
    value += f32(slab.units - plane.sum_anchor);
    let count = f32(slab.count);
    if plane.is_sum == 1u {
        return plane.gentle_offset + value * plane.gentle_gain + count * plane.gentle_addend;
    }
    return plane.gentle_offset + (value / count) * plane.gentle_gain;
}
