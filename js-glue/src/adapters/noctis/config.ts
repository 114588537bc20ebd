import type { Feature } from "../../public/adapter.js";
import type { Backend } from "../../public/options.js";

/** All of them. */
export const FEATURES: readonly Feature[] = [
  "slices",
  "values",
  "previews",
  "planes",
  "bone",
  "window",
  "frames",
  "tools",
  "notes",
  "local",
  "texts",
];

/** How the page is served, from its configuration. */
export interface AdapterConfiguration {
  /** `"page"`: grey as the page makes it; `"dicom"`: as the standard says. */
  readonly parity: "page" | "dicom";
  readonly backend: "auto" | Backend;
  /** Where the files of the package are, when that is not beside the adapter. */
  readonly assetsUrl?: string;
  /** Features that are left to the page. */
  readonly off: ReadonlySet<Feature>;
  /** The StudyInstanceUID, where the page tells it. */
  readonly studyUid?: string;
  /** Bytes of objects and frames to keep. */
  readonly cacheBytes: number;
}

const CACHE_BYTES = 384 * 2 ** 20;

/** What may stand in the configuration. */
interface Given {
  readonly parity?: unknown;
  readonly backend?: unknown;
  readonly assetsUrl?: unknown;
  readonly studyUid?: unknown;
  readonly cacheBytes?: unknown;
  readonly features?: Readonly<Record<string, unknown>>;
}

/**
 * From `<script id="noctis-adapter" type="application/json">{"parity": "dicom", "features": {"planes": false}}</script>`, and
 * from `data-noctis="parity=dicom planes=off"` of any script, which comes first.
 */
export function readConfiguration(): AdapterConfiguration {
  const given: Given = { ...fromElement(), ...fromAttribute() };
  const features = { ...fromElement().features, ...fromAttribute().features };
  const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
  const assetsUrl = text(given.assetsUrl);
  const studyUid = text(given.studyUid);
  const backends: readonly unknown[] = ["webgpu", "webgl2", "cpu"];
  return {
    parity: given.parity === "dicom" ? "dicom" : "page",
    backend: backends.includes(given.backend) ? (given.backend as Backend) : "auto",
    off: new Set(FEATURES.filter((name) => features[name] === false)),
    cacheBytes: Number(given.cacheBytes) > 0 ? Number(given.cacheBytes) : CACHE_BYTES,
    ...(assetsUrl !== undefined && { assetsUrl }),
    ...(studyUid !== undefined && { studyUid }),
  };
}

function fromElement(): Given {
  try {
    const parsed: unknown = JSON.parse(document.getElementById("noctis-adapter")?.textContent ?? "{}");
    return typeof parsed === "object" && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

function fromAttribute(): Given {
  const words = document.querySelector("script[data-noctis]")?.getAttribute("data-noctis")?.split(/\s+/) ?? [];
  const pairs = words.filter(Boolean).map((word): [string, string] => {
    const [name = "", value = "on"] = word.split("=", 2);
    return [name, value];
  });
  const names: readonly string[] = FEATURES;
  const features = pairs
    .filter(([name]) => names.includes(name))
    .map(([name, value]) => [name, value !== "off"] as const);
  const others = pairs.filter(([name]) => !names.includes(name));
  return { ...Object.fromEntries(others), features: Object.fromEntries(features) };
}
