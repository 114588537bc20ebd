import { type ErrorKind, type ErrorPlace, NoctisError } from "../public/errors.js";

/** What an error looks like on its way from a worker: plain data. */
export interface ErrorRecord {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly tag?: string;
  readonly frame?: number;
  /** The module is broken and must not be called again. */
  readonly fatal?: boolean;
}

const KINDS: ReadonlySet<string> = new Set<ErrorKind>([
  "malformed",
  "truncated",
  "no-pixel-data",
  "unsupported-transfer-syntax",
  "unsupported-photometric",
  "unsupported-geometry",
  "limit",
  "io",
  "cancelled",
  "device-lost",
  "unsupported-browser",
  "invalid-argument",
  "internal",
]);

function isKind(value: unknown): value is ErrorKind {
  return typeof value === "string" && KINDS.has(value);
}

/** Reads what the wasm modules throw: an `Error` with `kind`, and `tag` and `frame` where known. */
export function errorRecord(thrown: unknown): ErrorRecord {
  const fields: { kind?: unknown; tag?: unknown; frame?: unknown; message?: unknown } =
    typeof thrown === "object" && thrown !== null ? thrown : {};
  const message = typeof fields.message === "string" ? fields.message : String(thrown);
  if (!isKind(fields.kind)) {
    return { kind: "internal", message, fatal: thrown instanceof WebAssembly.RuntimeError };
  }
  return {
    kind: fields.kind,
    message,
    ...(typeof fields.tag === "string" && { tag: fields.tag }),
    ...(typeof fields.frame === "number" && { frame: fields.frame }),
  };
}

/** Any thrown value as the public error; `place` fills in what the value does not know. */
export function toNoctisError(thrown: unknown, place: ErrorPlace = {}): NoctisError {
  if (thrown instanceof NoctisError) {
    if (thrown.source !== undefined || place.source === undefined) return thrown;
  } else if (thrown instanceof DOMException && thrown.name === "AbortError") {
    return new NoctisError("cancelled", "the load was cancelled", place);
  }
  const record = errorRecord(thrown);
  return new NoctisError(record.kind, record.message, { ...place, ...record, cause: thrown });
}

/** The error of a caller that asked to stop. */
export function cancelled(): NoctisError {
  return new NoctisError("cancelled", "the load was cancelled");
}
