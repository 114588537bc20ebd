// Gradients and light, the twin of viewer-core/src/cpu/raycast/{sample,march}.rs.

// How light falls where there is no surface.
const FLAT = 0.65;

fn gain_of(slice: i32) -> f32 {
    if has_slices {
        return row_of(slice).y;
    }
    return picture.gain;
}

// Index units a voxel across and down in a slice.
fn slope_of(sample: Sample, taps: vec4<f32>, slice: i32) -> vec2<f32> {
    let ring = ring_of(sample.cell, slice, sample.stand_in);
    let share = sample.cell.share;
    let across = lerp(
        lerp(taps.y - ring.left.x, ring.right.x - taps.x, share.x),
        lerp(taps.w - ring.left.y, ring.right.y - taps.z, share.x),
        share.y,
    );
    let down = lerp(
        lerp(taps.z - ring.above.x, ring.below.x - taps.x, share.y),
        lerp(taps.w - ring.above.y, ring.below.y - taps.y, share.y),
        share.x,
    );
    return vec2<f32>(across, down) * 0.5 * gain_of(slice);
}

fn value_of(slice: i32, taps: vec4<f32>, share: vec3<f32>) -> f32 {
    return rescaled(slice, bilinear(taps, share.xy));
}

fn distance_of(before: i32, after: i32) -> f32 {
    if has_slices {
        return max(row_of(after).x - row_of(before).x, 1e-3);
    }
    return 2.0;
}

// Index units a voxel along columns, rows and slices, by central differences.
fn gradient_of(sample: Sample) -> vec3<f32> {
    let cell = sample.cell;
    let share = cell.share;
    let before = slice_of(cell, -1);
    let first = slice_of(cell, 0);
    let next = slice_of(cell, 1);
    let after = slice_of(cell, 2);
    let first_slope = slope_of(sample, sample.first_taps, first);
    let next_slope = slope_of(sample, sample.next_taps, next);
    let slope = first_slope + (next_slope - first_slope) * share.z;
    let before_value = value_of(before, plane_of(cell, before, sample.stand_in), share);
    let first_value = value_of(first, sample.first_taps, share);
    let next_value = value_of(next, sample.next_taps, share);
    let after_value = value_of(after, plane_of(cell, after, sample.stand_in), share);
    let along = lerp(
        (next_value - before_value) / distance_of(before, next),
        (after_value - first_value) / distance_of(first, after),
        share.z,
    );
    if has_slices {
        return vec3<f32>(slope, along);
    }
    return vec3<f32>(slope, along * picture.gain);
}

// Colour, times opacity, of a sample in the light.
fn lit(ray: Ray, sample: Sample, entry: vec4<f32>) -> vec3<f32> {
    let voxel_gradient = gradient_of(sample);
    let gradient = vec3<f32>(
        dot(picture.voxel_from_x.xyz, voxel_gradient),
        dot(picture.voxel_from_y.xyz, voxel_gradient),
        dot(picture.voxel_from_z.xyz, voxel_gradient),
    );
    let steepness = sqrt(dot(gradient, gradient));
    var normal = gradient * (1.0 / max(steepness, 1e-12));
    if dot(normal, ray.direction) > 0.0 {
        normal = -normal;
    }
    let surface = min(steepness * picture.light.w, 1.0);
    let half = picture.light.xyz - ray.direction;
    let facing = max(dot(normal, picture.light.xyz), 0.0);
    let diffuse = FLAT + (facing - FLAT) * surface;
    var mirrored = max(dot(normal, half * (1.0 / max(length(half), 1e-12))), 0.0);
    mirrored *= mirrored;
    mirrored *= mirrored;
    mirrored *= mirrored;
    mirrored *= mirrored;
    mirrored *= mirrored;
    let shade = picture.shares.x + picture.shares.y * diffuse;
    return entry.xyz * shade + vec3<f32>(entry.w * picture.shares.z * mirrored * surface);
}
