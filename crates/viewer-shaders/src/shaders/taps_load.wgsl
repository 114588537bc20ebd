// The four taps of a grey frame, clamped to the image, by four loads: what WebGL2 has.
// Upper left, upper right, lower left, lower right.

fn clamped(at: vec2<i32>) -> vec2<i32> {
    return clamp(at, vec2<i32>(0, 0), vec2<i32>(slice.size) - vec2<i32>(1, 1));
}

fn taps_sint(sample: Sample) -> vec4<i32> {
    let first = clamped(sample.first);
    let last = clamped(sample.first + vec2<i32>(1, 1));
    return vec4<i32>(
        textureLoad(frame_sint, first, 0).r,
        textureLoad(frame_sint, vec2<i32>(last.x, first.y), 0).r,
        textureLoad(frame_sint, vec2<i32>(first.x, last.y), 0).r,
        textureLoad(frame_sint, last, 0).r,
    );
}

fn taps_uint(sample: Sample) -> vec4<u32> {
    let first = clamped(sample.first);
    let last = clamped(sample.first + vec2<i32>(1, 1));
    return vec4<u32>(
        textureLoad(frame_uint, first, 0).r,
        textureLoad(frame_uint, vec2<i32>(last.x, first.y), 0).r,
        textureLoad(frame_uint, vec2<i32>(first.x, last.y), 0).r,
        textureLoad(frame_uint, last, 0).r,
    );
}
