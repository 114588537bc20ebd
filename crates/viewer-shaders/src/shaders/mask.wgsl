// What lies over a picture, the twin of viewer-core/src/cpu/mask.rs: it is drawn after the frame and blended.
// The mask is bound in the place of an unsigned frame.

const SHUTTERED: u32 = 1u;
const GRAPHICS: u32 = 2u;
const REGION: u32 = 4u;

@fragment
fn mask(@builtin(position) canvas: vec4<f32>) -> @location(0) vec4<f32> {
    let sample = sample_at(canvas.xy);
    if !sample.is_inside {
        discard;
    }
    let bits = textureLoad(frame_uint, sample.nearest, 0).r;
    let shows_overlays = slice.shows_overlays == 1u;
    if shows_overlays && (bits & GRAPHICS) != 0u {
        return vec4<f32>(1.0, 1.0, 1.0, 1.0);
    }
    let is_shuttered = (bits & SHUTTERED) != 0u;
    let shutter = slice.shutter_level;
    if shows_overlays && (bits & REGION) != 0u {
        if is_shuttered {
            let level = level_from_y((shutter + 255.0) / 2.0);
            return vec4<f32>(level, level, level, 1.0);
        }
        return vec4<f32>(1.0, 1.0, 1.0, 0.5);
    }
    if !is_shuttered {
        discard;
    }
    let level = level_from_y(shutter);
    return vec4<f32>(level, level, level, 1.0);
}
