// The voxels around a sample, one by one: what WebGL2 has.

fn taps_of(sample: Around) -> Taps {
    let first = sample.below;
    let last = sample.above;
    let a = voxel(first);
    if is_flat_column {
        let c = voxel(vec3<i32>(first.x, last.y, first.z));
        let e = voxel(vec3<i32>(first.xy, last.z));
        let g = voxel(vec3<i32>(first.x, last.yz));
        return Taps(vec4<i32>(a, a, c, c), vec4<i32>(e, e, g, g));
    }
    let b = voxel(vec3<i32>(last.x, first.yz));
    if is_flat_row {
        let e = voxel(vec3<i32>(first.xy, last.z));
        let f = voxel(vec3<i32>(last.x, first.y, last.z));
        return Taps(vec4<i32>(a, b, a, b), vec4<i32>(e, f, e, f));
    }
    let c = voxel(vec3<i32>(first.x, last.y, first.z));
    let d = voxel(vec3<i32>(last.xy, first.z));
    let below = vec4<i32>(a, b, c, d);
    if is_flat_slice {
        return Taps(below, below);
    }
    let e = voxel(vec3<i32>(first.xy, last.z));
    let f = voxel(vec3<i32>(last.x, first.y, last.z));
    let g = voxel(vec3<i32>(first.x, last.yz));
    let h = voxel(last);
    return Taps(below, vec4<i32>(e, f, g, h));
}
