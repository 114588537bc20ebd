// Samples as integers of 16 fractional bits, the twin of viewer-core/src/cpu/volume/sample.rs: same names, same integers.

struct Exact {
    value: vec2<u32>,
    is_there: bool,
}

fn whole_value(stored: i32) -> vec2<u32> {
    return fixed_shift_left(fixed_from_i32(stored), 16u);
}

fn lerp_exact(a: vec2<u32>, b: vec2<u32>, weight: u32) -> vec2<u32> {
    return fixed_add(fixed_shift_left(a, 15u), fixed_multiply_short(fixed_subtract(b, a), weight));
}

fn bilinear(taps: vec4<i32>, weight: vec2<u32>) -> vec2<u32> {
    let upper = lerp_exact(fixed_from_i32(taps.x), fixed_from_i32(taps.y), weight.x);
    let lower = lerp_exact(fixed_from_i32(taps.z), fixed_from_i32(taps.w), weight.x);
    return fixed_shift_right(lerp_exact(upper, lower, weight.y), 14u);
}

fn trilinear(taps: Taps, sample: Around) -> vec2<u32> {
    let below = rescaled(sample.below.z, bilinear(taps.below, sample.weight.xy));
    let above = rescaled(sample.above.z, bilinear(taps.above, sample.weight.xy));
    return fixed_shift_right(lerp_exact(below, above, sample.weight.z), 15u);
}

fn exact_cubic(cube: Cube) -> vec2<u32> {
    var lines = cube;
    var sum = vec2<u32>(0u, 0u);
    for (var z = 0; z < 4; z++) {
        var layer = vec2<u32>(0u, 0u);
        for (var y = 0; y < 4; y++) {
            var taps = taps_along(cube, lines.row.at[y], lines.slice.at[z]);
            var line = vec2<u32>(0u, 0u);
            for (var x = 0; x < 4; x++) {
                line = fixed_add(line, fixed_multiply_signed(fixed_from_i32(taps[x]), lines.column.weight[x]));
            }
            layer = fixed_add(layer, fixed_multiply_signed(line, lines.row.weight[y]));
        }
        let value = rescaled(lines.slice.at[z], fixed_shift_right(layer, 14u));
        sum = fixed_add(sum, fixed_multiply_signed(value, lines.slice.weight[z]));
    }
    return fixed_shift_right(sum, 15u);
}

// Of a sample inside the volume.
fn exact_sample(sample: Around) -> Exact {
    if is_cubic {
        let cube = cube_at(sample);
        if !is_cube_gapped(cube) {
            return Exact(exact_cubic(cube), true);
        }
    }
    if is_linear {
        let taps = taps_of(sample);
        if !is_gapped(taps, sample) {
            return Exact(trilinear(taps, sample), true);
        }
    }
    let value = voxel(sample.nearest);
    return Exact(rescaled(sample.nearest.z, whole_value(value)), !is_nothing(value, sample.nearest.z));
}

// What a slab shows of its samples, so far.
struct ExactSlab {
    value: vec2<u32>,
    count: u32,
}

fn exact_start() -> ExactSlab {
    return ExactSlab(vec2<u32>(0u, 0u), 0u);
}

fn exact_add(slab: ExactSlab, value: vec2<u32>) -> ExactSlab {
    var kept = slab.value;
    if is_max {
        if slab.count == 0u || fixed_less(kept, value) {
            kept = value;
        }
        return ExactSlab(kept, slab.count + 1u);
    }
    if is_min {
        if slab.count == 0u || fixed_less(value, kept) {
            kept = value;
        }
        return ExactSlab(kept, slab.count + 1u);
    }
    return ExactSlab(fixed_add(kept, value), slab.count + 1u);
}

// What is shown of at least one sample.
fn exact_value(slab: ExactSlab) -> vec2<u32> {
    if is_max {
        return slab.value;
    }
    if is_min {
        return slab.value;
    }
    if plane.is_sum == 1u {
        return fixed_add(slab.value, fixed_multiply_short(plane.addend, slab.count));
    }
    return mean_of(slab.value, slab.count);
}

// Divided, and cut downwards: 16 bits at a time, above zero. No sample is below -2^24 units of 2^16, and there are fewer than
// 2^15 of them.
fn mean_of(sum: vec2<u32>, count: u32) -> vec2<u32> {
    let bias = vec2<u32>(0u, 0x100u);
    let value = fixed_add(sum, fixed_multiply_short(bias, count));
    var digits = vec4<u32>(value.y >> 16u, value.y & 0xffffu, value.x >> 16u, value.x & 0xffffu);
    var rest = 0u;
    for (var n = 0; n < 4; n++) {
        let digit = (rest << 16u) | digits[n];
        digits[n] = digit / count;
        rest = digit % count;
    }
    return fixed_subtract(vec2<u32>((digits.z << 16u) | digits.w, (digits.x << 16u) | digits.y), bias);
}
