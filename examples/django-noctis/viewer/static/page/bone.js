/* Bone in three dimensions: a mesh of the server, as numbers in JSON, drawn by WebGL. */

const BONE_ZOOM = { min: 0.25, max: 6 };
const TISSUES = { skin: -50, soft: 80, bone: 300, cortical: 600 };

let boneThreshold = 300;
let boneOpacity = 1;
let smoothSurface = true;
let autoRotate = false;
const bone3D = {
  renderer: null,
  mesh: null,
  vertices: null,
  faces: null,
  animRaf: 0,
  dragging: false,
  wasDragged: false,
  rotX: 0,
  rotY: 0,
  zoom: 1,
  targetRotX: 0,
  targetRotY: 0,
  targetZoom: 1,
  panX: 0,
  panY: 0,
};

const BONE_VERTEX = `
attribute vec3 place;
uniform vec2 turn;
uniform vec2 scale;
varying float near;
void main() {
  vec3 p = vec3(place.x * cos(turn.y) + place.z * sin(turn.y), place.y, place.z * cos(turn.y) - place.x * sin(turn.y));
  p = vec3(p.x, p.y * cos(turn.x) - p.z * sin(turn.x), p.y * sin(turn.x) + p.z * cos(turn.x));
  near = p.z * 0.5 + 0.5;
  gl_Position = vec4(p.xy * scale, -p.z * 0.5, 1.0);
}`;
const BONE_FRAGMENT = `
precision mediump float;
varying float near;
uniform float opacity;
void main() { gl_FragColor = vec4(vec3(0.9, 0.8, 0.65) * near, opacity); }`;

async function generateBoneReconstruction() {
  if (!currentSeries || localSeriesNow()) return;
  showLoading(true);
  try {
    const query = `threshold=${boneThreshold}&mesh=true&quality=${smoothSurface ? "high" : "fast"}&smooth=${smoothSurface}`;
    const { mesh } = await getJson(`/dicom-viewer/api/series/${currentSeries.id}/bone/?${query}`);
    if (mesh) {
      Object.assign(bone3D, { vertices: mesh.vertices, faces: mesh.faces });
      ensureBone3DInitialized();
      renderBoneMesh(mesh.vertices, mesh.faces);
    }
  } catch (error) {
    showToast(`No bone: ${error.message}`);
  }
  showLoading(false);
}

/** The first time there is a mesh: a context of WebGL, and what a drag and the wheel do. */
function ensureBone3DInitialized() {
  if (bone3D.renderer) return;
  const to = mprCanvases.bone3d;
  const gl = to.getContext("webgl");
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, BONE_VERTEX],
    [gl.FRAGMENT_SHADER, BONE_FRAGMENT],
  ]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.enable(gl.DEPTH_TEST);
  bone3D.renderer = { gl, program };
  to.addEventListener("pointerdown", (event) => {
    to.setPointerCapture(event.pointerId);
    Object.assign(bone3D, { dragging: true, wasDragged: false });
  });
  to.addEventListener("pointerup", () => {
    bone3D.dragging = false;
  });
  to.addEventListener("pointermove", ({ movementX: right, movementY: down }) => {
    if (!bone3D.dragging) return;
    bone3D.wasDragged ||= Math.abs(right) + Math.abs(down) > 2;
    bone3D.targetRotY -= right * 0.016;
    bone3D.targetRotX -= down * 0.016;
  });
  to.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomBone(event.deltaY > 0 ? 1.1 : 0.9);
  });
}

function renderBoneMesh(vertices, faces) {
  const { gl, program } = bone3D.renderer;
  const reach = vertices.reduce((most, vertex) => most.map((side, i) => Math.max(side, vertex[i])), [0, 0, 0]);
  const largest = Math.max(...reach);
  const triangles = faces.flat().flatMap((index) => {
    const [z, y, x] = vertices[index].map((mm, i) => (2 * mm - reach[i]) / largest);
    return [x, z, y];
  });
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(triangles), gl.STATIC_DRAW);
  const place = gl.getAttribLocation(program, "place");
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, 3, gl.FLOAT, false, 0, 0);
  bone3D.mesh = { count: triangles.length / 3 };
  Object.assign(bone3D, { rotX: -0.18, rotY: 0.32, targetRotX: -0.18, targetRotY: 0.32, zoom: 1, targetZoom: 1 });
  renderBoneFrame();
  startBoneAnimationLoop();
}

function renderBoneFrame() {
  if (!bone3D.renderer || !bone3D.mesh) return;
  const { gl, program } = bone3D.renderer;
  const { width, height } = gl.canvas;
  const side = Math.min(width, height);
  gl.viewport(0, 0, width, height);
  gl.clearColor(0, 0, 0, 1);
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
  gl.uniform2f(gl.getUniformLocation(program, "turn"), bone3D.rotX, bone3D.rotY);
  gl.uniform2f(
    gl.getUniformLocation(program, "scale"),
    (0.8 * bone3D.zoom * side) / width,
    (0.8 * bone3D.zoom * side) / height,
  );
  gl.uniform1f(gl.getUniformLocation(program, "opacity"), boneOpacity);
  gl.drawArrays(gl.TRIANGLES, 0, bone3D.mesh.count);
}

function startBoneAnimationLoop() {
  if (bone3D.animRaf) return;
  const tick = () => {
    bone3D.animRaf = requestAnimationFrame(tick);
    if (!bone3D.mesh) return;
    if (autoRotate) bone3D.targetRotY -= 0.01;
    const axes = [
      ["rotX", "targetRotX"],
      ["rotY", "targetRotY"],
      ["zoom", "targetZoom"],
    ].filter(([now, target]) => Math.abs(bone3D[target] - bone3D[now]) > 1e-3);
    for (const [now, target] of axes) bone3D[now] += (bone3D[target] - bone3D[now]) * 0.25;
    if (axes.length > 0) renderBoneFrame();
  };
  bone3D.animRaf = requestAnimationFrame(tick);
}

function stopBoneAnimationLoop() {
  cancelAnimationFrame(bone3D.animRaf);
  bone3D.animRaf = 0;
}

function zoomBone(factor) {
  bone3D.targetZoom = Math.min(BONE_ZOOM.max, Math.max(BONE_ZOOM.min, bone3D.targetZoom * factor));
}

function boneRotate(pitch, yaw) {
  const [rotX, rotY] = [bone3D.rotX - (pitch * Math.PI) / 6, bone3D.rotY - (yaw * Math.PI) / 6];
  Object.assign(bone3D, { rotX, rotY, targetRotX: rotX, targetRotY: rotY });
  if (!bone3D.animRaf) renderBoneFrame();
}

function reset3DView() {
  if (!bone3D.mesh) {
    void generateBoneReconstruction();
    return;
  }
  Object.assign(bone3D, { rotX: 0, rotY: 0, targetRotX: 0, targetRotY: 0, zoom: 1, targetZoom: 1, panX: 0, panY: 0 });
  renderBoneFrame();
}

function toggle3DRotation() {
  autoRotate = !autoRotate;
  if (autoRotate) startBoneAnimationLoop();
}

function updateBoneThreshold(value) {
  boneThreshold = Number(value);
  setText("boneThresholdValue", boneThreshold);
  if (viewMode === "mpr") void generateBoneReconstruction();
}

function applyTissuePreset(name) {
  if (name in TISSUES) updateBoneThreshold(TISSUES[name]);
}

function toggle3DView() {
  if (viewMode !== "mpr") showMprView(true);
  void generateBoneReconstruction();
}

/** The mesh as a file for other programs. */
function export3DModel() {
  if (!bone3D.vertices?.length) {
    showToast("There is no mesh");
    return;
  }
  const lines = [
    ...bone3D.vertices.map((vertex) => `v ${vertex.join(" ")}`),
    ...bone3D.faces.map((face) => `f ${face.map((index) => index + 1).join(" ")}`),
  ];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\n")], { type: "text/plain" }));
  link.download = `bone_${currentSeries.id}.obj`;
  link.click();
}

function setupBone() {
  const actions = {
    up: () => boneRotate(-1, 0),
    right: () => boneRotate(0, 1),
    in: () => zoomBone(1.2),
    reset: reset3DView,
    turning: toggle3DRotation,
    save: export3DModel,
  };
  for (const button of document.querySelectorAll("#controls3D [data-bone]")) {
    button.addEventListener("click", () => actions[button.dataset.bone]());
  }
  byId("tissuePresetSelect").addEventListener("change", (event) => applyTissuePreset(event.target.value));
  byId("boneThresholdSlider").addEventListener("input", (event) => updateBoneThreshold(event.target.value));
  mprCanvases.bone3d.addEventListener("contextmenu", (event) => event.preventDefault());
  mprCanvases.bone3d.addEventListener("click", () => {
    if (!bone3D.wasDragged) mprState.activePlane = "bone3d";
    bone3D.wasDragged = false;
  });
}
