// One plane or slab through a volume on one canvas: the uniform (`Plane` in plane.rs), what is decided when the program is
// made, and positions.

struct Plane {
    // Positions of samples, 32.32 voxels.
    column_origin: vec2<u32>,
    column_step_x: vec2<u32>,
    column_step_y: vec2<u32>,
    column_step_sample: vec2<u32>,
    row_origin: vec2<u32>,
    row_step_x: vec2<u32>,
    row_step_y: vec2<u32>,
    row_step_sample: vec2<u32>,
    slice_origin: vec2<u32>,
    slice_step_x: vec2<u32>,
    slice_step_y: vec2<u32>,
    slice_step_sample: vec2<u32>,
    // The grey curve over samples of 16 fractional bits.
    curve_low: vec2<u32>,
    curve_high: vec2<u32>,
    curve_anchor: vec2<u32>,
    // What a sum gains for each sample.
    addend: vec2<u32>,
    // Columns, rows, slices.
    size: vec3<i32>,
    samples: u32,
    // Closed range of stored values.
    padding_low: i32,
    padding_high: i32,
    curve_offset: f32,
    curve_gain: f32,
    // The same curve over stored values, where `is_gentle`.
    gentle_anchor: i32,
    gentle_offset: f32,
    gentle_gain: f32,
    // `addend` times `gentle_gain`.
    gentle_addend: f32,
    // 1 where samples are summed up, not averaged.
    is_sum: u32,
    // 1 where slice n is at place n.
    is_even: u32,
    // The anchor of a sum, whose samples have none.
    sum_anchor: i32,
    // A layer holds two to the power of this slices, where voxels are in layers.
    layer_bits: u32,
}

// In WebGL2 these are replaced in the translated text, so each may only stand alone, in `if NAME {`.
override is_linear: bool = false;
override is_cubic: bool = false;
// Several samples: the largest, the smallest, else mean or sum.
override is_slab: bool = false;
override is_max: bool = false;
override is_min: bool = false;
// Samples lie at whole voxels along this axis.
override is_flat_column: bool = false;
override is_flat_row: bool = false;
override is_flat_slice: bool = false;
override has_padding: bool = false;
// Some slices have not arrived: volume_slices.wgsl.
override has_gaps: bool = false;
// Slices differ in place or rescale.
override has_slices: bool = false;
// The curve climbs so gently that f32 is exact enough for the interpolation.
override is_gentle: bool = false;
override is_sigmoid: bool = false;
// Grey by a table.
override has_levels: bool = false;

@group(0) @binding(0) var<uniform> plane: Plane;

const BLACK = vec4<f32>(0.0, 0.0, 0.0, 1.0);
// A weight of 1.
const WHOLE = 32768u;

// Where a sample is, 32.32 voxels.
struct Position {
    column: vec2<u32>,
    row: vec2<u32>,
    slice: vec2<u32>,
}

// What is around a position: columns, rows, slices. Weights are those of `above`.
struct Around {
    is_inside: bool,
    nearest: vec3<i32>,
    // `below` before it was clamped to the volume.
    whole: vec3<i32>,
    below: vec3<i32>,
    above: vec3<i32>,
    weight: vec3<u32>,
}

@vertex
fn full_screen(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    let x = select(-1.0, 3.0, index == 1u);
    let y = select(-1.0, 3.0, index == 2u);
    return vec4<f32>(x, y, 0.0, 1.0);
}

fn axis_position(origin: vec2<u32>, step_x: vec2<u32>, step_y: vec2<u32>, pixel: vec2<u32>) -> vec2<u32> {
    // No canvas has 2^16 pixels a side.
    return fixed_add(origin, fixed_add(fixed_multiply_short(step_x, pixel.x), fixed_multiply_short(step_y, pixel.y)));
}

// The first sample of a canvas pixel.
fn position_at(pixel: vec2<u32>) -> Position {
    return Position(
        axis_position(plane.column_origin, plane.column_step_x, plane.column_step_y, pixel),
        axis_position(plane.row_origin, plane.row_step_x, plane.row_step_y, pixel),
        axis_position(plane.slice_origin, plane.slice_step_x, plane.slice_step_y, pixel),
    );
}

fn around(at: Position) -> Around {
    let high = vec3<i32>(bitcast<i32>(at.column.y), bitcast<i32>(at.row.y), bitcast<i32>(at.slice.y));
    let low = vec3<u32>(at.column.x, at.row.x, at.slice.x);
    let edge = plane.size - vec3<i32>(1, 1, 1);
    var found: Around;
    found.weight = ((low >> vec3<u32>(16u)) + vec3<u32>(1u)) >> vec3<u32>(1u);
    found.nearest = high + vec3<i32>(low >> vec3<u32>(31u));
    found.whole = high;
    found.below = clamp(high, vec3<i32>(0, 0, 0), edge);
    // A voxel of weight 0 is not looked at: it is the other one.
    found.above = clamp(high + vec3<i32>(min(found.weight, vec3<u32>(1u))), vec3<i32>(0, 0, 0), edge);
    if has_slices {
        found = around_slices(found, at.slice);
    }
    // As unsigned numbers those below zero are large.
    found.is_inside = all(bitcast<vec3<u32>>(found.nearest) < bitcast<vec3<u32>>(plane.size));
    return found;
}
