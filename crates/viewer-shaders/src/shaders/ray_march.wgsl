// From the first sample of a ray to its colour, the twin of viewer-core/src/cpu/raycast/march.rs.

// A byte a brick: Occupancy of viewer-core/src/raycast/occupancy.rs.
@group(0) @binding(3) var bricks: texture_3d<u32>;
// Red, green, blue, each times opacity, and opacity, by index.
@group(0) @binding(4) var table: texture_2d<f32>;

const OPAQUE = 0.998046875;
const LAST = 1023.0;
const BOUND_STEPS = 254.0;
const SHORT = 0.015625;

fn entry_at(index: f32) -> vec4<f32> {
    let before = i32(index);
    let share = index - floor(index);
    let first = textureLoad(table, vec2<i32>(before, 0), 0);
    let next = textureLoad(table, vec2<i32>(min(before + 1, 1023), 0), 0);
    return first + (next - first) * share;
}

// Third coordinate of a slice.
fn place_of(slice: i32) -> f32 {
    if has_slices {
        return row_of(slice).x;
    }
    return f32(slice);
}

// Steps for which a ray stays in the bricks up to `reach - 1` bricks around one, at least 1.
fn steps_within(ray: Ray, place: vec3<f32>, brick: vec3<i32>, reach: i32) -> i32 {
    var steps = NEVER;
    for (var axis = 0; axis < 3; axis++) {
        let forward = ray.inverse[axis] > 0.0;
        let bound = select((brick[axis] - reach + 1) * 8, (brick[axis] + reach) * 8, forward);
        // The first and the last brick reach beyond the volume.
        let counts = select(bound > 0, bound < picture.size[axis], forward);
        if counts {
            var edge = f32(bound);
            if axis == 2 {
                edge = place_of(bound);
            }
            steps = min(steps, (edge - place[axis]) * ray.inverse[axis]);
        }
    }
    return i32(floor(clamp(steps - SHORT, 0.0, 1e6))) + 1;
}

fn is_skipped(byte: u32, best: f32) -> bool {
    if is_projection {
        return byte == 0u || best >= (f32(byte) - 1.0) * (LAST / BOUND_STEPS);
    }
    return byte > 0u;
}

struct Gathered {
    color: vec3<f32>,
    opacity: f32,
    // Largest index; negative when there was no sample.
    best: f32,
    is_done: bool,
}

fn gather(ray: Ray, cell: Cell, gathered: Gathered) -> Gathered {
    var result = gathered;
    let sample = sample_in(cell);
    let index = clamp(sample.index, 0.0, LAST);
    if is_projection {
        if !sample.is_empty {
            result.best = max(result.best, index);
            result.is_done = index >= LAST;
        }
        return result;
    }
    let entry = entry_at(index);
    // A loop of one turn: a machine that takes both sides of every branch leaves a loop when no pixel is in it.
    var is_seen = entry.w > 0.0 && !sample.is_empty;
    while is_seen {
        is_seen = false;
        var color = entry.xyz;
        if is_lit {
            color = lit(ray, sample, entry);
        }
        let left = 1.0 - result.opacity;
        result.color += color * left;
        result.opacity += entry.w * left;
        result.is_done = result.opacity > OPAQUE;
    }
    return result;
}

fn march(ray: Ray) -> Gathered {
    var gathered = Gathered(vec3<f32>(0.0), 0.0, -1.0, false);
    var step = 0;
    while step < ray.count && !gathered.is_done {
        let place = ray.start + ray.step * f32(step);
        let brick = clamp(cell_at(place).first, vec3<i32>(0), last()) >> vec3<u32>(3u);
        let byte = textureLoad(bricks, brick, 0).r;
        let is_empty = is_skipped(byte, gathered.best);
        var reach = max(i32(byte), 1);
        if is_projection {
            reach = 1;
        }
        let beyond = min(ray.count, step + steps_within(ray, place, brick, reach));
        if is_empty {
            step = beyond;
        }
        while step < beyond && !gathered.is_done {
            gathered = gather(ray, cell_at(ray.start + ray.step * f32(step)), gathered);
            step++;
        }
    }
    return gathered;
}

fn levels(color: vec3<f32>) -> vec4<f32> {
    let whole = floor(clamp(color, vec3<f32>(0.0), vec3<f32>(1.0)) * 255.0 + 0.5);
    return vec4<f32>(whole / 255.0, 1.0);
}

@fragment
fn ray_picture(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    let gathered = march(ray_at(vec2<u32>(at.xy)));
    if is_projection {
        if gathered.best < 0.0 {
            return levels(picture.background.xyz);
        }
        return levels(entry_at(gathered.best).xyz);
    }
    return levels(gathered.color + picture.background.xyz * (1.0 - gathered.opacity));
}
