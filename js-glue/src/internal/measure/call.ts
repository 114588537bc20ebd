import { NoctisError } from "../../public/errors.js";
import type { LutTable } from "../decode/protocol.js";
import { errorRecord, toNoctisError } from "../errors.js";
import type { Point } from "./types.js";

/** Calls the module about data from outside. */
export function call<T>(what: () => T): T {
  try {
    return what();
  } catch (thrown) {
    throw toNoctisError(thrown);
  }
}

/** Calls the module with what the page made: what it refuses makes no sense. */
export function ask<T>(what: () => T): T {
  try {
    return what();
  } catch (thrown) {
    const { kind, message } = errorRecord(thrown);
    throw kind === "malformed"
      ? new NoctisError("invalid-argument", message, { cause: thrown })
      : toNoctisError(thrown);
  }
}

export function flat(points: readonly Point[]): Float64Array {
  return Float64Array.from(points.flat());
}

/** A table as the module takes it: without entries where there is none. */
export function tableOf(table: LutTable | undefined): [first: number, bits: number, entries: Uint16Array] {
  return table ? [table.first, table.bits, table.entries] : [0, 16, new Uint16Array()];
}

/** A range of padding as the module takes it. */
export function paddingOf(low: number | undefined, high: number | undefined): Float64Array {
  return Float64Array.from(low === undefined || high === undefined ? [] : [low, high]);
}
