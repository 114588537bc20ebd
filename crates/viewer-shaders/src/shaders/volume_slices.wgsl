// Slices that are not all alike, the twin of SliceTable in viewer-core/src/reslice/table.rs: two texels each.

@group(0) @binding(2) var slices: texture_2d<u32>;

fn place_of(slice: i32) -> vec2<u32> {
    return textureLoad(slices, vec2<i32>(0, slice), 0).rg;
}

fn is_present(slice: i32) -> bool {
    if has_gaps {
        return (textureLoad(slices, vec2<i32>(0, slice), 0).b & 0x80000000u) != 0u;
    }
    return true;
}

// A value of a slice after its rescale, 16 fractional bits.
fn rescaled(slice: i32, value: vec2<u32>) -> vec2<u32> {
    if has_slices {
        let entry = textureLoad(slices, vec2<i32>(1, slice), 0);
        let multiplied = fixed_multiply_signed(value, bitcast<i32>(entry.r));
        return fixed_add(fixed_shift_right(multiplied, 24u), entry.ba);
    }
    return value;
}

// The same in f32, and relative to the anchor.
fn rescaled_gentle(slice: i32, value: f32) -> f32 {
    if has_slices {
        let entry = textureLoad(slices, vec2<i32>(1, slice), 0);
        let anchor = fixed_shift_left(fixed_from_i32(plane.gentle_anchor), 16u);
        let moved = f32_from_fixed(fixed_subtract(entry.ba, anchor)) / 65536.0;
        return value * (f32(bitcast<i32>(entry.r)) / 16777216.0) + moved;
    }
    return value;
}

// The last slice that is not behind a position; the first where all are.
fn slice_before(position: vec2<u32>) -> i32 {
    var low = 0;
    var high = plane.size.z;
    while low < high {
        let middle = (low + high) / 2;
        if fixed_less(position, place_of(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return max(low - 1, 0);
}

fn around_slices(even: Around, position: vec2<u32>) -> Around {
    if plane.is_even == 1u {
        return even;
    }
    var found = even;
    let number = slice_before(position);
    let last = plane.size.z - 1;
    let entry = textureLoad(slices, vec2<i32>(0, number), 0);
    let distance = fixed_subtract(position, entry.rg);
    let is_before = (distance.y >> 31u) == 1u;
    found.weight.z = 0u;
    found.below.z = number;
    found.above.z = number;
    found.nearest.z = number;
    if is_before || number == last {
        // The volume ends half a step beyond its outer slices.
        if fixed_less(distance, vec2<u32>(0x80000000u, 0xffffffffu)) {
            found.nearest.z = -1;
        }
        if !fixed_less(distance, vec2<u32>(0x80000000u, 0u)) {
            found.nearest.z = last + 1;
        }
        return found;
    }
    // 16 bits times 16 bits.
    found.weight.z = min((fixed_shift_right(distance, entry.b & 31u).x * entry.a) >> 16u, WHOLE);
    found.above.z = number + i32(min(found.weight.z, 1u));
    let gap = fixed_subtract(place_of(number + 1), entry.rg);
    if !fixed_less(fixed_shift_left(distance, 1u), gap) {
        found.nearest.z = number + 1;
    }
    return found;
}
