// The four taps of a grey frame by one gather, which gives stored values as they are and is not a filter. The sampler
// only clamps to the image's edge.
// Upper left, upper right, lower left, lower right.

@group(0) @binding(3) var clamp_to_edge: sampler;

// The corner where the four taps meet: half a pixel from where others would be taken, so f32 is exact enough.
fn corner(sample: Sample) -> vec2<f32> {
    return vec2<f32>(sample.first + vec2<i32>(1, 1)) / vec2<f32>(slice.size);
}

fn taps_sint(sample: Sample) -> vec4<i32> {
    return textureGather(0, frame_sint, clamp_to_edge, corner(sample)).wzxy;
}

fn taps_uint(sample: Sample) -> vec4<u32> {
    return textureGather(0, frame_uint, clamp_to_edge, corner(sample)).wzxy;
}
