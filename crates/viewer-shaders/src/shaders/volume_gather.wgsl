// The voxels around a sample, four at once.

@group(0) @binding(3) var clamp_to_edge: sampler;

fn layer_bits() -> u32 {
    return plane.layer_bits;
}

fn volume_size() -> vec3<i32> {
    return plane.size;
}

fn taps_in(sample: Around, slice: i32) -> vec4<i32> {
    var taps = square_at(sample.whole.xy, slice);
    if has_padding {
        // A voxel of weight 0 is not looked at: it is the other one.
        if sample.weight.x == 0u {
            taps = taps.xxzz;
        }
        if sample.weight.y == 0u {
            taps = taps.xyxy;
        }
    }
    return taps;
}

fn taps_of(sample: Around) -> Taps {
    let below = taps_in(sample, sample.below.z);
    if is_flat_slice {
        return Taps(below, below);
    }
    return Taps(below, taps_in(sample, sample.above.z));
}
