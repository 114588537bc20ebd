// Voxels around a cell, one by one: what WebGL2 has.

// A stored value less the anchor.
fn tap(cell: Cell, offset: vec2<i32>, slice: i32, stand_in: f32) -> f32 {
    let at = clamp(cell.first.xy + offset, vec2<i32>(0), last().xy);
    let stored = voxel(vec3<i32>(at, slice));
    var value = f32(stored - picture.anchor);
    if has_padding {
        value = select(value, stand_in, is_padding(stored));
    }
    if has_mask {
        value = select(value, stand_in, is_masked(vec3<i32>(at, slice)));
    }
    return value;
}

fn plane_of(cell: Cell, slice: i32, stand_in: f32) -> vec4<f32> {
    return vec4<f32>(
        tap(cell, vec2<i32>(0, 0), slice, stand_in),
        tap(cell, vec2<i32>(1, 0), slice, stand_in),
        tap(cell, vec2<i32>(0, 1), slice, stand_in),
        tap(cell, vec2<i32>(1, 1), slice, stand_in),
    );
}

fn ring_of(cell: Cell, slice: i32, stand_in: f32) -> Ring {
    return Ring(
        vec2<f32>(tap(cell, vec2<i32>(-1, 0), slice, stand_in), tap(cell, vec2<i32>(-1, 1), slice, stand_in)),
        vec2<f32>(tap(cell, vec2<i32>(2, 0), slice, stand_in), tap(cell, vec2<i32>(2, 1), slice, stand_in)),
        vec2<f32>(tap(cell, vec2<i32>(0, -1), slice, stand_in), tap(cell, vec2<i32>(1, -1), slice, stand_in)),
        vec2<f32>(tap(cell, vec2<i32>(0, 2), slice, stand_in), tap(cell, vec2<i32>(1, 2), slice, stand_in)),
    );
}
