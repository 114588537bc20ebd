// No viewer: a canvas that is filled with one triangle by hand, of a colour or of the samples of a mammogram, or not at all.

import { start } from "../shared/page.js";

const SIDE = 1024;
const FRAME_SIZE = [3328, 4096];
const CORNERS = `
@group(0) @binding(0) var<uniform> level: vec4f;
@vertex fn corner(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}`;
const COLOR = `${CORNERS}
@fragment fn fill() -> @location(0) vec4f { return level; }`;
/** Four samples for each pixel, interpolated. */
const FRAME = `${CORNERS}
@group(0) @binding(1) var frame: texture_2d<u32>;
@group(0) @binding(2) var edge: sampler;
@fragment fn fill(@builtin(position) at: vec4f) -> @location(0) vec4f {
  let place = at.xy * 4.0;
  let taps = vec4f(textureGather(0, frame, edge, place / vec2f(textureDimensions(frame))));
  let part = fract(place - 0.5);
  return vec4f(vec3f(mix(mix(taps.w, taps.z, part.x), mix(taps.x, taps.y, part.x), part.y) * level.x), 1.0);
}`;
const VERTEX = `#version 300 es
void main() { gl_Position = vec4(float(gl_VertexID & 1) * 4.0 - 1.0, float(gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }`;
const FRAGMENT = `#version 300 es
precision highp float;
uniform vec4 level;
out vec4 color;
void main() { color = level; }`;

/** How a level is drawn, by what draws. */
const DRAWERS = {
  nothing: () => () => {},

  webgl2(canvas) {
    const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
    const program = gl.createProgram();
    for (const [type, source] of [
      [gl.VERTEX_SHADER, VERTEX],
      [gl.FRAGMENT_SHADER, FRAGMENT],
    ]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    const place = gl.getUniformLocation(program, "level");
    return (level) => {
      gl.uniform4f(place, level, level, level, 1);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    };
  },

  webgpu: (canvas) => webgpu(canvas, COLOR, () => []),

  "webgpu-frame": (canvas) =>
    webgpu(canvas, FRAME, (device) => {
      const usage = GPUTextureUsage.TEXTURE_BINDING;
      const frame = device.createTexture({ size: FRAME_SIZE, format: "r16uint", usage });
      return [frame.createView(), device.createSampler()];
    }),
};

async function webgpu(canvas, code, resources) {
  const device = await (await navigator.gpu.requestAdapter()).requestDevice();
  const context = canvas.getContext("webgpu");
  const format = navigator.gpu.getPreferredCanvasFormat();
  context.configure({ device, format, alphaMode: "opaque" });
  const module = device.createShaderModule({ code });
  const pipeline = device.createRenderPipeline({
    layout: "auto",
    vertex: { module },
    fragment: { module, targets: [{ format }] },
  });
  const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ buffer }, ...resources(device)].map((resource, binding) => ({ binding, resource })),
  });
  const values = new Float32Array(4);
  const target = { loadOp: "clear", storeOp: "store" };
  const about = { colorAttachments: [target] };
  return (level) => {
    values.fill(level);
    device.queue.writeBuffer(buffer, 0, values);
    target.view = context.getCurrentTexture().createView();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginRenderPass(about);
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.draw(3);
    pass.end();
    device.queue.submit([encoder.finish()]);
  };
}

start(async (element, parameters) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  canvas.style.display = "block";
  element.append(canvas);
  const draw = await DRAWERS[parameters.get("draw")](canvas);
  return {
    // As viewers do: with the next animation frame.
    setWindow: (_center, width) => requestAnimationFrame(() => draw(width - 1)),
  };
});
