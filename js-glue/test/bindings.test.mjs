import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { bindings3d, DEFAULT_BINDINGS, dragAction, keyAction, mergedBindings, modifiers, wheelAction } =
  await source("internal/input/bindings.ts");
const held = (keys = {}) => modifiers({ ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...keys });

test("modifiers are named in one order, and meta counts as ctrl", () => {
  assert.equal(held({ shiftKey: true, ctrlKey: true }), "ctrl+shift+");
  assert.equal(held({ metaKey: true }), "ctrl+");
  assert.equal(held(), "");
});

test("drags: the binding with modifiers, else the one without", () => {
  assert.equal(dragAction(DEFAULT_BINDINGS, 0, ""), "window");
  assert.equal(dragAction(DEFAULT_BINDINGS, 0, "shift+"), "pan");
  assert.equal(dragAction(DEFAULT_BINDINGS, 0, "alt+"), "window");
  assert.equal(dragAction(DEFAULT_BINDINGS, 1, ""), "pan");
  assert.equal(dragAction(DEFAULT_BINDINGS, 2, ""), "zoom");
  assert.equal(dragAction(DEFAULT_BINDINGS, 3, ""), "none");
});

test("a pen: its own bindings, else those of the mouse; its other end erases", () => {
  const pen = (table, button, keys = "") => dragAction(table, button, keys, true);
  assert.equal(pen(DEFAULT_BINDINGS, 0), "window");
  assert.equal(pen(DEFAULT_BINDINGS, 0, "shift+"), "pan");
  assert.equal(pen(DEFAULT_BINDINGS, 2), "zoom");
  assert.equal(pen(DEFAULT_BINDINGS, 5), "erase");
  const table = mergedBindings(DEFAULT_BINDINGS, {
    "pen:tip": "freehand",
    "pen:ctrl+tip": "none",
    "pen:barrel": "slice",
  });
  assert.equal(pen(table, 0), "freehand");
  assert.equal(pen(table, 0, "ctrl+"), "none");
  assert.equal(pen(table, 2), "slice");
  assert.equal(dragAction(table, 0, ""), "window");
  assert.equal(pen(bindings3d(mergedBindings(table, { "3d:pen:tip": "turn" })), 0), "turn");
});

test("the wheel", () => {
  assert.equal(wheelAction(DEFAULT_BINDINGS, ""), "slice");
  assert.equal(wheelAction(DEFAULT_BINDINGS, "ctrl+"), "zoom");
  assert.equal(wheelAction(mergedBindings(DEFAULT_BINDINGS, { wheel: "none" }), ""), "none");
});

test("in three dimensions: bindings of their own, else the others", () => {
  const table = bindings3d(mergedBindings(DEFAULT_BINDINGS, { "3d:drag:middle": "window" }));
  assert.equal(dragAction(table, 0, ""), "turn");
  assert.equal(dragAction(table, 0, "shift+"), "pan");
  assert.equal(dragAction(table, 1, ""), "window");
  assert.equal(wheelAction(table, ""), "zoom");
  assert.equal(keyAction(table, "ArrowLeft", ""), "turn-left");
  assert.equal(keyAction(table, "i", ""), "invert");
});

test("keys: letters by their lower case, shift only where it makes another key", () => {
  assert.equal(keyAction(DEFAULT_BINDINGS, "i", ""), "invert");
  assert.equal(keyAction(DEFAULT_BINDINGS, "I", ""), "invert");
  assert.equal(keyAction(DEFAULT_BINDINGS, "R", "shift+"), "rotate-left");
  assert.equal(keyAction(DEFAULT_BINDINGS, "+", "shift+"), "zoom-in");
  assert.equal(keyAction(DEFAULT_BINDINGS, "PageDown", ""), "next-page");
  assert.equal(keyAction(DEFAULT_BINDINGS, "ArrowUp", "shift+"), "previous-slice");
});

test("keys with ctrl or alt belong to the browser unless they are bound", () => {
  assert.equal(keyAction(DEFAULT_BINDINGS, "r", "ctrl+"), "none");
  assert.equal(keyAction(DEFAULT_BINDINGS, "ArrowLeft", "alt+"), "none");
  assert.equal(keyAction(mergedBindings(DEFAULT_BINDINGS, { "key:ctrl+i": "invert" }), "i", "ctrl+"), "invert");
});

test("a binding that makes no sense is refused", () => {
  const refused = (changes) =>
    assert.throws(() => mergedBindings(DEFAULT_BINDINGS, changes), { kind: "invalid-argument" });
  refused({ "drag:left": "invert" });
  refused({ "key:x": "pan" });
  refused({ swipe: "pan" });
  refused({ "touch:2": "pan" });
});
