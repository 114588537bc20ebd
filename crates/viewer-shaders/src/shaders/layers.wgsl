// Voxels in layers, from which WebGPU gathers four at once: it checks the place of each load, which costs more than the load. A
// gather gives stored values as they are and is not a filter; the sampler only clamps to the layer's edge.

fn layer_of(slice: i32) -> i32 {
    return slice >> layer_bits();
}

// Slices of one layer lie below each other.
fn rows_before(slice: i32) -> i32 {
    return (slice & ((1 << layer_bits()) - 1)) * volume_size().y;
}

// The voxel `first` of a slice, those to its right and below it, and the fourth, clamped to the volume: upper left, upper right,
// lower left, lower right.
fn square_at(first: vec2<i32>, slice: i32) -> vec4<i32> {
    let size = volume_size();
    let edge = size.y - 1;
    // Both rows are of this slice.
    let row = clamp(first.y, 0, max(edge - 1, 0));
    let corner = vec2<i32>(first.x, row + rows_before(slice)) + vec2<i32>(1, 1);
    // Half a texel from where others would be taken, so f32 is exact enough.
    let taps = gathered(vec2<f32>(corner) / vec2<f32>(vec2<i32>(size.x, size.y << layer_bits())), slice);
    // Above the first row and below the last.
    let upper = select(taps.xy, taps.zw, vec2<bool>(first.y > row));
    let lower = select(taps.zw, taps.xy, vec2<bool>(min(first.y, edge - 1) < row));
    return vec4<i32>(upper, lower);
}
