// The voxels around a sample.

// Upper left, upper right, lower left, lower right, in the slice below and in the one above.
struct Taps {
    below: vec4<i32>,
    above: vec4<i32>,
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
    if has_gaps {
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
