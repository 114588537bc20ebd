import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { LruCache } = await source("internal/lru.ts");

function cache(budget) {
  const gone = [];
  return {
    lru: new LruCache(
      budget,
      (bytes) => bytes,
      (_, key) => gone.push(key),
    ),
    gone,
  };
}

test("what was used longest ago goes first", () => {
  const { lru, gone } = cache(30);
  for (const key of ["a", "b", "c"]) lru.set(key, 10);
  lru.get("a");
  lru.set("d", 10);
  assert.deepEqual(gone, ["b"]);
  assert.equal(lru.bytes, 30);
});

test("a pinned entry and the newest one stay, even over the budget", () => {
  const { lru, gone } = cache(15);
  lru.pin("a");
  lru.set("a", 10);
  lru.set("b", 10);
  lru.set("c", 100);
  assert.deepEqual(gone, ["b"]);
  assert.ok(lru.has("a") && lru.has("c"));
});

test("setting a key again replaces its bytes and lets go of the old value", () => {
  const { lru, gone } = cache(100);
  lru.set("a", 40);
  lru.set("a", 50);
  assert.equal(lru.bytes, 50);
  assert.deepEqual(gone, ["a"]);
});

test("clear lets go of everything", () => {
  const { lru, gone } = cache(100);
  lru.set("a", 1);
  lru.set("b", 2);
  lru.clear();
  assert.deepEqual(gone, ["a", "b"]);
  assert.equal(lru.bytes, 0);
  assert.equal(lru.size, 0);
});
