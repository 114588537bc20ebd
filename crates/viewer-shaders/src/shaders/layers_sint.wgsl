// Signed voxels, in layers.

@group(0) @binding(1) var voxels: texture_2d_array<i32>;

fn voxel(at: vec3<i32>) -> i32 {
    let place = vec2<i32>(at.x, at.y + rows_before(at.z));
    return textureLoad(voxels, place, layer_of(at.z), 0).r;
}

// Upper left, upper right, lower left, lower right of where four texels of a slice's layer meet.
fn gathered(corner: vec2<f32>, slice: i32) -> vec4<i32> {
    return textureGather(0, voxels, clamp_to_edge, corner, layer_of(slice)).wzxy;
}
