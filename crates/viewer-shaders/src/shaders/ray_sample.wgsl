// Samples between voxels, the twin of viewer-core/src/cpu/raycast/sample.rs. `voxel` comes with the voxels.

// 32 voxels of a row in each texel, the first one the lowest bit.
@group(0) @binding(5) var mask: texture_3d<u32>;

struct Cell {
    first: vec3<i32>,
    share: vec3<f32>,
    nearest: vec3<i32>,
}

struct Sample {
    is_empty: bool,
    index: f32,
    cell: Cell,
    // Of the first slice and of the next: upper left, upper right, lower left, lower right.
    first_taps: vec4<f32>,
    next_taps: vec4<f32>,
    stand_in: f32,
}

fn last() -> vec3<i32> {
    return picture.size - vec3<i32>(1);
}

fn cell_at(place: vec3<f32>) -> Cell {
    let whole = floor(place);
    var cell: Cell;
    cell.first = vec3<i32>(whole);
    cell.share = place - whole;
    if has_slices {
        let found = slice_before(place.z);
        cell.first.z = i32(found.x);
        cell.share.z = found.y;
    }
    // Not by `select`: its translation has no such function for integers.
    let nearest = cell.first + vec3<i32>(cell.share >= vec3<f32>(0.5));
    cell.nearest = clamp(nearest, vec3<i32>(0), last());
    return cell;
}

fn is_masked(at: vec3<i32>) -> bool {
    let word = textureLoad(mask, vec3<i32>(at.x >> 5u, at.yz), 0).r;
    return ((word >> (u32(at.x) & 31u)) & 1u) == 1u;
}

// In one comparison: where drivers make branches of `&&`, some take minutes for those of all taps. Nor do taps return early.
fn is_padding(stored: i32) -> bool {
    return u32(stored - picture.padding_low) <= u32(picture.padding_high - picture.padding_low);
}

// The eight voxels of a slice beside the four around a cell: upper and lower, left and right ones.
struct Ring {
    left: vec2<f32>,
    right: vec2<f32>,
    above: vec2<f32>,
    below: vec2<f32>,
}

fn lerp(one: f32, other: f32, share: f32) -> f32 {
    return one + (other - one) * share;
}

fn bilinear(taps: vec4<f32>, share: vec2<f32>) -> f32 {
    return lerp(lerp(taps.x, taps.y, share.x), lerp(taps.z, taps.w, share.x), share.y);
}

fn sample_in(cell: Cell) -> Sample {
    var sample: Sample;
    sample.cell = cell;
    sample.is_empty = false;
    if has_mask {
        sample.is_empty = is_masked(cell.nearest);
        sample.stand_in = f32(voxel(cell.nearest) - picture.anchor);
    }
    if has_slices {
        sample.is_empty = sample.is_empty || row_of(cell.nearest.z).w == 0.0;
    }
    if has_padding {
        let stored = voxel(cell.nearest);
        sample.is_empty = sample.is_empty || is_padding(stored);
        sample.stand_in = f32(stored - picture.anchor);
    }
    let first = slice_of(cell, 0);
    let next = slice_of(cell, 1);
    sample.first_taps = plane_of(cell, first, sample.stand_in);
    sample.next_taps = plane_of(cell, next, sample.stand_in);
    let before = rescaled(first, bilinear(sample.first_taps, cell.share.xy));
    let after = rescaled(next, bilinear(sample.next_taps, cell.share.xy));
    let value = lerp(before, after, cell.share.z);
    sample.index = value * picture.gain + picture.offset;
    if has_slices {
        sample.index = value;
    }
    return sample;
}
