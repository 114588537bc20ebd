// Unsigned voxels, of at most 16 bits, for WebGL2.

@group(0) @binding(1) var voxels: texture_3d<u32>;

fn voxel(at: vec3<i32>) -> i32 {
    return i32(textureLoad(voxels, at, 0).r);
}
