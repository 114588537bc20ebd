// A volume in three dimensions: the uniform (`RayPicture` in ray.rs), what is decided when the program is made, and where a
// pixel's ray runs, the twin of viewer-core/src/cpu/raycast/ray.rs.

struct RayPicture {
    // Voxel coordinates.
    origin: vec4<f32>,
    origin_x: vec4<f32>,
    origin_y: vec4<f32>,
    // Patient millimetres.
    direction: vec4<f32>,
    direction_x: vec4<f32>,
    direction_y: vec4<f32>,
    // Voxels a millimetre, along each patient axis.
    voxel_from_x: vec4<f32>,
    voxel_from_y: vec4<f32>,
    voxel_from_z: vec4<f32>,
    // What is shown, in voxel coordinates.
    low: vec4<f32>,
    high: vec4<f32>,
    cuts: array<vec4<f32>, 6>,
    // Towards the light, and what a gradient is multiplied with.
    light: vec4<f32>,
    // Ambient, diffuse, specular.
    shares: vec4<f32>,
    background: vec4<f32>,
    // Columns, rows, slices.
    size: vec3<i32>,
    cut_count: i32,
    // Closed range of stored values.
    padding_low: i32,
    padding_high: i32,
    // From stored values to indices of the table.
    anchor: i32,
    gain: f32,
    offset: f32,
    step_mm: f32,
    has_jitter: u32,
    // A layer holds two to the power of this slices, where voxels are in layers.
    layer_bits: u32,
}

// In WebGL2 these are replaced in the translated text, so each may only stand alone, in `if NAME {`.
// The largest index is shown, instead of light that passes.
override is_projection: bool = false;
override is_lit: bool = false;
override has_padding: bool = false;
override has_slices: bool = false;
override has_mask: bool = false;

@group(0) @binding(0) var<uniform> picture: RayPicture;

const NEVER = 1e9;
const FLAT_SPEED = 1e-9;

struct Ray {
    // Voxel coordinates of the first sample, and voxels from sample to sample.
    start: vec3<f32>,
    step: vec3<f32>,
    inverse: vec3<f32>,
    // Patient space.
    direction: vec3<f32>,
    count: i32,
}

@vertex
fn full_screen(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    let x = select(-1.0, 3.0, index == 1u);
    let y = select(-1.0, 3.0, index == 2u);
    return vec4<f32>(x, y, 0.0, 1.0);
}

// 0 to 1, by a pixel: the same everywhere, without a pattern.
fn jitter(pixel: vec2<u32>) -> f32 {
    var hash = (pixel.x * 0x9E3779B1u) ^ (pixel.y * 0x85EBCA77u);
    hash ^= hash >> 16u;
    hash *= 0x7FEB352Du;
    hash ^= hash >> 15u;
    hash *= 0x846CA68Bu;
    hash ^= hash >> 16u;
    return f32(hash >> 8u) * (1.0 / 16777216.0);
}

// Millimetres along the ray at which what is shown begins and ends.
fn shown(origin: vec3<f32>, along: vec3<f32>) -> vec2<f32> {
    var near = 0.0;
    var far = NEVER;
    for (var axis = 0; axis < 3; axis++) {
        let place = origin[axis];
        let speed = along[axis];
        let low = picture.low[axis];
        let high = picture.high[axis];
        if abs(speed) < FLAT_SPEED {
            if place < low || place > high {
                far = -1.0;
            }
        } else {
            let one = (low - place) / speed;
            let other = (high - place) / speed;
            near = max(near, min(one, other));
            far = min(far, max(one, other));
        }
    }
    for (var number = 0; number < picture.cut_count; number++) {
        let cut = picture.cuts[number];
        let height = dot(cut.xyz, origin) + cut.w;
        let speed = dot(cut.xyz, along);
        if abs(speed) < FLAT_SPEED {
            if height < 0.0 {
                far = -1.0;
            }
        } else if speed > 0.0 {
            near = max(near, -height / speed);
        } else {
            far = min(far, -height / speed);
        }
    }
    return vec2<f32>(near, far);
}

fn ray_at(pixel: vec2<u32>) -> Ray {
    let at = vec2<f32>(pixel) + 0.5;
    let origin = picture.origin.xyz + picture.origin_x.xyz * at.x + picture.origin_y.xyz * at.y;
    let direction = normalize(picture.direction.xyz + picture.direction_x.xyz * at.x + picture.direction_y.xyz * at.y);
    let along = picture.voxel_from_x.xyz * direction.x + picture.voxel_from_y.xyz * direction.y
        + picture.voxel_from_z.xyz * direction.z;
    let span = shown(origin, along);
    var offset = 0.5;
    if picture.has_jitter == 1u {
        offset = jitter(pixel);
    }
    var ray: Ray;
    ray.direction = direction;
    ray.step = along * picture.step_mm;
    ray.start = origin + along * (span.x + offset * picture.step_mm);
    ray.inverse = 1.0 / select(ray.step, vec3<f32>(FLAT_SPEED), abs(ray.step) < vec3<f32>(FLAT_SPEED));
    ray.count = i32(ceil(max((span.y - span.x) / picture.step_mm - offset, 0.0)));
    return ray;
}
