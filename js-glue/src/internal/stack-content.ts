import { NoctisError } from "../public/errors.js";
import type { FrameMoment } from "../public/events.js";
import type { PresetChoice, ShownWindow, WindowLevel } from "../public/instance.js";
import type { Vector } from "../public/plane.js";
import type { Content, Place, Stand } from "./content.js";
import { Priority } from "./decode/pool.js";
import type { DecodedFrame } from "./decode/protocol.js";
import { toNoctisError } from "./errors.js";
import type { Series, SeriesState, Slice } from "./library.js";
import { edgeLetters } from "./overlay/orientation.js";
import { plainScale, type Scale } from "./overlay/scale.js";
import { describe } from "./overlay/shell.js";
import { corners, windowText } from "./overlay/text.js";
import { imageFromPatient, nearestSlice, patientFromImage, placeOf } from "./place.js";
import { SlicePicture } from "./slice-picture.js";
import { checkedWindow, effectiveWindow, ownWindow, presetWindow, type ViewState } from "./view.js";

/** What is on the canvas, and where it comes from. */
interface Shown {
  readonly picture: SlicePicture;
  readonly slice: Slice;
}

/** Where a slice is, now. */
export function momentOf(series: Series, slice: Slice): FrameMoment {
  const { info } = slice.object;
  return {
    sliceIndex: series.slices.indexOf(slice),
    sopInstanceUid: info.sopInstanceUid,
    seriesInstanceUid: series.uid,
    frame: slice.frame,
    time: performance.timeOrigin + performance.now(),
  };
}

/**
 * The slices of a series, one at a time. Drawn is the current one as soon as its frame is there, until then what was drawn
 * before. Text always belongs to the picture on the canvas, never to the one that is still awaited.
 */
export class StackContent implements Content {
  readonly kind = "stack";
  readonly series: Series;
  readonly #stand: Stand;
  readonly #broken = new Map<string, NoctisError>();
  #state: SeriesState;
  #shown: Shown | undefined;
  #drawnKey: string | undefined;

  constructor(stand: Stand, series: Series, state: SeriesState = series.last) {
    this.#stand = stand;
    this.series = series;
    this.#state = state;
  }

  get sliceIndex(): number {
    return this.#state.current ? this.series.slices.indexOf(this.#state.current) : -1;
  }

  get sliceCount(): number {
    return this.series.slices.length;
  }

  get view(): ViewState {
    return this.#state.view;
  }

  get picture(): SlicePicture | undefined {
    return this.#shown?.picture;
  }

  get shownSlice(): Slice | undefined {
    return this.#shown?.slice;
  }

  get isColor(): boolean {
    return this.#shown?.picture.frame.format.startsWith("rgba") ?? false;
  }

  get place(): Place | undefined {
    return this.#state.current && placeOf(this.#state.current);
  }

  get window(): ShownWindow | undefined {
    if (!this.#shown) return undefined;
    const { picture, slice } = this.#shown;
    const window = effectiveWindow(picture.view, picture.frame);
    // A slice begins with its object's first preset, where there is one.
    return this.view.window || !hasPresets(slice) ? window : { ...window, preset: 0 };
  }

  choose(): SlicePicture | undefined {
    const { current: slice } = this.#state;
    if (!slice) return this.#nothing();
    const error = this.#broken.get(slice.key);
    if (error) {
      this.#stand.shell.message("This slice cannot be shown", describe(error), true);
      return this.#nothing();
    }
    const frame = this.#stand.frames.get(slice);
    if (frame) {
      this.#stand.shell.message("");
      this.#stand.frames.pin(slice, this);
      this.#shown = { picture: new SlicePicture(slice.key, frame, this.#viewOf(slice, frame)), slice };
    } else {
      this.#fetch(slice).catch(() => {});
      this.#viewChanged();
    }
    return this.#shown?.picture;
  }

  drawn(): FrameMoment | undefined {
    const shown = this.#shown;
    if (!shown) return undefined;
    this.#write(shown);
    if (shown.slice.key === this.#drawnKey) return undefined;
    const moment = momentOf(this.series, shown.slice);
    this.#drawnKey = shown.slice.key;
    this.#stand.frames.ahead(this.series.slices, moment.sliceIndex);
    return moment;
  }

  refresh(): void {
    if (this.#shown) this.#write(this.#shown);
  }

  broken(key: string, error: NoctisError): void {
    if (this.#broken.has(key)) return;
    this.#broken.set(key, error);
    this.#stand.fail(error);
  }

  setView(view: ViewState): void {
    this.#change({ view });
    this.#viewChanged();
  }

  /** Without a window, the slice now shown leads those that have none. */
  setWindow(window: WindowLevel | PresetChoice | undefined): void {
    if (!window) this.#change({ steady: undefined });
    this.setView({ ...this.view, window: window && this.#checked(window) });
  }

  goTo(index: number): boolean {
    const slice = this.series.slices[index];
    if (!slice || slice === this.#state.current) return false;
    this.#change({ current: slice });
    return true;
  }

  async ready(): Promise<void> {
    const { current } = this.#state;
    if (current) await this.#fetch(current);
    const error = current && this.#broken.get(current.key);
    if (error) throw error;
  }

  nearest(place: Place): number | undefined {
    return nearestSlice(this.series.slices, place);
  }

  inserted(added: readonly Slice[]): boolean {
    const { current } = this.#state;
    if (!current || !this.series.slices.includes(current)) this.#change({ current: added[0] });
    return this.#shown?.slice !== this.#state.current;
  }

  patientFromPoint(point: readonly [number, number]): Vector | undefined {
    return this.#shown && patientFromImage(this.#shown.slice, point);
  }

  pointFromPatient(point: Vector): [number, number] | undefined {
    return this.#shown && imageFromPatient(this.#shown.slice, point);
  }

  moved(stand: Stand): StackContent {
    return new StackContent(stand, this.series, this.#state);
  }

  open(): void {
    this.#stand.stage.invalidate();
  }

  close(): void {
    this.#nothing();
  }

  #change(change: Partial<SeriesState>): void {
    this.#state = { ...this.#state, ...change };
    this.series.last = this.#state;
  }

  #nothing(): undefined {
    this.#shown = undefined;
    this.#drawnKey = undefined;
    this.#stand.frames.pin(undefined, this);
    this.#stand.shell.text(undefined, undefined);
    return undefined;
  }

  /** What is on the canvas has another view from now on. */
  #viewChanged(): void {
    if (!this.#shown) return;
    const { picture, slice } = this.#shown;
    this.#shown = { picture: picture.with(this.#viewOf(slice, picture.frame)), slice };
  }

  /** The view of the series; a slice that brings no window is shown with that of the first such slice. */
  #viewOf(slice: Slice, frame: DecodedFrame): ViewState {
    if (this.view.window || hasPresets(slice)) return this.view;
    if (!this.#state.steady) this.#change({ steady: ownWindow(frame) });
    return { ...this.view, window: this.#state.steady };
  }

  #checked(window: WindowLevel | PresetChoice): ShownWindow {
    if (!("preset" in window)) return checkedWindow(window);
    const shown = this.#shown;
    if (!shown) throw new NoctisError("invalid-argument", "there is no picture yet whose preset could be chosen");
    return presetWindow(window, shown.slice.object.info, shown.picture.frame);
  }

  /** Gets the frame of a slice and has it drawn. */
  async #fetch(slice: Slice): Promise<void> {
    const { frames, stage } = this.#stand;
    try {
      await frames.request(slice, Priority.Visible);
    } catch (thrown) {
      const error = toNoctisError(thrown, { frame: slice.frame });
      if (error.kind !== "cancelled") this.broken(slice.key, error);
      throw error;
    } finally {
      stage.invalidate();
    }
  }

  #write({ picture, slice }: Shown): void {
    const { shell, overlay, backendName } = this.#stand;
    const { info } = slice.object;
    const { isColor, sliceCount } = this;
    const window = this.window ?? effectiveWindow(picture.view, picture.frame);
    const sliceIndex = this.series.slices.indexOf(slice);
    shell.speak(() => `Slice ${sliceIndex + 1} of ${sliceCount}${isColor ? "" : `, ${windowText(window)}`}`);
    if (!overlay.shown) {
      shell.text(undefined, undefined);
      return;
    }
    const { zoom } = picture.view;
    const more = (keyword: string): string => this.#stand.legend?.text(slice, keyword) ?? "";
    const facts = {
      info,
      frame: slice.frame,
      sliceIndex,
      sliceCount,
      window,
      isColor,
      zoom,
      backend: backendName,
      more,
    };
    const at = (x: number, y: number): [number, number] | undefined => this.#stand.stage.pointFromBox(picture, x, y);
    const [origin, right, down] = [at(0, 0), at(1, 0), at(0, 1)];
    const way = (to: [number, number]): [number, number] => [to[0] - (origin?.[0] ?? 0), to[1] - (origin?.[1] ?? 0)];
    const letters = origin && right && down && edgeLetters(info, way(right), way(down));
    const scale = right && this.#scale(slice, picture, way(right));
    shell.text(corners(facts, overlay.patient, overlay.template), letters, scale);
  }

  /** The scale along a step to the right on the screen. */
  #scale(slice: Slice, picture: SlicePicture, step: readonly [number, number]): Scale | undefined {
    const plain = plainScale(slice, step);
    if (plain) return plain;
    const { stage, legend } = this.#stand;
    const [width, height] = stage.size;
    const middle = stage.pointFromBox(picture, width / stage.pixelRatio / 2, height / stage.pixelRatio / 2);
    return middle && legend?.scale(slice, middle, step);
  }
}

function hasPresets({ object: { info } }: Slice): boolean {
  return info.windows.length + info.voiLuts.length > 0;
}
