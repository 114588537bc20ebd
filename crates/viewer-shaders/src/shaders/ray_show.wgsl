// Canvas pixels between rays, the twin of `enlarge` in viewer-core/src/cpu/raycast/mod.rs.

@group(0) @binding(0) var<uniform> shown: Shown;
@group(0) @binding(1) var grid: texture_2d<f32>;

struct Shown {
    // Pixels, and rays.
    canvas: vec2<u32>,
    rays: vec2<u32>,
    // Lines of the target where its first one is the lowest, else 0.
    flipped_height: u32,
    unused_x: u32,
    unused_y: u32,
    unused_z: u32,
}

@vertex
fn full_screen(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    let x = select(-1.0, 3.0, index == 1u);
    let y = select(-1.0, 3.0, index == 2u);
    return vec4<f32>(x, y, 0.0, 1.0);
}

@fragment
fn ray_show(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    var pixel = vec2<u32>(at.xy);
    if shown.flipped_height > 0u {
        pixel.y = shown.flipped_height - 1u - pixel.y;
    }
    let rays = vec2<f32>(shown.rays);
    let position = clamp((vec2<f32>(pixel) + 0.5) * rays / vec2<f32>(shown.canvas) - 0.5, vec2<f32>(0.0), rays - 1.0);
    let first = vec2<i32>(position);
    let next = min(first + vec2<i32>(1), vec2<i32>(shown.rays) - vec2<i32>(1));
    let share = position - floor(position);
    let upper_left = textureLoad(grid, first, 0).rgb * 255.0;
    let upper_right = textureLoad(grid, vec2<i32>(next.x, first.y), 0).rgb * 255.0;
    let lower_left = textureLoad(grid, vec2<i32>(first.x, next.y), 0).rgb * 255.0;
    let lower_right = textureLoad(grid, next, 0).rgb * 255.0;
    let upper = upper_left + (upper_right - upper_left) * share.x;
    let lower = lower_left + (lower_right - lower_left) * share.x;
    return vec4<f32>(floor(upper + (lower - upper) * share.y + 0.5) / 255.0, 1.0);
}
