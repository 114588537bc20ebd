// Cubic convolution, the twin of viewer-core/src/cpu/volume/cubic.rs.

// Four voxels along an axis, clamped to the volume, and their weights, which add up to WHOLE.
struct Line {
    at: vec4<i32>,
    weight: vec4<i32>,
}

struct Cube {
    column: Line,
    row: Line,
    slice: Line,
}

fn line_at(whole: i32, weight: u32, edge: i32) -> Line {
    if weight == 0u {
        return Line(vec4<i32>(clamp(whole, 0, edge)), vec4<i32>(0, i32(WHOLE), 0, 0));
    }
    let t = i32(weight);
    let square = (t * t + 16384) >> 15u;
    let cube = (square * t + 16384) >> 15u;
    let first = (2 * square - t - cube) >> 1u;
    let third = (t + 4 * square - 3 * cube) >> 1u;
    let fourth = (cube - square) >> 1u;
    let at = vec4<i32>(whole) + vec4<i32>(-1, 0, 1, 2);
    return Line(
        clamp(at, vec4<i32>(0), vec4<i32>(edge)),
        vec4<i32>(first, i32(WHOLE) - first - third - fourth, third, fourth),
    );
}

fn cube_at(sample: Around) -> Cube {
    let edge = plane.size - vec3<i32>(1, 1, 1);
    var slice = line_at(sample.whole.z, sample.weight.z, edge.z);
    if has_slices {
        if plane.is_even == 0u {
            let beside = vec2<i32>(sample.below.z, sample.above.z);
            slice = Line(beside.xxyy, vec4<i32>(0, i32(WHOLE - sample.weight.z), i32(sample.weight.z), 0));
        }
    }
    return Cube(
        line_at(sample.whole.x, sample.weight.x, edge.x),
        line_at(sample.whole.y, sample.weight.y, edge.y),
        slice,
    );
}

// Along a row.
fn taps_along(cube: Cube, row: i32, slice: i32) -> vec4<i32> {
    return vec4<i32>(
        voxel(vec3<i32>(cube.column.at.x, row, slice)),
        voxel(vec3<i32>(cube.column.at.y, row, slice)),
        voxel(vec3<i32>(cube.column.at.z, row, slice)),
        voxel(vec3<i32>(cube.column.at.w, row, slice)),
    );
}

// Whether one of the voxels is padding or of a slice that has not arrived.
fn is_cube_gapped(cube: Cube) -> bool {
    var lines = cube;
    if has_padding {
        for (var z = 0; z < 4; z++) {
            for (var y = 0; y < 4; y++) {
                if any_padding(taps_along(cube, lines.row.at[y], lines.slice.at[z])) {
                    return true;
                }
            }
        }
    }
    if has_gaps {
        for (var z = 0; z < 4; z++) {
            if !is_present(lines.slice.at[z]) {
                return true;
            }
        }
    }
    return false;
}
