// Slices that are not all there, evenly spaced and of one rescale: SliceRow of viewer-core/src/raycast/slices.rs.

// Place, gain, offset and presence of each slice.
@group(0) @binding(2) var slices: texture_2d<f32>;

fn row_of(slice: i32) -> vec4<f32> {
    return textureLoad(slices, vec2<i32>(0, slice), 0);
}

// The last slice whose place is not beyond `place`, and the share of the way to the next.
fn slice_before(place: f32) -> vec2<f32> {
    var low = 0;
    var high = picture.size.z;
    while low < high {
        let middle = (low + high) / 2;
        if row_of(middle).x <= place {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if low == 0 {
        return vec2<f32>(-1.0, max(place + 1.0, 0.5));
    }
    let before = row_of(low - 1).x;
    if low == picture.size.z {
        return vec2<f32>(f32(low - 1), min(place - before, 0.499));
    }
    return vec2<f32>(f32(low - 1), (place - before) / (row_of(low).x - before));
}

// Number of the slice `next` after a cell's first; one that is missing is stood in for.
fn slice_of(cell: Cell, next: i32) -> i32 {
    let slice = clamp(cell.first.z + next, 0, picture.size.z - 1);
    if has_slices {
        if row_of(slice).w == 0.0 {
            return cell.nearest.z;
        }
    }
    return slice;
}

// With a table of slices an index, else a value that is read when all is interpolated.
fn rescaled(slice: i32, value: f32) -> f32 {
    if has_slices {
        let row = row_of(slice);
        return value * row.y + row.z;
    }
    return value;
}
