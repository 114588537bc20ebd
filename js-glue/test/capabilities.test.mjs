import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { below, above, obstacle, requireWasm } = await source("internal/capabilities.ts");

test("the SIMD probe is a valid module here, and a browser without SIMD or WebAssembly is refused by name", (context) => {
  requireWasm();
  context.mock.method(WebAssembly, "validate", () => false);
  assert.throws(requireWasm, { kind: "unsupported-browser", message: /SIMD/ });
  const { WebAssembly: real } = globalThis;
  try {
    globalThis.WebAssembly = undefined;
    assert.throws(requireWasm, { kind: "unsupported-browser", message: /no WebAssembly/ });
  } finally {
    globalThis.WebAssembly = real;
  }
});

test("the backends above and below one, from best to last", () => {
  assert.deepEqual(above("cpu"), ["webgpu", "webgl2"]);
  assert.deepEqual(above("webgpu"), []);
  assert.deepEqual(below("webgpu", "auto"), ["webgl2", "cpu"]);
  assert.deepEqual(below("webgl2", "webgl2"), []);
});

test("why a backend cannot work, in plain words", () => {
  const had = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  try {
    globalThis.isSecureContext = false;
    assert.match(obstacle("webgpu"), /not a secure context/);
    globalThis.isSecureContext = true;
    assert.match(obstacle("webgpu"), /has no WebGPU/);
    assert.match(obstacle("webgl2"), /has no WebGL2/);
    assert.equal(obstacle("cpu"), undefined);
  } finally {
    delete globalThis.isSecureContext;
    if (had) Object.defineProperty(globalThis, "navigator", had);
    else delete globalThis.navigator;
  }
});
