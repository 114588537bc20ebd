// Signed voxels, for WebGL2.

@group(0) @binding(1) var voxels: texture_3d<i32>;

fn voxel(at: vec3<i32>) -> i32 {
    return textureLoad(voxels, at, 0).r;
}
