// The voxels around a sample.

// Upper left, upper right, lower left, lower right, in the slice below and in the one above.
struct Taps {
    below: vec4<i32>,
    above: vec4<i32>,
}

fn taps_of(first: vec3<i32>, last: vec3<i32>) -> Taps {
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

fn is_padding(value: i32) -> bool {
    return value >= plane.padding_low && value <= plane.padding_high;
}

fn any_padding(values: vec4<i32>) -> bool {
    return any(clamp(values, vec4<i32>(plane.padding_low), vec4<i32>(plane.padding_high)) == values);
}

// Whether a tap is padding or of a slice that has not arrived.
fn is_gapped(taps: Taps, sample: Around) -> bool {
    if has_padding {
        if any_padding(taps.below) || any_padding(taps.above) {
            return true;
        }
    }
    if has_slices {
        return !is_present(sample.below.z) || !is_present(sample.above.z);
    }
    return false;
}

// Whether there is no sample even at the centre of the nearest voxel.
fn is_nothing(value: i32, slice: i32) -> bool {
    if has_padding {
        if is_padding(value) {
            return true;
        }
    }
    return !is_present(slice);
}
