import { NoctisError } from "../public/errors.js";
import type { InstanceInfo, PresetChoice, ShownWindow, WindowLevel } from "../public/instance.js";
import type { SeriesSummary } from "../public/viewer.js";
import { type Placed, sortSlices } from "./order.js";
import type { Source } from "./source.js";
import { checkedWindow, initialView, type ViewState } from "./view.js";

/** An object that has been opened. */
export interface StoredObject {
  /** Counts up as objects arrive; names the object to the decoders. */
  readonly id: number;
  readonly info: InstanceInfo;
  readonly source: Source;
  /** Distance of neighbouring rows and columns, millimetres, by a length that somebody knows. */
  calibratedMm?: readonly [number, number] | undefined;
}

/** One frame of one object, at its place in a series. */
export interface Slice extends Placed {
  /** Names the frame in caches. */
  readonly key: string;
  readonly object: StoredObject;
}

/** How a series is shown: its slice, window and view. */
export interface SeriesState {
  readonly current: Slice | undefined;
  readonly view: ViewState;
  /** The window of slices whose object has none: that of the first of them that was shown. */
  readonly steady: ShownWindow | undefined;
}

/** The slices of one series, in order. */
export class Series {
  readonly uid: string;
  slices: readonly Slice[] = [];
  /** How it was shown last, wherever that was: a viewport begins with it. */
  last: SeriesState;

  constructor(uid: string, view: ViewState) {
    this.uid = uid;
    this.last = { current: undefined, view, steady: undefined };
  }

  get first(): InstanceInfo | undefined {
    return this.slices[0]?.object.info;
  }
}

/** Its frames. */
export function slicesOf(object: StoredObject): Slice[] {
  const { info, id } = object;
  return Array.from({ length: Math.max(1, info.frames) }, (_, frame) => ({
    key: `${id}:${frame}`,
    object,
    frame,
    position: info.imagePositionPatient,
    orientation: info.imageOrientationPatient,
    instanceNumber: info.instanceNumber,
    arrival: id,
  }));
}

function summary(series: Series): SeriesSummary | undefined {
  const info = series.first;
  if (!info) return undefined;
  return {
    seriesInstanceUid: series.uid,
    studyInstanceUid: info.studyInstanceUid,
    sliceCount: series.slices.length,
    ...(info.modality !== undefined && { modality: info.modality }),
    ...(info.series.number !== undefined && { number: info.series.number }),
    ...(info.series.description !== undefined && { description: info.series.description }),
  };
}

/** All series that have been loaded. */
export class Library {
  readonly #series = new Map<string, Series>();
  /** The view before anybody changed it. */
  readonly initialView: ViewState;
  /** What a series begins with: a view that was set before anything was loaded counts. */
  firstView: ViewState;

  constructor({ interpolation, overlays }: Pick<ViewState, "interpolation" | "overlays">) {
    this.initialView = initialView(interpolation, overlays);
    this.firstView = this.initialView;
  }

  /** What series begin with has this window. */
  beginWith(window: WindowLevel | PresetChoice | undefined): void {
    if (window && "preset" in window) {
      throw new NoctisError("invalid-argument", "there is no picture yet whose preset could be chosen");
    }
    this.firstView = { ...this.firstView, window: window && checkedWindow(window) };
  }

  get size(): number {
    return this.#series.size;
  }

  /** All series, in the order of arrival. */
  get all(): readonly Series[] {
    return [...this.#series.values()];
  }

  get(uid: string): Series | undefined {
    return this.#series.get(uid);
  }

  /** Adds an object; an earlier one of the same SOP Instance UID gives way and is returned. */
  insert(object: StoredObject): {
    readonly series: Series;
    readonly added: readonly Slice[];
    readonly replaced: StoredObject | undefined;
  } {
    const uid = object.info.seriesInstanceUid;
    const series = this.#series.get(uid) ?? new Series(uid, this.firstView);
    this.#series.set(uid, series);
    const same = ({ object: other }: Slice): boolean =>
      other.info.sopInstanceUid !== "" && other.info.sopInstanceUid === object.info.sopInstanceUid;
    const replaced = series.slices.find(same)?.object;
    const others = replaced ? series.slices.filter((slice) => !same(slice)) : series.slices;
    const added = slicesOf(object);
    series.slices = sortSlices([...others, ...added]);
    const { current } = series.last;
    if (!current || !series.slices.includes(current)) series.last = { ...series.last, current: added[0] };
    return { series, added, replaced };
  }

  /** By series number, then as they arrived. */
  summaries(): SeriesSummary[] {
    return [...this.#series.values()]
      .map(summary)
      .filter((entry) => entry !== undefined)
      .sort((a, b) => (a.number ?? Number.MAX_SAFE_INTEGER) - (b.number ?? Number.MAX_SAFE_INTEGER));
  }

  objects(): Set<StoredObject> {
    return new Set([...this.#series.values()].flatMap(({ slices }) => slices.map(({ object }) => object)));
  }

  clear(): void {
    this.#series.clear();
  }
}
