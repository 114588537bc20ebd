// Grey by a table: GreyTable of viewer-core/src/lut/chain.rs, line by line in a texture of 1024 columns.

@group(0) @binding(4) var grey_table: texture_2d<u32>;

fn is_padding(value: vec2<u32>) -> bool {
    return !fixed_less(value, slice.padding_low) && !fixed_less(slice.padding_high, value);
}

// The level of a fixed-point value: that of the nearest stored value in the table. `curve_low` and `curve_high` are the
// table's ends, `curve_anchor` lies half a stored unit below the first.
fn shade_fixed(value: vec2<u32>) -> vec4<f32> {
    let clamped = fixed_clamp(value, slice.curve_low, slice.curve_high);
    let relative = fixed_subtract(clamped, slice.curve_anchor);
    // 46 or 30.
    let bits = 2u * slice.weight_bits;
    var index = relative.y >> (bits & 31u);
    if bits < 32u {
        index = (relative.y << (32u - bits)) | (relative.x >> bits);
    }
    let at = vec2<i32>(i32(index & 1023u), i32(index >> 10u));
    let level = f32(textureLoad(grey_table, at, 0).r) / 255.0;
    return vec4<f32>(level, level, level, 1.0);
}

fn shade_stored(value: vec2<u32>) -> vec4<f32> {
    return shade_fixed(fixed_shift_left(fixed_shift_left(value, slice.weight_bits), slice.weight_bits));
}

// Upper left, upper right, lower left, lower right.
fn shade_taps(a: vec2<u32>, b: vec2<u32>, c: vec2<u32>, d: vec2<u32>, weight: vec2<u32>) -> vec4<f32> {
    return shade_fixed(bilinear(a, b, c, d, weight));
}
