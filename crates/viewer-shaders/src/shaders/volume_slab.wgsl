// The samples of a slab.

// More voxels than f32 loses of a position near the volume.
const MARGIN = 0.0625;
// Voxels a sample; a slab of steps below stays where it is.
const FLAT_STEP = 1e-7;
const EVERYWHERE = 1e9;

fn voxels_from(position: vec2<u32>) -> f32 {
    return f32_from_fixed(position) * (1.0 / 4294967296.0);
}

// The first sample that can lie in the volume, and the one after the last. A loop that is not entered costs nothing; a branch
// that is not taken does, where a machine takes both sides of every branch.
fn samples_inside(first: Position) -> vec2<u32> {
    let start = vec3<f32>(voxels_from(first.column), voxels_from(first.row), voxels_from(first.slice));
    let step = vec3<f32>(
        voxels_from(plane.column_step_sample),
        voxels_from(plane.row_step_sample),
        voxels_from(plane.slice_step_sample),
    );
    var low = vec3<f32>(-0.5 - MARGIN) - start;
    var high = vec3<f32>(plane.size) - vec3<f32>(0.5 - MARGIN) - start;
    if has_slices {
        if plane.is_even == 0u {
            low.z = -EVERYWHERE;
            high.z = EVERYWHERE;
        }
    }
    var begin = 0.0;
    var end = f32(plane.samples);
    for (var axis = 0; axis < 3; axis++) {
        if abs(step[axis]) > FLAT_STEP {
            let one = low[axis] / step[axis];
            let other = high[axis] / step[axis];
            begin = max(begin, floor(min(one, other)));
            end = min(end, ceil(max(one, other)) + 1.0);
        } else if low[axis] > 0.0 || high[axis] < 0.0 {
            end = 0.0;
        }
    }
    end = max(end, 0.0);
    return vec2<u32>(u32(min(begin, end)), u32(end));
}

// A position so many samples further.
fn moved(at: vec2<u32>, step: vec2<u32>, samples: u32) -> vec2<u32> {
    // There are fewer than 2^16.
    return fixed_add(at, fixed_multiply_short(step, samples));
}

fn sample_number(first: Position, number: u32) -> Position {
    return Position(
        moved(first.column, plane.column_step_sample, number),
        moved(first.row, plane.row_step_sample, number),
        moved(first.slice, plane.slice_step_sample, number),
    );
}

fn next_sample(at: Position) -> Position {
    return Position(
        fixed_add(at.column, plane.column_step_sample),
        fixed_add(at.row, plane.row_step_sample),
        fixed_add(at.slice, plane.slice_step_sample),
    );
}

fn exact_slab(first: Position) -> ExactSlab {
    let inside = samples_inside(first);
    var at = sample_number(first, inside.x);
    var slab = exact_start();
    for (var n = inside.x; n < inside.y; n++) {
        let sample = around(at);
        if sample.is_inside {
            let found = exact_sample(sample);
            if found.is_there {
                slab = exact_add(slab, found.value);
            }
        }
        at = next_sample(at);
    }
    return slab;
}

// A slab along a voxel axis: all samples have the same weights, and are whole voxels apart.
fn gentle_flat(first: Position) -> GentleSlab {
    var slab = gentle_start();
    var sample = around(first);
    if !sample.is_inside {
        return slab;
    }
    let step = vec3<i32>(vec3<u32>(plane.column_step_sample.y, plane.row_step_sample.y, plane.slice_step_sample.y));
    for (var n = 0u; n < plane.samples; n++) {
        let found = gentle_sample(sample);
        if found.is_there {
            slab = gentle_add(slab, found.value);
        }
        sample.nearest += step;
        sample.whole += step;
        sample.below += step;
        sample.above += step;
    }
    return slab;
}

fn gentle_slab(first: Position) -> GentleSlab {
    if is_flat_slice {
        return gentle_flat(first);
    }
    if is_flat_row {
        return gentle_flat(first);
    }
    if is_flat_column {
        return gentle_flat(first);
    }
    let inside = samples_inside(first);
    var at = sample_number(first, inside.x);
    var slab = gentle_start();
    for (var n = inside.x; n < inside.y; n++) {
        let sample = around(at);
        if sample.is_inside {
            let found = gentle_sample(sample);
            if found.is_there {
                slab = gentle_add(slab, found.value);
            }
        }
        at = next_sample(at);
    }
    return slab;
}
