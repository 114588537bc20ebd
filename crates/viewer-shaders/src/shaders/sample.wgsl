// Sampling, the twin of viewer-core/src/cpu/sample.rs: same names, same integers.

@group(0) @binding(1) var frame_sint: texture_2d<i32>;
@group(0) @binding(2) var frame_uint: texture_2d<u32>;

struct Sample {
    is_inside: bool,
    nearest: vec2<i32>,
    // Left and upper of the four taps; at the image's edge it is outside by one.
    first: vec2<i32>,
    // Of the right and of the lower taps, `weight_bits` bits.
    weight: vec2<u32>,
}

fn axis_position(origin: vec2<u32>, step_x: vec2<u32>, step_y: vec2<u32>, pixel: vec2<u32>) -> vec2<u32> {
    // No canvas has 2^16 pixels a side.
    return fixed_add(origin, fixed_add(fixed_multiply_short(step_x, pixel.x), fixed_multiply_short(step_y, pixel.y)));
}

fn nearest_index(position: vec2<u32>) -> i32 {
    return bitcast<i32>(fixed_add(position, vec2<u32>(0x80000000u, 0u)).y);
}

fn sample_at(canvas: vec2<f32>) -> Sample {
    let pixel = vec2<u32>(canvas);
    let column = axis_position(slice.column_origin, slice.column_step_x, slice.column_step_y, pixel);
    let row = axis_position(slice.row_origin, slice.row_step_x, slice.row_step_y, pixel);
    let edge = vec2<i32>(slice.size) - vec2<i32>(1, 1);
    let whole = vec2<i32>(bitcast<i32>(column.y), bitcast<i32>(row.y));
    var sample: Sample;
    sample.nearest = vec2<i32>(nearest_index(column), nearest_index(row));
    sample.is_inside = all(sample.nearest >= vec2<i32>(0, 0)) && all(sample.nearest <= edge);
    sample.first = whole;
    sample.weight = vec2<u32>(column.x, row.x) >> vec2<u32>(32u - slice.weight_bits);
    return sample;
}

fn lerp_fixed(a: vec2<u32>, b: vec2<u32>, weight: u32) -> vec2<u32> {
    return fixed_add(fixed_shift_left(a, slice.weight_bits), fixed_multiply(fixed_subtract(b, a), weight));
}

// Upper left, upper right, lower left, lower right.
fn bilinear(a: vec2<u32>, b: vec2<u32>, c: vec2<u32>, d: vec2<u32>, weight: vec2<u32>) -> vec2<u32> {
    return lerp_fixed(lerp_fixed(a, b, weight.x), lerp_fixed(c, d, weight.x), weight.y);
}
