// Voxels around a cell, four at once.

@group(0) @binding(6) var clamp_to_edge: sampler;

fn layer_bits() -> u32 {
    return picture.layer_bits;
}

fn volume_size() -> vec3<i32> {
    return picture.size;
}

// Stored values less the anchor, of the four voxels `offset` beside those around the cell.
fn square_of(cell: Cell, offset: vec2<i32>, slice: i32, stand_in: f32) -> vec4<f32> {
    let first = cell.first.xy + offset;
    let stored = square_at(first, slice);
    var values = vec4<f32>(stored - vec4<i32>(picture.anchor));
    if has_padding {
        let beyond = vec4<u32>(stored - vec4<i32>(picture.padding_low));
        let widest = u32(picture.padding_high - picture.padding_low);
        values = select(values, vec4<f32>(stand_in), beyond <= vec4<u32>(widest));
    }
    if has_mask {
        let near = clamp(first, vec2<i32>(0), last().xy);
        let far = clamp(first + vec2<i32>(1, 1), vec2<i32>(0), last().xy);
        let masked = vec4<bool>(
            is_masked(vec3<i32>(near, slice)),
            is_masked(vec3<i32>(far.x, near.y, slice)),
            is_masked(vec3<i32>(near.x, far.y, slice)),
            is_masked(vec3<i32>(far, slice)),
        );
        values = select(values, vec4<f32>(stand_in), masked);
    }
    return values;
}

fn plane_of(cell: Cell, slice: i32, stand_in: f32) -> vec4<f32> {
    return square_of(cell, vec2<i32>(0, 0), slice, stand_in);
}

fn ring_of(cell: Cell, slice: i32, stand_in: f32) -> Ring {
    return Ring(
        square_of(cell, vec2<i32>(-1, 0), slice, stand_in).xz,
        square_of(cell, vec2<i32>(1, 0), slice, stand_in).yw,
        square_of(cell, vec2<i32>(0, -1), slice, stand_in).xy,
        square_of(cell, vec2<i32>(0, 1), slice, stand_in).zw,
    );
}
